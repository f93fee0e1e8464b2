//! What the body of an error says, in all forms that servers use.

use crate::calls::{CALLS, GET, error_of};
use crate::support::wire::response;
use mistral_connectors::{ApiError, Error};
use serde_json::json;

/// The error of a `get` if the response has this status and body.
fn refused(status: u16, body: &str) -> Box<ApiError> {
    match error_of(response(status, body), GET) {
        Error::Api(error) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_message_is_found_in_every_form_of_body() {
    for (body, message) in [
        (json!({"detail": "Not Found"}), "Not Found"),
        (json!({"message": "no such thing"}), "no such thing"),
        (json!({"error": "no such thing"}), "no such thing"),
        (json!({"error": {"message": "nested"}}), "nested"),
        (json!({"message": {"detail": "nested"}}), "nested"),
        (json!({"detail": {"message": "nested"}}), "nested"),
        // FastAPI's own message comes first.
        (json!({"message": "two", "detail": "one"}), "one"),
        (
            json!({"message": "Validation failed", "detail": [{"loc": ["body", "x"], "msg": "bad"}]}),
            "Validation failed; body.x: bad",
        ),
        (json!({"detail": 7}), "7"),
        // Without a message, the body is shown.
        (json!({"detail": ""}), r#"{"detail":""}"#),
        (json!({"reason": "new"}), r#"{"reason":"new"}"#),
        (json!("plain text"), r#""plain text""#),
        (json!(["a", "b"]), r#"["a","b"]"#),
        (json!(null), "null"),
    ] {
        let error = refused(404, &body.to_string());
        assert_eq!(error.message, message, "{body}");
        assert_eq!(error.body, body.to_string());
        let start = format!("404 on GET /v1/connectors/docs: {message} (");
        assert!(error.to_string().starts_with(&start), "{error}");
    }
}

#[test]
fn mistrals_form_of_an_error_is_read_whole() {
    let body = json!({
        "object": "error",
        "message": "Invalid page size",
        "type": "invalid_request_error",
        "param": "page_size",
        "code": 1200,
    });
    for body in [body.clone(), json!({ "error": body })] {
        let error = refused(400, &body.to_string());
        assert_eq!(error.message, "Invalid page size");
        assert_eq!(error.kind.as_deref(), Some("invalid_request_error"));
        assert_eq!(error.param.as_deref(), Some("page_size"));
        assert_eq!(error.code.as_deref(), Some("1200"));
        assert!(error.details.is_empty());
    }
}

#[test]
fn each_refused_field_is_shown() {
    let body = json!({"detail": [
        {"type": "missing", "loc": ["body", "server"], "msg": "Field required", "input": {}},
        {"type": "int_parsing", "loc": ["query", "tags", 2], "msg": "Not a number"},
        {"type": "other", "loc": [], "msg": "Something else"},
    ]});
    for body in [
        body.clone(),
        json!({"message": body}),
        json!({"error": body}),
        json!({"object": "error", "message": body, "type": "invalid_request_error"}),
        json!({"message": body["detail"]}),
    ] {
        let error = refused(422, &body.to_string());
        assert_eq!(error.details.len(), 3, "{body}");
        assert_eq!(error.details[0].loc, ["body", "server"]);
        assert_eq!(error.details[0].msg, "Field required");
        assert_eq!(error.details[0].kind, "missing");
        assert_eq!(error.details[1].loc, ["query", "tags", "2"]);
        assert_eq!(error.details[2].to_string(), "Something else");
        assert_eq!(
            error.message,
            "body.server: Field required; query.tags.2: Not a number; Something else"
        );
    }
}

#[test]
fn details_of_an_unexpected_type_do_not_hide_the_others() {
    let body = json!({"detail": [
        null, 1, "text", [], {}, {"loc": ["body"]},
        {"msg": "No place"},
        {"msg": "Place of text", "loc": "body.name", "type": 5},
        {"msg": "Other place", "loc": [null, {"a": 1}, "x"]},
        {"loc": ["body", "server"], "type": "missing"},
    ]});
    let details = refused(422, &body.to_string()).details;
    let details: Vec<_> = details.iter().map(ToString::to_string).collect();
    let want = [
        "text",
        "No place",
        "body.name: Place of text",
        "x: Other place",
        "body.server: missing",
    ];
    assert_eq!(details, want);
}

#[test]
fn the_input_that_a_detail_repeats_is_not_shown() {
    let body = json!({"detail": [
        {"type": "url_parsing", "loc": ["body", "server"], "msg": "Input should be a valid URL",
         "input": "hidden", "ctx": {"error": "hidden"}, "url": "hidden"},
    ]});
    for body in [body.clone(), json!({ "message": body })] {
        for (name, call) in CALLS {
            let error = error_of(response(422, &body.to_string()), call);
            assert!(!error.to_string().contains("hidden"), "{name}: {error}");
        }
        let details = refused(422, &body.to_string()).details;
        assert!(!format!("{details:?}").contains("hidden"), "{details:?}");
    }
}

#[test]
fn a_body_that_is_not_json_is_the_message() {
    assert_eq!(
        refused(400, "{\"detail\": \"trunca").message,
        "{\"detail\": \"trunca"
    );
    assert_eq!(
        refused(400, "\u{feff}{\"detail\": \"marked\"}").message,
        "marked"
    );
    let not_utf_8 = b"HTTP/1.1 400 X\r\ncontent-length: 14\r\n\r\ncaf\xe9 \xff\xfe closed".to_vec();
    let error = error_of(not_utf_8, GET).to_string();
    assert!(
        error.contains(": caf\u{fffd} \u{fffd}\u{fffd} closed ("),
        "{error}"
    );
}

#[test]
fn without_a_body_the_message_is_the_name_of_the_status() {
    for (status, name) in [
        (404, "not found"),
        (500, "internal server error"),
        (418, "i'm a teapot"),
        (599, "unknown status"),
    ] {
        for body in ["", " \r\n "] {
            let error = refused(status, body);
            assert_eq!((&*error.message, &*error.body), (name, ""));
        }
    }
}

#[test]
fn a_long_body_is_shortened() {
    let words = "word ".repeat(100_000);
    let unbroken = "é".repeat(100_000);
    let detail = |number| json!({"loc": [number], "msg": "some words"});
    let details: Vec<_> = (0..1000).map(detail).collect();
    for body in [
        words.clone(),
        unbroken.clone(),
        json!({ "detail": words }).to_string(),
        json!({ "message": unbroken }).to_string(),
        json!({ "detail": details }).to_string(),
    ] {
        let error = refused(400, &body);
        let text = error.to_string();
        assert!(text.len() < 700 && text.contains('…'), "{text}");
        assert!(error.body.len() < 600, "{}", error.body);
        assert!(error.message.len() < 600, "{}", error.message);
    }
}
