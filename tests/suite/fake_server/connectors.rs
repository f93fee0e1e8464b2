//! Connectors: what the fake server stores, who can use them, and which can be used now.

use std::panic::catch_unwind;

use super::{URL, create, names, raw, server};
use crate::support::docs;
use mistral_connectors::testing::FakeServer;
use mistral_connectors::types::AuthActionKind;
use mistral_connectors::{
    AuthData, AuthMethod, CreateConnector, ListConnectors, Method, OwnerType, Protocol, Scope,
    SetCredentials, UpdateConnector, Visibility,
};
use serde_json::json;

const SCOPES: [Scope; 3] = [Scope::User, Scope::Workspace, Scope::Organization];

// --- create, get, update, delete

#[test]
fn a_created_connector_is_found_by_name_and_by_id() {
    let server = FakeServer::start();
    let client = server.client();
    let all_fields = docs()
        .title("Documents")
        .icon_url("https://docs.example/i.png")
        .system_prompt("Be brief.")
        .visibility(Visibility::SharedWorkspace);
    let created = client.create(&all_fields).unwrap();
    assert_eq!(all_fields.changes(&created), Default::default());
    assert_eq!(created.visibility, Some(Visibility::SharedWorkspace));
    assert_eq!(client.get("docs").unwrap(), created);
    assert_eq!(client.get(&created.id).unwrap(), created);
    assert_eq!(names(&client, &ListConnectors::new()), ["docs"]);
}

#[test]
fn a_new_connector_is_private_and_active_and_speaks_mcp() {
    let server = FakeServer::start();
    let created = server.client().create(&docs()).unwrap();
    assert_eq!(created.visibility, Some(Visibility::Private));
    assert_eq!(created.active, Some(true));
    assert_eq!(created.protocol, Some(Protocol::Mcp));
    let http = CreateConnector::new("rest", "d", URL).protocol(Protocol::Http);
    let created = server.client().create(&http).unwrap();
    assert_eq!(created.protocol, Some(Protocol::Http));
    assert_eq!(created.supports_mcp, Some(false));
}

#[test]
fn responses_show_no_headers_and_no_secrets() {
    let server = FakeServer::start();
    let secrets = docs()
        .header("x-team", "hidden-header")
        .auth_data(AuthData::new("our-client").secret("hidden-secret"));
    let created = server.client().create(&secrets).unwrap();
    assert!(!format!("{created:?}").contains("hidden"), "{created:?}");
}

#[test]
fn an_update_changes_what_it_names_and_nothing_else() {
    let server = FakeServer::start();
    let client = server.client();
    let before = client.create(&docs().title("Documents")).unwrap();

    let update = UpdateConnector::new().description("changed");
    let after = client.update(&before.id, &update).unwrap();
    assert_ne!(after.modified_at, before.modified_at);
    let mut expected = before.clone();
    expected.description = "changed".to_owned();
    expected.modified_at = after.modified_at.clone();
    assert_eq!(after, expected);

    let update = UpdateConnector::new()
        .name("docs2")
        .server("https://docs.example/2")
        .title("Two")
        .icon_url("https://docs.example/2.png")
        .system_prompt("Two.");
    let after = client.update(&before.id, &update).unwrap();
    let all_fields = CreateConnector::new("docs2", "changed", "https://docs.example/2")
        .title("Two")
        .icon_url("https://docs.example/2.png")
        .system_prompt("Two.");
    assert_eq!(all_fields.changes(&after), Default::default());
    assert!(client.get("docs").unwrap_err().is_not_found());
    assert_eq!(client.get("docs2").unwrap(), after);
}

#[test]
fn a_cleared_field_is_null() {
    let server = FakeServer::start();
    let id = server.add(json!({"title": "x", "icon_url": "y", "system_prompt": "z"}));
    let update = UpdateConnector::new()
        .clear_title()
        .clear_icon_url()
        .clear_system_prompt();
    let after = server.client().update(&id, &update).unwrap();
    assert_eq!(
        (after.title, after.icon_url, after.system_prompt),
        (None, None, None)
    );
}

