//! What the stand-in for the API promises to the unit tests of others.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::panic::catch_unwind;

use crate::support;
use mistral_connectors::testing::FakeServer;
use mistral_connectors::{
    AuthData, ConnectorsClient, CreateConnector, Error, ListConnectors, Protocol, UpdateConnector,
    Visibility,
};
use serde_json::{Value, json};

const URL: &str = "https://docs.example/mcp";
const ABSENT: &str = "00000000-0000-0000-0000-000000000000";

#[track_caller]
fn create(client: &ConnectorsClient, name: &str) -> String {
    let wanted = CreateConnector::new(name, "d", URL);
    client.create(&wanted).unwrap().id
}

#[track_caller]
fn names(client: &ConnectorsClient, options: ListConnectors) -> Vec<String> {
    let connectors = client.list(options);
    connectors
        .map(|connector| connector.unwrap().name)
        .collect()
}

/// A connection on which something has been asked that no client of this crate would ask.
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

/// The status and the body of what comes of it.
#[track_caller]
pub(crate) fn read(mut stream: TcpStream) -> (u16, Value) {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(body).unwrap())
}

/// Likewise, asked with the right key.
#[track_caller]
pub(crate) fn raw(server: &FakeServer, method: &str, target: &str, body: &str) -> (u16, Value) {
    read(ask(server, server.api_key(), method, target, body))
}

// --- what it keeps

