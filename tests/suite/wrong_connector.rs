//! A response about another connector is an error. Nothing is deleted or reported as done because
//! of it.

use crate::support::wire::{Wire, not_found, respond};
use crate::support::{ID, client, connector, docs};
use mistral_connectors::{CreateConnector, EnsureOutcome, Error, UpdateConnector};
use serde_json::{Value, json};

const OTHER_ID: &str = "b2c3d4e5-6789-01bc-def0-234567890abc";

/// A connector that no request is about.
fn prod() -> Value {
    json!({"id": OTHER_ID, "name": "prod", "description": "In use", "server": "https://prod.example"})
}

fn named(id: &str, name: &str) -> Value {
    json!({"id": id, "name": name})
}

#[track_caller]
fn assert_is_about_another(error: &Error) {
    assert!(matches!(error, Error::Decode(_)), "{error}");
    assert!(error.may_have_happened(), "{error}");
    assert_eq!(error.attempts(), 1, "{error}");
    assert!(error.to_string().contains("another connector"), "{error}");
}

#[test]
fn a_create_whose_response_has_another_name_fails() {
    for name in ["prod", "Docs", "docs ", "docs_2"] {
        let wire = Wire::script([respond(201, &named(ID, name))]);
        let error = client(wire.base_url()).create(&docs()).unwrap_err();
        assert_is_about_another(&error);
        assert!(error.to_string().contains(name), "{error}");
        assert_eq!(wire.lines(), ["POST /v1/connectors"]);
    }
}

#[test]
fn the_response_to_a_create_is_compared_with_the_name_that_was_sent() {
    let wanted = docs().extra("name", "prod");
    let wire = Wire::script([respond(201, &prod()), respond(201, &connector())]);
    let client = client(wire.base_url());
    assert_eq!(client.create(&wanted).unwrap().name, "prod");
    assert_is_about_another(&client.create(&wanted).unwrap_err());
}

#[test]
fn an_ephemeral_connector_never_deletes_another_one() {
    let wire = Wire::script([respond(201, &prod())]);
    let wanted = CreateConnector::new("tmp", "For one job", "https://docs.example/mcp");
    let created = client(wire.base_url()).create_ephemeral(&wanted);
    assert_is_about_another(&created.unwrap_err());
    assert_eq!(wire.lines(), ["POST /v1/connectors"]);
}

#[test]
fn an_update_whose_response_has_another_id_fails() {
    let update = UpdateConnector::new().title("New");
    for (id, other) in [
        (ID, prod()),
        (ID, named(OTHER_ID, "docs")),
        (ID, named("docs", "docs")),
        (ID, named(OTHER_ID, ID)),
        ("1", named("2", "docs")),
    ] {
        let wire = Wire::script([respond(200, &other)]);
        let error = client(wire.base_url()).update(id, &update).unwrap_err();
        assert_is_about_another(&error);
        assert_eq!(wire.lines().len(), 1);
    }
}

#[test]
fn a_rename_whose_response_has_another_name_fails() {
    let rename = UpdateConnector::new().name("manuals");
    for name in ["docs", "Manuals", "prod"] {
        let wire = Wire::script([respond(200, &named(ID, name))]);
        let error = client(wire.base_url()).update(ID, &rename).unwrap_err();
        assert_is_about_another(&error);
    }
    let wire = Wire::script([respond(200, &named(ID, "manuals"))]);
    let renamed = client(wire.base_url()).update(ID, &rename);
    assert_eq!(renamed.unwrap().name, "manuals");
}

#[test]
fn an_update_accepts_the_id_in_capitals_and_a_name_in_its_place() {
    let update = UpdateConnector::new().title("New");
    for id_or_name in [&ID.to_uppercase(), "docs"] {
        let wire = Wire::script([respond(200, &connector()), respond(200, &prod())]);
        let client = client(wire.base_url());
        assert_eq!(client.update(id_or_name, &update).unwrap().id, ID);
        assert_is_about_another(&client.update(id_or_name, &update).unwrap_err());
    }
}

#[test]
fn ensure_does_not_report_another_connector_as_created() {
    let wire = Wire::script([not_found(), respond(201, &prod()), not_found()]);
    let error = client(wire.base_url()).ensure(&docs()).unwrap_err();
    assert_is_about_another(&error);
    // The connector may exist nevertheless.
    let found = respond(200, &connector());
    let wire = Wire::script([not_found(), respond(201, &prod()), found]);
    let ensured = client(wire.base_url()).ensure(&docs()).unwrap();
    assert_eq!(ensured.connector.name, "docs");
    assert_eq!(ensured.outcome, EnsureOutcome::Created);
}

#[test]
fn ensure_does_not_report_another_connector_as_updated() {
    let outdated = json!({"id": ID, "name": "docs", "description": "old"});
    for other in [prod(), named(OTHER_ID, "docs"), named(ID, "prod")] {
        let wire = Wire::script([respond(200, &outdated), respond(200, &other)]);
        let error = client(wire.base_url()).ensure(&docs()).unwrap_err();
        assert_is_about_another(&error);
        assert_eq!(wire.lines().len(), 2);
    }
}

#[test]
fn a_name_with_control_characters_does_not_add_lines_to_the_error() {
    let wire = Wire::script([respond(201, &named(ID, "a\r\nb\u{1b}c"))]);
    let error = client(wire.base_url()).create(&docs()).unwrap_err();
    assert_is_about_another(&error);
    assert!(!error.to_string().contains(char::is_control), "{error:?}");
}