#[test]
fn a_deleted_connector_is_gone_and_its_name_is_free() {
    let server = server();
    let client = server.client();
    let id = client.get("docs").unwrap().id;
    create(&client, "mail");
    let deleted = client.delete(&id).unwrap();
    assert_eq!(deleted.message, "Connector deleted successfully");
    let update = UpdateConnector::new().title("x");
    for error in [
        client.get(&id).unwrap_err(),
        client.get("docs").unwrap_err(),
        client.delete(&id).unwrap_err(),
        client.update(&id, &update).unwrap_err(),
    ] {
        assert!(error.is_not_found(), "{error}");
    }
    assert_eq!(names(&client, &ListConnectors::new()), ["mail"]);
    create(&client, "docs");
}

// --- add, connectors

#[test]
fn a_connector_can_be_added_as_it_is() {
    let server = FakeServer::start();
    let client = server.client();
    let id = server.add(json!({
        "id": "11111111-2222-3333-4444-555555555555",
        "name": "docs",
        "visibility": "shared_universe",
        "of_2027": {"new": true},
        "title": 5,
    }));
    assert_eq!(id, "11111111-2222-3333-4444-555555555555");
    let connector = client.get("docs").unwrap();
    assert_eq!(connector.id, id);
    assert_eq!(connector.visibility, Some("shared_universe".into()));
    assert_eq!(connector.extra["of_2027"]["new"], true);
    assert_eq!(connector.extra["title"], 5);
    assert_eq!(server.requests().len(), 1, "adding is not a request");

    // Colleagues can have private connectors with the same name.
    let second = server.add(json!({"name": "docs"}));
    assert_eq!(client.get("docs").unwrap().id, id);
    assert_eq!(client.get(&second).unwrap().name, "docs");
}

#[test]
fn missing_fields_of_an_added_connector_are_filled_in() {
    let server = FakeServer::start();
    let [first, second] = [(); 2].map(|()| {
        let id = server.add(json!({}));
        server.client().get(&id).unwrap()
    });
    assert!(!first.name.is_empty());
    assert!(first.created_at.is_some());
    assert_ne!(first.name, second.name);
    assert_ne!(first.id, second.id);
}

#[test]
fn what_is_not_a_connector_cannot_be_added() {
    let server = FakeServer::start();
    let id = server.add(json!({}));
    for value in [
        json!(null),
        json!([]),
        json!({"name": 7}),
        json!({"id": null}),
        json!({"id": id}),
    ] {
        let added = catch_unwind(|| server.add(value.clone()));
        assert!(added.is_err(), "{value}");
    }
    assert_eq!(server.connectors().len(), 1);
}

#[test]
fn connectors_are_returned_in_the_order_of_their_creation() {
    let server = FakeServer::start();
    let client = server.client();
    let [_, deleted, _] = ["c", "a", "b"].map(|name| create(&client, name));
    client.delete(&deleted).unwrap();
    server.add(json!({"name": "d"}));
    let listed: Result<Vec<_>, _> = client.list().collect();
    assert_eq!(server.connectors(), listed.unwrap());
    assert_eq!(names(&client, &ListConnectors::new()), ["c", "b", "d"]);
}

// --- sharing

#[track_caller]
fn assert_is(server: &FakeServer, visibility: Visibility, owner: OwnerType) {
    let connector = server.client().get("docs").unwrap();
    assert_eq!(connector.visibility, Some(visibility));
    assert_eq!(connector.owner_type, Some(owner));
}

#[test]
fn a_connector_is_shared_and_unshared() {
    let server = FakeServer::start();
    let client = server.client();
    let id = create(&client, "docs");
    assert_is(&server, Visibility::Private, OwnerType::User);
    // Sharing twice is the same as once.
    for _ in 0..2 {
        client.share(&id).unwrap();
        assert_is(&server, Visibility::SharedWorkspace, OwnerType::Workspace);
    }
    client.unshare(&id).unwrap();
    assert_is(&server, Visibility::Private, OwnerType::User);
    client.share_to_organization(&id).unwrap();
    assert_is(&server, Visibility::SharedOrg, OwnerType::Org);
    client.unshare_from_organization(&id).unwrap();
    assert_is(&server, Visibility::Private, OwnerType::User);
}

