//! Listings are lazy, complete and in order.

use crate::support::wire::{Wire, respond};
use crate::support::{client, exchange, page};
use mistral_connectors::testing::FakeServer;
use mistral_connectors::{ConnectorPage, Connectors, Error, ListConnectors, Result};
use serde_json::{Value, json};

/// A server whose pages are a function of the cursor.
pub(crate) fn server(page: impl Fn(Option<&str>) -> Value + Send + Sync + 'static) -> Wire {
    Wire::serve(move |_, request| respond(200, &page(cursor(request.line()))))
}

pub(crate) fn cursor(line: &str) -> Option<&str> {
    let mut parameters = line.split(['?', '&']);
    parameters.find_map(|parameter| parameter.strip_prefix("cursor="))
}

/// Three pages: a and b, c and d, e.
pub(crate) fn three_pages(cursor: Option<&str>) -> Value {
    match cursor {
        None => page(&["a", "b"], Some("2")),
        Some("2") => page(&["c", "d"], Some("3")),
        Some("3") => page(&["e"], None),
        Some(other) => panic!("{other}"),
    }
}

/// Fails the second request with 403, and sends one of the three pages otherwise.
pub(crate) fn failing_once() -> Wire {
    Wire::serve(|number, request| match number {
        1 => respond(403, &json!({"detail": "not now"})),
        _ => respond(200, &three_pages(cursor(request.line()))),
    })
}

/// The queries of the requests so far.
pub(crate) fn queries(wire: &Wire) -> Vec<String> {
    let lines = wire.lines().into_iter();
    lines
        .map(|line| line.replace("GET /v1/connectors", ""))
        .collect()
}

/// The names in a listing, up to its end.
#[track_caller]
pub(crate) fn names(listing: Connectors) -> Vec<String> {
    listing.map(|connector| connector.unwrap().name).collect()
}

/// The number of connectors in each page.
#[track_caller]
fn sizes(listing: Connectors) -> Vec<usize> {
    let pages = listing.pages();
    pages.map(|page| page.unwrap().items.len()).collect()
}

/// The listing's last item, which has to be an error.
#[track_caller]
pub(crate) fn last_error<T>(listing: impl Iterator<Item = Result<T>>) -> Error {
    let mut listing = listing.skip_while(Result::is_ok);
    let error = listing.next().expect("an error").err().unwrap();
    assert!(listing.next().is_none(), "an item after {error}");
    error
}

// --- lazy and in order

#[test]
fn a_listing_sends_nothing_before_the_first_next() {
    let wire = server(three_pages);
    let options = ListConnectors::new().page_size(2);
    drop(client(wire.base_url()).list_with(&options).pages());
    assert_eq!(wire.connections(), 0);
}

#[test]
fn a_page_is_requested_only_when_its_first_connector_is_needed() {
    let wire = server(three_pages);
    for (taken, requests) in [(1, 1), (2, 1), (3, 2), (5, 3)] {
        let before = wire.lines().len();
        let connectors = client(wire.base_url()).list();
        assert_eq!(connectors.take(taken).count(), taken);
        assert_eq!(wire.lines().len() - before, requests, "{taken}");
    }
}

#[test]
fn connectors_and_pages_come_in_the_order_of_the_api() {
    let wire = server(three_pages);
    let listing = client(wire.base_url()).list();
    assert_eq!(names(listing), ["a", "b", "c", "d", "e"]);
    assert_eq!(queries(&wire), ["", "?cursor=2", "?cursor=3"]);
    assert_eq!(sizes(client(wire.base_url()).list()), [2, 2, 1]);
}

#[test]
fn a_listing_outlives_its_client_and_can_move_to_another_thread() {
    let wire = server(three_pages);
    let listing = client(wire.base_url()).list();
    let listed = std::thread::spawn(move || names(listing)).join();
    assert_eq!(listed.unwrap().len(), 5);
}

#[test]
fn pages_of_a_started_listing_continue_with_the_next_page() {
    let wire = server(three_pages);
    let mut connectors = client(wire.base_url()).list();
    assert_eq!(connectors.next().unwrap().unwrap().name, "a");
    let mut pages = connectors.pages();
    assert_eq!(pages.next().unwrap().unwrap().items[0].name, "c");
}

#[test]
fn pages_can_be_requested_one_by_one() {
    let wire = server(three_pages);
    let (mut options, mut names) = (ListConnectors::new(), Vec::new());
    loop {
        let page = client(wire.base_url()).list_page(&options).unwrap();
        names.extend(page.iter().map(|connector| connector.name.clone()));
        match page.next_cursor() {
            Some(cursor) => options = options.cursor(cursor),
            None => break,
        }
    }
    assert_eq!(names, ["a", "b", "c", "d", "e"]);
}

// --- where a listing ends

#[test]
fn a_missing_null_or_empty_cursor_marks_the_last_page() {
    for (pagination, want) in [
        (json!({"next_cursor": "c"}), Some("c")),
        (json!({"page_size": 100}), None),
        (json!({"next_cursor": null}), None),
        (json!({"next_cursor": ""}), None),
        (json!(null), None),
    ] {
        let body = json!({"items": [{"id": "1", "name": "a"}], "pagination": pagination});
        let page: ConnectorPage = serde_json::from_value(body.clone()).unwrap();
        assert_eq!(page.next_cursor(), want, "{pagination}");
        if want.is_none() {
            let wire = server(move |_| body.clone());
            assert_eq!(names(client(wire.base_url()).list()), ["a"]);
            assert_eq!(wire.lines().len(), 1, "{pagination}");
        }
    }
}

