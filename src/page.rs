//! Listings: pages of connectors, and the walk through them.

use std::iter::FusedIterator;
use std::{fmt, mem, vec};

use serde_json::{Map, Value};

use crate::answer::{Answer, answer};
use crate::client::ConnectorsClient;
use crate::connectors::Connector;
#[cfg(doc)]
use crate::error::Error;
use crate::error::{PaginationError, Result};
use crate::request::{Method, Operation, Request};

/// A server that sends this many empty pages in a row is not believed to come to an end.
const MOST_EMPTY_PAGES: u32 = 1000;

/// What to list, and in pages of what size.
///
/// ```
/// use mistral_connectors::ListConnectors;
///
/// let active = ListConnectors::new().page_size(20).active(true);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
pub struct ListConnectors {
    page_size: Option<u32>,
    cursor: Option<String>,
    filter: Filter,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Filter {
    active: Option<bool>,
    supports_mcp: Option<bool>,
}

impl ListConnectors {
    /// Everything the key can see, in pages of the server's size.
    pub fn new() -> Self {
        ListConnectors::default()
    }

    /// How many connectors a page has at most; the API accepts 1 to 1000. Defaults to what the
    /// server chooses, 100 in the published API.
    pub fn page_size(mut self, page_size: u32) -> Self {
        self.page_size = Some(page_size);
        self
    }

    /// Only connectors that are switched on for the caller, or only those that are not. Defaults
    /// to both. Servers of November 2026 ignore it.
    pub fn active(mut self, active: bool) -> Self {
        self.filter.active = Some(active);
        self
    }

    /// Only connectors that can be used over MCP, or only those that cannot. Defaults to both.
    /// Servers before June 2026 ignore it.
    pub fn supports_mcp(mut self, supports_mcp: bool) -> Self {
        self.filter.supports_mcp = Some(supports_mcp);
        self
    }

    /// Where to begin: a cursor of an earlier listing with the same filter. Defaults to the
    /// beginning, which is also what an empty one means.
    pub fn cursor(mut self, cursor: impl Into<String>) -> Self {
        self.cursor = Some(cursor.into()).filter(|cursor| !cursor.is_empty());
        self
    }

    fn request(&self) -> Result<Request> {
        let mut query = Vec::new();
        if let Some(page_size) = self.page_size {
            query.push(("page_size", page_size.to_string()));
        }
        if let Some(cursor) = &self.cursor {
            query.push(("cursor", cursor.clone()));
        }
        // The API's documents and its clients disagree about how a filter is sent. Both ways at
        // once are understood by either kind of server, and a cursor holds only for its filter.
        let flags = [
            ("active", self.filter.active),
            ("supports_mcp", self.filter.supports_mcp),
        ];
        let mut filter = Map::new();
        for (name, flag) in flags {
            if let Some(flag) = flag {
                query.push((name, flag.to_string()));
                filter.insert(name.to_owned(), flag.into());
            }
        }
        if !filter.is_empty() {
            query.push(("query_filters", Value::Object(filter).to_string()));
        }
        let operation = Operation::List {
            cursor: self.cursor.is_some(),
        };
        Ok(Request::new(Method::Get, operation, &["v1", "connectors"])?.query(&query))
    }
}

answer! {
    /// One page of a listing.
    ConnectorPage is "a page of connectors";
    required {}
    strict {
        /// The connectors, in the server's order. Empty if the server sends none.
        items: Vec<Connector>,
        /// What comes next.
        pagination: Pagination,
    }
    default {}
    lenient {}
}

impl Answer for ConnectorPage {
    const EXPECTED: &'static str = "a page of connectors";
}

impl ConnectorPage {
    /// The cursor of the next page, if there is one.
    fn next_cursor(&self) -> Option<String> {
        self.pagination
            .next_cursor
            .clone()
            .filter(|cursor| !cursor.is_empty())
    }
}

answer! {
    /// Where a page stands in its listing.
    #[derive(Default)]
    Pagination is "a page's place in its listing";
    required {}
    strict {
        /// The cursor of the next page. Missing, null or empty at the end.
        next_cursor: Option<String>,
    }
    default {}
    lenient {
        /// The size of a page, as the server understood it.
        page_size: i64,
    }
}

impl ConnectorsClient {
    /// The connectors, one by one. Pages are asked for when they are needed, not before.
    ///
    /// ```
    /// use mistral_connectors::{ConnectorsClient, ListConnectors};
    ///
    /// # fn demo(client: &ConnectorsClient) -> mistral_connectors::Result<()> {
    /// for connector in client.list(ListConnectors::new().active(true)) {
    ///     println!("{}", connector?.name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// None by itself: each page can fail like [`list_page`](ConnectorsClient::list_page), and the
    /// walk with [`Error::Pagination`]. The error is the last thing the iterator yields.
    pub fn list(&self, options: ListConnectors) -> Connectors {
        Connectors {
            pages: ConnectorPages::new(self.clone(), options),
            page: None,
        }
    }

