//! Sharing and activating connectors.

use crate::support::wire::{Act, Wire, not_found, respond, response};
use crate::support::{ID, assert_empty, assert_retried, client, exchange, head};
use mistral_connectors::{ConnectorsClient, MessageResponse, Result, Scope};
use serde_json::{Value, json};

fn done() -> Value {
    json!({"message": "done"})
}

type Operation = fn(&ConnectorsClient, &str) -> Result<MessageResponse>;

/// With the method and the end of the path.
const OPERATIONS: [(&str, &str, Operation); 10] = [
    ("PUT", "share", |client, id| client.share(id)),
    ("DELETE", "share", |client, id| client.unshare(id)),
    ("PUT", "organization/share", |client, id| {
        client.share_to_organization(id)
    }),
    ("DELETE", "organization/share", |client, id| {
        client.unshare_from_organization(id)
    }),
    ("POST", "user/activate", |client, id| {
        client.activate(id, Scope::User)
    }),
    ("POST", "workspace/activate", |client, id| {
        client.activate(id, Scope::Workspace)
    }),
    ("POST", "organization/activate", |client, id| {
        client.activate(id, Scope::Organization)
    }),
    ("POST", "user/deactivate", |client, id| {
        client.deactivate(id, Scope::User)
    }),
    ("POST", "workspace/deactivate", |client, id| {
        client.deactivate(id, Scope::Workspace)
    }),
    ("POST", "organization/deactivate", |client, id| {
        client.deactivate(id, Scope::Organization)
    }),
];

#[test]
fn every_operation_has_its_method_and_path_and_returns_the_message() {
    for (method, end, operation) in OPERATIONS {
        let path = format!("/v1/connectors/{ID}/{end}");
        let response = exchange((method, &path), None, &done(), |client| {
            operation(client, ID)
        });
        assert_eq!(response.message, "done", "{method} {end}");
    }
}

#[test]
fn a_put_or_post_without_a_body_has_a_length_of_zero() {
    for (method, _, operation) in OPERATIONS {
        let head = head(&done(), |client| operation(client, ID));
        if method == "DELETE" {
            let has_content = head.iter().any(|line| line.starts_with("content-"));
            assert!(!has_content, "{head:?}");
        } else {
            assert_empty(&head);
        }
    }
}

#[test]
fn every_operation_is_retried() {
    for (method, end, operation) in OPERATIONS {
        let case = format!("{method} {end}");
        assert_retried(&case, &done(), |client| operation(client, ID));
    }
}

#[test]
fn a_retry_that_finds_no_connector_is_not_found() {
    for (_, end, operation) in OPERATIONS {
        let wire = Wire::script([respond(503, &json!({})), not_found()]);
        let error = operation(&client(wire.base_url()), ID).unwrap_err();
        assert!(error.is_not_found(), "{end}: {error}");
        assert!(error.may_have_happened(), "{end}: {error}");
    }
}

#[test]
fn the_hint_asks_for_the_id_if_a_name_was_given() {
    let not_a_uuid = json!({"detail": [
        {"loc": ["path", "connector_id"], "msg": "not a UUID", "type": "uuid_parsing"},
    ]});
    for refusal in [not_found(), respond(422, &not_a_uuid)] {
        let wire = Wire::script([refusal]);
        let client = client(wire.base_url());
        for (_, end, operation) in OPERATIONS {
            let has_hint = |id| {
                let error = operation(&client, id).unwrap_err();
                error.hint().is_some_and(|hint| hint.contains("UUID"))
            };
            assert!(has_hint("docs"), "{end}");
            assert!(!has_hint(ID), "{end}");
        }
    }
}

#[test]
fn a_response_without_a_message_is_enough() {
    for body in [
        response(204, ""),
        response(200, "{}"),
        response(200, r#"{"message": null}"#),
    ] {
        let wire = Wire::script([Act::Send(body)]);
        let client = client(wire.base_url());
        for (_, end, operation) in OPERATIONS {
            assert_eq!(operation(&client, ID).unwrap().message, "", "{end}");
        }
    }
}
