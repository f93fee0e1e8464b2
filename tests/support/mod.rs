//! What several test files share: clients, expected requests, responses.
#![allow(dead_code, reason = "no test program uses all of it")]

use std::fmt::Debug;
use std::time::Duration;

use self::wire::{Act, Wire, response};
use mistral_connectors::{
    ConnectorsClient, ConnectorsClientBuilder, CreateConnector, Error, Result,
};
use mockito::{Matcher, Mock, Server};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

pub(crate) mod mcp;
pub(crate) mod random;
pub(crate) mod wire;

/// The API key of the clients below. It is made up.
pub(crate) const KEY: &str = "key-of-nobody-in-particular";

/// A UUID.
pub(crate) const ID: &str = "a1b2c3d4-5678-90ab-cdef-1234567890ab";

/// The smallest response that is a connector.
pub(crate) const CONNECTOR: &str = r#"{"id":"a1b2c3d4-5678-90ab-cdef-1234567890ab","name":"docs"}"#;

/// A builder of clients that hardly wait before a retry.
pub(crate) fn builder(base_url: impl Into<String>) -> ConnectorsClientBuilder {
    let millisecond = Duration::from_millis(1);
    ConnectorsClient::builder()
        .api_key(KEY)
        .base_url(base_url)
        .retry_backoff(millisecond, millisecond)
}

#[track_caller]
pub(crate) fn client(base_url: impl Into<String>) -> ConnectorsClient {
    builder(base_url).build().unwrap()
}

pub(crate) fn docs() -> CreateConnector {
    CreateConnector::new("docs", "Our documents", "https://docs.example/mcp")
}

/// Expects the headers of every request.
#[track_caller]
pub(crate) fn as_the_client_sends(mock: Mock) -> Mock {
    let user_agent = concat!("mistral-connectors/", env!("CARGO_PKG_VERSION"));
    mock.match_header("authorization", format!("Bearer {KEY}").as_str())
        .match_header("accept", "application/json")
        .match_header("user-agent", user_agent)
}

/// Expects the headers of a request without a body.
#[track_caller]
pub(crate) fn without_body(mock: Mock) -> Mock {
    as_the_client_sends(mock)
        .match_header("content-type", Matcher::Missing)
        .match_body(Matcher::Exact(String::new()))
}

/// Expects the headers of a request with this JSON body.
#[track_caller]
pub(crate) fn with_body(mock: Mock, body: Value) -> Mock {
    as_the_client_sends(mock)
        .match_header("content-type", "application/json")
        .match_header("content-length", Matcher::Regex("^[1-9][0-9]*$".to_owned()))
        .match_body(Matcher::Json(body))
}

/// A connector as the API sends it.
pub(crate) fn connector() -> Value {
    json!({
        "id": ID,
        "name": "docs",
        "description": "Our documents",
        "server": "https://docs.example/mcp",
        "created_at": "2026-02-24T10:30:00Z",
        "modified_at": "2026-02-25T11:00:00Z",
        "visibility": "private",
    })
}

/// A page with connectors of these names.
pub(crate) fn page(names: &[&str], next_cursor: Option<&str>) -> Value {
    let items: Vec<_> = names
        .iter()
        .map(|name| json!({"id": format!("id-of-{name}"), "name": name}))
        .collect();
    json!({"items": items, "pagination": {"next_cursor": next_cursor, "page_size": 100}})
}

/// What `call` returns if its only request, which must be exactly this one, gets this response.
#[track_caller]
pub(crate) fn exchange<T>(
    (method, path): (&str, &str),
    body: Option<Value>,
    returned: &Value,
    call: impl FnOnce(&ConnectorsClient) -> Result<T>,
) -> T {
    let mut server = Server::new();
    let mock = server.mock(method, path);
    let mock = match body {
        Some(body) => with_body(mock, body),
        None => without_body(mock),
    };
    let mock = mock.with_body(returned.to_string()).expect(1).create();
    let result = call(&client(server.url()));
    mock.assert();
    result.unwrap()
}

/// What `call` returns if every response has this status and body.
pub(crate) fn with_response<T>(
    status: u16,
    body: &str,
    call: impl FnOnce(&ConnectorsClient) -> Result<T>,
) -> Result<T> {
    let wire = Wire::script([Act::Send(response(status, body))]);
    call(&client(wire.base_url()))
}

