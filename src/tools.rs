//! Tools: what a connector lets a model do, and how to list and call them.

use serde_json::Value;

use crate::answer::answer;
use crate::client::ConnectorsClient;
use crate::error::{Error, Result};
use crate::hints;
use crate::json::body::Body;
use crate::pagination_error::PaginationError;
use crate::request::{Method, Request};
use crate::tool_output::ToolOutput;
use crate::words::Visibility;

answer! {
    /// A tool of a connector.
    ///
    /// Servers describe tools in three forms: as MCP does, in Mistral's own, and shortened. Only
    /// the [`name`](Tool::name) is in all of them. For the schema of the arguments, ask the method
    /// [`input_schema`](Tool::input_schema()), which knows the forms.
    Tool is "a tool";
    required {
        /// The name to call it by.
        name,
    }
    lenient {
        /// The name shown to people. In MCP's form.
        title: String,
        /// What it does, for the model.
        description: String,
        /// The JSON schema of the arguments, in MCP's form (`inputSchema` in JSON).
        mcp_input_schema as "inputSchema": Value,
        /// The JSON schema of the result, in MCP's form (`outputSchema` in JSON).
        output_schema as "outputSchema": Value,
        /// Icons of different sizes, in MCP's form.
        icons: Value,
        /// Hints at what a call does, in MCP's form: whether it only reads, destroys, and so on.
        annotations: Value,
        /// What is said beside MCP's form (`_meta` in JSON).
        meta as "_meta": Value,
        /// How it is run, in MCP's form.
        execution: Value,
        /// The UUID, in Mistral's own form.
        id: String,
        /// Instructions given to the model along with it, in Mistral's own form.
        system_prompt: String,
        /// Its name and description in other languages, in Mistral's own form.
        locale: Value,
        /// The JSON schema of the arguments, in Mistral's own form.
        jsonschema: Value,
        /// How it is run, in Mistral's own form.
        execution_config: Value,
        /// Who can use it, in Mistral's own form.
        visibility: Visibility,
        /// When it was created, as RFC 3339 text. In Mistral's own form.
        created_at: String,
        /// When it was last changed, as RFC 3339 text. In Mistral's own form.
        modified_at: String,
        /// Whether it is switched on, in Mistral's own form.
        active: bool,
    }
}

impl Tool {
    /// The JSON schema of the arguments, whichever form it came in.
    pub fn input_schema(&self) -> Option<&Value> {
        let known = self.mcp_input_schema.as_ref().or(self.jsonschema.as_ref());
        // Spellings of other tool APIs, which the shortened form leaves open.
        let other = || {
            let mut names = ["input_schema", "parameters"].into_iter();
            names.find_map(|name| self.extra.get(name).filter(|schema| !schema.is_null()))
        };
        known.or_else(other)
    }
}

/// How many tools a page has where nothing is said, in all published APIs.
const PAGE_SIZE: u32 = 100;

/// A connector with more pages of tools is not believed to come to an end.
const MOST_PAGES: u32 = 1000;

/// Which tools of a connector to list, and how.
///
/// ```
/// use mistral_connectors::ListTools;
///
/// let fresh = ListTools::new().refresh(true);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
pub struct ListTools {
    page: Option<u32>,
    page_size: Option<u32>,
    refresh: Option<bool>,
    credentials_name: Option<String>,
}

impl ListTools {
    /// All of them, as Mistral knows them.
    pub fn new() -> Self {
        ListTools::default()
    }

    /// Only this page, counted from 1. Defaults to all pages. Servers of November 2026 have no pages
    /// and ignore it.
    pub fn page(mut self, page: u32) -> Self {
        self.page = Some(page);
        self
    }

    /// How many tools a page has. Defaults to what the server chooses, 100 in all published APIs.
    pub fn page_size(mut self, page_size: u32) -> Self {
        self.page_size = Some(page_size);
        self
    }

    /// Whether Mistral asks the MCP server anew. Defaults to `false`.
    pub fn refresh(mut self, refresh: bool) -> Self {
        self.refresh = Some(refresh);
        self
    }

    /// The credentials to ask the MCP server with. Defaults to the caller's own.
    pub fn credentials_name(mut self, name: impl Into<String>) -> Self {
        self.credentials_name = Some(name.into());
        self
    }

    fn request(&self, id_or_name: &str, page: Option<u32>) -> Result<Request> {
        // Once is enough for a walk.
        let refresh = self.refresh.filter(|_| page == self.page);
        Ok(Request::new(Method::Get, &[id_or_name, "tools"])?
            .hints(hints::ASKS_MCP_SERVER)
            .query_if("page", page)
            .query_if("page_size", self.page_size)
            .query_if("refresh", refresh)
            .query_if("credentials_name", self.credentials_name.as_deref()))
    }
}

