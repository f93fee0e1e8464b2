//! `protocol` is added to a request only if the API says that it is missing, and an update never
//! changes it.

use crate::support::wire::{Wire, not_found, respond};
use crate::support::{ID, builder, client, connector, docs};
use mistral_connectors::{ConnectorsClient, Protocol, Result, UpdateConnector};
use serde_json::{Value, json};

/// Refusals because `protocol` is missing.
fn refusals_without_protocol() -> Vec<Value> {
    let detail =
        |loc: Value| json!({"detail": [{"loc": loc, "msg": "Field required", "type": "missing"}]});
    vec![
        detail(json!(["body", "protocol"])),
        detail(json!(["body", "mcp", "protocol"])),
        detail(json!(["protocol"])),
        json!({"detail": [
            {"loc": ["body", "title"], "msg": "Input should be a valid string", "type": "string_type"},
            {"loc": ["body", "protocol"], "msg": "Field required", "type": "missing"},
        ]}),
        // From FastAPI, if the field decides how the body is read.
        json!({"detail": [{"loc": ["body"], "type": "union_tag_not_found",
            "msg": "Unable to extract tag using discriminator 'protocol'"}]}),
        json!({"detail": "protocol is required"}),
        json!({"detail": "Protocol missing"}),
        json!({"detail": "The field `protocol` is required."}),
        json!({"detail": "'protocol' is a required property"}),
        json!({"message": "missing field `protocol` at line 1 column 80"}),
        json!({"message": "missing required field: protocol"}),
        json!({"object": "error", "message": "Field required: protocol", "type": "invalid"}),
        json!({"message": "Validation failed",
            "detail": [{"loc": ["body", "protocol"], "msg": "Field required", "type": "missing"}]}),
    ]
}

/// Refusals for other reasons. Most of them mention `protocol`.
fn other_refusals() -> Vec<Value> {
    let detail = |loc: Value, msg: &str| json!({"detail": [{"loc": loc, "msg": msg, "type": "value_error", "input": "protocol"}]});
    vec![
        detail(json!(["body", "server"]), "URL has an unsupported protocol"),
        detail(json!(["body", "server"]), "protocol is required"),
        detail(json!(["body", "protocol", "version"]), "Field required"),
        detail(json!(["body", "protocol_version"]), "Field required"),
        detail(json!(["body"]), "the protocol does not fit the server"),
        json!({"detail": [
            {"loc": ["body", "protocol_version"], "msg": "Field required", "type": "missing"},
            {"loc": ["body", "server"], "msg": "missing protocol", "type": "url_parsing"},
        ]}),
        json!({"detail": "the MCP server speaks another protocol"}),
        json!({"detail": "protocol version is required"}),
        json!({"detail": "unknown protocol: authentication is required"}),
        json!({"message": "which protocol?"}),
        json!({"object": "error", "message": "server: only the protocol https is allowed"}),
        json!({"error": "title is missing"}),
        json!({"protocol": "missing"}),
        json!({}),
        json!("protocol is required"),
    ]
}

fn new_title() -> UpdateConnector {
    UpdateConnector::new().title("x")
}

fn create(client: &ConnectorsClient) -> Result<()> {
    client.create(&docs()).map(drop)
}

fn update(client: &ConnectorsClient) -> Result<()> {
    client.update(ID, &new_title()).map(drop)
}

/// The lines and the JSON bodies of the requests so far.
fn requests(wire: &Wire) -> Vec<(String, Value)> {
    let seen = wire.seen().into_iter();
    let parsed = |body: &str| serde_json::from_str(body).unwrap_or_default();
    seen.map(|request| (request.line().to_owned(), parsed(&request.body)))
        .collect()
}

fn patch(body: Value) -> (String, Value) {
    (format!("PATCH /v1/connectors/{ID}"), body)
}

fn get() -> (String, Value) {
    (format!("GET /v1/connectors/{ID}"), Value::Null)
}

/// The connector of the tests with this protocol.
fn with_protocol(protocol: Value) -> Value {
    let mut connector = connector();
    connector["protocol"] = protocol;
    connector
}

#[test]
fn a_create_is_sent_again_with_mcp_if_the_api_says_that_protocol_is_missing() {
    for refusal in refusals_without_protocol() {
        let wire = Wire::script([respond(422, &refusal), respond(201, &connector())]);
        create(&client(wire.base_url())).unwrap();
        let seen = requests(&wire);
        assert_eq!(seen.len(), 2, "{refusal}");
        let mut body = seen[0].1.clone();
        assert_eq!(body.get("protocol"), None, "{refusal}");
        body["protocol"] = json!("mcp");
        assert_eq!(
            seen[1],
            ("POST /v1/connectors".to_owned(), body),
            "{refusal}"
        );
    }
}

