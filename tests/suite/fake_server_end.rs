//! Dropping a fake server ends its connections and delays immediately.

use std::io::BufRead;
use std::net::TcpStream;
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use crate::fake_server_http::{Connection, LONG, get_docs, server};
use serde_json::json;

#[test]
fn a_delayed_request_ends_when_its_server_is_dropped() {
    let server = server();
    server.when("GET", "/v1/connectors/*").delay(LONG).pass();
    let mut delayed = Connection::open(&server);
    delayed.send(get_docs(&server));
    let client = server.client();
    let (sender, failed) = mpsc::channel();
    thread::spawn(move || sender.send(client.get("docs").unwrap_err()));
    while server.requests().len() < 2 {
        thread::yield_now();
    }
    let begin = Instant::now();
    drop(server);
    delayed.assert_closed();
    let error = failed.recv_timeout(LONG / 2).unwrap();
    // The retries of the client are refused.
    assert!(error.is_connect(), "{error}");
    assert!(begin.elapsed() < LONG / 4, "{:?}", begin.elapsed());
}

#[test]
fn an_idle_connection_ends_when_its_server_is_dropped() {
    let server = server();
    let mut idle = Connection::open(&server);
    assert_eq!(idle.send(get_docs(&server)).response().status, 200);
    let mut unused = Connection::open(&server);
    drop(server);
    idle.assert_closed();
    unused.assert_closed();
}

#[test]
fn a_response_that_nobody_reads_does_not_hold_up_the_drop() {
    let server = server();
    let body = json!("x".repeat(20_000_000));
    server.when("GET", "/v1/connectors/*").answer(200, body);
    let mut connection = Connection::open(&server);
    connection.send(get_docs(&server));
    // The first bytes are here, and the server waits until there is room for the others.
    assert!(!connection.0.fill_buf().unwrap().is_empty());
    let begin = Instant::now();
    drop(server);
    assert!(begin.elapsed() < LONG / 4, "{:?}", begin.elapsed());
}

#[test]
fn later_connections_are_refused() {
    let server = server();
    let url = server.base_url();
    let address = url.strip_prefix("http://").unwrap().to_owned();
    TcpStream::connect(&address).unwrap();
    drop(server);
    let error = TcpStream::connect(&address).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionRefused);
}
