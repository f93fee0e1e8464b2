//! Requests that the client has no method for: what is sent, what is refused, and that retries,
//! limits, errors and secrets are those of every other request.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::time::Duration;

use crate::support::wire::{Act, Incoming, Wire, response, response_with_headers};
use crate::support::{
    self, CONNECTOR, ID, ambiguous, assert_at_most_once, assert_empty, assert_not_sent,
    assert_retried, builder, client, exchange, head, with_response,
};
use mistral_connectors::{Connector, ConnectorsClient, Error, Method, RawRequest, Result};
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

/// A request of this method to `/v1/a`.
fn request(client: &ConnectorsClient, method: Method) -> RawRequest {
    client.request(method, ["v1", "a"])
}

/// The only request that `call` sends.
#[track_caller]
fn sent<T: Debug>(
    client: impl FnOnce(String) -> ConnectorsClient,
    call: impl FnOnce(&ConnectorsClient) -> Result<T>,
) -> Incoming {
    let wire = Wire::script([Act::Send(response(200, "{}"))]);
    call(&client(wire.base_url())).unwrap();
    wire.seen().remove(0)
}

// --- what is sent

#[test]
fn any_method_goes_to_any_path() {
    for method in METHODS {
        let response = exchange((method.as_str(), "/v1/models"), None, &done(), |client| {
            client.request(method, ["v1", "models"]).send()
        });
        assert_eq!(response, done(), "{method}");
    }
}

#[test]
fn the_query_is_encoded_and_keeps_its_order() {
    let path = "/v1/a?b=1&a=x%20y%26z%3D%C3%A9&b=2&c%5B%5D=";
    exchange(("GET", path), None, &done(), |client| {
        request(client, Method::Get)
            .query("b", "1")
            .query("a", "x y&z=é")
            .query("b", "2")
            .query("c[]", "")
            .send()
    });
}

#[test]
fn a_header_replaces_the_one_of_the_client_and_leaves_the_others() {
    let own = |url| {
        let client = builder(url).header("x-team", "of-the-client");
        client.header("x-always", "sent").build().unwrap()
    };
    let head = sent(own, |client| {
        let request = request(client, Method::Get).header("X-Team", "one");
        request.header("x-team", "two").header("x-new", "n").send()
    })
    .head;
    assert!(head.contains("x-team: one\r\nx-team: two"), "{head}");
    assert!(!head.contains("of-the-client"), "{head}");
    for line in ["x-always: sent", "x-new: n", "accept: application/json"] {
        assert!(head.lines().any(|own| own == line), "{line}: {head}");
    }
}

#[test]
fn a_body_is_sent_as_json() {
    for method in [Method::Post, Method::Put, Method::Patch] {
        let line = (method.as_str(), "/v1/a");
        for body in [
            json!({"b": [1, null, "é"], "a": {"headers": {"x": "y"}}}),
            json!([]),
            json!(null),
        ] {
            exchange(line, Some(body.clone()), &done(), |client| {
                request(client, method).json(&body).send()
            });
        }
        exchange(line, Some(json!({"inputs": "why?"})), &done(), |client| {
            let question = BTreeMap::from([("inputs", "why?")]);
            request(client, method).json(&question).send()
        });
        exchange(line, Some(json!("why?")), &done(), |client| {
            request(client, method).json("why?").send()
        });
    }
}

