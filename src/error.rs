//! What can go wrong, and how it reads.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use serde_json::Value;

use crate::request::{Operation, Request};
use crate::retry::Outcome;
use crate::secret::Redactor;

/// What every fallible function of this crate returns.
pub type Result<T> = std::result::Result<T, Error>;

/// How many characters of a server's text an error keeps.
const SHOWN: usize = 500;

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
    /// There was no answer, or only a part of one.
    Transport(Box<TransportError>),
    /// The API answered with success, but with something that cannot be read.
    Decode(Box<DecodeError>),
    /// The pages of a listing do not come to an end.
    Pagination(Box<PaginationError>),
}

impl Error {
    pub(crate) fn config(text: impl Into<String>) -> Self {
        Error::Config(text.into().into_boxed_str())
    }

    pub(crate) fn invalid_request(text: impl Into<String>) -> Self {
        Error::InvalidRequest(text.into().into_boxed_str())
    }

    /// The call that failed, for errors that come from one.
    pub(crate) fn call_mut(&mut self) -> Option<&mut FailedCall> {
        match self {
            Error::Api(error) => Some(&mut error.call),
            Error::Transport(error) => Some(&mut error.call),
            Error::Decode(error) => Some(&mut error.call),
            Error::MissingApiKey
            | Error::Config(_)
            | Error::InvalidRequest(_)
            | Error::Pagination(_) => None,
        }
    }

    fn call(&self) -> Option<&FailedCall> {
        match self {
            Error::Api(error) => Some(&error.call),
            Error::Transport(error) => Some(&error.call),
            Error::Decode(error) => Some(&error.call),
            Error::MissingApiKey
            | Error::Config(_)
            | Error::InvalidRequest(_)
            | Error::Pagination(_) => None,
        }
    }

    /// The HTTP status of the answer, if there was a whole one.
    pub fn status(&self) -> Option<u16> {
        match self {
            Error::Api(error) => Some(error.status),
            Error::Decode(error) => Some(error.status),
            Error::MissingApiKey
            | Error::Config(_)
            | Error::InvalidRequest(_)
            | Error::Transport(_)
            | Error::Pagination(_) => None,
        }
    }

    /// The server's name for the request: what Mistral's support asks for.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Error::Api(error) => error.request_id.as_deref(),
            Error::Decode(error) => error.request_id.as_deref(),
            Error::MissingApiKey
            | Error::Config(_)
            | Error::InvalidRequest(_)
            | Error::Transport(_)
            | Error::Pagination(_) => None,
        }
    }

    /// How the attempt behind it ended.
    pub(crate) fn outcome(&self) -> Outcome {
        match self {
            Error::Api(error) => Outcome::Answered(error.status),
            Error::Transport(error) => error.outcome,
            Error::Decode(_) => Outcome::Unusable,
            Error::MissingApiKey
            | Error::Config(_)
            | Error::InvalidRequest(_)
            | Error::Pagination(_) => Outcome::NotConnected,
        }
    }

    fn is_status(&self, status: u16) -> bool {
        matches!(self, Error::Api(error) if error.status == status)
    }

    /// 401: the API key is not valid.
    pub fn is_unauthorized(&self) -> bool {
        self.is_status(401)
    }

    /// 404: there is no such connector.
    pub fn is_not_found(&self) -> bool {
        self.is_status(404)
    }

    /// 409: the name is taken. A rename may show the same as 500, see [`Error::hint`].
    pub fn is_conflict(&self) -> bool {
        self.is_status(409)
    }

    /// 422: the API refused a field; [`ApiError::details`] says which and why.
    pub fn is_validation(&self) -> bool {
        self.is_status(422)
    }

    /// 429: too many requests; see [`Error::retry_after`].
    pub fn is_rate_limited(&self) -> bool {
        self.is_status(429)
    }

    /// The time limit of the call or of connecting ran out.
    pub fn is_timeout(&self) -> bool {
        matches!(self, Error::Transport(error) if error.timeout)
    }

    /// There was never a connection, so nothing was sent: name lookup, TCP, TLS or proxy failed.
    pub fn is_connect(&self) -> bool {
        matches!(
            self,
            Error::Transport(error)
                if matches!(error.outcome, Outcome::NotConnected | Outcome::Unconnectable)
        )
    }

    /// How long the server asks to wait before the next attempt (`retry-after-ms`, else
    /// `Retry-After`).
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Error::Api(error) => error.retry_after,
            Error::MissingApiKey
            | Error::Config(_)
            | Error::InvalidRequest(_)
            | Error::Transport(_)
            | Error::Decode(_)
            | Error::Pagination(_) => None,
        }
    }

    /// What to do about it, where that is known. Part of the error's text.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Error::MissingApiKey if cfg!(feature = "dotenv") => Some(
                "set MISTRAL_API_KEY in the environment or in a .env file, or pass the key to \
                 `ConnectorsClient::new` or the builder's `api_key`",
            ),
            Error::MissingApiKey => Some(
                "set MISTRAL_API_KEY in the environment, or pass the key to \
                 `ConnectorsClient::new` or the builder's `api_key`",
            ),
            Error::Api(error) => status_hint(error.status, error.call.operation),
            Error::Transport(error) => error.hint,
            Error::Decode(error) => error.hint,
            Error::Config(_) | Error::InvalidRequest(_) | Error::Pagination(_) => None,
        }
    }

    /// How many requests were sent or tried for the call that failed. 0 if it was refused before.
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
            Error::Transport(error) => Some(&*error.source),
            Error::MissingApiKey
            | Error::Config(_)
            | Error::InvalidRequest(_)
            | Error::Api(_)
            | Error::Decode(_)
            | Error::Pagination(_) => None,
        }
    }
}

