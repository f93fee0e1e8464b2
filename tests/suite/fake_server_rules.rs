//! Rules: how a test changes what happens to certain requests.

use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::Duration;

use crate::fake_server::ask;
use mistral_connectors::testing::{FakeServer, When};
use mistral_connectors::{ConnectorsClient, CreateConnector, Error, ListConnectors, Result};
use serde_json::json;

pub(crate) const ALL: &str = "/v1/connectors";
pub(crate) const EACH: &str = "/v1/connectors/*";

/// A delay that no client notices.
pub(crate) const LATE: Duration = Duration::from_millis(5);

pub(crate) fn docs() -> CreateConnector {
    CreateConnector::new("docs", "Our documents", "https://docs.example/mcp")
}

/// A server with one connector, `docs`.
pub(crate) fn server() -> FakeServer {
    let server = FakeServer::start();
    server.add(json!({"name": "docs"}));
    server
}

/// A client that does not retry.
pub(crate) fn impatient(server: &FakeServer) -> ConnectorsClient {
    ConnectorsClient::builder()
        .api_key(server.api_key())
        .base_url(server.base_url())
        .max_retries(0)
        .build()
        .unwrap()
}

#[track_caller]
pub(crate) fn status<T>(result: Result<T>) -> Option<u16> {
    result.err().expect("an error").status()
}

/// Everything that is received on one connection.
#[track_caller]
pub(crate) fn raw(server: &FakeServer, method: &str, target: &str, body: &str) -> String {
    let mut answer = String::new();
    let mut stream = ask(server, server.api_key(), method, target, body);
    stream.read_to_string(&mut answer).unwrap();
    answer
}

// --- which requests

#[test]
fn a_rule_applies_only_to_its_method_and_path() {
    let server = server();
    server.when("POST", ALL).fail(403);
    let client = impatient(&server);
    assert_eq!(status(client.create(&docs())), Some(403));
    client.list_page(&ListConnectors::new()).unwrap();
    client.get("docs").unwrap();
    assert_eq!(server.connectors().len(), 1);
}

#[test]
fn a_star_stands_for_any_one_segment_and_paths_are_compared_encoded() {
    let server = server();
    server.when("GET", "/v1/connectors/a%2Fb").fail(501);
    server.when("GET", EACH).fail(403);
    let client = impatient(&server);
    assert_eq!(status(client.get("a/b")), Some(501));
    assert_eq!(status(client.get("docs")), Some(403));
    client.list_page(&ListConnectors::new()).unwrap();
    let deeper = raw(&server, "GET", "/v1/connectors/docs/nonsense", "");
    assert!(deeper.starts_with("HTTP/1.1 404"), "{deeper}");
}

#[test]
fn a_rule_never_ends_unless_times_is_set() {
    let server = server();
    let client = impatient(&server);
    server.when("GET", EACH).fail(403);
    for _ in 0..10 {
        assert_eq!(status(client.get("docs")), Some(403));
    }
    let server = self::server();
    let client = impatient(&server);
    server.when("GET", EACH).times(2).fail(403);
    assert_eq!(status(client.get("docs")), Some(403));
    assert_eq!(status(client.get("docs")), Some(403));
    client.get("docs").unwrap();
}

#[test]
fn a_rule_for_zero_requests_applies_to_none() {
    let server = server();
    server.when("GET", EACH).times(0).fail(403);
    impatient(&server).get("docs").unwrap();
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
    client.get("docs").unwrap();
}

#[test]
fn rules_come_before_the_checks_of_api_key_and_path() {
    let server = server();
    server
        .when("GET", "/v1/nonsense")
        .answer(200, json!("known"));
    assert!(raw(&server, "GET", "/v1/nonsense?x=y", "").ends_with("\"known\""));
    server.when("GET", EACH).fail(403);
    let stranger = ConnectorsClient::builder()
        .api_key("wrong-key")
        .base_url(server.base_url())
        .build()
        .unwrap();
    assert_eq!(status(stranger.get("docs")), Some(403));
}

#[test]
fn an_unfinished_rule_has_no_effect() {
    let server = server();
    let begun = server.when("GET", EACH).times(1);
    impatient(&server).get("docs").unwrap();
    begun.fail(403);
    assert_eq!(status(impatient(&server).get("docs")), Some(403));
}

// --- what happens to them

#[test]
fn an_answer_is_sent_as_it_is_and_nothing_is_processed() {
    let server = server();
    let answer = json!({"id": "not one of its own", "name": "docs", "of_2027": true});
    server.when("POST", ALL).answer(201, answer);
    let connector = server.client().create(&docs()).unwrap();
    assert_eq!(connector.id, "not one of its own");
    assert_eq!(connector.extra["of_2027"], true);
    assert_eq!(server.connectors().len(), 1);
}

