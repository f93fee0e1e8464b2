//! A secret does not print, by whatever way it gets into a request.

use crate::secrets::all_forms;
use crate::support::wire::{Act, Wire, response};
use crate::support::{self, ID};
use mistral_connectors::{AuthData, AuthMethod, CallTool, CreateConnector, UpdateConnector};
use serde_json::{Value, json};

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
fn an_argument_under_a_usual_name_of_a_secret_is_not_shown() {
    let wire = Wire::serve(|_, incoming| {
        Act::Send(response(422, &json!({"detail": incoming.body}).to_string()))
    });
    let client = support::client(wire.base_url());
    for name in [
        "private_key",
        "auth_token",
        "session_token",
        "passphrase",
        "x-api-key",
        "cookie",
        "Set-Cookie",
        "client_assertion",
        "clientPrivateKey",
        "db_password",
        "passwd",
        "signing-secret",
        "OPENAI_APIKEY",
        "csrf_token",
        "aws_secret_access_key",
        "connection_secrets",
        "passwords",
    ] {
        for call in [
            CallTool::new("ask").argument(name, HIDDEN),
            CallTool::new("ask").arguments(json!({"deep": [{name: {"x": [HIDDEN]}}]})),
        ] {
            assert_hidden(name, &format!("{call:?} {call:#?}"));
            let error = client.call_tool("docs", &call).unwrap_err();
            assert_hidden(name, &all_forms(&error));
        }
        let wanted = support::docs().extra(name, HIDDEN);
        assert_hidden(name, &format!("{wanted:?}"));
        assert_hidden(name, &all_forms(&client.create(&wanted).unwrap_err()));
    }
}

#[test]
fn an_argument_under_another_name_is_shown() {
    for name in [
        "max_tokens",
        "token_type",
        "public_key",
        "key",
        "description",
        "is_secret_type",
    ] {
        let call = CallTool::new("ask").argument(name, "an ordinary word");
        assert!(format!("{call:?}").contains("an ordinary word"), "{call:?}");
    }
}

#[test]
fn a_secret_that_is_an_ordinary_word_does_not_hide_other_fields() {
    let wanted = support::docs().auth_data(AuthData::new("docs").secret("docs"));
    let shown = format!("{wanted:?}");
    assert!(shown.contains(r#"name: "docs""#), "{shown}");
    assert!(shown.contains(r#""client_id": "docs""#), "{shown}");
    assert!(shown.contains(r#""client_secret": [redacted]"#), "{shown}");
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