/// The call behind an error.
#[derive(Debug)]
pub(crate) struct FailedCall {
    /// `GET /v1/connectors/docs`
    asked: String,
    operation: Operation,
    pub(crate) attempts: u32,
    /// A write that was sent at least once without a clear "no".
    pub(crate) may_have_happened: bool,
}

impl FailedCall {
    pub(crate) fn new(request: &Request, redactor: &Redactor) -> Self {
        FailedCall {
            asked: shorten(&redactor.text(&request.to_string())),
            operation: request.operation,
            attempts: 1,
            may_have_happened: false,
        }
    }

    /// ` (request id r, 2 attempts; …)`
    fn fmt_end(&self, f: &mut fmt::Formatter<'_>, request_id: Option<&str>) -> fmt::Result {
        f.write_str(" (")?;
        if let Some(id) = request_id {
            write!(f, "request id {id}, ")?;
        }
        match self.attempts {
            1 => f.write_str("1 attempt")?,
            more => write!(f, "{more} attempts")?,
        }
        if self.may_have_happened {
            f.write_str("; it may have been carried out all the same: look before retrying")?;
        }
        f.write_str(")")
    }
}

/// An answer of the API that is not a success.
///
/// The server's texts are shortened and searched for secrets.
#[derive(Debug)]
#[non_exhaustive]
pub struct ApiError {
    /// The HTTP status.
    pub status: u16,
    /// The server's own words; where it gave none, the name of the status.
    pub message: String,
    /// What was refused, field by field, when the server says so (422).
    pub details: Vec<ValidationDetail>,
    /// The kind of error, where the body has the form of Mistral's error glossary (`type`).
    pub kind: Option<String>,
    /// The parameter in question, where the body has that form.
    pub param: Option<String>,
    /// The code of the error, where the body has that form.
    pub code: Option<String>,
    /// The server's name for the request.
    pub request_id: Option<String>,
    /// How long the server asks to wait.
    pub retry_after: Option<Duration>,
    /// The start of the body, as text.
    pub body: String,
    pub(crate) call: FailedCall,
}

/// One field the API refused, and why (FastAPI's `loc`, `msg` and `type`).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ValidationDetail {
    /// Where: `["body", "server"]`.
    pub loc: Vec<String>,
    /// Why, in the server's words.
    pub msg: String,
    /// The kind of fault: `missing`, `url_parsing`.
    pub kind: String,
}

impl fmt::Display for ValidationDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.loc.as_slice() {
            [] => f.write_str(&self.msg),
            loc => write!(f, "{}: {}", loc.join("."), self.msg),
        }
    }
}

/// What of an answer's head an error tells.
#[derive(Debug, Default)]
pub(crate) struct Head {
    pub(crate) status: u16,
    /// `Not Found`
    pub(crate) reason: &'static str,
    pub(crate) request_id: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    /// Where a redirect points.
    pub(crate) location: Option<String>,
    /// `gzip`, if the body is still compressed.
    pub(crate) encoding: Option<String>,
}

