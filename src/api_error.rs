//! An answer of the API that is not a success: what it says, and what to do about it.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use serde_json::Value;

use crate::failed_call::{FailedCall, tells_of_its_call};
use crate::hints::{self, Hints};
use crate::markup;
use crate::proxy_status::gateway_error;
use crate::reply::Reply;
use crate::secret::Redactor;

/// How many faults of a request, and how many parts of a place in it, an error keeps.
const MOST_DETAILS: usize = 100;
const MOST_PARTS: usize = 20;

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
    /// Whether a quota is used up. A retry does not help then.
    pub(crate) is_out_of_quota: bool,
    pub(crate) hint: Option<&'static str>,
    pub(crate) call: FailedCall,
    /// The whole error in one line, without secrets.
    line: String,
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
    /// Where and why, in one line, without secrets.
    line: String,
}

impl ValidationDetail {
    /// `None` if nothing is said.
    fn read(item: &Value) -> Option<Self> {
        let text = |name| item.get(name).and_then(plain);
        // `input` is left out: it repeats what was sent.
        let loc: Vec<String> = match item.get("loc") {
            Some(Value::Array(parts)) => parts.iter().take(MOST_PARTS).filter_map(plain).collect(),
            other => other.and_then(plain).into_iter().collect(),
        };
        let kind = text("type").unwrap_or_default();
        let msg = text("msg")
            .or_else(|| text("message"))
            .or_else(|| item.as_str().map(str::to_owned));
        let msg = msg.unwrap_or_else(|| kind.clone());
        let line = match loc.as_slice() {
            [] => msg.clone(),
            loc => format!("{}: {msg}", loc.join(".")),
        };
        (!msg.is_empty()).then_some(ValidationDetail {
            loc,
            msg,
            kind,
            line,
        })
    }

    fn show(&self, redactor: &Redactor) -> Self {
        // The parts are also shown joined, and must not form a secret then.
        let parts: Vec<_> = self.loc.iter().map(|part| redactor.show(part)).collect();
        let place = redactor.show(&self.loc.join("."));
        ValidationDetail {
            loc: match parts.join(".") == place {
                true => parts,
                false => vec![place],
            },
            msg: redactor.show(&self.msg),
            kind: redactor.show(&self.kind),
            line: redactor.show(&self.line),
        }
    }
}

impl fmt::Display for ValidationDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line)
    }
}

impl ApiError {
    pub(crate) fn new(
        reply: &Reply,
        hints: &[Hints],
        call: FailedCall,
        redactor: &Redactor,
    ) -> Self {
        let text = String::from_utf8_lossy(reply.body());
        let said = Said::of(&text);
        // Both are asked before anything is redacted.
        let hint = hints::of_refusal(reply.status, &said, target(reply).is_some(), hints);
        let asks_for_protocol = reply.status == 422 && said.asks_for_protocol(&text);
        let show = |text: &str| redactor.show(text);
        let details = said.details.iter().map(|detail| detail.show(redactor));
        let request_id = reply.request_id.as_ref().or(said.request_id.as_ref());
        let request_id = request_id.map(|id| show(id));
        // A numeric API key must not be shown as a wait.
        let retry_after = reply.retry_after.filter(|wait| {
            let wait = format!("{wait:?}");
            redactor.redact(&wait) == wait
        });
        let message = message(reply, &said, &text, redactor);
        let line = format!("{} on {}: {message}", reply.status, call.asked);
        ApiError {
            status: reply.status,
            details: details.collect(),
            kind: said.kind.as_deref().map(show),
            param: said.param.as_deref().map(show),
            code: said.code.as_deref().map(show),
            body: show(&text),
            is_json: said.json,
            asks_for_protocol,
            is_out_of_quota: reply.status == 429 && said.is_out_of_quota(),
            hint,
            line: call.line(line, request_id.as_deref(), retry_after, redactor),
            message,
            request_id,
            retry_after,
            call,
        }
    }
}

