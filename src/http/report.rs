//! What errors and log lines say about a request.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use serde_json::{Value, json};

use crate::error::{
    ApiError, DecodeError, Error, ErrorBody, McpError, TransportError, gateway_error, hints, html,
    mcp_data,
};
use crate::secret::{Redactor, one_line};

use super::exchange::Http;
use super::failure::Failure;
use super::request::Request;
use super::response::Response;

/// The code of the JSON-RPC error for a request that is not JSON. All other codes can also come from
/// inside a tool: -32602 if the arguments of a request that the tool makes itself are invalid.
const PARSE_ERROR: i64 = -32700;

/// A request and the attempts to send it.
pub(crate) struct Report<'a> {
    pub(super) http: &'a Http,
    pub(super) request: &'a Request,
    pub(super) attempts: u32,
    /// Whether an attempt may have been processed although it failed.
    pub(super) may_have_happened: bool,
}

impl<'a> Report<'a> {
    pub(crate) fn new(http: &'a Http, request: &'a Request) -> Self {
        Report {
            http,
            request,
            attempts: 0,
            may_have_happened: false,
        }
    }

    pub(super) fn add(&mut self, failure: &Failure) {
        self.may_have_happened |= self.request.writes && failure.may_have_been_processed();
    }

    fn redactor(&self) -> Redactor {
        self.http.redactor(&self.request.secrets)
    }

    /// The last part of an error's text: ` (request ID r, 2 attempts; …)`.
    fn end(&self, request_id: Option<&str>, asked_wait: Option<Duration>) -> String {
        let mut end = String::from(" (");
        if let Some(id) = request_id {
            end += &format!("request ID {id}, ");
        }
        end += &match self.attempts {
            1 => "1 attempt".to_owned(),
            attempts => format!("{attempts} attempts"),
        };
        match asked_wait.map(|wait| wait.as_secs_f64()) {
            Some(seconds) if seconds > 31_536_000.0 => {
                end += "; the server asks to wait more than a year";
            }
            Some(seconds) if seconds > 0.0 => {
                end += &format!("; the server asks to wait {seconds} s");
            }
            _ => {}
        }
        if self.may_have_happened {
            end += "; the request may still have been processed: check before retrying";
        }
        end + ")"
    }

    /// The error that a failure becomes if it is not retried.
    pub(crate) fn error(&self, failure: Failure) -> Error {
        match failure {
            Failure::Refused(response) => match response.error_body().rpc_error {
                Some(error) => self.mcp_error(*response, &error),
                None => Error::Api(Box::new(self.api_error(&response))),
            },
            failure => {
                let message = failure.to_string();
                Error::Transport(Box::new(self.transport_error(failure, &message)))
            }
        }
    }

    /// The error of a login that was not completed in time. The last poll may have failed.
    pub(crate) fn login_timed_out(mut self, attempts: u32, last_error: Option<Error>) -> Error {
        self.attempts = attempts;
        let failure = Failure::TimedOut { sent: false };
        let error = match last_error {
            None => TransportError {
                hint: Some(hints::NOT_LOGGED_IN),
                source: "the login was not completed".into(),
                ..self.transport_error(failure, "timed out")
            },
            Some(error) => {
                let message = format!("timed out, and the last poll failed: {error}");
                TransportError {
                    hint: None,
                    source: error.into(),
                    ..self.transport_error(failure, &message)
                }
            }
        };
        Error::Transport(Box::new(error))
    }

    fn api_error(&self, response: &Response) -> ApiError {
        let redactor = self.redactor().and(response.session_id.as_slice());
        let show = |text: &String| redactor.show(text);
        let body = response.error_body();
        let status = response.status;
        let request = show(&self.request.to_string());
        let message = redactor.redact(&message(response, &body));
        let request_id = response.request_id.as_ref().or(body.request_id.as_ref());
        let request_id = request_id.map(show);
        // An API key can be a number too.
        let retry_after = response.retry_after.filter(|wait| {
            let wait = format!("{wait:?}");
            redactor.redact(&wait) == wait
        });
        let end = self.end(request_id.as_deref(), retry_after);
        let text = redactor.redact(&format!("{status} on {request}: {message}{end}"));
        let is_redirect = response.redirect_target().is_some();
        ApiError {
            request,
            status,
            message,
            details: body
                .details
                .iter()
                .map(|detail| detail.redacted(&redactor))
                .collect(),
            kind: body.kind.as_ref().map(show),
            param: body.param.as_ref().map(show),
            code: body.code.as_ref().map(show),
            request_id,
            retry_after,
            body: redactor.show(&String::from_utf8_lossy(&response.body)),
            attempts: self.attempts,
            may_have_happened: self.may_have_happened,
            hint: hints::of_refusal(status, &body, is_redirect, &self.request.hints),
            from_api: body.is_from_api,
            lacks_protocol: status == 422 && body.lacks_protocol(),
            quota_exhausted: status == 429 && body.says_quota_exhausted,
            text,
        }
    }

