//! Rules that delay or lose responses.

use std::thread;
use std::time::Duration;

use crate::fake_server::ask;
use crate::fake_server_rules::{ALL, EACH, LATE, docs, raw, server, status};
use mistral_connectors::ListConnectors;
use mistral_connectors::testing::{FakeServer, When};
use serde_json::json;

/// Longer than a test may take.
const LONG: Duration = Duration::from_secs(60);
/// Long enough to send a request.
const SHORT: Duration = Duration::from_millis(100);

#[test]
fn a_lost_response_begins_and_breaks_off() {
    let server = server();
    server.when("POST", ALL).lose_answer();
    let body = r#"{"name": "mail", "description": "d", "server": "https://x"}"#;
    for name in ["mail", "news", "maps"] {
        let answer = raw(&server, "POST", ALL, &body.replace("mail", name));
        assert!(answer.starts_with("HTTP/1.1 201"), "{answer:?}");
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(body.starts_with("{"), "{answer:?}");
        let length = format!("content-length: {}\r\n", body.len() + 1);
        assert!(head.contains(&length), "{answer:?}");
    }
    assert_eq!(server.connectors().len(), 4);
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn a_write_whose_response_is_lost_is_processed_but_the_client_cannot_know() {
    let server = FakeServer::start();
    server.when("POST", ALL).lose_answer();
    let error = server.client().create(&docs()).unwrap_err();
    assert!(error.may_have_happened(), "{error}");
    assert_eq!(error.attempts(), 1);
    assert_eq!(server.connectors()[0].name, "docs");
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_read_whose_response_is_lost_is_retried() {
    let server = server();
    server.when("GET", EACH).times(2).lose_answer();
    server.client().get("docs").unwrap();
    assert_eq!(server.requests().len(), 3);

    server.when("GET", EACH).lose_answer();
    let error = server.client().get("docs").unwrap_err();
    assert!(!error.may_have_happened(), "{error}");
    assert_eq!(error.attempts(), 3);
}

#[test]
fn a_delete_whose_response_is_lost_counts_as_successful() {
    let server = server();
    let id = server.connectors()[0].id.clone();
    server.when("DELETE", EACH).times(1).lose_answer();
    server.client().delete(&id).unwrap();
    assert!(server.connectors().is_empty());
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn a_client_with_a_short_timeout_gives_up_on_a_delayed_response() {
    for put_in_force in [
        |rule: When<'_>| rule.pass(),
        |rule: When<'_>| rule.fail(500),
        |rule: When<'_>| rule.answer(200, json!({})),
        |rule: When<'_>| rule.lose_answer(),
    ] {
        let server = FakeServer::start();
        put_in_force(server.when("POST", ALL).times(1).delay(LONG));
        let client = server.client().with_timeout(SHORT);
        let error = client.create(&docs()).unwrap_err();
        assert!(error.is_timeout(), "{error}");
        // The server has not stopped.
        server.client().list_page(&ListConnectors::new()).unwrap();
    }
}

#[test]
fn a_delayed_request_is_processed_immediately() {
    let server = server();
    let id = server.connectors()[0].id.clone();
    server.when("DELETE", EACH).delay(LONG).pass();
    let target = format!("/v1/connectors/{id}");
    let _waiting = ask(&server, server.api_key(), "DELETE", &target, "");
    while !server.connectors().is_empty() {
        thread::yield_now();
    }
}

#[test]
fn a_delayed_response_arrives_complete() {
    let server = server();
    server.when("GET", EACH).delay(LATE).pass();
    assert_eq!(server.client().get("docs").unwrap().name, "docs");
    server.when("GET", ALL).delay(LATE).fail(403);
    let listed = server.client().list_page(&ListConnectors::new());
    assert_eq!(status(listed), Some(403));
}

#[test]
fn a_delay_holds_up_no_other_request() {
    let server = server();
    server.when("GET", "/v1/connectors/slow").delay(LONG).pass();
    let _waiting = ask(&server, server.api_key(), "GET", "/v1/connectors/slow", "");
    while server.requests().is_empty() {
        thread::yield_now();
    }
    for _ in 0..10 {
        server.client().get("docs").unwrap();
    }
}
