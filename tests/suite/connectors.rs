//! The requests for creating, getting, listing, updating and deleting connectors.

use crate::support::{ID, KEY, assert_not_sent, builder, client, connector, docs, exchange, page};
use mistral_connectors::{GetConnector, ListConnectors, UpdateConnector, Visibility};
use mockito::Server;
use serde_json::json;

// --- the five operations

#[test]
fn create_sends_the_fields_and_returns_the_connector() {
    let body = json!({
        "name": "docs",
        "description": "Our documents",
        "server": "https://docs.example/mcp",
    });
    let request = ("POST", "/v1/connectors");
    let created = exchange(request, Some(body), &connector(), |client| {
        client.create(&docs())
    });
    assert_eq!(created.id, ID);
    assert_eq!(created.name, "docs");
    assert_eq!(created.description, "Our documents");
    assert_eq!(created.server.as_deref(), Some("https://docs.example/mcp"));
    assert_eq!(created.created_at.as_deref(), Some("2026-02-24T10:30:00Z"));
    assert_eq!(created.visibility, Some(Visibility::Private));
}

#[test]
fn get_takes_a_name_or_an_id() {
    for id_or_name in ["docs", ID] {
        let path = format!("/v1/connectors/{id_or_name}");
        let found = exchange(("GET", &path), None, &connector(), |client| {
            client.get(id_or_name)
        });
        assert_eq!(found.id, ID, "{id_or_name}");
    }
}

#[test]
fn get_with_sends_only_the_options_that_are_set() {
    let options = GetConnector::new;
    for (options, query) in [
        (options(), ""),
        (options().fetch_user_data(true), "?fetch_user_data=true"),
        (
            options().fetch_user_data(false).fetch_customer_data(true),
            "?fetch_user_data=false&fetch_customer_data=true",
        ),
    ] {
        let path = format!("/v1/connectors/docs{query}");
        exchange(("GET", &path), None, &connector(), |client| {
            client.get_with("docs", &options)
        });
    }
}

#[test]
fn list_page_returns_the_connectors_and_the_next_cursor() {
    let response = page(&["docs", "mail"], Some("next"));
    let page = exchange(("GET", "/v1/connectors"), None, &response, |client| {
        client.list_page(&ListConnectors::new())
    });
    let names: Vec<_> = page.iter().map(|connector| &*connector.name).collect();
    assert_eq!(names, ["docs", "mail"]);
    assert_eq!(page.next_cursor(), Some("next"));
    assert_eq!(page.pagination.page_size, Some(100));
}

#[test]
fn update_sends_the_fields_that_are_set_and_returns_the_connector() {
    let path = format!("/v1/connectors/{ID}");
    let body = json!({"description": "All our documents"});
    let update = UpdateConnector::new().description("All our documents");
    let updated = exchange(("PATCH", &path), Some(body), &connector(), |client| {
        client.update(ID, &update)
    });
    assert_eq!(updated.name, "docs");
}

#[test]
fn an_update_without_fields_is_refused_and_not_sent() {
    assert_not_sent("no field", |client| {
        client.update(ID, &UpdateConnector::new())
    });
}

#[test]
fn delete_returns_the_message_of_the_api() {
    let path = format!("/v1/connectors/{ID}");
    let response = json!({"message": "gone for good"});
    let deleted = exchange(("DELETE", &path), None, &response, |client| {
        client.delete(ID)
    });
    assert_eq!(deleted.message, "gone for good");
}

// --- base URL and headers

#[test]
fn the_path_of_the_base_url_precedes_every_request() {
    for ending in ["", "/", "//"] {
        let mut server = Server::new();
        let get = server
            .mock("GET", "/proxy/mistral/v1/connectors/docs")
            .with_body(connector().to_string())
            .create();
        let list = server
            .mock("GET", "/proxy/mistral/v1/connectors?page_size=2")
            .with_body(page(&[], None).to_string())
            .create();
        let client = client(format!("{}/proxy/mistral{ending}", server.url()));
        client.get("docs").unwrap();
        let options = ListConnectors::new().page_size(2);
        client.list_page(&options).unwrap();
        get.assert();
        list.assert();
    }
}

#[test]
fn the_headers_of_the_caller_are_sent_with_every_request() {
    let mut server = Server::new();
    let api_key = format!("Bearer {KEY}");
    let mocks = [
        ("POST", "/v1/connectors", connector()),
        ("GET", "/v1/connectors", page(&[], None)),
        ("GET", "/v1/connectors/docs", connector()),
        ("PATCH", "/v1/connectors/docs", connector()),
        ("DELETE", "/v1/connectors/docs", json!({})),
    ]
    .map(|(method, path, response)| {
        server
            .mock(method, path)
            .match_header("x-team", "blue")
            .match_header("user-agent", "our-program/1.0")
            .match_header("authorization", api_key.as_str())
            .with_body(response.to_string())
            .create()
    });
    let client = builder(server.url())
        .header("X-Team", "blue")
        .user_agent("our-program/1.0")
        .build()
        .unwrap();

    client.create(&docs()).unwrap();
    client.list_page(&ListConnectors::new()).unwrap();
    client.get("docs").unwrap();
    let update = UpdateConnector::new().title("x");
    client.update("docs", &update).unwrap();
    client.delete("docs").unwrap();

    mocks.iter().for_each(|mock| mock.assert());
}

#[test]
fn a_header_that_is_added_twice_is_sent_twice() {
    let mut server = Server::new();
    let mock = server
        .mock("GET", "/v1/connectors/docs")
        .match_request(|request| request.header("x-tag") == ["one", "two"])
        .with_body(connector().to_string())
        .create();
    let builder = builder(server.url()).header("x-tag", "one");
    let client = builder.header("x-tag", "two").build().unwrap();
    client.get("docs").unwrap();
    mock.assert();
}
