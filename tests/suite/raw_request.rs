//! Requests that the client has no method for: what is sent, what is refused, and that the rest is as
//! with every other request.

use std::fmt::Debug;

use crate::support::wire::{Act, Wire, response};
use crate::support::{
    self, ID, ambiguous, assert_at_most_once, assert_empty, assert_not_sent, assert_repeated,
    client, exchange, head, without_body,
};
use mistral_connectors::{Connector, ConnectorsClient, Error, Method, Result};
use mockito::Server;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

const METHODS: [Method; 5] = [
    Method::Get,
    Method::Post,
    Method::Put,
    Method::Patch,
    Method::Delete,
];

fn done() -> Value {
    json!({"done": true})
}

// --- what is sent

#[test]
fn a_header_takes_the_place_of_the_clients_own() {
    let wire = Wire::script([Act::Send(response(200, "{}"))]);
    let client = crate::support::builder(wire.base_url()).header("x-team", "of-the-client");
    let request = client
        .build()
        .unwrap()
        .request(Method::Get, ["v1", "models"]);
    request
        .header("x-team", "one")
        .header("x-team", "two")
        .send()
        .unwrap();
    let head = wire.seen()[0].head.clone();
    assert!(head.contains("x-team: one\r\nx-team: two"), "{head}");
    assert!(!head.contains("of-the-client"), "{head}");
}

#[test]
fn any_method_goes_to_any_path() {
    for method in METHODS {
        let said = exchange((method.as_str(), "/v1/models"), None, &done(), |client| {
            client.request(method, &["v1", "models"]).send()
        });
        assert_eq!(said, done(), "{method}");
    }
}

#[test]
fn the_query_is_encoded_and_keeps_its_order() {
    let path = "/v1/models?b=1&a=x%20y%26z%3D%C3%A9&b=2&c%5B%5D=";
    exchange(("GET", path), None, &done(), |client| {
        let request = client.request(Method::Get, ["v1", "models"]);
        request
            .query("b", "1")
            .query("a", "x y&z=é")
            .query("b", "2")
            .query("c[]", "")
            .send()
    });
}

#[test]
fn further_headers_are_sent_beside_those_of_the_client() {
    let mut server = Server::new();
    let mock = without_body(server.mock("GET", "/v1/models"))
        .match_header("x-team", "blue")
        .match_header("x-credentials-name", "mine")
        .match_header("x-of-the-client", "always")
        .with_body("[]")
        .create();
    let client = support::builder(server.url())
        .header("x-of-the-client", "always")
        .build();
    let request = client.unwrap().request(Method::Get, ["v1", "models"]);
    let answer = request
        .header("X-Team", "blue")
        .header("x-credentials-name", "mine")
        .send();
    mock.assert();
    assert_eq!(answer.unwrap(), json!([]));
}

#[test]
fn a_body_is_sent_as_json() {
    #[derive(Serialize)]
    struct Question<'a> {
        inputs: &'a str,
    }
    for method in [Method::Post, Method::Put, Method::Patch] {
        for body in [
            json!({"b": [1, null, "é"], "a": {"headers": {"x": "y"}}}),
            json!([]),
            json!(null),
        ] {
            exchange(
                (method.as_str(), "/v1/a"),
                Some(body.clone()),
                &done(),
                |client| client.request(method, &["v1", "a"]).json(&body).send(),
            );
        }
        let body = json!({"inputs": "why?"});
        exchange((method.as_str(), "/v1/a"), Some(body), &done(), |client| {
            client
                .request(method, &["v1", "a"])
                .json(&Question { inputs: "why?" })
                .send()
        });
        // A text is a value that has no size of its own.
        exchange(
            (method.as_str(), "/v1/a"),
            Some(json!("why?")),
            &done(),
            |client| client.request(method, &["v1", "a"]).json("why?").send(),
        );
    }
}

