//! A connector that is there and as described, however often that is asked for.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crate::support::wire::{Act, Wire, response};
use crate::support::{ID, builder, client, connector, docs};
use mistral_connectors::testing::FakeServer;
use mistral_connectors::{EnsureOutcome, Ensured, Error, Visibility};
use serde_json::json;

/// The methods of the requests so far.
fn methods(server: &FakeServer) -> Vec<String> {
    let requests = server.requests().into_iter();
    requests.map(|request| request.method).collect()
}

fn say(status: u16, body: &serde_json::Value) -> Act {
    Act::Send(response(status, &body.to_string()))
}

#[test]
fn what_is_not_there_is_created_and_then_left_alone() {
    let server = FakeServer::start();
    let wanted = docs().title("Docs").visibility(Visibility::Private);
    let first = server.client().ensure(&wanted).unwrap();
    assert_eq!(first.outcome, EnsureOutcome::Created);
    assert_eq!(methods(&server), ["GET", "POST"]);
    server.clear_requests();
    let second = server.client().ensure(&wanted).unwrap();
    assert_eq!(second.outcome, EnsureOutcome::Unchanged);
    assert_eq!(second.connector, first.connector);
    assert_eq!(methods(&server), ["GET"]);
}

#[test]
fn only_what_differs_is_changed() {
    let server = FakeServer::start();
    let id = server.client().create(&docs().title("Old")).unwrap().id;
    server.clear_requests();
    let wanted = docs().title("New").icon_url("https://docs.example/i");
    let ensured = server.client().ensure(&wanted).unwrap();
    assert_eq!(ensured.outcome, EnsureOutcome::Updated);
    assert_eq!(ensured.changed, ["icon_url", "title"]);
    assert_eq!(ensured.connector.id, id);
    assert_eq!(ensured.connector.title.as_deref(), Some("New"));
    let sent = server.requests()[1].body.clone();
    let want = json!({"icon_url": "https://docs.example/i", "title": "New"});
    assert_eq!(sent, Some(want));
}

#[test]
fn another_visibility_is_an_error_before_anything_is_written() {
    let server = FakeServer::start();
    let shown = docs().visibility(Visibility::Private);
    server.client().create(&shown).unwrap();
    server.clear_requests();
    let wanted = docs().title("New").visibility(Visibility::SharedOrg);
    let error = server.client().ensure(&wanted).unwrap_err();
    assert!(matches!(error, Error::InvalidRequest(_)), "{error}");
    for word in ["visibility", "`share`", "`unshare`", "docs"] {
        assert!(error.to_string().contains(word), "{error}");
    }
    assert_eq!(methods(&server), ["GET"]);
}

#[test]
fn what_the_api_does_not_show_is_said_to_be_not_compared() {
    let server = FakeServer::start();
    let wanted = docs().header("x-key", "a secret of the team");
    server.client().ensure(&wanted).unwrap();
    let ensured = server.client().ensure(&wanted).unwrap();
    assert_eq!(ensured.outcome, EnsureOutcome::Unchanged);
    assert_eq!(ensured.not_compared, ["headers"]);
}

#[test]
fn it_prints_as_one_line() {
    let server = FakeServer::start();
    let line = |ensured: Ensured| ensured.to_string();
    let ensure = |wanted| line(server.client().ensure(&wanted).unwrap());
    let created = ensure(docs());
    let id = server.client().get("docs").unwrap().id;
    assert_eq!(created, format!("created docs ({id})"));
    let changed = ensure(docs().title("Docs").system_prompt("Read").header("a", "b"));
    let want = format!("updated docs ({id}): system_prompt, title; not compared: headers");
    assert_eq!(changed, want);
    assert_eq!(ensure(docs()), format!("unchanged docs ({id})"));
    assert_eq!(format!("{:>10}", EnsureOutcome::Updated), "   updated");
}

#[test]
fn eight_at_once_end_with_one_connector_and_eight_successes() {
    // What a server may say to those who come too late.
    for late in [400, 409, 422, 500, 503] {
        let created = Mutex::new(false);
        let wire = Wire::serve(move |_, incoming| {
            let mut created = created.lock().unwrap();
            match (incoming.line(), *created) {
                ("POST /v1/connectors", false) => {
                    *created = true;
                    say(201, &connector())
                }
                ("POST /v1/connectors", true) => say(late, &json!({"detail": "too late"})),
                (_, true) => say(200, &connector()),
                (_, false) => say(404, &json!({"detail": "Connector not found"})),
            }
        });
        let client = client(wire.base_url());
        thread::scope(|scope| {
            let ensure = || client.ensure(&docs());
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(ensure)).collect();
            for thread in threads {
                let ensured = thread.join().unwrap();
                assert_eq!(ensured.unwrap().connector.id, ID, "{late}");
            }
        });
    }
    let server = FakeServer::start();
    let client = server.client();
    thread::scope(|scope| {
        let ensure = || client.ensure(&docs()).unwrap();
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(ensure)).collect();
        threads
            .into_iter()
            .for_each(|thread| drop(thread.join().unwrap()));
    });
    assert_eq!(server.connectors().len(), 1);
}

