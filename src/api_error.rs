//! An answer of the API that is not a success: what it says, and what to do about it.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use serde_json::Value;

use crate::failed_call::{FailedCall, tells_of_its_call};
use crate::hints::{self, Hints};
use crate::redactor::{Redactor, shorten};
use crate::reply::Reply;

/// How many faults of a request, and how many parts of a place in it, an error keeps.
const MOST_DETAILS: usize = 100;
const MOST_PARTS: usize = 20;

/// What to do about a status wherever it comes.
const HINTS: Hints = &[
    (
        401,
        "the API key was not accepted: check it (`api_key`, MISTRAL_API_KEY), or make a new one in \
         the Mistral console",
    ),
    (
        403,
        "this key is not allowed to do that, or something between here and the API refuses it",
    ),
    (
        429,
        "too many requests: wait, or raise `max_retries` and `timeout`",
    ),
];

/// A 422 that says something.
const REFUSED: &str = "a field or parameter was refused: the message says which or why";

const REDIRECT: &str = "point `base_url` at the address the API itself answers on";

/// A 404 without JSON.
const NOT_THE_API: &str = "this does not look like an answer of the API: check `base_url`";

const SERVER: &str = "`server` must be an absolute URL at which Mistral reaches the MCP server";

/// What to do about `status`.
fn hint(status: u16, said: &Said, empty: bool, hints: &[Hints]) -> Option<&'static str> {
    match status {
        300..=399 => Some(REDIRECT),
        404 if !said.json => Some(NOT_THE_API),
        422 if said.faults("body", "server") => Some(SERVER),
        // What an endpoint says of 422 is about the path.
        422 if said.details.is_empty() || said.faults("path", "") => {
            hints::find(hints, status).or((!empty && !said.is_silent()).then_some(REFUSED))
        }
        422 => Some(REFUSED),
        // Whoever else answers so knows nothing of the key.
        401 | 403 if !said.json && !empty => None,
        _ => hints::find(hints, status).or_else(|| hints::find(&[HINTS], status)),
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
    /// Whether the body is JSON, as the API's own answers are.
    pub(crate) is_json: bool,
    /// Whether the request is refused for want of the field `protocol`.
    pub(crate) asks_for_protocol: bool,
    pub(crate) hint: Option<&'static str>,
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
            loc: self.loc.iter().map(|part| redactor.show(part)).collect(),
            msg: redactor.show(&self.msg),
            kind: redactor.show(&self.kind),
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

impl ApiError {
    pub(crate) fn new(
        reply: &Reply,
        hints: &[Hints],
        call: FailedCall,
        redactor: &Redactor,
    ) -> Self {
        let text = String::from_utf8_lossy(&reply.body);
        let said = serde_json::from_str(text.trim_start_matches('\u{feff}'))
            .map(|value| Said {
                json: true,
                ..Said::read(&value)
            })
            .unwrap_or_default();
        // Both are asked before anything is blackened.
        let hint = hint(reply.status, &said, text.trim().is_empty(), hints);
        let asks_for_protocol = reply.status == 422 && said.asks_for_protocol(&text);
        let show = |text: &str| redactor.show(text);
        let body = show(&text);
        let details: Vec<_> = said
            .details
            .iter()
            .map(|detail| detail.show(redactor))
            .collect();
        let request_id = reply.request_id.as_ref().or(said.request_id.as_ref());
        ApiError {
            status: reply.status,
            message: message(reply, &said, &details, &body, redactor),
            details,
            kind: said.kind.as_deref().map(show),
            param: said.param.as_deref().map(show),
            code: said.code.as_deref().map(show),
            request_id: request_id.map(|id| show(id)),
            retry_after: reply.retry_after,
            body,
            is_json: said.json,
            asks_for_protocol,
            hint,
            call,
        }
    }
}

/// The server's own words; where it gave none, the name of the status. `details` and `body` are
/// without secrets already.
fn message(
    reply: &Reply,
    said: &Said,
    details: &[ValidationDetail],
    body: &str,
    redactor: &Redactor,
) -> String {
    let own = said.message.iter().map(|text| redactor.show(text));
    let texts: Vec<_> = own.chain(details.iter().map(ToString::to_string)).collect();
    let message = match texts.is_empty() {
        false => shorten(&texts.join("; ")),
        true if body.is_empty() => reply.reason.to_lowercase(),
        true => body.to_owned(),
    };
    match &reply.location {
        Some(target) => {
            let target = redactor.show(target);
            format!("redirect to {target}, which is not followed: {message}")
        }
        None => message,
    }
}

tells_of_its_call!(ApiError);

impl StdError for ApiError {}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} on {}: {}",
            self.status, self.call.asked, self.message
        )?;
        self.call
            .fmt_end(f, self.request_id.as_deref(), self.retry_after)
    }
}

/// What the body of an error says, in any of the forms the API and its gateway use.
#[derive(Default)]
struct Said {
    /// Whether it is JSON at all.
    json: bool,
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

    /// Whether it is JSON that says nothing that is understood.
    fn is_silent(&self) -> bool {
        self.json && self.message.is_none() && self.details.is_empty()
    }

    /// Whether a detail is about `name`, or anything, in this part of the request.
    fn faults(&self, part: &str, name: &str) -> bool {
        let mut details = self.details.iter();
        details.any(|detail| {
            detail.loc.first().is_some_and(|first| first == part)
                && (name.is_empty() || detail.loc.iter().any(|part| part == name))
        })
    }

    /// Whether a refusal speaks of the field `protocol`. Servers word that differently.
    fn asks_for_protocol(&self, text: &str) -> bool {
        let mentions = |text: &str| text.to_lowercase().contains("protocol");
        match self.details.as_slice() {
            [] => mentions(self.message.as_deref().unwrap_or(text)),
            details => details.iter().any(|detail| mentions(&detail.to_string())),
        }
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
