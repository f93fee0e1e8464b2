//! A page of a listing.

use crate::connectors::Connector;
use crate::json::model::{iterate_over, model};

model! {
    /// A page of a listing.
    ConnectorPage is "a page of connectors", requires any of items, pagination; strict items, pagination;
    fields {
        /// The connectors, in the API's order. Empty if the API sends none.
        items: Vec<Connector>,
        /// Where the page is in the listing. [`next_cursor`](ConnectorPage::next_cursor) is shorter.
        pagination: Pagination,
    }
}

iterate_over!(ConnectorPage, items: Connector);

impl ConnectorPage {
    /// The cursor of the next page. `None` on the last page, whether the API sends a missing, null
    /// or empty cursor.
    pub fn next_cursor(&self) -> Option<&str> {
        let cursor = self.pagination.next_cursor.as_deref();
        cursor.filter(|cursor| !cursor.is_empty())
    }

    /// Removes the connectors up to and including the one with this ID.
    pub(super) fn skip_through(&mut self, id: &str) {
        let mut items = self.items.iter();
        if let Some(last_seen) = items.position(|connector| connector.id == id) {
            self.items.drain(..=last_seen);
        }
    }
}

model! {
    /// Where a page is in its listing.
    #[derive(Default)]
    Pagination is "the pagination of a page"; strict next_cursor;
    fields {
        /// The cursor of the next page. Missing, null or empty on the last page.
        next_cursor: Option<String>,
        /// The page size as the API understood it.
        page_size: Option<i64>,
    }
}