#[test]
fn who_loses_a_race_changes_what_the_other_has_made() {
    let others = json!({"id": ID, "name": "docs", "description": "theirs",
        "server": "https://docs.example/mcp"});
    let wire = Wire::script([
        say(404, &json!({"detail": "Connector not found"})),
        say(409, &json!({"detail": "taken"})),
        say(200, &others),
        say(200, &connector()),
    ]);
    let ensured = client(wire.base_url()).ensure(&docs()).unwrap();
    assert_eq!(ensured.outcome, EnsureOutcome::Updated);
    assert_eq!(ensured.changed, ["description"]);
    assert_eq!(wire.seen()[3].line(), format!("PATCH /v1/connectors/{ID}"));
}

#[test]
fn who_loses_a_race_to_the_same_connector_has_created_nothing() {
    let wire = Wire::script([
        say(404, &json!({"detail": "Connector not found"})),
        say(409, &json!({"detail": "taken"})),
        say(200, &connector()),
    ]);
    let ensured = client(wire.base_url()).ensure(&docs()).unwrap();
    assert_eq!(ensured.outcome, EnsureOutcome::Unchanged);
    assert_eq!(wire.seen().len(), 3);
}

#[test]
fn a_name_that_is_taken_by_something_out_of_sight_is_a_conflict() {
    let wire = Wire::serve(|_, incoming| match incoming.line() {
        "POST /v1/connectors" => say(409, &json!({"detail": "taken"})),
        _ => say(404, &json!({"detail": "Connector not found"})),
    });
    let error = client(wire.base_url()).ensure(&docs()).unwrap_err();
    assert!(error.is_conflict(), "{error}");
    // It may just have been deleted: once more it is tried.
    let seen: Vec<_> = wire
        .seen()
        .iter()
        .map(|seen| seen.line().to_owned())
        .collect();
    let [get, post] = ["GET /v1/connectors/docs", "POST /v1/connectors"];
    assert_eq!(seen, [get, post, get, post, get]);
}

#[test]
fn a_create_of_which_nobody_knows_is_looked_for() {
    let server = FakeServer::start();
    server.when("POST", "/v1/connectors").times(1).lose_answer();
    let ensured = server.client().ensure(&docs()).unwrap();
    assert_eq!(ensured.outcome, EnsureOutcome::Created);
    assert_eq!(server.connectors().len(), 1);
    // And where it is not there, the error says what happened.
    let server = FakeServer::start();
    server.when("POST", "/v1/connectors").fail(503);
    let error = server.client().ensure(&docs()).unwrap_err();
    assert_eq!(error.status(), Some(503));
    assert!(error.may_have_happened(), "{error}");
    assert_eq!(methods(&server), ["GET", "POST", "GET"]);
}

#[test]
fn a_connector_that_vanishes_meanwhile_is_made_again() {
    let other = json!({"id": ID, "name": "docs", "description": "old"});
    let wire = Wire::script([
        say(200, &other),
        say(404, &json!({"detail": "Connector not found"})),
        say(201, &connector()),
    ]);
    let ensured = client(wire.base_url()).ensure(&docs()).unwrap();
    assert_eq!(ensured.outcome, EnsureOutcome::Created);
    assert_eq!(wire.seen().len(), 3);
}

#[test]
fn however_others_come_and_go_it_ends_after_a_handful_of_requests() {
    // There when it is to be created, gone when it is to be changed.
    let wire = Wire::serve(|_, incoming| match incoming.line() {
        "POST /v1/connectors" => say(409, &json!({"detail": "taken"})),
        line if line.starts_with("PATCH") => say(404, &json!({"detail": "gone"})),
        _ => say(
            200,
            &json!({"id": ID, "name": "docs", "description": "old"}),
        ),
    });
    client(wire.base_url()).ensure(&docs()).unwrap_err();
    assert!(wire.seen().len() <= 6, "{:?}", wire.seen());
}

