//! What the fake server refuses, as the API does.

use crate::fake_server::{ask, create, names, places, raw, read};
use mistral_connectors::testing::FakeServer;
use mistral_connectors::{
    ConnectorsClient, CreateConnector, Error, ListConnectors, UpdateConnector,
};
use serde_json::{Value, json};

const URL: &str = "https://docs.example/mcp";
const ABSENT: &str = "00000000-0000-0000-0000-000000000000";

#[test]
fn a_wrong_api_key_is_refused_by_every_operation() {
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
fn an_unknown_connector_is_not_found() {
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
        // These two accept only IDs.
        client.update("docs", &change).unwrap_err(),
        client.delete("docs").unwrap_err(),
    ] {
        assert!(error.is_not_found(), "{error}");
    }
}

#[test]
fn unknown_paths_and_methods_are_refused_whatever_the_api_key() {
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
        // Only Mistral's own connectors have it.
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
fn the_longest_valid_strings_are_accepted() {
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
fn an_update_that_is_not_valid_changes_nothing() {
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
