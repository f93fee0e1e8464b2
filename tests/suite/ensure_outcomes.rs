//! `ensure` reports what has happened, and a plain refusal is final.

use crate::support::wire::{Act, Wire, not_found, respond};
use crate::support::{ID, client, connector, docs};
use mistral_connectors::{CreateConnector, EnsureOutcome, Ensured};
use serde_json::{Value, json};

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

/// The requests so far, without their paths.
fn methods(wire: &Wire) -> Vec<String> {
    let lines = wire.lines().into_iter();
    let method = |line: String| line.split(' ').next().unwrap().to_owned();
    lines.map(method).collect()
}

#[test]
fn an_update_that_changed_nothing_is_ignored() {
    let current = with(json!({"title": "Old", "icon_url": null}));
    let wire = Wire::script([respond(200, &current)]);
    let wanted = docs().title("New").icon_url("https://docs.example/i");
    let ensured = ensure(&wire, &wanted.extra("new", 1));
    assert_eq!(ensured.outcome, EnsureOutcome::Ignored);
    assert_eq!(ensured.changed, [""; 0]);
    assert_eq!(ensured.ignored, ["icon_url", "title"]);
    assert_eq!(ensured.not_compared, ["new"]);
    assert_eq!(ensured.connector.title.as_deref(), Some("Old"));
    assert_eq!(methods(&wire), ["GET", "PATCH"]);
    assert_eq!(
        ensured.to_string(),
        format!("ignored docs ({ID}); ignored by the API: icon_url, title; not compared: new")
    );
}

#[test]
fn an_update_that_changed_some_fields_is_updated_and_lists_the_others_as_ignored() {
    let wire = Wire::script([
        respond(200, &with(json!({"title": "Old", "description": "old"}))),
        respond(200, &with(json!({"title": "Old"}))),
    ]);
    let ensured = ensure(&wire, &docs().title("New"));
    assert_eq!(ensured.outcome, EnsureOutcome::Updated);
    assert_eq!(ensured.changed, ["description"]);
    assert_eq!(ensured.ignored, ["title"]);
}

#[test]
fn a_connector_that_matches_is_unchanged_although_secrets_are_not_compared() {
    let wire = Wire::script([respond(200, &connector())]);
    let ensured = ensure(&wire, &docs().header("x-key", "a-secret-of-the-team"));
    assert_eq!(ensured.outcome, EnsureOutcome::Unchanged);
    assert_eq!(ensured.not_compared, ["headers"]);
    assert_eq!(ensured.ignored, [""; 0]);
    assert_eq!(methods(&wire), ["GET"]);
}

#[test]
fn an_ignored_update_after_a_lost_create_is_not_created() {
    let wire = Wire::script([
        not_found(),
        Act::Reset,
        respond(200, &with(json!({"title": "Old"}))),
    ]);
    let ensured = ensure(&wire, &docs().title("New"));
    assert_eq!(ensured.outcome, EnsureOutcome::Ignored);
    assert_eq!(methods(&wire), ["GET", "POST", "GET", "PATCH"]);
}

#[test]
fn an_ignored_update_after_a_lost_race_is_not_unchanged() {
    let current = respond(200, &with(json!({"title": "Old"})));
    let taken = respond(409, &json!({"detail": "taken"}));
    let wire = Wire::script([not_found(), taken, current]);
    let ensured = ensure(&wire, &docs().title("New"));
    assert_eq!(ensured.outcome, EnsureOutcome::Ignored);
}

#[test]
fn outcomes_print_as_one_padded_word() {
    for (outcome, want) in [
        (EnsureOutcome::Created, "   created"),
        (EnsureOutcome::Updated, "   updated"),
        (EnsureOutcome::Unchanged, " unchanged"),
        (EnsureOutcome::Ignored, "   ignored"),
    ] {
        assert_eq!(format!("{outcome:>10}"), want);
    }
}

// --- refusals

/// A 422 that names these fields.
fn naming(fields: &[&str]) -> Value {
    let detail = |field| json!({"loc": ["body", field], "msg": "Not allowed", "type": "x"});
    json!({"detail": fields.iter().map(detail).collect::<Vec<_>>()})
}

#[test]
fn a_plain_refusal_of_the_create_is_final() {
    for (status, body) in [
        (401, json!({"detail": "no"})),
        (401, json!({})),
        (403, json!({"message": "blocked by your company"})),
        (404, json!({"detail": "no"})),
        (
            404,
            json!({"message": "no Route matched with those values"}),
        ),
        (422, naming(&["server"])),
        (422, naming(&["name", "title"])),
    ] {
        let wire = Wire::script([not_found(), respond(status, &body)]);
        let error = client(wire.base_url()).ensure(&docs()).unwrap_err();
        assert_eq!(error.status(), Some(status), "{body}: {error}");
        assert!(!error.may_have_happened(), "{status} {body}: {error}");
        assert_eq!(methods(&wire), ["GET", "POST"], "{status} {body}");
    }
}

#[test]
fn after_any_other_refusal_the_connector_is_looked_up() {
    // Somebody else may have been faster.
    for (status, body) in [
        (400, json!({"detail": "no"})),
        (409, json!({"detail": "no"})),
        (422, json!({"detail": "no"})),
        (422, json!({"message": "exists already"})),
        (500, json!({"detail": "no"})),
    ] {
        let found = respond(200, &connector());
        let wire = Wire::script([not_found(), respond(status, &body), found]);
        assert_eq!(ensure(&wire, &docs()).connector.id, ID, "{status} {body}");
        assert_eq!(methods(&wire), ["GET", "POST", "GET"], "{status} {body}");
    }
}
