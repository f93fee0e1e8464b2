//! A call that got no answer.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

use crate::failed_call::{FailedCall, tells_of_its_call};
use crate::failure::Failure;
use crate::redactor::Redactor;
use crate::retry::{Repeat, may_retry};

/// Why there is no answer. [`Error::is_timeout`](crate::Error::is_timeout) and
/// [`Error::is_connect`](crate::Error::is_connect) tell more, and
/// [`source`](std::error::Error::source) the cause.
#[derive(Debug)]
#[non_exhaustive]
pub struct TransportError {
    what: Cow<'static, str>,
    pub(crate) timeout: bool,
    pub(crate) unconnected: bool,
    /// Whether the next attempt may fare better.
    pub(crate) may_pass: bool,
    pub(crate) hint: Option<&'static str>,
    source: Box<dyn StdError + Send + Sync>,
    base_url: String,
    pub(crate) call: FailedCall,
}

impl TransportError {
    /// Nobody has logged in; the last look may have failed.
    pub(crate) fn waited(
        asked: String,
        base_url: String,
        attempts: u32,
        last: Option<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        let (what, hint, source) = match last {
            None => (
                "timed out".into(),
                Some("nobody has logged in yet: the user has to open the URL of `get_auth_url`"),
                "nobody logged in".into(),
            ),
            Some(error) => {
                let what = format!("timed out, and the last look failed: {error}");
                (what.into(), None, error)
            }
        };
        TransportError {
            what,
            timeout: true,
            unconnected: false,
            may_pass: false,
            hint,
            source,
            base_url,
            call: FailedCall {
                asked,
                attempts,
                may_have_happened: false,
            },
        }
    }

    pub(crate) fn new(
        failure: Failure,
        base_url: String,
        call: FailedCall,
        redactor: &Redactor,
    ) -> Self {
        // The cause's own words could repeat what a server sent; its debug form says more than the
        // other.
        let shown = format!("{0} {0:?}", failure.cause);
        let source = match redactor.text(&shown) == shown {
            true => failure.cause,
            false => redactor.text(&failure.cause.to_string()).into(),
        };
        TransportError {
            what: failure.what,
            may_pass: failure.timeout || may_retry(Repeat::Always, failure.outcome),
            timeout: failure.timeout,
            unconnected: failure.unconnected,
            hint: failure.hint,
            source,
            base_url,
            call,
        }
    }

    /// What failed: `timed out`, `could not connect: refused`.
    pub fn message(&self) -> &str {
        &self.what
    }

    /// The address of the API as the client has it, without secrets.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }
}

tells_of_its_call!(TransportError);

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.source)
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let TransportError {
            what,
            base_url,
            call,
            ..
        } = self;
        write!(f, "{} at {base_url}: {what}", call.asked)?;
        self.call.fmt_end(f, None, None)
    }
}
