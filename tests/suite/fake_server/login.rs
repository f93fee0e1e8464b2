//! How users log in to the fake server's connectors.

use std::time::Duration;

use super::{places, raw, raw_as};
use crate::support::docs;
use mistral_connectors::testing::FakeServer;
use mistral_connectors::{
    AuthData, AuthMethod, AuthenticationType, Connector, Credentials, GetAuthUrl, GetConnector,
    Method, Scope, UpdateConnector,
};
use serde_json::json;

/// A server with one connector, `docs`, to which the user is not logged in.
fn server() -> FakeServer {
    let server = FakeServer::start();
    server.add(json!({"name": "docs", "is_authenticated": false}));
    server
}

#[track_caller]
fn with_user_data(server: &FakeServer) -> Connector {
    let options = GetConnector::new().fetch_user_data(true);
    server.client().get_with("docs", &options).unwrap()
}

/// Opens the page to which a user is sent, without the API key.
#[track_caller]
fn open(server: &FakeServer, options: &GetAuthUrl) {
    let login = server.client().get_auth_url_with("docs", options).unwrap();
    let target = login.auth_url.strip_prefix(&server.base_url()).unwrap();
    let (status, body) = raw_as(server, "wrong-key", "GET", target);
    assert_eq!(status, 200, "{body}");
}

#[track_caller]
fn stored(server: &FakeServer) -> Vec<Credentials> {
    let list = server.client().list_credentials("docs", Scope::User);
    list.unwrap().credentials
}

/// The types of the authentication methods of a connector.
#[track_caller]
fn types(server: &FakeServer) -> Vec<String> {
    let methods = server.client().get_authentication_methods("docs").unwrap();
    let types = methods
        .into_iter()
        .map(|method| method.method_type.unwrap());
    types.map(|kind| kind.to_string()).collect()
}

// --- the page

#[test]
fn opening_the_page_logs_the_user_in() {
    let server = server();
    let login = server.client().get_auth_url("docs").unwrap();
    assert_eq!(login.ttl, Some(600));
    assert_eq!(with_user_data(&server).is_authenticated, Some(false));
    open(&server, &GetAuthUrl::new());
    assert_eq!(with_user_data(&server).is_authenticated, Some(true));
    assert_eq!(server.connectors()[0].is_authenticated, Some(true));
}

#[test]
fn the_client_can_open_the_page() {
    let server = server();
    let page = server.client().request(Method::Get, ["login", "docs"]);
    page.send().unwrap();
    assert_eq!(with_user_data(&server).is_authenticated, Some(true));
}

#[test]
fn waiting_for_a_login_ends_when_the_page_is_opened() {
    let server = server();
    let client = server.client();
    let short = Duration::from_millis(10);
    let error = client.wait_until_authenticated("docs", short).unwrap_err();
    assert!(error.is_timeout(), "{error}");
    open(&server, &GetAuthUrl::new());
    let long = Duration::from_secs(60);
    let connector = client.wait_until_authenticated("docs", long).unwrap();
    assert_eq!(connector.is_authenticated, Some(true));
}

#[test]
fn a_login_stores_credentials_with_the_requested_name() {
    let server = server();
    let named = GetAuthUrl::new()
        .credentials_name("mine")
        .credentials_title("Mine & only mine");
    open(&server, &named);
    open(&server, &GetAuthUrl::new());
    let stored = stored(&server);
    assert_eq!(stored[0].name, "mine");
    assert_eq!(stored[0].title.as_deref(), Some("Mine & only mine"));
    assert_eq!(
        stored[0].authentication_type,
        Some(AuthenticationType::OAuth2)
    );
    assert_eq!(stored[1].name, "default");
    assert_eq!(with_user_data(&server).connection_credentials, Some(stored));
}

#[test]
fn deleting_the_credentials_logs_the_user_out() {
    let server = server();
    open(&server, &GetAuthUrl::new());
    server.client().delete_all_user_credentials("docs").unwrap();
    assert_eq!(with_user_data(&server).is_authenticated, Some(false));
}

#[test]
fn credentials_of_a_login_need_a_valid_name() {
    let server = server();
    let target = "/v1/connectors/docs/auth_url?credentials_name=a%20b";
    let response = raw(&server, "GET", target, "");
    assert_eq!(places(response), ["query.credentials_name"]);
    assert!(stored(&server).is_empty());
}

#[test]
fn an_unknown_connector_has_no_login() {
    let server = FakeServer::start();
    let client = server.client();
    let error = client.get_auth_url("docs").unwrap_err();
    assert!(error.is_not_found());
    let error = client.get_authentication_methods("docs").unwrap_err();
    assert!(error.is_not_found());
    let page = client.request(Method::Get, ["login", "docs"]).send();
    assert!(page.unwrap_err().is_not_found());
}

// --- authentication methods

#[test]
fn a_connector_that_needs_a_login_uses_oauth_unless_it_says_otherwise() {
    for methods in [json!([]), json!(null)] {
        let server = FakeServer::start();
        server.add(json!({"name": "docs", "is_authenticated": false,
            "supported_auth_methods": methods}));
        assert_eq!(types(&server), ["oauth2"], "{methods}");
    }
}