#[test]
fn the_body_of_a_delete_is_sent_whole() {
    let request = sent(client, |client| {
        let body = json!({"ids": [1, 2]});
        request(client, Method::Delete).json(&body).send()
    });
    assert_eq!(request.line(), "DELETE /v1/a");
    assert_eq!(request.body, r#"{"ids":[1,2]}"#);
    let head = request.head;
    assert!(head.contains("content-length: 13"), "{head}");
    assert!(head.contains("content-type: application/json"), "{head}");
    assert!(!head.contains("transfer-encoding"), "{head}");
}

#[test]
fn a_write_without_a_body_says_so() {
    for method in METHODS {
        let head = head(&done(), |client| request(client, method).send());
        if matches!(method, Method::Get | Method::Delete) {
            let has_length = head.iter().any(|line| line.starts_with("content-"));
            assert!(!has_length, "{head:?}");
        } else {
            assert_empty(&head);
        }
    }
}

// --- what is refused

#[test]
fn a_path_that_would_lead_elsewhere_is_refused() {
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
    assert_not_sent("too long", |client| {
        let request = request(client, Method::Get);
        request.query("q", "x".repeat(100_000)).send()
    });
}

#[test]
fn headers_that_cannot_be_sent_are_refused() {
    // Those that the client or HTTP itself sets, and those that are not valid.
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
            request(client, Method::Get).header(name, "x").send()
        });
    }
    for value in ["a\r\nb: c", "a\0", "\u{7f}"] {
        assert_not_sent(value, |client| {
            request(client, Method::Get).header("x-team", value).send()
        });
    }
    assert_not_sent("too many", |client| {
        let request = request(client, Method::Get);
        let add = |request: RawRequest, number| request.header(format!("x-{number}"), "y");
        (0..40_000).fold(request, add).send()
    });
}

#[test]
fn headers_are_sent_up_to_64_kib() {
    let with_bytes = |client: &ConnectorsClient, bytes: usize| {
        let (name, value) = ("x".repeat(300), "v".repeat(bytes - 300));
        request(client, Method::Get).header(name, value).send()
    };
    sent(client, |client| with_bytes(client, 65_536));
    assert_not_sent("too long", |client| with_bytes(client, 65_537));
}

#[test]
fn a_get_with_a_body_is_refused() {
    assert_not_sent("GET", |client| {
        request(client, Method::Get).json(&done()).send()
    });
}

#[test]
fn a_body_that_cannot_be_written_as_json_is_refused_and_not_shown() {
    struct Broken;
    impl Serialize for Broken {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("a-secret"))
        }
    }
    let client = client("http://127.0.0.1:1");
    let error = request(&client, Method::Post)
        .json(&Broken)
        .send()
        .unwrap_err();
    assert!(matches!(error, Error::InvalidRequest(_)), "{error}");
    let text = format!("{error} {error:?}");
    assert!(!text.contains("a-secret"), "{text}");
}

#[test]
fn the_first_of_several_faults_is_reported() {
    let client = client("http://127.0.0.1:1");
    let request = client.request(Method::Get, [".."]).header("host", "x");
    let request = request.query("a", "b").json(&done());
    assert!(format!("{request:?}").contains("segment"), "{request:?}");
    let error = request.send().unwrap_err();
    assert!(error.to_string().contains("path segment"), "{error}");
}

// --- responses

#[test]
fn a_response_without_a_body_is_null() {
    for (status, body) in [(204, ""), (200, ""), (202, " \r\n"), (200, "null")] {
        for method in METHODS {
            let value = with_response(status, body, |client| request(client, method).send());
            assert_eq!(value.unwrap(), Value::Null, "{method} {status} {body:?}");
        }
    }
    with_response(204, "", |client| {
        request(client, Method::Get).send_as::<()>().unwrap();
        let none = request(client, Method::Get).send_as::<Option<Connector>>();
        assert_eq!(none.unwrap(), None);
        let missing = request(client, Method::Get).send_as::<Connector>();
        assert!(matches!(missing, Err(Error::Decode(_))));
        Ok(())
    })
    .unwrap();
}

#[test]
fn a_response_is_read_as_the_requested_type() {
    with_response(200, CONNECTOR, |client| {
        let get = || request(client, Method::Get);
        assert_eq!(get().send_as::<Connector>()?.id, ID);
        assert_eq!(get().send()?["name"], "docs");
        assert_eq!(get().send_as::<BTreeMap<String, String>>()?.len(), 2);
        let list = get().send_as::<Vec<Connector>>();
        assert!(matches!(list, Err(Error::Decode(_))));
        Ok(())
    })
    .unwrap();
}

