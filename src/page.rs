//! Listings: pages of connectors, and the walk through them.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::iter::FusedIterator;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

use crate::answer::answer;
use crate::client::ConnectorsClient;
use crate::connectors::Connector;
use crate::error::{Error, Result};
use crate::hints::Hints;
use crate::iterate_over::iterate_over;
use crate::object::Blank;
use crate::pagination_error::PaginationError;
use crate::request::{Method, Request};

/// A server that sends this many empty pages in a row is not believed to come to an end.
const MOST_EMPTY_PAGES: u32 = 1000;

const NOT_HERE: (u16, &str) = (
    404,
    "check `base_url`: nothing at this address lists connectors",
);

const LIST: Hints = &[NOT_HERE];

const RESUMED: Hints = &[
    (
        400,
        "a cursor is valid only for the filter it came from: start the listing over, or repeat the \
         filter it was issued under",
    ),
    NOT_HERE,
];

/// What to list, and in pages of what size.
///
/// ```
/// use mistral_connectors::ListConnectors;
///
/// let active = ListConnectors::new().page_size(20).active(true);
/// ```
///
/// It can be kept and read again, for example the rest of a listing that goes on in another process
/// (see [`Connectors::remaining`]).
///
/// ```
/// use mistral_connectors::ListConnectors;
///
/// let kept = serde_json::to_string(&ListConnectors::new().page_size(20).active(true))?;
/// assert_eq!(kept, r#"{"page_size":20,"active":true}"#);
/// let again: ListConnectors = serde_json::from_str(&kept)?;
/// # Ok::<_, serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
pub struct ListConnectors {
    page_size: Option<u32>,
    cursor: Option<String>,
    /// The ID of the connector seen last: the first page goes on behind it, if it is there.
    after: Option<String>,
    /// By their names on the wire.
    filter: BTreeMap<String, Value>,
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
    /// to both. Servers of November 2026 ignore it, and no longer send
    /// [`Connector::active`]: they list all; [`readiness`](ConnectorsClient::readiness) tells what can
    /// be used.
    pub fn active(self, active: bool) -> Self {
        self.filter("active", active)
    }

    /// Only connectors that can be used over MCP, or only those that cannot. Defaults to both.
    /// Servers before June 2026 ignore it.
    pub fn supports_mcp(self, supports_mcp: bool) -> Self {
        self.filter("supports_mcp", supports_mcp)
    }

    /// A filter that this version does not know yet, by its name on the wire. Sent in both encodings
    /// like the others, texts without quotes where it is a parameter of its own. Defaults to none.
    pub fn filter(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.filter.insert(name.into(), value.into());
        self
    }

    /// Where to begin: a cursor of an earlier listing with the same filter. Defaults to the
    /// beginning, which is also what an empty one means. What [`Connectors::remaining`] remembers
    /// of connectors seen belongs to another place, and is forgotten.
    pub fn cursor(mut self, cursor: impl Into<String>) -> Self {
        self.after = None;
        self.cursor = Some(cursor.into()).filter(|cursor| !cursor.is_empty());
        self
    }

    fn request(&self) -> Result<Request> {
        let hints = if self.cursor.is_some() { RESUMED } else { LIST };
        let mut request = Request::new(Method::Get, &[])?
            .hints(hints)
            .query_if("page_size", self.page_size)
            .query_if("cursor", self.cursor.as_deref());
        request.page = Some(match &self.cursor {
            Some(cursor) => format!("page at cursor {cursor}"),
            None => "first page".to_owned(),
        });
        // The API's documents and its clients disagree about how a filter is sent. Both ways at
        // once are understood by either kind of server, and a cursor holds only for its filter.
        for (name, value) in &self.filter {
            request = match value {
                Value::String(text) => request.query(name, text),
                other => request.query(name, &other.to_string()),
            };
        }
        if !self.filter.is_empty() {
            let filter = serde_json::to_string(&self.filter)
                .map_err(|error| Error::invalid_request(error.to_string()))?;
            request = request.query("query_filters", &filter);
        }
        Ok(request)
    }

    /// Takes off `page`, the first one, what was seen of it.
    fn skip_seen(&self, page: &mut ConnectorPage) {
        let Some(after) = &self.after else {
            return;
        };
        if let Some(seen) = page
            .items
            .iter()
            .position(|connector| connector.id == *after)
        {
            page.items.drain(..=seen);
        }
    }
}

impl Serialize for ListConnectors {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(page_size) = self.page_size {
            map.serialize_entry("page_size", &page_size)?;
        }
        for (name, value) in [("cursor", &self.cursor), ("after", &self.after)] {
            if let Some(value) = value {
                map.serialize_entry(name, value)?;
            }
        }
        // The two that have a method stand for themselves, if they are what it sets.
        let mut others = self.filter.clone();
        for name in FLAGS {
            if let Some(Value::Bool(flag)) = self.filter.get(name) {
                map.serialize_entry(name, flag)?;
                others.remove(name);
            }
        }
        if !others.is_empty() {
            map.serialize_entry("filter", &others)?;
        }
        map.end()
    }
}

/// The filters that have a method of their own.
const FLAGS: [&str; 2] = ["active", "supports_mcp"];

impl<'de> Deserialize<'de> for ListConnectors {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_map(ListingVisitor)
    }
}

struct ListingVisitor;

