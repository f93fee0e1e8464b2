//! What can go wrong, and how it reads.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use serde_json::Value;

use crate::request::{Operation, Request};
use crate::retry::Outcome;
use crate::secret::Redactor;

/// What every fallible function of this crate returns.
pub type Result<T> = std::result::Result<T, Error>;

/// How many bytes of a server's text an error keeps.
const SHOWN: usize = 500;

/// How many bytes of it are searched for secrets: what is shown comes from its beginning.
const SEARCHED: usize = 65_536;

/// How many faults of a request, and how many parts of a place in it, an error keeps.
const MOST_DETAILS: usize = 100;
const MOST_PARTS: usize = 20;

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
            _ => None,
        }
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

    /// How the attempt behind it ended.
    pub(crate) fn outcome(&self) -> Outcome {
        match self {
            Error::Api(error) => Outcome::Answered(error.status),
            Error::Transport(error) => error.outcome,
            Error::Decode(error) => error.outcome,
            _ => Outcome::Unconnectable,
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
            _ => None,
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
            asked: show(&request.to_string(), redactor),
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
    /// Whether the request is refused for want of the field `protocol`.
    pub(crate) asks_for_protocol: bool,
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

impl ValidationDetail {
    /// `None` if nothing is said.
    fn read(item: &Value) -> Option<Self> {
        let text = |name| item.get(name).and_then(plain);
        // `input` is left out: it repeats what was sent.
        let loc = match item.get("loc") {
            Some(Value::Array(parts)) => parts.iter().take(MOST_PARTS).filter_map(plain).collect(),
            other => other.and_then(plain).into_iter().collect(),
        };
        let kind = text("type").unwrap_or_default();
        let msg = text("msg")
            .or_else(|| text("message"))
            .or_else(|| item.as_str().map(str::to_owned));
        let msg = msg.unwrap_or_else(|| kind.clone());
        (!msg.is_empty()).then_some(ValidationDetail { loc, msg, kind })
    }

    fn show(&self, redactor: &Redactor) -> Self {
        ValidationDetail {
            loc: self.loc.iter().map(|part| show(part, redactor)).collect(),
            msg: show(&self.msg, redactor),
            kind: show(&self.kind, redactor),
        }
    }
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
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) status: u16,
    /// `Not Found`
    pub(crate) reason: &'static str,
    pub(crate) request_id: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    /// Where a redirect points.
    pub(crate) location: Option<String>,
    /// Whether the body is still compressed.
    pub(crate) compressed: bool,
    /// Whether the head told where the body ends, so that the end of the connection is not the end
    /// of the body.
    pub(crate) framed: bool,
}

impl ApiError {
    pub(crate) fn new(head: &Head, body: &[u8], request: &Request, redactor: &Redactor) -> Self {
        let text = String::from_utf8_lossy(body);
        let said = serde_json::from_str(text.trim_start_matches('\u{feff}'))
            .map(|value| Said::read(&value))
            .unwrap_or_default();
        // Asked before anything is blackened.
        let asks_for_protocol = head.status == 422
            && match said.details.as_slice() {
                [] => mentions_protocol(said.message.as_deref().unwrap_or(&text)),
                details => details
                    .iter()
                    .any(|detail| mentions_protocol(&detail.to_string())),
            };
        let show = |text: &str| show(text, redactor);
        let body = show(&text);
        let details: Vec<_> = said
            .details
            .iter()
            .map(|detail| detail.show(redactor))
            .collect();
        let texts = said.message.as_deref().map(show).into_iter();
        let texts: Vec<_> = texts
            .chain(details.iter().map(ToString::to_string))
            .collect();
        let mut message = match texts.is_empty() {
            false => shorten(&texts.join("; ")),
            true if body.is_empty() => head.reason.to_lowercase(),
            true => body.clone(),
        };
        if let Some(target) = &head.location {
            message = format!(
                "redirect to {}, which is not followed: {message}",
                show(target)
            );
        }
        ApiError {
            status: head.status,
            message,
            details,
            kind: said.kind.as_deref().map(show),
            param: said.param.as_deref().map(show),
            code: said.code.as_deref().map(show),
            request_id: head
                .request_id
                .as_ref()
                .or(said.request_id.as_ref())
                .map(|id| show(id)),
            retry_after: head.retry_after,
            body,
            asks_for_protocol,
            call: FailedCall::new(request, redactor),
        }
    }
}

/// Whether a refusal speaks of the field `protocol`. Servers word that differently.
fn mentions_protocol(text: &str) -> bool {
    text.to_lowercase().contains("protocol")
}

impl StdError for ApiError {}

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
    fn read(body: &Value) -> Self {
        let field = |name| {
            body.get(name)
                .and_then(plain)
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
                    said.details.extend(
                        items
                            .iter()
                            .take(MOST_DETAILS)
                            .filter_map(ValidationDetail::read),
                    );
                }
                Some(inner @ Value::Object(_)) => {
                    let inner = Said::read(inner);
                    said.message = said.message.or(inner.message);
                    said.details.extend(inner.details);
                    said.kind = said.kind.or(inner.kind);
                    said.param = said.param.or(inner.param);
                    said.code = said.code.or(inner.code);
                }
                _ => said.message = said.message.or(field(name)),
            }
        }
        said.details.truncate(MOST_DETAILS);
        said
    }
}

/// The text of a value that has one.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
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

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.source)
    }
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
    expected: Cow<'static, str>,
    why: String,
    start: String,
    hint: Option<&'static str>,
    outcome: Outcome,
    pub(crate) call: FailedCall,
}

impl DecodeError {
    pub(crate) fn new(
        head: &Head,
        expected: Cow<'static, str>,
        why: &dyn fmt::Display,
        outcome: Outcome,
        body: &[u8],
        request: &Request,
        redactor: &Redactor,
    ) -> Self {
        let body = body.get(..SEARCHED).unwrap_or(body);
        DecodeError {
            status: head.status,
            request_id: head.request_id.as_ref().map(|id| show(id, redactor)),
            expected,
            why: show(&why.to_string(), redactor),
            start: show(&String::from_utf8_lossy(body), redactor),
            hint: head.compressed.then_some(
                "the body is compressed in a way this build does not read; the feature `gzip` \
                 reads gzip",
            ),
            outcome,
            call: FailedCall::new(request, redactor),
        }
    }
}

impl StdError for DecodeError {}

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

impl StdError for PaginationError {}

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

/// The start of a foreign text in one line, without secrets.
fn show(text: &str, redactor: &Redactor) -> String {
    shorten(&redactor.text(start(text, SEARCHED)))
}

/// The start of `text` in one line.
fn shorten(text: &str) -> String {
    // Line breaks would forge log lines, and marks of direction rearrange them.
    let breaks = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut line = String::new();
    for word in text.split(breaks).filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > SHOWN {
            return format!("{}…", start(&line, SHOWN));
        }
    }
    line
}

/// At most this many bytes from the start of `text`, in whole characters.
fn start(text: &str, bytes: usize) -> &str {
    match text.len() <= bytes {
        true => text,
        false => (0..=bytes)
            .rev()
            .find_map(|end| text.get(..end))
            .unwrap_or_default(),
    }
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
