//! Waiting for a login ends in time, with the connector or with a reason.

use std::error::Error as _;
use std::time::Duration;

use crate::support::client;
use crate::support::wire::{Act, Wire, answer_with, response};
use mistral_connectors::{Connector, Error, Result};

/// No longer than the first pause: there is one poll, however fast it is answered.
const ONE_POLL: Duration = Duration::from_secs(1);

/// For waits that something else has to end.
const HOUR: Duration = Duration::from_secs(3600);

fn says(body: &str) -> Act {
    Act::Send(response(200, body))
}

/// A failure after which the server asks for a wait that is longer than an hour.
fn come_back_later() -> Act {
    Act::Send(answer_with(429, "retry-after: 7200\r\n", "{}"))
}

#[track_caller]
fn wait(wire: &Wire, duration: Duration) -> Result<Connector> {
    client(wire.base_url()).wait_until_authenticated("docs", duration)
}

const LOGGED_IN: &str = r#"{"id":"1","name":"docs","is_authenticated":true}"#;
const NOT_YET: &str = r#"{"id":"1","name":"docs","is_authenticated":false}"#;

#[test]
fn a_user_who_is_logged_in_already_is_not_waited_for() {
    let wire = Wire::script([says(LOGGED_IN)]);
    assert_eq!(wait(&wire, HOUR).unwrap().name, "docs");
    assert_eq!(
        wire.seen()[0].line(),
        "GET /v1/connectors/docs?fetch_user_data=true"
    );
}

#[test]
fn a_login_is_seen_at_the_next_poll() {
    let wire = Wire::script([says(NOT_YET), says(LOGGED_IN)]);
    assert_eq!(wait(&wire, HOUR).unwrap().name, "docs");
    assert_eq!(wire.seen().len(), 2);
}

#[test]
fn nobody_who_logs_in_is_a_timeout_that_says_what_to_do() {
    let wire = Wire::script([says(NOT_YET)]);
    let error = wait(&wire, ONE_POLL).unwrap_err();
    assert!(error.is_timeout() && !error.is_connect(), "{error}");
    for word in [
        "login",
        "\"docs\"",
        "timed out",
        "has not logged in",
        "get_auth_url",
    ] {
        assert!(error.to_string().contains(word), "{error}");
    }
    assert_eq!(error.attempts(), 1);
}

#[test]
fn every_request_of_it_is_counted() {
    let failure = || Act::Send(response(503, "{}"));
    // With a retry; and with a poll before.
    for script in [
        vec![failure(), come_back_later()],
        vec![says(NOT_YET), failure(), come_back_later()],
    ] {
        let wire = Wire::script(script.clone());
        let error = wait(&wire, HOUR).unwrap_err();
        assert!(error.is_timeout(), "{error}");
        assert_eq!(wire.seen().len(), script.len(), "{error}");
        assert_eq!(error.attempts() as usize, script.len(), "{error}");
    }
}

#[test]
fn a_wait_that_the_server_asks_for_and_that_does_not_fit_ends_it_at_once() {
    let wire = Wire::script([come_back_later()]);
    let error = wait(&wire, HOUR).unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert!(error.to_string().contains("429"), "{error}");
    assert_eq!(wire.seen().len(), 1);
}

#[test]
fn it_ends_in_time_whatever_the_server_does() {
    for act in [
        Act::Silence,
        Act::Reset,
        Act::Stall(b"HTTP/1.1 200 OK\r\n".to_vec()),
        Act::Send(response(503, "{}")),
        Act::Send(response(429, "{}")),
    ] {
        let wire = Wire::script([act.clone()]);
        // Whatever happens first: the time is always up before the next poll.
        let error = wait(&wire, Duration::from_millis(40)).unwrap_err();
        assert!(error.is_timeout(), "{act:?}: {error}");
        // It is not said that nobody logged in: that is not known.
        let text = error.to_string();
        assert!(
            text.contains("timed out, and the last look failed: "),
            "{text}"
        );
        assert!(!text.contains("nobody"), "{text}");
        let cause = error.source().unwrap();
        assert!(cause.is::<Error>(), "{act:?}: {cause}");
    }
    let wire = Wire::script([says(LOGGED_IN)]);
    assert!(wait(&wire, Duration::ZERO).unwrap_err().is_timeout());
}

#[test]
fn a_server_that_does_not_say_is_an_error_at_once() {
    for body in [
        r#"{"id":"1","name":"docs"}"#,
        r#"{"id":"1","name":"docs","is_authenticated":null}"#,
        r#"{"id":"1","name":"docs","is_authenticated":"yes"}"#,
    ] {
        let wire = Wire::script([says(body)]);
        let error = wait(&wire, HOUR).unwrap_err();
        assert!(matches!(error, Error::Decode(_)), "{error}");
        assert!(error.to_string().contains("is_authenticated"), "{error}");
        assert_eq!(wire.seen().len(), 1);
    }
}

#[test]
fn a_response_that_will_not_get_better_ends_it_at_once() {
    let wire = Wire::script([Act::Send(b"no http at all\r\n\r\n".to_vec())]);
    let error = wait(&wire, HOUR).unwrap_err();
    assert!(error.to_string().contains("not valid HTTP"), "{error}");
    assert_eq!(wire.seen().len(), 1);
}

#[test]
fn what_does_not_pass_ends_it_at_once() {
    for status in [401, 403, 404, 422] {
        let wire = Wire::script([Act::Send(response(status, "{}"))]);
        assert_eq!(wait(&wire, HOUR).unwrap_err().status(), Some(status));
        assert_eq!(wire.seen().len(), 1);
    }
}
