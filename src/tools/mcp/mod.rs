//! MCP sessions through the connectors gateway.

mod event_stream;
mod rpc;
mod transport;

use std::fmt;

use serde::Deserialize;
use serde::de::Error as _;
use serde_json::{Map, Value, json};

use crate::client::ConnectorsClient;
use crate::error::{Error, Result};
use crate::http::{MAX_CURSOR_BYTES, Method};
use crate::json::body::Body;

use self::transport::Transport;
use super::list_tools::MAX_PAGES;
use super::{CallTool, Tool, ToolOutput};

/// The versions of MCP with sessions. The client offers the newest one.
const VERSIONS: [&str; 4] = ["2024-11-05", "2025-03-26", "2025-06-18", NEWEST];
const NEWEST: &str = "2025-11-25";

/// How to open an MCP session. The options of [`mcp_with`](ConnectorsClient::mcp_with).
///
/// ```
/// use mistral_connectors::OpenMcp;
///
/// let options = OpenMcp::new().credentials_name("work");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct OpenMcp {
    credentials_name: Option<String>,
}

impl OpenMcp {
    /// Opens a session with the caller's default credentials.
    pub fn new() -> Self {
        OpenMcp::default()
    }

    /// The name of the credentials that Mistral uses for the MCP server during the whole session.
    /// Defaults to the caller's default credentials.
    pub fn credentials_name(self, name: impl Into<String>) -> Self {
        OpenMcp {
            credentials_name: Some(name.into()),
        }
    }
}

/// An MCP session with the server of a connector, through the connectors gateway. Returned by
/// [`mcp`](ConnectorsClient::mcp).
///
/// Every method is one call with the settings of the client that opened the session. For slow
/// tools, open it with [`with_timeout`](ConnectorsClient::with_timeout). A stream of events counts
/// as one response for [`max_response_bytes`](crate::ConnectorsClientBuilder::max_response_bytes).
/// Threads can share a session.
///
/// A session can expire if it is not used for a while. Then every method fails, and
/// [`is_session_expired`](Error::is_session_expired) is true for the error. The request was not
/// processed: open a new session and send it again.
///
/// Dropping a session tries once to end it, for at most five seconds (or the client's timeout, if that
/// is shorter). A failure is logged at `warn`; [`close`](McpSession::close) returns it.
///
/// The session declares no capabilities: requests from the MCP server are refused, except `ping`,
/// and its notifications are dropped.
///
/// ```
/// # use mistral_connectors::{CallTool, ConnectorsClient, Result};
/// # fn demo(client: &ConnectorsClient) -> Result<()> {
/// let session = client.mcp("my_deepwiki")?;
/// for tool in session.list_tools()? {
///     println!("{}", tool.name);
/// }
/// let call = CallTool::new("read_wiki_structure").argument("repoName", "sqlite/sqlite");
/// println!("{}", session.call_tool(&call)?.text());
/// session.close()?;
/// # Ok(())
/// # }
/// ```
#[must_use = "the session ends as soon as this is dropped"]
pub struct McpSession {
    transport: Transport,
    server_info: Map<String, Value>,
    instructions: Option<String>,
}

/// # MCP
impl ConnectorsClient {
    /// Opens an MCP session with the server of a connector.
    ///
    /// This takes two requests, which share one
    /// [`timeout`](crate::ConnectorsClientBuilder::timeout). If the second one fails, ending the
    /// session can take up to five seconds more. The connectors gateway is part of API 2026-11. With
    /// older versions of the API, use [`call_tool`](ConnectorsClient::call_tool).
    ///
    /// ```
    /// # use mistral_connectors::{ConnectorsClient, Result};
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// let session = client.mcp("my_deepwiki")?;
    /// println!("MCP {}", session.protocol_version());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// - [`Error::Api`] if the gateway refuses: [`is_not_found`](Error::is_not_found) if the
    ///   connector does not exist, and 400 with `connector_protocol_mismatch` if the connector does
    ///   not speak MCP.
    /// - [`Error::Mcp`] if the MCP server refuses. If it only speaks versions of MCP without sessions
    ///   (2026-07-28), `supported` in the [`data`](crate::McpError::data) says which.
    /// - [`Error::Decode`] if the response is not valid MCP, or has an unknown version.
    /// - The errors of every call (see [`get`](ConnectorsClient::get)).
    pub fn mcp(&self, id_or_name: &str) -> Result<McpSession> {
        self.mcp_with(id_or_name, &OpenMcp::new())
    }

