//! The operations of the API, one file for each resource. This file finds the operation of a
//! request.

mod connectors;
mod conversations;
mod credentials;
mod gateway;
mod login;
mod readiness;
mod sharing;
mod tools;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::recorded::RecordedRequest;
use super::state::State;
use crate::testing::wire::response::{Outcome, Response, invalid};

/// The resources. If several routes match, the first one counts.
const RESOURCES: &[&[Route]] = &[
    // Before `connectors`, which reads any other word as the name of a connector.
    readiness::ROUTES,
    connectors::ROUTES,
    tools::ROUTES,
    login::ROUTES,
    credentials::ROUTES,
    sharing::ROUTES,
    conversations::ROUTES,
    gateway::ROUTES,
];

/// A method and a path of the API, and what happens there.
pub(super) struct Route {
    method: &'static str,
    /// A `*` matches any one segment.
    path: &'static str,
    pub(super) operation: Operation,
    /// The names of the query parameters.
    pub(super) query: &'static [&'static str],
    pub(super) needs_key: bool,
}

type Operation = fn(&mut State, &Call<'_>) -> Outcome;

impl Route {
    const fn new(method: &'static str, path: &'static str, operation: Operation) -> Self {
        Route {
            method,
            path,
            operation,
            query: &[],
            needs_key: true,
        }
    }

    const fn query(self, query: &'static [&'static str]) -> Self {
        Route { query, ..self }
    }

    /// Without a check of the API key.
    const fn open(self) -> Self {
        Route {
            needs_key: false,
            ..self
        }
    }
}

/// A route, and what is in the path at its `*`, decoded.
pub(super) struct Found {
    pub(super) route: &'static Route,
    pub(super) parts: Vec<String>,
}

/// A request that has found its operation.
pub(super) struct Call<'a> {
    pub(super) request: &'a RecordedRequest,
    pub(super) parts: Vec<String>,
}

impl Call<'_> {
    /// The part of the path at the `*` with this number, counted from 0.
    fn part(&self, number: usize) -> &str {
        self.parts.get(number).map_or("", String::as_str)
    }

    /// The JSON object in the body.
    fn body(&self) -> Result<&Map<String, Value>, Response> {
        let place = ["body"];
        match &self.request.body {
            None if !self.request.has_body => Err(invalid("missing", &place, "Field required")),
            Some(Value::Null) if self.request.is_json() => {
                Err(invalid("missing", &place, "Field required"))
            }
            None if self.request.is_json() => {
                Err(invalid("json_invalid", &place, "JSON decode error"))
            }
            Some(Value::Object(fields)) if self.request.is_json() => Ok(fields),
            _ => {
                let message = "Input should be a valid dictionary or object to extract fields from";
                Err(invalid("model_attributes_type", &place, message))
            }
        }
    }
}

/// The operation for this method and this path, or the refusal of a router.
pub(super) fn find(method: &str, path: &str) -> Result<Found, Response> {
    let mut allowed = Vec::new();
    for route in RESOURCES.iter().copied().flatten() {
        let Some(parts) = match_path(route.path, path) else {
            continue;
        };
        if route.method == method {
            let parts = parts.into_iter().map(decode).collect();
            return Ok(Found { route, parts });
        }
        allowed.push(route.method);
    }
    if allowed.is_empty() {
        return Err(Response::detail(404, "Not Found"));
    }
    let refusal = Response::detail(405, "Method Not Allowed");
    Err(refusal.header("allow", allowed.join(", ")))
}

/// The parts of `path` at each `*` of `pattern`, as they were sent. `None` if the two do not match.
/// A `*` matches one whole segment, which must not be empty.
pub(super) fn match_path<'a>(pattern: &str, path: &'a str) -> Option<Vec<&'a str>> {
    let mut segments = path.split('/');
    let mut parts = Vec::new();
    for expected in pattern.split('/') {
        match (expected, segments.next()?) {
            ("*", "") => return None,
            ("*", part) => parts.push(part),
            (expected, segment) if expected == segment => {}
            _ => return None,
        }
    }
    segments.next().is_none().then_some(parts)
}

fn decode(part: &str) -> String {
    percent_decode_str(part).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_matches_any_one_segment() {
        for (pattern, path, want) in [
            ("/v1/connectors", "/v1/connectors", Some(&[][..])),
            ("/v1/connectors", "/v1/connectors/", None),
            ("/v1/connectors", "/v1/connectors/docs", None),
            ("/v1/connectors/*", "/v1/connectors/docs", Some(&["docs"])),
            ("/v1/connectors/*", "/v1/connectors/a%2Fb", Some(&["a%2Fb"])),
            ("/v1/connectors/*", "/v1/connectors/", None),
            ("/v1/connectors/*", "/v1/connectors", None),
            ("/v1/connectors/*", "/v1/connectors/docs/tools", None),
            (
                "/v1/*/*",
                "/v1/connectors/docs",
                Some(&["connectors", "docs"]),
            ),
            ("/v1/connectors/a*", "/v1/connectors/ab", None),
            ("/v1/connectors/a%2Fb", "/v1/connectors/a%2fb", None),
        ] {
            assert_eq!(
                match_path(pattern, path).as_deref(),
                want,
                "{pattern} {path}"
            );
        }
    }
}
