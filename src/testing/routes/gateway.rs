//! The MCP gateway: every connector is an MCP server over streamable HTTP. It responds with JSON,
//! never with an event stream.

use serde_json::{Map, Value, json};

use super::{Call, Route};
use crate::testing::state::{State, Stored};
use crate::testing::wire::response::{Outcome, Response};

pub(super) const ROUTES: &[Route] = &[
    Route::new("POST", "/v1/connectors-gateway/*/mcp", post),
    Route::new("DELETE", "/v1/connectors-gateway/*/mcp", close),
];

/// The versions of MCP with sessions. The server offers the newest one if it does not know the
/// client's.
const VERSIONS: [&str; 4] = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];
const NEWEST: &str = "2025-11-25";

const SESSION: &str = "mcp-session-id";

const PARSE_ERROR: i64 = -32700;
const INVALID_REQUEST: i64 = -32600;
const METHOD_NOT_FOUND: i64 = -32601;
const INVALID_PARAMS: i64 = -32602;

/// An error of JSON-RPC.
struct RpcError {
    code: i64,
    message: String,
    data: Option<Value>,
}

impl RpcError {
    fn new(code: i64, message: &str) -> Self {
        RpcError {
            code,
            message: message.to_owned(),
            data: None,
        }
    }

    fn response(self, status: u16, id: &Value) -> Response {
        let mut error = json!({"code": self.code, "message": self.message});
        if let (Some(data), Some(fields)) = (self.data, error.as_object_mut()) {
            fields.insert("data".to_owned(), data);
        }
        let body = json!({"jsonrpc": "2.0", "id": id, "error": error});
        Response::new(status, body)
    }
}

/// The refusal of a message that is not processed at all.
fn refusal(status: u16, code: i64, message: &str) -> Response {
    RpcError::new(code, message).response(status, &Value::Null)
}

fn post(state: &mut State, call: &Call<'_>) -> Outcome {
    let page_size = state.page_size;
    let connector = connector(state, call)?;
    let message = message(call)?;
    let method = message.get("method").and_then(Value::as_str);
    if method == Some("initialize") {
        return initialize(connector, message);
    }
    check_session(connector, call)?;
    check_version(call)?;
    let (Some(method), Some(id)) = (method, message.get("id")) else {
        // A notification, or a response from the client.
        return Ok(Response::empty(202));
    };
    let no_params = Map::new();
    let params = message.get("params").and_then(Value::as_object);
    let params = params.unwrap_or(&no_params);
    let result = match method {
        "ping" => Ok(json!({})),
        "tools/list" => list_tools(connector, params, page_size),
        "tools/call" => call_tool(connector, params),
        _ => Err(RpcError {
            data: Some(method.into()),
            ..RpcError::new(METHOD_NOT_FOUND, "Method not found")
        }),
    };
    match result {
        Ok(result) => Ok(success(id, &result)),
        Err(error) => Err(error.response(200, id)),
    }
}

fn close(state: &mut State, call: &Call<'_>) -> Outcome {
    let connector = connector(state, call)?;
    check_session(connector, call)?;
    let session = call.request.header(SESSION);
    let others = |own: &String| Some(own.as_str()) != session;
    connector.sessions.retain(others);
    Ok(Response::empty(200))
}

fn initialize(connector: &mut Stored, message: &Map<String, Value>) -> Outcome {
    let params = message.get("params");
    let requested = params.and_then(|params| params.get("protocolVersion"));
    let (Some(id), Some(requested)) = (message.get("id"), requested.and_then(Value::as_str)) else {
        return Err(refusal(400, INVALID_PARAMS, "Invalid request parameters"));
    };
    let version = if VERSIONS.contains(&requested) {
        requested
    } else {
        NEWEST
    };
    connector.opened_sessions += 1;
    let number = connector.opened_sessions;
    let session = format!("session-of-fake-server-{}-{number}", connector.number);
    connector.sessions.push(session.clone());
    let result = json!({
        "protocolVersion": version,
        "capabilities": {"tools": {"listChanged": false}},
        "serverInfo": {"name": connector.text("name"), "version": "1.0.0"},
    });
    Ok(success(id, &result).header(SESSION, session))
}

