//! What errors say, and how programs ask them what happened.

use std::error::Error as _;
use std::time::Duration;

use crate::support::wire::{Act, Wire};
use crate::support::{self, ID, page};
use mistral_connectors::{
    ApiError, ConnectorsClient, CreateConnector, Error, ListConnectors, UpdateConnector,
};
use mockito::{Matcher, Mock, Server, ServerGuard};
use serde_json::json;

/// What a server answers.
struct Answer<'a> {
    status: usize,
    headers: &'a [(&'a str, &'a str)],
    body: &'a [u8],
}

impl<'a> Answer<'a> {
    fn new(status: usize, body: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
        Answer {
            status,
            headers: &[],
            body: body.as_ref(),
        }
    }

    fn headers(self, headers: &'a [(&'a str, &'a str)]) -> Self {
        Answer { headers, ..self }
    }

    fn mock(&self, server: &mut ServerGuard, method: &str) -> Mock {
        let mut mock = server
            .mock(method, Matcher::Any)
            .with_status(self.status)
            .with_body(self.body);
        for (name, value) in self.headers {
            mock = mock.with_header(*name, value);
        }
        mock.create()
    }

    /// What `call` returns when every request is answered so, and none is repeated.
    #[track_caller]
    fn to<T>(
        &self,
        call: impl FnOnce(&ConnectorsClient) -> mistral_connectors::Result<T>,
    ) -> mistral_connectors::Result<T> {
        let mut server = Server::new();
        for method in ["GET", "POST", "PATCH", "DELETE"] {
            self.mock(&mut server, method);
        }
        let client = support::builder(server.url())
            .max_retries(0)
            .build()
            .unwrap();
        call(&client)
    }

    /// The error of a `get`.
    #[track_caller]
    fn error(&self) -> Error {
        self.to(|client| client.get("docs")).unwrap_err()
    }
}

fn create(client: &ConnectorsClient) -> mistral_connectors::Result<()> {
    let wanted = CreateConnector::new("docs", "Our documents", "https://docs.example/mcp");
    client.create(&wanted).map(drop)
}

fn get(client: &ConnectorsClient) -> mistral_connectors::Result<()> {
    client.get("docs").map(drop)
}

fn list(client: &ConnectorsClient) -> mistral_connectors::Result<()> {
    client.list_page(&ListConnectors::new()).map(drop)
}

fn list_on(client: &ConnectorsClient) -> mistral_connectors::Result<()> {
    client
        .list_page(&ListConnectors::new().cursor("2"))
        .map(drop)
}

fn update(client: &ConnectorsClient) -> mistral_connectors::Result<()> {
    client
        .update(ID, &UpdateConnector::new().title("x"))
        .map(drop)
}

fn rename(client: &ConnectorsClient) -> mistral_connectors::Result<()> {
    client
        .update(ID, &UpdateConnector::new().name("other"))
        .map(drop)
}

fn update_by_name(client: &ConnectorsClient) -> mistral_connectors::Result<()> {
    client
        .update("docs", &UpdateConnector::new().title("x"))
        .map(drop)
}

fn delete(client: &ConnectorsClient) -> mistral_connectors::Result<()> {
    client.delete(ID).map(drop)
}

fn delete_by_name(client: &ConnectorsClient) -> mistral_connectors::Result<()> {
    client.delete("docs").map(drop)
}

type Call = fn(&ConnectorsClient) -> mistral_connectors::Result<()>;

const CALLS: [(&str, Call); 9] = [
    ("create", create),
    ("get", get),
    ("list", list),
    ("list with a cursor", list_on),
    ("update", update),
    ("rename", rename),
    ("update by name", update_by_name),
    ("delete", delete),
    ("delete by name", delete_by_name),
];

#[track_caller]
fn api(error: &Error) -> &ApiError {
    match error {
        Error::Api(error) => error,
        other => panic!("{other:?}"),
    }
}

// --- predicates and hints: the error tables of the API's how-to page

