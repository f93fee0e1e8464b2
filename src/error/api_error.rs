//! A response whose status is not a success.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use crate::secret::{Redactor, one_line};

/// A response whose status is not a success.
///
/// The server's texts are shortened, and secrets of the request are redacted in them.
///
/// ```
/// use mistral_connectors::{ConnectorsClient, CreateConnector, Error};
///
/// # fn demo(client: &ConnectorsClient, docs: &CreateConnector) {
/// if let Err(Error::Api(error)) = client.create(docs) {
///     eprintln!("{}: {}", error.status, error.message);
///     for detail in &error.details {
///         eprintln!("  {}: {}", detail.loc.join("."), detail.msg);
///     }
/// }
/// # }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct ApiError {
    /// The method and the path of the request: `GET /v1/connectors/docs`.
    pub request: String,
    /// The HTTP status.
    pub status: u16,
    /// The server's own message, or the name of the status if the server sent none.
    pub message: String,
    /// The refused fields, if the server names them (422).
    pub details: Vec<ValidationDetail>,
    /// The kind of error (`type` in JSON), if the body has the form of Mistral's error glossary.
    pub kind: Option<String>,
    /// The parameter in question, if the body has the form of Mistral's error glossary.
    pub param: Option<String>,
    /// The code of the error, if the body has the form of Mistral's error glossary.
    pub code: Option<String>,
    /// The request ID that the server sent.
    pub request_id: Option<String>,
    /// How long the server asks to wait before the next attempt.
    pub retry_after: Option<Duration>,
    /// The start of the body as one line of text.
    pub body: String,
    /// How many attempts were made.
    pub attempts: u32,
    /// See [`Error::may_have_happened`](crate::Error::may_have_happened).
    pub may_have_happened: bool,
    /// See [`Error::hint`](crate::Error::hint).
    pub hint: Option<&'static str>,
    /// Whether the body has a form that only the API uses.
    pub(crate) from_api: bool,
    /// Whether the request was refused because it lacks the field `protocol`.
    pub(crate) lacks_protocol: bool,
    /// Whether a 429 is about a quota, which waiting does not refill.
    pub(crate) quota_exhausted: bool,
    /// The whole error in one line, without secrets.
    pub(crate) text: String,
}

impl StdError for ApiError {}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A field that the API refused, and why (FastAPI's `loc`, `msg` and `type`).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ValidationDetail {
    /// Where the field is in the request: `["body", "server"]`.
    pub loc: Vec<String>,
    /// Why it was refused, in the server's words.
    pub msg: String,
    /// The kind of error (`type` in JSON): `missing`, `url_parsing`.
    pub kind: String,
    text: String,
}

impl ValidationDetail {
    pub(super) fn new(loc: Vec<String>, msg: String, kind: String) -> Self {
        let text = match loc.as_slice() {
            [] => msg.clone(),
            loc => format!("{}: {msg}", loc.join(".")),
        };
        ValidationDetail {
            loc,
            msg,
            kind,
            text,
        }
    }

    /// The detail as an error shows it.
    pub(crate) fn redacted(&self, redactor: &Redactor) -> Self {
        let loc: Vec<String> = self.loc.iter().map(|part| one_line(part)).collect();
        // A secret can be spread over several parts.
        let joined = loc.join(".");
        let shown = redactor.redact(&joined);
        ValidationDetail {
            loc: if shown == joined { loc } else { vec![shown] },
            msg: redactor.show(&self.msg),
            kind: redactor.show(&self.kind),
            text: redactor.show(&self.text),
        }
    }
}

impl fmt::Display for ValidationDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
