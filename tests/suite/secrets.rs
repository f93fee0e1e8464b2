//! Nothing public that can be printed shows a secret, not even when a server repeats it.

use std::error::Error as _;
use std::fmt::Debug;

use crate::support::ID;
use crate::support::wire::{Act, Wire, answer_with, response};
use mistral_connectors::{
    AuthData, AuthMethod, ConnectorsClient, ConnectorsClientBuilder, CreateConnector, Error,
    ListConnectors, UpdateConnector,
};

/// Each has characters that JSON, URLs or HTML write differently.
const KEY: &str = "the/key+of&nobody\"=";
const HEADER: &str = "team's <own> & only";
const SECRET: &str = "a\\client\"secret/€";
const MCP_HEADER: &str = "Bearer for/the+mcp&server";

const SECRETS: [&str; 4] = [KEY, HEADER, SECRET, MCP_HEADER];

fn builder(base_url: String) -> ConnectorsClientBuilder {
    ConnectorsClient::builder()
        .api_key(KEY)
        .base_url(base_url)
        .header("x-team", HEADER)
        .max_retries(0)
}

fn connector() -> CreateConnector {
    CreateConnector::new("docs", "Our documents", "https://docs.example/mcp")
        .header("Authorization", MCP_HEADER)
        .auth_data(AuthData::new("client").secret(SECRET))
}

#[track_caller]
fn assert_clean(text: &str) {
    for secret in SECRETS {
        let json = serde_json::to_string(secret).unwrap();
        let json = json.trim_matches('"');
        let debug = format!("{secret:?}");
        for spelling in [
            secret.to_owned(),
            json.to_owned(),
            json.replace('/', "\\/"),
            debug.trim_matches('"').to_owned(),
            secret
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;"),
            secret.chars().take(8).collect(),
        ] {
            assert!(!text.contains(&spelling), "{spelling} is shown: {text}");
        }
    }
}

/// Everything that an error can print, in every form.
pub(crate) fn all_forms(error: &Error) -> String {
    let forms = |error: &dyn std::error::Error| format!("{error}\n{error:?}\n{error:#?}\n");
    let asked = (error.hint(), error.request_id());
    let mut text = format!("{}{error:#}\n{asked:?}\n", forms(error));
    match error {
        Error::Api(error) => {
            text += &forms(&**error);
            text += &format!(
                "{}\n{}\n{:?}\n",
                error.message, error.body, error.request_id
            );
            text += &format!("{:?} {:?} {:?}\n", error.kind, error.param, error.code);
            text += &format!("{} {:?}\n", error.request(), error.hint());
            for detail in &error.details {
                text += &format!("{detail}\n{detail:?}\n{detail:#?}\n");
                text += &format!("{}\n{}\n{}\n", detail.loc.concat(), detail.msg, detail.kind);
            }
        }
        Error::Decode(error) => {
            text += &forms(&**error);
            text += &format!(
                "{}\n{}\n{}\n",
                error.expected(),
                error.reason(),
                error.body()
            );
            let asked = (error.request(), error.request_id(), error.hint());
            text += &format!("{asked:?}\n");
        }
        Error::Transport(error) => {
            text += &forms(&**error);
            let asked = (
                error.message(),
                error.base_url(),
                error.request(),
                error.hint(),
            );
            text += &format!("{asked:?}\n");
        }
        Error::Pagination(error) => text += &(forms(&**error) + error.message()),
        _ => {}
    }
    let mut source = error.source();
    while let Some(cause) = source {
        text += &forms(cause);
        source = cause.source();
    }
    text
}

#[track_caller]
fn assert_error_clean(error: &Error) {
    assert_clean(&all_forms(error));
}

/// What a call fails with when the server answers so.
fn errors(act: Act) -> Vec<Error> {
    let wire = Wire::script([act]);
    let client = builder(wire.base_url()).build().unwrap();
    let change = UpdateConnector::new().title("t");
    let errors = [
        client.create(&connector()).err(),
        client.get("docs").err(),
        client.update(ID, &change).err(),
        client.delete(ID).err(),
        client.list().next().and_then(Result::err),
    ];
    // Some answers are good enough for a deletion or a listing.
    assert!(
        errors.iter().filter(|error| error.is_some()).count() >= 3,
        "{errors:?}"
    );
    errors.into_iter().flatten().collect()
}

/// The first of [`errors`], of the create: the call that knows all the secrets.
#[track_caller]
fn assert_create_clean(act: Act) {
    let errors = errors(act);
    assert_error_clean(&errors[0]);
    // The others know the client's secrets only.
    for error in &errors[1..] {
        for secret in [KEY, HEADER] {
            assert!(!format!("{error} {error:?}").contains(secret), "{error}");
        }
    }
}

fn all_secrets() -> String {
    SECRETS.join(" ")
}

#[test]
fn the_client_and_its_builder_print_no_secret() {
    let builder = builder("http://127.0.0.1:1".to_owned());
    assert_clean(&format!("{builder:?} {builder:#?}"));
    assert!(format!("{builder:?}").contains("x-team"));
    let client = builder.build().unwrap();
    assert_clean(&format!("{client:?} {client:#?}"));
    let listing = client.list();
    assert_clean(&format!("{listing:?} {listing:#?}"));
    let pages = listing.pages();
    assert_clean(&format!("{pages:?} {pages:#?}"));
}

