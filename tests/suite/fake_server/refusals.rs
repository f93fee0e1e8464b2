//! What the fake server refuses, as the API does, in FastAPI's words.

use super::{URL, create, names, places, raw, raw_as, server};
use crate::support::{self, docs};
use mistral_connectors::testing::FakeServer;
use mistral_connectors::{CreateConnector, Error, ListConnectors, UpdateConnector};
use serde_json::{Value, json};

/// The ID of a connector that does not exist.
const ABSENT: &str = "00000000-0000-0000-0000-000000000000";

/// A valid body of a create, except for this field.
fn with(field: &str, value: Value) -> Value {
    let mut body = json!({"name": "docs", "description": "d", "server": URL});
    body[field] = value;
    body
}

#[track_caller]
fn post(server: &FakeServer, body: &Value) -> (u16, Value) {
    raw(server, "POST", "/v1/connectors", &body.to_string())
}

/// The rows of a table whose cells are separated by ` | `.
fn rows<const N: usize>(table: &str) -> Vec<[&str; N]> {
    let lines = table.lines().map(str::trim).filter(|line| !line.is_empty());
    let cells = lines.map(|line| line.split(" | ").collect::<Vec<_>>());
    cells.map(|cells| cells.try_into().unwrap()).collect()
}

/// The first entry of a 422: its type, its place, and its message.
#[track_caller]
fn first_fault((status, body): (u16, Value)) -> (String, String, String) {
    assert_eq!(status, 422, "{body}");
    let fault = &body["detail"][0];
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let place: Vec<_> = fault["loc"].as_array().unwrap().iter().map(text).collect();
    (text(&fault["type"]), place.join("."), text(&fault["msg"]))
}

// --- API keys, paths, names

#[test]
fn a_wrong_api_key_is_refused_by_every_operation() {
    let server = server();
    let id = server.connectors()[0].id.clone();
    let client = support::client(server.base_url());
    let update = UpdateConnector::new().title("x");
    for error in [
        client.get("docs").unwrap_err(),
        client.delete(&id).unwrap_err(),
        client.update(&id, &update).unwrap_err(),
        client
            .create(&CreateConnector::new("new", "d", URL))
            .unwrap_err(),
        client.list_page(&ListConnectors::new()).unwrap_err(),
    ] {
        assert!(error.is_unauthorized(), "{error}");
        assert_eq!(error.attempts(), 1);
    }
    assert_eq!(names(&server.client(), &ListConnectors::new()), ["docs"]);
}

#[test]
fn an_unknown_connector_is_not_found() {
    let server = server();
    let client = server.client();
    let update = UpdateConnector::new().title("x");
    for error in [
        client.get("mail").unwrap_err(),
        client.get(ABSENT).unwrap_err(),
        client.get("DOCS").unwrap_err(),
        client.update(ABSENT, &update).unwrap_err(),
        client.delete(ABSENT).unwrap_err(),
        // These two accept only IDs.
        client.update("docs", &update).unwrap_err(),
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
            let (status, body) = raw_as(&server, key, method, target);
            assert_eq!(status, want, "{method} {target}");
            assert_eq!(body, json!({"detail": detail}), "{method} {target}");
        }
    }
}

#[test]
fn a_name_that_is_taken_is_a_conflict() {
    let server = server();
    let client = server.client();
    let mail = create(&client, "mail");
    assert!(client.create(&docs()).unwrap_err().is_conflict());
    let rename = UpdateConnector::new().name("docs").description("changed");
    assert!(client.update(&mail, &rename).unwrap_err().is_conflict());
    assert_eq!(client.get("mail").unwrap().description, "d");
    // A connector's own name is not taken.
    let rename = UpdateConnector::new().name("mail");
    client.update(&mail, &rename).unwrap();
}

// --- bodies

