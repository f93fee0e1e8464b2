//! Listings end: after a time limit, if their cursors repeat or are too long, and if all pages are
//! empty.

use std::time::{Duration, Instant};

use crate::pagination::{last_error, names, queries, server, three_pages};
use crate::support::wire::{Act, Wire, respond};
use crate::support::{builder, client, page};
use mistral_connectors::testing::FakeServer;
use mistral_connectors::{Error, ListConnectors, Result};
use serde_json::json;

// --- time limits

#[test]
fn a_limit_of_zero_is_a_timeout_before_the_first_request() {
    let wire = server(three_pages);
    let listing = || client(wire.base_url()).list();
    let mut connectors = listing().within(Duration::ZERO);
    assert!(last_error(connectors.by_ref()).is_timeout());
    assert_eq!(connectors.remaining(), Some(ListConnectors::new()));
    assert!(last_error(listing().pages().within(Duration::ZERO)).is_timeout());
    assert!(last_error(listing().within(Duration::ZERO).pages()).is_timeout());
    assert_eq!(wire.connections(), 0);
}

#[test]
fn a_huge_limit_does_not_end_a_listing() {
    let wire = server(three_pages);
    for limit in [Duration::MAX, Duration::from_secs(u64::MAX / 2)] {
        let listing = client(wire.base_url()).list().within(limit);
        assert_eq!(names(listing).len(), 5, "{limit:?}");
    }
}

#[test]
fn a_limit_ends_a_listing_whose_server_stays_silent() {
    let wire = Wire::script([respond(200, &three_pages(None)), Act::Silence]);
    let client = builder(wire.base_url()).timeout(Duration::from_secs(600));
    let listing = client.build().unwrap().list();
    let started = Instant::now();
    let mut connectors = listing.within(Duration::from_secs(2));
    assert_eq!(connectors.by_ref().take(2).filter(Result::is_ok).count(), 2);
    assert!(last_error(connectors.by_ref()).is_timeout());
    assert!(started.elapsed() < Duration::from_secs(60));
    let rest = ListConnectors::new().cursor("2");
    assert_eq!(connectors.remaining(), Some(rest));
}

#[test]
fn a_limit_counts_from_the_first_request() {
    let wire = Wire::script([Act::Silence, respond(200, &three_pages(Some("3")))]);
    let client = builder(wire.base_url()).timeout(Duration::from_secs(600));
    let client = client.build().unwrap();
    let [first, second] = [(); 2].map(|()| client.list().within(Duration::from_secs(2)));
    assert!(last_error(first).is_timeout());
    // The limit has passed since the second listing was made.
    assert_eq!(names(second), ["e"]);
}

#[test]
fn a_limit_covers_all_pages_together() {
    let server = FakeServer::start();
    for _ in 0..200 {
        server.add(json!({}));
    }
    let delay = Duration::from_millis(400);
    server.when("GET", "/v1/connectors").delay(delay).pass();
    let options = ListConnectors::new().page_size(1);
    let listing = server.client().list_with(&options);
    // Each page is in time. All of them together would take 80 seconds.
    let error = last_error(listing.within(Duration::from_secs(2)));
    assert!(error.is_timeout(), "{error}");
    assert!(server.requests().len() < 100);
}

#[test]
fn a_page_obeys_the_timeout_of_the_client_within_a_longer_limit() {
    let wire = Wire::script([Act::Silence]);
    let client = builder(wire.base_url()).timeout(Duration::from_millis(200));
    let listing = client.build().unwrap().list();
    let started = Instant::now();
    assert!(last_error(listing.within(Duration::from_secs(600))).is_timeout());
    assert!(started.elapsed() < Duration::from_secs(60));
}

// --- cursors and empty pages

/// Pages from 0 on. The first `tail` pages come once, and the next `length` pages again and again.
fn looping(tail: usize, length: usize, items: &'static [&'static str]) -> Wire {
    server(move |cursor| {
        let at: usize = cursor.map_or(0, |cursor| cursor.parse().unwrap());
        let next = if at + 1 < tail + length { at + 1 } else { tail };
        page(items, Some(&next.to_string()))
    })
}

