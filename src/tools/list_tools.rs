//! Listing the tools of a connector.

use serde::Deserialize;
use serde_json::Value;

use crate::client::ConnectorsClient;
use crate::error::{Error, Result, hints};
use crate::http::{Call, Method, Query, Request};
use crate::json::{self, Response};

use super::Tool;

/// The number of tools in a page if the caller does not set one, in all versions of the API.
const PAGE_SIZE: usize = 100;

/// After this many full pages, a list of tools counts as endless.
pub(super) const MAX_PAGES: u32 = 1000;

/// Which tools of a connector to list. The options of
/// [`list_tools_with`](ConnectorsClient::list_tools_with).
///
/// ```
/// use mistral_connectors::ListTools;
///
/// let fresh = ListTools::new().refresh(true);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct ListTools(Query);

impl ListTools {
    /// Lists all tools that Mistral has cached.
    pub fn new() -> Self {
        ListTools::default()
    }

    /// Lists only this page, counted from 1. Defaults to all pages. API 2026-11 has no pages and
    /// ignores it.
    pub fn page(self, page: u32) -> Self {
        ListTools(self.0.set("page", page))
    }

    /// The number of tools in a page. Defaults to the API's default, which is 100.
    pub fn page_size(self, page_size: u32) -> Self {
        ListTools(self.0.set("page_size", page_size))
    }

    /// Makes Mistral ask the MCP server again instead of using its cache. Defaults to `false`.
    pub fn refresh(self, refresh: bool) -> Self {
        ListTools(self.0.set("refresh", refresh))
    }

    /// The name of the credentials that Mistral uses for the MCP server. Defaults to the caller's
    /// default credentials.
    pub fn credentials_name(self, name: impl Into<String>) -> Self {
        ListTools(self.0.set("credentials_name", name.into()))
    }
}

impl ConnectorsClient {
    /// Lists all tools of a connector.
    ///
    /// ```
    /// # use mistral_connectors::{ConnectorsClient, Result};
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// for tool in client.list_tools("my_deepwiki")? {
    ///     println!("{}: {}", tool.name, tool.description.unwrap_or_default());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`is_not_found`](Error::is_not_found) if the connector does not exist, [`Error::Pagination`]
    /// if the pages do not end or are too large together, and the errors of every call (see
    /// [`get`](ConnectorsClient::get)).
    pub fn list_tools(&self, id_or_name: &str) -> Result<Vec<Tool>> {
        self.list_tools_with(id_or_name, &ListTools::new())
    }

    /// Lists the tools of a connector with options.
    ///
    /// A full page is followed by a request for the next one, until a page is not full or the same
    /// page comes again (an API without pages sends all tools each time). Do not set a larger page
    /// size than the API allows, or the first page looks like the last. The whole call obeys
    /// [`timeout`](crate::ConnectorsClientBuilder::timeout), and all pages together may have four
    /// times [`max_response_bytes`](crate::ConnectorsClientBuilder::max_response_bytes).
    ///
    /// ```
    /// # use mistral_connectors::{ConnectorsClient, ListTools, Result};
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// let options = ListTools::new().refresh(true);
    /// let tools = client.list_tools_with("my_deepwiki", &options)?;
    /// println!("{} tools", tools.len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// See [`list_tools`](ConnectorsClient::list_tools).
    pub fn list_tools_with(&self, id_or_name: &str, options: &ListTools) -> Result<Vec<Tool>> {
        let call = self.call();
        let page_size = options.0.get("page_size");
        let page_size = page_size.and_then(|size| size.parse().ok());
        let page_size: usize = page_size.unwrap_or(PAGE_SIZE);
        let request = Request::new(Method::Get, &[id_or_name, "tools"])?;
        let request = request.hints(hints::ASKS_MCP_SERVER);
        let endless = |message: &str| {
            let request = self.http.redactor(&[]).show(&request.to_string());
            Error::pagination(&request, message.to_owned())
        };
        let (mut tools, mut last_page, mut bytes) = (Vec::new(), Vec::new(), 0);
        let mut query = options.0.clone();
        for page in 1..=MAX_PAGES {
            let (items, length) = send(&call, &request.clone().queries(&query))?;
            bytes += length as u64;
            if bytes > self.http.settings.max_list_bytes() {
                return Err(endless(
                    "its pages have more than four times `max_response_bytes`",
                ));
            }
            if page > 1 && items == last_page {
                return Ok(tools);
            }
            // Items that are not tools are left out.
            tools.extend(items.iter().filter_map(|item| Tool::deserialize(item).ok()));
            if options.0.get("page").is_some() || items.len() < page_size.max(1) {
                return Ok(tools);
            }
            last_page = items;
            // One refresh is enough for all pages.
            query = query.without("refresh").set("page", page + 1);
        }
        Err(endless("1000 full pages"))
    }
}

/// Requests a page. Returns its items and the length of the response.
fn send(call: &Call<'_>, request: &Request) -> Result<(Vec<Value>, usize)> {
    call.send_and_read(request, Vec::<Tool>::expected, &|text| {
        let items = json::read(text, |text| serde_json::from_str(text))?;
        Ok((items, text.len()))
    })
}
