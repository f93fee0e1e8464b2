//! Nothing public that can be printed shows a secret, not even when a server repeats it.

use std::error::Error as _;
use std::fmt::Debug;
use std::time::{Duration, Instant};

use crate::support::wire::{Act, Wire, answer, answer_with};
use crate::support::{self, ID};
use mistral_connectors::{
    AuthData, AuthMethod, CallTool, ConnectorsClient, ConnectorsClientBuilder, CreateConnector,
    Error, ListConnectors, UpdateConnector,
};
use serde_json::{Value, json};

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
        client
            .list(ListConnectors::new())
            .next()
            .and_then(Result::err),
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
    let listing = client.list(ListConnectors::new());
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
    let wire = Wire::script([Act::Send(answer(200, &echo.to_string()))]);
    let mut listing = builder(wire.base_url())
        .build()
        .unwrap()
        .list(ListConnectors::new());
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
            assert_create_clean(Act::Send(answer(status, &body)));
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
    for error in errors(Act::Send(answer(400, &body))) {
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
        assert_create_clean(Act::Send(answer(200, &body)));
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
    let wire = Wire::script([Act::Send(answer(404, "{}"))]);
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

// --- secrets of several lines, and pieces of secrets

/// Has the form of a private key, and is none.
const LINES: &str = "-----BEGIN WORDS-----\nthe quick brown fox jumps over it,\n\
    and sleeps until the morning comes\nwhere nobody has ever been awake\n-----END WORDS-----\n";

/// So many characters of a secret in a row are too many.
const PIECE: usize = 12;

/// No error that comes of such an answer to a create or an update may hold a piece of these secrets.
#[track_caller]
fn assert_no_piece(answer: &Act, secrets: &[&str]) {
    let wire = Wire::script([answer.clone()]);
    let client = support::builder(wire.base_url())
        .max_retries(0)
        .build()
        .unwrap();
    let wanted = support::docs().auth_data(AuthData::new("client").secret(LINES));
    let oauth = AuthMethod::oauth2(AuthData::new("client").secret(LINES));
    let change = UpdateConnector::new().auth_method(oauth);
    for error in [client.create(&wanted), client.update(ID, &change)] {
        let error = error.unwrap_err();
        let text = all_forms(&error);
        assert!(text.contains("[redacted]"), "{text}");
        for line in secrets.iter().flat_map(|secret| secret.lines()) {
            let chars: Vec<char> = line.chars().collect();
            for piece in chars.windows(PIECE) {
                let piece: String = piece.iter().collect();
                assert!(!text.contains(&piece), "{piece:?} is shown: {text}");
            }
        }
    }
}

/// What servers make of a text that they repeat.
fn spellings(text: &str) -> Vec<String> {
    let in_json = |text: &str| json!(text).to_string();
    let percent = |space: &str| -> String {
        let byte = |byte: u8| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'-' => char::from(byte).to_string(),
            b' ' => space.to_owned(),
            other => format!("%{other:02X}"),
        };
        text.bytes().map(byte).collect()
    };
    vec![
        text.to_owned(),
        in_json(text),
        in_json(text)
            .replace("\\n", "\\u000a")
            .replace(' ', "\\u0020"),
        text.replace('\n', "\\n"),
        text.replace('\n', "\r\n"),
        text.replace('\n', " "),
        text.replace('\n', "&#10;"),
        text.to_uppercase(),
        percent("+"),
        percent("%20"),
    ]
}

#[test]
fn a_secret_of_several_lines_is_not_shown_however_it_is_spelled() {
    for text in spellings(LINES) {
        let input = json!({"detail": [{
            "loc": ["body", "auth_data", "client_secret"], "msg": "refused", "type": "x",
            "input": text,
        }]});
        let message =
            json!({"detail": [{"loc": ["body"], "msg": format!("not {text}"), "type": "x"}]});
        for body in [
            input.to_string(),
            message.to_string(),
            json!({"message": text}).to_string(),
            text.clone(),
        ] {
            for status in [200, 422, 500] {
                assert_no_piece(
                    &Act::Send(answer(status, &body)),
                    &[LINES, &LINES.to_uppercase()],
                );
            }
        }
        let no_http = format!("HTTP/1.1 {text}\r\n\r\n").into_bytes();
        assert_error_without(&Act::SendAndClose(no_http), LINES);
    }
}