/// The server's own message; if there is none, the name of the status.
fn message(reply: &Reply, said: &Said, text: &str, redactor: &Redactor) -> String {
    let own = said.message.iter();
    let texts: Vec<&str> = own
        .chain(said.details.iter().map(|detail| &detail.line))
        .map(String::as_str)
        .collect();
    let mut message = match &said.page {
        _ if said.empty => reply.reason.to_lowercase(),
        Some(title) => format!(
            "{} (a web page, which does not look like the API)",
            redactor.show(title)
        ),
        None if texts.is_empty() => redactor.show(text),
        None => redactor.show(&texts.join("; ")),
    };
    if let Some(target) = target(reply) {
        let target = redactor.show(target);
        message = format!("redirect to {target}, which is not followed: {message}");
    }
    let gateway = reply.proxy_status.as_deref().and_then(gateway_error);
    if let Some(error) = gateway.filter(|_| reply.status >= 400) {
        message = format!("{message}; connectors gateway: {}", redactor.show(&error));
    }
    redactor.redact(&message)
}

/// The target of a redirect. (300 and 304 are not redirects.)
fn target(reply: &Reply) -> Option<&str> {
    let is_redirect = matches!(reply.status, 301 | 302 | 303 | 307 | 308);
    reply.location.as_deref().filter(|_| is_redirect)
}

/// Whether the response says that a quota is used up. A retry does not help then.
pub(crate) fn is_out_of_quota(reply: &Reply) -> bool {
    reply.status == 429 && Said::of(&String::from_utf8_lossy(reply.body())).is_out_of_quota()
}

tells_of_its_call!(ApiError);

impl StdError for ApiError {}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line)
    }
}

/// What the body of an error says, in any of the forms that the API and its gateway use.
#[derive(Default)]
pub(crate) struct Said {
    pub(crate) empty: bool,
    /// Whether it is JSON at all.
    pub(crate) json: bool,
    /// Whether it has a form that the API itself uses: FastAPI's, or that of Mistral's glossary.
    pub(crate) is_from_api: bool,
    /// The title or first words, if it is an HTML page.
    pub(crate) page: Option<String>,
    message: Option<String>,
    pub(crate) details: Vec<ValidationDetail>,
    kind: Option<String>,
    param: Option<String>,
    code: Option<String>,
    request_id: Option<String>,
}

impl Said {
    fn of(text: &str) -> Self {
        let empty = text.trim().is_empty();
        match serde_json::from_str(text.trim_start_matches('\u{feff}')) {
            Ok(body) => Said {
                json: true,
                is_from_api: is_from_api(&body),
                ..Said::read(&body)
            },
            Err(_) => Said {
                empty,
                page: markup::title(text),
                ..Said::default()
            },
        }
    }

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

    /// Whether it says nothing that is understood.
    pub(crate) fn is_silent(&self) -> bool {
        self.empty || self.json && self.message.is_none() && self.details.is_empty()
    }

    /// All that it says.
    pub(crate) fn text(&self) -> String {
        let parts = [&self.message, &self.kind, &self.code]
            .into_iter()
            .flatten();
        let details = self.details.iter().map(|detail| &detail.msg);
        let parts: Vec<&str> = parts.chain(details).map(String::as_str).collect();
        parts.join(" ")
    }

    pub(crate) fn is_out_of_quota(&self) -> bool {
        self.text().contains("insufficient_quota")
    }

    /// Whether a refusal speaks of the field `protocol`. Servers word that differently.
    fn asks_for_protocol(&self, text: &str) -> bool {
        let mentions = |text: &str| text.to_lowercase().contains("protocol");
        match self.details.as_slice() {
            [] => mentions(self.message.as_deref().unwrap_or(text)),
            details => details.iter().any(|detail| mentions(&detail.line)),
        }
    }
}

fn is_from_api(body: &Value) -> bool {
    body.get("detail").is_some() || body.get("object").is_some_and(|object| object == "error")
}

/// The text of a value that has one.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}