#[test]
fn repeated_cursors_are_an_error() {
    for (tail, length, items) in [(1, 1, &["a"] as &[_]), (2, 5, &["a"]), (7, 2, &[])] {
        let wire = looping(tail, length, items);
        let client = client(wire.base_url());
        for error in [last_error(client.list()), last_error(client.list().pages())] {
            assert!(matches!(error, Error::Pagination(_)), "{error}");
            assert!(error.to_string().contains("cursors repeat"), "{error}");
        }
        let requests = wire.lines().len();
        assert!(requests >= 2 * (tail + length), "{requests}");
        assert!(requests <= 6 * (tail + length), "{requests}");
    }
}

#[test]
fn the_first_cursor_counts_among_the_repeated_ones() {
    let wire = server(|_| page(&["a"], Some("here")));
    let options = ListConnectors::new().cursor("here");
    let error = last_error(client(wire.base_url()).list_with(&options));
    assert!(matches!(error, Error::Pagination(_)), "{error}");
    assert_eq!(queries(&wire), ["?cursor=here"]);
}

#[test]
fn a_thousand_empty_pages_in_a_row_are_an_error() {
    let wire = server(|cursor| {
        let at: usize = cursor.map_or(0, |cursor| cursor.parse().unwrap());
        page(&[], Some(&(at + 1).to_string()))
    });
    let mut connectors = client(wire.base_url()).list();
    let error = last_error(connectors.by_ref());
    assert!(matches!(error, Error::Pagination(_)), "{error}");
    assert!(error.to_string().contains("1000 empty pages"), "{error}");
    assert_eq!(wire.lines().len(), 1000);
    let rest = ListConnectors::new().cursor("1000");
    assert_eq!(connectors.remaining(), Some(rest));
}

#[test]
fn fewer_empty_pages_in_a_row_are_not_an_error() {
    let wire = server(|cursor| {
        let at: usize = cursor.map_or(0, |cursor| cursor.parse().unwrap());
        let next = (at + 1).to_string();
        let items: &[&str] = if at % 1000 == 999 { &["a"] } else { &[] };
        page(items, Some(next.as_str()).filter(|_| at < 1999))
    });
    assert_eq!(names(client(wire.base_url()).list()), ["a", "a"]);
}

/// The longest cursor, in bytes.
const LONGEST: usize = 8 * 1024;

#[test]
fn a_next_cursor_above_8_kib_is_an_error_after_its_page() {
    for cursor in ["x".repeat(LONGEST + 1), "é".repeat(LONGEST / 2 + 1)] {
        let wire = Wire::script([respond(200, &page(&["docs"], Some(&cursor)))]);
        let client = client(wire.base_url());
        let mut connectors = client.list();
        assert_eq!(connectors.next().unwrap().unwrap().name, "docs");
        for error in [last_error(connectors), last_error(client.list().pages())] {
            assert!(matches!(error, Error::Pagination(_)), "{error}");
            let text = error.to_string();
            assert!(text.contains(&cursor.len().to_string()), "{text}");
            assert!(text.len() < 500, "{text}");
        }
        assert_eq!(wire.lines().len(), 2);
    }
}

#[test]
fn a_page_with_a_cursor_above_8_kib_is_not_requested() {
    let wire = server(|_| page(&[], None));
    let client = client(wire.base_url());
    let options = ListConnectors::new().cursor("x".repeat(LONGEST + 1));
    let error = client.list_page(&options).unwrap_err();
    assert!(matches!(error, Error::Pagination(_)), "{error}");
    assert_eq!(wire.connections(), 0);
    // The longest cursor is sent, even if each of its characters is escaped.
    for cursor in ["x".repeat(LONGEST), "%".repeat(LONGEST)] {
        let options = ListConnectors::new().cursor(cursor);
        client.list_page(&options).unwrap();
    }
    assert_eq!(wire.lines().len(), 2);
}
