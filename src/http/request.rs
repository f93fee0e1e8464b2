//! A request: method, path, query, headers, body, and when it may be sent again.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::error::hints::{self, Hints};
use crate::error::{Error, Result};
use crate::json::body::Body;
use crate::secret::Secret;

use super::retry::Retry;

/// All characters but those that RFC 3986 calls unreserved.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The maximum length of a cursor that is sent.
pub(crate) const MAX_CURSOR_BYTES: usize = 8192;

/// The HTTP methods of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the names say it all")]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    /// The method as HTTP writes it: `GET`.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Query parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Query(Vec<(&'static str, String)>);

impl Query {
    pub(crate) fn set(mut self, name: &'static str, value: impl ToString) -> Self {
        match self.0.iter_mut().find(|(own, _)| *own == name) {
            Some((_, own)) => *own = value.to_string(),
            None => self.0.push((name, value.to_string())),
        }
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.0.retain(|(own, _)| *own != name);
        self
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let mut parameters = self.0.iter();
        parameters
            .find(|(own, _)| *own == name)
            .map(|(_, value)| value.as_str())
    }
}

/// A request, ready to be sent any number of times.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) path: String,
    /// With its `?`, or empty.
    pub(crate) query: String,
    /// Headers in addition to those of every request.
    pub(crate) headers: Vec<(String, Secret)>,
    /// The media types that the response may have.
    pub(crate) accept: &'static str,
    pub(crate) body: Option<Vec<u8>>,
    /// What to redact if the server repeats it.
    pub(crate) secrets: Vec<Secret>,
    pub(crate) retry: Retry,
    /// Whether the request changes something, as far as its method tells.
    pub(crate) writes: bool,
    /// In order of precedence.
    pub(crate) hints: Vec<Hints>,
    /// An addition to log lines: the page of a listing.
    pub(crate) log_note: Option<String>,
}

impl Request {
    /// A request for the resource at `segments` below `/v1/connectors`.
    pub(crate) fn new(method: Method, segments: &[&str]) -> Result<Self> {
        Request::at(method, &[&["v1", "connectors"], segments].concat())
    }

    /// A request for the resource at `segments`. By default, a POST is sent again only if it cannot
    /// have been processed, and everything else after every transient failure.
    pub(crate) fn at(method: Method, segments: &[&str]) -> Result<Self> {
        Ok(Request {
            method,
            path: path(segments)?,
            query: String::new(),
            headers: Vec::new(),
            accept: "application/json",
            body: None,
            secrets: Vec::new(),
            retry: if method == Method::Post {
                Retry::OnlyIfUnprocessed
            } else {
                Retry::Always
            },
            writes: method != Method::Get,
            hints: Vec::new(),
            log_note: None,
        })
    }

    pub(crate) fn query(mut self, name: &str, value: &str) -> Self {
        self.query
            .push(if self.query.is_empty() { '?' } else { '&' });
        self.query.extend(utf8_percent_encode(name, RESERVED));
        self.query.push('=');
        self.query.extend(utf8_percent_encode(value, RESERVED));
        self
    }

    pub(crate) fn queries(self, query: &Query) -> Self {
        let parameters = query.0.iter();
        parameters.fold(self, |request, (name, value)| request.query(name, value))
    }

    /// Adds a parameter if it has a value.
    pub(crate) fn query_if(self, name: &str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.query(name, &value.to_string()),
            None => self,
        }
    }

    pub(crate) fn body(mut self, body: &Body) -> Self {
        // A JSON map can always be written.
        self.body = Some(serde_json::to_vec(body).unwrap_or_default());
        self.secrets(&body.secrets())
    }

    pub(crate) fn header(mut self, name: String, value: Secret) -> Self {
        self.secrets.push(value.clone());
        self.headers.push((name, value));
        self
    }

    pub(crate) fn secrets(mut self, secrets: &[Secret]) -> Self {
        self.secrets.extend_from_slice(secrets);
        self
    }

    pub(crate) fn retry(self, retry: Retry) -> Self {
        Request { retry, ..self }
    }

    /// Marks a POST as a request that changes nothing.
    pub(crate) fn read_only(self) -> Self {
        Request {
            retry: Retry::Always,
            writes: false,
            ..self
        }
    }

    pub(crate) fn hints(mut self, hints: Hints) -> Self {
        self.hints.push(hints);
        self
    }

    /// Adds the hints for an endpoint that takes an ID.
    pub(crate) fn by_id(mut self, id: &str) -> Self {
        if !is_uuid(id) {
            self.hints.insert(0, hints::TAKES_ID);
        }
        self.hints(hints::BY_ID)
    }
}

/// The request as errors and log lines show it: `GET /v1/connectors/docs`, without the query.
impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// `/a/b/c`, each segment percent-encoded.
fn path(segments: &[&str]) -> Result<String> {
    if segments.is_empty() {
        return Err(Error::invalid_request("the path is empty"));
    }
    let mut path = String::new();
    for segment in segments {
        // Each of these three would address another resource.
        if matches!(*segment, "" | "." | "..") {
            return Err(Error::invalid_request(format!(
                "a path segment (an ID or a name) must not be {segment:?}: the request would address \
                 something else"
            )));
        }
        path.push('/');
        path.extend(utf8_percent_encode(segment, RESERVED));
    }
    Ok(path)
}

/// Whether `text` has the form of a UUID.
pub(crate) fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.concat().bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_path_segment_stays_one_segment() {
        for (segment, want) in [
            ("docs", "/docs"),
            ("a/b", "/a%2Fb"),
            ("a?b", "/a%3Fb"),
            ("a#b", "/a%23b"),
            ("%2e%2e", "/%252e%252e"),
            ("...", "/..."),
            ("a b", "/a%20b"),
            ("é", "/%C3%A9"),
            ("a\r\nb", "/a%0D%0Ab"),
            ("a\\b", "/a%5Cb"),
            ("-._~", "/-._~"),
        ] {
            assert_eq!(path(&[segment]).unwrap(), want, "{segment:?}");
        }
    }

    #[test]
    fn only_uuids_are_uuids() {
        for (text, want) in [
            ("a1b2c3d4-5678-90ab-cdef-1234567890ab", true),
            ("A1B2C3D4-5678-90AB-CDEF-1234567890AB", true),
            ("a1b2c3d4-5678-90ab-cdef-1234567890ag", false),
            ("a1b2c3d4-5678-90ab-cdef-1234567890a", false),
            ("a1b2c3d4-5678-90ab-cdef-1234567890ab-", false),
            ("a1b2c3d4567890abcdef1234567890ab", false),
            ("my_deepwiki", false),
            ("", false),
        ] {
            assert_eq!(is_uuid(text), want, "{text}");
        }
    }
}
