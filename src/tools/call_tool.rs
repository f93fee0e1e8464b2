//! Calling a tool.

use serde_json::Value;

use crate::client::ConnectorsClient;
use crate::error::{Result, hints};
use crate::http::{Method, Request};
use crate::json::Response;
use crate::json::body::Body;

#[cfg(doc)]
use super::McpSession;
use super::ToolOutput;

/// A tool call: the name of the tool, and its arguments.
///
/// ```
/// use mistral_connectors::CallTool;
///
/// let call = CallTool::new("read_wiki_structure").argument("repoName", "sqlite/sqlite");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct CallTool {
    pub(super) tool: String,
    /// Holds `arguments` if there are any.
    pub(super) body: Body,
    pub(super) credentials_name: Option<String>,
}

impl CallTool {
    /// A call of this tool without arguments.
    pub fn new(tool: impl Into<String>) -> Self {
        CallTool {
            tool: tool.into(),
            body: Body::default(),
            credentials_name: None,
        }
    }

    /// Adds an argument. Strings whose names are typical of secrets (for example `token`) are
    /// treated as secrets. Defaults to none.
    pub fn argument(mut self, name: impl AsRef<str>, value: impl Into<Value>) -> Self {
        self.body = self.body.set_in(&["arguments"], name.as_ref(), value);
        self
    }

    /// Sets all arguments at once, as a JSON object. An empty object is sent too. Defaults to none.
    pub fn arguments(mut self, arguments: impl Into<Value>) -> Self {
        self.body = self.body.set("arguments", arguments);
        self
    }

    /// The name of the credentials that Mistral uses for the MCP server. Defaults to the caller's
    /// default credentials. An [`McpSession`] uses the same credentials for all calls.
    pub fn credentials_name(mut self, name: impl Into<String>) -> Self {
        self.credentials_name = Some(name.into());
        self
    }
}

/// # Tools
impl ConnectorsClient {
    /// Calls a tool and returns its output.
    ///
    /// A tool can do anything, so the request is processed at most once: it is retried only if
    /// there was no connection or after a 429. If the tool may have run although the call failed,
    /// the error says so. Use [`with_timeout`](ConnectorsClient::with_timeout) for slow tools.
    ///
    /// MCP sessions are another way to call tools:
    ///
    /// | version of the API | use |
    /// |---|---|
    /// | API 2026-03, API 2026-08 | this method, because there are no MCP sessions |
    /// | API 2026-11 | [`mcp`](ConnectorsClient::mcp) and [`McpSession::call_tool`], because the API has deprecated this request (it still works) |
    ///
    /// ```
    /// # use mistral_connectors::{CallTool, ConnectorsClient, Result};
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// let call = CallTool::new("read_wiki_structure").argument("repoName", "sqlite/sqlite");
    /// let output = client.call_tool("my_deepwiki", &call)?;
    /// println!("{}", output.text());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`is_not_found`](crate::Error::is_not_found) if the connector or the tool does not exist,
    /// [`is_validation`](crate::Error::is_validation) if the arguments are refused, and the errors
    /// of every call (see [`get`](ConnectorsClient::get)). If the tool itself fails, the call
    /// returns `Ok`: check [`ToolOutput::is_error`].
    pub fn call_tool(&self, id_or_name: &str, tool: &CallTool) -> Result<ToolOutput> {
        let path = [id_or_name, "tools", &tool.tool, "call"];
        let request = Request::new(Method::Post, &path)?
            .hints(hints::CALL_TOOL)
            .hints(hints::ASKS_MCP_SERVER)
            .query_if("credentials_name", tool.credentials_name.as_deref())
            .body(&tool.body);
        self.call()
            .send_and_read(&request, ToolOutput::expected, &ToolOutput::read_output)
    }
}
