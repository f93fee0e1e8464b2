//! Requests as the fake server received them.

use std::fmt;

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::wire::request::Request;
use crate::secret::names::Named;

/// A request that a [`FakeServer`](super::FakeServer) has received.
///
/// Its `Debug` form shows no header values and no secrets.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// `GET`, `POST`, …
    pub method: String,
    /// The path as it was sent, without the query: `/v1/connectors/a%2Fb`.
    pub path: String,
    /// The parameters of the query, decoded, in the order they were sent.
    pub query: Vec<(String, String)>,
    /// The body, if it is JSON.
    pub body: Option<Value>,
    pub(super) has_body: bool,
    pub(super) warnings: Vec<String>,
    headers: Vec<(String, String)>,
}

impl RecordedRequest {
    pub(super) fn new(request: Request) -> Self {
        let target = without_authority(&request.target);
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        RecordedRequest {
            path: path.to_owned(),
            query: parameters(query),
            body: serde_json::from_slice(&request.body).ok(),
            has_body: !request.body.is_empty(),
            warnings: Vec::new(),
            method: request.method,
            headers: request.headers,
        }
    }

    /// Returns the value of a header. The name is compared without regard to case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(own, _)| own.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Returns what is suspicious about this request although the API does not say so: query
    /// parameters that the API does not have (it ignores them), and a body whose `Content-Type` is
    /// missing or is not JSON.
    ///
    /// ```
    /// # use mistral_connectors::Method;
    /// # use mistral_connectors::testing::FakeServer;
    /// let server = FakeServer::start();
    /// let client = server.client();
    /// client.request(Method::Get, ["v1", "connectors"]).query("pagesize", "5").send()?;
    /// assert_eq!(server.requests()[0].warnings(), ["unknown query parameter `pagesize`"]);
    /// # Ok::<(), mistral_connectors::Error>(())
    /// ```
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The value of a query parameter. If there are several, the last one counts, as in FastAPI.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        let mut parameters = self.query.iter();
        parameters
            .rfind(|(own, _)| own == name)
            .map(|(_, value)| value.as_str())
    }

    /// Whether the content type says that the body is JSON. FastAPI also reads a body without one.
    pub(super) fn is_json(&self) -> bool {
        let Some(content_type) = self.header("content-type") else {
            return true;
        };
        let essence = content_type.split(';').next().unwrap_or_default();
        let essence = essence.trim().to_ascii_lowercase();
        essence
            .strip_prefix("application/")
            .is_some_and(|subtype| subtype == "json" || subtype.ends_with("+json"))
    }

    /// What is suspicious about the request. `known` are the query parameters of the operation, if
    /// the path leads to one.
    pub(super) fn find_warnings(&self, known: Option<&[&str]>) -> Vec<String> {
        let mut warnings = Vec::new();
        for (name, _) in &self.query {
            if known.is_some_and(|known| !known.contains(&name.as_str())) {
                warnings.push(format!("unknown query parameter `{name}`"));
            }
        }
        if self.has_body {
            match self.header("content-type") {
                None => warnings.push("a body without Content-Type".to_owned()),
                Some(other) if !self.is_json() => {
                    warnings.push(format!("a body with Content-Type `{other}`"));
                }
                Some(_) => {}
            }
        }
        warnings
    }
}

impl fmt::Debug for RecordedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values = self
            .query
            .iter()
            .map(|(name, value)| (name, Value::from(value.as_str())));
        let values: Vec<_> = values.collect();
        let query = values
            .iter()
            .map(|(name, value)| (name, Named(name, value)));
        let query: Vec<_> = query.collect();
        let body = self.body.as_ref().map(|body| Named("", body));
        f.debug_struct("RecordedRequest")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("query", &query)
            .field("body", &body)
            .field("warnings", &self.warnings)
            .finish_non_exhaustive()
    }
}

/// The path and the query of a target. Clients may send the whole URL, as they do to a proxy.
fn without_authority(target: &str) -> &str {
    match target.split_once("://") {
        Some(("http" | "https", rest)) => {
            let authority = rest.split(['/', '?']).next().unwrap_or_default();
            rest.strip_prefix(authority).unwrap_or_default()
        }
        _ => target,
    }
}

fn parameters(query: &str) -> Vec<(String, String)> {
    let decode = |text: &str| {
        let text = text.replace('+', " ");
        let text = percent_decode_str(&text).decode_utf8_lossy();
        text.into_owned()
    };
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}
