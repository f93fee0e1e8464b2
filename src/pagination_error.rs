//! A listing that does not come to an end.

use std::error::Error as StdError;
use std::fmt;

const CONNECTORS: &str = "GET /v1/connectors";

/// Why a listing was given up.
#[derive(Debug)]
#[non_exhaustive]
pub struct PaginationError {
    listing: &'static str,
    what: String,
}

impl PaginationError {
    pub(crate) fn circle() -> Self {
        PaginationError {
            listing: CONNECTORS,
            what: "the server's cursors go in a circle".to_owned(),
        }
    }

    pub(crate) fn empty(pages: u32) -> Self {
        PaginationError {
            listing: CONNECTORS,
            what: format!("{pages} empty pages in a row"),
        }
    }

    pub(crate) fn endless(listing: &'static str, pages: u32) -> Self {
        PaginationError {
            listing,
            what: format!("{pages} full pages"),
        }
    }

    pub(crate) fn too_large(listing: &'static str, limit: u64) -> Self {
        PaginationError {
            listing,
            what: format!(
                "together they have more than {limit} bytes, four times `max_response_bytes`"
            ),
        }
    }

    pub(crate) fn long_cursor(bytes: usize, most: usize) -> Self {
        PaginationError {
            listing: CONNECTORS,
            what: format!("a cursor has {bytes} bytes, and more than {most} are not sent"),
        }
    }

    /// What the server does: `the server's cursors go in a circle`.
    pub fn message(&self) -> &str {
        &self.what
    }
}

impl StdError for PaginationError {}

impl fmt::Display for PaginationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the pages of {} do not come to an end: {}",
            self.listing, self.what
        )
    }
}
