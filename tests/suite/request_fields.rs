//! What is set is sent, empty objects too, and requests have the fields of API 2026-11.

use crate::support::wire::{Act, Wire, response};
use crate::support::{ID, client, connector, docs, exchange, read_whole};
use mistral_connectors::{
    AuthData, AuthHeader, AuthMethod, CallTool, ConnectorsClient, CreateConnector, Credentials,
    Method, Result, Scope, SetCredentials, UpdateConnector, UseConnector,
};
use serde_json::{Value, json};

const SECRET: &str = "not-to-be-shown-to-anybody";

/// The fields that a create has beside the three that every create has.
#[track_caller]
fn created(wanted: &CreateConnector) -> Value {
    sent(
        &connector(),
        |client| client.create(wanted).map(drop),
        &["name", "description", "server"],
    )
}

#[track_caller]
fn updated(change: &UpdateConnector) -> Value {
    sent(
        &connector(),
        |client| client.update(ID, change).map(drop),
        &[],
    )
}

/// The body that `call` sends, without these fields.
#[track_caller]
fn sent(
    answered: &Value,
    call: impl FnOnce(&ConnectorsClient) -> Result<()>,
    without: &[&str],
) -> Value {
    let wire = Wire::script([Act::Send(response(200, &answered.to_string()))]);
    call(&client(wire.base_url())).unwrap();
    let mut body: Value = serde_json::from_str(&wire.seen()[0].body).unwrap();
    let object = body.as_object_mut().unwrap();
    without.iter().for_each(|name| drop(object.remove(*name)));
    body
}

/// The only authentication method that a create with it sends.
#[track_caller]
fn method(method: AuthMethod) -> Value {
    let mut body = created(&docs().auth_method(method));
    body["auth_methods"][0].take()
}

/// Asserts that neither the request nor an error that repeats it shows the secret.
#[track_caller]
fn assert_hidden(debug: String, call: impl FnOnce(&ConnectorsClient) -> Result<()>) {
    assert!(!debug.contains(SECRET), "{debug}");
    let echo = json!({"detail": format!("refused: {SECRET}")}).to_string();
    let wire = Wire::script([Act::Send(response(422, &echo))]);
    let error = call(&client(wire.base_url())).unwrap_err();
    assert!(wire.seen()[0].body.contains(SECRET), "it is sent");
    let text = format!("{error} {error:?}");
    assert!(text.contains("refused") && !text.contains(SECRET), "{text}");
}

// --- what is set is sent

#[test]
fn arguments_of_a_tool_that_were_set_are_sent_even_if_there_are_none() {
    let call = || CallTool::new("ask");
    for (tool, body) in [
        (call(), json!({})),
        (call().arguments(json!({})), json!({"arguments": {}})),
        (
            call().argument("q", "why?").arguments(json!({})),
            json!({"arguments": {}}),
        ),
        (
            call().arguments(json!([1])).arguments(json!({})),
            json!({"arguments": {}}),
        ),
        (
            call().arguments(json!({})).argument("q", "why?"),
            json!({"arguments": {"q": "why?"}}),
        ),
        (
            call().argument("options", json!({})),
            json!({"arguments": {"options": {}}}),
        ),
        (call().arguments(json!([])), json!({"arguments": []})),
        (call().arguments(Value::Null), json!({"arguments": null})),
    ] {
        let said = json!({"content": []});
        let path = "/v1/connectors/docs/tools/ask/call";
        exchange(("POST", path), Some(body), &said, |client| {
            client.call_tool("docs", &tool)
        });
    }
}

