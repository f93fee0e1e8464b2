//! Requests to the fake server: how they are recorded, and how they fail on demand.

use super::{URL, create, raw, server};
use crate::support::{self, docs};
use mistral_connectors::testing::FakeServer;
use mistral_connectors::{
    AuthData, CallTool, ConnectorsClient, GetAuthUrl, GetConnector, ListConnectors,
    ListCredentials, ListTools, Method, Scope, SetCredentials, UpdateConnector,
};
use serde_json::json;

/// A client with one more header.
fn client(server: &FakeServer, team: &str) -> ConnectorsClient {
    let client = support::builder(server.base_url()).api_key(server.api_key());
    client.header("x-team", team).build().unwrap()
}

// --- fail_next

#[test]
fn the_next_requests_fail_and_later_ones_succeed() {
    let server = server();
    let client = server.client();
    server.fail_next(0, 500);
    client.get("docs").unwrap();
    server.fail_next(2, 404);
    server.fail_next(1, 409);
    for _ in 0..2 {
        assert!(client.get("docs").unwrap_err().is_not_found());
    }
    assert!(client.get("docs").unwrap_err().is_conflict());
    client.get("docs").unwrap();
}

#[test]
fn a_failing_request_is_not_processed() {
    let server = server();
    let id = server.connectors()[0].id.clone();
    server.fail_next(1, 403);
    server.client().delete(&id).unwrap_err();
    assert_eq!(server.connectors().len(), 1);
}

#[test]
fn the_client_retries_failures_like_real_ones() {
    let server = server();
    server.fail_next(2, 503);
    server.client().get("docs").unwrap();
    assert_eq!(server.requests().len(), 3);
    server.fail_next(3, 503);
    let error = server.client().get("docs").unwrap_err();
    assert_eq!((error.status(), error.attempts()), (Some(503), 3));
}

#[test]
fn any_number_of_failures_can_be_requested() {
    let server = server();
    // There is no list of failures, and the numbers are not added up.
    server.fail_next(usize::MAX, 503);
    server.fail_next(usize::MAX, 404);
    let error = server.client().get("docs").unwrap_err();
    assert_eq!(error.status(), Some(503));
}

// --- records

