//! Everything that can go wrong.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

mod api_error;
mod decode_error;
mod error_body;
pub(crate) mod hints;
pub(crate) mod html;
mod mcp_error;
mod pagination_error;
mod proxy_status;
mod transport_error;

pub use api_error::{ApiError, ValidationDetail};
pub use decode_error::DecodeError;
pub(crate) use error_body::ErrorBody;
pub use mcp_error::McpError;
pub(crate) use mcp_error::mcp_data;
pub use pagination_error::PaginationError;
pub(crate) use proxy_status::gateway_error;
pub use transport_error::TransportError;

/// The result of every fallible function of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The errors of this crate.
///
/// The text of an error is one line that is useful by itself: the request, the status, the server's
/// own message, the request ID, the number of attempts, and a hint if there is one. It never
/// contains the API key or another secret of the request, even if the server repeats it.
///
/// ```
/// use mistral_connectors::{ConnectorsClient, Error};
///
/// # fn demo(client: &ConnectorsClient) -> Result<(), Error> {
/// match client.get("my_deepwiki") {
///     Ok(connector) => println!("found {}", connector.name),
///     Err(error) if error.is_not_found() => println!("not created yet"),
///     Err(error) if error.is_transient() => println!("try again later: {error}"),
///     Err(error) => return Err(error),
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Which checks overlap
///
/// At most one of the status checks is true: [`is_unauthorized`], [`is_forbidden`],
/// [`is_not_found`], [`is_conflict`], [`is_validation`], [`is_rate_limited`]. Other statuses have no
/// check of their own: see [`status`](Error::status). [`is_timeout`] and [`is_connect`] are about
/// calls without a response; both are true if connecting took too long. [`may_have_happened`] can be
/// true together with any of them, because it remembers earlier attempts.
///
/// [`is_unauthorized`]: Error::is_unauthorized
/// [`is_forbidden`]: Error::is_forbidden
/// [`is_not_found`]: Error::is_not_found
/// [`is_conflict`]: Error::is_conflict
/// [`is_validation`]: Error::is_validation
/// [`is_rate_limited`]: Error::is_rate_limited
/// [`is_timeout`]: Error::is_timeout
/// [`is_connect`]: Error::is_connect
/// [`may_have_happened`]: Error::may_have_happened
#[non_exhaustive]
pub enum Error {
    /// The API key is missing or empty.
    MissingApiKey,
    /// A setting of the client is invalid. The text names the setting.
    Config(Box<str>),
    /// The request is invalid and was not sent.
    InvalidRequest(Box<str>),
    /// The API refused the request: the status of the response is not a success.
    Api(Box<ApiError>),
    /// There was no complete response, or the user did not log in in time.
    Transport(Box<TransportError>),
    /// The status of the response is a success, but its body cannot be read.
    Decode(Box<DecodeError>),
    /// A listing does not end, or its next cursor or all its pages together are too large.
    Pagination(Box<PaginationError>),
    /// An MCP server, or the connectors gateway in its place, responded with a JSON-RPC error.
    Mcp(Box<McpError>),
}

impl Error {
    pub(crate) fn config(text: impl Into<String>) -> Self {
        Error::Config(text.into().into_boxed_str())
    }

    pub(crate) fn invalid_request(text: impl Into<String>) -> Self {
        Error::InvalidRequest(text.into().into_boxed_str())
    }

    pub(crate) fn pagination(request: &str, message: String) -> Self {
        Error::Pagination(Box::new(PaginationError {
            request: request.to_owned(),
            message,
        }))
    }

    /// The HTTP status of the response. `None` if there was no complete response.
    pub fn status(&self) -> Option<u16> {
        match self {
            Error::Api(error) => Some(error.status),
            Error::Decode(error) => Some(error.status),
            Error::Mcp(error) => Some(error.status),
            _ => None,
        }
    }

