//! A connector for one job is gone after it, however the job ends.

use std::panic;
use std::time::Duration;

use crate::support::wire::{Act, Wire, response};
use crate::support::{builder, connector, docs};
use mistral_connectors::testing::FakeServer;
use mistral_connectors::{ConnectorsClient, Result};

#[test]
fn it_is_there_for_the_block_and_gone_after_it() {
    let server = FakeServer::start();
    {
        let docs = server.client().create_ephemeral(&docs()).unwrap();
        assert_eq!(server.client().get(&docs.id).unwrap(), *docs);
    }
    assert!(server.connectors().is_empty());
}

#[test]
fn it_is_gone_after_an_error() {
    fn job(client: &ConnectorsClient) -> Result<()> {
        let _docs = client.create_ephemeral(&docs())?;
        client.get("not there")?;
        Ok(())
    }
    let server = FakeServer::start();
    assert!(job(&server.client()).unwrap_err().is_not_found());
    assert!(server.connectors().is_empty());
}

#[test]
fn it_is_gone_after_a_panic() {
    let server = FakeServer::start();
    let client = server.client();
    let result = panic::catch_unwind(move || {
        let _docs = client.create_ephemeral(&docs()).unwrap();
        panic::resume_unwind(Box::new("the job went wrong"));
    });
    assert_eq!(
        result.unwrap_err().downcast_ref(),
        Some(&"the job went wrong")
    );
    assert!(server.connectors().is_empty());
}

#[test]
fn it_can_be_kept() {
    let server = FakeServer::start();
    let kept = server.client().create_ephemeral(&docs()).unwrap().keep();
    assert_eq!(server.connectors(), [kept]);
}

#[test]
fn deleting_it_reports_what_came_of_it() {
    let server = FakeServer::start();
    let docs_now = || server.client().create_ephemeral(&docs()).unwrap();
    assert!(!docs_now().delete().unwrap().message.is_empty());
    assert!(server.connectors().is_empty());
    let other = docs_now();
    server.client().delete(&other.id).unwrap();
    server.clear_requests();
    assert!(other.delete().unwrap_err().is_not_found());
    // And there it ends.
    assert_eq!(server.requests().len(), 1);
}

/// A server that does this with deletions.
fn server(deletion: Act) -> Wire {
    Wire::serve(move |_, incoming| match incoming.line() {
        "POST /v1/connectors" => Act::Send(response(201, &connector().to_string())),
        _ => deletion.clone(),
    })
}

#[test]
fn a_drop_tries_once() {
    for deletion in [
        Act::Send(response(503, "{}")),
        Act::Send(response(429, "{}")),
    ] {
        let wire = server(deletion);
        let client = builder(wire.base_url()).build().unwrap();
        drop(client.create_ephemeral(&docs()).unwrap());
        assert_eq!(wire.seen().len(), 2);
    }
}

#[test]
fn a_drop_ends_within_the_clients_limit_if_that_is_short() {
    let wire = server(Act::Silence);
    let client = builder(wire.base_url()).build().unwrap();
    let impatient = client.with_timeout(Duration::from_secs(2));
    drop(impatient.create_ephemeral(&docs()).unwrap());
    assert_eq!(wire.seen().len(), 2);
}

#[test]
fn it_prints_like_the_connector() {
    let server = FakeServer::start();
    let docs = server.client().create_ephemeral(&docs()).unwrap();
    assert!(format!("{docs:?}").contains("EphemeralConnector(Connector {"));
}
