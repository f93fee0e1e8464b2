//! A listing resumes from `remaining()`, in another process too, and misses nothing.

use std::sync::{Arc, Mutex};

use crate::pagination::{cursor, failing_once, names, queries, server, three_pages};
use crate::support::random::Random;
use crate::support::wire::{Wire, respond};
use crate::support::{client, page};
use mistral_connectors::{Connector, ConnectorsClient, ListConnectors, Result};
use serde_json::{Value, json};

/// The rest of a listing as another process reads it.
#[track_caller]
fn saved(rest: Option<ListConnectors>) -> ListConnectors {
    let rest = rest.expect("something is left");
    let text = serde_json::to_string(&rest).unwrap();
    let read: ListConnectors = serde_json::from_str(&text).unwrap();
    assert_eq!(read, rest, "{text}");
    read
}

/// The names of the next connectors.
#[track_caller]
fn take(listing: &mut impl Iterator<Item = Result<Connector>>, count: usize) -> Vec<String> {
    let connectors = listing.take(count);
    connectors
        .map(|connector| connector.unwrap().name)
        .collect()
}

// --- nothing is missed

/// Lists in small parts, each resumed from the rest of the one before, until nothing is left.
fn list_in_parts(client: &ConnectorsClient, random: &mut Random) -> Vec<String> {
    let (mut rest, mut seen) = (Some(ListConnectors::new()), Vec::new());
    while rest.is_some() {
        let mut connectors = client.list_with(&saved(rest));
        let part = connectors.by_ref().take(random.below(5) as usize);
        seen.extend(part.filter_map(Result::ok).map(|connector| connector.name));
        rest = connectors.remaining();
        if random.one_in(3) {
            let Some(begun) = rest else { break };
            let mut pages = client.list_with(&saved(Some(begun))).pages();
            if let Some(Ok(page)) = pages.next() {
                seen.extend(page.into_iter().map(|connector| connector.name));
            }
            rest = pages.remaining();
        }
    }
    seen
}

#[test]
fn a_listing_in_parts_misses_nothing_in_any_layout_of_pages() {
    for seed in 0..60 {
        let mut random = Random(seed);
        let (mut pages, mut all) = (Vec::new(), Vec::new());
        for _ in 0..=random.below(6) {
            let size = random.below(4) as usize;
            let names: Vec<_> = (all.len()..all.len() + size)
                .map(|n| format!("n{n}"))
                .collect();
            all.extend(names.clone());
            pages.push(names);
        }
        // Some requests fail.
        let period = 2 + random.below(6) as usize;
        let wire = Wire::serve(move |number, request| {
            if number % period == 1 {
                return respond(403, &json!({"detail": "not now"}));
            }
            let at = cursor(request.line()).map_or(0, |cursor| cursor.parse().unwrap());
            let next = (at + 1).to_string();
            let next = Some(next.as_str()).filter(|_| at + 1 < pages.len());
            let names: Vec<_> = pages[at].iter().map(String::as_str).collect();
            respond(200, &page(&names, next))
        });
        let seen = list_in_parts(&client(wire.base_url()), &mut random);
        assert_eq!(seen, all, "seed {seed}");
    }
}

/// A server with these connectors in pages of two. A cursor names the last connector of its page.
fn changing() -> (Wire, Arc<Mutex<Vec<&'static str>>>) {
    let names = Arc::new(Mutex::new(vec!["b", "d", "f", "h", "j"]));
    let shared = Arc::clone(&names);
    let wire = server(move |cursor| {
        let names = shared.lock().unwrap();
        let after = |name: &&str| Some(*name) > cursor;
        let rest: Vec<_> = names.iter().copied().filter(after).collect();
        let shown = &rest[..rest.len().min(2)];
        page(shown, shown.last().copied().filter(|_| rest.len() > 2))
    });
    (wire, names)
}

