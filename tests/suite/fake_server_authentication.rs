//! How users log in to the fake server's connectors.

use std::time::Duration;

use crate::fake_server::{ask, places, raw, read};
use mistral_connectors::testing::FakeServer;
use mistral_connectors::{
    AuthData, AuthMethod, AuthenticationType, Connector, CreateConnector, Credentials, GetAuthUrl,
    GetConnector, ListCredentials, Method, Scope, UpdateConnector,
};
use serde_json::json;

const URL: &str = "https://docs.example/mcp";

fn docs() -> CreateConnector {
    CreateConnector::new("docs", "d", URL)
}

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
    let page = server.client().get_auth_url_with("docs", options).unwrap();
    let target = page.auth_url.strip_prefix(&server.base_url()).unwrap();
    let (status, body) = read(ask(server, "wrong-key", "GET", target, ""));
    assert_eq!(status, 200, "{body}");
}

#[track_caller]
fn kept(server: &FakeServer) -> Vec<Credentials> {
    let options = ListCredentials::new();
    let kept = server
        .client()
        .list_credentials_with("docs", Scope::User, &options);
    kept.unwrap().credentials
}

/// The kinds of the login methods of a connector.
#[track_caller]
fn kinds(server: &FakeServer) -> Vec<String> {
    let methods = server.client().get_authentication_methods("docs").unwrap();
    let kinds = methods
        .into_iter()
        .map(|method| method.method_type.unwrap());
    kinds.map(|kind| kind.to_string()).collect()
}