#[test]
fn a_body_of_a_delete_is_sent_whole() {
    let wire = Wire::script([Act::Send(response(200, "{}"))]);
    let request = client(wire.base_url()).request(Method::Delete, ["v1", "a"]);
    request.json(&json!({"ids": [1, 2]})).send().unwrap();
    let seen = &wire.seen()[0];
    assert_eq!(seen.line(), "DELETE /v1/a");
    assert_eq!(seen.body, r#"{"ids":[1,2]}"#);
    assert!(seen.head.contains("content-length: 13"), "{}", seen.head);
    assert!(
        seen.head.contains("content-type: application/json"),
        "{}",
        seen.head
    );
    assert!(!seen.head.contains("transfer-encoding"), "{}", seen.head);
}

#[test]
fn a_write_without_a_body_says_so() {
    for method in METHODS {
        let head = head(&done(), |client| {
            client.request(method, &["v1", "a"]).send()
        });
        match method {
            Method::Get | Method::Delete => {
                assert!(
                    !head.iter().any(|line| line.starts_with("content-")),
                    "{head:?}"
                );
            }
            _ => assert_empty(&head),
        }
    }
}

// --- what is refused

#[test]
fn a_path_that_would_name_something_else_is_refused() {
    for path in [
        &[][..],
        &[""],
        &["v1", ""],
        &["v1", ".", "a"],
        &["v1", "models", ".."],
    ] {
        assert_not_sent(&format!("{path:?}"), |client| {
            client.request(Method::Get, path).send()
        });
    }
}

#[test]
fn headers_are_sent_up_to_64_kib() {
    let wire = Wire::script([Act::Send(response(200, "{}"))]);
    let client = client(wire.base_url());
    let full = |more: usize| {
        let request = client.request(Method::Get, ["v1", "models"]);
        let (name, value) = ("x".repeat(300), "v".repeat(65_236 + more));
        request.header(name, value).send()
    };
    full(0).unwrap();
    let error = full(1).unwrap_err();
    assert!(matches!(error, Error::InvalidRequest(_)), "{error}");
    assert_eq!(wire.seen().len(), 1);
}

#[test]
fn headers_of_the_client_and_headers_that_are_none_are_refused() {
    for name in [
        "Authorization",
        "accept",
        "Accept-Encoding",
        "connection",
        "content-length",
        "content-type",
        "expect",
        "host",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "user-agent",
        "",
        "a b",
        "a:",
        "a\r\nb",
    ] {
        assert_not_sent(name, |client| {
            client
                .request(Method::Get, ["v1", "models"])
                .header(name, "x")
                .send()
        });
    }
    for value in ["a\r\nb: c", "a\0", "\u{7f}"] {
        assert_not_sent(value, |client| {
            client
                .request(Method::Get, ["v1", "models"])
                .header("x-team", value)
                .send()
        });
    }
    assert_not_sent("too long", |client| {
        let request = client.request(Method::Post, ["v1", "models"]);
        request.header("x-team", "x".repeat(200_000)).send()
    });
    assert_not_sent("too many", |client| {
        let request = client.request(Method::Get, ["v1", "models"]);
        (0..40_000)
            .fold(request, |request, n| request.header(format!("x-{n}"), "y"))
            .send()
    });
}

#[test]
fn a_get_with_a_body_is_refused() {
    assert_not_sent("GET", |client| {
        client
            .request(Method::Get, ["v1", "a"])
            .json(&done())
            .send()
    });
}

#[test]
fn what_cannot_be_written_as_json_is_refused_and_not_shown() {
    struct Broken;
    impl Serialize for Broken {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("key-of-somebody"))
        }
    }
    assert_not_sent("broken", |client| {
        client
            .request(Method::Post, ["v1", "a"])
            .json(&Broken)
            .send()
    });
    let client = client("http://127.0.0.1:1");
    let error = client
        .request(Method::Post, ["v1", "a"])
        .json(&Broken)
        .send()
        .unwrap_err();
    assert!(
        !format!("{error} {error:?}").contains("somebody"),
        "{error:?}"
    );
}

#[test]
fn of_several_faults_the_first_is_told_and_nothing_panics() {
    let client = client("http://127.0.0.1:1");
    let request = client
        .request(Method::Get, [".."])
        .header("host", "x")
        .query("a", "b")
        .json(&done());
    assert!(format!("{request:?}").contains("segment"), "{request:?}");
    let error = request.send().unwrap_err();
    assert!(error.to_string().contains("path segment"), "{error}");
}

#[test]
fn an_address_too_long_for_a_url_is_refused() {
    assert_not_sent("long", |client| {
        client
            .request(Method::Get, ["v1", "a"])
            .query("q", "x".repeat(100_000))
            .send()
    });
}

// --- answers

#[test]
fn an_answer_without_a_body_is_null() {
    for nothing in [
        response(204, ""),
        response(200, ""),
        response(202, " \r\n"),
        response(200, "null"),
    ] {
        for method in METHODS {
            let wire = Wire::script([Act::Send(nothing.clone())]);
            let said = client(wire.base_url()).request(method, &["v1", "a"]).send();
            assert_eq!(said.unwrap(), Value::Null, "{method}");
        }
    }
}

#[test]
fn an_answer_is_read_as_what_is_asked_for() {
    let wire = Wire::script([Act::Send(response(200, support::CONNECTOR))]);
    let client = client(wire.base_url());
    let get = || client.request(Method::Get, ["v1", "connectors", "docs"]);
    let connector: Connector = get().send_as().unwrap();
    assert_eq!(connector.id, ID);
    assert_eq!(get().send().unwrap()["name"], "docs");
    let all: std::collections::BTreeMap<String, String> = get().send_as().unwrap();
    assert_eq!(all.len(), 2);
    let error = get().send_as::<Vec<Connector>>().unwrap_err();
    assert!(matches!(error, Error::Decode(_)), "{error}");
    let wire = Wire::script([Act::Send(response(204, ""))]);
    let empty = support::client(wire.base_url());
    let get = || empty.request(Method::Get, ["v1", "a"]);
    assert_eq!(get().send_as::<Option<Connector>>().unwrap(), None);
    assert!(matches!(
        get().send_as::<Connector>(),
        Err(Error::Decode(_))
    ));
    get().send_as::<()>().unwrap();
}

