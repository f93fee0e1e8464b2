//! Nothing that can be printed shows a secret, not even if a server repeats it.

use std::error::Error as _;
use std::fmt::Debug;

use crate::calls::CALLS;
use crate::support::wire::{Act, Wire, response, response_with_headers};
use crate::support::{self, ID};
use mistral_connectors::{
    AuthData, AuthMethod, CallTool, ConnectorsClient, ConnectorsClientBuilder, CreateConnector,
    Error, ListConnectors, UpdateConnector,
};
use serde_json::{Value, json};

/// A secret with characters that JSON, URLs and HTML escape.
const HIDDEN: &str = "zebra/quokka+wombat&<\"ocelot\">";

#[track_caller]
fn assert_hidden(case: &str, shown: &str) {
    // Whatever is around them, these words are never escaped.
    for word in ["zebra", "quokka", "wombat", "ocelot"] {
        assert!(!shown.contains(word), "{case}: {shown}");
    }
}

/// Everything that an error can print, in every form.
pub(crate) fn all_forms(error: &Error) -> String {
    let forms = |error: &dyn std::error::Error| format!("{error}\n{error:?}\n{error:#?}\n");
    let mut text = forms(error);
    text += &format!("{:?} {:?}\n", error.hint(), error.request_id());
    // The Debug forms of these show all their fields.
    match error {
        Error::Api(error) => {
            text += &forms(&**error);
            let details = error.details.iter();
            let details = details.map(|detail| format!("{detail} {}\n", detail.loc.join(".")));
            text.extend(details);
        }
        Error::Decode(error) => text += &forms(&**error),
        Error::Transport(error) => text += &forms(&**error),
        Error::Pagination(error) => text += &forms(&**error),
        _ => {}
    }
    let mut source = error.source();
    while let Some(cause) = source {
        text += &forms(cause);
        source = cause.source();
    }
    text
}

// --- secrets of a request

/// A request with a secret in it: what it prints, and how to send it.
struct Sent {
    case: &'static str,
    debug: String,
    send: Box<dyn Fn(&ConnectorsClient) -> Error>,
}

fn create(case: &'static str, wanted: CreateConnector) -> Sent {
    Sent {
        case,
        debug: format!("{wanted:?} {wanted:#?}"),
        send: Box::new(move |client| client.create(&wanted).unwrap_err()),
    }
}

fn update(case: &'static str, update: UpdateConnector) -> Sent {
    Sent {
        case,
        debug: format!("{update:?} {update:#?}"),
        send: Box::new(move |client| client.update(ID, &update).unwrap_err()),
    }
}

fn call_tool(case: &'static str, call: CallTool) -> Sent {
    Sent {
        case,
        debug: format!("{call:?} {call:#?}"),
        send: Box::new(move |client| client.call_tool("docs", &call).unwrap_err()),
    }
}

/// Every way in which a secret can get into a request.
fn requests() -> Vec<Sent> {
    let wanted = support::docs;
    let auth = || AuthData::new("client").secret(HIDDEN);
    let oauth = || AuthMethod::oauth2(auth());
    let bearer = format!("Bearer {HIDDEN}");
    let from_json = json!({
        "name": "docs", "description": "d", "server": "https://docs.example",
        "auth_data": {"client_id": "c", "client_secret": HIDDEN},
        "auth_methods": [{"method_type": "oauth2", "auth_data": {"client_secret": HIDDEN}}],
        "global_headers": {"x-key": {"value": HIDDEN}},
        "headers": {"x-key": HIDDEN},
    });
    let mut requests = vec![
        create("header", wanted().header("x-key", HIDDEN)),
        create("scheme", wanted().header("authorization", &bearer)),
        create("global_header", wanted().global_header("x-key", HIDDEN)),
        create("auth_data", wanted().auth_data(auth())),
        create("auth_method", wanted().auth_method(oauth())),
        create(
            "header of auth_method",
            wanted().auth_method(AuthMethod::bearer().header("x-key", HIDDEN)),
        ),
        create("extra", wanted().extra("client_secret", HIDDEN)),
        create(
            "deep in extra",
            wanted().extra("new", json!({"list": [{"api_key": HIDDEN}]})),
        ),
        create(
            "value in extra",
            wanted().extra("new", json!({"type": "x", "value": HIDDEN})),
        ),
        create(
            "metadata",
            wanted().oauth2_server_metadata(json!({"client_secret": HIDDEN})),
        ),
        create("JSON", serde_json::from_value(from_json).unwrap()),
        update(
            "auth_method of an update",
            UpdateConnector::new().auth_method(oauth().header("x-key", HIDDEN)),
        ),
        update(
            "extra of an update",
            UpdateConnector::new().extra("new", json!([{ "Authorization": bearer }])),
        ),
    ];
    // The others are tested in `src/secret/names.rs`.
    for name in [
        "private_key",
        "auth_token",
        "session_token",
        "passphrase",
        "x-api-key",
        "cookie",
        "client_assertion",
    ] {
        let arguments = json!({"deep": [{ name: {"x": [HIDDEN]} }]});
        requests.extend([
            call_tool(name, CallTool::new("ask").argument(name, HIDDEN)),
            call_tool(name, CallTool::new("ask").arguments(arguments)),
        ]);
    }
    requests
}

