//! A call that got no answer.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

use crate::failed_call::{FailedCall, tells_of_its_call};
use crate::failure::Failure;
use crate::hints;
use crate::retry::{Repeat, may_retry};
use crate::secret::Redactor;

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
    /// The whole error in one line, without secrets.
    line: String,
}

impl TransportError {
    /// Nobody has logged in; the last look may have failed.
    pub(crate) fn waited(
        base_url: String,
        call: FailedCall,
        last: Option<Box<dyn StdError + Send + Sync>>,
        redactor: &Redactor,
    ) -> Self {
        let (what, hint, source): (Cow<'static, str>, _, _) = match last {
            None => (
                "timed out".into(),
                Some(hints::NOT_LOGGED_IN),
                "nobody logged in".into(),
            ),
            Some(error) => {
                let what = format!("timed out, and the last look failed: {error}");
                (redactor.redact(&what).into(), None, error)
            }
        };
        TransportError {
            timeout: true,
            unconnected: false,
            may_pass: false,
            hint,
            source,
            line: line(&call, &base_url, &what, redactor),
            what,
            base_url,
            call,
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
        let source = match redactor.redact(&shown) == shown {
            true => failure.cause,
            false => redactor.redact(&failure.cause.to_string()).into(),
        };
        TransportError {
            may_pass: failure.timeout || may_retry(Repeat::Always, failure.outcome),
            timeout: failure.timeout,
            unconnected: failure.unconnected,
            hint: failure.hint,
            source,
            line: line(&call, &base_url, failure.what, redactor),
            what: failure.what.into(),
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
        f.write_str(&self.line)
    }
}

fn line(call: &FailedCall, base_url: &str, what: &str, redactor: &Redactor) -> String {
    let line = format!("{} at {base_url}: {what}", call.asked);
    call.line(line, None, None, redactor)
}