#[test]
fn a_response_that_is_not_json_is_an_error_that_names_the_request() {
    for body in ["<html>", "data: {}\n\n", "{}{}"] {
        let value = with_response(200, body, |client| {
            client.request(Method::Get, ["v1", "a b"]).send()
        });
        let error = value.unwrap_err();
        assert!(matches!(error, Error::Decode(_)), "{body}: {error}");
        assert!(error.to_string().contains("GET /v1/a%20b"), "{error}");
    }
}

#[test]
fn errors_read_like_those_of_every_other_request() {
    let body = r#"{"detail": [{"loc": ["body", "model"], "msg": "no such model", "type": "x"}]}"#;
    let refusal = response_with_headers(422, "x-request-id: r-1\r\n", body);
    let wire = Wire::script([Act::Send(refusal)]);
    let request = client(wire.base_url()).request(Method::Post, ["v1", "conversations"]);
    let request = request.query("not", "shown").json(&done());
    let error = request.send().unwrap_err();
    assert!(error.is_validation(), "{error}");
    let want =
        "422 on POST /v1/conversations: body.model: no such model (request ID r-1, 1 attempt)";
    assert_eq!(error.to_string().split("; hint").next(), Some(want));
}

// --- retries and limits

#[test]
fn it_is_retried_as_its_method_allows() {
    for method in METHODS {
        let call = |client: &ConnectorsClient| request(client, method).send();
        if method == Method::Post {
            assert_at_most_once("POST", &done(), call);
        } else {
            assert_retried(method.as_str(), &done(), call);
        }
    }
}

#[test]
fn a_404_after_a_retried_delete_stays_an_error() {
    for failure in ambiguous() {
        let gone = Act::Send(response(404, r#"{"detail": "gone"}"#));
        let wire = Wire::script([failure, gone]);
        let client = client(wire.base_url());
        let delete = client.request(Method::Delete, ["v1", "connectors", ID]);
        let error = delete.send().unwrap_err();
        assert!(error.is_not_found() && error.may_have_happened(), "{error}");
    }
}

#[test]
fn its_time_limit_is_that_of_the_client() {
    let wire = Wire::script([Act::Silence]);
    let client = client(wire.base_url()).with_timeout(Duration::from_millis(40));
    let error = request(&client, Method::Post).send().unwrap_err();
    assert!(error.is_timeout(), "{error}");
}

// --- secrets

#[track_caller]
fn assert_hidden(shown: &impl Debug) {
    let text = format!("{shown:?} {shown:#?}");
    assert!(!text.contains("hidden"), "{text}");
}

#[test]
fn its_secrets_are_sent_but_not_shown() {
    let body = json!({
        "client_secret": "hidden-one", "nested": [{"bearer_token": "hidden-two"}],
        "headers": {"x-key": "hidden-three"},
        "tools": [{"type": "connector", "authorization": {"type": "api-key", "value": "hidden-four"}}],
        "authorization": "Bearer hidden-five",
        "inputs": "asked",
    });
    let echo =
        "refused: hidden-one hidden-two hidden-three hidden-four hidden-five hidden-six asked";
    let json = json!({"detail": echo}).to_string();
    let html = format!("<html>{echo}</html>");
    for (status, text) in [(422, &json), (400, &html), (200, &html)] {
        let wire = Wire::script([Act::Send(response(status, text))]);
        let request = request(&client(wire.base_url()), Method::Post)
            .header("x-key", "hidden-six")
            .query("key", "hidden-seven")
            .json(&body);
        assert_hidden(&request);
        let error = request.send().unwrap_err();
        assert_hidden(&error);
        for shown in ["refused", "asked"] {
            assert!(error.to_string().contains(shown), "{error}");
        }
        let sent: Value = serde_json::from_str(&wire.seen()[0].body).unwrap();
        assert_eq!(sent, body);
    }
}

#[test]
fn its_debug_form_is_the_method_and_the_path_without_secrets() {
    let client = client("http://127.0.0.1:1");
    let get = client.request(Method::Get, ["v1", "models", support::KEY, "hidden-one"]);
    let get = get.query("not", "shown").header("x-key", "hidden-one");
    let want = "RawRequest(GET /v1/models/[redacted]/[redacted])";
    assert_eq!(format!("{get:?}"), want);
}
