//! The iterators over a listing.

use std::iter::FusedIterator;
use std::time::{Duration, Instant};
use std::vec;

use crate::client::ConnectorsClient;
use crate::connectors::Connector;
use crate::error::{Error, Result};
use crate::http::MAX_TIMEOUT;

use super::repeated_cursors::RepeatedCursors;
use super::{ConnectorPage, ListConnectors};

/// After this many empty pages in a row, a listing counts as endless.
const MAX_EMPTY_PAGES: u32 = 1000;

/// An iterator over the connectors of a listing. Returned by [`list`](ConnectorsClient::list) and
/// [`list_with`](ConnectorsClient::list_with).
///
/// It holds one page at a time. It is fused, and an error is its last item. Handle errors with `?`: if
/// you skip them, an incomplete listing looks complete.
///
/// To list at most 500 connectors now and the rest later:
///
/// ```
/// # use mistral_connectors::{ConnectorsClient, ListConnectors};
/// # fn demo(client: &ConnectorsClient, saved: Option<&str>) -> Result<Option<String>, Box<dyn std::error::Error>> {
/// let options: ListConnectors = match saved {
///     Some(saved) => serde_json::from_str(saved)?,
///     None => ListConnectors::new(),
/// };
/// let mut connectors = client.list_with(&options);
/// for connector in connectors.by_ref().take(500) {
///     println!("{}", connector?.name);
/// }
/// let rest = connectors.remaining(); // None: nothing is left
/// let saved = rest.map(|rest| serde_json::to_string(&rest)).transpose()?;
/// # Ok(saved)
/// # }
/// ```
#[derive(Debug)]
#[must_use = "iterators are lazy: nothing is requested before the first `next`"]
pub struct Connectors {
    pages: ConnectorPages,
    page: Option<CurrentPage>,
}

#[derive(Debug)]
struct CurrentPage {
    /// The listing from this page on.
    options: ListConnectors,
    items: vec::IntoIter<Connector>,
    /// The ID of the connector that was yielded last.
    last_seen: String,
}

impl Connectors {
    pub(super) fn new(client: ConnectorsClient, options: ListConnectors) -> Self {
        Connectors {
            pages: ConnectorPages {
                client,
                unread: Some(options),
                has_failed: false,
                limit: None,
                deadline: None,
                cursors: RepeatedCursors::default(),
                empty_pages: 0,
            },
            page: None,
        }
    }

    /// Returns an iterator over pages instead of connectors. In the middle of a page, it starts
    /// with the next page.
    ///
    /// ```
    /// # use mistral_connectors::{ConnectorsClient, Result};
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// for page in client.list().pages() {
    ///     println!("{} connectors", page?.items.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn pages(self) -> ConnectorPages {
        self.pages
    }

    /// Limits the time for the whole listing, starting with the first request. Each page also obeys
    /// the client's [`timeout`](crate::ConnectorsClientBuilder::timeout). When the limit is
    /// reached, the next page fails with a timeout. Defaults to no limit.
    ///
    /// ```
    /// # use mistral_connectors::{ConnectorsClient, Result};
    /// # use std::time::Duration;
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// for connector in client.list().within(Duration::from_secs(120)) {
    ///     println!("{}", connector?.name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias("limit", "deadline"))]
    pub fn within(mut self, limit: Duration) -> Self {
        self.pages = self.pages.within(limit);
        self
    }

    /// Returns the unread rest of the listing, or `None` if nothing is left.
    ///
    /// [`ListConnectors`] implements `Serialize`, so a later run or another process can resume from
    /// it with [`list_with`](ConnectorsClient::list_with). It contains the cursor of the current
    /// page and the ID of the last connector, so that no connector is missed even if others are
    /// created or deleted in the meantime. If the last connector is deleted, its page is listed
    /// again. Before the first `next`, the rest is the whole listing. After an error, it starts
    /// with what could not be read.
    #[doc(alias = "resume")]
    pub fn remaining(&self) -> Option<ListConnectors> {
        match &self.page {
            Some(page) if page.items.len() > 0 => {
                Some(page.options.clone().start_after(&page.last_seen))
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
                if let Some(connector) = page.items.next() {
                    page.last_seen.clone_from(&connector.id);
                    return Some(Ok(connector));
                }
            }
            let options = self.pages.unread.clone().unwrap_or_default();
            match self.pages.next()? {
                Ok(page) => {
                    self.page = Some(CurrentPage {
                        options,
                        items: page.into_iter(),
                        last_seen: String::new(),
                    });
                }
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl FusedIterator for Connectors {}

/// An iterator over the pages of a listing. Returned by [`Connectors::pages`].
///
/// It yields every page, including empty ones. It is fused, and an error is its last item.
#[derive(Debug)]
#[must_use = "iterators are lazy: nothing is requested before the first `next`"]
pub struct ConnectorPages {
    client: ConnectorsClient,
    /// The options of the caller with the cursor of the next page. `None` after the last page.
    unread: Option<ListConnectors>,
    has_failed: bool,
    limit: Option<Duration>,
    /// When the limit is reached. `None` before the first request.
    deadline: Option<Instant>,
    cursors: RepeatedCursors,
    empty_pages: u32,
}

impl ConnectorPages {
    /// Limits the time for the whole listing, starting with the first request. Defaults to no
    /// limit. See [`Connectors::within`].
    #[doc(alias("limit", "deadline"))]
    pub fn within(mut self, limit: Duration) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Returns the unread rest of the listing, or `None` if nothing is left. See
    /// [`Connectors::remaining`].
    #[doc(alias = "resume")]
    pub fn remaining(&self) -> Option<ListConnectors> {
        self.unread.clone()
    }

    fn request_page(&mut self, options: &ListConnectors) -> Result<ConnectorPage> {
        if let Some(cursor) = options.current_cursor() {
            if self.cursors.repeat_at(cursor) {
                return Err(endless("its cursors repeat".to_owned()));
            }
        }
        if self.empty_pages >= MAX_EMPTY_PAGES {
            return Err(endless(format!("{MAX_EMPTY_PAGES} empty pages in a row")));
        }
        let Some(limit) = self.limit else {
            return self.client.list_page(options);
        };
        let now = Instant::now();
        let deadline = *self.deadline.get_or_insert(now + limit.min(MAX_TIMEOUT));
        let remaining = deadline.saturating_duration_since(now);
        let client = self.client.with_timeout(self.client.timeout.min(remaining));
        client.list_page(options)
    }
}

fn endless(message: String) -> Error {
    Error::pagination("GET /v1/connectors", message)
}

impl Iterator for ConnectorPages {
    type Item = Result<ConnectorPage>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.has_failed {
            return None;
        }
        let options = self.unread.take()?;
        let page = self.request_page(&options);
        match &page {
            Ok(page) => {
                self.unread = page.next_cursor().map(|cursor| options.cursor(cursor));
                self.empty_pages = if page.items.is_empty() {
                    self.empty_pages + 1
                } else {
                    0
                };
            }
            Err(_) => {
                self.has_failed = true;
                self.unread = Some(options);
            }
        }
        Some(page)
    }
}

impl FusedIterator for ConnectorPages {}