#[test]
fn debug_shows_no_secret_of_a_request() {
    for Sent { case, debug, .. } in requests() {
        assert_hidden(case, &debug);
        assert!(debug.contains("[redacted]"), "{case}: {debug}");
    }
    let method = AuthMethod::oauth2(AuthData::new("shown").secret(HIDDEN)).header("x-key", HIDDEN);
    let debug = format!("{method:?} {method:#?}");
    assert_hidden("AuthMethod", &debug);
    assert!(
        debug.contains("shown") && debug.contains("x-key"),
        "{debug}"
    );
}

#[test]
fn an_error_shows_no_secret_of_a_request_that_the_server_repeats() {
    type Echo = fn(&str) -> Act;
    let echoes: [(&str, Echo); 5] = [
        ("the body", |body| Act::Send(response(422, body))),
        ("a string", |body| {
            Act::Send(response(422, &json!({ "detail": body }).to_string()))
        }),
        ("a detail", |body| {
            let input: Value = serde_json::from_str(body).unwrap();
            let detail = json!([{"loc": ["body"], "msg": body, "type": "x", "input": input}]);
            Act::Send(response(422, &json!({ "detail": detail }).to_string()))
        }),
        ("a success", |body| {
            Act::Send(response(200, &json!([body]).to_string()))
        }),
        ("invalid HTTP", |body| {
            Act::SendAndClose(format!("{body}\r\n\r\n").into_bytes())
        }),
    ];
    for (way, echo) in echoes {
        let wire = Wire::serve(move |_, incoming| {
            assert!(incoming.body.contains("zebra"), "{}", incoming.body);
            echo(&incoming.body)
        });
        let client = support::builder(wire.base_url()).max_retries(0);
        let client = client.build().unwrap();
        for request in requests() {
            let error = (request.send)(&client);
            let case = format!("{} as {way}", request.case);
            assert_hidden(&case, &all_forms(&error));
        }
    }
}

// --- secrets of the client

/// A client whose API key and header are secrets.
fn client_to(base_url: String) -> ConnectorsClientBuilder {
    let client = support::builder(base_url).max_retries(0);
    client
        .api_key(HIDDEN)
        .header("x-team", "a zebra & an ocelot")
}

/// The errors of all calls for which this response is not a success.
#[track_caller]
fn assert_errors_hidden(act: Act) {
    let wire = Wire::script([act.clone()]);
    let client = client_to(wire.base_url()).build().unwrap();
    let errors = CALLS.iter().filter_map(|(_, call)| call(&client).err());
    let errors: Vec<_> = errors.collect();
    assert!(errors.len() >= 5, "{act:?}");
    for error in errors {
        assert_hidden("error", &all_forms(&error));
    }
}

#[test]
fn debug_shows_no_secret_of_a_client() {
    let builder = client_to("http://127.0.0.1:1".to_owned());
    assert_hidden("builder", &format!("{builder:?} {builder:#?}"));
    assert!(format!("{builder:?}").contains("x-team"));
    let client = builder.build().unwrap();
    assert_hidden("client", &format!("{client:?} {client:#?}"));
    let connectors = client.list();
    assert_hidden("connectors", &format!("{connectors:?} {connectors:#?}"));
    let pages = connectors.pages();
    assert_hidden("pages", &format!("{pages:?} {pages:#?}"));
}

