//! What several test files share.
#![allow(dead_code, reason = "each test file uses another part of it")]

use std::time::Duration;

use mistral_connectors::{ConnectorsClient, ConnectorsClientBuilder, CreateConnector};

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
