//! What several test files share: clients, requests as they should be, answers to give.
#![allow(dead_code, reason = "each test program uses another part of it")]

use std::time::Duration;

use mistral_connectors::{ConnectorsClient, ConnectorsClientBuilder, CreateConnector};
use mockito::{Matcher, Mock};
use serde_json::{Value, json};

pub(crate) mod wire;

/// The key of the clients below. Made up, and nobody's.
pub(crate) const KEY: &str = "key-of-nobody-in-particular";

/// A UUID.
pub(crate) const ID: &str = "a1b2c3d4-5678-90ab-cdef-1234567890ab";

/// The least an answer needs to be a connector.
pub(crate) const CONNECTOR: &str = r#"{"id":"a1b2c3d4-5678-90ab-cdef-1234567890ab","name":"docs"}"#;

/// A builder of clients that do not waste a test's time between attempts.
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

/// The headers that every request has.
#[track_caller]
pub(crate) fn as_the_client_sends(mock: Mock) -> Mock {
    let user_agent = concat!("mistral-connectors/", env!("CARGO_PKG_VERSION"));
    mock.match_header("authorization", format!("Bearer {KEY}").as_str())
        .match_header("accept", "application/json")
        .match_header("user-agent", user_agent)
}

/// The headers of a request without a body.
#[track_caller]
pub(crate) fn without_body(mock: Mock) -> Mock {
    as_the_client_sends(mock)
        .match_header("content-type", Matcher::Missing)
        .match_body(Matcher::Exact(String::new()))
}

/// The headers of a request with this JSON body.
#[track_caller]
pub(crate) fn with_body(mock: Mock, body: Value) -> Mock {
    as_the_client_sends(mock)
        .match_header("content-type", "application/json")
        .match_header("content-length", Matcher::Regex("^[1-9][0-9]*$".to_owned()))
        .match_body(Matcher::Json(body))
}

/// A connector as a server sends it.
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
