//! What every error says of the call that failed.

use std::time::Duration;

use crate::secret::Redactor;

/// A longer wait is not shown in seconds.
const YEAR: Duration = Duration::from_secs(31_536_000);

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
    /// The whole line of an error, without secrets: `said (request id r, 2 attempts; …)`.
    pub(crate) fn line(
        &self,
        said: String,
        request_id: Option<&str>,
        asked_wait: Option<Duration>,
        redactor: &Redactor,
    ) -> String {
        let mut line = said + " (";
        if let Some(id) = request_id {
            line += &format!("request id {id}, ");
        }
        line += &match self.attempts {
            1 => "1 attempt".to_owned(),
            more => format!("{more} attempts"),
        };
        match asked_wait {
            None | Some(Duration::ZERO) => {}
            Some(wait) if wait > YEAR => line += "; the server asks to wait more than a year",
            Some(wait) => {
                line += &format!("; the server asks to wait {} s", wait.as_secs_f64());
            }
        }
        if self.may_have_happened {
            line += "; it may have been carried out all the same: look before retrying";
        }
        redactor.redact(&(line + ")"))
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