#[test]
fn every_row_of_the_error_tables_has_its_hint() {
    for (call, status, word) in [
        // 1. An invalid key, whatever is asked.
        ("create", 401, "MISTRAL_API_KEY"),
        ("get", 401, "MISTRAL_API_KEY"),
        ("list", 401, "MISTRAL_API_KEY"),
        ("update", 401, "MISTRAL_API_KEY"),
        ("delete", 401, "MISTRAL_API_KEY"),
        // 2. Creating.
        ("create", 409, "the name is taken"),
        ("create", 422, "refused"),
        // 3. Getting.
        ("get", 404, "`list`"),
        // 4. Listing.
        ("list with a cursor", 400, "cursor"),
        // 5. Updating.
        ("update", 404, "deleted"),
        ("rename", 404, "deleted"),
        ("rename", 409, "choose a different one"),
        ("rename", 500, "choose a different one"),
        // 6. Deleting.
        (
            "delete",
            404,
            "already deleted, or the ID or `base_url` is wrong",
        ),
        // IDs and names mistaken for each other.
        ("update by name", 404, "UUID"),
        ("delete by name", 404, "UUID"),
        ("update by name", 422, "UUID"),
        ("delete by name", 422, "UUID"),
        // Beyond the tables.
        ("get", 403, "not allowed"),
        ("get", 429, "max_retries"),
        ("update", 409, "another connector"),
        ("update", 422, "refused"),
        ("list", 422, "parameter"),
        ("list", 404, "base_url"),
        ("create", 404, "base_url"),
    ] {
        let run = CALLS.iter().find(|(name, _)| *name == call).unwrap().1;
        let error = Answer::new(status, r#"{"detail": "no"}"#)
            .to(run)
            .unwrap_err();
        assert_eq!(error.status(), Some(status as u16), "{call}");
        let hint = error.hint().unwrap_or_default();
        assert!(hint.contains(word), "{status} on {call}: {hint}");
        // The hint is a part of the text.
        assert!(error.to_string().ends_with(&format!("; hint: {hint}")));
    }
}

#[test]
fn the_hint_of_a_refused_field_is_about_that_field() {
    let refused = |loc: serde_json::Value, run: Call| {
        let body = json!({"detail": [{"loc": loc, "msg": "no", "type": "x"}]}).to_string();
        let error = Answer::new(422, &body).to(run).unwrap_err();
        error.hint().unwrap().to_owned()
    };
    for run in [create, update, update_by_name] {
        assert!(refused(json!(["body", "server"]), run).contains("absolute URL"));
        let other = refused(json!(["body", "name"]), run);
        assert!(
            !other.contains("server") && !other.contains("UUID"),
            "{other}"
        );
    }
    let hint = refused(json!(["path", "connector_id"]), update_by_name);
    assert!(hint.contains("UUID"), "{hint}");
}

#[test]
fn no_hint_points_at_the_message_of_a_refusal_without_one() {
    for body in ["", "{}", "null", "[]", r#"{"detail":[]}"#] {
        let error = Answer::new(422, body).error();
        assert!(error.is_validation(), "{error}");
        assert_eq!(error.hint(), None, "{body}: {error}");
    }
    for body in [r#"{"detail":"no such page"}"#, "no such page"] {
        let hint = Answer::new(422, body).error().hint().unwrap().to_owned();
        assert!(hint.contains("the message says"), "{body}: {hint}");
    }
}

#[test]
fn a_page_that_is_no_json_says_nothing_of_the_key() {
    for status in [401, 403] {
        let error = Answer::new(status, "<html>blocked by your company</html>").error();
        assert_eq!(error.hint(), None, "{error}");
        assert!(
            Answer::new(status, "")
                .error()
                .hint()
                .unwrap()
                .contains("key")
        );
    }
}

#[test]
fn a_404_that_is_no_json_points_at_the_address() {
    for (_, run) in CALLS {
        let error = Answer::new(404, "<html>nginx</html>").to(run).unwrap_err();
        assert!(error.hint().unwrap().contains("base_url"), "{error}");
    }
}

#[test]
fn a_connector_called_bootstrap_that_cannot_be_read_is_explained() {
    let readiness = r#"{"connectors": []}"#;
    let error = Answer::new(200, readiness).to(|client| client.get("bootstrap"));
    assert!(error.unwrap_err().hint().unwrap().contains("`bootstrap`"));
    assert_eq!(Answer::new(200, readiness).error().hint(), None);
}

#[test]
fn there_is_no_hint_where_none_is_known() {
    for (call, status) in [
        ("list", 400),
        ("create", 400),
        ("get", 400),
        ("update", 400),
        ("create", 500),
        ("get", 500),
        ("update", 500),
        ("delete", 500),
        ("get", 503),
        ("get", 418),
    ] {
        let run = CALLS.iter().find(|(name, _)| *name == call).unwrap().1;
        let error = Answer::new(status, "{}").to(run).unwrap_err();
        assert_eq!(error.hint(), None, "{status} on {call}");
        assert!(!error.to_string().contains("hint"), "{error}");
    }
}

#[test]
fn every_predicate_is_true_of_its_status_and_of_no_other() {
    for status in [400, 401, 403, 404, 408, 409, 422, 429, 500, 503] {
        for (call, run) in CALLS {
            let error = Answer::new(status, "{}").to(run).unwrap_err();
            assert_eq!(error.is_unauthorized(), status == 401, "{status}, {call}");
            assert_eq!(error.is_forbidden(), status == 403, "{status}, {call}");
            assert_eq!(error.is_not_found(), status == 404, "{status}, {call}");
            assert_eq!(error.is_conflict(), status == 409, "{status}, {call}");
            assert_eq!(error.is_validation(), status == 422, "{status}, {call}");
            assert_eq!(error.is_rate_limited(), status == 429, "{status}, {call}");
            assert!(
                !error.is_timeout() && !error.is_connect(),
                "{status}, {call}"
            );
            assert_eq!(error.status(), Some(status as u16), "{call}");
            assert!(matches!(error, Error::Api(_)), "{error:?}");
        }
    }
}

#[test]
fn an_error_that_is_no_answer_has_no_status() {
    let error = ConnectorsClient::new("").unwrap_err();
    assert_eq!(error.status(), None);
    assert_eq!(error.request_id(), None);
    assert_eq!(error.retry_after(), None);
    assert_eq!(error.attempts(), 0);
    assert!(error.hint().unwrap().contains("MISTRAL_API_KEY"), "{error}");
    for is in [
        Error::is_unauthorized,
        Error::is_forbidden,
        Error::may_have_happened,
        Error::is_not_found,
        Error::is_conflict,
        Error::is_validation,
        Error::is_rate_limited,
        Error::is_timeout,
        Error::is_connect,
    ] {
        assert!(!is(&error), "{error}");
    }
}

// --- the server's own words, in all their forms

#[test]
fn the_servers_words_are_found_in_every_form_of_body() {
    for (body, message) in [
        (json!({"detail": "Not Found"}), "Not Found"),
        (json!({"message": "no such thing"}), "no such thing"),
        (json!({"error": "no such thing"}), "no such thing"),
        (
            json!({"error": {"message": "no such thing"}}),
            "no such thing",
        ),
        (
            json!({"message": {"detail": "no such thing"}}),
            "no such thing",
        ),
        (
            json!({"detail": {"message": "no such thing"}}),
            "no such thing",
        ),
        (
            json!({"object": "error", "message": "no such thing", "type": "not_found",
                "param": null, "code": "3000"}),
            "no such thing",
        ),
        // FastAPI's own words go first.
        (json!({"message": "two", "detail": "one"}), "one"),
        (json!({"detail": ""}), r#"{"detail":""}"#),
        (json!({"detail": 7}), "7"),
        (json!({"reason": "odd"}), r#"{"reason":"odd"}"#),
        (json!("plain text"), r#""plain text""#),
        (json!(["a", "b"]), r#"["a","b"]"#),
        (json!(null), "null"),
    ] {
        let text = body.to_string();
        let error = Answer::new(404, &text).error();
        assert_eq!(api(&error).message, message, "{body}");
        assert_eq!(api(&error).body, text, "{body}");
        let text = error.to_string();
        assert!(
            text.starts_with(&format!("404 on GET /v1/connectors/docs: {message} (")),
            "{text}"
        );
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
    let error = Answer::new(400, &body.to_string()).error();
    let error = api(&error);
    assert_eq!(error.status, 400);
    assert_eq!(error.message, "Invalid page size");
    assert_eq!(error.kind.as_deref(), Some("invalid_request_error"));
    assert_eq!(error.param.as_deref(), Some("page_size"));
    assert_eq!(error.code.as_deref(), Some("1200"));
    assert!(error.details.is_empty());

    let nested = json!({"error": body}).to_string();
    let error = Answer::new(400, &nested).error();
    assert_eq!(api(&error).message, "Invalid page size");
    assert_eq!(api(&error).param.as_deref(), Some("page_size"));
}

#[test]
fn what_was_refused_is_told_field_by_field() {
    let body = json!({"detail": [
        {"type": "missing", "loc": ["body", "server"], "msg": "Field required", "input": {}},
        {"type": "int_parsing", "loc": ["query", "tags", 2], "msg": "Not a number"},
        {"type": "odd", "loc": [], "msg": "Something else"},
    ]});
    for body in [
        body.clone(),
        json!({"message": body}),
        json!({"error": body}),
        json!({"object": "error", "message": body, "type": "invalid_request_error"}),
        json!({"message": body["detail"]}),
    ] {
        let error = Answer::new(422, &body.to_string()).error();
        let details = &api(&error).details;
        assert_eq!(details.len(), 3, "{body}");
        assert_eq!(details[0].loc, ["body", "server"]);
        assert_eq!(details[0].msg, "Field required");
        assert_eq!(details[0].kind, "missing");
        assert_eq!(details[1].loc, ["query", "tags", "2"]);
        assert_eq!(details[2].to_string(), "Something else");
        let text = error.to_string();
        let told = "body.server: Field required; query.tags.2: Not a number; Something else";
        assert!(text.contains(told), "{text}");
    }
}

#[test]
fn odd_details_do_not_hide_the_rest() {
    let body = json!({"detail": [
        null, 1, "text", [], {}, {"loc": ["body"]},
        {"msg": "No place"},
        {"msg": "Place of text", "loc": "body.name", "type": 5},
        {"msg": "Odd place", "loc": [null, {"a": 1}, "x"]},
    ]});
    let error = Answer::new(422, &body.to_string()).error();
    let told: Vec<_> = api(&error)
        .details
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        told,
        [
            "text",
            "No place",
            "body.name: Place of text",
            "x: Odd place"
        ]
    );
}

#[test]
fn what_was_sent_is_not_repeated_from_the_details() {
    let body = json!({"detail": [
        {"type": "url_parsing", "loc": ["body", "server"], "msg": "Input should be a valid URL",
         "input": "input-to-hide", "ctx": {"error": "context-to-hide"}, "url": "url-to-hide"},
    ]});
    for body in [body.clone(), json!({"message": body})] {
        for (call, run) in CALLS {
            let error = Answer::new(422, &body.to_string()).to(run).unwrap_err();
            assert!(!error.to_string().contains("to-hide"), "{call}: {error}");
            assert!(
                !format!("{error:?}").contains("to-hide"),
                "{call}: {error:?}"
            );
            let details = format!("{:?}", api(&error).details);
            assert!(!details.contains("to-hide"), "{call}: {details}");
        }
    }
}

#[test]
fn a_body_that_is_no_json_is_shown_from_its_start() {
    let error = Answer::new(400, "{\"detail\": \"trunca").error();
    assert_eq!(api(&error).message, "{\"detail\": \"trunca");
    let error = Answer::new(400, b"caf\xe9 \xff\xfe closed").error();
    assert_eq!(api(&error).message, "caf\u{fffd} \u{fffd}\u{fffd} closed");
    let error = Answer::new(400, "\u{feff}{\"detail\": \"with a mark\"}").error();
    assert_eq!(api(&error).message, "with a mark");
}

#[test]
fn without_a_body_the_name_of_the_status_is_told() {
    for (status, name) in [
        (404, "not found"),
        (500, "internal server error"),
        (418, "i'm a teapot"),
        (599, "unknown status"),
    ] {
        for body in ["", " \r\n "] {
            let error = Answer::new(status, body).error();
            assert_eq!(api(&error).message, name);
            assert_eq!(api(&error).body, "");
        }
    }
}

#[test]
fn a_long_body_is_shortened() {
    let long = "word ".repeat(100_000);
    let unbroken = "é".repeat(100_000);
    for body in [
        long.clone(),
        unbroken.clone(),
        json!({"detail": long}).to_string(),
        json!({"message": unbroken}).to_string(),
        json!({"detail": (0..1000).map(|n| json!({"loc": [n], "msg": "word"})).collect::<Vec<_>>()})
            .to_string(),
    ] {
        let error = Answer::new(400, &body).error();
        let text = error.to_string();
        assert!(text.len() < 700, "{}: {text}", text.len());
        assert!(text.contains('…'), "{text}");
        assert!(api(&error).body.len() < 600);
        assert!(api(&error).message.len() < 600);
    }
}

#[test]
fn an_error_is_one_line_without_control_characters() {
    let nasty = "one\r\ntwo\tthree\u{0}\u{1b}[31mred\u{7f}\u{85}\u{2028}\u{2029}\u{9b}four";
    let headers = [("x-request-id", "id\twith tab")];
    for body in [
        nasty.to_owned(),
        json!({"detail": nasty}).to_string(),
        json!({"detail": [{"loc": [nasty], "msg": nasty, "type": nasty}]}).to_string(),
        json!({"message": nasty, "request_id": nasty}).to_string(),
    ] {
        for status in [200, 400, 422] {
            let error = Answer::new(status, &body).headers(&headers).error();
            for text in [error.to_string(), format!("{error:?}")] {
                assert!(
                    !text.contains(|c: char| c.is_control() || c == '\u{2028}' || c == '\u{2029}'),
                    "{text:?}"
                );
                assert!(text.contains("four"), "{text:?}");
            }
        }
    }
    let error = Answer::new(404, "{}")
        .to(|client| client.get("a\r\nb\u{1b}c"))
        .unwrap_err();
    assert!(!error.to_string().contains(char::is_control), "{error:?}");
}

// --- exact texts

#[test]
fn typical_errors_read_like_this() {
    let headers = [("x-request-id", "7f3a")];
    let error = Answer::new(404, r#"{"detail": "Connector not found"}"#)
        .headers(&headers)
        .to(update_by_name)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "404 on PATCH /v1/connectors/docs: Connector not found (request id 7f3a, 1 attempt); \
         hint: this takes the connector's UUID, not its name; `get` finds it by name"
    );

    let error = Answer::new(401, r#"{"detail": "Unauthorized"}"#)
        .to(list)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "401 on GET /v1/connectors: Unauthorized (1 attempt); hint: the API key was not accepted: \
         check it (`api_key`, MISTRAL_API_KEY), or make a new one in the Mistral console"
    );

    let body = json!({"detail": [
        {"loc": ["body", "server"], "msg": "Input should be a valid URL", "type": "url_parsing"},
    ]});
    let error = Answer::new(422, &body.to_string()).to(create).unwrap_err();
    assert_eq!(
        error.to_string(),
        "422 on POST /v1/connectors: body.server: Input should be a valid URL (1 attempt); \
         hint: `server` must be an absolute URL at which Mistral reaches the MCP server"
    );

    let error = Answer::new(200, "<html>sign in</html>").error();
    assert_eq!(
        error.to_string(),
        "200 on GET /v1/connectors/docs is not a connector: expected value at line 1 column 1, \
         the body starts with \"<html>sign in</html>\" (1 attempt)"
    );

    let error = ConnectorsClient::new("").unwrap_err();
    let file = if cfg!(feature = "dotenv") {
        " or in a .env file"
    } else {
        ""
    };
    assert_eq!(
        error.to_string(),
        format!(
            "no API key; hint: set MISTRAL_API_KEY in the environment{file}, or pass the key to \
             `ConnectorsClient::new` or the builder's `api_key`"
        )
    );
}

#[test]
fn the_text_of_a_failed_write_says_when_it_may_have_worked() {
    let error = Answer::new(500, "{}").to(create).unwrap_err();
    assert_eq!(
        error.to_string(),
        "500 on POST /v1/connectors: {} (1 attempt; it may have been carried out all the same: \
         look before retrying)"
    );
    let error = Answer::new(409, "{}").to(create).unwrap_err();
    assert!(!error.to_string().contains("may have been"), "{error}");
    let error = Answer::new(500, "{}").to(get).unwrap_err();
    assert!(!error.to_string().contains("may have been"), "{error}");
}

#[test]
fn the_debug_form_of_an_error_is_its_variant_and_its_text() {
    let error = Answer::new(404, r#"{"detail": "gone"}"#).error();
    assert_eq!(format!("{error:?}"), format!("Api({error})"));
    let error = Answer::new(200, "x").error();
    assert_eq!(format!("{error:?}"), format!("Decode({error})"));
    let error = ConnectorsClient::new("").unwrap_err();
    assert_eq!(format!("{error:?}"), format!("MissingApiKey({error})"));
    let error = ConnectorsClient::new("a b").unwrap_err();
    assert_eq!(format!("{error:?}"), format!("Config({error})"));
}

#[test]
fn an_answer_that_is_an_error_has_no_further_cause() {
    assert!(Answer::new(404, "{}").error().source().is_none());
    assert!(Answer::new(200, "x").error().source().is_none());
}

// --- what else an answer tells

#[test]
fn the_request_id_is_found_wherever_a_server_puts_it() {
    let body = r#"{"message": "no", "request_id": "from-body"}"#;
    let all = [
        ("x-kong-request-id", "from-kong"),
        ("mistral-correlation-id", "from-mistral"),
        ("X-Request-Id", "from-header"),
    ];
    for (headers, want) in [
        (&all[..], "from-header"),
        (&all[..2], "from-mistral"),
        (&all[..1], "from-kong"),
        (&[], "from-body"),
    ] {
        let error = Answer::new(404, body).headers(headers).error();
        assert_eq!(error.request_id(), Some(want));
        assert_eq!(api(&error).request_id.as_deref(), Some(want));
        let text = error.to_string();
        assert!(text.contains(&format!("(request id {want}, ")), "{text}");
    }
    assert_eq!(Answer::new(404, "{}").error().request_id(), None);
}

#[test]
fn the_request_id_of_an_answer_that_cannot_be_read_is_told_too() {
    let error = Answer::new(200, "[]")
        .headers(&[("x-request-id", "7f3a")])
        .error();
    assert!(matches!(error, Error::Decode(_)), "{error:?}");
    assert_eq!(error.status(), Some(200));
    assert_eq!(error.request_id(), Some("7f3a"));
    assert!(error.to_string().contains("request id 7f3a"), "{error}");
}

#[test]
fn what_the_server_asks_to_wait_is_told() {
    let millis = Duration::from_millis;
    for (headers, want, words) in [
        (vec![("retry-after", "600")], Some(millis(600_000)), "600 s"),
        (vec![("Retry-After-Ms", "40")], Some(millis(40)), "0.04 s"),
        (
            vec![("retry-after", "7"), ("retry-after-ms", "40")],
            Some(millis(40)),
            "0.04 s",
        ),
        (
            vec![("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT")],
            Some(Duration::ZERO),
            "",
        ),
        (vec![("retry-after", "soon")], None, ""),
        (vec![], None, ""),
    ] {
        for status in [429, 503] {
            let error = Answer::new(status, "{}").headers(&headers).error();
            assert_eq!(error.retry_after(), want, "{status}, {headers:?}");
            let text = error.to_string();
            let told = format!("(1 attempt; the server asks to wait {words})");
            assert_eq!(text.contains(&told), !words.is_empty(), "{text}");
            assert_eq!(text.contains("asks to wait"), !words.is_empty(), "{text}");
            assert_eq!(api(&error).retry_after, want, "{status}, {headers:?}");
        }
    }
}

// --- accessors

#[test]
fn what_the_text_of_an_error_says_is_asked_by_accessors_too() {
    let error = Answer::new(503, r#"{"detail": "down"}"#)
        .to(create)
        .unwrap_err();
    let inner = api(&error);
    assert_eq!(inner.request(), "POST /v1/connectors");
    assert_eq!(inner.attempts(), 1);
    assert!(inner.may_have_happened() && error.may_have_happened());
    assert_eq!(inner.hint(), None);
    assert_eq!(
        inner.to_string(),
        "503 on POST /v1/connectors: down (1 attempt; it may have been carried out all the same: \
         look before retrying)"
    );
    let error = Answer::new(401, "{}").error();
    assert_eq!(api(&error).hint(), error.hint());
    assert!(!api(&error).may_have_happened());

    let error = Answer::new(200, "<html>\n sign in</html>")
        .headers(&[("x-request-id", "7f3a")])
        .to(delete)
        .unwrap_err();
    let Error::Decode(inner) = &error else {
        panic!("{error:?}")
    };
    assert_eq!(inner.status(), 200);
    assert_eq!(inner.request_id(), Some("7f3a"));
    assert_eq!(inner.expected(), "a message");
    assert_eq!(inner.reason(), "expected value at line 1 column 1");
    assert_eq!(inner.body(), "<html> sign in</html>");
    assert_eq!(inner.request(), format!("DELETE /v1/connectors/{ID}"));
    assert_eq!(inner.attempts(), 1);
    assert!(inner.may_have_happened() && error.may_have_happened());
    assert_eq!(inner.hint(), None);

    let client = support::builder("http://127.0.0.1:1").max_retries(1);
    let error = client.build().unwrap().get("docs").unwrap_err();
    let Error::Transport(inner) = &error else {
        panic!("{error:?}")
    };
    assert_eq!(inner.message(), "could not connect: refused");
    assert_eq!(inner.base_url(), "http://127.0.0.1:1");
    assert_eq!(inner.request(), "GET /v1/connectors/docs");
    assert_eq!(inner.attempts(), 2);
    assert!(!inner.may_have_happened());
    assert_eq!(inner.hint(), error.hint());
    assert!(inner.hint().is_some());

    let error = Answer::new(200, &page(&[], Some("2")).to_string())
        .to(|client| client.list().try_for_each(|connector| connector.map(drop)))
        .unwrap_err();
    let Error::Pagination(inner) = &error else {
        panic!("{error:?}")
    };
    assert_eq!(inner.message(), "the server's cursors go in a circle");
    assert_eq!(
        error.to_string(),
        "the pages of GET /v1/connectors do not come to an end: the server's cursors go in a circle"
    );
}

// --- redirects

#[test]
fn a_redirect_is_not_followed_and_its_target_is_named() {
    for status in [301, 302, 303, 307, 308] {
        for (call, run) in CALLS {
            let mut server = Server::new();
            let target = Wire::script([Act::Silence]);
            let location = format!("{}/elsewhere", target.base_url());
            let headers = [("location", location.as_str())];
            for method in ["GET", "POST", "PATCH", "DELETE"] {
                Answer::new(status, "")
                    .headers(&headers)
                    .mock(&mut server, method);
            }
            let error = run(&support::client(server.url())).unwrap_err();
            assert_eq!(error.status(), Some(status as u16), "{call}");
            assert_eq!(error.attempts(), 1, "{call}");
            let text = error.to_string();
            assert!(text.contains(&format!("redirect to {location}")), "{text}");
            assert!(text.contains("not followed"), "{text}");
            assert!(error.hint().unwrap().contains("base_url"), "{text}");
            assert_eq!(target.connections(), 0, "{call}");
        }
    }
}

#[test]
fn a_redirect_without_a_usable_target_is_still_an_error() {
    for headers in [
        &[][..],
        &[("location", "")],
        &[("location", "::not a url::")],
    ] {
        let error = Answer::new(302, "moved").headers(headers).error();
        assert_eq!(error.status(), Some(302));
        assert!(error.to_string().contains("moved"), "{error}");
    }
}

#[test]
fn not_modified_and_choices_are_errors() {
    for status in [300, 304] {
        assert_eq!(
            Answer::new(status, "").error().status(),
            Some(status as u16)
        );
    }
}

// --- answers that cannot be read

#[test]
fn nothing_is_success_for_a_deletion_and_for_nothing_else() {
    for (status, body) in [(200, ""), (204, ""), (200, "null"), (200, " \n"), (202, "")] {
        let answer = Answer::new(status, body);
        let deleted = answer.to(|client| client.delete(ID)).unwrap();
        assert_eq!(deleted.message, "", "{status} {body:?}");
        for (call, run) in CALLS {
            if call.starts_with("delete") {
                continue;
            }
            let error = answer.to(run).unwrap_err();
            assert!(matches!(error, Error::Decode(_)), "{call}: {error:?}");
            assert_eq!(error.status(), Some(status as u16), "{call}");
        }
    }
    let mut server = Server::new();
    let nothing = server.mock("GET", Matcher::Any).with_status(204).expect(1);
    let nothing = nothing.create();
    let text = support::client(server.url())
        .get("docs")
        .unwrap_err()
        .to_string();
    nothing.assert();
    assert!(text.contains("is not a connector"), "{text}");
    assert!(text.contains("the body is empty"), "{text}");
}

#[test]
fn an_answer_that_cannot_be_read_names_what_was_expected_and_shows_its_start() {
    let html = format!("<html>\n<body>Sign in{}", " please".repeat(1000));
    for (call, run) in CALLS {
        let expected = match call {
            "list" | "list with a cursor" => "is not a page of connectors",
            "delete" | "delete by name" => "is not a message",
            _ => "is not a connector",
        };
        let error = Answer::new(200, &html).to(run).unwrap_err();
        assert!(matches!(error, Error::Decode(_)), "{call}: {error:?}");
        let text = error.to_string();
        assert!(text.contains(expected), "{call}: {text}");
        assert!(
            text.contains("<html> <body>Sign in please"),
            "{call}: {text}"
        );
        assert!(text.len() < 900, "{call}: {text}");
    }
}

#[test]
fn json_is_read_under_any_content_type_and_behind_a_byte_order_mark() {
    let body = format!("\u{feff}{}", support::connector());
    for headers in [
        &[][..],
        &[("content-type", "application/json; charset=utf-8")],
        &[("content-type", "text/html")],
        &[("content-type", "application/octet-stream")],
        &[("content-type", "nonsense")],
    ] {
        let answer = Answer::new(200, &body).headers(headers);
        assert_eq!(answer.to(|client| client.get("docs")).unwrap().id, ID);
    }
    let body = format!(" \r\n{}\n", page(&["a"], None));
    let page = Answer::new(200, &body).to(|client| client.list_page(&ListConnectors::new()));
    assert_eq!(page.unwrap().items.len(), 1);
}

#[test]
fn any_success_status_is_success() {
    let body = support::connector().to_string();
    for status in [200, 201, 202, 203, 206, 226] {
        Answer::new(status, &body).to(get).unwrap();
        Answer::new(status, &body).to(create).unwrap();
    }
}

// --- the type itself

#[test]
fn an_error_travels_through_threads_and_boxes() {
    let boxed: Box<dyn std::error::Error + Send + Sync> = Answer::new(404, "{}").error().into();
    let error = boxed.downcast_ref::<Error>().unwrap();
    assert!(error.is_not_found());
    let io = std::io::Error::other(boxed);
    assert!(io.to_string().contains("404"), "{io}");
}

#[test]
fn a_server_that_is_not_there_is_a_connect_error_that_says_why() {
    for (base_url, what) in [
        // The first port of all; nobody listens there.
        ("http://127.0.0.1:1", "could not connect: refused"),
        ("https://127.0.0.1:1", "could not connect: refused"),
        // A name that will never be given to a host.
        (
            "http://nobody.invalid",
            "could not connect: no such host, or its name cannot be looked up",
        ),
    ] {
        if base_url.starts_with("https")
            && cfg!(not(any(feature = "rustls", feature = "native-tls")))
        {
            continue;
        }
        let client = support::builder(base_url)
            .allow_insecure_http(true)
            .max_retries(0)
            .build()
            .unwrap();
        let error = client.create(&support::docs()).unwrap_err();
        assert!(matches!(error, Error::Transport(_)), "{error:?}");
        assert!(error.is_connect(), "{error}");
        assert!(!error.is_timeout(), "{error}");
        assert!(!error.may_have_happened(), "{error}");
        assert_eq!(error.status(), None);
        assert_eq!(error.attempts(), 1);
        assert!(error.source().is_some());
        let hint = error.hint().unwrap();
        assert!(hint.contains("base_url"), "{hint}");
        assert_eq!(
            error.to_string(),
            format!("POST /v1/connectors at {base_url}: {what} (1 attempt); hint: {hint}")
        );
    }
}

#[test]
fn a_refusal_with_a_message_and_details_shows_both() {
    let body = json!({"message": "Validation failed", "detail": [{"loc": ["body", "server"], "msg": "bad"}]});
    let error = Answer::new(422, &body.to_string()).error();
    assert!(
        error
            .to_string()
            .contains("Validation failed; body.server: bad"),
        "{error}"
    );
}

#[test]
fn a_detail_without_words_shows_its_kind() {
    let body = json!({"detail": [{"loc": ["body", "server"], "type": "missing"}]});
    let error = Answer::new(422, &body.to_string()).error();
    assert!(
        error.to_string().contains("body.server: missing"),
        "{error}"
    );
}

#[test]
fn an_empty_request_id_is_none() {
    let mut server = mockito::Server::new();
    server
        .mock("GET", "/v1/connectors/docs")
        .with_status(404)
        .with_header("x-request-id", "")
        .with_header("mistral-correlation-id", "c-1")
        .create();
    let error = support::client(server.url()).get("docs").unwrap_err();
    assert_eq!(error.request_id(), Some("c-1"));
}

#[test]
fn marks_that_turn_text_around_are_not_shown() {
    let error = Answer::new(400, r#"{"detail":"a\u202eb\u2066c"}"#).error();
    assert!(error.to_string().contains(": a b c ("), "{error}");
}

#[test]
fn a_text_is_shortened_from_501_bytes_on() {
    let body = |length| match Answer::new(400, &"x".repeat(length)).error() {
        Error::Api(error) => error.body.clone(),
        error => panic!("{error}"),
    };
    assert_eq!(body(500), "x".repeat(500));
    assert_eq!(body(501), format!("{}…", "x".repeat(500)));
}