#[test]
fn an_authentication_method_that_a_connector_does_not_have_is_refused() {
    let server = FakeServer::start();
    let client = server.client();
    for kind in ["bearer", "none"] {
        server.add(json!({"name": kind, "supported_auth_methods": [{"method_type": kind}]}));
        let error = client.get_auth_url(kind).unwrap_err();
        assert!(error.is_validation(), "{error}");
    }
    server.add(json!({"name": "both", "supported_auth_methods":
        [{"method_type": "bearer"}, {"method_type": "github_app"}]}));
    for (kind, good) in [("github_app", true), ("oauth2", false), ("bearer", false)] {
        let options = GetAuthUrl::new().method_type(kind);
        let login = client.get_auth_url_with("both", &options);
        assert_eq!(login.is_ok(), good, "{kind}");
    }
    let login = client.get_auth_url("both").unwrap();
    assert!(login.auth_url.contains("github_app"), "{login:?}");
}

#[test]
fn a_create_sets_authentication_methods_in_every_form() {
    let oauth = || AuthData::new("hidden-id").secret("hidden-secret");
    for (connector, want) in [
        (docs(), &[][..]),
        (docs().auth_data(oauth()), &["oauth2"]),
        (docs().header("x-key", "hidden-value"), &["bearer"]),
        (
            docs()
                .auth_method(AuthMethod::bearer().header("x-key", "hidden-value"))
                .auth_method(AuthMethod::oauth2(oauth())),
            &["bearer", "oauth2"],
        ),
        (docs().auth_method(AuthMethod::none()), &["none"]),
        // For programs that call the connector, not for its users.
        (
            docs().extra("auth_methods", json!([{"method_type": "webhook"}])),
            &[],
        ),
    ] {
        let server = FakeServer::start();
        let created = server.client().create(&connector).unwrap();
        assert_eq!(types(&server), want, "{connector:?}");
        let shown = created.supported_auth_methods;
        assert_eq!(shown.map_or(0, |shown| shown.len()), want.len());
        let methods = server.client().get_authentication_methods("docs");
        let shown = format!("{:?} {methods:?}", server.connectors());
        assert!(!shown.contains("hidden"), "{shown}");
    }
}

#[test]
fn authentication_methods_show_their_headers_and_metadata() {
    let server = FakeServer::start();
    let metadata = json!({"issuer": "https://login.example"});
    let connector = docs()
        .auth_method(AuthMethod::bearer().header("x-key", "hidden-value"))
        .auth_method(AuthMethod::oauth2(AuthData::new("ours")))
        .oauth2_server_metadata(metadata.clone());
    server.client().create(&connector).unwrap();
    let methods = server.client().get_authentication_methods("docs").unwrap();
    let header = &methods[0].headers.as_ref().unwrap()[0];
    assert_eq!((&*header.name, header.is_secret), ("x-key", Some(true)));
    let global = methods[0].global_headers.as_ref().unwrap();
    assert_eq!(global["x-key"], json!({"is_secret": true, "value": null}));
    assert_eq!(methods[0].oauth2_server_metadata, None);
    assert_eq!(methods[1].oauth2_server_metadata, Some(metadata));
    assert_eq!(methods[1].grant_type.as_deref(), Some("authorization_code"));
}

#[test]
fn an_update_adds_an_authentication_method_or_replaces_one_of_its_type() {
    let server = FakeServer::start();
    let bearer = docs().auth_method(AuthMethod::bearer());
    let id = server.client().create(&bearer).unwrap().id;
    let oauth = AuthMethod::oauth2(AuthData::new("ours"));
    let update = UpdateConnector::new().auth_method(oauth);
    server.client().update(&id, &update).unwrap();
    assert_eq!(types(&server), ["bearer", "oauth2"]);
    let with_header = AuthMethod::bearer().header("x-key", "hidden-value");
    let update = UpdateConnector::new().auth_method(with_header);
    let after = server.client().update(&id, &update).unwrap();
    assert_eq!(types(&server), ["oauth2", "bearer"]);
    assert!(!format!("{after:?}").contains("hidden"), "{after:?}");
    let update = UpdateConnector::new().title("x");
    let after = server.client().update(&id, &update).unwrap();
    assert_eq!(after.supported_auth_methods.unwrap().len(), 2);
}

#[test]
fn a_connector_that_needs_no_login_is_authenticated() {
    for (connector, want) in [
        (docs(), true),
        (docs().auth_method(AuthMethod::none()), true),
        // Headers are credentials of the organization.
        (docs().header("x-key", "value"), true),
        (docs().auth_method(AuthMethod::bearer()), false),
        (docs().auth_data(AuthData::new("ours")), false),
    ] {
        let server = FakeServer::start();
        server.client().create(&connector).unwrap();
        let shown = with_user_data(&server);
        assert_eq!(shown.is_authenticated, Some(want), "{connector:?}");
        // This is only shown on request.
        let shown = server.client().get("docs").unwrap();
        assert_eq!(shown.is_authenticated, None);
        assert_eq!(shown.connection_credentials, None);
    }
}
