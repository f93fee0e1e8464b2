//! What errors say, and what programs can ask them.

use std::error::Error as _;
use std::time::Duration;

use crate::calls::{CALLS, CREATE, DELETE, GET, LIST, UPDATE_BY_NAME, error_of};
use crate::support::wire::{Act, Wire, response, response_with_headers};
use crate::support::{self, ID, page};
use mistral_connectors::{ApiError, ConnectorsClient, Error};
use serde_json::json;

#[track_caller]
fn api(error: &Error) -> &ApiError {
    match error {
        Error::Api(error) => error,
        other => panic!("{other:?}"),
    }
}

/// The error of a call to a port on which nothing listens.
fn refused() -> Error {
    let client = support::builder("http://127.0.0.1:1").max_retries(1);
    client.build().unwrap().get("docs").unwrap_err()
}

fn endless_listing() -> Error {
    let page = page(&[], Some("2")).to_string();
    let wire = Wire::script([Act::Send(response(200, &page))]);
    let mut listing = support::client(wire.base_url()).list();
    listing.next().unwrap().unwrap_err()
}

// --- checks

#[test]
fn each_check_is_true_for_its_status_only() {
    for status in [301, 400, 401, 403, 404, 408, 409, 422, 429, 500, 501, 503] {
        for (name, call) in CALLS {
            let error = error_of(response(status, "{}"), call);
            let case = format!("{status} on {name}");
            assert!(matches!(error, Error::Api(_)), "{case}");
            assert_eq!(error.status(), Some(status), "{case}");
            assert_eq!(error.is_unauthorized(), status == 401, "{case}");
            assert_eq!(error.is_forbidden(), status == 403, "{case}");
            assert_eq!(error.is_not_found(), status == 404, "{case}");
            assert_eq!(error.is_conflict(), status == 409, "{case}");
            assert_eq!(error.is_validation(), status == 422, "{case}");
            assert_eq!(error.is_rate_limited(), status == 429, "{case}");
            let is_transient = [408, 429, 500, 503].contains(&status);
            assert_eq!(error.is_transient(), is_transient, "{case}");
            assert!(!error.is_timeout() && !error.is_connect(), "{case}");
        }
    }
}

#[test]
fn a_request_that_was_not_sent_has_no_status_and_no_check_is_true() {
    for error in [
        ConnectorsClient::new("").unwrap_err(),
        ConnectorsClient::new("a b").unwrap_err(),
        support::client("http://127.0.0.1:1").get("").unwrap_err(),
    ] {
        assert_eq!(error.status(), None);
        assert_eq!(error.request_id(), None);
        assert_eq!(error.retry_after(), None);
        assert_eq!(error.attempts(), 0);
        for check in [
            Error::is_unauthorized,
            Error::is_forbidden,
            Error::is_not_found,
            Error::is_conflict,
            Error::is_validation,
            Error::is_rate_limited,
            Error::is_timeout,
            Error::is_connect,
            Error::is_transient,
            Error::may_have_happened,
        ] {
            assert!(!check(&error), "{error}");
        }
    }
}

#[test]
fn a_call_without_a_response_is_transient_unless_the_server_speaks_another_protocol() {
    let error = |act: Act, timeout: Duration| {
        let wire = Wire::script([act]);
        let client = support::builder(wire.base_url()).max_retries(0);
        let client = client.timeout(timeout).build().unwrap();
        client.get("docs").unwrap_err()
    };
    let minute = Duration::from_secs(60);
    let not_http = Act::SendAndClose(b"not http\r\n\r\n".to_vec());
    for (error, is_transient) in [
        (refused(), true),
        (error(Act::Reset, minute), true),
        (error(Act::SendAndClose(vec![]), minute), true),
        (error(Act::Silence, Duration::from_millis(40)), true),
        (error(not_http, minute), false),
    ] {
        assert!(matches!(error, Error::Transport(_)), "{error}");
        assert_eq!(error.status(), None, "{error}");
        assert_eq!(error.is_transient(), is_transient, "{error}");
    }
}

// --- texts

