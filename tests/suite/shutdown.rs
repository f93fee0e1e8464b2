//! `shutdown` ends all calls in flight, on every clone and in every thread, and refuses new ones.

use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::wire::{Act, Wire, response};
use crate::support::{CONNECTOR, builder, docs};
use mistral_connectors::{ConnectorsClient, Error, ListConnectors, Result};

/// Calls that would last ten minutes have to end within this time.
const SOON: Duration = Duration::from_secs(60);

/// A server that does this with every request, and a channel with a message for each request.
fn server(act: Act) -> (Wire, Receiver<()>) {
    let (sender, receiver) = channel();
    let wire = Wire::serve(move |_, _| {
        let _ = sender.send(());
        act.clone()
    });
    (wire, receiver)
}

fn patient(wire: &Wire) -> ConnectorsClient {
    let ten_minutes = Duration::from_secs(600);
    let builder = builder(wire.base_url()).timeout(ten_minutes);
    builder.build().unwrap()
}

#[track_caller]
fn assert_shut_down<T: std::fmt::Debug>(result: Result<T>) -> Error {
    let error = result.unwrap_err();
    assert!(matches!(error, Error::Transport(_)), "{error}");
    assert!(error.to_string().contains("shut down"), "{error}");
    assert!(!error.is_timeout() && !error.is_transient(), "{error}");
    error
}

/// The result of a call that is in flight on a clone in another thread during the shutdown.
fn shut_down_during<T: Send>(act: Act, call: fn(&ConnectorsClient) -> Result<T>) -> Result<T> {
    let (wire, in_flight) = server(act);
    let client = patient(&wire);
    let clone = client.clone();
    let started = Instant::now();
    let result = thread::scope(|scope| {
        let call = scope.spawn(move || call(&clone));
        in_flight.recv_timeout(SOON).unwrap();
        client.shutdown();
        call.join().unwrap()
    });
    assert!(started.elapsed() < SOON);
    result
}

#[test]
fn a_call_in_flight_ends_with_a_transport_error() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{".to_vec();
    for act in [Act::Silence, Act::Stall(head.clone()), Act::Drip(head)] {
        let error = assert_shut_down(shut_down_during(act, |client| client.get("docs")));
        assert!(!error.may_have_happened(), "{error}");
    }
}

#[test]
fn a_write_in_flight_may_have_happened() {
    let created = shut_down_during(Act::Silence, |client| client.create(&docs()));
    assert!(assert_shut_down(created).may_have_happened());
}

#[test]
fn new_calls_on_any_clone_fail_at_once_and_send_nothing() {
    let (wire, _requests) = server(Act::Send(response(200, CONNECTOR)));
    let client = patient(&wire);
    let clones = [
        client.clone(),
        client.with_timeout(Duration::from_secs(300)),
    ];
    // There is a pooled connection.
    client.get("docs").unwrap();
    client.shutdown();
    client.shutdown();
    for client in clones.iter().chain([&client]) {
        assert_shut_down(client.get("docs"));
        let created = assert_shut_down(client.create(&docs()));
        assert!(!created.may_have_happened(), "{created}");
        let mut connectors = client.list();
        assert_shut_down(connectors.next().unwrap());
        assert_eq!(connectors.remaining(), Some(ListConnectors::new()));
    }
    assert_eq!((wire.lines().len(), wire.connections()), (1, 1));
}

#[test]
fn other_clients_go_on() {
    let (wire, _requests) = server(Act::Send(response(200, CONNECTOR)));
    let (client, other) = (patient(&wire), patient(&wire));
    client.shutdown();
    assert_eq!(other.get("docs").unwrap().name, "docs");
}
