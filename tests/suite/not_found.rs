//! A 404 means "no such connector" only if the API itself says so, and a body that is cut off says
//! nothing.

use std::time::Duration;

use crate::support::wire::{Act, Wire, not_found, respond, response};
use crate::support::{CONNECTOR, ID, builder, client, docs, with_response};
use mistral_connectors::{Error, UpdateConnector};
use serde_json::json;

/// Bodies of the API's own 404.
const OF_THE_API: [&str; 6] = [
    r#"{"detail": "Connector not found"}"#,
    r#"{"detail": [{"loc": ["path", "id"], "msg": "No such connector", "type": "missing"}]}"#,
    r#"{"detail": {"message": "Connector not found", "code": 1}}"#,
    r#"{"object": "error", "message": "Not found", "type": "not_found", "param": null, "code": null}"#,
    r#"{"object": "error"}"#,
    "\u{feff} {\"detail\": \"Connector not found\"} \r\n",
];

/// Bodies of gateways, proxies and other servers.
const OF_OTHERS: [&str; 16] = [
    r#"{"message": "no Route matched with those values"}"#,
    r#"{"message": "no Route matched with those values", "request_id": "7f3a"}"#,
    r#"{"error": "not found"}"#,
    r#"{"error": {"object": "error", "detail": "not found"}}"#,
    r#"{"code": 404, "message": "Not Found", "type": "error"}"#,
    r#"{"object": "list", "message": "Not Found"}"#,
    r#"{"detail": null}"#,
    r#"[{"detail": "Connector not found"}]"#,
    r#""detail""#,
    "{}",
    "[]",
    "null",
    "404",
    "404 page not found",
    "<html><body>detail: nginx</body></html>",
    "",
];

fn of_a_gateway(body: &str) -> Act {
    Act::Send(response(404, body))
}

/// Responses with this status whose connection closes before their body is complete.
fn cut_off(status: u16) -> [Act; 5] {
    [
        "content-length: 99\r\n\r\n{\"detail\": \"Connector",
        "content-length: 99\r\n\r\n{\"detail\": \"Connector not found\"}",
        "content-length: 99\r\n\r\n",
        "transfer-encoding: chunked\r\n\r\n21\r\n{\"detail\": \"Connector",
        "transfer-encoding: chunked\r\n\r\n21\r\n{\"detail\": \"Connector not found\"}\r\n",
    ]
    .map(|rest| Act::SendAndClose(format!("HTTP/1.1 {status} X\r\n{rest}").into_bytes()))
}

// --- find

#[test]
fn find_returns_none_only_if_the_api_says_not_found() {
    for body in OF_THE_API {
        let found = with_response(404, body, |client| client.find("docs"));
        assert!(matches!(found, Ok(None)), "{body}: {found:?}");
    }
    for body in OF_OTHERS {
        let wire = Wire::script([of_a_gateway(body)]);
        let error = client(wire.base_url()).find("docs").unwrap_err();
        assert!(error.is_not_found(), "{body}: {error}");
        assert_eq!(wire.lines().len(), 1, "{body}");
    }
}

#[test]
fn find_returns_every_other_failure_as_an_error() {
    for (status, body) in [
        (200, "<html>log in</html>"),
        (401, OF_THE_API[0]),
        (403, OF_THE_API[0]),
        (410, OF_THE_API[0]),
        (422, OF_THE_API[0]),
        (500, OF_THE_API[0]),
    ] {
        let error = with_response(status, body, |client| client.find("docs")).unwrap_err();
        assert_eq!(error.status(), Some(status), "{error}");
    }
    let nowhere = client("http://127.0.0.1:1");
    assert!(nowhere.find("docs").unwrap_err().is_connect());
}

#[test]
fn find_returns_a_connector_that_exists() {
    let found = with_response(200, CONNECTOR, |client| client.find("docs"));
    assert_eq!(found.unwrap().unwrap().id, ID);
}

// --- a 404 of a gateway

#[test]
fn the_hint_of_a_404_that_is_not_from_the_api_is_about_the_base_url() {
    for body in OF_OTHERS {
        let wire = Wire::script([of_a_gateway(body)]);
        let client = client(wire.base_url());
        let update = UpdateConnector::new().title("x");
        for error in [
            client.get("docs").unwrap_err(),
            client.delete(ID).unwrap_err(),
            client.update(ID, &update).unwrap_err(),
        ] {
            let hint = error.hint().unwrap_or_default();
            assert!(hint.contains("base_url"), "{body}: {error}");
            assert!(!hint.contains("connector"), "{body}: {error}");
        }
    }
}