/// A call of a tool.
///
/// ```
/// use mistral_connectors::CallTool;
///
/// let call = CallTool::new("read_wiki_structure").argument("repoName", "sqlite/sqlite");
/// ```
#[derive(Clone, PartialEq)]
#[must_use]
pub struct CallTool {
    tool: String,
    /// What is sent, with the arguments as its field `arguments`.
    body: Body,
    credentials_name: Option<String>,
}

impl CallTool {
    /// A call of this tool, without arguments.
    pub fn new(tool: impl Into<String>) -> Self {
        CallTool {
            tool: tool.into(),
            body: Body::default(),
            credentials_name: None,
        }
    }

    /// Adds an argument. Strings in it under usual names of secrets are treated as secrets.
    pub fn argument(mut self, name: impl AsRef<str>, value: impl Into<Value>) -> Self {
        self.body = self.body.set_in("arguments", name.as_ref(), value);
        self
    }

    /// All arguments at once, in place of those before: a JSON object. What is set is sent, an empty
    /// object too.
    pub fn arguments(mut self, arguments: impl Into<Value>) -> Self {
        self.body = self.body.set("arguments", arguments);
        self
    }

    /// The credentials to call the MCP server with. Defaults to the caller's own.
    pub fn credentials_name(mut self, name: impl Into<String>) -> Self {
        self.credentials_name = Some(name.into());
        self
    }
}

impl std::fmt::Debug for CallTool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CallTool")
            .field("tool", &self.tool)
            .field("body", &self.body)
            .field("credentials_name", &self.credentials_name)
            .finish()
    }
}

impl ConnectorsClient {
    /// The tools of a connector: all of them, or those of the page that the options name.
    ///
    /// A page that is full is followed by the next, until one is not, or is the same again (a server
    /// without pages sends everything each time). Ask for no larger pages than the server gives: a
    /// smaller one looks like the last. All of it takes no longer than
    /// [`timeout`](crate::ConnectorsClientBuilder::timeout).
    ///
    /// # Errors
    ///
    /// [`is_not_found`](crate::Error::is_not_found) if there is no such connector,
    /// [`Error::Pagination`] if the pages do not come to an end, and what every call can fail with
    /// (see [`get`](ConnectorsClient::get)).
    pub fn list_tools(&self, id_or_name: &str, options: &ListTools) -> Result<Vec<Tool>> {
        let mut call = self.call();
        let mut tools: Vec<Tool> = call.send(&options.request(id_or_name, options.page)?)?;
        let full = options.page_size.unwrap_or(PAGE_SIZE).max(1) as usize;
        let mut last = tools.len();
        let mut page = 1;
        while options.page.is_none() && last >= full {
            page += 1;
            if page > MOST_PAGES {
                let error = PaginationError::endless("the tools of a connector", MOST_PAGES);
                return Err(Error::pagination(error));
            }
            let more: Vec<Tool> = call
                .for_another_request()
                .send(&options.request(id_or_name, Some(page))?)?;
            let before = tools.get(tools.len() - last..).unwrap_or_default();
            if more.first().map(|tool| &tool.name) == before.first().map(|tool| &tool.name) {
                break;
            }
            last = more.len();
            tools.extend(more);
        }
        Ok(tools)
    }

    /// Calls a tool and returns what it says.
    ///
    /// A tool can do anything, so the call is carried out at most once: after a failure that leaves
    /// open whether it was, the error says so. A tool that takes long is given time with
    /// [`with_timeout`](ConnectorsClient::with_timeout).
    ///
    /// # Errors
    ///
    /// [`is_not_found`](crate::Error::is_not_found) if there is no such connector or tool,
    /// [`is_validation`](crate::Error::is_validation) if the arguments are refused, and what every
    /// call can fail with (see [`get`](ConnectorsClient::get)). That the tool itself failed is no
    /// error: see [`ToolOutput::is_error`].
    pub fn call_tool(&self, id_or_name: &str, tool: &CallTool) -> Result<ToolOutput> {
        let path = [id_or_name, "tools", &tool.tool, "call"];
        let request = Request::new(Method::Post, &path)?
            .hints(hints::ASKS_MCP_SERVER)
            .query_if("credentials_name", tool.credentials_name.as_deref());
        self.send(&request.body(&tool.body))
    }
}
