//! What several test files need: a client of a mock server, and answers to give it.

// Every test file compiles its own copy and uses a part of it.
#![allow(dead_code)]

use std::time::Duration;

use mistral_connectors::{ConnectorsClient, ConnectorsClientBuilder};
use mockito::{Matcher, Mock, Server};
use serde_json::{Value, json};

pub const KEY: &str = "test-key-of-nobody";
pub const ID: &str = "a1b2c3d4-5678-90ab-cdef-1234567890ab";

/// The settings of [`client`].
pub fn builder(server: &Server) -> ConnectorsClientBuilder {
    let millisecond = Duration::from_millis(1);
    ConnectorsClient::builder()
        .api_key(KEY)
        .base_url(server.url())
        .retry_backoff(millisecond, millisecond)
}

#[track_caller]
pub fn client(server: &Server) -> ConnectorsClient {
    builder(server).build().unwrap()
}

/// The headers that every request has.
#[track_caller]
pub fn as_the_client_sends(mock: Mock) -> Mock {
    let user_agent = concat!("mistral-connectors/", env!("CARGO_PKG_VERSION"));
    mock.match_header("authorization", format!("Bearer {KEY}").as_str())
        .match_header("accept", "application/json")
        .match_header("user-agent", user_agent)
}

/// The headers of a request without a body.
#[track_caller]
pub fn without_body(mock: Mock) -> Mock {
    as_the_client_sends(mock)
        .match_header("content-type", Matcher::Missing)
        .match_body(Matcher::Exact(String::new()))
}

/// The headers of a request with this JSON body.
#[track_caller]
pub fn with_body(mock: Mock, body: Value) -> Mock {
    as_the_client_sends(mock)
        .match_header("content-type", "application/json")
        .match_header("content-length", Matcher::Regex("^[1-9][0-9]*$".to_owned()))
        .match_body(Matcher::Json(body))
}

/// A connector as a server sends it.
pub fn connector() -> Value {
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
pub fn page(names: &[&str], next_cursor: Option<&str>) -> Value {
    let items: Vec<_> = names
        .iter()
        .map(|name| json!({"id": format!("id-of-{name}"), "name": name}))
        .collect();
    json!({"items": items, "pagination": {"next_cursor": next_cursor, "page_size": 100}})
}