    /// Opens an MCP session with options.
    ///
    /// ```
    /// # use mistral_connectors::{ConnectorsClient, OpenMcp, Result};
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// let options = OpenMcp::new().credentials_name("work");
    /// let session = client.mcp_with("my_deepwiki", &options)?;
    /// println!("{} tools", session.list_tools()?.len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// See [`mcp`](ConnectorsClient::mcp).
    pub fn mcp_with(&self, id_or_name: &str, options: &OpenMcp) -> Result<McpSession> {
        let credentials_name = options.credentials_name.clone();
        let mut transport = Transport::new(self.clone(), id_or_name.to_owned(), credentials_name);
        let call = self.call();
        let params = json!({
            "protocolVersion": NEWEST,
            "capabilities": {},
            "clientInfo": {"name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION")},
        });
        let (version, result) = transport.send(&call, "initialize", params, &|result, _| {
            let version = result.get("protocolVersion").and_then(Value::as_str);
            match VERSIONS.into_iter().find(|own| Some(*own) == version) {
                Some(version) => Ok((version, result)),
                None => Err(serde_json::Error::custom(format_args!(
                    "its version of MCP is {}, and this crate speaks {}",
                    version.unwrap_or("missing"),
                    VERSIONS.join(", ")
                ))),
            }
        })?;
        transport.protocol_version = version;
        transport.post(&call, &rpc::notification("notifications/initialized"))?;
        let server_info = result.get("serverInfo").and_then(Value::as_object);
        let instructions = result.get("instructions").and_then(Value::as_str);
        Ok(McpSession {
            transport,
            server_info: server_info.cloned().unwrap_or_default(),
            instructions: instructions.map(str::to_owned),
        })
    }
}

impl McpSession {
    /// The version of MCP that both sides speak: `2025-11-25`.
    pub fn protocol_version(&self) -> &str {
        self.transport.protocol_version
    }

    /// What the MCP server says about itself: usually `name` and `version`.
    pub fn server_info(&self) -> &Map<String, Value> {
        &self.server_info
    }

    /// How to use the MCP server, for the model.
    pub fn instructions(&self) -> Option<&str> {
        self.instructions.as_deref()
    }

    /// Lists all tools of the MCP server.
    ///
    /// All pages share one [`timeout`](crate::ConnectorsClientBuilder::timeout), and together they may
    /// have four times [`max_response_bytes`](crate::ConnectorsClientBuilder::max_response_bytes).
    ///
    /// ```
    /// # use mistral_connectors::{ConnectorsClient, Result};
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// for tool in client.mcp("my_deepwiki")?.list_tools()? {
    ///     println!("{}: {}", tool.name, tool.description.unwrap_or_default());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Pagination`] if the pages do not end or are too large together, and the errors of
    /// [`request`](McpSession::request).
    pub fn list_tools(&self) -> Result<Vec<Tool>> {
        let transport = &self.transport;
        let call = transport.client.call();
        let endless = |message: &str| {
            let request = transport.request(Method::Post)?.to_string();
            let request = transport.client.http.redactor(&[]).show(&request);
            Err(Error::pagination(&request, message.to_owned()))
        };
        let read = |mut result: Value, length: usize| {
            let mut take = |name| result.get_mut(name).map(Value::take).unwrap_or_default();
            let (items, cursor) = (take("tools"), take("nextCursor"));
            let Value::Array(items) = items else {
                return Err(serde_json::Error::custom("it has no list `tools`"));
            };
            // Items that are not tools are left out.
            let tools = items
                .into_iter()
                .filter_map(|item| Tool::deserialize(item).ok());
            Ok((tools.collect::<Vec<_>>(), cursor, length as u64))
        };
        let (mut tools, mut cursors, mut bytes) = (Vec::new(), Vec::new(), 0);
        for _ in 0..MAX_PAGES {
            let params = match cursors.last() {
                Some(cursor) => json!({ "cursor": cursor }),
                None => Value::Null,
            };
            let (page, cursor, length) = transport.send(&call, "tools/list", params, &read)?;
            // The first page, usually the only one, is not copied: that would need twice the memory.
            if tools.is_empty() {
                tools = page;
            } else {
                tools.extend(page);
            }
            bytes += length;
            if bytes > transport.client.http.settings.max_list_bytes() {
                return endless("its pages have more than four times `max_response_bytes`");
            }
            if cursor.is_null() || cursor == "" {
                return Ok(tools);
            }
            if cursors.contains(&cursor) {
                return endless("its cursors repeat");
            }
            if cursor.to_string().len() > MAX_CURSOR_BYTES {
                return endless("its next cursor is longer than 8 KiB");
            }
            cursors.push(cursor);
        }
        endless("1000 pages")
    }