#[test]
fn connectors_that_are_created_or_deleted_meanwhile_hide_no_others() {
    type Change = fn(&mut Vec<&'static str>);
    let changes: [(&str, Change); 5] = [
        ("the last one seen is deleted", |all| {
            all.retain(|name| *name != "f");
        }),
        ("the one before is deleted", |all| {
            all.retain(|name| *name != "d");
        }),
        ("all that were seen are deleted", |all| {
            all.retain(|name| *name > "f");
        }),
        ("one is created at the start", |all| all.insert(0, "a")),
        ("one is created in the same page", |all| all.insert(2, "e")),
    ];
    for (case, change) in changes {
        let (wire, all) = changing();
        let client = client(wire.base_url());
        let mut connectors = client.list();
        // Into the middle of the second page.
        assert_eq!(take(&mut connectors, 3), ["b", "d", "f"]);
        let rest = saved(connectors.remaining());
        change(&mut all.lock().unwrap());
        assert_eq!(names(client.list_with(&rest)), ["h", "j"], "{case}");
    }
}

#[test]
fn if_the_last_connector_seen_is_deleted_its_page_is_listed_again() {
    let (wire, all) = changing();
    let client = client(wire.base_url());
    let mut connectors = client.list();
    assert_eq!(take(&mut connectors, 1), ["b"]);
    let rest = saved(connectors.remaining());
    *all.lock().unwrap() = vec!["a", "d", "f"];
    assert_eq!(names(client.list_with(&rest)), ["a", "d", "f"]);
}

// --- what the rest is

#[test]
fn before_the_first_next_the_rest_is_the_whole_listing() {
    let client = client("http://127.0.0.1:1");
    let options = ListConnectors::new().page_size(2).active(true).cursor("2");
    for options in [ListConnectors::new(), options] {
        let connectors = client.list_with(&options);
        assert_eq!(connectors.remaining(), Some(options.clone()));
        assert_eq!(connectors.pages().remaining(), Some(options));
    }
}

#[test]
fn nothing_is_left_after_the_last_connector_or_page() {
    let wire = server(three_pages);
    let client = client(wire.base_url());
    let mut connectors = client.list();
    // The last page is known to be the last one, so nothing has to be requested.
    assert_eq!(take(&mut connectors, 5).len(), 5);
    assert_eq!(connectors.remaining(), None);
    assert!(connectors.next().is_none());
    assert_eq!(connectors.remaining(), None);
    let mut pages = client.list().pages();
    assert_eq!(pages.by_ref().take(3).count(), 3);
    assert_eq!(pages.remaining(), None);
}

#[test]
fn the_rest_of_pages_starts_with_the_next_page() {
    let wire = server(three_pages);
    let options = ListConnectors::new().page_size(2);
    let mut pages = client(wire.base_url()).list_with(&options).pages();
    pages.next().unwrap().unwrap();
    assert_eq!(saved(pages.remaining()), options.cursor("2"));
}

#[test]
fn after_an_error_the_rest_starts_with_what_could_not_be_read() {
    let wire = failing_once();
    let options = ListConnectors::new().active(true);
    let mut connectors = client(wire.base_url()).list_with(&options);
    assert_eq!(connectors.by_ref().filter(Result::is_ok).count(), 2);
    let rest = saved(connectors.remaining());
    assert_eq!(rest, options.cursor("2"));

    let wire = failing_once();
    let mut pages = client(wire.base_url()).list().pages();
    assert_eq!(pages.by_ref().filter(Result::is_ok).count(), 1);
    let rest = saved(pages.remaining());
    assert_eq!(rest, ListConnectors::new().cursor("2"));

    // A resumed listing whose first page fails keeps its place in that page.
    let wire = failing_once();
    let client = client(wire.base_url());
    let mut connectors = client.list();
    assert_eq!(take(&mut connectors, 1), ["a"]);
    let mut resumed = client.list_with(&saved(connectors.remaining()));
    assert!(resumed.next().unwrap().is_err());
    let rest = saved(resumed.remaining());
    assert_eq!(names(client.list_with(&rest)), ["b", "c", "d", "e"]);
}

#[test]
fn the_rest_can_be_listed_by_pages_and_page_by_page() {
    let wire = server(three_pages);
    let client = client(wire.base_url());
    let mut connectors = client.list();
    assert_eq!(take(&mut connectors, 3), ["a", "b", "c"]);
    let rest = saved(connectors.remaining());
    let pages = client.list_with(&rest).pages();
    let sizes = pages.map(|page| page.unwrap().items.len());
    assert_eq!(sizes.collect::<Vec<_>>(), [1, 1]);
    assert_eq!(client.list_page(&rest).unwrap().items[0].name, "d");
    // With another cursor, a page is read from its start.
    let page = client.list_page(&rest.cursor("2")).unwrap();
    assert_eq!(page.items[0].name, "c");
}

#[test]
fn the_rest_has_the_same_filters_and_page_size_and_sends_nothing_else() {
    let wire = server(three_pages);
    let client = client(wire.base_url());
    let options = ListConnectors::new()
        .page_size(7)
        .supports_mcp(false)
        .filter("new", "x y");
    let mut connectors = client.list_with(&options);
    assert_eq!(take(&mut connectors, 1), ["a"]);
    let rest = saved(connectors.remaining());
    assert_eq!(client.list_with(&rest).count(), 4);
    let queries = queries(&wire);
    let second = queries[0].replace("page_size=7", "page_size=7&cursor=2");
    assert_eq!(
        queries[..3],
        [queries[0].clone(), queries[0].clone(), second]
    );
}

// --- the options as JSON

#[test]
fn options_are_written_as_they_were_set() {
    let new = ListConnectors::new;
    for (options, want) in [
        (new(), json!({})),
        (
            new().page_size(2).cursor("c"),
            json!({"page_size": 2, "cursor": "c"}),
        ),
        (
            new()
                .supports_mcp(true)
                .filter("new", json!({"a": [null]}))
                .filter("after", Value::Null),
            json!({"filter": {"supports_mcp": true, "new": {"a": [null]}, "after": null}}),
        ),
    ] {
        assert_eq!(serde_json::to_value(&options).unwrap(), want);
        let read: ListConnectors = serde_json::from_value(want).unwrap();
        assert_eq!(read, options);
    }
    for same_as_new in [
        json!({"page_size": null, "cursor": null, "after": null, "filter": null}),
        json!({"cursor": ""}),
    ] {
        let read: ListConnectors = serde_json::from_value(same_as_new).unwrap();
        assert_eq!(read, new());
    }
}

#[test]
fn unknown_fields_and_values_of_an_unexpected_type_are_errors_that_name_the_field() {
    for (value, want) in [
        (
            json!({"page_size": 2, "cursr": "c"}),
            "unknown field `cursr`",
        ),
        (json!({"active": true}), "unknown field `active`"),
        (json!({"page_size": "2"}), "field `page_size`"),
        (json!({"page_size": -1}), "field `page_size`"),
        (json!({"page_size": 4_294_967_296_u64}), "field `page_size`"),
        (json!({"cursor": 7}), "field `cursor`"),
        (json!({"after": 7}), "field `after`"),
        (json!({"filter": []}), "field `filter`"),
        (json!([]), "invalid type"),
    ] {
        let read: serde_json::Result<ListConnectors> = serde_json::from_value(value.clone());
        let error = read.unwrap_err().to_string();
        assert!(error.contains(want), "{value}: {error}");
    }
}
