//! Fake servers are independent, do the same in every run, and are used by many threads.

use crate::fake_server::create;
use crate::support;
use mistral_connectors::testing::FakeServer;
use mistral_connectors::{ListConnectors, UpdateConnector};
use serde_json::json;

#[test]
fn servers_are_independent() {
    let (one, two) = (FakeServer::start(), FakeServer::start());
    assert_ne!(one.base_url(), two.base_url());
    create(&one.client(), "docs");
    one.fail_next(1, 404);
    assert!(two.client().get("docs").unwrap_err().is_not_found());
    create(&two.client(), "docs");
    assert_eq!(one.requests().len(), 1);
    assert_eq!(two.requests().len(), 2);
}

#[test]
fn a_new_server_is_empty() {
    for _ in 0..20 {
        let server = FakeServer::start();
        assert!(server.requests().is_empty());
        assert!(server.connectors().is_empty());
        server.add(json!({"name": "docs"}));
        server.fail_next(5, 500);
    }
}

#[test]
fn ids_and_times_are_the_same_in_every_run() {
    let run = || {
        let server = FakeServer::start();
        let client = server.client();
        create(&client, "docs");
        let mail = create(&client, "mail");
        client
            .update(&mail, &UpdateConnector::new().title("x"))
            .unwrap();
        let connectors = client.list();
        connectors.map(Result::unwrap).collect::<Vec<_>>()
    };
    let connectors = run();
    assert_eq!(connectors, run());
    assert_eq!(connectors[0].id, "a1b2c3d4-5678-90ab-cdef-000000000001");
    assert_eq!(
        connectors[0].created_at.as_deref(),
        Some("2026-02-24T10:30:00Z")
    );
    assert_ne!(connectors[0].id, connectors[1].id);
    assert_ne!(connectors[1].created_at, connectors[1].modified_at);
}

#[test]
fn its_address_is_a_loopback_address() {
    let server = FakeServer::start();
    let url = server.base_url();
    assert!(url.starts_with("http://127.0.0.1:"), "{url}");
}

#[test]
fn thirty_two_threads_with_a_hundred_calls_each_get_their_own_responses_and_no_record_is_lost() {
    let server = FakeServer::start();
    let client = server.client();
    std::thread::scope(|scope| {
        for thread in 0..32 {
            let client = &client;
            scope.spawn(move || {
                for number in 0..25 {
                    let name = format!("c-{thread}-{number}");
                    let id = create(client, &name);
                    assert_eq!(client.get(&name).unwrap().id, id);
                    let change = UpdateConnector::new().description(&name);
                    assert_eq!(client.update(&id, &change).unwrap().description, name);
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

#[test]
fn a_client_of_one_server_cannot_use_another() {
    let (server, other) = (FakeServer::start(), FakeServer::start());
    assert_ne!(server.api_key(), other.api_key());
    let stranger = support::builder(other.base_url())
        .api_key(server.api_key())
        .build()
        .unwrap();
    assert!(stranger.get("docs").unwrap_err().is_unauthorized());
}

#[test]
fn any_number_of_servers_can_be_started() {
    let servers: Vec<_> = (0..60).map(|_| FakeServer::start()).collect();
    assert!(
        servers
            .iter()
            .all(|server| server.client().get("docs").unwrap_err().is_not_found())
    );
}

#[test]
#[should_panic(expected = "1000 is not a final status of HTTP")]
fn a_failure_needs_a_status_that_exists() {
    FakeServer::start().fail_next(1, 1000);
}