#[test]
fn opening_the_page_logs_the_user_in() {
    let server = server();
    let client = server.client();
    assert_eq!(with_user_data(&server).is_authenticated, Some(false));
    let page = client.get_auth_url("docs").unwrap();
    assert_eq!(page.ttl, Some(600));
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
fn a_login_creates_credentials_with_the_requested_name() {
    let server = server();
    let named = GetAuthUrl::new()
        .credentials_name("mine")
        .credentials_title("Mine & only mine");
    open(&server, &named);
    open(&server, &GetAuthUrl::new());
    let kept = kept(&server);
    assert_eq!(kept[0].name, "mine");
    assert_eq!(kept[0].title.as_deref(), Some("Mine & only mine"));
    assert_eq!(
        kept[0].authentication_type,
        Some(AuthenticationType::OAuth2)
    );
    assert_eq!(kept[1].name, "default");
    assert_eq!(with_user_data(&server).connection_credentials, Some(kept));
}

#[test]
fn deleting_the_credentials_logs_the_user_out() {
    let server = server();
    open(&server, &GetAuthUrl::new());
    server.client().delete_all_user_credentials("docs").unwrap();
    assert_eq!(with_user_data(&server).is_authenticated, Some(false));
}

#[test]
fn a_login_without_a_description_is_oauth() {
    let server = FakeServer::start();
    for (name, methods) in [("none", json!([])), ("null", json!(null))] {
        server.add(json!({"name": name, "is_authenticated": false,
            "supported_auth_methods": methods}));
        let methods = server.client().get_authentication_methods(name).unwrap();
        let kinds: Vec<_> = methods.iter().map(|method| &method.method_type).collect();
        assert_eq!(kinds, [&Some("oauth2".into())], "{name}");
    }
}

#[test]
fn a_login_that_a_connector_does_not_have_is_refused() {
    let server = FakeServer::start();
    let client = server.client();
    for (name, kinds) in [("bearer", &["bearer"][..]), ("none", &["none"])] {
        let methods = kinds.iter().map(|kind| json!({"method_type": kind}));
        let methods: Vec<_> = methods.collect();
        server.add(json!({"name": name, "supported_auth_methods": methods}));
        let error = client.get_auth_url(name).unwrap_err();
        assert!(error.is_validation(), "{error}");
    }
    server.add(json!({"name": "both", "supported_auth_methods":
        [{"method_type": "bearer"}, {"method_type": "github_app"}]}));
    for (kind, good) in [("github_app", true), ("oauth2", false), ("bearer", false)] {
        let login = GetAuthUrl::new().method_type(kind);
        assert_eq!(
            client.get_auth_url_with("both", &login).is_ok(),
            good,
            "{kind}"
        );
    }
    let page = client.get_auth_url("both").unwrap();
    assert!(page.auth_url.contains("github_app"), "{page:?}");
}

#[test]
fn credentials_of_a_login_need_a_valid_name() {
    let server = server();
    let target = "/v1/connectors/docs/auth_url?credentials_name=a%20b";
    let answer = raw(&server, "GET", target, "");
    assert_eq!(places(answer), ["query.credentials_name"]);
    assert!(kept(&server).is_empty());
}

#[test]
fn an_unknown_connector_has_no_login() {
    let client = FakeServer::start();
    let client = client.client();
    let error = client.get_auth_url("docs");
    assert!(error.unwrap_err().is_not_found());
    let error = client.get_authentication_methods("docs").unwrap_err();
    assert!(error.is_not_found());
    let page = client.request(Method::Get, ["login", "docs"]).send();
    assert!(page.unwrap_err().is_not_found());
}

#[test]
fn a_create_sets_login_methods_in_every_form() {
    let oauth = || AuthData::new("hidden-id").secret("hidden-secret");
    for (wanted, want) in [
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
        // For those who call the connector, not for its users.
        (
            docs().extra("auth_methods", json!([{"method_type": "webhook"}])),
            &[],
        ),
    ] {
        let server = FakeServer::start();
        let created = server.client().create(&wanted).unwrap();
        assert_eq!(kinds(&server), want, "{wanted:?}");
        let shown = created.supported_auth_methods;
        assert_eq!(shown.map_or(0, |shown| shown.len()), want.len());
        let methods = server.client().get_authentication_methods("docs");
        let shown = format!("{:?} {methods:?}", server.connectors());
        assert!(!shown.contains("hidden"), "{shown}");
    }
}

#[test]
fn login_methods_show_their_headers_and_metadata() {
    let server = FakeServer::start();
    let metadata = json!({"issuer": "https://login.example"});
    let wanted = docs()
        .auth_method(AuthMethod::bearer().header("x-key", "hidden-value"))
        .auth_method(AuthMethod::oauth2(AuthData::new("ours")))
        .oauth2_server_metadata(metadata.clone());
    server.client().create(&wanted).unwrap();
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
fn an_update_adds_a_login_method_or_replaces_one_of_its_kind() {
    let server = FakeServer::start();
    let bearer = || docs().auth_method(AuthMethod::bearer());
    let id = server.client().create(&bearer()).unwrap().id;
    let oauth = AuthMethod::oauth2(AuthData::new("ours"));
    let change = UpdateConnector::new().auth_method(oauth);
    server.client().update(&id, &change).unwrap();
    assert_eq!(kinds(&server), ["bearer", "oauth2"]);
    let keyed = AuthMethod::bearer().header("x-key", "hidden-value");
    let change = UpdateConnector::new().auth_method(keyed);
    let after = server.client().update(&id, &change).unwrap();
    assert_eq!(kinds(&server), ["oauth2", "bearer"]);
    assert!(!format!("{after:?}").contains("hidden"), "{after:?}");
    let change = UpdateConnector::new().title("x");
    let after = server.client().update(&id, &change).unwrap();
    assert_eq!(after.supported_auth_methods.unwrap().len(), 2);
}

#[test]
fn a_connector_that_needs_no_login_is_authenticated() {
    for (wanted, want) in [
        (docs(), true),
        (docs().auth_method(AuthMethod::none()), true),
        // Headers are credentials of the organization.
        (docs().header("x-key", "value"), true),
        (docs().auth_method(AuthMethod::bearer()), false),
        (docs().auth_data(AuthData::new("ours")), false),
    ] {
        let server = FakeServer::start();
        server.client().create(&wanted).unwrap();
        let connector = with_user_data(&server);
        assert_eq!(connector.is_authenticated, Some(want), "{wanted:?}");
        // This is only shown on request.
        let connector = server.client().get("docs").unwrap();
        assert_eq!(connector.is_authenticated, None);
        assert_eq!(connector.connection_credentials, None);
    }
}

#[test]
fn login_methods_that_are_not_valid_are_refused() {
    let server = FakeServer::start();
    for (field, value, want) in [
        ("headers", json!([]), "body.headers"),
        ("global_headers", json!("x"), "body.global_headers"),
        ("auth_data", json!("x"), "body.auth_data"),
        ("auth_methods", json!({}), "body.auth_methods"),
        (
            "auth_methods",
            json!([{"method_type": "smoke"}]),
            "body.auth_methods.method_type",
        ),
        (
            "oauth2_server_metadata",
            json!("x"),
            "body.oauth2_server_metadata",
        ),
        (
            "oauth2_server_metadata_url",
            json!("x"),
            "body.oauth2_server_metadata_url",
        ),
    ] {
        let mut body = json!({"name": "docs", "description": "d", "server": URL});
        body[field] = value;
        let answer = raw(&server, "POST", "/v1/connectors", &body.to_string());
        assert_eq!(places(answer), [want], "{body}");
    }
    let both = docs()
        .oauth2_server_metadata(json!({}))
        .oauth2_server_metadata_url("https://login.example/metadata");
    assert!(server.client().create(&both).unwrap_err().is_validation());
}
