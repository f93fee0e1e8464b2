//! What the fake server promises to the unit tests of others: here, what it stores.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::panic::catch_unwind;

use mistral_connectors::testing::FakeServer;
use mistral_connectors::{
    AuthData, ConnectorsClient, CreateConnector, ListConnectors, Protocol, UpdateConnector,
    Visibility,
};
use serde_json::{Value, json};

const URL: &str = "https://docs.example/mcp";

#[track_caller]
pub(crate) fn create(client: &ConnectorsClient, name: &str) -> String {
    let wanted = CreateConnector::new(name, "d", URL);
    client.create(&wanted).unwrap().id
}

#[track_caller]
pub(crate) fn names(client: &ConnectorsClient, options: ListConnectors) -> Vec<String> {
    let connectors = client.list_with(&options);
    connectors
        .map(|connector| connector.unwrap().name)
        .collect()
}

/// Sends a request that the client of this crate would not send.
#[track_caller]
pub(crate) fn ask(
    server: &FakeServer,
    key: &str,
    method: &str,
    target: &str,
    body: &str,
) -> TcpStream {
    let url = server.base_url();
    let address = url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "{method} {target} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\
         authorization: Bearer {key}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    stream
}

/// The status and the body of the response.
#[track_caller]
pub(crate) fn read(mut stream: TcpStream) -> (u16, Value) {
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(body).unwrap())
}

/// The status and the body of the response to a request with the right API key.
#[track_caller]
pub(crate) fn raw(server: &FakeServer, method: &str, target: &str, body: &str) -> (u16, Value) {
    read(ask(server, server.api_key(), method, target, body))
}

/// The places that a 422 names.
#[track_caller]
pub(crate) fn places((status, body): (u16, Value)) -> Vec<String> {
    assert_eq!(status, 422, "{body}");
    let details = body["detail"].as_array().unwrap();
    for detail in details {
        assert!(detail["msg"].is_string(), "{detail}");
        assert!(detail["type"].is_string(), "{detail}");
    }
    let place = |detail: &Value| {
        let parts = detail["loc"].as_array().unwrap();
        let parts: Vec<_> = parts.iter().map(|part| part.as_str().unwrap()).collect();
        parts.join(".")
    };
    details.iter().map(place).collect()
}

#[test]
fn a_created_connector_is_found_by_name_and_by_id() {
    let server = FakeServer::start();
    let client = server.client();
    let wanted = CreateConnector::new("docs", "Our documents", URL)
        .title("Documents")
        .icon_url("https://docs.example/i.png")
        .system_prompt("Be brief.")
        .visibility(Visibility::SharedWorkspace);
    let created = client.create(&wanted).unwrap();
    assert_eq!(created.name, "docs");
    assert_eq!(created.description, "Our documents");
    assert_eq!(created.server.as_deref(), Some(URL));
    assert_eq!(created.title.as_deref(), Some("Documents"));
    assert_eq!(
        created.icon_url.as_deref(),
        Some("https://docs.example/i.png")
    );
    assert_eq!(created.system_prompt.as_deref(), Some("Be brief."));
    assert_eq!(created.visibility, Some(Visibility::SharedWorkspace));
    assert_eq!(created.protocol, Some(Protocol::Mcp));
    assert_eq!(created.active, Some(true));
    assert_eq!(client.get("docs").unwrap(), created);
    assert_eq!(client.get(&created.id).unwrap(), created);
    assert_eq!(names(&client, ListConnectors::new()), ["docs"]);
}

#[test]
fn without_a_visibility_a_connector_is_private() {
    let server = FakeServer::start();
    let id = create(&server.client(), "docs");
    let connector = server.client().get(&id).unwrap();
    assert_eq!(connector.visibility, Some(Visibility::Private));
}

#[test]
fn responses_show_no_headers_and_no_secrets() {
    let server = FakeServer::start();
    let wanted = CreateConnector::new("docs", "d", URL)
        .header("x-team", "hidden-header")
        .auth_data(AuthData::new("our-client").secret("hidden-secret"));
    let created = server.client().create(&wanted).unwrap();
    assert!(!format!("{created:?}").contains("hidden"), "{created:?}");
}

#[test]
fn an_http_connector_does_not_support_mcp() {
    let server = FakeServer::start();
    let wanted = CreateConnector::new("docs", "d", URL).protocol(Protocol::Http);
    let created = server.client().create(&wanted).unwrap();
    assert_eq!(created.protocol, Some(Protocol::Http));
    assert_eq!(created.supports_mcp, Some(false));
}