#[test]
fn an_update_is_sent_again_with_the_protocol_of_the_connector() {
    for (refusal, protocol) in refusals_without_protocol()
        .into_iter()
        .zip(["http", "turbine", "mcp"].into_iter().cycle())
    {
        let current = respond(200, &with_protocol(json!(protocol)));
        let wire = Wire::script([respond(422, &refusal), current.clone(), current]);
        update(&client(wire.base_url())).unwrap();
        let first = patch(json!({"title": "x"}));
        let again = patch(json!({"title": "x", "protocol": protocol}));
        assert_eq!(requests(&wire), [first, get(), again], "{refusal}");
    }
}

#[test]
fn a_connector_without_a_protocol_has_the_default_protocol() {
    // API 2026-08 documents `mcp` as the default.
    for current in [connector(), with_protocol(Value::Null)] {
        let refusal = respond(422, &refusals_without_protocol()[0]);
        let current = respond(200, &current);
        let wire = Wire::script([refusal, current.clone(), current]);
        update(&client(wire.base_url())).unwrap();
        let again = patch(json!({"title": "x", "protocol": "mcp"}));
        assert_eq!(requests(&wire)[1..], [get(), again]);
    }
}

#[test]
fn a_refusal_for_another_reason_is_final() {
    let with_status = |status| move |refusal| (status, refusal);
    let mut refusals: Vec<_> = other_refusals().into_iter().map(with_status(422)).collect();
    for status in [400, 404, 409, 415] {
        refusals.push((status, refusals_without_protocol().swap_remove(0)));
    }
    for write in [create, update] {
        for (status, refusal) in &refusals {
            let wire = Wire::script([respond(*status, refusal), respond(200, &connector())]);
            let error = write(&client(wire.base_url())).unwrap_err();
            assert_eq!(error.status(), Some(*status), "{refusal}: {error}");
            assert!(!error.may_have_happened(), "{refusal}: {error}");
            assert_eq!(wire.seen().len(), 1, "{refusal}");
        }
    }
}

#[test]
fn a_protocol_that_is_set_is_never_replaced() {
    let wire = Wire::script([respond(422, &refusals_without_protocol()[0])]);
    let client = client(wire.base_url());
    let created = client.create(&docs().protocol(Protocol::Http));
    let updated = client.update(ID, &new_title().protocol(Protocol::Http));
    assert!(created.unwrap_err().is_validation());
    assert!(updated.unwrap_err().is_validation());
    assert_eq!(wire.seen().len(), 2);
}

#[test]
fn the_request_is_sent_again_only_once() {
    let wire = Wire::script([respond(422, &refusals_without_protocol()[0])]);
    let error = create(&client(wire.base_url())).unwrap_err();
    assert!(error.is_validation(), "{error}");
    assert_eq!(wire.seen().len(), 2);

    let wire = Wire::serve(|_, request| {
        if request.line().starts_with("GET") {
            respond(200, &with_protocol(json!("http")))
        } else {
            respond(422, &refusals_without_protocol()[0])
        }
    });
    let error = update(&client(wire.base_url())).unwrap_err();
    assert!(error.is_validation(), "{error}");
    assert_eq!(wire.seen().len(), 3);
}

#[test]
fn an_update_is_not_sent_again_if_its_connector_cannot_be_fetched() {
    let another = json!({"id": "another", "name": "prod", "protocol": "http"});
    for (fetched, status) in [
        (not_found(), 404),
        (respond(403, &json!({"detail": "Forbidden"})), 403),
        (respond(200, &another), 200),
    ] {
        let refusal = respond(422, &refusals_without_protocol()[0]);
        let wire = Wire::script([refusal, fetched, respond(200, &connector())]);
        let error = update(&client(wire.base_url())).unwrap_err();
        assert_eq!(error.status(), Some(status), "{error}");
        assert_eq!(requests(&wire), [patch(json!({"title": "x"})), get()]);
        assert!(!error.may_have_happened(), "{error}");
    }
}

#[test]
fn an_error_of_the_fetch_does_not_show_the_secrets_of_the_update() {
    let secret = "a-secret-of-the-whole-team";
    let echo = json!({"detail": format!("refused: {secret}")});
    let wire = Wire::script([
        respond(422, &refusals_without_protocol()[0]),
        respond(403, &echo),
    ]);
    let update = new_title().extra("client_secret", secret);
    let error = client(wire.base_url()).update(ID, &update).unwrap_err();
    assert!(error.to_string().starts_with("403 on GET"), "{error}");
    assert!(!format!("{error} {error:?}").contains(secret), "{error}");
}

#[test]
fn a_secret_that_equals_the_word_does_not_hide_what_the_api_says() {
    let refusal = respond(422, &refusals_without_protocol()[0]);
    let wire = Wire::script([refusal, respond(201, &connector())]);
    let client = builder(wire.base_url()).header("x-team", "protocol");
    create(&client.build().unwrap()).unwrap();
    assert_eq!(requests(&wire)[1].1["protocol"], "mcp");
}
