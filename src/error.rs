//! What can go wrong, and how it reads.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use crate::api_error::ApiError;
use crate::decode_error::DecodeError;
use crate::failed_call::FailedCall;
use crate::hints;
use crate::pagination_error::PaginationError;
use crate::retry::{Outcome, Repeat, may_retry};
use crate::transport_error::TransportError;

/// What every fallible function of this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong.
///
/// Its text is one line and useful by itself: what was asked, what came back, the server's own
/// words, the request id, the number of attempts, and a hint where there is one. None of it holds
/// the API key or another secret of the request, not even when the server repeats it.
///
/// ```
/// use mistral_connectors::{ConnectorsClient, Error};
///
/// # fn demo(client: &ConnectorsClient) -> Result<(), Error> {
/// match client.get("my_deepwiki") {
///     Ok(connector) => println!("{} is there", connector.name),
///     Err(error) if error.is_not_found() => println!("not there yet"),
///     Err(error) => return Err(error),
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Which questions overlap
///
/// Of those that are named after a status at most one is true: [`is_unauthorized`], [`is_forbidden`],
/// [`is_not_found`], [`is_conflict`], [`is_validation`], [`is_rate_limited`]. For other statuses (400
/// for a cursor of another filter, 5xx) none is: see [`status`](Error::status). [`is_timeout`] and
/// [`is_connect`] are about calls without an answer, and both are true where connecting took too
/// long. [`may_have_happened`] goes with any of them: a write that was left open stays so when its
/// next attempt is refused.
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
    /// There is no API key, or it is empty.
    MissingApiKey,
    /// A setting of the client cannot be used; the text names it.
    Config(Box<str>),
    /// The request cannot be sent as it is, and was not sent.
    InvalidRequest(Box<str>),
    /// The API answered, and the answer is not a success.
    Api(Box<ApiError>),
    /// There was no answer, or only a part of one; or nobody has logged in in time.
    Transport(Box<TransportError>),
    /// The API answered with success, but with something that cannot be read.
    Decode(Box<DecodeError>),
    /// The pages of a listing do not come to an end: their cursors go in a circle, or a thousand of
    /// them in a row are empty, or of tools a thousand are full. Ever new cursors with connectors
    /// are not detected; `take` or a time limit ends such a listing.
    Pagination(Box<PaginationError>),
}

impl Error {
    pub(crate) fn config(text: impl Into<String>) -> Self {
        Error::Config(text.into().into_boxed_str())
    }

    pub(crate) fn invalid_request(text: impl Into<String>) -> Self {
        Error::InvalidRequest(text.into().into_boxed_str())
    }

    pub(crate) fn pagination(error: PaginationError) -> Self {
        Error::Pagination(Box::new(error))
    }

    fn call(&self) -> Option<&FailedCall> {
        match self {
            Error::Api(error) => Some(&error.call),
            Error::Transport(error) => Some(&error.call),
            Error::Decode(error) => Some(&error.call),
            _ => None,
        }
    }

    /// The HTTP status of the answer, if there was a whole one.
    pub fn status(&self) -> Option<u16> {
        match self {
            Error::Api(error) => Some(error.status),
            Error::Decode(error) => Some(error.status),
            _ => None,
        }
    }

