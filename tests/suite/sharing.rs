//! Who can use a connector and for whom it is switched on: what each request sends, what is
//! repeated, and what its errors say.

use crate::support::wire::{Act, Wire, response};
use crate::support::{ID, ambiguous, assert_empty, assert_repeated, client, exchange, head};
use mistral_connectors::{ConnectorsClient, MessageResponse, Result, Scope};
use serde_json::{Value, json};

fn done() -> Value {
    json!({"message": "done"})
}

type Operation = fn(&ConnectorsClient, &str) -> Result<MessageResponse>;

/// With the method and what follows the ID in the path.
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
fn every_request_is_a_method_and_a_path() {
    for (method, end, operation) in OPERATIONS {
        let path = format!("/v1/connectors/{ID}/{end}");
        let said = exchange((method, &path), None, &done(), |client| {
            operation(client, ID)
        });
        assert_eq!(said.message, "done", "{method} {end}");
    }
}

#[test]
fn without_a_body_a_write_says_so() {
    for (method, _, operation) in OPERATIONS {
        let head = head(&done(), |client| operation(client, ID));
        match method {
            "DELETE" => assert!(
                !head.iter().any(|line| line.starts_with("content-")),
                "{head:?}"
            ),
            _ => assert_empty(&head),
        }
    }
}

#[test]
fn every_request_is_repeated() {
    for (method, end, operation) in OPERATIONS {
        let case = format!("{method} {end}");
        assert_repeated(&case, &done(), |client| operation(client, ID));
    }
}

#[test]
fn a_repeated_request_that_finds_nothing_is_not_found() {
    for (_, end, operation) in OPERATIONS {
        let failure = ambiguous().swap_remove(5);
        let gone = Act::Send(response(404, r#"{"detail": "Connector not found"}"#));
        let wire = Wire::script([failure, gone]);
        let error = operation(&client(wire.base_url()), ID).unwrap_err();
        assert!(
            error.is_not_found() && error.may_have_happened(),
            "{end}: {error}"
        );
    }
}

#[test]
fn a_name_in_place_of_the_id_is_what_the_hint_speaks_of() {
    let not_found = r#"{"detail": "Connector not found"}"#;
    let no_uuid = r#"{"detail": [{"loc": ["path", "connector_id"], "msg": "no UUID", "type": "uuid_parsing"}]}"#;
    for (status, body) in [(404, not_found), (422, no_uuid)] {
        let wire = Wire::script([Act::Send(response(status, body))]);
        let client = client(wire.base_url());
        for (_, end, operation) in OPERATIONS {
            let by_name = operation(&client, "docs").unwrap_err();
            assert!(by_name.hint().unwrap().contains("UUID"), "{end}: {by_name}");
            let by_id = operation(&client, ID).unwrap_err();
            assert!(
                !by_id.hint().unwrap_or_default().contains("UUID"),
                "{end}: {by_id}"
            );
        }
    }
}

#[test]
fn an_answer_without_a_message_is_good_enough() {
    for nothing in [
        response(204, ""),
        response(200, "{}"),
        response(200, r#"{"message": null}"#),
    ] {
        let wire = Wire::script([Act::Send(nothing)]);
        let client = client(wire.base_url());
        for (_, end, operation) in OPERATIONS {
            assert_eq!(operation(&client, ID).unwrap().message, "", "{end}");
        }
    }
}