fn list_tools(
    connector: &Stored,
    params: &Map<String, Value>,
    page_size: usize,
) -> Result<Value, RpcError> {
    let before = match params.get("cursor") {
        None => 0,
        // A cursor is the number of tools on the pages before.
        Some(cursor) => cursor
            .as_str()
            .and_then(|cursor| cursor.parse().ok())
            .ok_or_else(|| RpcError::new(INVALID_PARAMS, "Invalid cursor"))?,
    };
    let mut tools = connector.tools().skip(before);
    let page: Vec<_> = tools.by_ref().take(page_size).collect();
    if tools.next().is_none() {
        return Ok(json!({ "tools": page }));
    }
    let next = before + page.len();
    Ok(json!({"tools": page, "nextCursor": next.to_string()}))
}

fn call_tool(connector: &Stored, params: &Map<String, Value>) -> Result<Value, RpcError> {
    let no_arguments = json!({});
    let arguments = params.get("arguments").unwrap_or(&no_arguments);
    let name = params.get("name").and_then(Value::as_str);
    let Some(name) = name.filter(|_| arguments.is_object()) else {
        return Err(RpcError::new(INVALID_PARAMS, "Invalid request parameters"));
    };
    if !connector.has_tool(name) {
        // MCP servers say so in a result.
        let text = format!("Unknown tool: {name}");
        let content = json!([{"type": "text", "text": text}]);
        return Ok(json!({"content": content, "isError": true}));
    }
    let content = connector.call_tool(name, arguments);
    Ok(json!({"content": content, "isError": false}))
}

fn success(id: &Value, result: &Value) -> Response {
    Response::new(200, json!({"jsonrpc": "2.0", "id": id, "result": result}))
}

/// The connector in the path, if it speaks MCP.
fn connector<'a>(state: &'a mut State, call: &Call<'_>) -> Result<&'a mut Stored, Response> {
    let connector = state.by_id_or_name(call.part(0))?;
    if connector.text("protocol") == Some("http") {
        let reason = "connectors-gateway; error=http_request_error; status-code=400; \
                      details=\"connector_protocol_mismatch\"";
        let refusal = Response::detail(400, "Bad Request");
        return Err(refusal.header("proxy-status", reason));
    }
    Ok(connector)
}

/// The message in the body. MCP servers also refuse bodies of an unexpected type and clients that
/// do not accept both kinds of responses.
fn message<'a>(call: &Call<'a>) -> Result<&'a Map<String, Value>, Response> {
    let accept = call.request.header("accept").unwrap_or_default();
    if !accept.contains("application/json") || !accept.contains("text/event-stream") {
        let message = "Not Acceptable: Client must accept both application/json and \
                       text/event-stream";
        return Err(refusal(406, INVALID_REQUEST, message));
    }
    if call.request.header("content-type").is_none() || !call.request.is_json() {
        let message = "Unsupported Media Type: Content-Type must be application/json";
        return Err(refusal(415, INVALID_REQUEST, message));
    }
    match &call.request.body {
        None => Err(refusal(400, PARSE_ERROR, "Parse error")),
        Some(Value::Object(message)) if is_valid(message) => Ok(message),
        Some(_) => Err(refusal(400, INVALID_REQUEST, "Invalid request")),
    }
}

/// Whether this is a JSON-RPC message as MCP defines it: IDs are not null, and parameters have
/// names.
fn is_valid(message: &Map<String, Value>) -> bool {
    let has = |name, is_right: fn(&Value) -> bool| message.get(name).is_none_or(is_right);
    message.get("jsonrpc") == Some(&json!("2.0"))
        && has("id", |id| id.is_string() || id.is_i64() || id.is_u64())
        && has("method", Value::is_string)
        && has("params", Value::is_object)
        && (message.contains_key("method") || message.contains_key("id"))
}

fn check_session(connector: &Stored, call: &Call<'_>) -> Result<(), Response> {
    let Some(session) = call.request.header(SESSION) else {
        let message = "Bad Request: Missing session ID";
        return Err(refusal(400, INVALID_REQUEST, message));
    };
    if connector.sessions.iter().any(|own| own == session) {
        Ok(())
    } else {
        Err(refusal(404, INVALID_REQUEST, "Session not found"))
    }
}

fn check_version(call: &Call<'_>) -> Result<(), Response> {
    match call.request.header("mcp-protocol-version") {
        Some(version) if !VERSIONS.contains(&version) => {
            let known = VERSIONS.join(", ");
            let message = format!(
                "Bad Request: Unsupported protocol version: {version}. Supported versions: {known}"
            );
            Err(refusal(400, INVALID_REQUEST, &message))
        }
        _ => Ok(()),
    }
}
