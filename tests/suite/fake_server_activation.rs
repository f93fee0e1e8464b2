//! Activating and deactivating the fake server's connectors.

use crate::fake_server::{places, raw};
use mistral_connectors::testing::FakeServer;
use mistral_connectors::{ListConnectors, Scope};
use serde_json::json;

const SCOPES: [Scope; 3] = [Scope::User, Scope::Workspace, Scope::Organization];

#[test]
fn a_connector_is_deactivated_and_activated_for_every_scope() {
    let server = FakeServer::start();
    let client = server.client();
    let id = server.add(json!({"name": "docs"}));
    for scope in SCOPES {
        for _ in 0..2 {
            client.deactivate(&id, scope).unwrap();
            assert_eq!(client.get("docs").unwrap().active, Some(false), "{scope}");
        }
        client.activate(&id, scope).unwrap();
        assert_eq!(client.get("docs").unwrap().active, Some(true), "{scope}");
    }
}

#[test]
fn listings_know_which_connectors_are_inactive() {
    let server = FakeServer::start();
    let client = server.client();
    let ids = ["a", "b"].map(|name| server.add(json!({"name": name, "active": true})));
    client.deactivate(&ids[0], Scope::User).unwrap();
    for (active, want) in [(true, "b"), (false, "a")] {
        let listed = client.list_with(&ListConnectors::new().active(active));
        let names: Vec<_> = listed.map(|connector| connector.unwrap().name).collect();
        assert_eq!(names, [want]);
    }
}

#[test]
fn activation_accepts_only_ids_and_known_scopes() {
    let server = FakeServer::start();
    let client = server.client();
    let id = server.add(json!({"name": "docs"}));
    for scope in SCOPES {
        for error in [
            client.activate("docs", scope),
            client.deactivate("docs", scope),
        ] {
            assert!(error.unwrap_err().is_not_found(), "{scope}");
        }
    }
    let target = format!("/v1/connectors/{id}/everybody/activate");
    let answer = raw(&server, "POST", &target, "");
    assert_eq!(places(answer), ["path.consumer_scope"]);
}
