//! A listing that cannot continue.

use std::error::Error as StdError;
use std::fmt;

/// A listing that cannot continue: it does not end, or it is too large.
///
/// It is too large if its next cursor has more than 8 KiB, or if all pages of tools of a connector
/// together have more than four times
/// [`max_response_bytes`](crate::ConnectorsClientBuilder::max_response_bytes).
///
/// A listing does not end if its cursors repeat, if a thousand pages in a row are empty, or if a
/// connector has a thousand full pages of tools. An endless listing with new cursors and new
/// connectors on every page is not detected. Limit it with [`take`](Iterator::take) or
/// [`within`](crate::Connectors::within).
#[derive(Debug)]
#[non_exhaustive]
pub struct PaginationError {
    /// The method and the path of the request: `GET /v1/connectors`.
    pub request: String,
    /// What is wrong: `its cursors repeat`.
    pub message: String,
}

impl StdError for PaginationError {}

impl fmt::Display for PaginationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let PaginationError { request, message } = self;
        write!(f, "{request}: the listing cannot continue: {message}")
    }
}