#[test]
fn a_body_that_is_not_valid_is_refused_with_every_fault() {
    let server = FakeServer::start();
    for (body, want) in [
        (
            json!({}),
            &["body.name", "body.description", "body.server"][..],
        ),
        (
            json!({"name": "docs"}),
            &["body.description", "body.server"],
        ),
        (with("name", json!("")), &["body.name"]),
        (with("name", json!("n".repeat(65))), &["body.name"]),
        (with("description", json!(["d"])), &["body.description"]),
        (with("server", json!("https://")), &["body.server"]),
        (with("server", json!("")), &["body.server"]),
        (with("title", json!(7)), &["body.title"]),
        (with("icon_url", json!({})), &["body.icon_url"]),
        (with("system_prompt", json!(true)), &["body.system_prompt"]),
        // Only Mistral's own connectors have it.
        (
            with("visibility", json!("shared_global")),
            &["body.visibility"],
        ),
        (json!("docs"), &["body"]),
    ] {
        assert_eq!(places(post(&server, &body)), want, "{body}");
    }
    assert!(server.connectors().is_empty());
}

#[test]
fn a_body_is_refused_in_the_words_of_fastapi() {
    let server = FakeServer::start();
    let long_title = json!("ä".repeat(256)).to_string();
    let long_url = json!(format!("https://{}", "x".repeat(2076))).to_string();
    let table = r#"
        name | null | string_type | Input should be a valid string
        name | "a b" | string_pattern_mismatch | String should match pattern '^[a-zA-Z0-9_-]{1,64}$'
        title | LONG_TITLE | string_too_long | String should have at most 255 characters
        server | "docs.example" | url_parsing | Input should be a valid URL, relative URL without a base
        server | "https://" | url_parsing | Input should be a valid URL, empty host
        server | 7 | url_type | URL input should be a string or URL
        server | LONG_URL | url_too_long | URL should have at most 2083 characters
        visibility | "everybody" | enum | Input should be 'shared_org', 'shared_workspace' or 'private'
        protocol | "smoke" | enum | Input should be 'mcp' or 'http'
        headers | [] | dict_type | Input should be a valid dictionary
        auth_methods | {} | list_type | Input should be a valid list
    "#;
    let table = table.replace("LONG_TITLE", &long_title);
    let table = table.replace("LONG_URL", &long_url);
    for [field, value, kind, message] in rows(&table) {
        let body = with(field, serde_json::from_str(value).unwrap());
        let want = (kind.to_owned(), format!("body.{field}"), message.to_owned());
        assert_eq!(first_fault(post(&server, &body)), want, "{body}");
    }
    let object = "Input should be a valid dictionary or object to extract fields from";
    for (body, kind, place, message) in [
        ("{}", "missing", "body.name", "Field required"),
        ("", "missing", "body", "Field required"),
        ("null", "missing", "body", "Field required"),
        ("{", "json_invalid", "body", "JSON decode error"),
        ("[]", "model_attributes_type", "body", object),
    ] {
        let response = raw(&server, "POST", "/v1/connectors", body);
        let want = [kind, place, message].map(str::to_owned);
        assert_eq!(<[String; 3]>::from(first_fault(response)), want, "{body}");
    }
}

#[test]
fn login_methods_that_are_not_valid_are_refused() {
    let server = FakeServer::start();
    let table = r#"
        global_headers | "x" | body.global_headers
        global_headers | {"x-key": {"is_secret": true}} | body.global_headers.x-key.value
        auth_data | "x" | body.auth_data
        auth_data | {} | body.auth_data.client_id
        auth_data | {"client_id": "a", "client_secret": 7} | body.auth_data.client_secret
        auth_methods | ["bearer"] | body.auth_methods.0
        auth_methods | [{"auth_data": null}] | body.auth_methods.0.method_type
        auth_methods | [{"method_type": "none"}, {"method_type": "smoke"}] | body.auth_methods.1.method_type
        auth_methods | [{"method_type": "none", "headers": [1]}] | body.auth_methods.0.headers.0
        auth_methods | [{"method_type": "none", "headers": [{}]}] | body.auth_methods.0.headers.0.name
        oauth2_server_metadata | "x" | body.oauth2_server_metadata
        oauth2_server_metadata_url | "x" | body.oauth2_server_metadata_url
    "#;
    for [field, value, want] in rows(table) {
        let body = with(field, serde_json::from_str(value).unwrap());
        assert_eq!(places(post(&server, &body)), [want], "{body}");
    }
    let both = docs()
        .oauth2_server_metadata(json!({}))
        .oauth2_server_metadata_url("https://login.example/metadata");
    assert!(server.client().create(&both).unwrap_err().is_validation());
}

