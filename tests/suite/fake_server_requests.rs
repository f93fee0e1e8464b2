//! Requests to the fake server: how they fail on demand, and how they are recorded.

use crate::fake_server::{create, raw};
use mistral_connectors::testing::FakeServer;
use mistral_connectors::{
    AuthData, CallTool, ConnectorsClient, CreateConnector, GetAuthUrl, GetConnector,
    ListConnectors, ListCredentials, ListTools, Method, Scope, SetCredentials, UpdateConnector,
};
use serde_json::json;

const URL: &str = "https://docs.example/mcp";

// --- failures on demand

#[test]
fn the_next_requests_fail_and_later_ones_succeed() {
    let server = FakeServer::start();
    let client = server.client();
    server.fail_next(2, 404);
    server.fail_next(1, 409);
    assert!(client.get("docs").unwrap_err().is_not_found());
    assert!(client.get("docs").unwrap_err().is_not_found());
    let wanted = CreateConnector::new("docs", "d", URL);
    assert!(client.create(&wanted).unwrap_err().is_conflict());
    client.create(&wanted).unwrap();
}

#[test]
fn a_failing_request_is_not_processed() {
    let server = FakeServer::start();
    let client = server.client();
    let id = create(&client, "docs");
    server.fail_next(3, 503);
    assert_eq!(client.delete(&id).unwrap_err().status(), Some(503));
    assert_eq!(client.get(&id).unwrap().name, "docs");
}

#[test]
fn the_client_retries_failures_like_real_ones() {
    let server = FakeServer::start();
    server.add(json!({"name": "docs"}));
    server.fail_next(2, 503);
    server.client().get("docs").unwrap();
    assert_eq!(server.requests().len(), 3);
    server.fail_next(3, 503);
    let error = server.client().get("docs").unwrap_err();
    assert_eq!((error.status(), error.attempts()), (Some(503), 3));
}

#[test]
fn zero_failures_change_nothing() {
    let server = FakeServer::start();
    server.fail_next(0, 500);
    server.client().list_page(&ListConnectors::new()).unwrap();
}

#[test]
fn any_number_of_failures_can_be_requested() {
    let server = FakeServer::start();
    server.add(json!({"name": "docs"}));
    // There is no list of failures, and the numbers are not added up.
    server.fail_next(usize::MAX, 503);
    server.fail_next(usize::MAX, 404);
    for _ in 0..5 {
        let error = server.client().get("docs").unwrap_err();
        assert_eq!((error.status(), error.attempts()), (Some(503), 3));
    }
}

// --- records