#[test]
fn the_protocol_that_a_connector_speaks_is_sent_where_the_server_asks_for_one() {
    let asks = json!({"detail": [{"loc": ["body", "protocol"], "msg": "Field required"}]});
    let there = json!({"id": ID, "name": "docs", "description": "old", "protocol": "http"});
    let wire = Wire::script([say(200, &there), say(422, &asks), say(200, &connector())]);
    client(wire.base_url()).ensure(&docs()).unwrap();
    let body = &wire.seen()[2].body;
    assert!(body.contains(r#""protocol":"http""#), "{body}");
}

#[test]
fn all_its_requests_share_one_limit() {
    let wire = Wire::script([say(404, &json!({"detail": "none"})), Act::Silence]);
    let limited = builder(wire.base_url()).timeout(Duration::from_secs(2));
    let error = limited.build().unwrap().ensure(&docs()).unwrap_err();
    assert!(error.is_timeout() && error.may_have_happened(), "{error}");
    // Nothing is begun after the limit.
    assert_eq!(wire.seen().len(), 2);
}

#[test]
fn what_fails_before_anything_is_written_is_returned() {
    for status in [401, 403, 500] {
        let requests = std::sync::Arc::new(AtomicUsize::new(0));
        let counted = std::sync::Arc::clone(&requests);
        let wire = Wire::serve(move |_, incoming| {
            assert!(incoming.line().starts_with("GET"));
            counted.fetch_add(1, Ordering::SeqCst);
            say(status, &json!({"detail": "no"}))
        });
        let client = builder(wire.base_url()).max_retries(0).build().unwrap();
        assert_eq!(client.ensure(&docs()).unwrap_err().status(), Some(status));
        assert_eq!(requests.load(Ordering::SeqCst), 1);
    }
}

#[test]
fn an_update_of_which_the_server_does_nothing_is_not_called_one() {
    let there = json!({"id": ID, "name": "docs", "description": "Our documents",
        "server": "https://docs.example/mcp", "title": null});
    let wire = Wire::script([say(200, &there)]);
    let ensured = client(wire.base_url())
        .ensure(
            &docs()
                .title("New")
                .icon_url("https://docs.example/i")
                .extra("x", 1),
        )
        .unwrap();
    assert_eq!(ensured.outcome, EnsureOutcome::Ignored);
    assert_eq!(ensured.changed, [""; 0]);
    assert_eq!(ensured.ignored, ["title"]);
    assert_eq!(ensured.not_compared, ["icon_url", "x"]);
    let text = ensured.to_string();
    assert!(
        text.contains("; ignored by the server: title; not compared: icon_url, x"),
        "{text}"
    );
}

#[test]
fn a_null_that_a_server_leaves_out_is_no_difference() {
    let wire = Wire::script([say(200, &connector())]);
    let wanted = docs().extra("title", serde_json::Value::Null);
    let ensured = client(wire.base_url()).ensure(&wanted).unwrap();
    assert_eq!(ensured.outcome, EnsureOutcome::Unchanged);
    assert_eq!(wire.seen().len(), 1);
}

#[test]
fn a_connector_that_only_almost_has_the_name_is_left_alone() {
    let other = json!({"id": ID, "name": "Docs", "description": "theirs"});
    let wire = Wire::serve(move |_, incoming| match incoming.line() {
        "POST /v1/connectors" => say(409, &json!({"detail": "taken"})),
        _ => say(200, &other),
    });
    let error = client(wire.base_url()).ensure(&docs()).unwrap_err();
    assert!(error.is_conflict(), "{error}");
    assert!(
        wire.seen()
            .iter()
            .all(|seen| !seen.line().starts_with("PATCH"))
    );
}

#[test]
fn a_create_that_may_have_happened_is_reported_even_where_what_is_there_cannot_be_adopted() {
    let other = json!({"id": ID, "name": "docs", "visibility": "shared_org"});
    let wire = Wire::script([
        say(404, &json!({"detail": "Connector not found"})),
        say(503, &json!({})),
        say(200, &other),
    ]);
    let wanted = docs().visibility(Visibility::Private);
    let error = client(wire.base_url()).ensure(&wanted).unwrap_err();
    assert!(
        error.may_have_happened() && error.status() == Some(503),
        "{error}"
    );
}

#[test]
fn nothing_that_a_server_says_makes_two_lines_or_shows_a_secret() {
    let secret = "a-secret-of-the-whole-team";
    let named = json!({"id": format!("x\ny {secret}"), "name": "docs", "visibility": "private"});
    let wire = Wire::script([say(200, &named)]);
    let wanted = docs().header("x-key", secret);
    let line = client(wire.base_url()).ensure(&docs().visibility("private"));
    assert!(!line.unwrap().to_string().contains('\n'));
    let error = client(wire.base_url()).ensure(&wanted.visibility("shared_org"));
    assert!(!error.unwrap_err().to_string().contains('\n'));
    // Each of its requests knows the secrets.
    let echo = json!({"detail": format!("refused x-key: {secret}")});
    let there = json!({"id": ID, "name": "docs", "description": "old"});
    for script in [
        vec![say(400, &echo)],
        vec![say(200, &there), say(400, &echo)],
        vec![
            say(404, &json!({"detail": "none"})),
            say(400, &echo),
            say(404, &json!({"detail": "none"})),
        ],
    ] {
        let wire = Wire::script(script);
        let error = client(wire.base_url()).ensure(&docs().header("x-key", secret));
        let error = error.unwrap_err();
        assert_eq!(error.status(), Some(400));
        assert!(!format!("{error} {error:?}").contains(secret), "{error}");
    }
}