#[test]
fn the_longest_valid_strings_are_accepted() {
    let server = FakeServer::start();
    let url = format!("https://{}", "x".repeat(2075));
    let longest = CreateConnector::new("n-_9".repeat(16), "d", url).title("ä".repeat(255));
    server.client().create(&longest).unwrap();
}

#[test]
fn an_update_that_is_not_valid_changes_nothing() {
    let server = server();
    let before = server.connectors();
    let target = format!("/v1/connectors/{}", before[0].id);
    for (body, want) in [
        (json!({"name": "our documents"}), "body.name"),
        (json!({"name": 7, "description": "x"}), "body.name"),
        (json!({"server": "nonsense"}), "body.server"),
        (json!({"protocol": "smoke"}), "body.protocol"),
        (json!(7), "body"),
    ] {
        let response = raw(&server, "PATCH", &target, &body.to_string());
        assert_eq!(places(response), [want], "{body}");
    }
    assert_eq!(server.connectors(), before);
}

#[test]
fn a_body_with_another_content_type_is_refused_and_can_be_seen() {
    let server = FakeServer::start();
    let url = format!("{}/v1/connectors", server.base_url());
    let agent = super::gateway::agent();
    for (number, (content_type, accepted)) in [
        ("application/json", true),
        ("Application/JSON; charset=utf-8", true),
        ("application/merge-patch+json", true),
        ("text/plain", false),
        ("application/x-www-form-urlencoded", false),
        ("text/json", false),
    ]
    .into_iter()
    .enumerate()
    {
        let body = with("name", json!(format!("docs{number}")));
        let request = agent
            .post(&url)
            .header("authorization", format!("Bearer {}", server.api_key()))
            .header("content-type", content_type);
        let response = request.send(body.to_string()).unwrap();
        let want = if accepted { 201 } else { 422 };
        assert_eq!(response.status(), want, "{content_type}");
        let request = server.requests().pop().unwrap();
        assert_eq!(request.body, Some(body));
        let warning = format!("a body with Content-Type `{content_type}`");
        let warnings = if accepted { vec![] } else { vec![warning] };
        assert_eq!(request.warnings(), warnings);
    }
}

// --- parameters and responses

#[test]
fn parameters_are_refused_in_the_words_of_fastapi_and_all_at_once() {
    let server = FakeServer::start();
    let table = "
        page_size=x | int_parsing | Input should be a valid integer, unable to parse string as an integer
        page_size=0 | greater_than_equal | Input should be greater than or equal to 1
        page_size=1001 | less_than_equal | Input should be less than or equal to 1000
        active=maybe | bool_parsing | Input should be a valid boolean, unable to interpret input
    ";
    for [query, kind, message] in rows(table) {
        let response = raw(&server, "GET", &format!("/v1/connectors?{query}"), "");
        let (got_kind, _, got_message) = first_fault(response);
        assert_eq!((&*got_kind, &*got_message), (kind, message), "{query}");
    }
    let target = "/v1/connectors?supports_mcp=x&active=x&page_size=x";
    let want = ["query.page_size", "query.active", "query.supports_mcp"];
    assert_eq!(places(raw(&server, "GET", target, "")), want);
}

#[test]
fn a_refusal_can_be_read_with_the_types_of_the_client() {
    let server = FakeServer::start();
    let invalid = CreateConnector::new("docs", "d", "nonsense").visibility("everybody");
    let Error::Api(first) = server.client().create(&invalid).unwrap_err() else {
        panic!("not an error of the API")
    };
    assert_eq!(first.details.len(), 2);
    assert_eq!(first.details[0].loc, ["body", "server"]);
    assert_eq!(first.details[1].loc, ["body", "visibility"]);
    let second = server.client().get("docs").unwrap_err();
    assert!(first.request_id.is_some() && second.request_id().is_some());
    assert_ne!(first.request_id.as_deref(), second.request_id());
}
