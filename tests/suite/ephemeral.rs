//! An ephemeral connector is deleted when it is dropped.

use std::panic;
use std::time::{Duration, Instant};

use crate::support::wire::{Act, Wire, respond};
use crate::support::{builder, connector, docs};
use mistral_connectors::testing::FakeServer;
use mistral_connectors::{ConnectorsClient, Result};
use serde_json::json;

#[test]
fn it_exists_until_the_end_of_the_block() {
    let server = FakeServer::start();
    {
        let docs = server.client().create_ephemeral(&docs()).unwrap();
        assert_eq!(server.client().get(&docs.id).unwrap(), *docs);
    }
    assert!(server.connectors().is_empty());
}

#[test]
fn it_is_deleted_if_the_block_returns_an_error() {
    fn job(client: &ConnectorsClient) -> Result<()> {
        let _docs = client.create_ephemeral(&docs())?;
        client.get("missing")?;
        Ok(())
    }
    let server = FakeServer::start();
    assert!(job(&server.client()).unwrap_err().is_not_found());
    assert!(server.connectors().is_empty());
}

#[test]
fn it_is_deleted_if_the_block_panics() {
    let server = FakeServer::start();
    let client = server.client();
    let result = panic::catch_unwind(move || {
        let _docs = client.create_ephemeral(&docs()).unwrap();
        panic::resume_unwind(Box::new("the job failed"));
    });
    assert_eq!(result.unwrap_err().downcast_ref(), Some(&"the job failed"));
    assert!(server.connectors().is_empty());
}

#[test]
fn keep_returns_the_connector_and_does_not_delete_it() {
    let server = FakeServer::start();
    let connector = server.client().create_ephemeral(&docs()).unwrap().keep();
    assert_eq!(server.connectors(), [connector]);
}

#[test]
fn delete_returns_its_result_and_the_drop_does_not_try_again() {
    let server = FakeServer::start();
    let create = || server.client().create_ephemeral(&docs()).unwrap();
    assert!(!create().delete().unwrap().message.is_empty());
    assert!(server.connectors().is_empty());
    let deleted_by_others = create();
    server.client().delete(&deleted_by_others.id).unwrap();
    server.clear_requests();
    assert!(deleted_by_others.delete().unwrap_err().is_not_found());
    assert_eq!(server.requests().len(), 1);
}

/// A server that does this with every deletion.
fn server(deletion: Act) -> Wire {
    Wire::serve(move |_, request| match request.line() {
        "POST /v1/connectors" => respond(201, &connector()),
        _ => deletion.clone(),
    })
}

#[test]
fn a_drop_tries_once() {
    for status in [429, 503] {
        let wire = server(respond(status, &json!({})));
        let client = builder(wire.base_url()).build().unwrap();
        drop(client.create_ephemeral(&docs()).unwrap());
        assert_eq!(wire.lines().len(), 2, "{status}");
    }
}

#[test]
fn a_drop_takes_at_most_five_seconds_or_the_timeout_of_the_client() {
    for (timeout, at_most) in [(600_000, 60_000), (1_500, 4_500)] {
        let wire = server(Act::Silence);
        let client = builder(wire.base_url()).timeout(Duration::from_millis(timeout));
        let docs = client.build().unwrap().create_ephemeral(&docs()).unwrap();
        let started = Instant::now();
        drop(docs);
        let elapsed = started.elapsed();
        assert!(elapsed < Duration::from_millis(at_most), "{elapsed:?}");
        assert_eq!(wire.lines().len(), 2);
    }
}

#[test]
fn it_prints_like_the_connector() {
    let server = FakeServer::start();
    let docs = server.client().create_ephemeral(&docs()).unwrap();
    assert!(format!("{docs:?}").contains("connector: Connector {"));
}
