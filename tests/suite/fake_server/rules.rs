//! Rules: how a test changes what happens to certain requests.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::Duration;

use super::{Connection, LONG, begin, head, raw, server};
use crate::support::{self, docs};
use mistral_connectors::testing::{FakeServer, When};
use mistral_connectors::{ConnectorsClient, Error, ListConnectors, Result};
use serde_json::json;

const ALL: &str = "/v1/connectors";
const EACH: &str = "/v1/connectors/*";

/// A delay that no client notices.
const LATE: Duration = Duration::from_millis(5);
/// Long enough to send a request.
const SHORT: Duration = Duration::from_millis(100);

/// A client that does not retry.
fn impatient(server: &FakeServer) -> ConnectorsClient {
    let client = support::builder(server.base_url()).api_key(server.api_key());
    client.max_retries(0).build().unwrap()
}

#[track_caller]
fn status<T>(result: Result<T>) -> Option<u16> {
    result.err().expect("an error").status()
}

// --- which requests

#[test]
fn a_rule_applies_only_to_its_method_and_path() {
    let server = server();
    server.when("POST", ALL).fail(403);
    server.when("GET", "/v1/connectors/a%2Fb").fail(501);
    server.when("DELETE", EACH).fail(422);
    let client = impatient(&server);
    assert_eq!(status(client.create(&docs())), Some(403));
    assert_eq!(status(client.get("a/b")), Some(501));
    assert_eq!(status(client.delete("docs")), Some(422));
    client.list_page(&ListConnectors::new()).unwrap();
    client.get("docs").unwrap();
    // A star stands for one segment.
    let target = "/v1/connectors/docs/nonsense";
    assert_eq!(raw(&server, "DELETE", target, "").0, 404);
}

#[test]
fn a_rule_never_ends_unless_times_is_set() {
    let endless = server();
    endless.when("GET", EACH).fail(403);
    for _ in 0..10 {
        assert_eq!(status(impatient(&endless).get("docs")), Some(403));
    }
    for times in [0, 2] {
        let server = server();
        server.when("GET", EACH).times(times).fail(403);
        for _ in 0..times {
            assert_eq!(status(impatient(&server).get("docs")), Some(403));
        }
        impatient(&server).get("docs").unwrap();
    }
}

#[test]
fn a_rule_can_skip_requests() {
    let server = server();
    let client = impatient(&server);
    server.when("GET", EACH).skip(2).times(1).fail(403);
    client.get("docs").unwrap();
    client.list_page(&ListConnectors::new()).unwrap();
    client.get("docs").unwrap();
    assert_eq!(status(client.get("docs")), Some(403));
    client.get("docs").unwrap();
}

#[test]
fn the_first_rule_that_applies_counts() {
    let server = server();
    let client = impatient(&server);
    server.when("GET", EACH).times(1).fail(403);
    // Requests to which an earlier rule applies do not count.
    server.when("GET", EACH).skip(1).times(1).fail(422);
    server.when("GET", EACH).times(1).pass();
    server.when("GET", EACH).fail(501);
    assert_eq!(status(client.get("docs")), Some(403));
    client.get("docs").unwrap();
    assert_eq!(status(client.get("docs")), Some(422));
    assert_eq!(status(client.get("docs")), Some(501));
}

#[test]
fn fail_next_comes_before_rules() {
    let server = server();
    let client = impatient(&server);
    server.when("GET", EACH).times(1).fail(403);
    server.fail_next(1, 422);
    assert_eq!(status(client.get("docs")), Some(422));
    assert_eq!(status(client.get("docs")), Some(403));
}

#[test]
fn rules_come_before_the_checks_of_api_key_and_path() {
    let server = server();
    let rule = server.when("GET", "/v1/nonsense");
    rule.answer(200, json!("known"));
    let (status, body) = super::raw_as(&server, "wrong-key", "GET", "/v1/nonsense?x=y");
    assert_eq!((status, body), (200, json!("known")));
}

#[test]
fn an_unfinished_rule_has_no_effect() {
    let server = server();
    let begun = server.when("GET", EACH).times(1);
    impatient(&server).get("docs").unwrap();
    begun.fail(403);
    assert_eq!(status(impatient(&server).get("docs")), Some(403));
}

#[test]
fn a_rule_that_is_not_valid_panics_immediately() {
    let server = FakeServer::start();
    let rule = || server.when("GET", ALL);
    for (case, begun) in [
        ("interim status", &(|| rule().fail(100)) as &dyn Fn()),
        ("long status", &|| rule().answer(1000, json!({}))),
        ("status of fail_next", &|| server.fail_next(1, 1000)),
        ("method", &|| server.when("FETCH", ALL).pass()),
        ("lower case", &|| server.when("get", ALL).pass()),
        ("query", &|| {
            server.when("GET", "/v1/connectors?active=true").pass()
        }),
        ("relative", &|| server.when("GET", "v1/connectors").pass()),
        ("name", &|| rule().header("no header", "x").pass()),
        ("no name", &|| rule().header("", "x").pass()),
        ("value", &|| rule().header("x-team", "a\r\nb").pass()),
        ("framing", &|| rule().header("Content-Length", "5").pass()),
    ] {
        assert!(catch_unwind(AssertUnwindSafe(begun)).is_err(), "{case}");
    }
    // The server still works.
    server.client().list_page(&ListConnectors::new()).unwrap();
}

