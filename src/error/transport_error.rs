//! A call without a complete response.

use std::error::Error as StdError;
use std::fmt;

/// A call without a complete response.
///
/// [`Error::is_timeout`](crate::Error::is_timeout) and
/// [`Error::is_connect`](crate::Error::is_connect) say more, and
/// [`source`](std::error::Error::source) returns the cause.
#[derive(Debug)]
#[non_exhaustive]
pub struct TransportError {
    /// The method and the path of the request: `GET /v1/connectors/docs`.
    pub request: String,
    /// What failed: `timed out`, `could not connect: connection refused`.
    pub message: String,
    /// The base URL of the client, without secrets.
    pub base_url: String,
    /// How many attempts were made.
    pub attempts: u32,
    /// See [`Error::may_have_happened`](crate::Error::may_have_happened).
    pub may_have_happened: bool,
    /// See [`Error::hint`](crate::Error::hint).
    pub hint: Option<&'static str>,
    pub(crate) timeout: bool,
    pub(crate) connect: bool,
    pub(crate) transient: bool,
    pub(crate) source: Box<dyn StdError + Send + Sync>,
    /// The whole error in one line, without secrets.
    pub(crate) text: String,
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.source)
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
