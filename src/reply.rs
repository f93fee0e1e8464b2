//! An answer, read whole.

use std::str::Utf8Error;
use std::time::Duration;

/// An answer with what of its head the client goes by.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// `Not Found`
    pub(crate) reason: &'static str,
    pub(crate) request_id: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    /// Where a redirect points.
    pub(crate) location: Option<String>,
    /// Whether the body is still compressed.
    pub(crate) compressed: bool,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn is_success(&self) -> bool {
        (200..=299).contains(&self.status)
    }

    /// The body. (Looking at the whole of it once is cheaper than at every string in it.)
    pub(crate) fn text(&self) -> Result<&str, Utf8Error> {
        let text = std::str::from_utf8(&self.body)?;
        Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
    }
}
