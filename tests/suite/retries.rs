//! What is retried, and what never is. Which failures are retried after which wait is tested in
//! `src/http/retry.rs`.

use std::sync::Mutex;
use std::time::Duration;

use crate::calls::{
    CREATE, Call, DELETE, DELETE_BY_NAME, GET, LIST, RENAME, UPDATE, UPDATE_BY_NAME,
};
use crate::support::wire::{Act, Wire, response, response_with_headers};
use crate::support::{
    CONNECTOR, ambiguous, assert_at_most_once, assert_retried, builder, client, docs,
};
use mistral_connectors::{Error, Result};
use serde_json::{Value, json};

const HOUR: Duration = Duration::from_secs(3600);

/// A response that every call can read.
fn readable() -> Value {
    json!({"id": crate::support::ID, "name": "docs", "items": []})
}

fn ok() -> Act {
    Act::Send(response(200, &readable().to_string()))
}

fn status(status: u16) -> Act {
    Act::Send(response(status, "{}"))
}

/// The API's own 404.
fn gone() -> Act {
    Act::Send(response(404, r#"{"detail": "Connector not found"}"#))
}

/// How many requests `call` takes if they get these responses, and its result.
fn requests(call: Call, acts: impl IntoIterator<Item = Act>) -> (usize, Result<()>) {
    let wire = Wire::script(acts);
    let result = call(&client(wire.base_url()));
    (wire.seen().len(), result)
}

// --- which requests

#[test]
fn reads_updates_and_deletes_are_retried_after_transient_failures() {
    for (name, call) in [
        ("get", GET),
        ("list", LIST),
        ("update", UPDATE),
        ("delete", DELETE),
    ] {
        assert_retried(name, &readable(), call);
        let cut_off = Act::SendAndClose(b"HTTP/1.1 200 OK\r\ncont".to_vec());
        for failure in [status(429), cut_off] {
            let (requests, result) = requests(call, [failure, ok()]);
            assert!(result.is_ok() && requests == 2, "{name}: {result:?}");
        }
    }
}

#[test]
fn a_create_that_may_have_been_processed_is_not_retried_and_says_so() {
    assert_at_most_once("create", &readable(), CREATE);
    for unusable in [
        "not http\r\n\r\n",
        "HTTP/1.1 201 X\r\ncontent-length: 2\r\n\r\n[]",
    ] {
        let (requests, result) = requests(CREATE, [Act::Send(unusable.into()), ok()]);
        assert_eq!(requests, 1);
        assert!(result.unwrap_err().may_have_happened(), "{unusable}");
    }
}

#[test]
fn a_rename_is_retried_unless_the_status_is_500() {
    let (requests_after_500, result) = requests(RENAME, [status(500), ok()]);
    assert!(result.is_err() && requests_after_500 == 1, "{result:?}");
    for failure in [Act::Reset, status(502), status(503), status(429)] {
        let (requests, result) = requests(RENAME, [failure, ok()]);
        assert!(result.is_ok() && requests == 2, "{result:?}");
    }
}

#[test]
fn responses_that_a_retry_would_not_change_are_not_retried() {
    let refusals = [301, 400, 401, 403, 404, 409, 422, 501, 505].map(|code| response(code, "{}"));
    let unreadable = ["{", "{}"].map(|body| response(200, body));
    // Without a length, it is not known whether the body is complete.
    let without_length = [
        b"HTTP/1.1 200 OK\r\n\r\n".to_vec(),
        b"HTTP/1.1 200 OK\r\n\r\n{\"id\":".to_vec(),
    ];
    let responses = refusals.into_iter().chain(unreadable).chain(without_length);
    for response in responses {
        for call in [GET, UPDATE, CREATE] {
            let shown = String::from_utf8_lossy(&response);
            let act = Act::SendAndClose(response.clone());
            let (requests, result) = requests(call, [act, ok()]);
            let is_response = matches!(result, Err(Error::Api(_) | Error::Decode(_)));
            assert!(is_response, "{shown}: {result:?}");
            assert_eq!(requests, 1, "{shown}");
        }
    }
}

// --- what may have happened

#[test]
fn a_refused_write_and_a_failed_read_have_not_happened() {
    let refusals = [400, 401, 404, 409, 422, 429, 501].into_iter();
    let writes = refusals.map(|code| (CREATE, status(code)));
    let reads = ambiguous().into_iter().map(|failure| (GET, failure));
    for (call, act) in writes.chain(reads) {
        let error = requests(call, [act]).1.unwrap_err();
        assert!(!error.may_have_happened(), "{error}");
        assert!(!error.to_string().contains("processed"), "{error}");
    }
}

#[test]
fn a_write_that_may_have_happened_is_remembered_if_the_retry_is_refused() {
    let (_, result) = requests(UPDATE, [Act::Reset, status(429)]);
    let error = result.unwrap_err();
    assert!(
        error.is_rate_limited() && error.may_have_happened(),
        "{error}"
    );
    assert!(
        error.to_string().contains("may still have been processed"),
        "{error}"
    );
}

#[test]
fn a_delete_by_id_whose_retry_finds_nothing_has_succeeded() {
    for failure in ambiguous() {
        let (requests, result) = requests(DELETE, [failure.clone(), gone()]);
        assert!(result.is_ok() && requests == 2, "{failure:?}: {result:?}");
    }
}

#[test]
fn every_other_404_is_an_error() {
    for (call, acts) in [
        (DELETE, vec![gone()]),
        // The API had not processed the first attempt.
        (DELETE, vec![status(429), gone()]),
        // The API deletes by ID: a connector of this name can still exist.
        (DELETE_BY_NAME, vec![status(503), gone()]),
        (UPDATE, vec![Act::Reset, gone()]),
        (UPDATE_BY_NAME, vec![Act::Reset, gone()]),
        (GET, vec![Act::Reset, gone()]),
    ] {
        let error = requests(call, acts).1.unwrap_err();
        assert!(error.is_not_found(), "{error}");
    }
}

// --- how often, and what is sent

#[test]
fn there_are_as_many_retries_as_allowed_and_the_error_counts_the_attempts() {
    for (retries, attempts) in [
        (0, "(1 attempt)"),
        (1, "(2 attempts)"),
        (2, "(3 attempts)"),
        (5, "(6 attempts)"),
    ] {
        let wire = Wire::script([status(503)]);
        let client = builder(wire.base_url()).max_retries(retries);
        let error = GET(&client.build().unwrap()).unwrap_err();
        assert_eq!(error.attempts(), retries + 1);
        assert_eq!(wire.seen().len() as u32, retries + 1);
        assert!(error.to_string().contains(attempts), "{error}");
    }
}

#[test]
fn each_call_has_two_retries_by_default() {
    let wire = Wire::serve(|number, _| if number % 3 < 2 { status(503) } else { ok() });
    let client = client(wire.base_url());
    for _ in 0..3 {
        GET(&client).unwrap();
    }
    assert_eq!(wire.seen().len(), 9);
    let (requests, result) = requests(GET, [status(503), status(503), status(503), ok()]);
    assert!(result.is_err() && requests == 3, "{result:?}");
}

#[test]
fn every_retry_sends_the_same_request() {
    let wire = Wire::script([status(503), Act::Reset, ok()]);
    UPDATE(&client(wire.base_url())).unwrap();
    let seen = wire.seen();
    assert_eq!(seen.len(), 3);
    for retry in &seen {
        assert_eq!((&retry.head, &retry.body), (&seen[0].head, &seen[0].body));
    }
}

#[test]
fn a_request_that_is_sent_again_with_a_protocol_has_all_its_retries() {
    let asks = r#"{"detail":[{"loc":["body","protocol"],"msg":"required","type":"missing"}]}"#;
    let asks = Act::Send(response(422, asks));
    let wire = Wire::script([asks, status(429), status(429), ok()]);
    client(wire.base_url()).create(&docs()).unwrap();
    let seen = wire.seen();
    let sent = seen
        .iter()
        .map(|seen| seen.body.contains(r#""protocol":"mcp""#));
    assert_eq!(sent.collect::<Vec<_>>(), [false, true, true, true]);
}

// --- waits

#[test]
fn the_wait_that_the_server_asks_for_takes_precedence() {
    for header in ["retry-after-ms: 1\r\n", "retry-after: 0.001\r\n"] {
        let wire = Wire::script([Act::Send(response_with_headers(429, header, "{}")), ok()]);
        // This wait would exceed the time limit.
        let client = builder(wire.base_url()).retry_backoff(HOUR, HOUR);
        GET(&client.build().unwrap()).unwrap();
    }
}

#[test]
fn a_call_fails_immediately_if_the_wait_would_exceed_the_remaining_time() {
    for (header, wait) in [
        ("retry-after: 3600\r\n", Some(HOUR)),
        ("retry-after-ms: 3600000\r\n", Some(HOUR)),
        ("retry-after-ms: 3600000\r\nretry-after: 0\r\n", Some(HOUR)),
        ("retry-after: 1e308\r\n", Some(Duration::MAX)),
        // The backoff.
        ("", None),
    ] {
        let wire = Wire::script([Act::Send(response_with_headers(503, header, "{}")), ok()]);
        let client = builder(wire.base_url()).retry_backoff(HOUR, HOUR);
        let error = GET(&client.build().unwrap()).unwrap_err();
        assert_eq!(error.status(), Some(503), "{header}");
        assert_eq!(error.retry_after(), wait, "{header}");
        assert_eq!(wire.seen().len(), 1, "{header}");
    }
}

// --- pooled connections

/// A server that resets each connection at its second request.
fn impatient() -> Wire {
    let last = Mutex::new(None);
    Wire::serve(move |_, incoming| {
        let again = last.lock().unwrap().replace(incoming.connection) == Some(incoming.connection);
        if again {
            Act::Reset
        } else {
            Act::Send(response(200, CONNECTOR))
        }
    })
}

#[test]
fn a_pooled_connection_that_the_server_closes_is_a_failure_like_any_other() {
    for (call, max_retries, attempts) in [
        (GET, 2, None),
        (UPDATE, 2, None),
        (DELETE, 2, None),
        (GET, 0, Some(1)),
        (CREATE, 2, Some(1)),
    ] {
        let wire = impatient();
        let client = builder(wire.base_url()).max_retries(max_retries);
        let client = client.build().unwrap();
        GET(&client).unwrap();
        let error = call(&client).err();
        assert_eq!(error.as_ref().map(Error::attempts), attempts, "{error:?}");
        assert_eq!(wire.seen().len(), if attempts.is_some() { 2 } else { 3 });
    }
}