#[test]
fn every_request_is_recorded_as_it_was_sent() {
    let server = FakeServer::start();
    let client = client(&server, "blue");
    assert!(server.requests().is_empty());
    client.get("a/b c").unwrap_err();
    let id = create(&client, "docs");
    let options = ListConnectors::new().page_size(3).active(true);
    client.list_page(&options).unwrap();
    let update = UpdateConnector::new().clear_title();
    client.update(&id, &update).unwrap();
    client.delete(&id).unwrap();

    let requests = server.requests();
    let calls: Vec<_> = requests
        .iter()
        .map(|request| (request.method.as_str(), request.path.as_str()))
        .collect();
    let path = format!("/v1/connectors/{id}");
    assert_eq!(
        calls,
        [
            ("GET", "/v1/connectors/a%2Fb%20c"),
            ("POST", "/v1/connectors"),
            ("GET", "/v1/connectors"),
            ("PATCH", &path),
            ("DELETE", &path),
        ]
    );
    assert_eq!((&requests[0].query, &requests[0].body), (&vec![], &None));
    let body = json!({"name": "docs", "description": "d", "server": URL});
    assert_eq!(requests[1].body, Some(body));
    assert_eq!(requests[1].header("content-type"), Some("application/json"));
    let query = [
        ("page_size", "3"),
        ("active", "true"),
        ("query_filters", r#"{"active":true}"#),
    ];
    let query = query.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(requests[2].query, query);
    assert_eq!(requests[3].body, Some(json!({"title": null})));
    let authorization = format!("Bearer {}", server.api_key());
    for request in &requests {
        assert_eq!(request.header("X-Team"), Some("blue"));
        assert_eq!(request.header("Authorization"), Some(&*authorization));
        assert_eq!(request.header("x-none"), None);
    }
}

#[test]
fn refused_and_failing_requests_are_recorded() {
    let server = FakeServer::start();
    server.fail_next(1, 422);
    server.client().get("docs").unwrap_err();
    let stranger = support::client(server.base_url());
    stranger.get("mail").unwrap_err();
    let requests = server.requests();
    let paths: Vec<_> = requests.iter().map(|request| &request.path).collect();
    assert_eq!(paths, ["/v1/connectors/docs", "/v1/connectors/mail"]);
    let authorization = format!("Bearer {}", support::KEY);
    assert_eq!(requests[1].header("authorization"), Some(&*authorization));
}

#[test]
fn clearing_the_requests_forgets_nothing_else() {
    let server = server();
    server.client().get("docs").unwrap();
    server.fail_next(1, 404);
    server.clear_requests();
    assert!(server.requests().is_empty());
    server.client().get("docs").unwrap_err();
    server.client().get("docs").unwrap();
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn a_recorded_request_shows_no_secret_when_it_is_printed() {
    let server = FakeServer::start();
    let client = client(&server, "hidden-team");
    let connector = docs()
        .header("x-inner", "hidden-header")
        .auth_data(AuthData::new("an-id").secret("hidden-secret"));
    client.create(&connector).unwrap();
    let requests = server.requests();
    for shown in [
        format!("{requests:?}"),
        format!("{requests:#?}"),
        format!("{server:?}"),
        format!("{client:?}"),
    ] {
        assert!(!shown.contains("hidden"), "{shown}");
        assert!(!shown.contains(server.api_key()), "{shown}");
    }
    let shown = format!("{requests:?}");
    for part in ["POST", "/v1/connectors", "Our documents"] {
        assert!(shown.contains(part), "{shown}");
    }
    assert!(format!("{server:?}").contains(&server.base_url()));
    // A test can still check the value.
    let body = requests[0].body.as_ref().unwrap();
    assert_eq!(body["headers"]["x-inner"], "hidden-header");
}

#[test]
fn no_secret_of_a_request_of_any_kind_is_printed() {
    let server = FakeServer::start();
    for body in [
        json!({"global_headers": {"a": "hidden"}}),
        json!({"auth_methods": [{"method_type": "bearer", "headers": [{"name": "x", "value": "hidden"}]}]}),
        json!({"credentials": {"bearer_token": "hidden"}}),
        json!([{"bearer_token": "hidden"}]),
        json!({"tools": [{"authorization": {"type": "api-key", "value": "hidden"}}]}),
        json!({"deep": [{"name": "x-team", "value": "hidden"}]}),
        json!({"arguments": {"API_Key": "hidden", "password": ["hidden"]}}),
        json!({"oauth2_metadata_secrets": {"client_secret": "hidden"}}),
        json!({"oauth": {"access_token": "hidden", "refresh_token": "hidden"}}),
    ] {
        server.clear_requests();
        let target = "/v1/connectors?page=plain&token=hidden";
        raw(&server, "POST", target, &body.to_string());
        let shown = format!("{:?}", server.requests());
        assert!(shown.contains("[redacted]"), "{body}: {shown}");
        assert!(shown.contains("plain"), "{body}: {shown}");
        assert!(!shown.contains("hidden"), "{body}: {shown}");
    }
}

// --- warnings

#[test]
fn unknown_query_parameters_are_ignored_and_can_be_seen() {
    let server = FakeServer::start();
    let client = server.client();
    for (path, query, want) in [
        (&["v1", "connectors"][..], "pagesize", true),
        (&["v1", "connectors"], "page_size", false),
        (&["v1", "connectors"], "fetch_user_data", true),
        (&["v1", "connectors", "bootstrap"], "page_size", true),
        // The parameters of an unknown path are not known.
        (&["v1", "models"], "pagesize", false),
    ] {
        server.clear_requests();
        let _ = client.request(Method::Get, path).query(query, "5").send();
        let requests = server.requests();
        let warnings = requests[0].warnings();
        assert_eq!(!warnings.is_empty(), want, "{path:?} {query}: {warnings:?}");
        assert!(warnings.iter().all(|text| text.contains(query)));
    }
}

#[test]
fn a_body_without_a_content_type_can_be_seen() {
    let server = FakeServer::start();
    raw(&server, "POST", "/v1/connectors", "{}");
    let requests = server.requests();
    assert_eq!(requests[0].warnings(), ["a body without Content-Type"]);
    assert!(format!("{requests:?}").contains("a body without Content-Type"));
}

#[test]
fn the_client_sends_nothing_suspicious() {
    let server = FakeServer::start();
    let client = server.client();
    let id = create(&client, "docs");
    let update = UpdateConnector::new().title("Documents");
    client.update(&id, &update).unwrap();
    let options = ListConnectors::new().active(true).supports_mcp(true);
    client.list_page(&options.page_size(5)).unwrap();
    let options = ListTools::new().refresh(true).page_size(5);
    client.list_tools_with("docs", &options).unwrap();
    let call = CallTool::new("none");
    client.call_tool("docs", &call).unwrap_err();
    let options = GetAuthUrl::new()
        .credentials_name("mine")
        .credentials_title("Mine");
    client.get_auth_url_with("docs", &options).unwrap();
    let token = SetCredentials::new("mine").bearer_token("token");
    client
        .create_credentials("docs", Scope::User, &token)
        .unwrap();
    let options = ListCredentials::new()
        .auth_type("bearer")
        .fetch_default(true);
    client
        .list_credentials_with("docs", Scope::User, &options)
        .unwrap();
    let options = GetConnector::new().fetch_user_data(true);
    client.get_with("docs", &options).unwrap();
    client.share(&id).unwrap();
    client.activate(&id, Scope::User).unwrap();
    client.readiness().unwrap();
    client.delete(&id).unwrap();
    for request in server.requests() {
        assert_eq!(request.warnings(), [""; 0], "{request:?}");
    }
}
