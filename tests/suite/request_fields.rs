//! What is set is sent, empty values too: the authentication methods of a create and an update, in
//! the form of API 2026-11.

use crate::support::wire::{Act, Wire, response};
use crate::support::{ID, client, connector, docs};
use mistral_connectors::{
    AuthData, AuthHeader, AuthMethod, ConnectorsClient, CreateConnector, Result, UpdateConnector,
};
use serde_json::{Value, json};

const SECRET: &str = "not-to-be-shown-to-anybody";

/// The body that `call` sends.
#[track_caller]
fn sent<T>(call: impl FnOnce(&ConnectorsClient) -> Result<T>) -> Value {
    let wire = Wire::script([Act::Send(response(200, &connector().to_string()))]);
    call(&client(wire.base_url())).unwrap();
    serde_json::from_str(&wire.seen()[0].body).unwrap()
}

/// The fields of a create, without the three that every create has.
#[track_caller]
fn created(connector: &CreateConnector) -> Value {
    let mut body = sent(|client| client.create(connector));
    let fields = body.as_object_mut().unwrap();
    for name in ["name", "description", "server"] {
        fields.remove(name);
    }
    body
}

#[track_caller]
fn updated(update: &UpdateConnector) -> Value {
    sent(|client| client.update(ID, update))
}

/// Asserts that a create and an update send this authentication method.
#[track_caller]
fn assert_method(method: &AuthMethod, want: Value) {
    let want = json!({"auth_methods": [want]});
    assert_eq!(created(&docs().auth_method(method.clone())), want);
    let update = UpdateConnector::new().auth_method(method.clone());
    assert_eq!(updated(&update), want);
}

/// Asserts that neither the request nor an error that repeats it shows the secret.
#[track_caller]
fn assert_hidden<T>(debug: &str, call: impl FnOnce(&ConnectorsClient) -> Result<T>) {
    assert!(!debug.contains(SECRET), "{debug}");
    let echo = json!({"detail": format!("refused: {SECRET}")}).to_string();
    let wire = Wire::script([Act::Send(response(422, &echo))]);
    let error = call(&client(wire.base_url())).err().unwrap();
    assert!(wire.seen()[0].body.contains(SECRET), "it is sent");
    let text = format!("{error} {error:?}");
    assert!(text.contains("refused") && !text.contains(SECRET), "{text}");
}

#[test]
fn empty_values_that_were_set_are_sent() {
    let none: [&str; 0] = [];
    assert_eq!(
        created(
            &docs()
                .title("")
                .extra("headers", json!({}))
                .extra("auth_methods", json!([]))
        ),
        json!({"title": "", "headers": {}, "auth_methods": []})
    );
    assert_eq!(
        created(&docs().auth_data(AuthData::new("").scopes(none))),
        json!({"auth_data": {"client_id": "", "client_scopes": []}})
    );
    assert_eq!(
        updated(
            &UpdateConnector::new()
                .description("")
                .extra("of_2027", json!({}))
        ),
        json!({"description": "", "of_2027": {}})
    );
}

// --- authentication methods

#[test]
fn an_oauth_client_that_logs_in_by_itself_has_its_own_grant_type() {
    let client = || {
        AuthData::new("my-client")
            .secret(SECRET)
            .scopes(["read", "write"])
    };
    for (method, grant_type) in [
        (AuthMethod::oauth2(client()), "authorization_code"),
        (
            AuthMethod::client_credentials(client()),
            "client_credentials",
        ),
    ] {
        let want = json!({
            "method_type": "oauth2",
            "grant_type": grant_type,
            "auth_data": {
                "client_id": "my-client", "client_secret": SECRET,
                "client_scopes": ["read", "write"],
            },
        });
        assert_method(&method, want);
        let connector = docs().auth_method(method);
        assert_hidden(&format!("{connector:?}"), |client| {
            client.create(&connector)
        });
    }
}

#[test]
fn a_method_says_how_its_client_authenticates_and_what_its_oauth_server_supports() {
    let metadata = json!({
        "issuer": "https://login.example",
        "token_endpoint": "https://login.example/token",
        "scopes_supported": ["read"],
    });
    let method = AuthMethod::client_credentials(AuthData::new("my-client"))
        .token_endpoint_auth_method("private_key_jwt")
        .oauth2_server_metadata(metadata.clone());
    let want = json!({
        "method_type": "oauth2",
        "grant_type": "client_credentials",
        "auth_data": {"client_id": "my-client"},
        "token_endpoint_auth_method": "private_key_jwt",
        "oauth2_server_metadata": metadata,
    });
    assert_method(&method, want);
}

#[test]
fn a_method_declares_its_headers_and_whether_they_are_required_and_secret() {
    let method = AuthMethod::bearer()
        .auth_header(AuthHeader::new("x-api-key"))
        .auth_header(
            AuthHeader::new("x-region")
                .is_required(false)
                .is_secret(false),
        )
        .auth_header(AuthHeader::new("x-team").is_secret(true).is_required(true));
    let want = json!({
        "method_type": "bearer",
        "headers": [
            {"name": "x-api-key"},
            {"name": "x-region", "is_required": false, "is_secret": false},
            {"name": "x-team", "is_required": true, "is_secret": true},
        ],
    });
    assert_method(&method, want);
}

#[test]
fn a_header_is_declared_once_whether_or_not_it_has_a_value() {
    let header = || AuthHeader::new("x-key").is_required(false);
    for method in [
        AuthMethod::bearer()
            .auth_header(header())
            .header("x-key", SECRET),
        AuthMethod::bearer()
            .header("x-key", SECRET)
            .auth_header(header()),
    ] {
        let connector = docs().auth_method(method);
        assert_eq!(
            created(&connector),
            json!({
                "auth_methods": [{
                    "method_type": "bearer",
                    "headers": [{"name": "x-key", "is_required": false}],
                }],
                "global_headers": {"x-key": {"value": SECRET}},
            })
        );
        assert_hidden(&format!("{connector:?}"), |client| {
            client.create(&connector)
        });
    }
}

#[test]
fn an_update_replaces_the_secrets_of_an_oauth_client() {
    let client = AuthData::new("my-client").secret(SECRET);
    let update = UpdateConnector::new()
        .title("New")
        .oauth2_metadata_secrets(client);
    assert_eq!(
        updated(&update),
        json!({
            "title": "New",
            "auth_methods": [{
                "method_type": "oauth2",
                "oauth2_metadata_secrets": {"client_id": "my-client", "client_secret": SECRET},
            }],
        })
    );
    assert_hidden(&format!("{update:?}"), |client| client.update(ID, &update));
}
