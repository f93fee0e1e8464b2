//! The messages of JSON-RPC 2.0, as MCP uses them.

use serde::de::Error;
use serde_json::{Result, Value, json};

use crate::json;
use crate::json::body::Body;

/// The code of the error for a method that the receiver does not have.
const METHOD_NOT_FOUND: i64 = -32601;

fn message() -> Body {
    Body::default().set("jsonrpc", "2.0")
}

pub(super) fn notification(method: &str) -> Body {
    message().set("method", method)
}

/// A request. Parameters that are null are left out, because some servers refuse them.
pub(super) fn request(id: u64, method: &str, params: Value) -> Body {
    let request = notification(method).set("id", id);
    if params.is_null() {
        request
    } else {
        request.set("params", params)
    }
}

/// The response to a request from the server. `None` if the message is not a request.
pub(super) fn response(message: &Value) -> Option<Body> {
    let method = message.get("method").and_then(Value::as_str)?;
    let id = message.get("id").filter(|id| !id.is_null())?;
    let response = self::message().set("id", id.clone());
    Some(if method == "ping" {
        response.set("result", json!({}))
    } else {
        // The client has declared no capability.
        let message = format!("Method not found: {method}");
        response.set(
            "error",
            json!({"code": METHOD_NOT_FOUND, "message": message}),
        )
    })
}

/// The messages in a text: one, or a list of them (MCP 2025-03-26).
pub(super) fn messages(text: &str) -> Result<Vec<Value>> {
    Ok(match json::read(text, |text| serde_json::from_str(text))? {
        Value::Array(messages) => messages,
        message => vec![message],
    })
}

/// Whether the message is the response to the request `id`. The server numbers its own requests, so
/// a message with a method is not a response. An error without an ID is about the only request
/// there is.
pub(super) fn is_response(message: &Value, id: u64) -> bool {
    if message.get("method").is_some() {
        return false;
    }
    match message.get("id") {
        None | Some(Value::Null) => message.get("error").is_some(),
        Some(own) => *own == id,
    }
}

/// The outcome of the request `id`: its result, or else its error.
pub(super) fn outcome(text: &str, id: u64) -> Result<std::result::Result<Value, Value>> {
    let mut messages = messages(text)?;
    messages.retain(|message| is_response(message, id));
    // An error without an ID counts only if there is nothing better.
    messages.sort_by_key(|message| message["id"] != id);
    let response = messages.iter_mut().find_map(|message| {
        let mut take = |name| message.get_mut(name).map(Value::take);
        let error = take("error").filter(|error| !error.is_null());
        error.map(Err).or_else(|| take("result").map(Ok))
    });
    response.ok_or_else(|| Error::custom(format_args!("no result or error has the ID {id}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outcome_is_found_by_its_id() {
        for (text, want) in [
            (r#"{"id":3,"result":{"a":1}}"#, Some(Ok(json!({"a": 1})))),
            (r#"{"id":3,"result":null}"#, Some(Ok(Value::Null))),
            (r#"{"id":3,"result":1,"error":null}"#, Some(Ok(json!(1)))),
            (r#"{"id":3,"result":1,"error":2}"#, Some(Err(json!(2)))),
            (r#"{"id":null,"error":2}"#, Some(Err(json!(2)))),
            (r#"{"error":2}"#, Some(Err(json!(2)))),
            (
                r#"[{"method":"m"},{"id":3,"result":1}]"#,
                Some(Ok(json!(1))),
            ),
            (
                r#"[{"id":2,"result":2},{"id":3,"result":1}]"#,
                Some(Ok(json!(1))),
            ),
            (
                r#"[{"id":null,"error":2},{"id":3,"result":1}]"#,
                Some(Ok(json!(1))),
            ),
            (r#"{"id":3,"result":"\ud83d"}"#, Some(Ok(json!("\u{fffd}")))),
            (r#"{"id":3,"method":"ping","result":1}"#, None),
            (r#"{"id":3}"#, None),
            (r#"{"id":"3","result":1}"#, None),
            (r#"{"id":4,"error":2}"#, None),
            (r#"{"result":1}"#, None),
            ("[]", None),
            ("3", None),
            ("", None),
            (r#"{"id":3,"result":"#, None),
        ] {
            assert_eq!(outcome(text, 3).ok(), want, "{text}");
        }
    }

    #[test]
    fn requests_from_the_server_get_a_response_and_nothing_else_does() {
        let error = json!({"code": -32601, "message": "Method not found: roots/list"});
        for (message, want) in [
            (
                json!({"id": 1, "method": "ping"}),
                Some(json!({"jsonrpc": "2.0", "id": 1, "result": {}})),
            ),
            (
                json!({"id": "a", "method": "roots/list", "params": {}}),
                Some(json!({"jsonrpc": "2.0", "id": "a", "error": error})),
            ),
            (json!({"method": "ping"}), None),
            (json!({"id": null, "method": "ping"}), None),
            (json!({"id": 1, "result": {}}), None),
            (json!(["ping"]), None),
        ] {
            assert_eq!(response(&message).map(Value::from), want, "{message}");
        }
    }
}
