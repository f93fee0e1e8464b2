//! Every call ends in time, whatever the server does. A broken promise shows as a test that hangs.

use std::error::Error as _;
use std::net::TcpListener;
use std::time::Duration;

use crate::support::wire::{Act, Wire, response};
use crate::support::{CONNECTOR, ID, builder, docs};
use mistral_connectors::{ConnectorsClient, CreateConnector, ListConnectors};

const SOON: Duration = Duration::from_millis(40);

/// For servers that must get to do something first, on the slowest of machines.
const LATER: Duration = Duration::from_millis(500);

fn client(wire: &Wire, timeout: Duration) -> ConnectorsClient {
    builder(wire.base_url()).timeout(timeout).build().unwrap()
}

/// Servers that begin an answer and never end it.
fn endless() -> Vec<(&'static str, Act)> {
    let drip = |text: &str| Act::Drip(text.as_bytes().to_vec());
    vec![
        ("silence", Act::Silence),
        ("a dripping status line", drip("HTTP/1.1 200 O")),
        ("a dripping header", drip("HTTP/1.1 200 OK\r\nx: y")),
        (
            "a dripping body",
            drip("HTTP/1.1 200 OK\r\ncontent-length: 999999\r\n\r\n "),
        ),
        (
            "a dripping body without length",
            drip("HTTP/1.1 200 OK\r\n\r\n "),
        ),
        (
            "a dripping chunk",
            drip("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nfffff\r\n "),
        ),
        (
            "a dripping chunk size",
            drip("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0"),
        ),
        (
            "a dripping chunk extension",
            drip("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5;a=b"),
        ),
        (
            "a dripping trailer",
            drip("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\nx: y"),
        ),
        (
            "a dripping 100",
            drip("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 O"),
        ),
    ]
}

#[test]
fn an_answer_that_never_ends_is_a_timeout() {
    for (name, act) in endless() {
        let wire = Wire::script([act]);
        let error = client(&wire, SOON).get("docs").unwrap_err();
        assert!(error.is_timeout(), "{name}: {error}");
        let cause = error.source().unwrap().to_string();
        assert!(cause.contains("in time"), "{name}: {cause}");
        assert!(error.hint().unwrap().contains("timeout"), "{name}: {error}");
    }
}

#[test]
fn a_write_that_timed_out_says_that_it_may_have_happened() {
    let wire = Wire::script([Act::Silence]);
    let error = client(&wire, LATER).create(&docs()).unwrap_err();
    assert!(error.is_timeout());
    assert!(
        error.to_string().contains("may have been carried out"),
        "{error}"
    );
    assert_eq!(wire.seen().len(), 1);
}

#[test]
fn attempts_share_one_limit() {
    let wire = Wire::script([Act::Send(response(503, "{}")), Act::Silence]);
    let error = client(&wire, LATER).get("docs").unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(error.attempts(), 2);
}

#[test]
fn both_requests_of_a_create_that_is_asked_for_its_protocol_share_one_limit() {
    let asks = r#"{"detail":"protocol is missing"}"#;
    let wire = Wire::script([Act::Send(response(422, asks)), Act::Silence]);
    let error = client(&wire, LATER).create(&docs()).unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(error.attempts(), 2);
}

#[test]
fn a_server_that_does_not_read_is_a_timeout() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let client = builder(address).timeout(SOON).build().unwrap();
    let large = CreateConnector::new("docs", "x".repeat(32 * 1024 * 1024), "https://docs.example");
    let error = client.create(&large).unwrap_err();
    assert!(error.is_timeout(), "{error}");
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
#[test]
fn a_handshake_that_never_ends_is_a_timeout_of_connecting() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("https://{}", listener.local_addr().unwrap());
    let of_its_own = builder(&address).connect_timeout(SOON).max_retries(1);
    let of_the_call = builder(&address).timeout(LATER);
    // In what is left of its call, another attempt would not do.
    for (builder, attempts) in [(of_its_own, 2), (of_the_call, 1)] {
        let error = builder.build().unwrap().get("docs").unwrap_err();
        assert!(error.is_timeout() && error.is_connect(), "{error}");
        assert_eq!(error.attempts(), attempts, "{error}");
        let text = error.to_string();
        assert!(text.contains(": timed out connecting ("), "{text}");
        assert_eq!(
            error.source().unwrap().to_string(),
            "connecting took too long"
        );
    }
}

#[test]
fn a_limit_of_zero_is_a_timeout_before_anything_is_sent() {
    let wire = Wire::script([Act::Send(response(200, CONNECTOR))]);
    let client = builder(wire.base_url())
        .build()
        .unwrap()
        .with_timeout(Duration::ZERO);
    let error = client.create(&docs()).unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert!(!error.to_string().contains("carried out"), "{error}");
    assert_eq!(
        error.source().unwrap().to_string(),
        "no time was left to connect"
    );
    let error = client.delete(ID).unwrap_err();
    assert!(!error.to_string().contains("carried out"), "{error}");
    assert_eq!(wire.connections(), 0);
}

#[test]
fn with_timeout_changes_the_limit_and_shares_the_pool() {
    let wire = Wire::serve(|_, incoming| match incoming.line() {
        "GET /v1/connectors/slow" => Act::Silence,
        _ => Act::Send(response(200, CONNECTOR)),
    });
    let patient = builder(wire.base_url()).build().unwrap();
    patient.get("docs").unwrap();
    let impatient = patient.with_timeout(SOON);
    impatient.get("docs").ok();
    assert_eq!(wire.connections(), 1);
    assert!(impatient.get("slow").unwrap_err().is_timeout());
    patient.get("docs").unwrap();
}

#[test]
fn a_listing_has_the_limit_for_each_page() {
    let page = r#"{"items":[],"pagination":{"next_cursor":"c"}}"#;
    let wire = Wire::script([Act::Send(response(200, page)), Act::Silence]);
    let mut pages = client(&wire, LATER).list().pages();
    assert!(pages.next().unwrap().is_ok());
    assert!(pages.next().unwrap().unwrap_err().is_timeout());
    assert!(pages.next().is_none());
    assert_eq!(pages.remaining(), Some(ListConnectors::new().cursor("c")));
}

#[test]
fn a_call_after_a_timeout_works() {
    for (name, act) in endless() {
        let wire = Wire::serve(move |_, incoming| match incoming.line() {
            "GET /v1/connectors/docs" => Act::Send(response(200, CONNECTOR)),
            _ => act.clone(),
        });
        let client = builder(wire.base_url()).max_retries(0).build().unwrap();
        client.with_timeout(SOON).delete(ID).unwrap_err();
        assert_eq!(client.get("docs").unwrap().name, "docs", "{name}");
    }
}

#[test]
fn limits_too_long_for_the_clock_are_no_limits() {
    for limit in [
        Duration::MAX,
        Duration::from_secs(u64::MAX),
        Duration::from_secs(u64::MAX / 2),
    ] {
        // With a failure first, since the time left decides about another attempt.
        let act = |number| match number % 2 {
            0 => Act::Send(response(503, "{}")),
            _ => Act::Send(response(200, CONNECTOR)),
        };
        let wire = Wire::serve(move |number, _| act(number));
        let client = builder(wire.base_url())
            .timeout(limit)
            .connect_timeout(limit)
            .build()
            .unwrap();
        client.get("docs").unwrap();
        client.with_timeout(limit).get("docs").unwrap();
    }
}