    /// One page of a listing.
    ///
    /// # Errors
    ///
    /// A status of 400 if the cursor does not belong to the filter,
    /// [`is_validation`](Error::is_validation) if the page size is refused,
    /// [`Error::InvalidRequest`] if the cursor is too long for a URL, and what every call can fail
    /// with: [`Error::Api`], [`Error::Transport`], [`Error::Decode`].
    pub fn list_page(&self, options: &ListConnectors) -> Result<ConnectorPage> {
        self.send(&options.request()?)
    }
}

/// The pages of a listing, one request each: what
/// [`list(…)`](ConnectorsClient::list)[`.pages()`](Connectors::pages) returns.
///
/// Yields every page the server gives, empty ones too. After an error it ends.
#[derive(Debug)]
#[must_use = "iterators are lazy: nothing is requested before the first `next`"]
pub struct ConnectorPages {
    client: ConnectorsClient,
    /// As given, with the cursor of the page to come.
    options: ListConnectors,
    done: bool,
    circle: Circle,
    empty_pages: u32,
}

impl ConnectorPages {
    fn new(client: ConnectorsClient, options: ListConnectors) -> Self {
        ConnectorPages {
            client,
            options,
            done: false,
            circle: Circle::default(),
            empty_pages: 0,
        }
    }

    /// The cursor of the page that comes next, to go on from there later: `None` at the beginning
    /// and at the end, so resume only where it is `Some`. After an error it is that of the page that
    /// failed.
    pub fn cursor(&self) -> Option<&str> {
        self.options.cursor.as_deref()
    }

    fn fetch(&mut self) -> Result<ConnectorPage> {
        if let Some(cursor) = &self.options.cursor {
            if self.circle.closes_at(cursor) {
                return Err(PaginationError::circle());
            }
        }
        if self.empty_pages >= MOST_EMPTY_PAGES {
            return Err(PaginationError::empty(self.empty_pages));
        }
        self.client.list_page(&self.options)
    }
}

impl Iterator for ConnectorPages {
    type Item = Result<ConnectorPage>;

    fn next(&mut self) -> Option<Self::Item> {
        // Done until a page names a next cursor: an error is therefore also the end.
        if mem::replace(&mut self.done, true) {
            return None;
        }
        let page = self.fetch();
        if let Ok(page) = &page {
            self.options.cursor = page.next_cursor();
            self.done = self.options.cursor.is_none();
            self.empty_pages = if page.items.is_empty() {
                self.empty_pages + 1
            } else {
                0
            };
        }
        Some(page)
    }
}

impl FusedIterator for ConnectorPages {}

/// The connectors of a listing, one by one: what [`list`](ConnectorsClient::list) returns.
///
/// Holds one page at a time. After an error it ends.
#[derive(Debug)]
#[must_use = "iterators are lazy: nothing is requested before the first `next`"]
pub struct Connectors {
    pages: ConnectorPages,
    page: Option<PageInHand>,
}

struct PageInHand {
    cursor: Option<String>,
    items: vec::IntoIter<Connector>,
}

impl fmt::Debug for PageInHand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} connectors left", self.items.len())
    }
}

impl Connectors {
    /// The same listing page by page. Connectors of a page already begun are not seen again.
    pub fn pages(self) -> ConnectorPages {
        self.pages
    }

    /// Where to go on later, for [`ListConnectors::cursor`]: the page in hand while it has
    /// connectors left, so that none is missed and some may be seen twice; then the next page.
    /// `None` at the beginning and at the end, so resume only where it is `Some`. After an error it
    /// is the page that failed.
    pub fn cursor(&self) -> Option<&str> {
        match &self.page {
            Some(page) if !page.items.as_slice().is_empty() => page.cursor.as_deref(),
            _ => self.pages.cursor(),
        }
    }
}

impl Iterator for Connectors {
    type Item = Result<Connector>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(connector) = self.page.as_mut().and_then(|page| page.items.next()) {
                return Some(Ok(connector));
            }
            // The used-up page goes before the next one comes.
            self.page = None;
            let cursor = self.pages.options.cursor.clone();
            match self.pages.next()? {
                Ok(page) => {
                    self.page = Some(PageInHand {
                        cursor,
                        items: page.items.into_iter(),
                    })
                }
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl FusedIterator for Connectors {}

/// Finds a circle of cursors with the memory of one (Brent's algorithm): the cursors at steps 1, 2,
/// 4, 8, … are kept in turn, and a circle comes back to one of them.
#[derive(Debug, Default)]
struct Circle {
    kept: Option<String>,
    steps: u64,
}

impl Circle {
    fn closes_at(&mut self, cursor: &str) -> bool {
        if self.kept.as_deref() == Some(cursor) {
            return true;
        }
        self.steps += 1;
        if self.steps.is_power_of_two() {
            self.kept = Some(cursor.to_owned());
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_circle_of_any_length_after_any_tail_is_found() {
        for tail in [0, 1, 2, 5, 40] {
            for length in [1, 2, 3, 7, 8, 9, 100] {
                let mut circle = Circle::default();
                let step = |at: usize| {
                    if at < tail {
                        at
                    } else {
                        tail + (at - tail) % length
                    }
                };
                let found = (0..)
                    .find(|&at| circle.closes_at(&step(at).to_string()))
                    .unwrap();
                assert!(
                    found >= tail + length,
                    "tail {tail}, length {length}: found at {found}"
                );
                assert!(
                    found <= 3 * (tail + length),
                    "tail {tail}, length {length}: {found}"
                );
            }
        }
    }

    #[test]
    fn a_walk_without_circle_is_left_alone() {
        let mut circle = Circle::default();
        assert!((0..10_000).all(|at| !circle.closes_at(&at.to_string())));
    }
}
