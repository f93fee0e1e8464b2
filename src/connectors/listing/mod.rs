//! Listing connectors: the options, the pages, and the iterators over them.

mod iterators;
mod options;
mod page;
mod repeated_cursors;

pub use iterators::{ConnectorPages, Connectors};
pub use options::ListConnectors;
pub use page::{ConnectorPage, Pagination};

use crate::client::ConnectorsClient;
use crate::error::Result;

/// # Listing
impl ConnectorsClient {
    /// Lists all connectors that the API key can see. The iterator requests each page only when it
    /// is needed.
    ///
    /// ```
    /// # use mistral_connectors::{ConnectorsClient, Result};
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// for connector in client.list() {
    ///     println!("{}", connector?.name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// `list` itself does not fail. The iterator yields the error of a page (see
    /// [`list_page`](ConnectorsClient::list_page)) as its last item, or
    /// [`Error::Pagination`](crate::Error::Pagination) if the listing does not end.
    pub fn list(&self) -> Connectors {
        self.list_with(&ListConnectors::new())
    }

    /// Lists connectors with filters, a page size or a cursor.
    ///
    /// ```
    /// # use mistral_connectors::{ConnectorsClient, ListConnectors, Result};
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// let options = ListConnectors::new().active(true).page_size(20);
    /// for page in client.list_with(&options).pages() {
    ///     println!("a page with {} connectors", page?.items.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// See [`list`](ConnectorsClient::list).
    pub fn list_with(&self, options: &ListConnectors) -> Connectors {
        Connectors::new(self.clone(), options.clone())
    }

    /// Returns one page of a listing.
    ///
    /// ```
    /// # use mistral_connectors::{ConnectorsClient, ListConnectors, Result};
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// let options = ListConnectors::new().page_size(10);
    /// let first = client.list_page(&options)?;
    /// if let Some(cursor) = first.next_cursor() {
    ///     let second = client.list_page(&options.cursor(cursor))?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A status of 400 if the cursor does not belong to the filters,
    /// [`is_validation`](crate::Error::is_validation) if the page size is refused,
    /// [`Error::Pagination`](crate::Error::Pagination) if the cursor is longer than 8 KiB, and the
    /// errors of every call: [`Error::Api`](crate::Error::Api),
    /// [`Error::Transport`](crate::Error::Transport), [`Error::Decode`](crate::Error::Decode).
    pub fn list_page(&self, options: &ListConnectors) -> Result<ConnectorPage> {
        let mut page: ConnectorPage = self.call().send(&options.request()?)?;
        if let Some(after) = options.after() {
            page.skip_through(after);
        }
        Ok(page)
    }
}