#[test]
fn an_update_changes_what_it_names_and_nothing_else() {
    let server = FakeServer::start();
    let client = server.client();
    let wanted = CreateConnector::new("docs", "d", URL).title("Documents");
    let before = client.create(&wanted).unwrap();

    let change = UpdateConnector::new().description("changed");
    let after = client.update(&before.id, &change).unwrap();
    assert_eq!(after.description, "changed");
    assert_ne!(after.modified_at, before.modified_at);
    let mut expected = before.clone();
    expected.description = "changed".to_owned();
    expected.modified_at = after.modified_at.clone();
    assert_eq!(after, expected);
    assert_eq!(client.get("docs").unwrap(), after);

    let change = UpdateConnector::new()
        .name("docs2")
        .server("https://docs.example/2")
        .title("Two")
        .icon_url("https://docs.example/2.png")
        .system_prompt("Two.");
    let after = client.update(&before.id, &change).unwrap();
    assert_eq!(after.name, "docs2");
    assert_eq!(after.server.as_deref(), Some("https://docs.example/2"));
    assert_eq!(after.title.as_deref(), Some("Two"));
    assert_eq!(
        after.icon_url.as_deref(),
        Some("https://docs.example/2.png")
    );
    assert_eq!(after.system_prompt.as_deref(), Some("Two."));
    assert!(client.get("docs").unwrap_err().is_not_found());
    assert_eq!(client.get("docs2").unwrap(), after);
}

#[test]
fn a_cleared_field_is_empty() {
    let server = FakeServer::start();
    let client = server.client();
    let id = server.add(json!({"title": "x", "icon_url": "y", "system_prompt": "z"}));
    let change = UpdateConnector::new()
        .clear_title()
        .clear_icon_url()
        .clear_system_prompt();
    let after = client.update(&id, &change).unwrap();
    assert_eq!(
        (after.title, after.icon_url, after.system_prompt),
        (None, None, None)
    );
}

#[test]
fn a_deleted_connector_is_gone() {
    let server = FakeServer::start();
    let client = server.client();
    let id = create(&client, "docs");
    create(&client, "mail");
    assert_eq!(
        client.delete(&id).unwrap().message,
        "Connector deleted successfully"
    );
    for gone in [
        client.get(&id).unwrap_err(),
        client.get("docs").unwrap_err(),
        client.delete(&id).unwrap_err(),
        client
            .update(&id, &UpdateConnector::new().title("x"))
            .unwrap_err(),
    ] {
        assert!(gone.is_not_found(), "{gone}");
    }
    assert_eq!(names(&client, ListConnectors::new()), ["mail"]);
    // The name is free again.
    create(&client, "docs");
}

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
    client.delete(&id).unwrap();

    // Missing fields are filled in, differently for each connector.
    let (first, second) = (server.add(json!({})), server.add(json!({})));
    assert_ne!(first, second);
    let connector = client.get(&first).unwrap();
    assert!(!connector.name.is_empty());
    assert!(connector.created_at.is_some());
    assert_ne!(client.get(&second).unwrap().name, connector.name);
    assert!(server.requests().len() == 4, "adding is no request");
}

#[test]
fn a_connector_can_be_added_under_a_name_that_is_taken() {
    let server = FakeServer::start();
    let first = server.add(json!({"name": "docs"}));
    let second = server.add(json!({"name": "docs"}));
    assert_eq!(server.client().get("docs").unwrap().id, first);
    assert_eq!(server.client().get(&second).unwrap().name, "docs");
}

#[test]
fn what_is_not_a_connector_cannot_be_added() {
    let server = FakeServer::start();
    let id = server.add(json!({}));
    for odd in [
        json!(null),
        json!([]),
        json!({"name": 7}),
        json!({"id": null}),
        json!({"id": id}),
    ] {
        let added = catch_unwind(|| server.add(odd.clone()));
        assert!(added.is_err(), "{odd}");
    }
    assert_eq!(server.connectors().len(), 1);
}

#[test]
fn connectors_are_returned_in_the_order_of_their_creation() {
    let server = FakeServer::start();
    let client = server.client();
    for name in ["c", "a", "b"] {
        create(&client, name);
    }
    client.delete(&client.get("a").unwrap().id).unwrap();
    server.add(json!({"name": "d"}));
    let listed: Result<Vec<_>, _> = client.list().collect();
    assert_eq!(server.connectors(), listed.unwrap());
    let connectors = server.connectors();
    let names: Vec<_> = connectors.iter().map(|own| own.name.as_str()).collect();
    assert_eq!(names, ["c", "b", "d"]);
}
