//! Every call ends in time, whatever the server does. A broken promise shows as a test that hangs.

use std::error::Error as _;
use std::net::TcpListener;
use std::time::Duration;

use crate::support::wire::{Act, Wire, response};
use crate::support::{CONNECTOR, ID, builder, docs};
use mistral_connectors::{ConnectorsClient, CreateConnector};

const SHORT: Duration = Duration::from_millis(40);

/// For servers that have to do something first, on the slowest of machines.
const LONGER: Duration = Duration::from_secs(1);

fn client(wire: &Wire, timeout: Duration) -> ConnectorsClient {
    builder(wire.base_url()).timeout(timeout).build().unwrap()
}

/// Responses that begin and never end.
fn endless() -> Vec<(&'static str, Act)> {
    let drip = |text: &str| Act::Drip(text.as_bytes().to_vec());
    let chunks = |text| {
        drip(&format!(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{text}"
        ))
    };
    vec![
        ("silence", Act::Silence),
        ("status line", drip("HTTP/1.1 200 O")),
        ("header", drip("HTTP/1.1 200 OK\r\nx: y")),
        (
            "body",
            drip("HTTP/1.1 200 OK\r\ncontent-length: 999999\r\n\r\n "),
        ),
        ("body without length", drip("HTTP/1.1 200 OK\r\n\r\n ")),
        ("chunk", chunks("fffff\r\n ")),
        ("chunk size", chunks("0")),
        ("chunk extension", chunks("5;a=b")),
        ("trailer", chunks("0\r\nx: y")),
        (
            "interim response",
            drip("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 O"),
        ),
    ]
}

#[test]
fn a_response_that_never_ends_is_a_timeout() {
    for (name, act) in endless() {
        let wire = Wire::script([act]);
        let error = client(&wire, SHORT).get("docs").unwrap_err();
        assert!(error.is_timeout(), "{name}: {error}");
        let cause = error.source().unwrap().to_string();
        assert!(cause.contains("in time"), "{name}: {cause}");
        assert!(error.hint().unwrap().contains("timeout"), "{name}: {error}");
    }
}

#[test]
fn a_call_after_a_timeout_works() {
    for (name, act) in endless() {
        let wire = Wire::serve(move |_, incoming| match incoming.line() {
            "GET /v1/connectors/docs" => Act::Send(response(200, CONNECTOR)),
            _ => act.clone(),
        });
        let client = builder(wire.base_url()).max_retries(0).build().unwrap();
        client.with_timeout(SHORT).delete(ID).unwrap_err();
        assert_eq!(client.get("docs").unwrap().name, "docs", "{name}");
    }
}

#[test]
fn a_write_that_times_out_may_have_happened() {
    let wire = Wire::script([Act::Silence]);
    let error = client(&wire, LONGER).create(&docs()).unwrap_err();
    assert!(error.is_timeout() && error.may_have_happened(), "{error}");
    assert_eq!(wire.seen().len(), 1);
}

#[test]
fn all_requests_of_a_call_share_one_limit() {
    let lacks_protocol = r#"{"detail":"protocol is missing"}"#;
    for first in [response(429, "{}"), response(422, lacks_protocol)] {
        let wire = Wire::script([Act::Send(first), Act::Silence]);
        let error = client(&wire, LONGER).create(&docs()).unwrap_err();
        assert!(error.is_timeout(), "{error}");
        assert_eq!(wire.seen().len(), 2);
    }
}

#[test]
fn each_page_of_a_listing_has_the_whole_limit() {
    let page = r#"{"items":[],"pagination":{"next_cursor":"c"}}"#;
    let wire = Wire::script([Act::Send(response(200, page)), Act::Silence]);
    let mut pages = client(&wire, LONGER).list().pages();
    assert!(pages.next().unwrap().is_ok());
    assert!(pages.next().unwrap().unwrap_err().is_timeout());
    assert!(pages.next().is_none());
}

#[test]
fn a_server_that_does_not_read_the_request_is_a_timeout() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let client = builder(base_url).timeout(SHORT).build().unwrap();
    let large = CreateConnector::new("docs", "x".repeat(32 * 1024 * 1024), "https://docs.example");
    let error = client.create(&large).unwrap_err();
    assert!(error.is_timeout(), "{error}");
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
#[test]
fn a_handshake_that_never_ends_is_a_timeout_while_connecting() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = format!("https://{}", listener.local_addr().unwrap());
    for builder in [
        builder(&base_url).connect_timeout(SHORT),
        builder(&base_url).timeout(LONGER),
    ] {
        // The time that remains after the first attempt may be too short to begin another one.
        let client = builder.max_retries(0).build().unwrap();
        let started = std::time::Instant::now();
        let error = client.get("docs").unwrap_err();
        assert!(started.elapsed() < Duration::from_secs(20), "{error}");
        assert!(error.is_timeout() && error.is_connect(), "{error}");
        let text = error.to_string();
        assert!(text.contains(": timed out while connecting ("), "{text}");
        let cause = error.source().unwrap().to_string();
        assert_eq!(cause, "connecting took too long");
    }
}

#[test]
fn a_limit_of_zero_is_a_timeout_before_anything_is_sent() {
    let wire = Wire::script([Act::Send(response(200, CONNECTOR))]);
    let client = client(&wire, LONGER).with_timeout(Duration::ZERO);
    for error in [
        client.create(&docs()).unwrap_err(),
        client.delete(ID).unwrap_err(),
    ] {
        assert!(error.is_timeout() && !error.may_have_happened(), "{error}");
        assert_eq!(error.source().unwrap().to_string(), "no time was left");
    }
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
    let impatient = patient.with_timeout(LONGER);
    impatient.get("docs").unwrap();
    assert_eq!(wire.connections(), 1);
    assert!(impatient.get("slow").unwrap_err().is_timeout());
    patient.get("docs").unwrap();
}

#[test]
fn limits_too_long_for_the_clock_are_no_limits() {
    for limit in [Duration::MAX, Duration::from_secs(u64::MAX / 2)] {
        // Whether the call fails after the first response depends on the remaining time.
        let wire = Wire::serve(|number, _| match number % 2 {
            0 => Act::Send(response(503, "{}")),
            _ => Act::Send(response(200, CONNECTOR)),
        });
        let builder = builder(wire.base_url()).timeout(limit);
        let client = builder.connect_timeout(limit).build().unwrap();
        client.get("docs").unwrap();
        client.with_timeout(limit).get("docs").unwrap();
    }
}
