//! A response about another connector is an error. Nothing is deleted or reported as done because of it.

use crate::support::wire::{Act, Wire, response};
use crate::support::{ID, client, connector, docs};
use mistral_connectors::{CreateConnector, EnsureOutcome, Error, UpdateConnector};
use serde_json::{Value, json};

const OTHER_ID: &str = "b2c3d4e5-6789-01bc-def0-234567890abc";

fn say(status: u16, body: &Value) -> Act {
    Act::Send(response(status, &body.to_string()))
}

/// The connector that nobody asked about.
fn prod() -> Value {
    json!({"id": OTHER_ID, "name": "prod", "description": "In use", "server": "https://prod.example"})
}

fn missing() -> Act {
    say(404, &json!({"detail": "Connector not found"}))
}

fn lines(wire: &Wire) -> Vec<String> {
    let seen = wire.seen().into_iter();
    seen.map(|request| request.line().to_owned()).collect()
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
        let wire = Wire::script([say(201, &json!({"id": ID, "name": name}))]);
        let error = client(wire.base_url()).create(&docs()).unwrap_err();
        assert_is_about_another(&error);
        assert!(error.to_string().contains(name), "{error}");
        assert_eq!(lines(&wire), ["POST /v1/connectors"]);
    }
}

#[test]
fn a_create_whose_name_was_set_as_a_further_field_is_compared_with_that() {
    let wanted = docs().extra("name", "prod");
    let wire = Wire::script([say(201, &prod())]);
    assert_eq!(
        client(wire.base_url()).create(&wanted).unwrap().name,
        "prod"
    );
    let wire = Wire::script([say(201, &connector())]);
    assert_is_about_another(&client(wire.base_url()).create(&wanted).unwrap_err());
}

#[test]
fn an_ephemeral_connector_never_deletes_another_one() {
    let wire = Wire::script([say(201, &prod()), say(200, &json!({"message": "Deleted"}))]);
    let wanted = CreateConnector::new("tmp", "For one job", "https://docs.example/mcp");
    let error = client(wire.base_url())
        .create_ephemeral(&wanted)
        .unwrap_err();
    assert_is_about_another(&error);
    assert_eq!(lines(&wire), ["POST /v1/connectors"]);
}

#[test]
fn an_update_whose_response_has_another_id_fails() {
    let change = UpdateConnector::new().title("New");
    for other in [
        prod(),
        json!({"id": OTHER_ID, "name": "docs"}),
        json!({"id": "docs", "name": "docs"}),
    ] {
        let wire = Wire::script([say(200, &other)]);
        let error = client(wire.base_url()).update(ID, &change).unwrap_err();
        assert_is_about_another(&error);
        assert_eq!(wire.seen().len(), 1);
    }
    let wire = Wire::script([say(200, &json!({"id": "2", "name": "docs"}))]);
    assert_is_about_another(&client(wire.base_url()).update("1", &change).unwrap_err());
}

#[test]
fn a_rename_whose_response_has_another_name_fails() {
    let rename = UpdateConnector::new().name("manuals");
    for name in ["docs", "Manuals", "prod"] {
        let wire = Wire::script([say(200, &json!({"id": ID, "name": name}))]);
        let error = client(wire.base_url()).update(ID, &rename).unwrap_err();
        assert_is_about_another(&error);
    }
    let wire = Wire::script([say(200, &json!({"id": ID, "name": "manuals"}))]);
    let renamed = client(wire.base_url()).update(ID, &rename);
    assert_eq!(renamed.unwrap().name, "manuals");
}

#[test]
fn an_id_in_another_spelling_is_the_same_id() {
    let change = UpdateConnector::new().title("New");
    let wire = Wire::script([say(200, &connector()), say(200, &prod())]);
    let client = client(wire.base_url());
    client.update(&ID.to_uppercase(), &change).unwrap();
    let error = client.update(&ID.to_uppercase(), &change).unwrap_err();
    assert_is_about_another(&error);
}

#[test]
fn an_update_by_name_is_about_the_connector_of_that_name() {
    let change = UpdateConnector::new().title("New");
    let wire = Wire::script([say(200, &connector()), say(200, &prod())]);
    let client = client(wire.base_url());
    assert_eq!(client.update("docs", &change).unwrap().id, ID);
    assert_is_about_another(&client.update("docs", &change).unwrap_err());
}

#[test]
fn ensure_does_not_report_another_connector_as_created() {
    let wire = Wire::script([missing(), say(201, &prod()), missing()]);
    let error = client(wire.base_url()).ensure(&docs()).unwrap_err();
    assert_is_about_another(&error);
    // The connector that was asked for may be there all the same.
    let wire = Wire::script([missing(), say(201, &prod()), say(200, &connector())]);
    let ensured = client(wire.base_url()).ensure(&docs()).unwrap();
    assert_eq!(
        (&*ensured.connector.name, ensured.outcome),
        ("docs", EnsureOutcome::Created)
    );
}

#[test]
fn ensure_does_not_report_another_connector_as_updated() {
    let old = json!({"id": ID, "name": "docs", "description": "old"});
    for other in [
        prod(),
        json!({"id": OTHER_ID, "name": "docs", "description": "Our documents"}),
    ] {
        let wire = Wire::script([say(200, &old), say(200, &other)]);
        let error = client(wire.base_url()).ensure(&docs()).unwrap_err();
        assert_is_about_another(&error);
        assert_eq!(wire.seen().len(), 2);
    }
}

#[test]
fn a_name_that_makes_two_lines_makes_no_error_of_two_lines() {
    let wire = Wire::script([say(201, &json!({"id": ID, "name": "a\r\nb\u{1b}c"}))]);
    let error = client(wire.base_url()).create(&docs()).unwrap_err();
    assert_is_about_another(&error);
    assert!(!error.to_string().contains(char::is_control), "{error:?}");
}