#[test]
fn an_empty_page_is_not_the_last_one_if_it_has_a_next_cursor() {
    let wire = server(|cursor| match cursor {
        None => page(&[], Some("2")),
        Some("2") => page(&["a"], Some("3")),
        Some("3") => json!({"items": null, "pagination": {"next_cursor": "4"}}),
        Some("4") => json!({"pagination": {"next_cursor": "5"}}),
        _ => page(&["b"], None),
    });
    let client = client(wire.base_url());
    assert_eq!(names(client.list()), ["a", "b"]);
    assert_eq!(sizes(client.list()), [0, 1, 0, 0, 1]);
}

#[test]
fn a_listing_is_fused() {
    let wire = server(three_pages);
    let client = client(wire.base_url());
    let (mut connectors, mut pages) = (client.list(), client.list().pages());
    assert_eq!(connectors.by_ref().count(), 5);
    assert_eq!(pages.by_ref().count(), 3);
    for _ in 0..3 {
        assert!(connectors.next().is_none() && pages.next().is_none());
    }
    assert_eq!(wire.lines().len(), 6);
}

#[test]
fn an_error_is_the_last_item_of_a_listing() {
    let wire = failing_once();
    let error = last_error(client(wire.base_url()).list());
    assert_eq!(error.status(), Some(403));
    assert_eq!(wire.lines().len(), 2);
    let wire = failing_once();
    last_error(client(wire.base_url()).list().pages());
    assert_eq!(wire.lines().len(), 2);
}

#[test]
fn the_cursor_and_the_items_of_a_page_are_not_guessed() {
    for body in [
        json!({"items": [], "pagination": {"next_cursor": 7}}),
        json!({"items": [], "pagination": {"next_cursor": {"after": "a"}}}),
        json!({"items": [], "pagination": "none"}),
        json!({"items": [], "pagination": []}),
        json!({"items": {}, "pagination": {}}),
        json!({"items": "none"}),
        json!({"items": [{"id": "1"}]}),
        json!({}),
        json!([]),
        json!(null),
    ] {
        let wire = Wire::script([respond(200, &body)]);
        let error = last_error(client(wire.base_url()).list());
        assert!(matches!(error, Error::Decode(_)), "{body}: {error}");
        let text = error.to_string();
        assert!(text.contains("is not a page of connectors"), "{text}");
    }
}

// --- the requests

#[test]
fn every_page_is_requested_with_the_same_options() {
    let new = ListConnectors::new;
    // With what precedes the cursor and what follows it.
    for (options, before, after) in [
        (new(), "", ""),
        (new().page_size(0), "page_size=0", ""),
        (new().page_size(u32::MAX), "page_size=4294967295", ""),
        // Filters are sent in both encodings.
        (
            new().active(false),
            "",
            "active=false&query_filters=%7B%22active%22%3Afalse%7D",
        ),
        (
            new().supports_mcp(true).active(true).page_size(2),
            "page_size=2",
            "active=true&supports_mcp=true&query_filters=\
             %7B%22active%22%3Atrue%2C%22supports_mcp%22%3Atrue%7D",
        ),
    ] {
        let wire = server(three_pages);
        let listing = client(wire.base_url()).list_with(&options);
        assert_eq!(names(listing).len(), 5, "{options:?}");
        let want = ["", "cursor=2", "cursor=3"].map(|cursor| {
            let mut parts = vec![before, cursor, after];
            parts.retain(|part| !part.is_empty());
            let query = parts.join("&");
            if query.is_empty() {
                query
            } else {
                format!("?{query}")
            }
        });
        assert_eq!(queries(&wire), want);
    }
}

#[test]
fn filters_of_any_name_and_type_are_sent_in_both_encodings() {
    for (value, plain, in_json) in [
        (json!("a b&c"), "a b&c", r#"{"new":"a b&c"}"#),
        (json!("7"), "7", r#"{"new":"7"}"#),
        (json!(""), "", r#"{"new":""}"#),
        (json!(1.5), "1.5", r#"{"new":1.5}"#),
        (json!(null), "null", r#"{"new":null}"#),
        (
            json!({"in": ["é", 1]}),
            r#"{"in":["é",1]}"#,
            r#"{"new":{"in":["é",1]}}"#,
        ),
    ] {
        let server = FakeServer::start();
        let options = ListConnectors::new().filter("new", value.clone());
        // The fake server may refuse the filter, but records the request.
        let _ = server.client().list_page(&options);
        let want = [("new", plain), ("query_filters", in_json)];
        let want = want.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(server.requests()[0].query, want, "{value}");
    }
    let options = ListConnectors::new().filter("active", false).active(true);
    assert_eq!(options, ListConnectors::new().active(true));
}

#[test]
fn a_listing_starts_at_the_cursor_and_an_empty_cursor_is_the_first_page() {
    let wire = server(three_pages);
    let client = client(wire.base_url());
    let options = ListConnectors::new().cursor("2");
    assert_eq!(names(client.list_with(&options)), ["c", "d", "e"]);
    assert_eq!(names(client.list_with(&options.cursor(""))).len(), 5);
    assert_eq!(queries(&wire)[..3], ["?cursor=2", "?cursor=3", ""]);
}

#[test]
fn a_cursor_is_encoded_and_arrives_unchanged() {
    let path = "/v1/connectors?cursor=a%20b%2Bc%2Fd%3De%26f%3Fg%23h%2520%C3%A9%22%27";
    let options = ListConnectors::new().cursor("a b+c/d=e&f?g#h%20é\"'");
    exchange(("GET", path), None, &page(&[], None), |client| {
        client.list_page(&options)
    });
}