#[test]
fn what_is_created_is_found_by_name_and_by_id() {
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
fn what_it_answers_shows_no_header_and_no_secret() {
    let server = FakeServer::start();
    let wanted = CreateConnector::new("docs", "d", URL)
        .header("x-team", "hidden-header")
        .auth_data(AuthData::new("our-client").secret("hidden-secret"));
    let created = server.client().create(&wanted).unwrap();
    assert!(!format!("{created:?}").contains("hidden"), "{created:?}");
}

#[test]
fn a_connector_that_speaks_plain_http_is_none_of_mcp() {
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
fn what_is_deleted_is_gone() {
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

    // What is missing is made up, each time anew.
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
fn what_is_no_connector_cannot_be_added() {
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
fn its_connectors_can_be_looked_at_in_the_order_of_their_creation() {
    let server = FakeServer::start();
    let client = server.client();
    for name in ["c", "a", "b"] {
        create(&client, name);
    }
    client.delete(&client.get("a").unwrap().id).unwrap();
    server.add(json!({"name": "d"}));
    let listed: Result<Vec<_>, _> = client.list(ListConnectors::new()).collect();
    assert_eq!(server.connectors(), listed.unwrap());
    let connectors = server.connectors();
    let names: Vec<_> = connectors.iter().map(|own| own.name.as_str()).collect();
    assert_eq!(names, ["c", "b", "d"]);
}

// --- what it refuses

#[test]
fn a_wrong_key_is_refused_whatever_is_asked() {
    let server = FakeServer::start();
    let id = server.add(json!({"name": "docs"}));
    let client = ConnectorsClient::builder()
        .api_key("wrong-key")
        .base_url(server.base_url())
        .build()
        .unwrap();
    for error in [
        client.get("docs").unwrap_err(),
        client.delete(&id).unwrap_err(),
        client
            .update(&id, &UpdateConnector::new().title("x"))
            .unwrap_err(),
        client
            .create(&CreateConnector::new("new", "d", URL))
            .unwrap_err(),
        client.list_page(&ListConnectors::new()).unwrap_err(),
    ] {
        assert!(error.is_unauthorized(), "{error}");
        assert_eq!(error.attempts(), 1);
    }
    assert_eq!(names(&server.client(), ListConnectors::new()), ["docs"]);
}

#[test]
fn what_is_not_there_is_not_found() {
    let server = FakeServer::start();
    let client = server.client();
    server.add(json!({"name": "docs"}));
    let change = UpdateConnector::new().title("x");
    for error in [
        client.get("mail").unwrap_err(),
        client.get(ABSENT).unwrap_err(),
        client.get("DOCS").unwrap_err(),
        client.update(ABSENT, &change).unwrap_err(),
        client.delete(ABSENT).unwrap_err(),
        // These two take IDs only.
        client.update("docs", &change).unwrap_err(),
        client.delete("docs").unwrap_err(),
    ] {
        assert!(error.is_not_found(), "{error}");
    }
}

#[test]
fn a_path_that_is_not_known_is_not_found_and_a_method_not_allowed_whoever_asks() {
    let server = FakeServer::start();
    for (method, target, want, detail) in [
        ("GET", "/", 404, "Not Found"),
        ("GET", "/v1/models", 404, "Not Found"),
        ("GET", "/v1/connectors/", 404, "Not Found"),
        ("GET", "/v1/connectors/docs/nonsense", 404, "Not Found"),
        ("PUT", "/v1/connectors", 405, "Method Not Allowed"),
        ("DELETE", "/v1/connectors", 405, "Method Not Allowed"),
        ("POST", "/v1/connectors/docs", 405, "Method Not Allowed"),
    ] {
        for key in [server.api_key(), "wrong-key"] {
            let (status, body) = read(ask(&server, key, method, target, ""));
            assert_eq!(status, want, "{method} {target}");
            assert_eq!(body, json!({"detail": detail}), "{method} {target}");
        }
    }
}

#[test]
fn a_name_that_is_taken_is_a_conflict() {
    let server = FakeServer::start();
    let client = server.client();
    create(&client, "docs");
    let mail = create(&client, "mail");
    let again = CreateConnector::new("docs", "d", URL);
    assert!(client.create(&again).unwrap_err().is_conflict());
    let rename = UpdateConnector::new().name("docs").description("changed");
    assert!(client.update(&mail, &rename).unwrap_err().is_conflict());
    assert_eq!(client.get("mail").unwrap().description, "d");
    assert_eq!(names(&client, ListConnectors::new()), ["docs", "mail"]);
}

#[test]
fn a_connector_can_be_renamed_to_its_own_name() {
    let server = FakeServer::start();
    let id = create(&server.client(), "docs");
    let rename = UpdateConnector::new().name("docs");
    server.client().update(&id, &rename).unwrap();
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
fn a_body_that_is_not_valid_is_refused_with_every_fault() {
    let server = FakeServer::start();
    let whole = json!({"name": "docs", "description": "d", "server": URL});
    let with = |field: &str, value: Value| {
        let mut body = whole.clone();
        body[field] = value;
        body
    };
    for (body, want) in [
        (
            json!({}),
            &["body.name", "body.description", "body.server"][..],
        ),
        (
            json!({"name": "docs"}),
            &["body.description", "body.server"],
        ),
        (with("name", json!(null)), &["body.name"]),
        (with("name", json!("")), &["body.name"]),
        (with("name", json!("our documents")), &["body.name"]),
        (with("name", json!("n".repeat(65))), &["body.name"]),
        (with("title", json!("ä".repeat(256))), &["body.title"]),
        (
            with("server", json!(format!("https://{}", "x".repeat(2076)))),
            &["body.server"],
        ),
        (with("name", json!(7)), &["body.name"]),
        (with("description", json!(["d"])), &["body.description"]),
        (with("server", json!("docs.example")), &["body.server"]),
        (with("server", json!("https://")), &["body.server"]),
        (with("server", json!("")), &["body.server"]),
        (with("title", json!(7)), &["body.title"]),
        (with("icon_url", json!({})), &["body.icon_url"]),
        (with("system_prompt", json!(true)), &["body.system_prompt"]),
        (with("visibility", json!("everybody")), &["body.visibility"]),
        // Mistral's own connectors only.
        (
            with("visibility", json!("shared_global")),
            &["body.visibility"],
        ),
        (with("protocol", json!("smoke")), &["body.protocol"]),
        (json!([]), &["body"]),
        (json!("docs"), &["body"]),
    ] {
        let answer = raw(&server, "POST", "/v1/connectors", &body.to_string());
        assert_eq!(places(answer), want, "{body}");
    }
    for body in ["", "{", "name=docs"] {
        let answer = raw(&server, "POST", "/v1/connectors", body);
        assert_eq!(places(answer), ["body"], "{body}");
    }
    assert!(server.connectors().is_empty());
}

#[test]
fn the_longest_texts_are_taken() {
    let server = FakeServer::start();
    let url = format!("https://{}", "x".repeat(2075));
    let wanted = CreateConnector::new("n-_9".repeat(16), "d", url).title("ä".repeat(255));
    server.client().create(&wanted).unwrap();
}

#[test]
fn a_name_with_other_characters_is_refused_in_fastapis_words() {
    let server = FakeServer::start();
    let wanted = CreateConnector::new("our documents", "d", URL);
    let Error::Api(error) = server.client().create(&wanted).unwrap_err() else {
        panic!("no error of the API")
    };
    assert_eq!(error.details[0].loc, ["body", "name"]);
    assert_eq!(error.details[0].kind, "string_pattern_mismatch");
}

#[test]
fn a_change_that_is_not_valid_is_refused_and_changes_nothing() {
    let server = FakeServer::start();
    let id = create(&server.client(), "docs");
    let before = server.client().get(&id).unwrap();
    let target = format!("/v1/connectors/{id}");
    for (body, want) in [
        (json!({"name": "our documents"}), "body.name"),
        (json!({"name": 7, "description": "x"}), "body.name"),
        (json!({"server": "nonsense"}), "body.server"),
        (json!({"protocol": "smoke"}), "body.protocol"),
        (json!(7), "body"),
    ] {
        let answer = raw(&server, "PATCH", &target, &body.to_string());
        assert_eq!(places(answer), [want], "{body}");
    }
    assert_eq!(server.client().get(&id).unwrap(), before);
}

#[test]
fn a_refusal_can_be_read_with_the_clients_own_types() {
    let server = FakeServer::start();
    let wanted = CreateConnector::new("docs", "d", "nonsense").visibility("everybody");
    let error = server.client().create(&wanted).unwrap_err();
    assert!(error.is_validation(), "{error}");
    let Error::Api(error) = error else {
        panic!("{error:?}")
    };
    assert_eq!(error.details.len(), 2);
    assert_eq!(error.details[0].loc, ["body", "server"]);
    assert_eq!(error.details[1].loc, ["body", "visibility"]);
    let first = error.request_id;
    let second = server.client().get("docs").unwrap_err();
    assert!(first.is_some() && second.request_id().is_some());
    assert_ne!(first.as_deref(), second.request_id());
}

// --- listings

#[test]
fn a_listing_comes_in_pages_of_the_size_asked_for() {
    let server = FakeServer::start();
    for _ in 0..5 {
        server.add(json!({}));
    }
    for (page_size, want) in [
        (1, vec![1; 5]),
        (2, vec![2, 2, 1]),
        (5, vec![5]),
        (6, vec![5]),
    ] {
        let options = ListConnectors::new().page_size(page_size);
        let pages = server.client().list(options).pages();
        let sizes: Vec<_> = pages
            .map(|page| {
                let page = page.unwrap();
                assert_eq!(page.pagination.page_size, Some(page_size.into()));
                page.items.len()
            })
            .collect();
        assert_eq!(sizes, want, "{page_size}");
    }
}

#[test]
fn without_a_page_size_a_page_has_a_hundred() {
    let server = FakeServer::start();
    for _ in 0..101 {
        server.add(json!({}));
    }
    let page = server.client().list_page(&ListConnectors::new()).unwrap();
    assert_eq!(page.items.len(), 100);
    assert_eq!(page.pagination.page_size, Some(100));
    assert!(page.pagination.next_cursor.is_some());
}

#[test]
fn an_empty_server_has_one_empty_page() {
    let server = FakeServer::start();
    let page = server.client().list_page(&ListConnectors::new()).unwrap();
    assert!(page.items.is_empty());
    assert_eq!(page.pagination.next_cursor, None);
}

#[test]
fn a_page_size_out_of_range_is_refused() {
    let server = FakeServer::start();
    for (page_size, good) in [(0, false), (1, true), (1000, true), (1001, false)] {
        let options = ListConnectors::new().page_size(page_size);
        let result = server.client().list_page(&options);
        assert_eq!(result.is_ok(), good, "{page_size}");
        if let Err(error) = result {
            assert!(error.is_validation(), "{error}");
            assert!(error.to_string().contains("page_size"), "{error}");
        }
    }
    for odd in ["-1", "x", "1.5", ""] {
        let target = format!("/v1/connectors?page_size={odd}");
        let answer = raw(&server, "GET", &target, "");
        assert_eq!(places(answer), ["query.page_size"], "{odd}");
    }
}

#[test]
fn a_filter_shows_only_what_it_names() {
    let server = FakeServer::start();
    for (name, active, supports_mcp) in [
        ("a", Some(true), Some(true)),
        ("b", Some(true), Some(false)),
        ("c", Some(false), Some(true)),
        ("d", None, None),
    ] {
        let mut connector = json!({"name": name});
        if let Some(active) = active {
            connector["active"] = json!(active);
        }
        if let Some(supports_mcp) = supports_mcp {
            connector["supports_mcp"] = json!(supports_mcp);
        }
        server.add(connector);
    }
    let all = ListConnectors::new;
    for (options, want) in [
        (all(), &["a", "b", "c", "d"][..]),
        (all().active(true), &["a", "b"]),
        (all().active(false), &["c"]),
        (all().supports_mcp(true), &["a", "c"]),
        (all().supports_mcp(false), &["b"]),
        (all().active(true).supports_mcp(true), &["a"]),
        (all().active(false).supports_mcp(false), &[]),
    ] {
        assert_eq!(
            names(&server.client(), options.clone()),
            want,
            "{options:?}"
        );
        let small = options.clone().page_size(1);
        assert_eq!(names(&server.client(), small), want, "{options:?}");
    }
}

#[test]
fn a_filter_is_understood_in_either_spelling() {
    let server = FakeServer::start();
    server.add(json!({"name": "on", "active": true}));
    server.add(json!({"name": "off", "active": false}));
    for query in [
        "active=true",
        "query_filters=%7B%22active%22%3Atrue%7D",
        "query_filters=%7B%22active%22%3Atrue%7D&active=true",
        "query_filters=%7B%22active%22%3A+true%7D",
    ] {
        let target = format!("/v1/connectors?{query}");
        let (status, body) = raw(&server, "GET", &target, "");
        assert_eq!(status, 200, "{query}");
        assert_eq!(body["items"].as_array().unwrap().len(), 1, "{query}");
        assert_eq!(body["items"][0]["name"], "on", "{query}");
    }
}

#[test]
fn a_cursor_holds_only_for_the_filter_it_came_from() {
    let server = FakeServer::start();
    for _ in 0..3 {
        server.add(json!({"active": true, "supports_mcp": true}));
    }
    let client = server.client();
    let plain = ListConnectors::new().page_size(1);
    let filters = [
        plain.clone(),
        plain.clone().active(true),
        plain.clone().supports_mcp(true),
        plain.active(true).supports_mcp(true),
    ];
    for (from, options) in filters.iter().enumerate() {
        let page = client.list_page(options).unwrap();
        let cursor = page.pagination.next_cursor.unwrap();
        for (to, options) in filters.iter().enumerate() {
            let result = client.list_page(&options.clone().cursor(&cursor));
            match result {
                Ok(page) => {
                    assert_eq!(from, to);
                    assert_eq!(page.items.len(), 1);
                }
                Err(error) => {
                    assert_ne!(from, to);
                    assert_eq!(error.status(), Some(400));
                    assert!(error.hint().unwrap().contains("cursor"), "{error}");
                }
            }
        }
    }
}

#[test]
fn a_clean_up_that_deletes_what_it_lists_skips_none() {
    let server = FakeServer::start();
    for _ in 0..7 {
        server.add(json!({}));
    }
    let client = server.client();
    for connector in client.list(ListConnectors::new().page_size(2)) {
        client.delete(&connector.unwrap().id).unwrap();
    }
    assert_eq!(server.connectors(), []);
}

#[test]
fn a_filter_that_is_no_flag_is_refused() {
    let server = FakeServer::start();
    for (query, want) in [
        ("active=maybe", "query.active"),
        ("supports_mcp=1.5", "query.supports_mcp"),
        ("query_filters=active", "query.query_filters"),
        (
            "query_filters=%7B%22active%22%3A7%7D",
            "query.query_filters",
        ),
    ] {
        let answer = raw(&server, "GET", &format!("/v1/connectors?{query}"), "");
        assert_eq!(places(answer), [want], "{query}");
    }
}

#[test]
fn a_made_up_cursor_is_refused() {
    let server = FakeServer::start();
    for cursor in ["x", "1", "-1.0", "1.", ".1", "99999999999999999999.0"] {
        let options = ListConnectors::new().cursor(cursor);
        let error = server.client().list_page(&options).unwrap_err();
        assert_eq!(error.status(), Some(400), "{cursor}: {error}");
    }
}

// --- failures on demand

#[test]
fn the_next_requests_fail_as_told_and_then_no_more() {
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
fn a_request_that_is_made_to_fail_is_not_carried_out() {
    let server = FakeServer::start();
    let client = server.client();
    let id = create(&client, "docs");
    server.fail_next(3, 503);
    assert_eq!(client.delete(&id).unwrap_err().status(), Some(503));
    assert_eq!(client.get(&id).unwrap().name, "docs");
}

#[test]
fn failures_are_repeated_by_the_client_like_real_ones() {
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
fn no_failures_are_no_failures() {
    let server = FakeServer::start();
    server.fail_next(0, 500);
    server.client().list_page(&ListConnectors::new()).unwrap();
}

#[test]
fn failures_without_end_are_counted_and_nothing_else() {
    let server = FakeServer::start();
    server.add(json!({"name": "docs"}));
    // No memory would hold a list of so many, and a sum with those that follow is too large.
    server.fail_next(usize::MAX, 503);
    server.fail_next(usize::MAX, 404);
    for _ in 0..5 {
        let error = server.client().get("docs").unwrap_err();
        assert_eq!((error.status(), error.attempts()), (Some(503), 3));
    }
}

// --- what it records

#[test]
fn every_request_is_recorded_as_it_came() {
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
fn requests_can_be_forgotten_and_nothing_else_is() {
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
fn requests_that_are_refused_or_made_to_fail_are_recorded_too() {
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
    // What a test wants to check is there all the same.
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

// --- servers as such

#[test]
fn servers_know_nothing_of_each_other() {
    let (one, two) = (FakeServer::start(), FakeServer::start());
    assert_ne!(one.base_url(), two.base_url());
    create(&one.client(), "docs");
    one.fail_next(1, 404);
    assert!(two.client().get("docs").unwrap_err().is_not_found());
    create(&two.client(), "docs");
    assert_eq!(one.requests().len(), 1);
    assert_eq!(two.requests().len(), 2);
}

#[test]
fn a_new_server_remembers_nothing_of_one_that_is_gone() {
    for _ in 0..20 {
        let server = FakeServer::start();
        assert!(server.requests().is_empty());
        assert!(server.connectors().is_empty());
        server.add(json!({"name": "docs"}));
        server.fail_next(5, 500);
    }
}

#[test]
fn ids_and_times_are_the_same_in_every_run() {
    let run = || {
        let server = FakeServer::start();
        let client = server.client();
        create(&client, "docs");
        let mail = create(&client, "mail");
        client
            .update(&mail, &UpdateConnector::new().title("x"))
            .unwrap();
        let connectors = client.list(ListConnectors::new());
        connectors.map(Result::unwrap).collect::<Vec<_>>()
    };
    let connectors = run();
    assert_eq!(connectors, run());
    assert_eq!(connectors[0].id, "a1b2c3d4-5678-90ab-cdef-000000000001");
    assert_eq!(
        connectors[0].created_at.as_deref(),
        Some("2026-02-24T10:30:00Z")
    );
    assert_ne!(connectors[0].id, connectors[1].id);
    assert_ne!(connectors[1].created_at, connectors[1].modified_at);
}

#[test]
fn its_address_is_a_loopback_address() {
    let server = FakeServer::start();
    let url = server.base_url();
    assert!(url.starts_with("http://127.0.0.1:"), "{url}");
}

#[test]
fn many_threads_can_use_one_server() {
    let server = FakeServer::start();
    let client = server.client();
    std::thread::scope(|scope| {
        for thread in 0..10 {
            let client = &client;
            scope.spawn(move || {
                for number in 0..4 {
                    let name = format!("c-{thread}-{number}");
                    let id = create(client, &name);
                    assert_eq!(client.get(&id).unwrap().name, name);
                    let change = UpdateConnector::new().description(&name);
                    assert_eq!(client.update(&id, &change).unwrap().description, name);
                    if number % 2 == 0 {
                        client.delete(&id).unwrap();
                    }
                }
            });
        }
    });
    assert_eq!(names(&client, ListConnectors::new()).len(), 20);
    assert_eq!(server.requests().len(), 141);
}

#[test]
fn a_client_of_one_server_cannot_use_another() {
    let (server, other) = (FakeServer::start(), FakeServer::start());
    assert_ne!(server.api_key(), other.api_key());
    let stranger = support::builder(other.base_url())
        .api_key(server.api_key())
        .build()
        .unwrap();
    assert!(stranger.get("docs").unwrap_err().is_unauthorized());
}

#[test]
fn any_number_of_servers_can_be_started() {
    let servers: Vec<_> = (0..60).map(|_| FakeServer::start()).collect();
    assert!(
        servers
            .iter()
            .all(|server| server.client().get("docs").unwrap_err().is_not_found())
    );
}

#[test]
#[should_panic(expected = "1000 is not a final status of HTTP")]
fn a_failure_with_a_status_that_does_not_exist_is_refused_at_once() {
    FakeServer::start().fail_next(1, 1000);
}
