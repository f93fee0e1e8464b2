//! Switching the stand-in's connectors on and off.

use crate::fake_server::{places, raw};
use mistral_connectors::testing::FakeServer;
use mistral_connectors::{ListConnectors, Scope};
use serde_json::json;

const SCOPES: [Scope; 3] = [Scope::User, Scope::Workspace, Scope::Organization];

#[test]
fn a_connector_is_switched_off_and_on_for_whomever() {
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
fn a_listing_knows_what_was_switched_off() {
    let server = FakeServer::start();
    let client = server.client();
    let ids = ["a", "b"].map(|name| server.add(json!({"name": name, "active": true})));
    client.deactivate(&ids[0], Scope::User).unwrap();
    for (active, want) in [(true, "b"), (false, "a")] {
        let listed = client.list(ListConnectors::new().active(active));
        let names: Vec<_> = listed.map(|connector| connector.unwrap().name).collect();
        assert_eq!(names, [want]);
    }
}

#[test]
fn switching_takes_ids_only_and_scopes_that_there_are() {
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