impl ApiError {
    pub(crate) fn new(head: &Head, body: &[u8], request: &Request, redactor: &Redactor) -> Self {
        let text = String::from_utf8_lossy(body);
        let mut said = serde_json::from_str(text.trim_start_matches('\u{feff}'))
            .map(|value| Said::read(&value, redactor))
            .unwrap_or_default();
        let body = shorten(&redactor.document(&text));
        let mut message = match said.message.take() {
            Some(message) => message,
            None if !said.details.is_empty() => {
                let texts: Vec<String> = said.details.iter().map(ToString::to_string).collect();
                shorten(&texts.join("; "))
            }
            None if !body.is_empty() => body.clone(),
            None => head.reason.to_lowercase(),
        };
        if let Some(target) = &head.location {
            let target = shorten(&redactor.text(target));
            message = format!("redirect to {target}, which is not followed: {message}");
        }
        let request_id = head
            .request_id
            .as_ref()
            .map(|id| shorten(&redactor.text(id)));
        ApiError {
            status: head.status,
            message,
            details: said.details,
            kind: said.kind,
            param: said.param,
            code: said.code,
            request_id: request_id.or(said.request_id),
            retry_after: head.retry_after,
            body,
            call: FailedCall::new(request, redactor),
        }
    }

    /// Whether the API refuses the request because it wants `field` in it. Servers word that
    /// differently, so the word is searched for in the place and in the reason.
    pub(crate) fn asks_for(&self, field: &str) -> bool {
        let mentions = |text: &String| text.to_lowercase().contains(field);
        let mentioned = match self.details.as_slice() {
            [] => mentions(&self.message),
            details => details
                .iter()
                .any(|detail| mentions(&detail.msg) || detail.loc.iter().any(mentions)),
        };
        self.status == 422 && mentioned
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} on {}: {}",
            self.status, self.call.asked, self.message
        )?;
        self.call.fmt_end(f, self.request_id.as_deref())
    }
}

/// What the body of an error says, in any of the forms the API and its gateway use.
#[derive(Default)]
struct Said {
    message: Option<String>,
    details: Vec<ValidationDetail>,
    kind: Option<String>,
    param: Option<String>,
    code: Option<String>,
    request_id: Option<String>,
}

impl Said {
    fn read(body: &Value, redactor: &Redactor) -> Self {
        let clean = |value: &Value| match value {
            Value::String(text) => Some(shorten(&redactor.text(text))),
            Value::Number(number) => Some(shorten(&redactor.text(&number.to_string()))),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        };
        let field = |name| {
            body.get(name)
                .and_then(clean)
                .filter(|text| !text.is_empty())
        };
        let mut said = Said {
            kind: field("type"),
            param: field("param"),
            code: field("code"),
            request_id: field("request_id"),
            ..Said::default()
        };
        // FastAPI says `detail`, Mistral's glossary and the gateway `message`, others `error`.
        // Each can be a text, a list of details, or an object that has one of them again.
        for name in ["detail", "message", "error"] {
            match body.get(name) {
                Some(Value::Array(items)) => {
                    said.details.extend(items.iter().filter_map(|item| {
                        let text = |name| item.get(name).and_then(clean);
                        let msg = text("msg")?;
                        // `input` is left out: it repeats what was sent.
                        let loc = match item.get("loc") {
                            Some(Value::Array(parts)) => parts.iter().filter_map(clean).collect(),
                            other => other.and_then(clean).into_iter().collect(),
                        };
                        Some(ValidationDetail {
                            loc,
                            msg,
                            kind: text("type").unwrap_or_default(),
                        })
                    }));
                }
                Some(inner @ Value::Object(_)) => {
                    let inner = Said::read(inner, redactor);
                    said.message = said.message.or(inner.message);
                    said.details.extend(inner.details);
                    said.kind = said.kind.or(inner.kind);
                    said.param = said.param.or(inner.param);
                    said.code = said.code.or(inner.code);
                }
                _ => said.message = said.message.or(field(name)),
            }
        }
        said
    }
}

/// Why there is no answer. [`Error::is_timeout`] and [`Error::is_connect`] tell more, and
/// [`source`](std::error::Error::source) the cause.
#[derive(Debug)]
#[non_exhaustive]
pub struct TransportError {
    pub(crate) what: &'static str,
    pub(crate) timeout: bool,
    pub(crate) outcome: Outcome,
    pub(crate) hint: Option<&'static str>,
    pub(crate) source: Box<dyn StdError + Send + Sync>,
    pub(crate) base_url: String,
    pub(crate) call: FailedCall,
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let TransportError {
            what,
            base_url,
            call,
            ..
        } = self;
        write!(f, "{} at {base_url}: {what}", call.asked)?;
        self.call.fmt_end(f, None)
    }
}