#[test]
fn typical_errors_read_like_this() {
    let gone = response_with_headers(
        404,
        "x-request-id: 7f3a\r\n",
        r#"{"detail": "Connector not found"}"#,
    );
    let details = json!({"detail": [
        {"loc": ["body", "server"], "msg": "Input should be a valid URL", "type": "url_parsing"},
    ]});
    let file = if cfg!(feature = "dotenv") {
        " or in a .env file"
    } else {
        ""
    };
    for (error, text) in [
        (
            error_of(gone, UPDATE_BY_NAME),
            "404 on PATCH /v1/connectors/docs: Connector not found (request ID 7f3a, 1 attempt); \
             hint: this takes the connector's ID (a UUID), not its name; `get` finds it by name",
        ),
        (
            error_of(response(401, r#"{"detail": "Unauthorized"}"#), LIST),
            "401 on GET /v1/connectors: Unauthorized (1 attempt); hint: the API key was not \
             accepted: check it (`api_key`, MISTRAL_API_KEY), or create a new one in the Mistral \
             console",
        ),
        (
            error_of(response(422, &details.to_string()), CREATE),
            "422 on POST /v1/connectors: body.server: Input should be a valid URL (1 attempt); \
             hint: `server` must be an absolute URL where Mistral can reach the MCP server",
        ),
        (
            error_of(response(500, r#"{"detail": "no"}"#), CREATE),
            "500 on POST /v1/connectors: no (1 attempt; the request may still have been processed: \
             check before retrying)",
        ),
        (
            error_of(response(200, "<html>\n sign in</html>"), GET),
            "200 on GET /v1/connectors/docs is not a connector: expected value at line 1 column 1, \
             the body is a web page: sign in (1 attempt); hint: this does not look like a response from \
             the API: check `base_url`",
        ),
        (
            error_of(response(204, ""), GET),
            "204 on GET /v1/connectors/docs is not a connector: EOF while parsing a value at line \
             1 column 0, the body is empty (1 attempt)",
        ),
        (
            refused(),
            "GET /v1/connectors/docs at http://127.0.0.1:1: could not connect: connection refused \
             (2 attempts); hint: check the network, `base_url`, and the proxy variables \
             (HTTPS_PROXY, NO_PROXY)",
        ),
        (
            endless_listing(),
            "GET /v1/connectors: the listing cannot continue: its cursors repeat",
        ),
        (
            ConnectorsClient::new("").unwrap_err(),
            &format!(
                "no API key; hint: set MISTRAL_API_KEY in the environment{file}, or pass the API key \
                 to `ConnectorsClient::new` or the builder's `api_key`"
            ),
        ),
    ] {
        assert_eq!(error.to_string(), text);
        assert_eq!(format!("{error:?}"), text);
    }
}

#[test]
fn an_error_is_one_line_without_control_characters() {
    let text = "one\r\ntwo\tthree\u{0}\u{1b}[31mred\u{7f}\u{85}\u{2028}\u{2029}\u{9b}\u{202e}four";
    for body in [
        text.to_owned(),
        json!({"detail": text}).to_string(),
        json!({"detail": [{"loc": [text], "msg": text, "type": text}]}).to_string(),
        json!({"message": text, "request_id": text}).to_string(),
    ] {
        for status in [200, 400, 422] {
            let response = response_with_headers(status, "x-request-id: a\tb\r\n", &body);
            let shown = error_of(response, GET).to_string();
            let is_break = |c: char| c.is_control() || "\u{2028}\u{2029}\u{202e}".contains(c);
            assert!(!shown.contains(is_break), "{shown:?}");
            assert!(shown.contains("four"), "{shown:?}");
        }
    }
    let error =
        support::with_response(404, "{}", |client| client.get("a\r\nb\u{1b}c")).unwrap_err();
    assert!(!error.to_string().contains(char::is_control), "{error:?}");
}

#[test]
fn a_server_that_cannot_be_reached_is_a_connect_error_that_says_why() {
    for (base_url, why) in [
        ("http://127.0.0.1:1", "connection refused"),
        ("https://127.0.0.1:1", "connection refused"),
        // No host ever gets this name.
        (
            "http://docs.invalid",
            "no such host, or the DNS lookup failed",
        ),
    ] {
        let has_tls = cfg!(any(feature = "rustls", feature = "native-tls"));
        if base_url.starts_with("https") && !has_tls {
            continue;
        }
        let client = support::builder(base_url).allow_insecure_http(true);
        let error = client.build().unwrap().create(&support::docs());
        let error = error.unwrap_err();
        assert!(error.is_connect() && !error.is_timeout(), "{error}");
        assert!(!error.may_have_happened(), "{error}");
        assert_eq!(error.attempts(), 3);
        let hint = error.hint().unwrap();
        let start = format!("POST /v1/connectors at {base_url}: could not connect: {why}");
        assert_eq!(
            error.to_string(),
            format!("{start} (3 attempts); hint: {hint}")
        );
    }
}

// --- fields and causes

#[test]
fn the_fields_of_an_error_say_what_its_text_says() {
    let error = error_of(response(503, r#"{"detail": "down"}"#), CREATE);
    let inner = api(&error);
    assert_eq!(inner.request, "POST /v1/connectors");
    assert_eq!(inner.message, "down");
    assert_eq!((inner.status, inner.attempts), (503, 1));
    assert!(inner.may_have_happened && error.may_have_happened());
    assert_eq!(inner.hint, None);
    let error = error_of(response(401, "{}"), CREATE);
    assert!(!api(&error).may_have_happened);
    assert!(error.hint().is_some() && api(&error).hint == error.hint());

    let page = response_with_headers(200, "x-request-id: 7f3a\r\n", "<html>\n sign in</html>");
    let Error::Decode(inner) = error_of(page, DELETE) else {
        panic!()
    };
    assert_eq!(inner.request, format!("DELETE /v1/connectors/{ID}"));
    assert_eq!(inner.message, "expected value at line 1 column 1");
    assert_eq!(inner.expected, "a message");
    assert_eq!(inner.body, "<html> sign in</html>");
    assert_eq!(inner.request_id.as_deref(), Some("7f3a"));
    assert_eq!((inner.status, inner.attempts), (200, 1));
    assert!(inner.may_have_happened);
    assert!(inner.hint.unwrap().contains("base_url"));

    let error = refused();
    let Error::Transport(inner) = &error else {
        panic!("{error:?}")
    };
    assert_eq!(inner.request, "GET /v1/connectors/docs");
    assert_eq!(inner.message, "could not connect: connection refused");
    assert_eq!(inner.base_url, "http://127.0.0.1:1");
    assert_eq!(inner.attempts, 2);
    assert!(!inner.may_have_happened);
    assert!(error.hint().is_some() && inner.hint == error.hint());

    let Error::Pagination(inner) = endless_listing() else {
        panic!()
    };
    assert_eq!(inner.request, "GET /v1/connectors");
    assert_eq!(inner.message, "its cursors repeat");
}

#[test]
fn only_a_call_without_a_response_has_a_cause() {
    assert!(refused().source().is_some());
    assert!(error_of(response(404, "{}"), GET).source().is_none());
    assert!(error_of(response(200, "x"), GET).source().is_none());
}

#[test]
fn the_request_id_is_found_in_every_place_that_servers_use() {
    let headers = [
        "mistral-correlation-id: mistral\r\nx-kong-request-id: kong\r\nX-Request-Id: own\r\n",
        "x-kong-request-id: kong\r\nmistral-correlation-id: mistral\r\nx-request-id: \r\n",
        "x-kong-request-id: kong\r\n",
        "",
    ];
    for (headers, want) in headers.into_iter().zip(["own", "mistral", "kong", "body"]) {
        let body = r#"{"message": "no", "request_id": "body"}"#;
        let error = error_of(response_with_headers(404, headers, body), GET);
        assert_eq!(error.request_id(), Some(want));
        assert_eq!(api(&error).request_id.as_deref(), Some(want));
        let text = error.to_string();
        assert!(text.contains(&format!("(request ID {want}, ")), "{text}");
    }
    assert_eq!(error_of(response(404, "{}"), GET).request_id(), None);
    let unreadable = error_of(response_with_headers(200, headers[2], "[]"), GET);
    assert_eq!(unreadable.request_id(), Some("kong"));
    assert!(unreadable.to_string().contains("request ID kong"));
}

#[test]
fn the_wait_that_the_server_asks_for_is_shown() {
    let millis = Duration::from_millis;
    for (headers, want, shown) in [
        ("retry-after: 600", Some(millis(600_000)), " 600 s)"),
        ("Retry-After-Ms: 40", Some(millis(40)), " 0.04 s)"),
        (
            "retry-after: 99999999",
            Some(Duration::from_secs(99_999_999)),
            " more than a year)",
        ),
        (
            "retry-after: Sun, 06 Nov 1994 08:49:37 GMT",
            Some(Duration::ZERO),
            "",
        ),
        ("retry-after: soon", None, ""),
    ] {
        for status in [429, 503] {
            let error = error_of(
                response_with_headers(status, &format!("{headers}\r\n"), "{}"),
                GET,
            );
            assert_eq!(error.retry_after(), want, "{headers}");
            assert_eq!(api(&error).retry_after, want, "{headers}");
            let text = error.to_string();
            let end = text.split_once("; the server asks to wait");
            let end = end.map_or("", |(_, end)| end);
            assert_eq!(end.split("; hint").next(), Some(shown), "{text}");
        }
    }
}