#[test]
fn a_retried_delete_succeeds_only_if_the_api_says_not_found() {
    for body in OF_THE_API {
        let wire = Wire::script([respond(503, &json!({})), of_a_gateway(body)]);
        let deleted = client(wire.base_url()).delete(ID);
        assert_eq!(deleted.unwrap().message, "", "{body}");
    }
    for body in OF_OTHERS {
        for first in [respond(503, &json!({})), Act::Reset] {
            let wire = Wire::script([first.clone(), of_a_gateway(body)]);
            let error = client(wire.base_url()).delete(ID).unwrap_err();
            assert_eq!(error.status(), Some(404), "{body} after {first:?}: {error}");
            assert!(error.may_have_happened(), "{body} after {first:?}: {error}");
        }
    }
}

#[test]
fn ensure_creates_nothing_after_a_404_of_a_gateway() {
    let wire = Wire::script([of_a_gateway(OF_OTHERS[0])]);
    let error = client(wire.base_url()).ensure(&docs()).unwrap_err();
    assert_eq!(error.status(), Some(404), "{error}");
    assert_eq!(wire.lines().len(), 1);

    // The same if it is the response to an update.
    let outdated = json!({"id": ID, "name": "docs", "description": "old"});
    let wire = Wire::script([respond(200, &outdated), of_a_gateway(OF_OTHERS[0])]);
    let error = client(wire.base_url()).ensure(&docs()).unwrap_err();
    assert_eq!(error.status(), Some(404), "{error}");
    let update = format!("PATCH /v1/connectors/{ID}");
    assert_eq!(wire.lines()[1..], [update]);
}

// --- a body that is cut off

#[test]
fn a_404_that_is_cut_off_is_retried() {
    for half in cut_off(404) {
        let wire = Wire::script([half.clone(), not_found()]);
        let found = client(wire.base_url()).find("docs");
        assert!(matches!(found, Ok(None)), "{half:?}: {found:?}");
        assert_eq!(wire.lines().len(), 2, "{half:?}");

        let found = Act::Send(response(200, CONNECTOR));
        let wire = Wire::script([half.clone(), found]);
        let found = client(wire.base_url()).find("docs");
        assert!(matches!(found, Ok(Some(_))), "{half:?}: {found:?}");

        // A delete whose first attempt may have worked.
        let wire = Wire::script([half.clone(), not_found()]);
        client(wire.base_url()).delete(ID).unwrap();
    }
}

#[test]
fn a_response_with_any_status_that_is_always_cut_off_is_a_lost_connection() {
    for status in [200, 401, 404, 409, 429, 500] {
        for half in cut_off(status) {
            let wire = Wire::script([half.clone()]);
            let error = client(wire.base_url()).find("docs").unwrap_err();
            assert!(matches!(error, Error::Transport(_)), "{half:?}: {error}");
            assert_eq!(error.status(), None, "{half:?}: {error}");
            assert_eq!(wire.lines().len(), 3, "{half:?}");
        }
    }
}

#[test]
fn a_create_whose_response_with_any_status_is_cut_off_may_have_happened() {
    for status in [201, 401, 404, 409, 422, 429, 503] {
        for half in cut_off(status) {
            let wire = Wire::script([half.clone()]);
            let error = client(wire.base_url()).create(&docs()).unwrap_err();
            assert!(matches!(error, Error::Transport(_)), "{half:?}: {error}");
            assert!(error.may_have_happened(), "{half:?}: {error}");
            assert_eq!(wire.lines().len(), 1, "{half:?}");
        }
    }
}

#[test]
fn an_error_body_that_does_not_end_in_time_is_a_timeout() {
    for status in [401, 404, 503] {
        let head = format!("HTTP/1.1 {status} X\r\ncontent-length: 9999\r\n\r\n");
        let start = format!("{head}{{\"detail\": \"Connector not found\"}} ").into_bytes();
        for act in [Act::Stall(start.clone()), Act::Drip(start)] {
            let wire = Wire::script([act.clone()]);
            let client = builder(wire.base_url()).timeout(Duration::from_millis(100));
            let error = client.build().unwrap().find("docs").unwrap_err();
            assert!(error.is_timeout(), "{act:?}: {error}");
            assert_eq!(error.status(), None, "{act:?}: {error}");
        }
    }
}