/// Asserts that `call` is refused without any request.
#[track_caller]
pub(crate) fn assert_not_sent<T: Debug>(
    case: &str,
    call: impl FnOnce(&ConnectorsClient) -> Result<T>,
) {
    let wire = Wire::script([Act::Send(response(200, "{}"))]);
    let result = call(&client(wire.base_url()));
    assert!(
        matches!(result, Err(Error::InvalidRequest(_))),
        "{case}: {result:?}"
    );
    assert_eq!(wire.connections(), 0, "{case}");
}

/// The head of the only request that `call` sends, line by line, if it gets this response.
#[track_caller]
pub(crate) fn head<T: Debug>(
    body: &Value,
    call: impl FnOnce(&ConnectorsClient) -> Result<T>,
) -> Vec<String> {
    let wire = Wire::script([Act::Send(response(200, &body.to_string()))]);
    call(&client(wire.base_url())).unwrap();
    let seen = wire.seen();
    assert_eq!(seen.len(), 1);
    seen[0].head.lines().map(str::to_lowercase).collect()
}

/// Asserts that a request without a body says so: no type, no chunks, a length of zero.
#[track_caller]
pub(crate) fn assert_empty(head: &[String]) {
    let has = |name: &str| head.iter().any(|line| line.starts_with(name));
    assert!(head.contains(&"content-length: 0".to_owned()), "{head:?}");
    assert!(
        !has("content-type") && !has("transfer-encoding"),
        "{head:?}"
    );
}

/// Transient failures after which it is unknown whether the request was processed.
pub(crate) fn ambiguous() -> Vec<Act> {
    let mut failures = vec![
        Act::Reset,
        Act::SendAndClose(vec![]),
        Act::SendAndClose(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{".to_vec()),
    ];
    let statuses = [408, 500, 502, 503, 504].into_iter();
    failures.extend(statuses.map(|status| Act::Send(response(status, "{}"))));
    failures
}

/// The requests that `call` takes against a server that fails once, and its result.
pub(crate) fn after<T>(
    failure: Act,
    then: &Value,
    call: impl FnOnce(&ConnectorsClient) -> Result<T>,
) -> (usize, Result<T>) {
    let wire = Wire::script([failure, Act::Send(response(200, &then.to_string()))]);
    let result = call(&client(wire.base_url()));
    (wire.seen().len(), result)
}

/// Asserts that `call` is retried after every such failure.
#[track_caller]
pub(crate) fn assert_retried<T: Debug>(
    case: &str,
    then: &Value,
    call: impl Fn(&ConnectorsClient) -> Result<T>,
) {
    for failure in ambiguous() {
        let (requests, result) = after(failure.clone(), then, &call);
        assert!(result.is_ok(), "{case} after {failure:?}: {result:?}");
        assert_eq!(requests, 2, "{case} after {failure:?}");
    }
}

/// Asserts that `call` is not retried if it may have been processed, which its error says, but is
/// retried if it was refused.
#[track_caller]
pub(crate) fn assert_at_most_once<T: Debug>(
    case: &str,
    then: &Value,
    call: impl Fn(&ConnectorsClient) -> Result<T>,
) {
    for failure in ambiguous() {
        let (requests, result) = after(failure.clone(), then, &call);
        let error = result.unwrap_err();
        assert_eq!(requests, 1, "{case} after {failure:?}: {error}");
        assert!(error.may_have_happened(), "{case} after {failure:?}");
        let text = error.to_string();
        assert!(text.contains("may still have been processed"), "{text}");
    }
    let (requests, result) = after(Act::Send(response(429, "{}")), then, &call);
    assert!(result.is_ok(), "{case} after 429: {result:?}");
    assert_eq!(requests, 2, "{case} after 429");
}

/// Reads a response and writes it back, which must result in what was read.
#[track_caller]
pub(crate) fn read_whole<T: DeserializeOwned + Serialize>(value: &Value) -> T {
    let read: T =
        serde_json::from_str(&value.to_string()).unwrap_or_else(|error| panic!("{error}: {value}"));
    // As text: a `Value` would hide a field that is written twice.
    let text = serde_json::to_string(&read).unwrap();
    let again: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(again, *value);
    assert_eq!(text.len(), value.to_string().len(), "{text}");
    read
}
