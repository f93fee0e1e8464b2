//! The final text of an error is searched for secrets. How secrets can be escaped is tested in
//! `src/secret/`.

use crate::secrets::all_forms;
use crate::support;
use crate::support::wire::{Act, Wire, response, response_with_headers};
use mistral_connectors::{AuthData, Error};
use serde_json::json;

/// All that the error of a create with this secret shows.
#[track_caller]
fn shown(secret: &str, status: u16, headers: &str, body: &str) -> String {
    let wire = Wire::script([Act::Send(response_with_headers(status, headers, body))]);
    let client = support::builder(wire.base_url()).max_retries(0);
    let wanted = support::docs().auth_data(AuthData::new("client").secret(secret));
    all_forms(&client.build().unwrap().create(&wanted).unwrap_err())
}

#[test]
fn twelve_characters_of_a_secret_with_several_lines_are_not_shown() {
    let secret = "-----BEGIN WORDS-----\nthe quick brown fox jumps over it,\nand sleeps until the \
                  morning comes\nwhere nobody was ever awake\n-----END WORDS-----\n";
    let detail = |input: &str, msg: String| json!({"detail": [{"loc": ["body", "auth_data"], "msg": msg, "type": "x", "input": input}]});
    for text in [
        secret.to_owned(),
        secret.to_uppercase(),
        secret.replace('\n', "\\n"),
        secret.replace('\n', "\r\n"),
    ] {
        for body in [
            detail(&text, format!("not {text}")).to_string(),
            json!({ "message": json!(text).to_string() }).to_string(),
            text.clone(),
        ] {
            for status in [200, 422] {
                let shown = shown(secret, status, "", &body).to_lowercase();
                assert!(shown.contains("[redacted]"), "{shown}");
                for line in secret.to_lowercase().lines() {
                    for at in 0..line.len() - 11 {
                        assert!(!shown.contains(&line[at..at + 12]), "{shown}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_secret_that_only_the_parts_of_the_text_form_together_is_not_shown() {
    let loc = json!({"detail": [{"loc": ["alpha", "beta", "gamma"], "msg": "no", "type": "x"}]});
    let detail = |msg: &str| json!({"msg": msg, "type": "x"});
    let details = json!({"message": "one", "detail": [detail("two"), detail("three")]});
    let message = json!({"detail": "no such"});
    for (secrets, body) in [
        (
            &[
                "alpha.beta.gamma",
                "beta.gamma",
                "a.beta.gamm",
                "gamma: no",
                "ALPHA.beta",
            ][..],
            loc,
        ),
        (&["one; two; three", "two; three", "ne; tw"], details),
        (
            &[
                "connectors: no such",
                "such (request ID r-1",
                "r-1, 1 attempt",
                "422 on POST",
            ],
            message,
        ),
    ] {
        for secret in secrets {
            let shown = shown(secret, 422, "x-request-id: r-1\r\n", &body.to_string());
            assert!(shown.contains("[redacted]"), "{secret}: {shown}");
            let (shown, secret) = (shown.to_lowercase(), secret.to_lowercase());
            assert!(!shown.contains(&secret), "{secret}: {shown}");
        }
    }
}

#[test]
fn an_api_key_that_is_a_number_is_not_shown_as_a_wait() {
    for (header, key) in [
        ("retry-after: 1234567\r\n", "1234567"),
        ("retry-after-ms: 1234567\r\n", "1234.567"),
    ] {
        let wire = Wire::script([Act::Send(response_with_headers(429, header, "{}"))]);
        let client = support::builder(wire.base_url()).api_key(key);
        let error = client.build().unwrap().get("docs").unwrap_err();
        let shown = all_forms(&error);
        assert!(!shown.contains(key), "{shown}");
    }
}

#[test]
fn a_secret_in_a_reason_of_the_gateway_or_in_a_title_is_not_shown() {
    let gateway = "proxy-status: connectors-gateway; error=e; details=\"hidden-word\"\r\n";
    let page = "<html><title>not hidden-word</title></html>";
    for (headers, body, want) in [
        (gateway, "{}", "connectors gateway: e ([redacted])"),
        ("", page, ": not [redacted] ("),
    ] {
        let shown = shown("hidden-word", 502, headers, body);
        assert!(shown.contains(want), "{shown}");
        assert!(!shown.contains("hidden-word"), "{shown}");
    }
}

#[test]
fn pieces_of_a_long_secret_are_not_shown_in_any_detail() {
    let long: String = (0..10_000).map(|number| format!("{number:06}")).collect();
    let detail =
        |at: usize| json!({"loc": ["body", at], "msg": long[at * 100..][..6_000], "type": "x"});
    let details: Vec<_> = (0..100).map(detail).collect();
    let body = json!({ "detail": details }).to_string();
    let wire = Wire::script([Act::Send(response(422, &body))]);
    let client = support::builder(wire.base_url()).header("x-long", &long);
    let client = client.build().unwrap();
    let error = client.get("docs").unwrap_err();
    let shown = all_forms(&error);
    assert!(
        shown.contains("[redacted]") && !shown.contains("000100000101"),
        "{error}"
    );
    let Error::Api(error) = error else {
        panic!("{error}")
    };
    assert_eq!(error.details.len(), 50);
}