    /// The error of a response with a JSON-RPC error and any status.
    pub(crate) fn mcp_error(&self, mut response: Response, error: &Value) -> Error {
        let code = error.get("code").and_then(Value::as_i64);
        let code = code.unwrap_or_default();
        let was_processed = response.is_success() && code != PARSE_ERROR;
        let report = Report {
            may_have_happened: self.may_have_happened || self.request.writes && was_processed,
            ..*self
        };
        // The body can be a list of messages.
        let body = json!({"jsonrpc": "2.0", "error": error});
        response.body = body.to_string().into_bytes();
        let refusal = report.api_error(&response);
        let redactor = self.redactor().and(response.session_id.as_slice());
        let data = error.get("data").and_then(|data| mcp_data(data, &redactor));
        let status = match response.status {
            200..=299 => String::new(),
            status => format!(" with status {status}"),
        };
        let shown_data = match &data {
            Some(data) => format!(" (data: {})", one_line(&data.to_string())),
            None => String::new(),
        };
        let end = report.end(refusal.request_id.as_deref(), refusal.retry_after);
        let message = refusal.message;
        let request = redactor.show(&self.to_string());
        let text = format!("MCP error {code}{status} on {request}: {message}{shown_data}{end}");
        Error::Mcp(Box::new(McpError {
            request: refusal.request,
            status: response.status,
            code,
            message,
            data,
            request_id: refusal.request_id,
            retry_after: refusal.retry_after,
            attempts: self.attempts,
            may_have_happened: report.may_have_happened,
            hint: refusal.hint,
            text: redactor.redact(&text),
        }))
    }

    fn transport_error(&self, failure: Failure, message: &str) -> TransportError {
        let redactor = self.redactor();
        let request = redactor.show(&self.request.to_string());
        let base_url = redactor.show(&self.http.settings.base_url);
        let message = redactor.show(message);
        let end = self.end(None, None);
        let text = redactor.redact(&format!("{request} at {base_url}: {message}{end}"));
        TransportError {
            request,
            message,
            base_url,
            attempts: self.attempts,
            may_have_happened: self.may_have_happened,
            hint: failure.hint(),
            timeout: failure.is_timeout(),
            connect: matches!(failure, Failure::NotConnected(_)),
            transient: failure.is_transient(),
            source: redactor.show(&failure.cause()).into(),
            text,
        }
    }

    /// The error of a successful response that cannot be read.
    pub(crate) fn decode_error(
        &self,
        response: &Response,
        expected: Cow<'static, str>,
        why: &str,
    ) -> Error {
        let report = Report {
            may_have_happened: self.request.writes,
            ..*self
        };
        let redactor = self.redactor().and(response.session_id.as_slice());
        let request = redactor.show(&self.request.to_string());
        let request_id = response.request_id.as_deref().map(|id| redactor.show(id));
        let message = redactor.show(why);
        let whole = String::from_utf8_lossy(&response.body);
        let body = redactor.show(&whole);
        let (start, hint) = match html::title(&whole) {
            _ if response.is_compressed => (
                format!("the body starts with {body:?}"),
                Some(hints::COMPRESSED),
            ),
            Some(title) => (
                format!("the body is a web page: {}", one_line(&title)),
                Some(hints::NOT_THE_API),
            ),
            None if body.is_empty() => ("the body is empty".to_owned(), None),
            None => (format!("the body starts with {body:?}"), None),
        };
        let status = response.status;
        let end = report.end(request_id.as_deref(), None);
        let text = format!("{status} on {request} is not {expected}: {message}, {start}{end}");
        Error::Decode(Box::new(DecodeError {
            request,
            status,
            message,
            expected,
            request_id,
            body,
            attempts: self.attempts,
            may_have_happened: report.may_have_happened,
            hint,
            text: redactor.redact(&text),
        }))
    }

    pub(super) fn log_attempt(&self, result: &Result<Response, Failure>, elapsed: Duration) {
        if !log::log_enabled!(log::Level::Debug) {
            return;
        }
        let (outcome, id, session_id): (&dyn fmt::Display, _, _) = match result {
            Ok(response) => (
                &response.status,
                response.request_id.as_deref(),
                response.session_id.as_slice(),
            ),
            Err(failure) => (failure, None, &[][..]),
        };
        let id = id
            .map(|id| format!(", request ID {id}"))
            .unwrap_or_default();
        let attempt = self.attempts;
        let line = format!("{self}: {outcome} after {elapsed:?} (attempt {attempt}{id})");
        log::debug!("{}", self.redactor().and(session_id).show(&line));
    }

    pub(super) fn log_retry(&self, failure: &Failure, wait: Duration) {
        let attempt = self.attempts;
        let line = format!("{self}: {failure} (attempt {attempt}); retrying in {wait:?}");
        log::warn!("{}", self.redactor().show(&line));
    }
}

/// The request as log lines show it.
impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.request.fmt(f)?;
        match &self.request.log_note {
            Some(note) => write!(f, " ({note})"),
            None => Ok(()),
        }
    }
}

/// The server's own message, or the name of the status if it sent none. It can contain secrets.
fn message(response: &Response, body: &ErrorBody) -> String {
    let details = body.details.iter().map(ToString::to_string);
    let texts: Vec<String> = body.message.iter().cloned().chain(details).collect();
    let mut message = match &body.page {
        _ if body.is_empty => response.reason().to_lowercase(),
        Some(title) => {
            let title = one_line(title);
            format!("{title} (a web page, not the API)")
        }
        None if texts.is_empty() => one_line(&String::from_utf8_lossy(&response.body)),
        None => one_line(&texts.join("; ")),
    };
    if let Some(target) = response.redirect_target() {
        let target = one_line(target);
        message = format!("redirect to {target}, which is not followed: {message}");
    }
    match gateway_error(&response.proxy_status).filter(|_| response.status >= 400) {
        Some(error) => format!("{message}; connectors gateway: {}", one_line(&error)),
        None => message,
    }
}
