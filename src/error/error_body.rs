//! The body of a response that is not a success, in all forms that the API and gateways use.

use serde_json::Value;

use super::{ValidationDetail, html};
use crate::secret::start;

/// An error has at most this many details, a `loc` this many parts, and a part this many bytes.
const MAX_DETAILS: usize = 50;
const MAX_PARTS: usize = 10;
const MAX_PART_BYTES: usize = 64;

/// What the body of an error says.
#[derive(Default)]
pub(crate) struct ErrorBody {
    pub(crate) is_empty: bool,
    pub(crate) is_json: bool,
    /// Whether the body has FastAPI's form or that of Mistral's error glossary. Gateways use others.
    pub(crate) is_from_api: bool,
    /// The title of an HTML page.
    pub(crate) page: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) details: Vec<ValidationDetail>,
    pub(crate) kind: Option<String>,
    pub(crate) param: Option<String>,
    pub(crate) code: Option<String>,
    pub(crate) request_id: Option<String>,
    /// Whether the body says that a quota is exhausted.
    pub(crate) says_quota_exhausted: bool,
    /// The error, if the body is an error of JSON-RPC.
    pub(crate) rpc_error: Option<Value>,
}

impl ErrorBody {
    pub(crate) fn parse(text: &str) -> Self {
        let parsed = crate::json::read(text, |text| serde_json::from_str::<Value>(text));
        let body = match parsed {
            Ok(body) => ErrorBody {
                is_json: true,
                is_from_api: body.get("detail").is_some_and(|detail| !detail.is_null())
                    || body.get("object").is_some_and(|object| object == "error"),
                rpc_error: body.get("jsonrpc").and(body.get("error")).cloned(),
                ..ErrorBody::read(&body)
            },
            Err(_) => ErrorBody {
                is_empty: text.trim().is_empty(),
                page: html::title(text),
                ..ErrorBody::default()
            },
        };
        ErrorBody {
            says_quota_exhausted: text.contains("insufficient_quota"),
            ..body
        }
    }

    fn read(body: &Value) -> Self {
        let field = |name| {
            body.get(name)
                .and_then(text)
                .filter(|text| !text.is_empty())
        };
        let mut read = ErrorBody {
            kind: field("type"),
            param: field("param"),
            code: field("code"),
            request_id: field("request_id"),
            ..ErrorBody::default()
        };
        // FastAPI has `detail`, Mistral's glossary and gateways have `message`, others `error`. Each
        // can be a string, a list of details, or an object with one of these fields.
        for name in ["detail", "message", "error"] {
            match body.get(name) {
                Some(Value::Array(items)) => {
                    let details = items.iter().filter_map(ValidationDetail::read);
                    read.details.extend(details.take(MAX_DETAILS));
                }
                Some(inner @ Value::Object(_)) => {
                    let inner = ErrorBody::read(inner);
                    read.message = read.message.or(inner.message);
                    read.details.extend(inner.details);
                    read.kind = read.kind.or(inner.kind);
                    read.param = read.param.or(inner.param);
                    read.code = read.code.or(inner.code);
                }
                _ => read.message = read.message.or(field(name)),
            }
        }
        read.details.truncate(MAX_DETAILS);
        read
    }

    /// Whether nothing in the body is understood.
    pub(crate) fn is_silent(&self) -> bool {
        self.is_empty || self.is_json && self.message.is_none() && self.details.is_empty()
    }

    /// Everything that the body says.
    pub(crate) fn text(&self) -> String {
        let parts = [&self.message, &self.kind, &self.code];
        let parts = parts.into_iter().flatten();
        let details = self.details.iter().map(|detail| &detail.msg);
        let parts: Vec<&str> = parts.chain(details).map(String::as_str).collect();
        parts.join(" ")
    }

    /// Whether the request was refused because the field `protocol` is missing.
    pub(crate) fn lacks_protocol(&self) -> bool {
        let mut details = self.details.iter();
        match &self.message {
            Some(message) if self.details.is_empty() => says_protocol_is_missing(message),
            _ => details.any(|detail| match detail.loc.last() {
                None => says_protocol_is_missing(&detail.msg),
                Some(last) if last == "protocol" || last.ends_with(".protocol") => true,
                // FastAPI says this if the field decides how the body is read.
                Some(_) => {
                    detail.kind == "union_tag_not_found" && detail.msg.contains("'protocol'")
                }
            }),
        }
    }
}

/// Whether a message says something like "the field `protocol` is required" or "missing field:
/// protocol".
fn says_protocol_is_missing(message: &str) -> bool {
    const FILLERS: &str = " a body field is key parameter property the value was ";
    let message = message.to_lowercase();
    let words = message.split(|c: char| !c.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty() && !FILLERS.contains(&format!(" {word} ")));
    let words = format!(" {} ", words.collect::<Vec<_>>().join(" "));
    let pairs = [
        " protocol missing ",
        " protocol required ",
        " missing protocol ",
    ];
    pairs.iter().any(|pair| words.contains(pair)) || words.ends_with(" required protocol ")
}

impl ValidationDetail {
    /// `None` if the item says nothing.
    fn read(item: &Value) -> Option<Self> {
        let field = |name| item.get(name).and_then(text);
        // `input` is left out, because it repeats what was sent.
        let loc = match item.get("loc") {
            Some(Value::Array(parts)) => parts.iter().take(MAX_PARTS).filter_map(text).collect(),
            other => Vec::from_iter(other.and_then(text)),
        };
        let loc = loc
            .iter()
            .map(|part| start(part, MAX_PART_BYTES).to_owned());
        let kind = field("type").unwrap_or_default();
        let msg = field("msg").or_else(|| field("message"));
        let msg = msg.or_else(|| item.as_str().map(str::to_owned));
        let msg = msg.unwrap_or_else(|| kind.clone());
        (!msg.is_empty()).then(|| ValidationDetail::new(loc.collect(), msg, kind))
    }
}

/// The text of a string or a number.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}
