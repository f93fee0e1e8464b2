//! Waiting for a login ends in time, with the connector or with a reason.

use std::time::Duration;

use crate::support::client;
use crate::support::wire::{Act, Wire, response, response_with_headers};
use mistral_connectors::{Connector, Error, Result};

/// As long as the first pause, so there is one poll, however fast the response is.
const ONE_POLL: Duration = Duration::from_secs(1);

/// For waits that something else has to end.
const HOUR: Duration = Duration::from_secs(3600);

const LOGGED_IN: &str = r#"{"id":"1","name":"docs","is_authenticated":true}"#;
const NOT_YET: &str = r#"{"id":"1","name":"docs","is_authenticated":false}"#;

fn ok(body: &str) -> Act {
    Act::Send(response(200, body))
}

/// A failure after which the server asks for a wait that is longer than an hour.
fn come_back_later() -> Act {
    Act::Send(response_with_headers(429, "retry-after: 7200\r\n", "{}"))
}

#[track_caller]
fn wait(wire: &Wire, duration: Duration) -> Result<Connector> {
    client(wire.base_url()).wait_until_authenticated("docs", duration)
}

#[test]
fn a_user_who_is_logged_in_already_is_not_waited_for() {
    let wire = Wire::script([ok(LOGGED_IN)]);
    assert_eq!(wait(&wire, HOUR).unwrap().name, "docs");
    let request = "GET /v1/connectors/docs?fetch_user_data=true";
    assert_eq!(wire.seen()[0].line(), request);
}

#[test]
fn the_next_poll_finds_the_login() {
    let wire = Wire::script([ok(NOT_YET), ok(LOGGED_IN)]);
    assert_eq!(wait(&wire, HOUR).unwrap().name, "docs");
    assert_eq!(wire.seen().len(), 2);
}

#[test]
fn a_login_that_does_not_happen_is_a_timeout_that_says_what_to_do() {
    let wire = Wire::script([ok(NOT_YET)]);
    let error = wait(&wire, ONE_POLL).unwrap_err();
    assert!(error.is_timeout() && !error.is_connect(), "{error}");
    let text = error.to_string();
    for part in ["/docs", "timed out", "has not logged in", "get_auth_url"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(error.attempts(), 1);
}

#[test]
fn the_attempts_of_all_polls_are_counted() {
    let failure = || Act::Send(response(503, "{}"));
    // With a retry; and with a poll before.
    for script in [
        vec![failure(), come_back_later()],
        vec![ok(NOT_YET), failure(), come_back_later()],
    ] {
        let wire = Wire::script(script.clone());
        let error = wait(&wire, HOUR).unwrap_err();
        assert_eq!(wire.seen().len(), script.len(), "{error}");
        assert_eq!(error.attempts() as usize, script.len(), "{error}");
    }
}

#[test]
fn a_wait_that_exceeds_the_remaining_time_is_not_begun() {
    let wire = Wire::script([come_back_later()]);
    let error = wait(&wire, HOUR).unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert!(error.to_string().contains("429"), "{error}");
    assert_eq!(wire.seen().len(), 1);
}

#[test]
fn a_wait_ends_in_time_whatever_the_server_does() {
    for act in [
        Act::Silence,
        Act::Reset,
        Act::Stall(b"HTTP/1.1 200 OK\r\n".to_vec()),
        Act::Send(response(503, "{}")),
        Act::Send(response(429, "{}")),
    ] {
        let wire = Wire::script([act.clone()]);
        // The time is up before the second poll.
        let error = wait(&wire, Duration::from_millis(40)).unwrap_err();
        assert!(error.is_timeout(), "{act:?}: {error}");
        let text = error.to_string();
        let reason = "timed out, and the last poll failed: ";
        assert!(text.contains(reason), "{text}");
        // Whether the user has logged in is not known.
        assert!(!text.contains("logged in"), "{text}");
    }
    let wire = Wire::script([ok(LOGGED_IN)]);
    assert!(wait(&wire, Duration::ZERO).unwrap_err().is_timeout());
}

#[test]
fn an_api_that_does_not_report_logins_is_an_error_after_the_first_response() {
    for body in [
        r#"{"id":"1","name":"docs"}"#,
        r#"{"id":"1","name":"docs","is_authenticated":null}"#,
        r#"{"id":"1","name":"docs","is_authenticated":"yes"}"#,
    ] {
        let wire = Wire::script([ok(body)]);
        let error = wait(&wire, HOUR).unwrap_err();
        assert!(matches!(error, Error::Decode(_)), "{error}");
        assert!(error.to_string().contains("is_authenticated"), "{error}");
        assert_eq!(wire.seen().len(), 1);
    }
}

#[test]
fn an_error_that_is_not_transient_ends_the_wait_immediately() {
    let garbage = Act::Send(b"not http at all\r\n\r\n".to_vec());
    let refusals = [401, 403, 404, 422].map(|status| Act::Send(response(status, "{}")));
    for act in refusals.into_iter().chain([garbage]) {
        let wire = Wire::script([act.clone()]);
        let error = wait(&wire, HOUR).unwrap_err();
        assert!(!error.is_timeout(), "{act:?}: {error}");
        assert_eq!(wire.seen().len(), 1, "{act:?}");
    }
}