// --- responses

#[test]
fn the_response_of_a_rule_is_sent_as_it_is_and_the_request_is_not_processed() {
    let server = server();
    let body = json!({"id": "not one of its own", "name": "docs", "of_2027": true});
    server.when("POST", ALL).answer(201, body);
    let connector = server.client().create(&docs()).unwrap();
    assert_eq!(connector.id, "not one of its own");
    assert_eq!(connector.extra["of_2027"], true);
    assert_eq!(server.connectors().len(), 1);
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_failure_has_the_form_of_the_api() {
    let server = server();
    server.when("GET", EACH).fail(422);
    let Error::Api(error) = server.client().get("docs").unwrap_err() else {
        panic!("not an error of the API")
    };
    assert_eq!(error.status, 422);
    assert_eq!(error.message, "the test asked for this failure");
}

#[test]
fn every_kind_of_response_has_the_added_headers() {
    for (path, add) in [
        (
            "/v1/a",
            &(|rule: When<'_>| rule.pass()) as &dyn Fn(When<'_>),
        ),
        ("/v1/b", &|rule| rule.fail(500)),
        ("/v1/c", &|rule| rule.answer(200, json!(null))),
        ("/v1/d", &|rule| rule.lose_answer()),
        ("/v1/e", &|rule| rule.delay(LATE).pass()),
    ] {
        let server = server();
        let rule = server.when("GET", path);
        let rule = rule.header("Retry-After", "7").header("x-team", "a");
        add(rule.header("x-team", "b").header("x-request-id", "mine"));
        let mut connection = Connection::open(&server);
        connection.send(head(server.api_key(), &format!("GET {path} HTTP/1.1")) + "\r\n");
        let head = connection.head();
        for line in [
            "retry-after: 7",
            "x-team: a",
            "x-team: b",
            "content-type: application/json",
        ] {
            let count = head.lines().filter(|own| *own == line).count();
            assert_eq!(count, 1, "{path}: {line}: {head}");
        }
        // A header of a rule replaces the server's own.
        assert_eq!(head.matches("x-request-id").count(), 1, "{path}: {head}");
        assert!(head.contains("x-request-id: mine"), "{path}: {head}");
    }
}

// --- lost responses

#[test]
fn a_lost_response_breaks_off_one_byte_before_its_end() {
    let server = server();
    server.when("GET", EACH).lose_answer();
    let mut connection = Connection::open(&server);
    connection.send(super::get_docs(&server));
    let head = connection.head();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    let body = connection.rest();
    assert!(body.starts_with('{'), "{body}");
    let length = format!("content-length: {}\r\n", body.len() + 1);
    assert!(head.contains(&length), "{head}");
}

#[test]
fn a_write_whose_response_is_lost_is_processed_but_the_client_cannot_know() {
    let server = FakeServer::start();
    server.when("POST", ALL).lose_answer();
    let error = server.client().create(&docs()).unwrap_err();
    assert!(error.may_have_happened(), "{error}");
    assert_eq!(server.connectors()[0].name, "docs");
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_request_whose_response_is_lost_is_retried_if_that_does_no_harm() {
    let server = server();
    let id = server.connectors()[0].id.clone();
    server.when("GET", EACH).times(2).lose_answer();
    server.client().get("docs").unwrap();
    assert_eq!(server.requests().len(), 3);
    server.when("DELETE", EACH).times(1).lose_answer();
    server.client().delete(&id).unwrap();
    assert!(server.connectors().is_empty());
    assert_eq!(server.requests().len(), 5);
}

// --- delays

#[test]
fn a_client_with_a_short_timeout_gives_up_on_a_delayed_response() {
    for add in [
        |rule: When<'_>| rule.pass(),
        |rule: When<'_>| rule.fail(500),
        |rule: When<'_>| rule.answer(200, json!({})),
        |rule: When<'_>| rule.lose_answer(),
    ] {
        let server = FakeServer::start();
        add(server.when("POST", ALL).times(1).delay(LONG));
        let client = server.client().with_timeout(SHORT);
        let error = client.create(&docs()).unwrap_err();
        assert!(error.is_timeout(), "{error}");
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
fn a_delayed_request_is_processed_immediately_and_holds_up_no_other() {
    let server = server();
    let id = server.connectors()[0].id.clone();
    server.when("DELETE", EACH).delay(LONG).pass();
    let target = format!("/v1/connectors/{id}");
    let _waiting = begin(&server, server.api_key(), ("DELETE", &target), "");
    while !server.connectors().is_empty() {
        thread::yield_now();
    }
    for _ in 0..10 {
        server.client().list_page(&ListConnectors::new()).unwrap();
    }
}
