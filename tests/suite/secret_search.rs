//! What a server repeats of a secret is not shown, however it is put together or written.

use std::time::{Duration, Instant};

use crate::secrets::all_forms;
use crate::support::wire::{Act, Wire, answer_with, response};
use crate::support::{self, ID};
use mistral_connectors::{AuthData, AuthMethod, CallTool, Error, UpdateConnector};
use serde_json::{Value, json};

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