    /// The server's name for the request: what Mistral's support asks for.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Error::Api(error) => error.request_id.as_deref(),
            Error::Decode(error) => error.request_id.as_deref(),
            _ => None,
        }
    }

    fn is_status(&self, status: u16) -> bool {
        matches!(self, Error::Api(error) if error.status == status)
    }

    /// 404, in the API's own words: there is no such thing.
    pub(crate) fn is_gone(&self) -> bool {
        matches!(self, Error::Api(error) if error.status == 404 && error.is_json)
    }

    /// Whether the next attempt may fare better.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Error::Api(error) if error.is_out_of_quota => false,
            Error::Api(error) => may_retry(Repeat::Always, Outcome::Answered(error.status)),
            Error::Transport(error) => error.may_pass,
            _ => false,
        }
    }

    /// 401: the API key is not valid, or the connector's own login is not; [`hint`](Error::hint) tells
    /// which. A key that is valid but may not do this is [`is_forbidden`](Error::is_forbidden).
    pub fn is_unauthorized(&self) -> bool {
        self.is_status(401)
    }

    /// 403: this key is not allowed to do that, or something between here and the API refuses it.
    pub fn is_forbidden(&self) -> bool {
        self.is_status(403)
    }

    /// 404: there is no such connector, or none that this key can see. Also true of a 404 that comes
    /// from something else than the API, where `base_url` is wrong;
    /// [`find`](crate::ConnectorsClient::find) tells the two apart.
    pub fn is_not_found(&self) -> bool {
        self.is_status(404)
    }

    /// 409: the name is taken. A rename may show the same as 500, which is not a conflict here: see
    /// [`hint`](Error::hint).
    pub fn is_conflict(&self) -> bool {
        self.is_status(409)
    }

    /// 422: the API refused a field; [`ApiError::details`] says which and why.
    pub fn is_validation(&self) -> bool {
        self.is_status(422)
    }

    /// 429: too many requests; see [`Error::retry_after`], which a 503 can have too.
    pub fn is_rate_limited(&self) -> bool {
        self.is_status(429)
    }

    /// The time limit of the call or of connecting ran out; of connecting if
    /// [`is_connect`](Error::is_connect) is true too. Answers that speak of a timeout (408, 504) are
    /// answers, and not meant.
    pub fn is_timeout(&self) -> bool {
        matches!(self, Error::Transport(error) if error.timeout)
    }

    /// There was no connection in the last attempt, so nothing was sent in it: name lookup, TCP, TLS
    /// or proxy failed, or took too long ([`is_timeout`](Error::is_timeout) is true too).
    pub fn is_connect(&self) -> bool {
        matches!(self, Error::Transport(error) if error.unconnected)
    }

    /// A write was sent, and whether it was carried out is not known: look before sending it again.
    /// The text says the same.
    pub fn may_have_happened(&self) -> bool {
        self.call().is_some_and(|call| call.may_have_happened)
    }

    /// How long the server asks to wait before the next attempt (`retry-after-ms`, else
    /// `Retry-After`).
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Error::Api(error) => error.retry_after,
            _ => None,
        }
    }

    /// What to do about it, where that is known. Part of the error's text.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Error::MissingApiKey => Some(hints::MISSING_API_KEY),
            Error::Api(error) => error.hint,
            Error::Transport(error) => error.hint,
            Error::Decode(error) => error.hint,
            Error::Config(_) | Error::InvalidRequest(_) | Error::Pagination(_) => None,
        }
    }

    /// How many requests were sent or tried for the call that failed. 0 if it was refused before, and
    /// for an error of a listing as a whole ([`Error::Pagination`]).
    pub fn attempts(&self) -> u32 {
        self.call().map_or(0, |call| call.attempts)
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
        }
        match self.hint() {
            Some(hint) => write!(f, "; hint: {hint}"),
            None => Ok(()),
        }
    }
}

/// The variant and its text: what a program shows whose `main` returns the error.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let variant = match self {
            Error::MissingApiKey => "MissingApiKey",
            Error::Config(_) => "Config",
            Error::InvalidRequest(_) => "InvalidRequest",
            Error::Api(_) => "Api",
            Error::Transport(_) => "Transport",
            Error::Decode(_) => "Decode",
            Error::Pagination(_) => "Pagination",
        };
        write!(f, "{variant}({self})")
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Error::Transport(error) => error.source(),
            Error::MissingApiKey
            | Error::Config(_)
            | Error::InvalidRequest(_)
            | Error::Api(_)
            | Error::Decode(_)
            | Error::Pagination(_) => None,
        }
    }
}
