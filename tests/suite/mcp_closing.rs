//! MCP sessions are always ended.

use std::time::{Duration, Instant};

use crate::support::client;
use crate::support::mcp::{
    SESSION, count, handshake, header, message, methods, open, opened, result_of, says,
};
use crate::support::wire::{Act, Wire, response, response_with_headers};
use mistral_connectors::CallTool;
use serde_json::{Value, json};

/// A server that does this when a session is ended.
fn ending(act: Act) -> Wire {
    Wire::serve(move |_, incoming| match incoming.line() {
        line if line.starts_with("DELETE") => act.clone(),
        _ => handshake(&message(incoming)).unwrap(),
    })
}

#[test]
fn without_a_session_id_nothing_is_ended() {
    let wire = Wire::serve(|_, incoming| {
        let message = message(incoming);
        if message["method"] == "initialize" {
            return opened(&message, "");
        }
        handshake(&message).unwrap_or_else(|| Act::Send(response(200, &says(&message, "ok"))))
    });
    let session = open(&wire);
    session.call_tool(&CallTool::new("search")).unwrap();
    session.close().unwrap();
    drop(open(&wire));
    assert_eq!(count(&wire, "DELETE"), 0);
    let seen = wire.seen();
    assert!(
        seen.iter()
            .all(|request| header(request, "mcp-session-id").is_none())
    );
}

#[test]
fn a_session_is_ended_once_on_drop_and_by_close() {
    let wire = ending(Act::Send(response(200, "")));
    drop(open(&wire));
    assert_eq!(count(&wire, "DELETE"), 1);
    open(&wire).close().unwrap();
    assert_eq!(count(&wire, "DELETE"), 2);
    let panic = std::panic::catch_unwind(|| {
        let _session = open(&wire);
        std::panic::resume_unwind(Box::new("not a message on the terminal"));
    });
    assert!(panic.is_err());
    assert_eq!(count(&wire, "DELETE"), 3);
}

#[test]
fn a_session_that_cannot_be_ended_or_is_gone_is_closed() {
    for (status, body) in [
        (405, ""),
        (404, ""),
        (
            404,
            r#"{"error":{"code":-32600,"message":"Session not found"},"id":null}"#,
        ),
        (
            400,
            r#"{"jsonrpc":"2.0","error":{"code":-32000,"message":"Bad Request: No valid session ID provided"}}"#,
        ),
        (204, ""),
    ] {
        let wire = ending(Act::Send(response(status, body)));
        let result = open(&wire).close();
        assert!(result.is_ok(), "{status}: {result:?}");
        assert_eq!(count(&wire, "DELETE"), 1, "{status}");
    }
}

#[test]
fn a_failed_close_returns_its_error_and_the_drop_does_not_try_again() {
    let wire = ending(Act::Send(response(403, "{}")));
    let error = open(&wire).close().unwrap_err();
    assert!(error.is_forbidden(), "{error}");
    assert_eq!(count(&wire, "DELETE"), 1);
}

#[test]
fn a_drop_tries_once_and_gives_up_after_the_timeout_of_the_client() {
    let wire = ending(Act::Send(response(503, "{}")));
    drop(open(&wire));
    assert_eq!(count(&wire, "DELETE"), 1);
    let wire = ending(Act::Silence);
    let client = client(wire.base_url()).with_timeout(Duration::from_secs(1));
    let session = client.mcp("docs").unwrap();
    let started = Instant::now();
    drop(session);
    assert!(started.elapsed() < Duration::from_secs(20));
    assert_eq!(count(&wire, "DELETE"), 1);
}

#[test]
fn a_session_that_cannot_be_opened_is_ended() {
    let result = |message: &Value, result: Value| {
        let headers = format!("mcp-session-id: {SESSION}\r\n");
        Act::Send(response_with_headers(
            200,
            &headers,
            &result_of(message, result),
        ))
    };
    for (case, initialized) in [
        ("unknown version", json!({"protocolVersion": "2026-07-28"})),
        ("no version", json!({})),
        (
            "`initialized` is refused",
            json!({"protocolVersion": "2025-11-25"}),
        ),
    ] {
        let wire = Wire::serve(move |_, incoming| {
            let message = message(incoming);
            match message["method"].as_str() {
                Some("initialize") => result(&message, initialized.clone()),
                Some(_) => Act::Send(response(400, "{}")),
                None => Act::Send(response(200, "")),
            }
        });
        assert!(client(wire.base_url()).mcp("docs").is_err(), "{case}");
        let seen = wire.seen();
        let last = seen.last().unwrap();
        assert!(last.line().starts_with("DELETE"), "{case}");
        let session = header(last, "mcp-session-id");
        assert_eq!(session.as_deref(), Some(SESSION), "{case}");
    }
}

#[test]
fn every_session_that_a_retried_initialize_opens_is_ended() {
    let wire = Wire::serve(|number, incoming| {
        let message = message(incoming);
        let session = format!("mcp-session-id: session-{number}\r\n");
        match message["method"].as_str() {
            // Cut off after its head.
            Some("initialize") if number == 0 => {
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n{session}\r\n");
                Act::SendAndClose(head.into_bytes())
            }
            Some("initialize") => opened(&message, &session),
            // One that cannot be ended does not keep the other open.
            None => Act::Send(response(403, "{}")),
            Some(_) => Act::Send(response(202, "")),
        }
    });
    drop(open(&wire));
    let seen = wire.seen();
    let ended = seen
        .iter()
        .filter(|request| request.line().starts_with("DELETE"));
    let ended: Vec<_> = ended
        .map(|request| header(request, "mcp-session-id"))
        .collect();
    let sessions = ["session-1", "session-0"].map(|session| Some(session.to_owned()));
    assert_eq!(ended, sessions, "{:?}", methods(&wire));
}
