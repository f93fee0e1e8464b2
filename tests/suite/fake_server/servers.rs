//! Fake servers are independent, do the same in every run, serve many threads, and leave nothing
//! behind when they are dropped.

use std::io::{BufRead, ErrorKind};
use std::net::TcpStream;
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use super::{Connection, LONG, create, get_docs, server};
use crate::support;
use mistral_connectors::UpdateConnector;
use mistral_connectors::testing::FakeServer;
use serde_json::json;

#[test]
fn servers_are_independent() {
    let (one, two) = (FakeServer::start(), FakeServer::start());
    assert_ne!(one.base_url(), two.base_url());
    create(&one.client(), "docs");
    one.fail_next(1, 404);
    assert!(two.client().get("docs").unwrap_err().is_not_found());
    create(&two.client(), "docs");
    assert_eq!((one.requests().len(), two.requests().len()), (1, 2));
    // The client of one cannot use the other by mistake.
    let stranger = support::builder(two.base_url()).api_key(one.api_key());
    let error = stranger.build().unwrap().get("docs").unwrap_err();
    assert!(error.is_unauthorized(), "{error}");
}

#[test]
fn ids_and_times_are_the_same_in_every_run() {
    let run = || {
        let server = FakeServer::start();
        let client = server.client();
        create(&client, "docs");
        let mail = create(&client, "mail");
        let update = UpdateConnector::new().title("x");
        client.update(&mail, &update).unwrap();
        server.connectors()
    };
    let connectors = run();
    assert_eq!(connectors, run());
    assert_eq!(connectors[0].id, "a1b2c3d4-5678-90ab-cdef-000000000001");
    let created = connectors[0].created_at.as_deref();
    assert_eq!(created, Some("2026-02-24T10:30:00Z"));
    assert_ne!(connectors[0].id, connectors[1].id);
    assert_ne!(connectors[1].created_at, connectors[1].modified_at);
}

#[test]
fn thirty_two_threads_with_a_hundred_calls_each_get_their_own_responses_and_no_record_is_lost() {
    let server = FakeServer::start();
    let client = server.client();
    thread::scope(|scope| {
        for thread in 0..32 {
            let client = &client;
            scope.spawn(move || {
                for number in 0..25 {
                    let name = format!("c-{thread}-{number}");
                    let id = create(client, &name);
                    assert_eq!(client.get(&name).unwrap().id, id);
                    let update = UpdateConnector::new().description(&name);
                    assert_eq!(client.update(&id, &update).unwrap().description, name);
                    client.delete(&id).unwrap();
                }
            });
        }
    });
    assert_eq!(server.connectors(), []);
    let requests = server.requests();
    assert_eq!(requests.len(), 3200);
    for thread in 0..32 {
        let prefix = format!("/v1/connectors/c-{thread}-");
        let gets = requests
            .iter()
            .filter_map(|request| request.path.strip_prefix(&prefix));
        // In the order in which the thread has sent them.
        let numbers: Vec<_> = (0..25).map(|number| number.to_string()).collect();
        assert_eq!(gets.collect::<Vec<_>>(), numbers);
    }
}

// --- the end

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
fn a_response_that_the_client_does_not_read_does_not_hold_up_the_drop() {
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
fn connections_to_a_dropped_server_are_refused() {
    let server = server();
    let client = server.client();
    client.get("docs").unwrap();
    let url = server.base_url();
    drop(server);
    let error = TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    // A client that outlives its server says the same.
    let error = client.get("docs").unwrap_err();
    assert!(error.is_connect(), "{error}");
    assert!(error.to_string().contains("refused"), "{error}");
}
