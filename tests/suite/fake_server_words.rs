//! The words in which the fake server refuses bodies and parameters: those of FastAPI.

use crate::fake_server::{places, raw};
use mistral_connectors::testing::FakeServer;
use serde_json::{Value, json};

const URL: &str = "https://docs.example/mcp";

/// The first entry of a 422: its type, its place, and its message.
#[track_caller]
fn first_fault((status, body): (u16, Value)) -> (String, String, String) {
    assert_eq!(status, 422, "{body}");
    let fault = &body["detail"][0];
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let place: Vec<_> = fault["loc"].as_array().unwrap().iter().map(text).collect();
    (text(&fault["type"]), place.join("."), text(&fault["msg"]))
}

#[test]
fn bodies_are_refused_in_the_words_of_fastapi() {
    let server = FakeServer::start();
    let whole = json!({"name": "docs", "description": "d", "server": URL});
    for (field, value, kind, message) in [
        (
            "name",
            json!(null),
            "string_type",
            "Input should be a valid string",
        ),
        (
            "name",
            json!("a b"),
            "string_pattern_mismatch",
            "String should match pattern '^[a-zA-Z0-9_-]{1,64}$'",
        ),
        (
            "title",
            json!("t".repeat(256)),
            "string_too_long",
            "String should have at most 255 characters",
        ),
        (
            "server",
            json!("docs"),
            "url_parsing",
            "Input should be a valid URL",
        ),
        (
            "server",
            json!(7),
            "url_type",
            "URL input should be a string or URL",
        ),
        (
            "server",
            json!(format!("https://{}", "x".repeat(2100))),
            "url_too_long",
            "URL should have at most 2083 characters",
        ),
        (
            "visibility",
            json!("everybody"),
            "enum",
            "Input should be 'shared_org', 'shared_workspace' or 'private'",
        ),
        (
            "protocol",
            json!("smoke"),
            "enum",
            "Input should be 'mcp' or 'http'",
        ),
        (
            "headers",
            json!([]),
            "dict_type",
            "Input should be a valid dictionary",
        ),
        (
            "auth_methods",
            json!({}),
            "list_type",
            "Input should be a valid list",
        ),
    ] {
        let mut body = whole.clone();
        body[field] = value;
        let response = raw(&server, "POST", "/v1/connectors", &body.to_string());
        let want = (kind.to_owned(), format!("body.{field}"), message.to_owned());
        assert_eq!(first_fault(response), want, "{body}");
    }
    let response = raw(&server, "POST", "/v1/connectors", "{}");
    let want = ("missing", "body.name", "Field required");
    let (kind, place, message) = first_fault(response);
    assert_eq!((&*kind, &*place, &*message), want);
}

#[test]
fn what_is_inside_login_methods_is_checked_too() {
    let server = FakeServer::start();
    for (field, value, want) in [
        ("auth_data", json!({}), "body.auth_data.client_id"),
        (
            "auth_data",
            json!({"client_id": "a", "client_secret": 7}),
            "body.auth_data.client_secret",
        ),
        (
            "global_headers",
            json!({"x-key": {"is_secret": true}}),
            "body.global_headers.x-key.value",
        ),
        (
            "auth_methods",
            json!([{"auth_data": null}]),
            "body.auth_methods.method_type",
        ),
        ("auth_methods", json!(["bearer"]), "body.auth_methods"),
    ] {
        let mut body = json!({"name": "docs", "description": "d", "server": URL});
        body[field] = value;
        let response = raw(&server, "POST", "/v1/connectors", &body.to_string());
        assert_eq!(places(response), [want], "{body}");
    }
}

#[test]
fn parameters_are_refused_in_the_words_of_fastapi_and_all_at_once() {
    let server = FakeServer::start();
    for (query, kind, message) in [
        (
            "page_size=x",
            "int_parsing",
            "Input should be a valid integer, unable to parse string as an integer",
        ),
        (
            "page_size=0",
            "greater_than_equal",
            "Input should be greater than or equal to 1",
        ),
        (
            "page_size=1001",
            "less_than_equal",
            "Input should be less than or equal to 1000",
        ),
        (
            "active=maybe",
            "bool_parsing",
            "Input should be a valid boolean, unable to interpret input",
        ),
    ] {
        let response = raw(&server, "GET", &format!("/v1/connectors?{query}"), "");
        let (got_kind, _, got_message) = first_fault(response);
        assert_eq!((&*got_kind, &*got_message), (kind, message), "{query}");
    }
    let target = "/v1/connectors?supports_mcp=x&active=x&page_size=x";
    let want = ["query.page_size", "query.active", "query.supports_mcp"];
    assert_eq!(places(raw(&server, "GET", target, "")), want);
}

#[test]
fn a_missing_body_and_one_that_is_not_json_are_refused_differently() {
    let server = FakeServer::start();
    for (body, kind, message) in [
        ("", "missing", "Field required"),
        ("{", "json_invalid", "JSON decode error"),
        (
            "[]",
            "model_attributes_type",
            "Input should be a valid dictionary or object to extract fields from",
        ),
    ] {
        let response = raw(&server, "POST", "/v1/connectors", body);
        let want = (kind.to_owned(), "body".to_owned(), message.to_owned());
        assert_eq!(first_fault(response), want, "{body}");
    }
}

#[test]
fn a_body_with_another_content_type_is_refused_and_can_be_seen() {
    let server = FakeServer::start();
    let url = format!("{}/v1/connectors", server.base_url());
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .into();
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
        let name = format!("docs{number}");
        let body = json!({"name": name, "description": "d", "server": URL});
        let request = agent
            .post(&url)
            .header("authorization", format!("Bearer {}", server.api_key()))
            .header("content-type", content_type);
        let response = request.send(body.to_string()).unwrap();
        let want = if accepted { 201 } else { 422 };
        assert_eq!(response.status(), want, "{content_type}");
        let request = server.requests().pop().unwrap();
        assert_eq!(request.body, Some(body));
        let warnings: &[String] = if accepted {
            &[]
        } else {
            &[format!("a body with Content-Type `{content_type}`")]
        };
        assert_eq!(request.warnings(), warnings);
    }
}
