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
    /// What proxies say of an error.
    pub(crate) proxy_status: Option<String>,
    /// Whether the body is still compressed.
    pub(crate) compressed: bool,
    /// Whether the body ended because nothing more came, and may have been cut short.
    pub(crate) ended: bool,
    /// The body, and room that was not needed.
    pub(crate) buffer: Vec<u8>,
    pub(crate) length: usize,
}

impl Reply {
    pub(crate) fn is_success(&self) -> bool {
        (200..=299).contains(&self.status)
    }

    pub(crate) fn body(&self) -> &[u8] {
        self.buffer.get(..self.length).unwrap_or_default()
    }

    /// The body. (Looking at the whole of it once is cheaper than at every string in it.)
    pub(crate) fn text(&self) -> Result<&str, Utf8Error> {
        let text = std::str::from_utf8(self.body())?;
        Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
    }
}