#[test]
fn empty_values_that_were_set_are_sent() {
    let nothing: [&str; 0] = [];
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
        created(&docs().auth_data(AuthData::new("").scopes(nothing))),
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
    let credentials = SetCredentials::new("mine")
        .title("")
        .extra("credentials", json!({}));
    assert_eq!(
        set(&credentials),
        json!({"name": "mine", "title": "", "credentials": {}})
    );
    let raw = sent(
        &json!({}),
        |client| {
            client
                .request(Method::Post, ["v1", "a"])
                .json(&json!({}))
                .send()
                .map(drop)
        },
        &[],
    );
    assert_eq!(raw, json!({}));
    let tool = UseConnector::new("docs").skip_confirmation(nothing);
    assert_eq!(
        serde_json::to_value(tool).unwrap()["tool_configuration"],
        json!({"skip_confirmation": []})
    );
}

// --- a connector in a conversation

#[test]
fn tools_that_need_no_confirmation_are_named() {
    let tool = UseConnector::new("docs")
        .include(["read", "delete"])
        .requires_confirmation(["delete"])
        .skip_confirmation(["search"])
        .skip_confirmation(vec!["read".to_owned()]);
    assert_eq!(
        serde_json::to_value(tool).unwrap(),
        json!({
            "type": "connector", "connector_id": "docs",
            "tool_configuration": {
                "include": ["read", "delete"],
                "requires_confirmation": ["delete"],
                "skip_confirmation": ["read"],
            },
        })
    );
}

// --- authentication methods

#[test]
fn an_oauth_client_that_logs_in_by_itself_is_a_method_of_its_own_grant_type() {
    let client = || {
        AuthData::new("my-client")
            .secret(SECRET)
            .scopes(["read", "write"])
    };
    let auth_data = json!({
        "client_id": "my-client", "client_secret": SECRET, "client_scopes": ["read", "write"],
    });
    assert_eq!(
        method(AuthMethod::client_credentials(client())),
        json!({"method_type": "oauth2", "grant_type": "client_credentials", "auth_data": auth_data})
    );
    assert_eq!(
        method(AuthMethod::oauth2(client())),
        json!({"method_type": "oauth2", "grant_type": "authorization_code", "auth_data": auth_data})
    );
    let wanted = docs().auth_method(AuthMethod::client_credentials(client()));
    assert_hidden(format!("{wanted:?}"), |client| {
        client.create(&wanted).map(drop)
    });
}

#[test]
fn a_method_says_how_its_client_authenticates_and_what_its_oauth_server_supports() {
    let metadata = json!({
        "issuer": "https://login.example",
        "token_endpoint": "https://login.example/token",
        "scopes_supported": ["read"],
    });
    let own = || {
        AuthMethod::client_credentials(AuthData::new("my-client"))
            .token_endpoint_auth_method("private_key_jwt")
            .oauth2_server_metadata(metadata.clone())
    };
    let want = json!({
        "method_type": "oauth2",
        "grant_type": "client_credentials",
        "auth_data": {"client_id": "my-client"},
        "token_endpoint_auth_method": "private_key_jwt",
        "oauth2_server_metadata": metadata,
    });
    assert_eq!(method(own()), want);
    assert_eq!(
        updated(&UpdateConnector::new().auth_method(own())),
        json!({"auth_methods": [want]})
    );
    let other = AuthMethod::oauth2(AuthData::new("other")).token_endpoint_auth_method("none");
    assert_eq!(method(other)["token_endpoint_auth_method"], "none");
}

#[test]
fn a_method_declares_its_headers_and_whether_they_are_required_and_secret() {
    let declared = AuthMethod::bearer()
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
    assert_eq!(method(declared.clone()), want);
    let body = updated(&UpdateConnector::new().auth_method(declared));
    assert_eq!(body, json!({"auth_methods": [want]}));
}

#[test]
fn a_header_is_declared_once_whether_or_not_it_has_a_value() {
    let header = || AuthHeader::new("x-key").is_required(false);
    for declared in [
        AuthMethod::bearer()
            .auth_header(header())
            .header("x-key", SECRET),
        AuthMethod::bearer()
            .header("x-key", SECRET)
            .auth_header(header()),
    ] {
        let wanted = docs().auth_method(declared);
        assert_eq!(
            created(&wanted),
            json!({
                "auth_methods": [{
                    "method_type": "bearer",
                    "headers": [{"name": "x-key", "is_required": false}],
                }],
                "global_headers": {"x-key": {"value": SECRET}},
            })
        );
        assert_hidden(format!("{wanted:?}"), |client| {
            client.create(&wanted).map(drop)
        });
    }
}

