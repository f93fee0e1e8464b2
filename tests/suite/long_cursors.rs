//! A server cannot make a request of ours as long as it likes: cursors above 8 KiB are refused.

use crate::support::wire::{Act, Wire, response};
use crate::support::{client, page};
use mistral_connectors::{ConnectorsClient, Error, ListConnectors};

const LONGEST: usize = 8 * 1024;

/// A server whose only page has one connector and this cursor of the next page.
fn server(cursor: &str) -> Wire {
    let page = page(&["docs"], Some(cursor));
    Wire::script([Act::Send(response(200, &page.to_string()))])
}

fn listing(client: &ConnectorsClient) -> mistral_connectors::Connectors {
    client.list()
}

#[test]
fn a_cursor_above_8_kib_ends_a_listing_with_an_error_after_its_page() {
    for cursor in [
        "x".repeat(LONGEST + 1),
        "x".repeat(60_000),
        "é".repeat(LONGEST / 2 + 1),
    ] {
        let wire = server(&cursor);
        let mut connectors = listing(&client(wire.base_url()));
        assert_eq!(connectors.next().unwrap().unwrap().name, "docs");
        let error = connectors.next().unwrap().unwrap_err();
        assert!(matches!(error, Error::Pagination(_)), "{error}");
        let text = error.to_string();
        assert!(
            text.contains(&cursor.len().to_string()) && text.len() < 500,
            "{text}"
        );
        assert!(connectors.next().is_none());
        assert_eq!(wire.seen().len(), 1);
    }
}

#[test]
fn the_pages_of_a_listing_end_with_the_same_error() {
    let wire = server(&"x".repeat(60_000));
    let mut pages = listing(&client(wire.base_url())).pages();
    assert_eq!(pages.next().unwrap().unwrap().items.len(), 1);
    let error = pages.next().unwrap().unwrap_err();
    assert!(matches!(error, Error::Pagination(_)), "{error}");
    assert!(pages.next().is_none());
    assert_eq!(wire.seen().len(), 1);
}

#[test]
fn a_page_is_not_asked_for_with_a_cursor_above_8_kib() {
    let wire = server("");
    let client = client(wire.base_url());
    let long = ListConnectors::new().cursor("x".repeat(LONGEST + 1));
    let error = client.list_page(&long).unwrap_err();
    assert!(matches!(error, Error::Pagination(_)), "{error}");
    assert_eq!(wire.connections(), 0);
    // The longest one is sent, escaped too.
    for cursor in ["x".repeat(LONGEST), "%".repeat(LONGEST)] {
        client
            .list_page(&ListConnectors::new().cursor(cursor))
            .unwrap();
    }
    assert_eq!(wire.seen().len(), 2);
}
