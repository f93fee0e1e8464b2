//! A successful response that cannot be read.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

/// A successful response that cannot be read, or that is about something other than what was
/// requested.
#[derive(Debug)]
#[non_exhaustive]
pub struct DecodeError {
    /// The method and the path of the request: `GET /v1/connectors/docs`.
    pub request: String,
    /// The HTTP status, from 200 to 299.
    pub status: u16,
    /// Why the response cannot be read, and where in the body.
    pub message: String,
    /// What the response should be, with its article: `a connector`.
    pub expected: Cow<'static, str>,
    /// The request ID that the server sent.
    pub request_id: Option<String>,
    /// The start of the body as one line of text.
    pub body: String,
    /// How many attempts were made.
    pub attempts: u32,
    /// See [`Error::may_have_happened`](crate::Error::may_have_happened).
    pub may_have_happened: bool,
    /// See [`Error::hint`](crate::Error::hint).
    pub hint: Option<&'static str>,
    /// The whole error in one line, without secrets.
    pub(crate) text: String,
}

impl StdError for DecodeError {}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