/// Likewise where the error need not repeat anything.
#[track_caller]
fn assert_error_without(answer: &Act, secret: &str) {
    let wire = Wire::script([answer.clone()]);
    let client = support::builder(wire.base_url())
        .max_retries(0)
        .build()
        .unwrap();
    let wanted = support::docs().auth_data(AuthData::new("client").secret(secret));
    let text = all_forms(&client.create(&wanted).unwrap_err());
    for line in secret.lines().filter(|line| line.len() >= PIECE) {
        assert!(!text.contains(line), "{line:?} is shown: {text}");
    }
}

#[test]
fn ordinary_words_stay_readable() {
    let said = r#"{"detail": "docs: this team has no docs"}"#;
    let wire = Wire::script([Act::Send(answer(404, said))]);
    let client = support::builder(wire.base_url())
        .header("x-team", "docs")
        .build()
        .unwrap();
    let wanted = support::docs()
        .header("x-team", "docs")
        .global_header("x-kind", "team");
    for error in [
        client.get("docs").unwrap_err(),
        client.create(&wanted).unwrap_err(),
    ] {
        let text = all_forms(&error);
        assert!(text.contains(": docs: this team has no docs ("), "{text}");
        assert!(!text.contains("[redacted]"), "{text}");
    }
}

#[test]
fn long_headers_and_a_long_list_of_faults_take_no_time_to_speak_of() {
    let long: String = (0..10_000).map(|number| format!("{number:06}")).collect();
    assert_eq!(long.len(), 60_000);
    let faults: Vec<_> = (0..100)
        .map(|at| json!({"loc": ["body", at], "msg": long[at * 100..][..6_000], "type": "x"}))
        .collect();
    let body = json!({ "detail": faults }).to_string();
    let wire = Wire::script([Act::Send(answer(422, &body))]);
    let client = support::builder(wire.base_url())
        .header("x-long", &long)
        .build()
        .unwrap();
    let error = client.get("docs").unwrap_err();
    let text = all_forms(&error);
    assert!(
        text.contains("[redacted]") && !text.contains("000100000101"),
        "{error}"
    );
    let Error::Api(error) = error else {
        panic!("{error}")
    };
    assert_eq!(error.details.len(), 100);
}