/// Why an answer cannot be read.
#[derive(Debug)]
#[non_exhaustive]
pub struct DecodeError {
    status: u16,
    request_id: Option<String>,
    expected: &'static str,
    why: String,
    start: String,
    hint: Option<&'static str>,
    pub(crate) call: FailedCall,
}

impl DecodeError {
    pub(crate) fn new(
        head: &Head,
        expected: &'static str,
        why: &dyn fmt::Display,
        body: &[u8],
        request: &Request,
        redactor: &Redactor,
    ) -> Self {
        DecodeError {
            status: head.status,
            request_id: head
                .request_id
                .as_ref()
                .map(|id| shorten(&redactor.text(id))),
            expected,
            why: shorten(&redactor.text(&why.to_string())),
            start: shorten(&redactor.document(&String::from_utf8_lossy(body))),
            hint: head.encoding.as_ref().map(|_| {
                "the body is compressed in a way this build does not read; the feature `gzip` \
                 reads gzip"
            }),
            call: FailedCall::new(request, redactor),
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let DecodeError {
            status,
            expected,
            why,
            start,
            ..
        } = self;
        write!(
            f,
            "{status} on {} is not {expected}: {why}",
            self.call.asked
        )?;
        if start.is_empty() {
            f.write_str(", the body is empty")?;
        } else {
            write!(f, ", the body starts with {start:?}")?;
        }
        self.call.fmt_end(f, self.request_id.as_deref())
    }
}

/// Why a listing was given up.
#[derive(Debug)]
#[non_exhaustive]
pub struct PaginationError {
    pub(crate) what: String,
}

impl fmt::Display for PaginationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the pages of GET /v1/connectors do not come to an end: {}",
            self.what
        )
    }
}

/// What to do about `status`: our words for the rows of the API documentation's error tables.
fn status_hint(status: u16, operation: Operation) -> Option<&'static str> {
    use Operation::{Create, Delete, Get, List, Update};
    Some(match (status, operation) {
        (300..=399, _) => "point `base_url` at the address the API itself answers on",
        (400, List { cursor: true }) => {
            "a cursor is valid only for the filter it came from: start the listing over, or \
             repeat the filter it was issued under"
        }
        (401, _) => {
            "the API key was not accepted: check it (`api_key`, MISTRAL_API_KEY), or make a new \
             one in the Mistral console"
        }
        (403, _) => "the API key is valid but not allowed to do this",
        (404 | 422, Update { uuid: false, .. } | Delete { uuid: false }) => {
            "this takes the connector's UUID, not its name; `get` finds it by name"
        }
        (404, Create | List { .. }) => "check `base_url`: it is the API's address without `/v1`",
        (404, Get) => "no connector has this ID or name; `list` shows those that this key can see",
        (404, Update { .. }) => "the connector may have been deleted meanwhile",
        (404, Delete { .. }) => "it is already deleted, or the ID is wrong; nothing is left to do",
        (409, Create) => {
            "the name is taken: choose another, or delete or update the connector that has it"
        }
        (409 | 500, Update { rename: true, .. }) => {
            "the new name may be taken by another connector: choose a different one"
        }
        (409, _) => "another connector is in the way, most likely by its name",
        (422, Create | Update { .. }) => {
            "the message says which field was refused; `server` must be an absolute URL at which \
             Mistral reaches the MCP server"
        }
        (422, _) => "the message says which parameter was refused",
        (429, _) => "too many requests: wait, or raise `max_retries` and `timeout`",
        _ => return None,
    })
}

/// The start of `text` in one line.
fn shorten(text: &str) -> String {
    let mut line = String::new();
    for word in text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|w| !w.is_empty())
    {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > SHOWN {
            let end = (0..=SHOWN)
                .rev()
                .find(|&at| line.is_char_boundary(at))
                .unwrap_or(0);
            line.truncate(end);
            line.push('…');
            break;
        }
    }
    line
}

impl PaginationError {
    pub(crate) fn circle() -> Error {
        Error::Pagination(Box::new(PaginationError {
            what: "the server's cursors go in a circle".to_owned(),
        }))
    }

    pub(crate) fn empty(pages: u32) -> Error {
        Error::Pagination(Box::new(PaginationError {
            what: format!("{pages} empty pages in a row"),
        }))
    }
}