#[test]
fn a_refusal_that_repeats_secrets_does_not_show_them() {
    let all = format!("{HIDDEN} a zebra & an ocelot");
    let fastapi = json!({"detail": [{
        "loc": ["body", &all], "msg": &all, "type": &all, "input": &all, "ctx": {"error": &all},
    }]});
    let glossary = json!({
        "object": "error", "message": &all, "type": &all, "param": &all, "code": &all,
    });
    let nested = json!({"message": {"detail": &all}, "request_id": &all, &all: &all});
    let in_html = all
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let escape = |c| format!("\\u{:04x}", u32::from(c));
    let escaped: String = HIDDEN.chars().map(escape).collect();
    for body in [
        json!({ "detail": &all }).to_string(),
        fastapi.to_string(),
        glossary.to_string(),
        nested.to_string(),
        nested.to_string().replace('/', "\\/"),
        json!([{ "unknown": &all }]).to_string(),
        all.clone(),
        format!("<html><body>{all}</body></html>"),
        format!("<p>{}</p>", in_html.replace('"', "&quot;")),
        format!(r#"{{"detail":"{escaped}","{escaped}":["{escaped}"]}}"#),
    ] {
        for status in [301, 401, 422, 500] {
            assert_errors_hidden(Act::Send(response(status, &body)));
        }
    }
}

#[test]
fn headers_that_repeat_the_api_key_do_not_show_it() {
    let headers = [
        format!("x-request-id: {HIDDEN}\r\nlocation: https://h/{HIDDEN}\r\n"),
        format!("retry-after: {HIDDEN}\r\nproxy-status: connectors-gateway; error={HIDDEN}\r\n"),
    ];
    for headers in headers {
        for (status, body) in [(302, ""), (401, ""), (503, ""), (200, "[1]")] {
            assert_errors_hidden(Act::Send(response_with_headers(status, &headers, body)));
        }
    }
}

#[test]
fn a_success_that_repeats_secrets_and_cannot_be_read_does_not_show_them() {
    let all = format!("{HIDDEN} a zebra & an ocelot");
    for body in [
        all.clone(),
        json!({"id": {"x": &all}, "name": &all, "items": &all, "pagination": &all}).to_string(),
        json!(&all).to_string(),
        json!([&all]).to_string(),
        format!("{{\"id\":\"{HIDDEN}"),
    ] {
        assert_errors_hidden(Act::Send(response(200, &body)));
    }
}

#[test]
fn invalid_http_that_repeats_the_api_key_does_not_show_it() {
    for text in [
        format!("HTTP/1.1 {HIDDEN}\r\n\r\n"),
        format!("{HIDDEN}\r\n\r\n"),
        format!("HTTP/1.1 200 OK\r\n{HIDDEN}: {HIDDEN}\r\n\r\n"),
        format!("HTTP/1.1 200 OK\r\ncontent-length: {HIDDEN}\r\n\r\n"),
        format!("HTTP/1.1 200 OK\r\ntransfer-encoding: {HIDDEN}\r\n\r\n"),
        format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{HIDDEN}\r\n"),
    ] {
        assert_errors_hidden(Act::SendAndClose(text.into_bytes()));
    }
}

#[test]
fn an_api_key_in_a_path_is_not_shown() {
    let wire = Wire::script([Act::Send(response(404, "{}"))]);
    let client = client_to(wire.base_url()).build().unwrap();
    let error = client.get(HIDDEN).unwrap_err().to_string();
    assert!(error.contains("GET /v1/connectors/[redacted]"), "{error}");
}

// --- what is not a secret

#[test]
fn ordinary_values_are_shown() {
    fn assert_shows(value: impl Debug, text: &str) {
        assert!(format!("{value:?}").contains(text), "{value:?}");
    }
    let client = client_to("http://127.0.0.1:1".to_owned()).build().unwrap();
    assert_shows(&client, "http://127.0.0.1:1");
    let options = ListConnectors::new().page_size(7);
    assert_shows(client.list_with(&options), "page_size");
    assert_shows(AuthData::new("shown"), r#"{"client_id":"shown"}"#);
    let update = UpdateConnector::new().title("shown").clear_icon_url();
    assert_shows(update, r#"{"icon_url":null,"title":"shown"}"#);
    assert_shows(AuthMethod::bearer(), r#"{"method_type":"bearer"}"#);
}

#[test]
fn a_short_header_value_does_not_redact_ordinary_words() {
    let body = r#"{"detail": "docs: this team has no docs"}"#;
    let wire = Wire::script([Act::Send(response(404, body))]);
    let client = support::builder(wire.base_url()).header("x-team", "docs");
    let client = client.build().unwrap();
    let wanted = support::docs().header("x-team", "docs");
    let wanted = wanted.global_header("x-kind", "team");
    for error in [
        client.get("docs").unwrap_err(),
        client.create(&wanted).unwrap_err(),
    ] {
        let text = all_forms(&error);
        assert!(text.contains(": docs: this team has no docs ("), "{text}");
        assert!(!text.contains("[redacted]"), "{text}");
    }
}
