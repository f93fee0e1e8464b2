//! What `ensure` reports is what has happened, and a plain refusal is final.

use crate::support::wire::{Act, Wire, response};
use crate::support::{ID, client, connector, docs};
use mistral_connectors::{CreateConnector, EnsureOutcome, Ensured};
use serde_json::{Value, json};

fn say(status: u16, body: &Value) -> Act {
    Act::Send(response(status, &body.to_string()))
}

fn missing() -> Act {
    say(404, &json!({"detail": "Connector not found"}))
}

/// The connector of the tests with these fields in place of its own.
fn with(fields: Value) -> Value {
    let mut connector = connector();
    let object = connector.as_object_mut().unwrap();
    object.extend(fields.as_object().unwrap().clone());
    connector
}

#[track_caller]
fn ensure(wire: &Wire, wanted: &CreateConnector) -> Ensured {
    client(wire.base_url()).ensure(wanted).unwrap()
}

/// What was asked, without the path.
fn methods(wire: &Wire) -> Vec<String> {
    let seen = wire.seen().into_iter();
    let method = |line: &str| line.split(' ').next().unwrap().to_owned();
    seen.map(|request| method(request.line())).collect()
}

// --- outcomes

#[test]
fn only_an_update_that_changed_nothing_is_called_ignored() {
    let there = with(json!({"title": "Old", "icon_url": null}));
    let wire = Wire::script([say(200, &there)]);
    let wanted = docs().title("New").icon_url("https://docs.example/i");
    let ensured = ensure(&wire, &wanted);
    assert_eq!(ensured.outcome, EnsureOutcome::Ignored);
    assert_eq!(ensured.changed, [""; 0]);
    assert_eq!(ensured.ignored, ["icon_url", "title"]);
    assert_eq!(ensured.connector.title.as_deref(), Some("Old"));
    assert_eq!(methods(&wire), ["GET", "PATCH"]);
    let line = ensured.to_string();
    assert!(line.starts_with(&format!("ignored docs ({ID})")), "{line}");
    assert!(line.contains("icon_url, title"), "{line}");
    assert!(
        !line.contains("unchanged") && !line.contains('\n'),
        "{line}"
    );
    assert_eq!(format!("{:>8}", ensured.outcome), " ignored");
    // If a part of it was taken, it is an update that says so.
    let wire = Wire::script([
        say(200, &with(json!({"title": "Old", "description": "old"}))),
        say(200, &with(json!({"title": "Old"}))),
    ]);
    let ensured = ensure(&wire, &docs().title("New"));
    assert_eq!(ensured.outcome, EnsureOutcome::Updated);
    assert_eq!(
        (ensured.changed, ensured.ignored),
        (vec!["description".into()], vec!["title".into()])
    );
}

#[test]
fn only_a_connector_that_is_as_described_is_unchanged() {
    let wire = Wire::script([say(200, &connector())]);
    assert_eq!(ensure(&wire, &docs()).outcome, EnsureOutcome::Unchanged);
    assert_eq!(methods(&wire), ["GET"]);
    // Not compared is not ignored.
    let wire = Wire::script([say(200, &connector())]);
    let ensured = ensure(&wire, &docs().header("x-key", "a-secret-of-the-team"));
    assert_eq!(ensured.outcome, EnsureOutcome::Unchanged);
    assert_eq!(ensured.not_compared, ["headers"]);
    // The other way round: the server ignores the update of one that differs.
    let wire = Wire::script([say(200, &with(json!({"description": "old"})))]);
    assert_eq!(ensure(&wire, &docs()).outcome, EnsureOutcome::Ignored);
}

#[test]
fn an_ignored_update_after_a_lost_create_is_not_called_created() {
    let there = with(json!({"title": "Old"}));
    let wire = Wire::script([missing(), Act::Reset, say(200, &there)]);
    let ensured = ensure(&wire, &docs().title("New"));
    assert_eq!(ensured.outcome, EnsureOutcome::Ignored);
    assert_eq!(methods(&wire), ["GET", "POST", "GET", "PATCH"]);
}

#[test]
fn an_ignored_update_after_a_lost_race_is_not_called_unchanged() {
    let there = with(json!({"title": "Old"}));
    let taken = say(409, &json!({"detail": "taken"}));
    let wire = Wire::script([missing(), taken, say(200, &there)]);
    let ensured = ensure(&wire, &docs().title("New"));
    assert_eq!(ensured.outcome, EnsureOutcome::Ignored);
}

// --- refusals

/// A 422 that names these fields.
fn naming(locs: &[Value]) -> Value {
    let detail = |loc: &Value| json!({"loc": loc, "msg": "Not allowed", "type": "value_error"});
    json!({"detail": locs.iter().map(detail).collect::<Vec<_>>()})
}

#[test]
fn a_plain_refusal_of_the_create_is_final() {
    let said = json!({"detail": "no"});
    for (status, body) in [
        (401, said.clone()),
        (401, json!({})),
        (403, said.clone()),
        (403, json!({"message": "blocked by your company"})),
        (404, said.clone()),
        (
            404,
            json!({"message": "no Route matched with those values"}),
        ),
        (422, naming(&[json!(["body", "server"])])),
        (
            422,
            naming(&[json!(["body", "name"]), json!(["body", "title"])]),
        ),
    ] {
        let wire = Wire::script([missing(), say(status, &body), say(200, &connector())]);
        let error = client(wire.base_url()).ensure(&docs()).unwrap_err();
        assert_eq!(error.status(), Some(status), "{body}: {error}");
        assert!(!error.may_have_happened(), "{status} {body}: {error}");
        assert_eq!(methods(&wire), ["GET", "POST"], "{status} {body}");
    }
    // Any other refusal can mean that somebody else was faster.
    for (status, body) in [
        (400, said.clone()),
        (409, said.clone()),
        (422, said.clone()),
        (422, json!({"message": "already there"})),
        (500, said.clone()),
    ] {
        let wire = Wire::script([missing(), say(status, &body), say(200, &connector())]);
        assert_eq!(ensure(&wire, &docs()).connector.id, ID, "{status} {body}");
        assert_eq!(methods(&wire), ["GET", "POST", "GET"], "{status} {body}");
    }
}