// --- an update

#[test]
fn an_update_replaces_the_secrets_of_an_oauth_client() {
    let client = AuthData::new("my-client").secret(SECRET);
    let change = UpdateConnector::new()
        .title("New")
        .oauth2_metadata_secrets(client);
    assert_eq!(
        updated(&change),
        json!({
            "title": "New",
            "auth_methods": [{
                "method_type": "oauth2",
                "oauth2_metadata_secrets": {"client_id": "my-client", "client_secret": SECRET},
            }],
        })
    );
    assert_hidden(format!("{change:?}"), |client| {
        client.update(ID, &change).map(drop)
    });
}

// --- credentials

/// The body with which these credentials are created.
#[track_caller]
fn set(credentials: &SetCredentials) -> Value {
    let stored = json!({"message": "stored"});
    sent(
        &stored,
        |client| {
            client
                .create_credentials("docs", Scope::User, credentials)
                .map(drop)
        },
        &[],
    )
}

#[test]
fn credentials_of_an_oauth_client_have_a_private_key_and_a_certificate() {
    let new = || SetCredentials::new("ci");
    let oauth = |oauth: Value| json!({"name": "ci", "credentials": {"oauth": oauth}});
    for (credentials, want) in [
        (
            new()
                .client_id("my-client")
                .client_private_key("key")
                .client_certificate("cert"),
            oauth(json!({
                "grant_type": "client_credentials", "client_id": "my-client",
                "client_private_key": "key", "client_certificate": "cert",
            })),
        ),
        // In any order, beside a secret too.
        (
            new().client_private_key("key").oauth("my-client", "secret"),
            oauth(json!({
                "grant_type": "client_credentials", "client_id": "my-client",
                "client_secret": "secret", "client_private_key": "key",
            })),
        ),
        (
            new()
                .oauth("my-client", "secret")
                .client_certificate("cert"),
            oauth(json!({
                "grant_type": "client_credentials", "client_id": "my-client",
                "client_secret": "secret", "client_certificate": "cert",
            })),
        ),
        // The last value counts.
        (
            new().oauth("old", "old").oauth("my-client", "secret"),
            oauth(json!({
                "grant_type": "client_credentials", "client_id": "my-client",
                "client_secret": "secret",
            })),
        ),
    ] {
        assert_eq!(set(&credentials), want);
        let path = "/v1/connectors/docs/workspace/credentials";
        let stored = json!({"message": "stored"});
        exchange(("PATCH", path), Some(want), &stored, |client| {
            client.update_credentials("docs", Scope::Workspace, &credentials)
        });
    }
}

#[test]
fn a_private_key_and_a_certificate_are_not_shown() {
    for credentials in [
        SetCredentials::new("ci").client_private_key(SECRET),
        SetCredentials::new("ci").client_certificate(SECRET),
    ] {
        assert_hidden(format!("{credentials:?} {credentials:#?}"), |client| {
            client
                .create_credentials("docs", Scope::User, &credentials)
                .map(drop)
        });
    }
}

#[test]
fn credentials_tell_who_created_them() {
    let value = json!({"name": "mine", "creator_id": "user-1"});
    let stored: Credentials = read_whole(&value);
    assert_eq!(stored.creator_id.as_deref(), Some("user-1"));
    assert!(stored.extra.is_empty(), "{:?}", stored.extra);
    for value in [
        json!({"name": "mine"}),
        json!({"name": "mine", "creator_id": null}),
    ] {
        assert_eq!(read_whole::<Credentials>(&value).creator_id, None);
    }
    let odd: Credentials = read_whole(&json!({"name": "mine", "creator_id": 7}));
    assert_eq!(
        (odd.creator_id, &odd.extra["creator_id"]),
        (None, &json!(7))
    );
}