#[test]
fn an_iterator_prints_none_of_the_answers_in_hand() {
    let echo = serde_json::json!({"items": [
        {"id": "1", "name": "a"},
        {"id": "2", "name": "b", "description": all_secrets()},
    ]});
    let wire = Wire::script([Act::Send(response(200, &echo.to_string()))]);
    let mut listing = builder(wire.base_url()).build().unwrap().list();
    listing.next().unwrap().unwrap();
    assert_clean(&format!("{listing:?} {listing:#?}"));
    assert!(
        format!("{listing:?}").contains("1 connectors left"),
        "{listing:?}"
    );
}

#[test]
fn a_refusal_that_repeats_the_secrets_does_not_show_them() {
    let all = all_secrets();
    let fastapi = serde_json::json!({"detail": [{
        "loc": ["body", &all], "msg": &all, "type": &all, "input": &all, "ctx": {"error": &all},
    }]});
    let glossary = serde_json::json!({
        "object": "error", "message": &all, "type": &all, "param": &all, "code": &all,
    });
    let nested = serde_json::json!({"message": {"detail": &all}, "request_id": &all, &all: &all});
    for body in [
        serde_json::json!({"detail": &all}).to_string(),
        fastapi.to_string(),
        glossary.to_string(),
        nested.to_string(),
        nested.to_string().replace('/', "\\/"),
        serde_json::json!([{"unknown": &all}]).to_string(),
        all.clone(),
        format!("<html><body>{all}</body></html>"),
        format!(
            "<p>{}</p>",
            all.replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;")
                .replace('"', "&quot;")
                .replace('\'', "&#39;")
        ),
    ] {
        for status in [301, 400, 401, 404, 409, 422, 429, 500, 503] {
            assert_create_clean(Act::Send(response(status, &body)));
        }
    }
}

#[test]
fn escapes_do_not_smuggle_a_secret_through() {
    let escaped: String = KEY
        .chars()
        .map(|c| format!("\\u{:04x}", u32::from(c)))
        .collect();
    let body = format!(r#"{{"detail":"{escaped}","{escaped}":["{escaped}"]}}"#);
    for error in errors(Act::Send(response(400, &body))) {
        assert_error_clean(&error);
        let Error::Api(error) = error else {
            panic!("{error}")
        };
        assert!(!error.body.contains(&escaped), "{}", error.body);
    }
}

#[test]
fn headers_that_repeat_the_key_do_not_show_it() {
    let headers =
        format!("x-request-id: {KEY}\r\nlocation: https://h/{KEY}\r\nretry-after: {KEY}\r\n");
    for status in [302, 401, 503] {
        for error in errors(Act::Send(answer_with(status, &headers, ""))) {
            assert_error_clean(&error);
        }
    }
    for error in errors(Act::Send(answer_with(200, &headers, "[]"))) {
        assert_error_clean(&error);
    }
}

#[test]
fn an_unreadable_success_that_repeats_the_secrets_does_not_show_them() {
    let all = all_secrets();
    for body in [
        all.clone(),
        serde_json::json!({"id": {"x": &all}, "name": &all}).to_string(),
        serde_json::json!(&all).to_string(),
        serde_json::json!({"items": &all, "pagination": &all}).to_string(),
        serde_json::json!([&all]).to_string(),
        format!("{{\"id\":\"{KEY}"),
    ] {
        assert_create_clean(Act::Send(response(200, &body)));
    }
}

#[test]
fn an_answer_that_is_no_http_and_repeats_the_key_does_not_show_it() {
    for text in [
        format!("HTTP/1.1 {KEY}\r\n\r\n"),
        format!("{KEY}\r\n\r\n"),
        format!("HTTP/1.1 200 OK\r\n{KEY}: {KEY}\r\n\r\n"),
        format!("HTTP/1.1 200 OK\r\ncontent-length: {KEY}\r\n\r\n"),
        format!("HTTP/1.1 200 OK\r\ntransfer-encoding: {KEY}\r\n\r\n"),
        format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{KEY}\r\n"),
    ] {
        for error in errors(Act::SendAndClose(text.into_bytes())) {
            assert_error_clean(&error);
        }
    }
}

#[test]
fn a_key_in_a_path_is_not_shown() {
    let wire = Wire::script([Act::Send(response(404, "{}"))]);
    let error = builder(wire.base_url())
        .build()
        .unwrap()
        .get(KEY)
        .unwrap_err();
    assert!(
        error.to_string().contains("GET /v1/connectors/[redacted]"),
        "{error}"
    );
}

#[test]
fn what_is_no_secret_is_shown() {
    let wire = Wire::script([Act::Send(response(
        422,
        r#"{"detail":"the server is not reached"}"#,
    ))]);
    let client = builder(wire.base_url()).build().unwrap();
    let error = client.create(&connector()).unwrap_err();
    assert!(
        error.to_string().contains("the server is not reached"),
        "{error}"
    );
    fn shows(value: impl Debug, text: &str) {
        assert!(format!("{value:?}").contains(text), "{value:?}");
    }
    shows(&client, "http://127.0.0.1:");
    shows(
        client.list_with(&ListConnectors::new().page_size(7)),
        "page_size: Some(7)",
    );
    shows(AuthData::new("shown"), r#"AuthData { client_id: "shown" }"#);
    shows(
        UpdateConnector::new().title("shown").clear_icon_url(),
        r#"icon_url: null, title: "shown""#,
    );
}

#[test]
fn a_way_to_log_in_prints_what_it_sets_and_not_to_what() {
    let bare = AuthMethod::bearer();
    assert_eq!(
        format!("{bare:?}"),
        r#"AuthMethod { method_type: "bearer" }"#
    );
    let shown = format!("{:?}", bare.header("x-key", MCP_HEADER));
    assert!(
        shown.contains("x-key") && shown.contains("[redacted]"),
        "{shown}"
    );
    assert_clean(&shown);
}