    /// Calls a tool and returns its output.
    ///
    /// The request is processed at most once: it is retried only if there was no connection or
    /// after a 429. If the tool may have run although the call failed, the error says so
    /// ([`Error::may_have_happened`]).
    ///
    /// ```
    /// # use mistral_connectors::{CallTool, McpSession, Result};
    /// # fn demo(session: &McpSession) -> Result<()> {
    /// let call = CallTool::new("read_wiki_structure").argument("repoName", "sqlite/sqlite");
    /// let output = session.call_tool(&call)?;
    /// println!("{}", output.text());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidRequest`] if the call names other credentials than the session, and the
    /// errors of [`request`](McpSession::request). A tool that failed is not an error: see
    /// [`ToolOutput::is_error`]. Most MCP servers also report unknown tools and invalid arguments
    /// there.
    pub fn call_tool(&self, tool: &CallTool) -> Result<ToolOutput> {
        let own = &self.transport.credentials_name;
        if tool.credentials_name.is_some() && tool.credentials_name != *own {
            return Err(Error::invalid_request(
                "a session uses the same credentials for all calls: name them when it is opened \
                 (`OpenMcp::credentials_name`)",
            ));
        }
        let name = Body::default().set("name", tool.tool.as_str());
        // Some servers refuse arguments that are null.
        let arguments = tool.body.iter().filter(|(_, value)| !value.is_null());
        let params = arguments.fold(name, |params, (name, value)| {
            params.set(name, value.clone())
        });
        let read = |result: Value, _| ToolOutput::checked(ToolOutput::deserialize(result)?);
        self.send("tools/call", params.into(), &read)
    }

    /// Sends any MCP request and returns its result. Parameters that are null (`()`) are left out.
    ///
    /// A `ping` and lists (`resources/list`) are retried after every transient failure, and other
    /// requests only if they cannot have been processed.
    ///
    /// ```
    /// # use mistral_connectors::{McpSession, Result};
    /// # use serde_json::json;
    /// # fn demo(session: &McpSession) -> Result<()> {
    /// let prompts = session.request("prompts/list", ())?;
    /// println!("{prompts:#}");
    /// let params = json!({"uri": "docs://readme"});
    /// let readme = session.request("resources/read", params)?;
    /// println!("{}", readme["contents"][0]["text"]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Mcp`] if the MCP server responds with an error;
    /// [`is_session_expired`](Error::is_session_expired) if the session has expired; and the errors of
    /// every call: [`Error::Api`], [`Error::Transport`] (also if an event stream ends before the
    /// response), [`Error::Decode`].
    pub fn request(&self, method: &str, params: impl Into<Value>) -> Result<Value> {
        self.send(method, params.into(), &|result, _| Ok(result))
    }

    fn send<T>(
        &self,
        method: &str,
        params: Value,
        read: &dyn Fn(Value, usize) -> serde_json::Result<T>,
    ) -> Result<T> {
        let call = self.transport.client.call();
        self.transport.send(&call, method, params, read)
    }

    /// Ends the session.
    ///
    /// It is not an error if the MCP server has no sessions, has already ended this one, or does
    /// not let clients end sessions (405).
    ///
    /// ```
    /// # use mistral_connectors::{ConnectorsClient, Result};
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// let session = client.mcp("my_deepwiki")?;
    /// println!("{} tools", session.list_tools()?.len());
    /// session.close()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of every call: [`Error::Api`], [`Error::Transport`], [`Error::Mcp`]. Dropping
    /// does not try again.
    pub fn close(self) -> Result<()> {
        self.transport.end(&self.transport.client.call())
    }
}

/// Shows neither the session ID nor what the server says.
impl fmt::Debug for McpSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let redactor = self.transport.client.http.redactor(&[]);
        f.debug_struct("McpSession")
            .field("connector", &redactor.show(&self.transport.connector))
            .field("credentials_name", &self.transport.credentials_name)
            .field("protocol_version", &self.transport.protocol_version)
            .finish_non_exhaustive()
    }
}
