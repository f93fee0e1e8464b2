//! The MCP gateway: each connector is an MCP server over streamable HTTP that responds with JSON.

use serde_json::{Map, Value, json};

use super::{Call, Route};
use crate::testing::response::{Outcome, Response};
use crate::testing::state::{State, Stored};

pub(super) const ROUTES: &[Route] = &[
    Route::new("POST", "/v1/connectors-gateway/*/mcp", post),
    Route::new("DELETE", "/v1/connectors-gateway/*/mcp", close),
];

/// The versions of MCP that have sessions and this transport, the newest last.
const VERSIONS: [&str; 3] = ["2025-03-26", "2025-06-18", "2025-11-25"];
const NEWEST: &str = "2025-11-25";

const SESSION: &str = "mcp-session-id";

const PARSE_ERROR: i64 = -32700;
const INVALID_REQUEST: i64 = -32600;
const METHOD_NOT_FOUND: i64 = -32601;
const INVALID_PARAMS: i64 = -32602;

/// The result of a request, or the code, the message and the data of its error.
type Answer = Result<Value, (i64, String, Value)>;

fn post(state: &mut State, call: &Call<'_>) -> Outcome {
    let page_size = state.page_size;
    let number = mcp_connector(state, call)?.number;
    let message = message(call)?;
    let method = message.get("method").and_then(Value::as_str);
    if method == Some("initialize") {
        return initialize(state, call, &message);
    }
    check_session(state, call, number)?;
    check_version(call)?;
    let (Some(method), Some(id)) = (method, message.get("id")) else {
        // Notifications, and responses of the client.
        return Ok(Response::empty(202));
    };
    let no_params = Map::new();
    let params = message.get("params").and_then(Value::as_object);
    let params = params.unwrap_or(&no_params);
    let connector = state.by_id_or_name(call.part(0))?;
    let answer = match method {
        "ping" => Ok(json!({})),
        "tools/list" => list_tools(connector, params, page_size),
        "tools/call" => call_tool(connector, params),
        _ => {
            let text = "Method not found".to_owned();
            Err((METHOD_NOT_FOUND, text, method.into()))
        }
    };
    let body = match answer {
        Ok(result) => json!({"jsonrpc": "2.0", "id": id, "result": result}),
        Err((code, text, data)) => {
            let error = json!({"code": code, "message": text, "data": data});
            json!({"jsonrpc": "2.0", "id": id, "error": error})
        }
    };
    Ok(Response::new(200, body))
}

/// Opens a session.
fn initialize(state: &mut State, call: &Call<'_>, message: &Map<String, Value>) -> Outcome {
    let id = message.get("id").cloned().unwrap_or_default();
    let offered = message
        .get("params")
        .and_then(|params| params.get("protocolVersion"));
    let Some(offered) = offered.and_then(Value::as_str).filter(|_| !id.is_null()) else {
        return Err(refusal(400, INVALID_PARAMS, "Invalid request parameters"));
    };
    let known = VERSIONS.contains(&offered);
    let version = if known { offered } else { NEWEST };
    let session = format!("session-of-fake-server-{}", state.next_number());
    let connector = mcp_connector(state, call)?;
    connector.sessions.push(session.clone());
    let result = json!({
        "protocolVersion": version,
        "capabilities": {"tools": {"listChanged": false}},
        "serverInfo": {"name": connector.text("name"), "version": "1.0.0"},
    });
    let body = json!({"jsonrpc": "2.0", "id": id, "result": result});
    Ok(Response::new(200, body).header(SESSION, session))
}

/// Ends a session.
fn close(state: &mut State, call: &Call<'_>) -> Outcome {
    let number = mcp_connector(state, call)?.number;
    check_session(state, call, number)?;
    let session = call.request.header(SESSION);
    let connector = mcp_connector(state, call)?;
    connector.sessions.retain(|own| Some(own.as_str()) != session);
    Ok(Response::empty(200))
}