#[test]
fn unsharing_removes_the_credentials_of_others() {
    let server = FakeServer::start();
    let client = server.client();
    let id = create(&client, "docs");
    client.share(&id).unwrap();
    let scopes = [Scope::User, Scope::Workspace];
    for scope in scopes {
        let new = SetCredentials::new("a").bearer_token("token");
        client.create_credentials("docs", scope, &new).unwrap();
    }
    client.unshare(&id).unwrap();
    let left = scopes.map(|scope| {
        let list = client.list_credentials("docs", scope);
        list.unwrap().credentials.len()
    });
    assert_eq!(left, [1, 0]);
}

#[test]
fn sharing_and_activation_accept_only_ids() {
    let server = server();
    let client = server.client();
    for error in [
        client.share("docs").unwrap_err(),
        client.unshare("docs").unwrap_err(),
        client.share_to_organization("docs").unwrap_err(),
        client.unshare_from_organization("docs").unwrap_err(),
        client.activate("docs", Scope::User).unwrap_err(),
        client.deactivate("docs", Scope::User).unwrap_err(),
    ] {
        assert!(error.is_not_found(), "{error}");
    }
}

// --- activation

#[test]
fn a_connector_is_activated_and_deactivated_in_every_scope() {
    let server = server();
    let client = server.client();
    let id = client.get("docs").unwrap().id;
    for scope in SCOPES {
        for active in [false, false, true] {
            if active {
                client.activate(&id, scope).unwrap();
            } else {
                client.deactivate(&id, scope).unwrap();
            }
            assert_eq!(client.get("docs").unwrap().active, Some(active), "{scope}");
            let filtered = ListConnectors::new().active(active);
            assert_eq!(names(&client, &filtered), ["docs"], "{scope}");
        }
    }
    let target = format!("/v1/connectors/{id}/everybody/activate");
    let response = raw(&server, "POST", &target, "");
    assert_eq!(super::places(response), ["path.consumer_scope"]);
}

// --- readiness

/// Name, whether it is ready, the number of tools, and what the user has to do.
#[track_caller]
fn readiness(server: &FakeServer) -> Vec<(String, bool, usize, Option<AuthActionKind>)> {
    let readiness = server.client().readiness().unwrap();
    let connectors = readiness.into_iter().map(|connector| {
        let (is_ready, tools) = (connector.is_ready(), connector.tools.unwrap().len());
        let action = connector.auth_action.map(|action| action.kind);
        (connector.name, is_ready, tools, action)
    });
    connectors.collect()
}

#[test]
fn an_active_connector_that_needs_no_login_is_ready() {
    let server = FakeServer::start();
    let tools = json!([{"name": "read"}]);
    let id = server.add(json!({"name": "wiki", "tools": tools, "active": false}));
    assert_eq!(readiness(&server), [("wiki".to_owned(), false, 0, None)]);
    server.client().activate(&id, Scope::User).unwrap();
    assert_eq!(readiness(&server), [("wiki".to_owned(), true, 1, None)]);
}

#[test]
fn a_connector_names_the_missing_login_and_is_ready_after_it() {
    let server = FakeServer::start();
    let client = server.client();
    let tools = json!([{"name": "read"}]);
    server.add(json!({"name": "page", "tools": tools, "is_authenticated": false}));
    let bearer = CreateConnector::new("token", "d", URL).auth_method(AuthMethod::bearer());
    client.create(&bearer).unwrap();
    let page = |is_ready, tools, action| ("page".to_owned(), is_ready, tools, action);
    let token = |is_ready, action| ("token".to_owned(), is_ready, 0, action);
    assert_eq!(
        readiness(&server),
        [
            page(false, 0, Some(AuthActionKind::OAuth)),
            token(false, Some(AuthActionKind::CredentialsSetup)),
        ]
    );
    // Without a parameter, the API leaves them out.
    let (_, body) = raw(&server, "GET", "/v1/connectors/bootstrap", "");
    assert_eq!(body["connectors"], json!([]));

    let login = client.request(Method::Get, ["login", "page"]);
    login.send().unwrap();
    let new = SetCredentials::new("mine").bearer_token("token");
    client
        .create_credentials("token", Scope::User, &new)
        .unwrap();
    assert_eq!(readiness(&server), [page(true, 1, None), token(true, None)]);
}

#[test]
fn a_connector_called_bootstrap_is_found_by_its_id_only() {
    let server = FakeServer::start();
    let id = server.add(json!({"name": "bootstrap"}));
    assert!(server.client().get("bootstrap").is_err());
    assert_eq!(server.client().get(&id).unwrap().name, "bootstrap");
}
