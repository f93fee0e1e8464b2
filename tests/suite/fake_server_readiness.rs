//! Which of the fake server's connectors can be used now.

use crate::fake_server::raw;
use mistral_connectors::Method;
use mistral_connectors::testing::FakeServer;
use mistral_connectors::types::AuthActionKind;
use mistral_connectors::{AuthMethod, CreateConnector, Scope, SetCredentials};
use serde_json::{Value, json};

/// The connectors: their names, whether they are ready, how many tools they have, and what the user
/// has to do.
#[track_caller]
fn readiness(server: &FakeServer) -> Vec<(String, bool, usize, Option<AuthActionKind>)> {
    let readiness = server.client().readiness().unwrap();
    let connectors = readiness.into_iter().map(|own| {
        let (is_ready, tools) = (own.is_ready(), own.tools.unwrap().len());
        (
            own.name,
            is_ready,
            tools,
            own.auth_action.map(|action| action.kind),
        )
    });
    connectors.collect()
}

fn add(server: &FakeServer, name: &str, more: Value) -> String {
    let mut connector = json!({"name": name, "tools": [{"name": "read", "answer": "x"}]});
    for (field, value) in more.as_object().unwrap() {
        connector[field] = value.clone();
    }
    server.add(connector)
}

#[test]
fn an_active_connector_that_needs_no_login_is_ready() {
    let server = FakeServer::start();
    let id = add(&server, "wiki", json!({}));
    let off = add(&server, "off", json!({"active": false}));
    let wiki = ("wiki".to_owned(), true, 1, None);
    let others = |is_ready, tools| ("off".to_owned(), is_ready, tools, None);
    assert_eq!(readiness(&server), [wiki.clone(), others(false, 0)]);
    server.client().activate(&off, Scope::User).unwrap();
    assert_eq!(readiness(&server), [wiki, others(true, 1)]);
    assert_eq!(server.client().readiness().unwrap().connectors[0].id, id);
}

#[test]
fn a_connector_names_the_missing_login_and_is_ready_after_it() {
    let server = FakeServer::start();
    let client = server.client();
    add(&server, "page", json!({"is_authenticated": false}));
    let bearer = CreateConnector::new("token", "d", "https://docs.example/mcp");
    client
        .create(&bearer.auth_method(AuthMethod::bearer()))
        .unwrap();
    let page = |is_ready, tools, action| ("page".to_owned(), is_ready, tools, action);
    let token = |is_ready, action| ("token".to_owned(), is_ready, 0, action);
    assert_eq!(
        readiness(&server),
        [
            page(false, 0, Some(AuthActionKind::OAuth)),
            token(false, Some(AuthActionKind::CredentialsSetup)),
        ]
    );
    client
        .request(Method::Get, ["login", "page"])
        .send()
        .unwrap();
    let new = SetCredentials::new("mine").bearer_token("token");
    client
        .create_credentials("token", Scope::User, &new)
        .unwrap();
    assert_eq!(readiness(&server), [page(true, 1, None), token(true, None)]);
}

#[test]
fn connectors_with_a_missing_login_are_listed_on_request() {
    let server = FakeServer::start();
    add(&server, "wiki", json!({}));
    add(&server, "page", json!({"is_authenticated": false}));
    let (_, body) = raw(&server, "GET", "/v1/connectors/bootstrap", "");
    assert_eq!(body["connectors"].as_array().unwrap().len(), 1);
    assert_eq!(body["connectors"][0]["name"], "wiki");
}

#[test]
fn the_name_bootstrap_leads_to_the_readiness() {
    let server = FakeServer::start();
    let id = add(&server, "bootstrap", json!({}));
    let client = server.client();
    assert!(client.get("bootstrap").is_err());
    assert_eq!(client.get(&id).unwrap().name, "bootstrap");
}