#[test]
fn what_follows_a_scheme_is_a_secret_by_itself() {
    let wire = Wire::script([Act::Send(answer(403, r#"{"detail": "not open-ses"}"#))]);
    let value = "Basic open-ses";
    let client = support::builder(wire.base_url())
        .header("proxy-authorization", value)
        .build()
        .unwrap();
    let plain = support::client(wire.base_url());
    let wanted = support::docs().header("authorization", value);
    let (by_client, by_request) = (client.get("docs"), plain.create(&wanted));
    for error in [by_client.unwrap_err(), by_request.unwrap_err()] {
        let text = all_forms(&error);
        assert!(text.contains("not [redacted]"), "{text}");
        assert!(!text.contains("open-ses"), "{text}");
    }
}

// --- what is put together is searched as a whole

/// All that an error of a create with this secret says when the server responds so.
#[track_caller]
fn said_of(secret: &str, status: u16, headers: &str, body: &str) -> String {
    let wire = Wire::script([Act::Send(answer_with(status, headers, body))]);
    let client = support::builder(wire.base_url()).max_retries(0);
    let wanted = support::docs().auth_data(AuthData::new("client").secret(secret));
    all_forms(&client.build().unwrap().create(&wanted).unwrap_err())
}

#[test]
fn the_parts_of_a_place_do_not_make_up_a_secret() {
    let body = json!({"detail": [{"loc": ["alpha", "beta", "gamma"], "msg": "no", "type": "x"}]});
    for secret in [
        "alpha.beta.gamma",
        "beta.gamma",
        "a.beta.gamm",
        "gamma: no",
        "ALPHA.beta",
    ] {
        let text = said_of(secret, 422, "", &body.to_string());
        assert!(text.contains("[redacted]"), "{text}");
        let (text, secret) = (text.to_lowercase(), secret.to_lowercase());
        assert!(!text.contains(&secret), "{secret} is shown: {text}");
    }
}

#[test]
fn details_do_not_make_up_a_secret() {
    let detail = |msg: &str| json!({"msg": msg, "type": "x"});
    let body = json!({"message": "one", "detail": [detail("two"), detail("three")]});
    for secret in ["one; two; three", "two; three", "ne; tw"] {
        let text = said_of(secret, 400, "", &body.to_string());
        assert!(text.contains("[redacted]"), "{text}");
        assert!(!text.contains(secret), "{secret} is shown: {text}");
    }
}

#[test]
fn the_words_around_a_message_do_not_make_up_a_secret() {
    for secret in [
        "connectors: no such",
        "such (request id r-1",
        "r-1, 1 attempt",
        "422 on POST",
    ] {
        let body = json!({"detail": "no such"}).to_string();
        let text = said_of(secret, 422, "x-request-id: r-1\r\n", &body);
        assert!(text.contains("[redacted]"), "{text}");
        assert!(!text.contains(secret), "{secret} is shown: {text}");
    }
}

#[test]
fn a_key_that_is_a_number_is_not_shown_as_a_wait() {
    for (header, key) in [
        ("retry-after: 1234567", "1234567"),
        ("retry-after-ms: 1234567", "1234.567"),
    ] {
        let headers = format!("{header}\r\n");
        let wire = Wire::script([Act::Send(answer_with(429, &headers, "{}"))]);
        let client = support::builder(wire.base_url())
            .api_key(key)
            .build()
            .unwrap();
        let text = all_forms(&client.get("docs").unwrap_err());
        assert!(!text.contains(key), "{text}");
    }
}

#[test]
fn a_secret_in_the_reason_of_the_gateway_or_the_title_of_a_page_is_not_shown() {
    let secret = "s3cr3t-word";
    let headers = format!("proxy-status: connectors-gateway; error=e; details=\"{secret}\"\r\n");
    let text = said_of(secret, 502, &headers, "{}");
    assert!(
        text.contains("connectors gateway: e ([redacted])"),
        "{text}"
    );
    assert!(!text.contains(secret), "{text}");
    let text = said_of(
        secret,
        502,
        "",
        &format!("<html><title>not {secret}</title></html>"),
    );
    assert!(
        text.contains("not [redacted]") && !text.contains(secret),
        "{text}"
    );
}

// --- secrets that look escaped

#[test]
fn a_secret_that_looks_escaped_is_found_when_it_is_escaped_in_another_way() {
    for (secret, repeated) in [
        // JSON's own escape, and that of a URL in the secret.
        ("%41%42\"c", "%41%42\\\"c"),
        ("a%26b&c", "a%26b&amp;c"),
        ("a&amp;b/c", "a%26amp%3Bb%2Fc"),
        ("a\\n b&c", "a\\n b&amp;c"),
        ("a\\u0041 b", "a%5Cu0041%20b"),
    ] {
        for body in [repeated.to_owned(), json!({"detail": repeated}).to_string()] {
            let text = said_of(secret, 400, "", &body);
            assert!(
                text.contains("[redacted]"),
                "{secret} as {repeated}: {text}"
            );
            assert!(!text.contains(repeated), "{secret} as {repeated}: {text}");
        }
    }
}

// --- cost

/// Arguments that look like a secret and are a document.
fn large_arguments() -> [Value; 3] {
    let bytes = 8 * 1024 * 1024;
    let words: Vec<_> = (0..bytes / 16)
        .map(|number| format!("word-{number:08}"))
        .collect();
    [
        json!({"name": "report.pdf", "value": words.concat()}),
        json!({"session_token": words}),
        json!({"headers": {"deep": [{"x": "y".repeat(bytes)}]}}),
    ]
}

#[test]
fn an_error_is_not_slower_because_an_argument_is_large() {
    let mut server = mockito::Server::new();
    let echo = json!({"detail": "word-00000000word-00000001word-00000002 refused"});
    let mock = server.mock("POST", mockito::Matcher::Any).with_status(422);
    mock.with_body(echo.to_string()).create();
    let client = support::client(server.url());
    for arguments in large_arguments() {
        let call = CallTool::new("upload").arguments(arguments);
        let started = Instant::now();
        let error = client.call_tool("docs", &call).unwrap_err();
        let took = started.elapsed();
        assert!(
            error.is_validation() && error.to_string().contains("refused"),
            "{error}"
        );
        assert!(took < Duration::from_secs(4), "{took:?}");
    }
}

#[test]
fn what_is_no_secret_is_shown() {
    let wire = Wire::script([Act::Send(answer(
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
        client.list(ListConnectors::new().page_size(7)),
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
