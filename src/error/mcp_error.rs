//! A JSON-RPC error, as MCP servers send it.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use serde_json::Value;

use crate::secret::Redactor;

/// The maximum size of the data in an error, as JSON.
const MAX_DATA_BYTES: usize = 65_536;

/// A JSON-RPC error from an MCP server, or from the connectors gateway in front of it.
///
/// The message is shortened, and secrets of the request are redacted in it and in the data. A tool
/// that fails is not an error: see [`ToolOutput::is_error`](crate::ToolOutput::is_error).
///
/// ```
/// use mistral_connectors::{Error, McpSession};
///
/// # fn demo(session: &McpSession) {
/// if let Err(Error::Mcp(error)) = session.request("prompts/list", ()) {
///     if error.code == -32601 {
///         println!("this MCP server has no prompts");
///     }
/// }
/// # }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct McpError {
    /// The method and the path of the request: `POST /v1/connectors-gateway/docs/mcp`.
    pub request: String,
    /// The HTTP status. Most servers send these errors with 200.
    pub status: u16,
    /// The code of the error: `-32602`. 0 if the server sent none.
    pub code: i64,
    /// The server's own message.
    pub message: String,
    /// What else the server says about the error. `None` if it is larger than 64 KiB.
    pub data: Option<Value>,
    /// The request ID that the server sent.
    pub request_id: Option<String>,
    /// How long the server asks to wait before the next attempt.
    pub retry_after: Option<Duration>,
    /// How many attempts were made.
    pub attempts: u32,
    /// See [`Error::may_have_happened`](crate::Error::may_have_happened).
    pub may_have_happened: bool,
    /// See [`Error::hint`](crate::Error::hint).
    pub hint: Option<&'static str>,
    /// The whole error in one line, without secrets.
    pub(crate) text: String,
}

impl StdError for McpError {}

impl fmt::Display for McpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The data of an error without secrets. `None` if it is null or too large.
pub(crate) fn mcp_data(data: &Value, redactor: &Redactor) -> Option<Value> {
    let fits = !data.is_null() && data.to_string().len() <= MAX_DATA_BYTES;
    fits.then(|| redact(data, redactor))
}

fn redact(value: &Value, redactor: &Redactor) -> Value {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        Value::String(text) => redactor.redact(text).into(),
        Value::Array(items) => items.iter().map(|item| redact(item, redactor)).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, field)| (redactor.redact(name), redact(field, redactor)))
            .collect(),
    }
}
