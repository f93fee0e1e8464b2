//! One client for many threads.

use std::thread;

use crate::support::builder;
use crate::support::wire::{Act, Wire, answer};
use mistral_connectors::testing::FakeServer;
use mistral_connectors::{CreateConnector, ListConnectors, UpdateConnector};

#[test]
fn ten_threads_share_a_client_through_a_storm_and_get_their_own_answers() {
    let wire = Wire::serve(|number, incoming| {
        let name = incoming.line().rsplit('/').next().unwrap();
        let whole = answer(200, &format!(r#"{{"id":"{name}","name":"{name}"}}"#));
        match number % 7 {
            0 => Act::Reset,
            1 => Act::SendAndClose(whole[..whole.len() - 3].to_vec()),
            2 => Act::Send(answer(503, "{}")),
            3 => Act::SendAndClose(whole),
            4 => Act::SendAndClose(vec![]),
            _ => Act::Send(whole),
        }
    });
    let client = builder(wire.base_url()).max_retries(100).build().unwrap();
    thread::scope(|scope| {
        for thread in 0..10 {
            let client = client.clone();
            scope.spawn(move || {
                for call in 0..30 {
                    let name = format!("{thread}-{call}");
                    assert_eq!(client.get(&name).unwrap().name, name);
                }
            });
        }
    });
}

#[test]
fn ten_threads_work_on_one_server() {
    let server = FakeServer::start();
    let client = server.client();
    thread::scope(|scope| {
        for thread in 0..10 {
            let client = &client;
            scope.spawn(move || {
                let name = format!("connector_{thread}");
                let wanted = CreateConnector::new(&name, "", "https://docs.example/mcp");
                let id = client.create(&wanted).unwrap().id;
                let change = UpdateConnector::new().description(&name);
                assert_eq!(client.update(&id, &change).unwrap().description, name);
                if thread % 2 == 0 {
                    client.delete(&id).unwrap();
                }
            });
        }
    });
    assert_eq!(
        client
            .list(ListConnectors::new())
            .map(Result::unwrap)
            .count(),
        5
    );
}

#[test]
fn a_listing_can_go_to_another_thread_and_outlive_its_client() {
    let server = FakeServer::start();
    server.add(serde_json::json!({"name": "docs"}));
    let listing = server.client().list(ListConnectors::new());
    let names = thread::spawn(move || listing.map(|connector| connector.unwrap().name).collect());
    let names: Vec<String> = names.join().unwrap();
    assert_eq!(names, ["docs"]);
}
