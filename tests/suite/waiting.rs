//! Waiting for a login ends in time, with the connector or with a reason.

use std::error::Error as _;
use std::time::Duration;

use crate::support::client;
use crate::support::wire::{Act, Wire, answer};
use mistral_connectors::Error;

const SOON: Duration = Duration::from_millis(40);

fn says(body: &str) -> Act {
    Act::Send(answer(200, body))
}

const LOGGED_IN: &str = r#"{"id":"1","name":"docs","is_authenticated":true}"#;
const NOT_YET: &str = r#"{"id":"1","name":"docs","is_authenticated":false}"#;

#[test]
fn a_user_who_is_logged_in_already_is_not_waited_for() {
    let wire = Wire::script([says(LOGGED_IN)]);
    let hour = Duration::from_secs(3600);
    let connector = client(wire.base_url()).wait_until_authenticated("docs", hour);
    assert_eq!(connector.unwrap().name, "docs");
    assert_eq!(
        wire.seen()[0].line(),
        "GET /v1/connectors/docs?fetch_user_data=true"
    );
}

#[test]
fn nobody_who_logs_in_is_a_timeout_that_says_what_to_do() {
    let wire = Wire::script([says(NOT_YET)]);
    let error = client(wire.base_url()).wait_until_authenticated("docs", SOON);
    let error = error.unwrap_err();
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
    let wire = Wire::script([Act::Send(answer(503, "{}")), says(NOT_YET)]);
    let error = client(wire.base_url()).wait_until_authenticated("docs", SOON);
    let error = error.unwrap_err();
    assert_eq!(error.attempts(), wire.seen().len() as u32, "{error}");
    assert_eq!(error.attempts(), 2, "{error}");
}

#[test]
fn it_ends_in_time_whatever_the_server_does() {
    for act in [
        Act::Silence,
        Act::Reset,
        Act::Stall(b"HTTP/1.1 200 OK\r\n".to_vec()),
        Act::Send(answer(503, "{}")),
        Act::Send(answer(429, "{}")),
    ] {
        let wire = Wire::script([act.clone()]);
        let error = client(wire.base_url()).wait_until_authenticated("docs", SOON);
        let error = error.unwrap_err();
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
    let error = client(wire.base_url()).wait_until_authenticated("docs", Duration::ZERO);
    assert!(error.unwrap_err().is_timeout());
}

#[test]
fn a_server_that_does_not_say_is_an_error_at_once() {
    for body in [
        r#"{"id":"1","name":"docs"}"#,
        r#"{"id":"1","name":"docs","is_authenticated":null}"#,
        r#"{"id":"1","name":"docs","is_authenticated":"yes"}"#,
    ] {
        let wire = Wire::script([says(body)]);
        let hour = Duration::from_secs(3600);
        let error = client(wire.base_url()).wait_until_authenticated("docs", hour);
        let error = error.unwrap_err();
        assert!(matches!(error, Error::Decode(_)), "{error}");
        assert!(error.to_string().contains("is_authenticated"), "{error}");
        assert_eq!(wire.seen().len(), 1);
    }
}

#[test]
fn an_answer_that_will_not_get_better_ends_it_at_once() {
    let wire = Wire::script([Act::Send(b"no http at all\r\n\r\n".to_vec())]);
    let hour = Duration::from_secs(3600);
    let error = client(wire.base_url()).wait_until_authenticated("docs", hour);
    assert!(error.unwrap_err().to_string().contains("not valid HTTP"));
    assert_eq!(wire.seen().len(), 1);
}

#[test]
fn what_does_not_pass_ends_it_at_once() {
    for status in [401, 403, 404, 422] {
        let wire = Wire::script([Act::Send(answer(status, "{}"))]);
        let hour = Duration::from_secs(3600);
        let error = client(wire.base_url()).wait_until_authenticated("docs", hour);
        assert_eq!(error.unwrap_err().status(), Some(status));
        assert_eq!(wire.seen().len(), 1);
    }
}
