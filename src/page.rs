//! Listings: pages of connectors, and the walk through them.

use std::collections::VecDeque;
use std::fmt;
use std::iter::FusedIterator;

use crate::answer::answer;
use crate::circle::Circle;
use crate::client::ConnectorsClient;
use crate::connectors::Connector;
use crate::error::{Error, Result};
use crate::iterate_over::iterate_over;
use crate::list_connectors::ListConnectors;
use crate::pagination_error::PaginationError;

/// A server that sends this many empty pages in a row is not believed to come to an end.
const MOST_EMPTY_PAGES: u32 = 1000;

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

    /// Takes off what was seen of it, up to the connector with the ID `last`.
    fn skip_seen(&mut self, last: &str) {
        let mut items = self.items.iter();
        if let Some(seen) = items.position(|connector| connector.id == last) {
            self.items.drain(..=seen);
        }
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
        let mut page: ConnectorPage = self.send(&options.request()?)?;
        if let Some(after) = &options.after {
            page.skip_seen(after);
        }
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

    fn fetch(&mut self) -> Result<ConnectorPage> {
        if let Some(cursor) = &self.options.cursor {
            if self.circle.closes_at(cursor) {
                return Err(Error::pagination(PaginationError::circle()));
            }
        }
        if self.empty_pages >= MOST_EMPTY_PAGES {
            let error = PaginationError::empty(self.empty_pages);
            return Err(Error::pagination(error));
        }
        self.client.list_page(&self.options)
    }

    fn advance(&mut self) -> Option<Result<ConnectorPage>> {
        // Failed until there is a page, so that an error is also the end.
        if self.state != State::Going {
            return None;
        }
        self.state = State::Failed;
        let page = self.fetch();
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
        self.advance()
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
            Some(page) if !page.items.is_empty() => {
                let mut rest = self.pages.options.clone();
                rest.cursor.clone_from(&page.cursor);
                rest.after = Some(page.seen.clone()).filter(|seen| !seen.is_empty());
                Some(rest)
            }
            _ => self.pages.remaining(),
        }
    }
}

impl Iterator for Connectors {
    type Item = Result<Connector>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(page) = &mut self.page {
                if let Some(next) = page.items.front() {
                    page.seen.clone_from(&next.id);
                    return page.items.pop_front().map(Ok);
                }
            }
            let cursor = self.pages.options.cursor.clone();
            match self.pages.advance()? {
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
