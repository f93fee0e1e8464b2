//! What the stand-in does when a test says what is to become of some requests.

use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::Duration;

use crate::fake_server::ask;
use mistral_connectors::testing::{FakeServer, When};
use mistral_connectors::{ConnectorsClient, CreateConnector, Error, ListConnectors, Result};
use serde_json::json;

const ALL: &str = "/v1/connectors";
const EACH: &str = "/v1/connectors/*";

/// Longer than any test would like to wait.
const LONG: Duration = Duration::from_secs(60);
/// Long enough to ask something, and no longer.
const SHORT: Duration = Duration::from_millis(100);
/// Hardly late.
const LATE: Duration = Duration::from_millis(5);

fn docs() -> CreateConnector {
    CreateConnector::new("docs", "Our documents", "https://docs.example/mcp")
}

/// A server with one connector, `docs`.
fn server() -> FakeServer {
    let server = FakeServer::start();
    server.add(json!({"name": "docs"}));
    server
}

/// A client that does not retry.
fn impatient(server: &FakeServer) -> ConnectorsClient {
    ConnectorsClient::builder()
        .api_key(server.api_key())
        .base_url(server.base_url())
        .max_retries(0)
        .build()
        .unwrap()
}

#[track_caller]
fn status<T>(result: Result<T>) -> Option<u16> {
    result.err().expect("an error").status()
}

/// All that comes on one connection.
#[track_caller]
fn raw(server: &FakeServer, method: &str, target: &str, body: &str) -> String {
    let mut answer = String::new();
    let mut stream = ask(server, server.api_key(), method, target, body);
    stream.read_to_string(&mut answer).unwrap();
    answer
}

// --- which requests

#[test]
fn a_rule_takes_requests_of_its_method_to_its_path_alone() {
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
fn a_rule_holds_for_good_unless_it_is_told_how_often() {
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
fn a_rule_for_no_request_takes_none() {
    let server = server();
    server.when("GET", EACH).times(0).fail(403);
    impatient(&server).get("docs").unwrap();
}

#[test]
fn a_rule_can_let_some_requests_go_by_first() {
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
fn the_first_rule_that_holds_takes_the_request() {
    let server = server();
    let client = impatient(&server);
    server.when("GET", EACH).times(1).fail(403);
    // Counts what reaches it: the first request does not.
    server.when("GET", EACH).skip(1).times(1).fail(422);
    server.when("GET", EACH).times(1).pass();
    server.when("GET", EACH).fail(501);
    assert_eq!(status(client.get("docs")), Some(403));
    client.get("docs").unwrap();
    assert_eq!(status(client.get("docs")), Some(422));
    assert_eq!(status(client.get("docs")), Some(501));
}

#[test]
fn failures_of_whatever_comes_next_come_before_rules() {
    let server = server();
    let client = impatient(&server);
    server.when("GET", EACH).times(1).fail(403);
    server.fail_next(1, 422);
    assert_eq!(status(client.get("docs")), Some(422));
    assert_eq!(status(client.get("docs")), Some(403));
    client.get("docs").unwrap();
}

#[test]
fn rules_come_before_the_key_and_the_path_are_checked() {
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
fn a_rule_that_is_not_finished_is_not_in_force() {
    let server = server();
    let begun = server.when("GET", EACH).times(1);
    impatient(&server).get("docs").unwrap();
    begun.fail(403);
    assert_eq!(status(impatient(&server).get("docs")), Some(403));
}

// --- what becomes of them

#[test]
fn an_answer_is_given_as_it_is_and_nothing_is_carried_out() {
    let server = server();
    let answer = json!({"id": "not one of its own", "name": "docs", "of_2027": true});
    server.when("POST", ALL).answer(201, answer);
    let connector = server.client().create(&docs()).unwrap();
    assert_eq!(connector.id, "not one of its own");
    assert_eq!(connector.extra["of_2027"], true);
    assert_eq!(server.connectors().len(), 1);
}

#[test]
fn a_failure_is_said_as_the_api_says_it() {
    let server = server();
    server.when("GET", EACH).fail(422);
    let Error::Api(error) = server.client().get("docs").unwrap_err() else {
        panic!("no error of the API")
    };
    assert_eq!(error.status, 422);
    assert_eq!(error.message, "the test asked for this failure");
}

#[test]
fn an_answer_with_further_headers_keeps_its_own() {
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
fn an_answer_has_the_headers_that_were_asked_for() {
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
fn the_wait_that_an_answer_asks_for_reaches_the_client() {
    let server = server();
    server
        .when("GET", EACH)
        .header("retry-after", "7")
        .fail(429);
    let error = impatient(&server).get("docs").unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
}

#[test]
fn a_lost_answer_begins_and_breaks_off() {
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
fn a_write_whose_answer_is_lost_is_carried_out_and_its_client_does_not_know() {
    let server = FakeServer::start();
    server.when("POST", ALL).lose_answer();
    let error = server.client().create(&docs()).unwrap_err();
    assert!(error.may_have_happened(), "{error}");
    assert_eq!(error.attempts(), 1);
    assert_eq!(server.connectors()[0].name, "docs");
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_read_whose_answer_is_lost_is_repeated() {
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
fn a_delete_whose_answer_is_lost_counts_as_done() {
    let server = server();
    let id = server.connectors()[0].id.clone();
    server.when("DELETE", EACH).times(1).lose_answer();
    server.client().delete(&id).unwrap();
    assert!(server.connectors().is_empty());
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn an_answer_that_is_late_is_given_up_by_a_client_that_does_not_wait() {
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
fn what_a_late_answer_tells_of_is_done_at_once() {
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
fn a_client_that_waits_gets_a_late_answer_whole() {
    let server = server();
    server.when("GET", EACH).delay(LATE).pass();
    assert_eq!(server.client().get("docs").unwrap().name, "docs");
    server.when("GET", ALL).delay(LATE).fail(403);
    let listed = server.client().list_page(&ListConnectors::new());
    assert_eq!(status(listed), Some(403));
}

#[test]
fn nobody_waits_for_the_late_answer_of_another() {
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

// --- beside rules

#[test]
fn requests_that_rules_take_are_recorded() {
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
fn ten_threads_at_once_get_their_own_answers() {
    let server = FakeServer::start();
    for number in 0..10 {
        server.add(json!({"name": format!("c{number}")}));
    }
    // Late for one half, as usual for the other; all through the same few rules.
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
fn a_rule_that_makes_no_sense_is_refused_at_once() {
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
    // And does no harm.
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
