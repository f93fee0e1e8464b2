//! `protocol` is added to a request only if the API says that it is missing, and an update never changes it.

use crate::support::wire::{Act, Wire, response};
use crate::support::{ID, client, connector, docs};
use mistral_connectors::{ConnectorsClient, Protocol, Result, UpdateConnector};
use serde_json::{Value, json};

fn say(status: u16, body: &Value) -> Act {
    Act::Send(response(status, &body.to_string()))
}

/// Refusals that say that `protocol` is missing.
fn asking() -> Vec<Value> {
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
        // FastAPI, if the field decides which model the body is read as.
        json!({"detail": [{"loc": ["body"], "type": "union_tag_not_found",
            "msg": "Unable to extract tag using discriminator 'protocol'"}]}),
        json!({"detail": "protocol is required"}),
        json!({"detail": "Protocol missing"}),
        json!({"detail": "The field `protocol` is required."}),
        json!({"detail": "'protocol' is a required property"}),
        json!({"message": "missing field `protocol` at line 1 column 80"}),
        json!({"message": "missing required field: protocol"}),
        json!({"object": "error", "message": "Field required: protocol", "type": "invalid"}),
    ]
}

/// Refusals for other reasons, most of which mention the word.
fn refusing() -> Vec<Value> {
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

fn change() -> UpdateConnector {
    UpdateConnector::new().title("x")
}

fn create(client: &ConnectorsClient) -> Result<()> {
    client.create(&docs()).map(drop)
}

fn update(client: &ConnectorsClient) -> Result<()> {
    client.update(ID, &change()).map(drop)
}

const WRITES: [fn(&ConnectorsClient) -> Result<()>; 2] = [create, update];

/// The lines and JSON bodies of all requests so far.
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
fn speaking(protocol: Value) -> Value {
    let mut connector = connector();
    connector["protocol"] = protocol;
    connector
}

#[test]
fn a_create_is_sent_again_with_mcp_if_the_api_says_that_the_protocol_is_missing() {
    for refusal in asking() {
        let wire = Wire::script([say(422, &refusal), say(201, &connector())]);
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
fn an_update_is_sent_again_with_the_protocol_that_the_connector_has() {
    for protocol in ["http", "mcp", "turbine"] {
        for refusal in asking() {
            let wire = Wire::script([
                say(422, &refusal),
                say(200, &speaking(json!(protocol))),
                say(200, &speaking(json!(protocol))),
            ]);
            update(&client(wire.base_url())).unwrap();
            assert_eq!(
                requests(&wire),
                [
                    patch(json!({"title": "x"})),
                    get(),
                    patch(json!({"title": "x", "protocol": protocol})),
                ],
                "{refusal}"
            );
        }
    }
}

#[test]
fn a_connector_that_shows_no_protocol_has_the_default_one() {
    // API 2026-08 documents `mcp` as the default.
    for shown in [connector(), speaking(Value::Null)] {
        let wire = Wire::script([say(422, &asking()[0]), say(200, &shown), say(200, &shown)]);
        update(&client(wire.base_url())).unwrap();
        let again = patch(json!({"title": "x", "protocol": "mcp"}));
        assert_eq!(requests(&wire)[1..], [get(), again]);
    }
}

#[test]
fn a_refusal_for_another_reason_is_final() {
    for write in WRITES {
        for refusal in refusing() {
            let wire = Wire::script([say(422, &refusal), say(200, &connector())]);
            let error = write(&client(wire.base_url())).unwrap_err();
            assert!(error.is_validation(), "{refusal}: {error}");
            assert!(!error.may_have_happened(), "{refusal}: {error}");
            assert_eq!(wire.seen().len(), 1, "{refusal}");
        }
        for status in [400, 404, 409, 415] {
            for refusal in asking() {
                let wire = Wire::script([say(status, &refusal), say(200, &connector())]);
                let error = write(&client(wire.base_url())).unwrap_err();
                assert_eq!(error.status(), Some(status), "{refusal}: {error}");
                assert_eq!(wire.seen().len(), 1, "{status}: {refusal}");
            }
        }
    }
}

#[test]
fn a_protocol_that_was_set_is_not_replaced() {
    for refusal in asking() {
        let wire = Wire::script([say(422, &refusal)]);
        let client = client(wire.base_url());
        let created = client.create(&docs().protocol(Protocol::Http));
        let updated = client.update(ID, &change().protocol(Protocol::Http));
        for error in [created.unwrap_err(), updated.unwrap_err()] {
            assert!(error.is_validation(), "{refusal}: {error}");
        }
        assert_eq!(wire.seen().len(), 2, "{refusal}");
    }
}

#[test]
fn an_api_that_keeps_asking_is_not_asked_a_third_time() {
    let wire = Wire::script([say(422, &asking()[0])]);
    let error = create(&client(wire.base_url())).unwrap_err();
    assert!(error.is_validation(), "{error}");
    assert_eq!(wire.seen().len(), 2);

    let wire = Wire::serve(|_, request| match request.line().starts_with("GET") {
        true => say(200, &speaking(json!("http"))),
        false => say(422, &asking()[0]),
    });
    let error = update(&client(wire.base_url())).unwrap_err();
    assert!(error.is_validation(), "{error}");
    assert_eq!(wire.seen().len(), 3);
}

#[test]
fn an_update_whose_connector_cannot_be_fetched_changes_nothing() {
    for (fetched, status) in [
        (
            say(404, &json!({"detail": "Connector not found"})),
            Some(404),
        ),
        (say(403, &json!({"detail": "Forbidden"})), Some(403)),
        (
            say(
                200,
                &json!({"id": "another", "name": "prod", "protocol": "http"}),
            ),
            Some(200),
        ),
    ] {
        let wire = Wire::script([say(422, &asking()[0]), fetched, say(200, &connector())]);
        let error = update(&client(wire.base_url())).unwrap_err();
        assert_eq!(error.status(), status, "{error}");
        assert_eq!(requests(&wire), [patch(json!({"title": "x"})), get()]);
        assert!(!error.may_have_happened(), "{error}");
    }
}

#[test]
fn secrets_of_an_update_are_not_shown_by_the_fetch_between() {
    let secret = "a-secret-of-the-whole-team";
    let echo = json!({"detail": format!("refused: {secret}")});
    let wire = Wire::script([say(422, &asking()[0]), say(403, &echo)]);
    let change = change().extra("client_secret", secret);
    let error = client(wire.base_url()).update(ID, &change).unwrap_err();
    assert!(error.to_string().starts_with("403 on GET"), "{error}");
    assert!(!format!("{error} {error:?}").contains(secret), "{error}");
}
