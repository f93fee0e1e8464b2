//! `shutdown` ends calls on every clone of a client, from any thread.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::support::wire::{Act, Wire, response};
use crate::support::{CONNECTOR, ID, builder, docs, mcp};
use mistral_connectors::{ConnectorsClient, Error, Result};

const MINUTE: Duration = Duration::from_secs(60);

/// The error of `call` if the client is shut down once its first request has arrived.
fn interrupted(act: Act, call: fn(&ConnectorsClient) -> Result<()>) -> Error {
    let (arrived, arrival) = mpsc::channel();
    let wire = Wire::serve(move |_, _| {
        arrived.send(()).unwrap();
        act.clone()
    });
    let client = builder(wire.base_url()).retry_backoff(MINUTE, MINUTE);
    let client = client.timeout(5 * MINUTE).build().unwrap();
    let clone = client.clone();
    let call = thread::spawn(move || call(&clone));
    arrival.recv().unwrap();
    let started = Instant::now();
    client.shutdown();
    let error = call.join().unwrap().unwrap_err();
    assert!(started.elapsed() < MINUTE / 4, "{error}");
    error
}

#[track_caller]
fn assert_shut_down(error: &Error, may_have_happened: bool) {
    assert!(matches!(error, Error::Transport(_)), "{error}");
    let text = error.to_string();
    assert!(text.contains(": the client was shut down ("), "{text}");
    assert!(!error.is_timeout() && !error.is_transient(), "{text}");
    assert_eq!(error.may_have_happened(), may_have_happened, "{text}");
}

#[test]
fn shutdown_ends_a_call_that_waits_for_its_response() {
    let error = interrupted(Act::Silence, |client| client.create(&docs()).map(drop));
    assert_shut_down(&error, true);
    let error = interrupted(Act::Silence, |client| client.get("docs").map(drop));
    assert_shut_down(&error, false);
}

#[test]
fn shutdown_ends_the_wait_before_a_retry() {
    let busy = Act::Send(response(429, "{}"));
    let error = interrupted(busy, |client| client.get("docs").map(drop));
    assert_shut_down(&error, false);
}

#[test]
fn shutdown_ends_the_wait_for_a_login() {
    let not_yet = CONNECTOR.replace('}', r#","is_authenticated":false}"#);
    let error = interrupted(Act::Send(response(200, &not_yet)), |client| {
        client.wait_until_authenticated("docs", MINUTE).map(drop)
    });
    assert_shut_down(&error, false);
}

#[test]
fn a_call_after_shutdown_fails_and_is_not_sent() {
    let wire = Wire::script([Act::Send(response(200, CONNECTOR))]);
    let client = builder(wire.base_url()).build().unwrap();
    client.get("docs").unwrap();
    client.with_timeout(MINUTE).shutdown();
    let error = client.create(&docs()).unwrap_err();
    assert_shut_down(&error, false);
    assert_eq!(wire.seen().len(), 1);
}

#[test]
fn what_is_dropped_after_a_shutdown_still_cleans_up() {
    let wire = Wire::serve(|_, incoming| match incoming.line() {
        "POST /v1/connectors" => Act::Send(response(201, CONNECTOR)),
        line if line.starts_with("DELETE") => Act::Send(response(200, "{}")),
        _ => mcp::handshake(&mcp::message(incoming)).unwrap(),
    });
    let client = builder(wire.base_url()).build().unwrap();
    let connector = client.create_ephemeral(&docs()).unwrap();
    let session = client.mcp("docs").unwrap();
    client.shutdown();
    drop((connector, session));
    let lines = wire.lines();
    let ended = [
        format!("DELETE /v1/connectors/{ID}"),
        format!("DELETE {}", mcp::PATH),
    ];
    assert_eq!(lines[lines.len() - 2..], ended, "{lines:?}");
}
