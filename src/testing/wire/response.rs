//! What the fake server sends back, and the refusals that several operations share.

use serde::Serialize;
use serde_json::{Value, json};
use ureq::http::StatusCode;

/// A status, a body, and the headers that not every response has.
#[derive(Clone, Debug)]
pub(in crate::testing) struct Response {
    pub(in crate::testing) status: u16,
    pub(in crate::testing) headers: Vec<(String, String)>,
    pub(in crate::testing) body: Option<Value>,
}

/// What an operation returns. A refusal is a response too.
pub(in crate::testing) type Outcome = Result<Response, Response>;

impl Response {
    pub(in crate::testing) fn new(status: u16, body: Value) -> Self {
        Response {
            status,
            headers: Vec::new(),
            body: Some(body),
        }
    }

    pub(in crate::testing) fn empty(status: u16) -> Self {
        Response {
            status,
            headers: Vec::new(),
            body: None,
        }
    }

    /// A response that says one sentence, in FastAPI's form.
    pub(in crate::testing) fn detail(status: u16, detail: &str) -> Self {
        Response::new(status, json!({ "detail": detail }))
    }

    /// A success without any other content.
    pub(in crate::testing) fn message(message: &str) -> Self {
        Response::new(200, json!({ "message": message }))
    }

    /// A failure that a test asked for.
    pub(in crate::testing) fn failure(status: u16) -> Self {
        Response::detail(status, "the test asked for this failure")
    }

    pub(in crate::testing) fn connector_not_found() -> Self {
        Response::detail(404, "Connector not found")
    }

    pub(in crate::testing) fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Sets a header unless it is set already.
    pub(in crate::testing) fn default_header(&mut self, name: &str, value: &str) {
        if self.headers.iter().all(|(own, _)| own != name) {
            self.headers.push((name.to_owned(), value.to_owned()));
        }
    }

    /// The response as it is sent. After a HEAD the body is left out, but not its length.
    pub(in crate::testing) fn to_bytes(&self, is_head: bool, keep_alive: bool) -> Vec<u8> {
        let reason = StatusCode::from_u16(self.status).ok();
        let reason = reason.and_then(|status| status.canonical_reason());
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, reason.unwrap_or(""));
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        // These two never have a body.
        let has_body = !matches!(self.status, 204 | 304);
        let body = self.body.as_ref().filter(|_| has_body);
        let body = body.map(Value::to_string).unwrap_or_default();
        if has_body {
            head.push_str(&format!("content-length: {}\r\n", body.len()));
        }
        if !keep_alive {
            head.push_str("connection: close\r\n");
        }
        head.push_str("\r\n");
        if !is_head {
            head.push_str(&body);
        }
        head.into_bytes()
    }
}

/// The faults found in one request.
#[derive(Default)]
pub(in crate::testing) struct Faults(Vec<Value>);

impl Faults {
    /// Adds an entry of a 422. FastAPI calls the kind `type`, the place `loc`, and the message `msg`.
    pub(in crate::testing) fn add(&mut self, kind: &str, place: &[impl Serialize], message: &str) {
        let fault = json!({"type": kind, "loc": place, "msg": message});
        self.0.push(fault);
    }

    /// Adds the fault of a string that is not a boolean.
    pub(in crate::testing) fn add_not_a_flag(&mut self, place: &[impl Serialize]) {
        let message = "Input should be a valid boolean, unable to interpret input";
        self.add("bool_parsing", place, message);
    }

    /// Adds the fault of a value that is none of `expected`.
    pub(in crate::testing) fn add_unexpected(
        &mut self,
        kind: &str,
        place: &[impl Serialize],
        expected: &[&str],
    ) {
        let quoted: Vec<_> = expected.iter().map(|word| format!("'{word}'")).collect();
        let list = match quoted.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, others)) => format!("{} or {last}", others.join(", ")),
            None => String::new(),
        };
        self.add(kind, place, &format!("Input should be {list}"));
    }

    /// Refuses the request if it has faults.
    pub(in crate::testing) fn refuse(self) -> Result<(), Response> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(self.into_response())
        }
    }

    fn into_response(self) -> Response {
        Response::new(422, json!({ "detail": self.0 }))
    }
}

/// A refusal because of a single fault.
pub(in crate::testing) fn invalid(kind: &str, place: &[&str], message: &str) -> Response {
    let mut faults = Faults::default();
    faults.add(kind, place, message);
    faults.into_response()
}
