//! What the stand-in was asked.

use std::fmt;

use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::secret::names::Named;

/// A request that a [`FakeServer`](super::FakeServer) was sent.
///
/// Its `Debug` form shows no header values and no secrets.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// `GET`, `POST`, …
    pub method: String,
    /// The path as it was sent, without the query: `/v1/connectors/a%2Fb`.
    pub path: String,
    /// The parameters of the query, decoded, in their order.
    pub query: Vec<(String, String)>,
    /// The body, if it was JSON.
    pub body: Option<Value>,
    headers: Vec<(String, String)>,
}

impl RecordedRequest {
    pub(super) fn new(request: &mockito::Request) -> Self {
        let headers = request.headers().iter().map(|(name, value)| {
            (
                name.to_string(),
                String::from_utf8_lossy(value.as_bytes()).into_owned(),
            )
        });
        RecordedRequest {
            method: request.method().to_owned(),
            path: request.path().to_owned(),
            query: query(request.path_and_query()),
            body: request
                .body()
                .ok()
                .and_then(|body| serde_json::from_slice(body).ok()),
            headers: headers.collect(),
        }
    }

    /// The value of a header, by its name in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(own, _)| own.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The value of a parameter of the query.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        let mut parameters = self.query.iter();
        parameters
            .find(|(own, _)| own == name)
            .map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for RecordedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body = self.body.as_ref().map(|body| Named::new("", body));
        let query = self.query.iter();
        let query: Vec<(&str, Value)> = query
            .map(|(name, value)| (name.as_str(), value.as_str().into()))
            .collect();
        let query = query
            .iter()
            .map(|(name, value)| (name, Named::new(name, value)));
        let query: Vec<_> = query.collect();
        f.debug_struct("RecordedRequest")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("query", &query)
            .field("body", &body)
            .finish_non_exhaustive()
    }
}

fn query(target: &str) -> Vec<(String, String)> {
    let decode = |text: &str| {
        percent_decode_str(&text.replace('+', " "))
            .decode_utf8_lossy()
            .into_owned()
    };
    let query = target.split_once('?').map_or("", |(_, query)| query);
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}
