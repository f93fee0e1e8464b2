//! A 404 means "there is no such connector" only if the API itself says so, and a body that is cut off says nothing.

use std::time::Duration;

use crate::support::wire::{Act, Wire, response};
use crate::support::{CONNECTOR, ID, builder, client, docs};
use mistral_connectors::{Error, UpdateConnector};

/// What the API itself says.
const OF_THE_API: [&str; 6] = [
    r#"{"detail": "Connector not found"}"#,
    r#"{"detail": [{"loc": ["path", "id"], "msg": "No such connector", "type": "missing"}]}"#,
    r#"{"detail": {"message": "Connector not found", "code": 1}}"#,
    r#"{"object": "error", "message": "Not found", "type": "not_found", "param": null, "code": null}"#,
    r#"{"object": "error"}"#,
    "\u{feff} {\"detail\": \"Connector not found\"} \r\n",
];

/// What gateways, proxies and other servers say.
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

fn say(status: u16, body: &str) -> Act {
    Act::Send(response(status, body))
}

fn of_a_gateway() -> Act {
    say(404, OF_OTHERS[0])
}

/// Responses with this status whose connection closes before their body is whole.
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

#[test]
fn find_returns_none_only_if_the_api_itself_says_that_there_is_none() {
    for body in OF_THE_API {
        let wire = Wire::script([say(404, body)]);
        let found = client(wire.base_url()).find("docs");
        assert!(matches!(found, Ok(None)), "{body}: {found:?}");
    }
    for body in OF_OTHERS {
        let wire = Wire::script([say(404, body)]);
        let error = client(wire.base_url()).find("docs").unwrap_err();
        assert_eq!(error.status(), Some(404), "{body}: {error}");
        assert!(error.is_not_found(), "{body}: {error}");
        assert_eq!(wire.seen().len(), 1, "{body}");
    }
}

#[test]
fn a_404_of_something_else_points_at_the_address() {
    for body in OF_OTHERS {
        let wire = Wire::script([say(404, body)]);
        let client = client(wire.base_url());
        for error in [
            client.get("docs").unwrap_err(),
            client.delete(ID).unwrap_err(),
            client
                .update(ID, &UpdateConnector::new().title("x"))
                .unwrap_err(),
        ] {
            let hint = error.hint().unwrap_or_default();
            assert!(hint.contains("base_url"), "{body}: {error}");
            assert!(!hint.contains("connector"), "{body}: {error}");
        }
    }
}

#[test]
fn a_retried_delete_succeeds_only_if_the_api_itself_says_that_nothing_is_there() {
    for body in OF_THE_API {
        let wire = Wire::script([say(503, "{}"), say(404, body)]);
        let deleted = client(wire.base_url()).delete(ID);
        assert_eq!(deleted.unwrap().message, "", "{body}");
    }
    for body in OF_OTHERS {
        for first in [say(503, "{}"), Act::Reset] {
            let wire = Wire::script([first.clone(), say(404, body)]);
            let error = client(wire.base_url()).delete(ID).unwrap_err();
            assert_eq!(error.status(), Some(404), "{body} after {first:?}: {error}");
            assert!(error.may_have_happened(), "{body} after {first:?}: {error}");
        }
    }
}

#[test]
fn ensure_creates_nothing_after_a_404_of_a_gateway() {
    let wire = Wire::script([of_a_gateway()]);
    let error = client(wire.base_url()).ensure(&docs()).unwrap_err();
    assert_eq!(error.status(), Some(404), "{error}");
    assert_eq!(wire.seen().len(), 1);
}

#[test]
fn ensure_does_not_take_a_connector_for_vanished_after_a_404_of_a_gateway() {
    let there = format!(r#"{{"id": "{ID}", "name": "docs", "description": "old"}}"#);
    let wire = Wire::script([say(200, &there), of_a_gateway()]);
    let error = client(wire.base_url()).ensure(&docs()).unwrap_err();
    assert_eq!(error.status(), Some(404), "{error}");
    let seen = wire.seen();
    let lines: Vec<_> = seen.iter().map(|request| request.line()).collect();
    assert_eq!(
        lines,
        [
            "GET /v1/connectors/docs".to_owned(),
            format!("PATCH /v1/connectors/{ID}")
        ]
    );
}

#[test]
fn a_404_that_is_cut_off_is_sent_again() {
    for half in cut_off(404) {
        let wire = Wire::script([half.clone(), say(404, OF_THE_API[0])]);
        let found = client(wire.base_url()).find("docs");
        assert!(matches!(found, Ok(None)), "{half:?}: {found:?}");
        assert_eq!(wire.seen().len(), 2, "{half:?}");

        let wire = Wire::script([half.clone(), say(200, CONNECTOR)]);
        let found = client(wire.base_url()).find("docs");
        assert!(matches!(found, Ok(Some(_))), "{half:?}: {found:?}");
    }
}

#[test]
fn a_response_that_is_always_cut_off_is_a_lost_connection_whatever_its_status() {
    for status in [200, 400, 401, 403, 404, 409, 422, 429, 500, 503] {
        for half in cut_off(status) {
            let wire = Wire::script([half.clone()]);
            let error = client(wire.base_url()).find("docs").unwrap_err();
            assert!(matches!(error, Error::Transport(_)), "{half:?}: {error}");
            assert_eq!(error.status(), None, "{half:?}: {error}");
            assert_eq!(wire.seen().len(), 3, "{half:?}");
        }
    }
}

#[test]
fn a_create_whose_response_is_cut_off_may_have_happened_whatever_its_status() {
    for status in [201, 401, 404, 409, 422, 429, 503] {
        for half in cut_off(status) {
            let wire = Wire::script([half.clone()]);
            let error = client(wire.base_url()).create(&docs()).unwrap_err();
            assert!(matches!(error, Error::Transport(_)), "{half:?}: {error}");
            assert!(error.may_have_happened(), "{half:?}: {error}");
            assert_eq!(wire.seen().len(), 1, "{half:?}");
        }
    }
}

#[test]
fn a_delete_whose_response_is_cut_off_is_sent_again() {
    for half in cut_off(404) {
        let wire = Wire::script([half.clone(), say(200, r#"{"message": "Deleted"}"#)]);
        let deleted = client(wire.base_url()).delete(ID);
        assert_eq!(deleted.unwrap().message, "Deleted", "{half:?}");
        // The first attempt may have worked.
        let wire = Wire::script([half.clone(), say(404, OF_THE_API[0])]);
        assert!(client(wire.base_url()).delete(ID).is_ok(), "{half:?}");
    }
}

#[test]
fn an_error_body_that_does_not_end_in_time_is_a_timeout() {
    for status in [401, 404, 409, 503] {
        let head = format!("HTTP/1.1 {status} X\r\ncontent-length: 9999\r\n\r\n");
        let begun = format!("{head}{{\"detail\": \"Connector not found\"}} ").into_bytes();
        for act in [Act::Stall(begun.clone()), Act::Drip(begun)] {
            let wire = Wire::script([act.clone()]);
            let client = builder(wire.base_url()).timeout(Duration::from_millis(100));
            let error = client.build().unwrap().find("docs").unwrap_err();
            assert!(error.is_timeout(), "{act:?}: {error}");
            assert_eq!(error.status(), None, "{act:?}: {error}");
        }
    }
}