#[test]
fn every_request_is_recorded_as_it_was_sent() {
    let server = FakeServer::start();
    let client = ConnectorsClient::builder()
        .api_key(server.api_key())
        .base_url(server.base_url())
        .header("x-team", "blue")
        .build()
        .unwrap();
    assert!(server.requests().is_empty());
    client.get("a/b c").unwrap_err();
    let wanted = CreateConnector::new("docs", "d", URL);
    let id = client.create(&wanted).unwrap().id;
    let options = ListConnectors::new().page_size(3).active(true);
    client.list_page(&options).unwrap();
    client
        .update(&id, &UpdateConnector::new().clear_title())
        .unwrap();
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
    assert_eq!(requests[0].query, []);
    assert_eq!(requests[0].body, None);
    assert_eq!(
        requests[1].body,
        Some(json!({"name": "docs", "description": "d", "server": URL}))
    );
    let query: Vec<_> = requests[2]
        .query
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(
        query,
        [
            ("page_size", "3"),
            ("active", "true"),
            ("query_filters", r#"{"active":true}"#)
        ]
    );
    assert_eq!(requests[3].body, Some(json!({"title": null})));
    for request in &requests {
        assert_eq!(request.header("X-Team"), Some("blue"));
        assert_eq!(request.header("x-team"), Some("blue"));
        let authorization = format!("Bearer {}", server.api_key());
        assert_eq!(request.header("Authorization"), Some(&*authorization));
        assert_eq!(request.header("x-none"), None);
    }
    assert_eq!(requests[1].header("content-type"), Some("application/json"));
    assert_eq!(requests, server.requests());
}

#[test]
fn clearing_the_requests_forgets_nothing_else() {
    let server = FakeServer::start();
    let client = server.client();
    create(&client, "docs");
    server.fail_next(1, 404);
    server.clear_requests();
    assert!(server.requests().is_empty());
    client.get("docs").unwrap_err();
    client.get("docs").unwrap();
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn refused_and_failing_requests_are_recorded() {
    let server = FakeServer::start();
    server.fail_next(1, 422);
    server.client().get("docs").unwrap_err();
    ConnectorsClient::builder()
        .api_key("wrong-key")
        .base_url(server.base_url())
        .build()
        .unwrap()
        .get("mail")
        .unwrap_err();
    let requests = server.requests();
    let paths: Vec<_> = requests.iter().map(|request| &request.path).collect();
    assert_eq!(paths, ["/v1/connectors/docs", "/v1/connectors/mail"]);
    let request = &requests[1];
    assert_eq!(request.header("authorization"), Some("Bearer wrong-key"));
}

#[test]
fn a_recorded_request_shows_no_secret_when_it_is_printed() {
    let server = FakeServer::start();
    let client = ConnectorsClient::builder()
        .api_key(server.api_key())
        .base_url(server.base_url())
        .header("x-team", "hidden-team")
        .build()
        .unwrap();
    let wanted = CreateConnector::new("docs", "Our documents", URL)
        .header("x-inner", "hidden-header")
        .auth_data(AuthData::new("an-id").secret("hidden-secret"));
    client.create(&wanted).unwrap();
    for shown in [
        format!("{:?}", server.requests()),
        format!("{:#?}", server.requests()),
        format!("{server:?}"),
        format!("{client:?}"),
    ] {
        assert!(!shown.contains("hidden"), "{shown}");
        assert!(!shown.contains(server.api_key()), "{shown}");
    }
    let shown = format!("{:?}", server.requests()[0]);
    assert!(shown.contains("POST"), "{shown}");
    assert!(shown.contains("/v1/connectors"), "{shown}");
    assert!(shown.contains("Our documents"), "{shown}");
    assert!(format!("{server:?}").contains(&server.base_url()));
    // A test can still check the value.
    let body = server.requests()[0].body.clone().unwrap();
    assert_eq!(body["headers"]["x-inner"], "hidden-header");
}

#[test]
fn no_secret_of_any_request_is_printed() {
    let server = FakeServer::start();
    for body in [
        json!({"headers": {"a": "hidden"}}),
        json!({"global_headers": {"a": "hidden"}}),
        json!({"auth_data": {"client_id": "an-id", "client_secret": "hidden"}}),
        json!({"auth_methods": [{"method_type": "bearer", "headers": [{"name": "x", "value": "hidden"}]}]}),
        json!({"credentials": {"bearer_token": "hidden"}}),
        json!({"oauth": {"client_secret": "hidden"}}),
        json!([{"bearer_token": "hidden"}]),
        json!({"tools": [{"authorization": {"type": "api-key", "value": "hidden"}}]}),
        json!({"deep": [{"name": "x-team", "value": "hidden"}]}),
        json!({"deep": [{"type": "api-key", "value": "hidden"}]}),
        json!({"arguments": {"API_Key": "hidden", "password": ["hidden"]}}),
        json!({"oauth2_metadata_secrets": {"client_secret": "hidden"}}),
        json!({"oauth": {"access_token": "hidden", "refresh_token": "hidden"}}),
    ] {
        server.clear_requests();
        raw(&server, "POST", "/v1/connectors", &body.to_string());
        let shown = format!("{:?}", server.requests());
        assert!(shown.contains("[redacted]"), "{body}: {shown}");
        assert!(!shown.contains("hidden"), "{body}: {shown}");
    }
    server.clear_requests();
    let target = "/v1/connectors?page=plain&token=hidden";
    raw(&server, "GET", target, "");
    let shown = format!("{:?}", server.requests());
    assert!(shown.contains("[redacted]"), "{shown}");
    assert!(
        shown.contains("plain") && shown.contains("token"),
        "{shown}"
    );
    assert!(!shown.contains("hidden"), "{shown}");
    server.clear_requests();
    raw(&server, "POST", "/v1/connectors", r#"{"value": "plain"}"#);
    assert!(format!("{:?}", server.requests()).contains("plain"));
}

#[test]
fn unknown_query_parameters_are_ignored_and_can_be_seen() {
    let server = FakeServer::start();
    let client = server.client();
    for (path, query, want) in [
        (&["v1", "connectors"][..], "pagesize", true),
        (&["v1", "connectors"], "page_size", false),
        (&["v1", "connectors"], "fetch_user_data", true),
        (&["v1", "connectors", "bootstrap"], "page_size", true),
        // Nobody knows which parameters an unknown path has.
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
    let docs = client
        .create(&CreateConnector::new("docs", "d", URL))
        .unwrap();
    let change = UpdateConnector::new().title("Documents");
    client.update(&docs.id, &change).unwrap();
    let filtered = ListConnectors::new().active(true).supports_mcp(true);
    client.list_page(&filtered.page_size(5)).unwrap();
    client
        .list_tools_with("docs", &ListTools::new().refresh(true).page_size(5))
        .unwrap();
    client
        .call_tool("docs", &CallTool::new("none"))
        .unwrap_err();
    let login = GetAuthUrl::new()
        .credentials_name("mine")
        .credentials_title("Mine");
    client.get_auth_url_with("docs", &login).unwrap();
    let token = SetCredentials::new("mine").bearer_token("token-of-nobody");
    client
        .create_credentials("docs", Scope::User, &token)
        .unwrap();
    let defaults = ListCredentials::new()
        .auth_type("bearer")
        .fetch_default(true);
    client
        .list_credentials_with("docs", Scope::User, &defaults)
        .unwrap();
    client
        .get_with("docs", &GetConnector::new().fetch_user_data(true))
        .unwrap();
    client.share(&docs.id).unwrap();
    client.activate(&docs.id, Scope::User).unwrap();
    client.readiness().unwrap();
    client.delete(&docs.id).unwrap();
    for request in server.requests() {
        assert_eq!(request.warnings(), [""; 0], "{request:?}");
    }
}
