//! An MCP server behind the connectors gateway that does with a request what a test wants.

use mistral_connectors::McpSession;
use serde_json::{Value, json};

use super::wire::{Act, Incoming, Wire, response, response_with_headers};

pub(crate) const PATH: &str = "/v1/connectors-gateway/docs/mcp";

/// A made-up session ID.
pub(crate) const SESSION: &str = "made-up-session-7f3a";

/// A server that opens and ends sessions, and does this with everything else.
pub(crate) fn server(act: impl Fn(&Value) -> Act + Send + Sync + 'static) -> Wire {
    Wire::serve(move |_, incoming| {
        let message = message(incoming);
        handshake(&message).unwrap_or_else(|| act(&message))
    })
}

/// What a server with sessions does to open and end one, and with responses of the client.
pub(crate) fn handshake(message: &Value) -> Option<Act> {
    match message["method"].as_str() {
        Some("initialize") => Some(opened(message, &format!("mcp-session-id: {SESSION}\r\n"))),
        Some("notifications/initialized") => Some(Act::Send(response(202, ""))),
        // A response, or the end of the session.
        None => Some(Act::Send(response(200, ""))),
        Some(_) => None,
    }
}

/// The response to `initialize`, with further header lines.
pub(crate) fn opened(message: &Value, headers: &str) -> Act {
    let result = json!({
        "protocolVersion": "2025-11-25",
        "capabilities": {"tools": {}},
        "serverInfo": {"name": "docs", "version": "1"},
        "instructions": "Search first.",
    });
    Act::Send(response_with_headers(
        200,
        headers,
        &result_of(message, result),
    ))
}

/// The session of a client without retries with this server.
#[track_caller]
pub(crate) fn open(wire: &Wire) -> McpSession {
    super::client(wire.base_url()).mcp("docs").unwrap()
}

/// The message in a request, or null.
pub(crate) fn message(incoming: &Incoming) -> Value {
    serde_json::from_str(&incoming.body).unwrap_or_default()
}

/// The methods of all messages that the server has received, and the other requests.
pub(crate) fn methods(wire: &Wire) -> Vec<String> {
    let method = |incoming: &Incoming| match message(incoming)["method"].as_str() {
        Some(method) => method.to_owned(),
        None => incoming.line().split(' ').next().unwrap().to_owned(),
    };
    wire.seen().iter().map(method).collect()
}

/// How many requests had this method.
pub(crate) fn count(wire: &Wire, method: &str) -> usize {
    methods(wire).iter().filter(|own| *own == method).count()
}

/// The value of a header.
pub(crate) fn header(incoming: &Incoming, name: &str) -> Option<String> {
    incoming.head.lines().find_map(|line| {
        let (own, value) = line.split_once(": ")?;
        (own.eq_ignore_ascii_case(name)).then(|| value.to_owned())
    })
}

/// The response to a message.
pub(crate) fn result_of(message: &Value, result: Value) -> String {
    json!({"jsonrpc": "2.0", "id": message["id"], "result": result}).to_string()
}

pub(crate) fn error_of(message: &Value, error: Value) -> String {
    json!({"jsonrpc": "2.0", "id": message["id"], "error": error}).to_string()
}

/// The output of a tool that says this.
pub(crate) fn says(message: &Value, text: &str) -> String {
    let content = json!([{"type": "text", "text": text}]);
    result_of(message, json!({"content": content, "isError": false}))
}

/// An event with this message.
pub(crate) fn event(message: &str) -> String {
    format!("event: message\r\ndata: {message}\r\n\r\n")
}

/// A stream of events in chunks, as servers send it, without its end.
pub(crate) fn stream(events: &str) -> Vec<u8> {
    [stream_head(), chunk(events)].concat()
}

/// A whole stream of events.
pub(crate) fn whole_stream(events: &str) -> Vec<u8> {
    [stream(events), b"0\r\n\r\n".to_vec()].concat()
}

pub(crate) fn stream_head() -> Vec<u8> {
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n"
        .to_vec()
}

pub(crate) fn chunk(text: &str) -> Vec<u8> {
    format!("{:x}\r\n{text}\r\n", text.len()).into_bytes()
}
