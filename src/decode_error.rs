//! An answer that is a success and cannot be read.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

use crate::failed_call::{FailedCall, tells_of_its_call};
use crate::hints::{self, Hints};
use crate::reply::Reply;
use crate::secret::Redactor;

/// Why an answer cannot be read.
#[derive(Debug)]
#[non_exhaustive]
pub struct DecodeError {
    pub(crate) status: u16,
    pub(crate) request_id: Option<String>,
    expected: Cow<'static, str>,
    why: String,
    start: String,
    pub(crate) hint: Option<&'static str>,
    pub(crate) call: FailedCall,
    /// The whole error in one line, without secrets.
    line: String,
}

impl DecodeError {
    pub(crate) fn new(
        reply: &Reply,
        expected: Cow<'static, str>,
        why: &str,
        hints: &[Hints],
        call: FailedCall,
        redactor: &Redactor,
    ) -> Self {
        let request_id = reply.request_id.as_deref().map(|id| redactor.show(id));
        let why = redactor.show(why);
        let start = redactor.show(&String::from_utf8_lossy(reply.body()));
        let body = match start.is_empty() {
            true => "the body is empty".to_owned(),
            false => format!("the body starts with {start:?}"),
        };
        let (status, asked) = (reply.status, &call.asked);
        let line = format!("{status} on {asked} is not {expected}: {why}, {body}");
        DecodeError {
            status,
            line: call.line(line, request_id.as_deref(), None, redactor),
            request_id,
            expected,
            why,
            start,
            hint: hints::of_unreadable(reply.compressed, hints),
            call,
        }
    }

    /// The HTTP status, which is a success.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The server's name for the request.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// What the answer should have been, with its article: `a connector`.
    pub fn expected(&self) -> &str {
        &self.expected
    }

    /// Why it is not, and where in the body.
    pub fn reason(&self) -> &str {
        &self.why
    }

    /// The start of the body, as text in one line, searched for secrets.
    pub fn body(&self) -> &str {
        &self.start
    }
}

tells_of_its_call!(DecodeError);

impl StdError for DecodeError {}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line)
    }
}