#[test]
fn an_answer_that_is_no_json_is_an_error_that_names_the_request() {
    for text in ["<html>", "data: {}\n\n", "{}{}"] {
        let wire = Wire::script([Act::Send(response(200, text))]);
        let error = client(wire.base_url())
            .request(Method::Get, ["v1", "a b"])
            .send()
            .unwrap_err();
        assert!(matches!(error, Error::Decode(_)), "{text}: {error}");
        assert!(error.to_string().contains("GET /v1/a%20b"), "{error}");
        assert_eq!(wire.seen().len(), 1);
    }
}

#[test]
fn errors_speak_as_with_every_other_request() {
    let wire = Wire::script([Act::Send(support::wire::answer_with(
        422,
        "x-request-id: r-1\r\n",
        r#"{"detail": [{"loc": ["body", "model"], "msg": "no such model", "type": "value_error"}]}"#,
    ))]);
    let request = client(wire.base_url()).request(Method::Post, ["v1", "conversations"]);
    let error = request
        .query("not", "shown")
        .json(&done())
        .send()
        .unwrap_err();
    assert!(error.is_validation(), "{error}");
    assert_eq!(error.request_id(), Some("r-1"));
    let text = error.to_string();
    assert!(
        text.contains("POST /v1/conversations: body.model: no such model"),
        "{text}"
    );
    assert!(!text.contains("not=shown"), "{text}");
    let nobody = client("http://127.0.0.1:1")
        .request(Method::Get, ["v1", "a"])
        .send();
    assert!(nobody.unwrap_err().is_connect());
    let redirect = Wire::script([Act::Send(support::wire::answer_with(
        307,
        "location: https://elsewhere.example/\r\n",
        "",
    ))]);
    let error = client(redirect.base_url())
        .request(Method::Get, ["v1", "a"])
        .send()
        .unwrap_err();
    assert!(error.to_string().contains("elsewhere.example"), "{error}");
}

// --- repeats

#[test]
fn it_is_repeated_as_its_method_allows() {
    for method in METHODS {
        let call = |client: &ConnectorsClient| client.request(method, &["v1", "a"]).send();
        match method {
            Method::Post => assert_at_most_once(method.as_str(), &done(), call),
            _ => assert_repeated(method.as_str(), &done(), call),
        }
    }
}

#[test]
fn a_404_of_a_repeated_delete_stays_one() {
    for failure in ambiguous() {
        let wire = Wire::script([failure, Act::Send(response(404, r#"{"detail": "gone"}"#))]);
        let client = client(wire.base_url());
        let error = client
            .request(Method::Delete, ["v1", "connectors", ID])
            .send()
            .unwrap_err();
        assert!(error.is_not_found() && error.may_have_happened(), "{error}");
    }
}

#[test]
fn its_deadline_is_that_of_the_client() {
    let wire = Wire::script([Act::Silence]);
    let client = client(wire.base_url()).with_timeout(std::time::Duration::from_millis(40));
    assert!(
        client
            .request(Method::Post, ["v1", "a"])
            .send()
            .unwrap_err()
            .is_timeout()
    );
}

// --- secrets

#[test]
fn secrets_in_it_are_not_shown() {
    let body = json!({
        "client_secret": "hidden-one", "nested": [{"bearer_token": "hidden-two"}],
        "headers": {"x-key": "hidden-three"},
        "tools": [{"type": "connector", "authorization": {"type": "api-key", "value": "hidden-four"}}],
        "authorization": "Bearer hidden-five",
        "inputs": "asked",
    });
    let said =
        "refused: hidden-one hidden-two hidden-three hidden-four hidden-five hidden-six asked";
    let echo = json!({"detail": said}).to_string();
    let html = format!("<html>{said}</html>");
    for act in [
        response(422, &echo),
        response(400, &html),
        response(200, &html),
    ] {
        let wire = Wire::script([Act::Send(act)]);
        let request = client(wire.base_url())
            .request(Method::Post, ["v1", "conversations"])
            .header("x-key", "hidden-six")
            .query("key", "hidden-seven")
            .json(&body);
        assert_hidden(&request);
        let error = request.send().unwrap_err();
        assert_hidden(&error);
        assert!(error.to_string().contains("refused"), "{error}");
        assert!(error.to_string().contains("asked"), "{error}");
        // What is hidden is sent all the same.
        let sent: Value = serde_json::from_str(&wire.seen()[0].body).unwrap();
        assert_eq!(sent, body);
    }
}

#[test]
fn it_prints_as_method_and_path_without_what_is_a_secret_elsewhere() {
    let client = client("http://127.0.0.1:1");
    let get = client.request(Method::Get, ["v1", "models", support::KEY, "hidden-one"]);
    let get = get.query("not", "shown").header("x-key", "hidden-one");
    assert_eq!(
        format!("{get:?}"),
        "RawRequest(GET /v1/models/[redacted]/[redacted])"
    );
}

#[track_caller]
fn assert_hidden(shown: &impl Debug) {
    for text in [format!("{shown:?}"), format!("{shown:#?}")] {
        assert!(!text.contains("hidden"), "{text}");
    }
}
