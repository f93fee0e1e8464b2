//! What is asked of the API: a method, a path, a query, a body; whether it may be repeated, and what
//! its errors mean.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::error::{Error, Result};
use crate::hints::{self, Hints};
use crate::json::body::Body;
use crate::retry::Repeat;
use crate::secret::Secret;

/// Everything but the characters that RFC 3986 calls unreserved.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The methods of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }

    pub(crate) fn parse(word: &str) -> Result<Self> {
        let mut methods = [
            Method::Get,
            Method::Post,
            Method::Put,
            Method::Patch,
            Method::Delete,
        ]
        .into_iter();
        let method = methods.find(|method| method.as_str() == word);
        method.ok_or_else(|| {
            Error::invalid_request("its method is none of GET, POST, PUT, PATCH and DELETE")
        })
    }

    /// Whether the request changes something.
    pub(crate) fn writes(self) -> bool {
        self != Method::Get
    }
}

/// One request, ready to be sent any number of times.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) path: String,
    /// With its `?`, or empty.
    pub(crate) query: String,
    /// Which page of a listing it is for, in log lines.
    pub(crate) page: Option<String>,
    /// Beside those of every request.
    pub(crate) headers: Vec<(String, Secret)>,
    pub(crate) body: Option<Vec<u8>>,
    /// What of this request must not be shown when the server repeats it.
    pub(crate) secrets: Vec<Secret>,
    pub(crate) repeat: Repeat,
    /// Those that go first come first.
    pub(crate) hints: Vec<Hints>,
}

impl Request {
    /// A request for what lies at `segments` below `/v1/connectors`.
    pub(crate) fn new(method: Method, segments: &[&str]) -> Result<Self> {
        Request::raw(method, &[&["v1", "connectors"], segments].concat())
    }

    /// A request for what lies at `segments`. A POST is repeated only if it was not sent, everything
    /// else whenever it may help.
    pub(crate) fn raw(method: Method, segments: &[&str]) -> Result<Self> {
        Ok(Request {
            method,
            path: path(segments)?,
            query: String::new(),
            page: None,
            headers: Vec::new(),
            body: None,
            secrets: Vec::new(),
            repeat: match method {
                Method::Post => Repeat::OnlyIfUnsent,
                Method::Get | Method::Put | Method::Patch | Method::Delete => Repeat::Always,
            },
            hints: Vec::new(),
        })
    }

    /// Adds a parameter to the query.
    pub(crate) fn query(mut self, name: &str, value: &str) -> Self {
        self.query
            .push(if self.query.is_empty() { '?' } else { '&' });
        self.query.extend(utf8_percent_encode(name, RESERVED));
        self.query.push('=');
        self.query.extend(utf8_percent_encode(value, RESERVED));
        self
    }

    /// Adds a parameter if it has a value.
    pub(crate) fn query_if(self, name: &str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.query(name, &value.to_string()),
            None => self,
        }
    }

    pub(crate) fn body(mut self, body: &Body) -> Self {
        // Maps of texts always serialize; an empty body would be the API's to refuse.
        self.body = Some(serde_json::to_vec(body).unwrap_or_default());
        self.secrets.extend(body.secrets());
        self
    }

    pub(crate) fn header(mut self, name: String, value: Secret) -> Self {
        self.secrets.push(value.clone());
        self.headers.push((name, value));
        self
    }

    /// Further texts that must not be shown when the server repeats them.
    pub(crate) fn secrets(mut self, secrets: &[Secret]) -> Self {
        self.secrets.extend_from_slice(secrets);
        self
    }

    /// With hints that fit where `id` is taken for a UUID and may be none.
    pub(crate) fn by_id(mut self, id: &str) -> Self {
        if !is_uuid(id) {
            self.hints.insert(0, hints::BY_NAME);
        }
        self
    }

    pub(crate) fn repeat(self, repeat: Repeat) -> Self {
        Request { repeat, ..self }
    }

    pub(crate) fn hints(mut self, hints: Hints) -> Self {
        self.hints.push(hints);
        self
    }
}

/// `GET /v1/connectors/docs`, as errors and log lines name the request. The query is left out.
impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method.as_str(), self.path)
    }
}

/// `/a/b/c`, every part encoded as one segment.
fn path(segments: &[&str]) -> Result<String> {
    if segments.is_empty() {
        return Err(Error::invalid_request("its path has no part"));
    }
    let mut path = String::new();
    for segment in segments {
        // Each of these three would name another resource than the one meant.
        if matches!(*segment, "" | "." | "..") {
            return Err(Error::invalid_request(format!(
                "a part of its path (an ID or a name) must not be {segment:?}: it would turn into a request \
                 for something else"
            )));
        }
        path.push('/');
        path.extend(utf8_percent_encode(segment, RESERVED));
    }
    Ok(path)
}

/// Whether `text` has the form of a UUID, which update and delete take.
pub(crate) fn is_uuid(text: &str) -> bool {
    let mut groups = text.split('-');
    [8, 4, 4, 4, 12].into_iter().all(|length| {
        groups.next().is_some_and(|group| {
            group.len() == length && group.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
    }) && groups.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_a_path_stays_one_segment() {
        for (part, want) in [
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
            assert_eq!(path(&[part]).unwrap(), want, "{part:?}");
        }
    }

    #[test]
    fn a_part_that_would_name_something_else_is_refused() {
        for part in ["", ".", ".."] {
            let error = path(&[part]).unwrap_err();
            assert!(
                matches!(error, Error::InvalidRequest(_)),
                "{part:?}: {error}"
            );
        }
    }

    #[test]
    fn query_values_are_encoded() {
        let request = Request::new(Method::Get, &[]).unwrap();
        let request = request.query("a", "x&y=z").query("b", "{\"c\":1}");
        assert_eq!(request.path, "/v1/connectors");
        assert_eq!(request.query, "?a=x%26y%3Dz&b=%7B%22c%22%3A1%7D");
    }

    #[test]
    fn uuids_are_told_from_names() {
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
