//! Listing the tools of a connector.

use crate::client::ConnectorsClient;
use crate::error::{Error, Result};
use crate::http::{Call, Method, Request};
use crate::json::lenient::List;
use crate::json::{self, Response};

use super::Tool;

/// The number of tools in a page if the caller does not set one, in all versions of the API.
const PAGE_SIZE: u32 = 100;

/// After this many full pages, a list of tools is considered endless.
const MOST_PAGES: u32 = 1000;

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
pub struct ListTools {
    page: Option<u32>,
    page_size: Option<u32>,
    refresh: Option<bool>,
    credentials_name: Option<String>,
}

impl ListTools {
    /// Lists all tools that Mistral has cached.
    pub fn new() -> Self {
        ListTools::default()
    }

    /// Lists only this page, counted from 1. Defaults to all pages. API 2026-11 has no pages and
    /// ignores it.
    pub fn page(mut self, page: u32) -> Self {
        self.page = Some(page);
        self
    }

    /// The number of tools in a page. Defaults to the API's default, which is 100.
    pub fn page_size(mut self, page_size: u32) -> Self {
        self.page_size = Some(page_size);
        self
    }

    /// Makes Mistral ask the MCP server again instead of using its cache. Defaults to `false`.
    pub fn refresh(mut self, refresh: bool) -> Self {
        self.refresh = Some(refresh);
        self
    }

    /// The name of the credentials that Mistral uses at the MCP server. Defaults to the caller's
    /// default credentials.
    pub fn credentials_name(mut self, name: impl Into<String>) -> Self {
        self.credentials_name = Some(name.into());
        self
    }

    fn request(&self, id_or_name: &str, page: Option<u32>) -> Result<Request> {
        // One refresh is enough for all pages.
        let refresh = self.refresh.filter(|_| page == self.page);
        Ok(Request::new(Method::Get, &[id_or_name, "tools"])?
            .query_if("page", page)
            .query_if("page_size", self.page_size)
            .query_if("refresh", refresh)
            .query_if("credentials_name", self.credentials_name.as_deref()))
    }
}

/// # Tools
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
    /// [`is_not_found`](Error::is_not_found) if there is no such connector, [`Error::Pagination`] if
    /// the pages do not end or are too large together, and the errors of every call (see
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
        let mut tools: Vec<Tool> = Vec::new();
        let mut last_page = Vec::new();
        let mut bytes = 0;
        for page in 1.. {
            let number = if page == 1 { options.page } else { Some(page) };
            let request = options.request(id_or_name, number)?;
            let (page_of_tools, length) = send(&call, &request)?;
            let endless = |message: &str| Error::pagination(&request.to_string(), message.into());
            bytes += length as u64;
            if bytes > self.http.max_response_bytes.saturating_mul(4) {
                return Err(endless(
                    "its pages have more than four times `max_response_bytes`",
                ));
            }
            if page > 1 && page_of_tools.items == last_page {
                break;
            }
            let is_full =
                page_of_tools.total >= options.page_size.unwrap_or(PAGE_SIZE).max(1) as usize;
            tools.extend_from_slice(&page_of_tools.items);
            if options.page.is_some() || !is_full {
                break;
            }
            if page == MOST_PAGES {
                return Err(endless("1000 full pages"));
            }
            last_page = page_of_tools.items;
        }
        Ok(tools)
    }
}

/// Requests a page. Returns its tools and the length of the response.
fn send(call: &Call<'_>, request: &Request) -> Result<(List<Tool>, usize)> {
    call.send_and_read(request, Vec::<Tool>::expected, &|text| {
        let tools = json::read(text, |text| serde_json::from_str(text))?;
        Ok((tools, text.len()))
    })
}
