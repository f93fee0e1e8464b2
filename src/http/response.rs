//! A response with its body.

use std::io::Read;
use std::str::Utf8Error;
use std::time::{Duration, SystemTime};

use ureq::http::response::Parts;
use ureq::http::{HeaderMap, StatusCode};

use crate::error::ErrorBody;
use crate::secret::Secret;

use super::failure::Failure;
use super::retry_after::asked_wait;

/// At most this many bytes of a response that is not a success are read.
const MAX_ERROR_BYTES: u64 = 1_048_576;

/// At most this many bytes are allocated in advance, no matter how long a response claims to be.
const MAX_PREALLOCATED: u64 = 1_048_576;

/// The headers that can hold a request ID, most useful first.
const REQUEST_IDS: [&str; 3] = [
    "x-request-id",
    "mistral-correlation-id",
    "x-kong-request-id",
];

/// Reads the body of a response. The number is the limit in bytes.
pub(crate) type ReadBody<'a> = &'a dyn Fn(Response, Body, u64) -> Result<Response, Failure>;

/// A body that is still to be read.
pub(crate) type Body = ureq::Body;

/// A response with the headers that matter.
#[derive(Debug, Default)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) request_id: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    pub(super) location: Option<String>,
    /// All values of `Proxy-Status`.
    pub(crate) proxy_status: String,
    /// Whether the body is still compressed.
    pub(crate) is_compressed: bool,
    pub(crate) is_event_stream: bool,
    /// `Mcp-Session-Id`.
    pub(crate) session_id: Option<Secret>,
    pub(crate) body: Vec<u8>,
}

impl Response {
    #[cfg(test)]
    pub(crate) fn new(status: u16) -> Self {
        Response {
            status,
            ..Response::default()
        }
    }

    /// The response without its body.
    pub(crate) fn from_head(head: &Parts) -> Self {
        let header = |name| text(&head.headers, name);
        let (millis, after) = (header("retry-after-ms"), header("retry-after"));
        let proxy_status = head.headers.get_all("proxy-status").iter();
        let proxy_status: Vec<&str> = proxy_status
            .filter_map(|value| value.to_str().ok())
            .collect();
        let request_id = REQUEST_IDS.into_iter().find_map(header);
        Response {
            status: head.status.as_u16(),
            request_id: request_id.map(str::to_owned),
            retry_after: asked_wait(millis, after, SystemTime::now()),
            location: header("location").map(str::to_owned),
            proxy_status: proxy_status.join(", "),
            is_compressed: header("content-encoding").is_some_and(|name| name != "identity"),
            is_event_stream: header("content-type").is_some_and(is_event_stream),
            session_id: header("mcp-session-id").map(Secret::new),
            body: Vec::new(),
        }
    }

    /// Reads the body to its end. At most `limit` bytes of a success are accepted.
    pub(crate) fn read_body(mut self, body: Body, limit: u64) -> Result<Self, Failure> {
        // It has no body, but ureq would try to decompress it.
        if self.status == 204 {
            return Ok(self);
        }
        let limit = if self.is_success() {
            limit
        } else {
            limit.min(MAX_ERROR_BYTES)
        };
        let announced = body.content_length().unwrap_or(0);
        let preallocated = announced.min(limit).min(MAX_PREALLOCATED);
        self.body.reserve_exact(preallocated as usize + 1);
        let mut reader = body.into_reader().take(limit.saturating_add(1));
        let read = reader.read_to_end(&mut self.body);
        read.map_err(|error| Failure::of(error.into()))?;
        if self.body.len() as u64 > limit {
            if self.is_success() {
                return Err(Failure::too_large(limit));
            }
            self.body.truncate(limit as usize);
        }
        Ok(self)
    }

    pub(crate) fn is_success(&self) -> bool {
        (200..=299).contains(&self.status)
    }

    /// The name of the status: `Not Found`.
    pub(crate) fn reason(&self) -> &'static str {
        let status = StatusCode::from_u16(self.status).ok();
        let reason = status.and_then(|status| status.canonical_reason());
        reason.unwrap_or("unknown status")
    }

    pub(crate) fn text(&self) -> Result<&str, Utf8Error> {
        let text = std::str::from_utf8(&self.body)?;
        Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
    }

    /// What the body says, if the status is not a success.
    pub(super) fn error_body(&self) -> ErrorBody {
        let text = String::from_utf8_lossy(&self.body);
        ErrorBody::parse(text.trim_start_matches('\u{feff}'))
    }

    /// The target of a redirect. A 304 is not one.
    pub(super) fn redirect_target(&self) -> Option<&str> {
        let is_redirect = (300..=399).contains(&self.status) && self.status != 304;
        self.location.as_deref().filter(|_| is_redirect)
    }
}

fn is_event_stream(content_type: &str) -> bool {
    let media_type = content_type.split(';').next().unwrap_or_default();
    media_type.trim().eq_ignore_ascii_case("text/event-stream")
}

/// The value of a header, if it is text and not empty.
fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.filter(|value| !value.is_empty())
}