#[test]
fn a_failure_has_the_form_of_the_api() {
    let server = server();
    server.when("GET", EACH).fail(422);
    let Error::Api(error) = server.client().get("docs").unwrap_err() else {
        panic!("no error of the API")
    };
    assert_eq!(error.status, 422);
    assert_eq!(error.message, "the test asked for this failure");
}

#[test]
fn added_headers_leave_the_others_in_place() {
    let server = server();
    let rule = server.when("GET", "/v1/a").header("x-team", "a");
    rule.answer(200, json!(null));
    let answer = raw(&server, "GET", "/v1/a", "");
    for header in [
        "x-team: a",
        "x-request-id: ",
        "content-type: application/json",
    ] {
        assert!(answer.contains(header), "{header}: {answer}");
    }
}

#[test]
fn every_kind_of_response_has_the_added_headers() {
    let server = server();
    for (path, put_in_force) in [
        (
            "/v1/a",
            &(|rule: When<'_>| rule.pass()) as &dyn Fn(When<'_>),
        ),
        ("/v1/b", &|rule| rule.fail(500)),
        ("/v1/c", &|rule| rule.answer(200, json!(null))),
        ("/v1/d", &|rule| rule.lose_answer()),
        ("/v1/e", &|rule| rule.delay(LATE).pass()),
    ] {
        let rule = server.when("GET", path);
        let rule = rule
            .header("Retry-After", "7")
            .header("x-request-id", "mine");
        put_in_force(rule.header("x-team", "a").header("x-team", "b"));
        let answer = raw(&server, "GET", path, "");
        for line in ["retry-after: 7", "x-request-id: mine", "x-team: a, b"] {
            let twice = line.replace(", ", "\r\nx-team: ");
            let held = answer.contains(line) || answer.contains(&twice);
            assert!(held, "{path}: {line}: {answer}");
        }
        assert_eq!(
            answer.matches("x-request-id").count(),
            1,
            "{path}: {answer}"
        );
    }
}

#[test]
fn a_retry_after_header_reaches_the_client() {
    let server = server();
    server
        .when("GET", EACH)
        .header("retry-after", "7")
        .fail(429);
    let error = impatient(&server).get("docs").unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
}

// --- everything else

#[test]
fn requests_with_a_rule_are_recorded() {
    let server = server();
    server.when("GET", "/v1/connectors/a").fail(403);
    server.when("GET", "/v1/connectors/b").lose_answer();
    server.when("GET", "/v1/connectors/c").delay(LATE).pass();
    server.when("GET", "/v1/connectors/d").answer(200, json!(7));
    for name in ["a", "b", "c", "d"] {
        impatient(&server).get(name).unwrap_err();
    }
    let requests = server.requests();
    let paths: Vec<_> = requests.iter().map(|own| own.path.as_str()).collect();
    let want = ["a", "b", "c", "d"].map(|name| format!("/v1/connectors/{name}"));
    assert_eq!(paths, want);
}

#[test]
fn ten_threads_with_rules_get_their_own_responses() {
    let server = FakeServer::start();
    for number in 0..10 {
        server.add(json!({"name": format!("c{number}")}));
    }
    // Half of the requests are delayed. All of them share these few rules.
    server
        .when("GET", EACH)
        .skip(40)
        .times(60)
        .delay(LATE)
        .pass();
    server
        .when("GET", EACH)
        .header("x-team", "docs")
        .times(20)
        .pass();
    server
        .when("POST", ALL)
        .times(10)
        .delay(Duration::from_millis(1))
        .pass();
    thread::scope(|scope| {
        for number in 0..10 {
            let client = server.client();
            scope.spawn(move || {
                let name = format!("c{number}");
                for _ in 0..15 {
                    assert_eq!(client.get(&name).unwrap().name, name);
                }
                let name = format!("new{number}");
                let wanted = CreateConnector::new(&name, "d", "https://docs.example/mcp");
                assert_eq!(client.create(&wanted).unwrap().name, name);
            });
        }
    });
    assert_eq!(server.requests().len(), 160);
}

#[test]
fn a_rule_that_is_not_valid_panics_immediately() {
    let server = FakeServer::start();
    let rule = || server.when("GET", ALL);
    for (what, begun) in [
        ("status", &(|| rule().fail(100)) as &dyn Fn()),
        ("status", &|| rule().answer(1000, json!({}))),
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
        assert!(catch_unwind(AssertUnwindSafe(begun)).is_err(), "{what}");
    }
    // The server still works.
    server.client().list_page(&ListConnectors::new()).unwrap();
}

#[test]
fn a_client_that_outlives_its_server_cannot_connect() {
    let server = server();
    let client = impatient(&server);
    client.get("docs").unwrap();
    drop(server);
    let error = client.get("docs").unwrap_err();
    assert!(error.is_connect(), "{error}");
    assert!(error.to_string().contains("refused"), "{error}");
}
