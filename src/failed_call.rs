//! What every error says of the call that failed.

use std::fmt;
use std::time::Duration;

/// The call behind an error.
#[derive(Debug)]
pub(crate) struct FailedCall {
    /// `GET /v1/connectors/docs`
    pub(crate) asked: String,
    pub(crate) attempts: u32,
    /// A write that was sent at least once without a clear "no".
    pub(crate) may_have_happened: bool,
}

impl FailedCall {
    /// ` (request id r, 2 attempts; …)`
    pub(crate) fn fmt_end(
        &self,
        f: &mut fmt::Formatter<'_>,
        request_id: Option<&str>,
        asked_wait: Option<Duration>,
    ) -> fmt::Result {
        f.write_str(" (")?;
        if let Some(id) = request_id {
            write!(f, "request id {id}, ")?;
        }
        match self.attempts {
            1 => f.write_str("1 attempt")?,
            more => write!(f, "{more} attempts")?,
        }
        if let Some(wait) = asked_wait.filter(|wait| !wait.is_zero()) {
            write!(f, "; the server asks to wait {} s", wait.as_secs_f64())?;
        }
        if self.may_have_happened {
            f.write_str("; it may have been carried out all the same: look before retrying")?;
        }
        f.write_str(")")
    }
}

/// What an error says of its call, for the public types that have one.
macro_rules! tells_of_its_call {
    ($type:ty) => {
        impl $type {
            /// What was asked, without its query: `GET /v1/connectors/docs`.
            pub fn request(&self) -> &str {
                &self.call.asked
            }

            /// How many requests were sent or tried.
            pub fn attempts(&self) -> u32 {
                self.call.attempts
            }

            /// See [`Error::may_have_happened`](crate::Error::may_have_happened).
            pub fn may_have_happened(&self) -> bool {
                self.call.may_have_happened
            }

            /// See [`Error::hint`](crate::Error::hint).
            pub fn hint(&self) -> Option<&str> {
                self.hint
            }
        }
    };
}

pub(crate) use tells_of_its_call;
