//! Who can use the fake server's connectors.

use crate::fake_server::raw;
use mistral_connectors::testing::FakeServer;
use mistral_connectors::{
    CreateConnector, ListCredentials, OwnerType, Scope, SetCredentials, Visibility,
};

/// A server, and the ID of its one connector, `docs`.
fn server() -> (FakeServer, String) {
    let server = FakeServer::start();
    let wanted = CreateConnector::new("docs", "d", "https://docs.example/mcp");
    let id = server.client().create(&wanted).unwrap().id;
    (server, id)
}

#[track_caller]
fn assert_is(server: &FakeServer, visibility: Visibility, owner: OwnerType) {
    let connector = server.client().get("docs").unwrap();
    assert_eq!(connector.visibility, Some(visibility));
    assert_eq!(connector.owner_type, Some(owner));
}

#[test]
fn a_connector_is_shared_with_the_workspace_and_unshared() {
    let (server, id) = server();
    assert_is(&server, Visibility::Private, OwnerType::User);
    server.client().share(&id).unwrap();
    assert_is(&server, Visibility::SharedWorkspace, OwnerType::Workspace);
    server.client().unshare(&id).unwrap();
    assert_is(&server, Visibility::Private, OwnerType::User);
}

#[test]
fn a_connector_is_shared_with_the_organization_and_unshared() {
    let (server, id) = server();
    server.client().share_to_organization(&id).unwrap();
    assert_is(&server, Visibility::SharedOrg, OwnerType::Org);
    server.client().unshare_from_organization(&id).unwrap();
    assert_is(&server, Visibility::Private, OwnerType::User);
}

#[test]
fn sharing_twice_is_the_same_as_once() {
    let (server, id) = server();
    for _ in 0..2 {
        server.client().share(&id).unwrap();
        assert_is(&server, Visibility::SharedWorkspace, OwnerType::Workspace);
    }
}

#[test]
fn unsharing_removes_the_credentials_of_others() {
    let (server, id) = server();
    let client = server.client();
    client.share(&id).unwrap();
    let scopes = [Scope::User, Scope::Workspace];
    for scope in scopes {
        let new = SetCredentials::new("a").bearer_token("token");
        client.create_credentials("docs", scope, &new).unwrap();
    }
    client.unshare(&id).unwrap();
    let left = scopes.map(|scope| {
        let kept = client.list_credentials("docs", scope);
        kept.unwrap().credentials.len()
    });
    assert_eq!(left, [1, 0]);
}

#[test]
fn sharing_accepts_only_ids() {
    let (server, _) = server();
    let client = server.client();
    for error in [
        client.share("docs").unwrap_err(),
        client.unshare("docs").unwrap_err(),
        client.share_to_organization("docs").unwrap_err(),
        client.unshare_from_organization("docs").unwrap_err(),
    ] {
        assert!(error.is_not_found(), "{error}");
        assert!(error.hint().unwrap().contains("UUID"), "{error}");
    }
    let (status, _) = raw(&server, "POST", "/v1/connectors/docs/share", "");
    assert_eq!(status, 405);
}
