//! `ensure` makes a connector match its description, no matter how often it runs and what others do
//! meanwhile.

use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use crate::support::wire::{Act, Wire, not_found, respond};
use crate::support::{ID, builder, client, connector, docs};
use mistral_connectors::testing::FakeServer;
use mistral_connectors::{CreateConnector, EnsureOutcome, Error, Visibility};
use serde_json::{Value, json};

/// The methods of the requests so far.
fn methods(server: &FakeServer) -> Vec<String> {
    let requests = server.requests().into_iter();
    requests.map(|request| request.method).collect()
}

/// A connector named `docs` that does not match `docs()`.
fn outdated() -> Value {
    json!({"id": ID, "name": "docs", "description": "old"})
}

fn taken() -> Act {
    respond(409, &json!({"detail": "taken"}))
}

#[test]
fn a_missing_connector_is_created_and_then_left_alone() {
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
fn only_the_fields_that_differ_are_updated() {
    let server = FakeServer::start();
    let id = server.client().create(&docs().title("Old")).unwrap().id;
    server.clear_requests();
    let wanted = docs().title("New").icon_url("https://docs.example/i");
    let ensured = server.client().ensure(&wanted).unwrap();
    assert_eq!(ensured.outcome, EnsureOutcome::Updated);
    assert_eq!(ensured.changed, ["icon_url", "title"]);
    assert_eq!(ensured.connector.id, id);
    assert_eq!(ensured.connector.title.as_deref(), Some("New"));
    let want = json!({"icon_url": "https://docs.example/i", "title": "New"});
    assert_eq!(server.requests()[1].body, Some(want));
}

#[test]
fn another_visibility_is_an_error_before_anything_is_written() {
    let server = FakeServer::start();
    let private = docs().visibility(Visibility::Private);
    server.client().create(&private).unwrap();
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
fn the_result_prints_as_one_line() {
    let server = FakeServer::start();
    let ensure = |wanted: &CreateConnector| server.client().ensure(wanted).unwrap().to_string();
    let created = ensure(&docs());
    let id = server.client().get("docs").unwrap().id;
    assert_eq!(created, format!("created docs ({id})"));
    let updated = ensure(&docs().title("Docs").system_prompt("Read").header("a", "b"));
    let want = format!("updated docs ({id}): system_prompt, title; not compared: headers");
    assert_eq!(updated, want);
    assert_eq!(ensure(&docs()), format!("unchanged docs ({id})"));
}

#[test]
fn a_connector_with_almost_the_same_name_is_left_alone() {
    let other = json!({"id": ID, "name": "Docs", "description": "theirs"});
    let wire = Wire::serve(move |_, request| match request.line() {
        "POST /v1/connectors" => taken(),
        _ => respond(200, &other),
    });
    let error = client(wire.base_url()).ensure(&docs()).unwrap_err();
    assert!(error.is_conflict(), "{error}");
    let lines = wire.lines();
    assert!(
        !lines.iter().any(|line| line.starts_with("PATCH")),
        "{lines:?}"
    );
}

// --- others at the same time

#[test]
fn eight_calls_at_once_leave_one_connector_and_all_succeed() {
    // What an API may say to those that come too late.
    for late in [400, 409, 422, 500, 503] {
        let is_created = Mutex::new(false);
        let wire = Wire::serve(move |_, request| {
            let mut is_created = is_created.lock().unwrap();
            match (request.line(), *is_created) {
                ("POST /v1/connectors", false) => {
                    *is_created = true;
                    respond(201, &connector())
                }
                ("POST /v1/connectors", true) => respond(late, &json!({"detail": "too late"})),
                (_, true) => respond(200, &connector()),
                (_, false) => not_found(),
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
}

#[test]
fn after_a_lost_race_the_other_connector_is_updated() {
    let wire = Wire::script([
        not_found(),
        taken(),
        respond(200, &outdated()),
        respond(200, &connector()),
    ]);
    let ensured = client(wire.base_url()).ensure(&docs()).unwrap();
    assert_eq!(ensured.outcome, EnsureOutcome::Updated);
    assert_eq!(ensured.changed, ["description"]);
    assert_eq!(wire.lines()[3], format!("PATCH /v1/connectors/{ID}"));
}

#[test]
fn after_a_lost_race_to_the_same_connector_the_outcome_is_unchanged() {
    let wire = Wire::script([not_found(), taken(), respond(200, &connector())]);
    let ensured = client(wire.base_url()).ensure(&docs()).unwrap();
    assert_eq!(ensured.outcome, EnsureOutcome::Unchanged);
    assert_eq!(wire.lines().len(), 3);
}

#[test]
fn a_name_that_an_invisible_connector_has_is_a_conflict() {
    let wire = Wire::serve(|_, request| match request.line() {
        "POST /v1/connectors" => taken(),
        _ => not_found(),
    });
    let error = client(wire.base_url()).ensure(&docs()).unwrap_err();
    assert!(error.is_conflict(), "{error}");
    let [get, post] = ["GET /v1/connectors/docs", "POST /v1/connectors"];
    assert_eq!(wire.lines(), [get, post, get]);
}

// --- failures

#[test]
fn after_a_lost_response_to_the_create_the_connector_is_looked_up() {
    let server = FakeServer::start();
    server.when("POST", "/v1/connectors").times(1).lose_answer();
    let ensured = server.client().ensure(&docs()).unwrap();
    assert_eq!(ensured.outcome, EnsureOutcome::Created);
    assert_eq!(server.connectors().len(), 1);
}

#[test]
fn a_create_that_may_have_happened_is_reported_if_the_connector_cannot_be_adopted() {
    let other = json!({"id": ID, "name": "docs", "visibility": "shared_org"});
    for found in [not_found(), respond(200, &other)] {
        let wire = Wire::script([not_found(), respond(503, &json!({})), found]);
        let wanted = docs().visibility(Visibility::Private);
        let error = client(wire.base_url()).ensure(&wanted).unwrap_err();
        assert_eq!(error.status(), Some(503), "{error}");
        assert!(error.may_have_happened(), "{error}");
        assert_eq!(wire.lines().len(), 3);
    }
}

#[test]
fn a_failed_lookup_is_returned_and_nothing_is_written() {
    for status in [401, 403, 500] {
        let wire = Wire::script([respond(status, &json!({"detail": "no"}))]);
        let client = builder(wire.base_url()).max_retries(0).build().unwrap();
        assert_eq!(client.ensure(&docs()).unwrap_err().status(), Some(status));
        assert_eq!(wire.lines(), ["GET /v1/connectors/docs"]);
    }
}

#[test]
fn all_its_requests_share_one_time_limit() {
    let wire = Wire::script([not_found(), Act::Silence]);
    let client = builder(wire.base_url()).timeout(Duration::from_secs(2));
    let error = client.build().unwrap().ensure(&docs()).unwrap_err();
    assert!(error.is_timeout() && error.may_have_happened(), "{error}");
    // No request begins after the limit.
    assert_eq!(wire.lines().len(), 2);
}

#[test]
fn an_update_sends_the_protocol_of_the_connector_if_the_api_requires_one() {
    let refusal = json!({"detail": [{"loc": ["body", "protocol"], "msg": "Field required"}]});
    let current = json!({"id": ID, "name": "docs", "description": "old", "protocol": "http"});
    let wire = Wire::script([
        respond(200, &current),
        respond(422, &refusal),
        respond(200, &connector()),
    ]);
    client(wire.base_url()).ensure(&docs()).unwrap();
    let body = &wire.seen()[2].body;
    assert!(body.contains(r#""protocol":"http""#), "{body}");
}

#[test]
fn nothing_from_the_server_adds_a_line_or_shows_a_secret() {
    let secret = "a-secret-of-the-whole-team";
    let hostile = json!({"id": format!("x\ny {secret}"), "name": "docs", "visibility": "private"});
    let wire = Wire::script([respond(200, &hostile)]);
    let wanted = docs().header("x-key", secret);
    let ensured = client(wire.base_url()).ensure(&docs().visibility("private"));
    assert!(!ensured.unwrap().to_string().contains('\n'));
    let error = client(wire.base_url()).ensure(&wanted.clone().visibility("shared_org"));
    let text = error.unwrap_err().to_string();
    assert!(!text.contains('\n') && !text.contains(secret), "{text}");
    assert!(text.contains("the visibility `private`"), "{text}");
    let wire = Wire::script([respond(200, &hostile)]);
    let wanted_here = docs().extra("q\nr", 2);
    let ensured = client(wire.base_url()).ensure(&wanted_here);
    let text = ensured.map_or_else(|error| error.to_string(), |ensured| ensured.to_string());
    assert!(!text.contains('\n'), "{text}");
    // Each of its requests redacts the secrets of the description.
    let echo = respond(400, &json!({"detail": format!("refused x-key: {secret}")}));
    for script in [
        vec![echo.clone()],
        vec![respond(200, &outdated()), echo.clone()],
        vec![not_found(), echo, not_found()],
    ] {
        let wire = Wire::script(script);
        let error = client(wire.base_url()).ensure(&wanted).unwrap_err();
        assert_eq!(error.status(), Some(400));
        assert!(!format!("{error} {error:?}").contains(secret), "{error}");
    }
}