impl<'de> Visitor<'de> for ListingVisitor {
    type Value = ListConnectors;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a listing")
    }

    fn visit_map<A: MapAccess<'de>>(
        self,
        mut object: A,
    ) -> std::result::Result<ListConnectors, A::Error> {
        let mut listing = ListConnectors::new();
        while let Some(name) = object.next_key::<String>()? {
            match name.as_str() {
                "page_size" => listing.page_size = object.next_value()?,
                "cursor" => listing.cursor = object.next_value()?,
                "after" => listing.after = object.next_value()?,
                "filter" => {
                    let filter: Option<BTreeMap<String, Value>> = object.next_value()?;
                    listing.filter.extend(filter.unwrap_or_default());
                }
                name if FLAGS.contains(&name) => {
                    if let Some(flag) = object.next_value::<Option<bool>>()? {
                        listing = listing.filter(name, flag);
                    }
                }
                other => {
                    return Err(A::Error::custom(format_args!("unknown field `{other}`")));
                }
            }
        }
        listing.cursor = listing.cursor.filter(|cursor| !cursor.is_empty());
        Ok(listing)
    }
}

answer! {
    /// One page of a listing.
    ConnectorPage is "a page of connectors", with any of items, pagination;
    strict {
        /// The connectors, in the server's order. Empty if the server sends none.
        items: Vec<Connector>,
        /// What comes next.
        pagination: Pagination,
    }
}

iterate_over!(ConnectorPage, items: Connector);

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
    strict {
        /// The cursor of the next page. Missing, null or empty at the end.
        next_cursor: Option<String>,
    }
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
        self.page(options, ConnectorPage::blank())
    }

    /// One page of a listing, in the memory of a page without items.
    fn page(&self, options: &ListConnectors, mut page: ConnectorPage) -> Result<ConnectorPage> {
        self.call().send_into(&options.request()?, &mut page)?;
        options.skip_seen(&mut page);
        Ok(page)
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
    state: State,
    circle: Circle,
    empty_pages: u32,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Going,
    /// There is no further page.
    Ended,
    /// A page could not be had. Nothing comes after an error.
    Failed,
}

impl ConnectorPages {
    fn new(client: ConnectorsClient, options: ListConnectors) -> Self {
        ConnectorPages {
            client,
            options,
            state: State::Going,
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

    /// What would list the rest, to go on from there later, in another process too; `None` when
    /// nothing is left. Before the first `next` it is the listing itself, and after an error it
    /// begins with the page that failed.
    pub fn remaining(&self) -> Option<ListConnectors> {
        match self.state {
            State::Going | State::Failed => Some(self.options.clone()),
            State::Ended => None,
        }
    }

    fn fetch(&mut self, page: ConnectorPage) -> Result<ConnectorPage> {
        if let Some(cursor) = &self.options.cursor {
            if self.circle.closes_at(cursor) {
                return Err(Error::pagination(PaginationError::circle()));
            }
        }
        if self.empty_pages >= MOST_EMPTY_PAGES {
            let error = PaginationError::empty(self.empty_pages);
            return Err(Error::pagination(error));
        }
        self.client.page(&self.options, page)
    }

    /// The next page, in the memory of a page without items.
    fn advance(&mut self, page: ConnectorPage) -> Option<Result<ConnectorPage>> {
        // Failed until there is a page, so that an error is also the end.
        if self.state != State::Going {
            return None;
        }
        self.state = State::Failed;
        let page = self.fetch(page);
        if let Ok(page) = &page {
            self.options.after = None;
            self.options.cursor = page.next_cursor();
            self.state = match self.options.cursor {
                Some(_) => State::Going,
                None => State::Ended,
            };
            self.empty_pages = if page.items.is_empty() {
                self.empty_pages + 1
            } else {
                0
            };
        }
        Some(page)
    }
}

impl Iterator for ConnectorPages {
    type Item = Result<ConnectorPage>;

    fn next(&mut self) -> Option<Self::Item> {
        self.advance(ConnectorPage::blank())
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
    /// The ID of the connector seen last.
    seen: String,
    items: VecDeque<Connector>,
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
            Some(page) if !page.items.is_empty() => page.cursor.as_deref(),
            _ => self.pages.cursor(),
        }
    }

    /// What would list the rest, to go on later, in another process too; `None` when nothing is
    /// left.
    ///
    /// It remembers the page in hand and the connector seen last, so that none is missed, whatever
    /// was created or deleted meanwhile in front of it. Where that connector is gone, the page in
    /// hand is seen again. (As far as the server's cursors name a place in the listing and not a
    /// number of connectors.) Before the first `next` it is the listing itself, and after an error it
    /// begins with the page that failed.
    pub fn remaining(&self) -> Option<ListConnectors> {
        match &self.page {
            Some(page) if !page.items.is_empty() => Some(ListConnectors {
                cursor: page.cursor.clone(),
                after: Some(page.seen.clone()).filter(|seen| !seen.is_empty()),
                ..self.pages.options.clone()
            }),
            _ => self.pages.remaining(),
        }
    }
}

impl Iterator for Connectors {
    type Item = Result<Connector>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(page) = &mut self.page {
                if let Some(next) = page.items.pop_front() {
                    page.seen.clone_from(&next.id);
                    return Some(Ok(next));
                }
            }
            // The next page takes the place of the one used up.
            let mut page = ConnectorPage::blank();
            if let Some(used_up) = self.page.take() {
                page.items = used_up.items.into();
            }
            let cursor = self.pages.options.cursor.clone();
            match self.pages.advance(page)? {
                Ok(page) => {
                    self.page = Some(PageInHand {
                        cursor,
                        seen: String::new(),
                        items: page.items.into(),
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
