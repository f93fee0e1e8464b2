//! Nothing public that can be printed shows a secret, not even when a server repeats it.

use std::error::Error as _;
use std::fmt::Debug;

use crate::support::wire::{Act, Wire, response, answer_with};
use crate::support::{self, ID};
use mistral_connectors::{
    AuthData, AuthMethod, ConnectorsClient, ConnectorsClientBuilder, CreateConnector, Error,
    ListConnectors, UpdateConnector,
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
fn all_forms(error: &Error) -> String {
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
fn a_key_cut_in_half_is_not_shown_either() {
    let half = &KEY[..KEY.len() * 2 / 3];
    let body = format!("you sent {half}");
    for error in errors(Act::Send(response(400, &body))) {
        let text = format!("{error} {error:?}");
        assert!(
            text.contains("you sent [redacted]") && !text.contains(half),
            "{text}"
        );
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
        in_json(&in_json(text)),
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
                    &Act::Send(response(status, &body)),
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
fn a_secret_cut_in_the_middle_is_not_shown() {
    for spelled in spellings(LINES) {
        let chars: Vec<char> = spelled.chars().collect();
        let part = |range: std::ops::Range<usize>| chars[range].iter().collect::<String>();
        let all = chars.len();
        for dots in ["...", "…"] {
            let cut = format!("'{}{dots}{}'", part(0..25), part(all - 24..all));
            let message = format!("Input is bad [type=x, input_value={cut}, input_type=str]");
            let detail = json!({"detail": [{"loc": ["body"], "msg": message, "type": "x"}]});
            for body in [
                detail.to_string(),
                json!({"message": cut}).to_string(),
                message,
            ] {
                assert_no_piece(&Act::Send(response(422, &body)), &[LINES]);
                assert_no_piece(&Act::Send(response(200, &body)), &[LINES]);
            }
        }
    }
}

#[test]
fn the_end_of_a_secret_is_not_shown_without_its_beginning() {
    for spelled in spellings(LINES) {
        let chars: Vec<char> = spelled.chars().collect();
        for begin in [chars.len() / 3, chars.len() / 2, chars.len() - 44] {
            let end: String = chars[begin..].iter().collect();
            let body = json!({"detail": format!("…{end}")}).to_string();
            assert_no_piece(&Act::Send(response(400, &body)), &[LINES]);
        }
    }
}

#[test]
fn a_secret_is_not_shown_in_base64_or_hexadecimal_either() {
    let hex: String = LINES.bytes().map(|byte| format!("{byte:02x}")).collect();
    for before in ["", "c", "cl", "client:"] {
        let base64 = base64(&format!("{before}{LINES}"));
        // What the neighbours of the secret decide is not its.
        let own = &base64[before.len().div_ceil(3) * 4..base64.len() - 4];
        for (text, own) in [(&base64, own), (&hex, hex.as_str())] {
            for body in [json!({"detail": text}).to_string(), text.clone()] {
                assert_no_piece(&Act::Send(response(400, &body)), &[own]);
                assert_no_piece(&Act::Send(response(200, &body)), &[own]);
            }
        }
    }
}

fn base64(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut digits = String::new();
    for three in text.as_bytes().chunks(3) {
        let byte = |at: usize| u32::from(three.get(at).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            digits.push(match at <= three.len() {
                true => char::from(DIGITS[(bits >> (18 - 6 * at)) as usize % 64]),
                false => '=',
            });
        }
    }
    digits
}

#[test]
fn ordinary_words_stay_readable() {
    let said = r#"{"detail": "docs: this team has no docs"}"#;
    let wire = Wire::script([Act::Send(response(404, said))]);
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
    let wire = Wire::script([Act::Send(response(422, &body))]);
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
    let wire = Wire::script([Act::Send(response(403, r#"{"detail": "not open-ses"}"#))]);
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

// --- secrets by every way into a request

/// Stands wherever a secret can.
const HIDDEN: &str = "zebra/quokka+wombat \"ocelot\"";

fn creates() -> Vec<(&'static str, CreateConnector)> {
    let wanted = support::docs;
    let from_json = |name: &str, value: Value| {
        let mut object =
            json!({"name": "docs", "description": "d", "server": "https://docs.example"});
        object[name] = value;
        serde_json::from_value(object).unwrap()
    };
    let auth = || AuthData::new("client").secret(HIDDEN);
    vec![
        ("header", wanted().header("x-key", HIDDEN)),
        (
            "header with scheme",
            wanted().header("authorization", format!("Bearer {HIDDEN}")),
        ),
        ("global_header", wanted().global_header("x-key", HIDDEN)),
        ("auth_data", wanted().auth_data(auth())),
        (
            "auth_method oauth2",
            wanted().auth_method(AuthMethod::oauth2(auth())),
        ),
        (
            "auth_method header",
            wanted().auth_method(AuthMethod::bearer().header("x-key", HIDDEN)),
        ),
        ("extra text", wanted().extra("client_secret", HIDDEN)),
        (
            "extra deep",
            wanted().extra("new", json!({"list": [{"api_key": HIDDEN}]})),
        ),
        (
            "extra value",
            wanted().extra("new", json!({"type": "x", "value": HIDDEN})),
        ),
        (
            "extra headers",
            wanted().extra("headers", json!({"x-key": [HIDDEN]})),
        ),
        (
            "metadata",
            wanted().oauth2_server_metadata(json!({"client_secret": HIDDEN})),
        ),
        (
            "read headers",
            from_json("headers", json!({"x-key": HIDDEN})),
        ),
        (
            "read global_headers",
            from_json("global_headers", json!({"x-key": {"value": HIDDEN}})),
        ),
        (
            "read auth_data",
            from_json(
                "auth_data",
                json!({"client_id": "c", "client_secret": HIDDEN}),
            ),
        ),
        (
            "read auth_methods",
            from_json(
                "auth_methods",
                json!([{"method_type": "oauth2", "auth_data": {"client_secret": HIDDEN}}]),
            ),
        ),
    ]
}

fn updates() -> Vec<(&'static str, UpdateConnector)> {
    let change = UpdateConnector::new;
    let auth = || AuthData::new("client").secret(HIDDEN);
    vec![
        (
            "auth_method oauth2",
            change().auth_method(AuthMethod::oauth2(auth())),
        ),
        (
            "auth_method header",
            change().auth_method(AuthMethod::none().header("x-key", HIDDEN)),
        ),
        ("extra text", change().extra("bearer_token", HIDDEN)),
        (
            "extra deep",
            change().extra("new", json!([{"Authorization": format!("Basic {HIDDEN}")}])),
        ),
        (
            "extra headers",
            change().extra("headers", json!({"x-key": HIDDEN})),
        ),
    ]
}

#[track_caller]
fn assert_hidden(case: &str, text: &str) {
    // All the words, since each has characters around it that can be written differently.
    for word in ["zebra", "quokka", "wombat", "ocelot"] {
        assert!(!text.contains(word), "{case}: {text}");
    }
}

#[test]
fn no_way_into_a_request_prints_a_secret() {
    for (case, wanted) in creates() {
        assert_hidden(case, &format!("{wanted:?} {wanted:#?}"));
        assert!(
            format!("{wanted:?}").contains("[redacted]"),
            "{case}: {wanted:?}"
        );
        assert!(
            format!("{wanted:?}").contains(r#"name: "docs""#),
            "{case}: {wanted:?}"
        );
    }
    for (case, change) in updates() {
        assert_hidden(case, &format!("{change:?} {change:#?}"));
        assert!(
            format!("{change:?}").contains("[redacted]"),
            "{case}: {change:?}"
        );
    }
    let method = AuthMethod::oauth2(AuthData::new("shown").secret(HIDDEN)).header("x-key", HIDDEN);
    let text = format!("{method:?} {method:#?}");
    assert_hidden("AuthMethod", &text);
    assert!(text.contains("shown") && text.contains("x-key"), "{text}");
}

#[test]
fn a_request_that_is_repeated_whole_shows_no_secret() {
    type Echo = fn(&str) -> Act;
    let echoes: [(&str, Echo); 5] = [
        ("as it is", |body| Act::Send(response(422, body))),
        ("as a text", |body| {
            Act::Send(response(422, &json!({"detail": body}).to_string()))
        }),
        ("as input", |body| {
            let input: Value = serde_json::from_str(body).unwrap();
            let detail = json!([{"loc": ["body"], "msg": body, "type": "x", "input": input}]);
            Act::Send(response(422, &json!({ "detail": detail }).to_string()))
        }),
        ("as success", |body| Act::Send(response(200, body))),
        ("as no HTTP", |body| {
            Act::SendAndClose(format!("{body}\r\n\r\n").into_bytes())
        }),
    ];
    for (way, echo) in echoes {
        let wire = Wire::serve(move |_, incoming| {
            assert!(incoming.body.contains("zebra"), "{}", incoming.body);
            echo(&incoming.body)
        });
        let client = support::builder(wire.base_url())
            .max_retries(0)
            .build()
            .unwrap();
        for (case, wanted) in creates() {
            let error = client.create(&wanted).unwrap_err();
            assert_hidden(&format!("{case}, {way}"), &all_forms(&error));
        }
        for (case, change) in updates() {
            let error = client.update(ID, &change).unwrap_err();
            assert_hidden(&format!("{case}, {way}"), &all_forms(&error));
        }
    }
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