    /// The request ID that the server sent, for questions to Mistral's support.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Error::Api(error) => error.request_id.as_deref(),
            Error::Decode(error) => error.request_id.as_deref(),
            Error::Mcp(error) => error.request_id.as_deref(),
            _ => None,
        }
    }

    fn has_status(&self, status: u16) -> bool {
        self.status() == Some(status)
    }

    /// Whether the API itself responded with 404. A gateway's 404 proves nothing.
    pub(crate) fn is_gone(&self) -> bool {
        matches!(self, Error::Api(error) if error.status == 404 && error.from_api)
    }

    /// Whether the status is 401: the API key or the connector's own login was not accepted. The
    /// [`hint`](Error::hint) says which, if the response does.
    pub fn is_unauthorized(&self) -> bool {
        self.has_status(401)
    }

    /// Whether the status is 403: the API key does not have the necessary rights, or a proxy or
    /// gateway refused the request.
    pub fn is_forbidden(&self) -> bool {
        self.has_status(403)
    }

    /// Whether the status is 404: the connector does not exist, or this API key cannot see it.
    ///
    /// In an MCP session, it can also mean that the session no longer exists: see
    /// [`is_session_expired`](Error::is_session_expired).
    ///
    /// This is also true if `base_url` is wrong and something other than the API responds.
    /// [`find`](crate::ConnectorsClient::find) tells the two apart.
    pub fn is_not_found(&self) -> bool {
        self.has_status(404)
    }

    /// Whether the status is 409: the name is taken. Some versions of the API report a taken name
    /// as 500 when a connector is renamed; the [`hint`](Error::hint) says so.
    pub fn is_conflict(&self) -> bool {
        self.has_status(409)
    }

    /// Whether the status is 422: the API refused a field. [`ApiError::details`] says which.
    pub fn is_validation(&self) -> bool {
        self.has_status(422)
    }

    /// Whether the status is 429: too many requests, or a quota is exhausted. See
    /// [`retry_after`](Error::retry_after).
    pub fn is_rate_limited(&self) -> bool {
        self.has_status(429)
    }

    /// Whether the MCP session has expired or was closed. The request was not processed: open a new
    /// session with [`mcp`](crate::ConnectorsClient::mcp).
    pub fn is_session_expired(&self) -> bool {
        self.hint() == Some(hints::SESSION_EXPIRED)
    }

    /// Whether the time limit of the call or of connecting ran out. The statuses 408 and 504 do not
    /// count: they are responses.
    pub fn is_timeout(&self) -> bool {
        matches!(self, Error::Transport(error) if error.timeout)
    }

    /// Whether the last attempt failed to connect: the DNS lookup, TCP, TLS or the proxy failed or
    /// took too long. The request was not sent in this attempt.
    pub fn is_connect(&self) -> bool {
        matches!(self, Error::Transport(error) if error.connect)
    }

    /// Whether the same call may succeed later: there was no connection, the connection was lost,
    /// the call timed out, or the status is 408, 429 (unless a quota is exhausted) or 5xx but not
    /// 501.
    ///
    /// If [`may_have_happened`](Error::may_have_happened) is true too, check first what the failed
    /// call did.
    pub fn is_transient(&self) -> bool {
        match self {
            Error::Api(error) if error.quota_exhausted => false,
            Error::Transport(error) => error.transient,
            _ => match self.status() {
                Some(408 | 429) => true,
                Some(status) => status >= 500 && status != 501,
                None => false,
            },
        }
    }

    /// Whether a failed write may have been processed after all. Check before you send it again.
    pub fn may_have_happened(&self) -> bool {
        match self {
            Error::Api(error) => error.may_have_happened,
            Error::Transport(error) => error.may_have_happened,
            Error::Decode(error) => error.may_have_happened,
            Error::Mcp(error) => error.may_have_happened,
            _ => false,
        }
    }

    /// How long the server asks to wait before the next attempt (`retry-after-ms`, or else
    /// `Retry-After`).
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Error::Api(error) => error.retry_after,
            Error::Mcp(error) => error.retry_after,
            _ => None,
        }
    }

    /// What to do about the error, if that is known. It is also part of the error's text.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Error::MissingApiKey => Some(hints::MISSING_API_KEY),
            Error::Api(error) => error.hint,
            Error::Transport(error) => error.hint,
            Error::Decode(error) => error.hint,
            Error::Mcp(error) => error.hint,
            Error::Config(_) | Error::InvalidRequest(_) | Error::Pagination(_) => None,
        }
    }

    /// How many attempts were made. 0 for errors without a request: a missing API key, an invalid
    /// setting or argument, or a pagination error.
    pub fn attempts(&self) -> u32 {
        match self {
            Error::Api(error) => error.attempts,
            Error::Transport(error) => error.attempts,
            Error::Decode(error) => error.attempts,
            Error::Mcp(error) => error.attempts,
            _ => 0,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::MissingApiKey => f.write_str("no API key")?,
            Error::Config(text) => write!(f, "invalid configuration: {text}")?,
            Error::InvalidRequest(text) => write!(f, "invalid request, not sent: {text}")?,
            Error::Api(error) => error.fmt(f)?,
            Error::Transport(error) => error.fmt(f)?,
            Error::Decode(error) => error.fmt(f)?,
            Error::Pagination(error) => error.fmt(f)?,
            Error::Mcp(error) => error.fmt(f)?,
        }
        match self.hint() {
            Some(hint) => write!(f, "; hint: {hint}"),
            None => Ok(()),
        }
    }
}

/// The same text as `Display`, because a program whose `main` returns the error shows this one.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Error::Transport(error) => error.source(),
            _ => None,
        }
    }
}
