//! MCP's Streamable HTTP transport: each message is a separate POST, and the response is JSON or a
//! stream of events.

use std::io::Read;
use std::mem;
use std::str;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::de::Error as _;
use serde_json::Value;

use crate::client::ConnectorsClient;
use crate::error::{Result, hints};
use crate::http::{self, Call, Failure, Method, Report, Request, Response};
use crate::json::body::Body;
use crate::secret::{Secret, one_line};

use super::event_stream::EventStream;
use super::rpc;

/// Sends messages to the MCP server of a connector. Dropping it ends the session.
pub(super) struct Transport {
    pub(super) client: ConnectorsClient,
    pub(super) connector: String,
    pub(super) credentials_name: Option<String>,
    /// Empty until the server has chosen it.
    pub(super) protocol_version: &'static str,
    /// The session ID, preceded by those of failed attempts to open the session. Empty if the server
    /// has no sessions.
    ids: Mutex<Vec<Secret>>,
    /// The ID of the last request.
    last_request: AtomicU64,
}

impl Transport {
    pub(super) fn new(
        client: ConnectorsClient,
        connector: String,
        credentials_name: Option<String>,
    ) -> Self {
        Transport {
            client,
            connector,
            credentials_name,
            protocol_version: "",
            ids: Mutex::default(),
            last_request: AtomicU64::new(0),
        }
    }

    fn ids(&self) -> MutexGuard<'_, Vec<Secret>> {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A request to the MCP server, without its body.
    pub(super) fn request(&self, method: Method) -> Result<Request> {
        let id = self.ids().last().cloned();
        self.request_in(id, method)
    }

    /// A request in the session with this ID.
    fn request_in(&self, id: Option<Secret>, method: Method) -> Result<Request> {
        let path = ["v1", "connectors-gateway", &self.connector, "mcp"];
        let mut request = Request::at(method, &path)?;
        request.accept = "application/json, text/event-stream";
        for (name, value) in [
            ("x-credentials-name", self.credentials_name.as_deref()),
            ("mcp-protocol-version", Some(self.protocol_version)),
        ] {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                // Not a secret, so errors may show it.
                let header = (name.to_owned(), Secret::header(value));
                request.headers.push(header);
            }
        }
        let request = match id {
            Some(id) => request
                .header("mcp-session-id".to_owned(), id)
                .hints(hints::MCP_SESSION),
            None => request,
        };
        Ok(request.hints(hints::ASKS_MCP_SERVER))
    }

    /// Sends a request of JSON-RPC. `read` reads its result; it also gets the length of the response.
    pub(super) fn send<T>(
        &self,
        call: &Call<'_>,
        method: &str,
        params: Value,
        read: &dyn Fn(Value, usize) -> serde_json::Result<T>,
    ) -> Result<T> {
        let id = self.last_request.fetch_add(1, Ordering::Relaxed) + 1;
        let message = rpc::request(id, method, params);
        let mut request = self.request(Method::Post)?.body(&message);
        request.log_note = Some(method.to_owned());
        if matches!(method, "initialize" | "ping") || method.ends_with("/list") {
            request = request.read_only();
        }
        let mut report = Report::new(&self.client.http, &request);
        let response = call.respond(&mut report, &|response, body, limit| {
            // Until the session is open, each attempt can open another one.
            if self.protocol_version.is_empty() {
                self.ids().extend(response.session_id.clone());
            }
            if response.is_success() && response.is_event_stream {
                self.read_events(call, id, response, body, limit)
            } else {
                response.read_body(body, limit)
            }
        })?;
        let length = response.body.len();
        let outcome = match response.text() {
            Ok(text) => rpc::outcome(text, id),
            Err(error) => Err(serde_json::Error::custom(error)),
        };
        let result = match outcome {
            Ok(Err(error)) => return Err(report.mcp_error(response, &error)),
            Ok(Ok(result)) => read(result, length),
            Err(error) => Err(error),
        };
        result.map_err(|error| {
            let expected = one_line(&format!("the response to `{method}`")).into();
            report.decode_error(&response, expected, &error.to_string())
        })
    }

    /// Reads a stream until it has the response to the request `id`, and no further: it can stay open.
    /// The message becomes the body of the response.
    fn read_events(
        &self,
        call: &Call<'_>,
        id: u64,
        mut response: Response,
        body: http::Body,
        limit: u64,
    ) -> Result<Response, Failure> {
        let mut input = body.into_reader().take(limit.saturating_add(1));
        let mut events = EventStream::new(&mut input);
        let failure = |error: std::io::Error| Failure::of(error.into());
        while let Some(data) = events.next_message().map_err(failure)? {
            if self.is_last(call, id, &data)? {
                response.body = data;
                return Ok(response);
            }
        }
        Err(match input.limit() {
            0 => Failure::too_large(limit),
            _ => Failure::StreamEnded,
        })
    }

    /// Whether the message has the response to the request `id`, or cannot be read, which is an
    /// error. If not, responds to the requests from the server in it: the server may wait for that.
    fn is_last(&self, call: &Call<'_>, id: u64, message: &[u8]) -> Result<bool, Failure> {
        let Some(Ok(messages)) = str::from_utf8(message).ok().map(rpc::messages) else {
            return Ok(true);
        };
        if messages.iter().any(|own| rpc::is_response(own, id)) {
            return Ok(true);
        }
        for own in messages.iter().filter_map(rpc::response) {
            match self.post(call, &own) {
                Err(error) if error.is_timeout() => return Err(Failure::TimedOut { sent: true }),
                Err(error) => log::warn!("a request from the MCP server got no response: {error}"),
                Ok(()) => {}
            }
        }
        Ok(false)
    }

    /// Sends a message that gets no response but a status.
    pub(super) fn post(&self, call: &Call<'_>, message: &Body) -> Result<()> {
        let request = self.request(Method::Post)?.body(message).read_only();
        self.send_only(call, &request)
    }

    /// Sends a request whose response does not matter.
    fn send_only(&self, call: &Call<'_>, request: &Request) -> Result<()> {
        let mut report = Report::new(&self.client.http, request);
        let response = call.respond(&mut report, &|response, body, limit| {
            // A stream can stay open.
            if response.is_event_stream {
                return Ok(response);
            }
            response.read_body(body, limit)
        });
        response.map(drop)
    }

    /// Ends all sessions that can be ended, and returns the first error.
    pub(super) fn end(&self, call: &Call<'_>) -> Result<()> {
        let ids = mem::take(&mut *self.ids());
        let results = ids.into_iter().rev().map(|id| {
            let request = self.request_in(Some(id), Method::Delete)?;
            match self.send_only(call, &request) {
                Err(error) if error.is_session_expired() || error.status() == Some(405) => Ok(()),
                result => result,
            }
        });
        results.fold(Ok(()), Result::and)
    }
}

impl Drop for Transport {
    fn drop(&mut self) {
        let client = self.client.for_drop();
        if let Err(error) = self.end(&client.call().without_retries()) {
            log::warn!("an MCP session was not ended: {error}");
        }
    }
}
