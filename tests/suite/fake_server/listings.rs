//! Listings of the fake server's connectors: pages, filters, cursors.

use std::panic::catch_unwind;

use super::{names, places, raw};
use mistral_connectors::ListConnectors;
use mistral_connectors::testing::FakeServer;
use serde_json::json;

fn with_connectors(count: usize) -> FakeServer {
    let server = FakeServer::start();
    for _ in 0..count {
        server.add(json!({"active": true, "supports_mcp": true}));
    }
    server
}

/// A server with an active connector, `on`, and an inactive one, `off`.
fn on_and_off() -> FakeServer {
    let server = FakeServer::start();
    server.add(json!({"name": "on", "active": true}));
    server.add(json!({"name": "off", "active": false}));
    server
}

#[track_caller]
fn page_sizes(server: &FakeServer, options: &ListConnectors) -> Vec<usize> {
    let pages = server.client().list_with(options).pages();
    pages.map(|page| page.unwrap().items.len()).collect()
}

// --- pages

#[test]
fn pages_have_the_requested_size() {
    let server = with_connectors(5);
    for (page_size, want) in [
        (1, vec![1; 5]),
        (2, vec![2, 2, 1]),
        (5, vec![5]),
        (6, vec![5]),
    ] {
        let options = ListConnectors::new().page_size(page_size);
        assert_eq!(page_sizes(&server, &options), want, "{page_size}");
        let page = server.client().list_page(&options).unwrap();
        assert_eq!(page.pagination.page_size, Some(page_size.into()));
    }
}

#[test]
fn without_a_page_size_the_one_of_the_server_counts() {
    let server = with_connectors(102);
    let all = ListConnectors::new();
    assert_eq!(page_sizes(&server, &all), [100, 2]);
    server.page_size(40);
    assert_eq!(page_sizes(&server, &all), [40, 40, 22]);
    let own = ListConnectors::new().page_size(60);
    assert_eq!(page_sizes(&server, &own), [60, 42]);
}

#[test]
fn tools_have_pages_of_100_as_clients_expect() {
    let server = FakeServer::start();
    let tool = |number| json!({"name": format!("t{number}")});
    let tools: Vec<_> = (0..102).map(tool).collect();
    server.add(json!({"name": "wiki", "tools": tools}));
    server.page_size(2);
    assert_eq!(server.client().list_tools("wiki").unwrap().len(), 102);
    for (query, want) in [("", 100), ("?page=2", 2), ("?page_size=3", 3)] {
        let target = format!("/v1/connectors/wiki/tools{query}");
        let (_, tools) = raw(&server, "GET", &target, "");
        assert_eq!(tools.as_array().unwrap().len(), want, "{query}");
    }
}

#[test]
fn an_empty_server_has_one_empty_page() {
    let server = FakeServer::start();
    let page = server.client().list_page(&ListConnectors::new()).unwrap();
    assert!(page.items.is_empty());
    assert_eq!(page.next_cursor(), None);
}

#[test]
fn page_sizes_are_from_1_to_1000() {
    let server = FakeServer::start();
    for (page_size, good) in [(0, false), (1, true), (1000, true), (1001, false)] {
        let set = catch_unwind(|| server.page_size(page_size));
        assert_eq!(set.is_ok(), good, "{page_size}");
        let target = format!("/v1/connectors?page_size={page_size}");
        let response = raw(&server, "GET", &target, "");
        if good {
            assert_eq!(response.0, 200, "{page_size}");
        } else {
            assert_eq!(places(response), ["query.page_size"], "{page_size}");
        }
    }
    for text in ["-1", "x", "1.5", ""] {
        let target = format!("/v1/connectors?page_size={text}");
        let response = raw(&server, "GET", &target, "");
        assert_eq!(places(response), ["query.page_size"], "{text}");
    }
}

#[test]
fn a_program_that_deletes_what_it_lists_misses_none() {
    let server = with_connectors(7);
    let client = server.client();
    for connector in client.list_with(&ListConnectors::new().page_size(2)) {
        client.delete(&connector.unwrap().id).unwrap();
    }
    assert_eq!(server.connectors(), []);
}

// --- filters

#[test]
fn a_filter_lists_only_what_fits() {
    let server = FakeServer::start();
    for connector in [
        json!({"name": "a", "active": true, "supports_mcp": true}),
        json!({"name": "b", "active": true, "supports_mcp": false}),
        json!({"name": "c", "active": false, "supports_mcp": true}),
        json!({"name": "d"}),
    ] {
        server.add(connector);
    }
    let all = ListConnectors::new;
    for (options, want) in [
        (all(), &["a", "b", "c", "d"][..]),
        (all().active(true), &["a", "b"]),
        (all().active(false), &["c"]),
        (all().supports_mcp(true), &["a", "c"]),
        (all().supports_mcp(false), &["b"]),
        (all().active(true).supports_mcp(true), &["a"]),
        (all().active(false).supports_mcp(false), &[]),
    ] {
        assert_eq!(names(&server.client(), &options), want, "{options:?}");
        let small = options.clone().page_size(1);
        assert_eq!(names(&server.client(), &small), want, "{options:?}");
    }
}

#[test]
fn a_filter_is_understood_in_every_encoding() {
    let server = on_and_off();
    for (query, want) in [
        ("active=true", "on"),
        ("query_filters=%7B%22active%22%3Atrue%7D", "on"),
        ("query_filters=%7B%22active%22%3Atrue%7D&active=true", "on"),
        ("query_filters=%7B%22active%22%3A+true%7D", "on"),
        // FastAPI reads booleans in many forms.
        ("active=True", "on"),
        ("active=1", "on"),
        ("active=yes", "on"),
        ("active=0", "off"),
        ("active=OFF", "off"),
    ] {
        let (_, body) = raw(&server, "GET", &format!("/v1/connectors?{query}"), "");
        assert_eq!(body["items"].as_array().unwrap().len(), 1, "{query}");
        assert_eq!(body["items"][0]["name"], want, "{query}");
    }
}

#[test]
fn a_filter_that_is_not_a_boolean_is_refused() {
    let server = FakeServer::start();
    for (query, want) in [
        ("active=maybe", "query.active"),
        ("supports_mcp=1.5", "query.supports_mcp"),
        ("query_filters=active", "query.query_filters"),
        (
            "query_filters=%7B%22active%22%3A7%7D",
            "query.query_filters",
        ),
    ] {
        let response = raw(&server, "GET", &format!("/v1/connectors?{query}"), "");
        assert_eq!(places(response), [want], "{query}");
    }
}

// --- cursors

#[test]
fn a_cursor_is_valid_only_with_its_filter() {
    let server = with_connectors(3);
    let client = server.client();
    let plain = ListConnectors::new().page_size(1);
    let filters = [
        plain.clone(),
        plain.clone().active(true),
        plain.clone().supports_mcp(true),
        plain.active(true).supports_mcp(true),
    ];
    for (from, options) in filters.iter().enumerate() {
        let page = client.list_page(options).unwrap();
        let cursor = page.next_cursor().unwrap();
        for (to, options) in filters.iter().enumerate() {
            let page = client.list_page(&options.clone().cursor(cursor));
            if from == to {
                assert_eq!(page.unwrap().items.len(), 1);
            } else {
                assert_eq!(page.unwrap_err().status(), Some(400), "{from} {to}");
            }
        }
    }
}

#[test]
fn an_invented_cursor_is_refused() {
    let server = FakeServer::start();
    for cursor in ["x", "1", "-1.0", "1.", ".1", "99999999999999999999.0"] {
        let options = ListConnectors::new().cursor(cursor);
        let error = server.client().list_page(&options).unwrap_err();
        assert_eq!(error.status(), Some(400), "{cursor}: {error}");
    }
}
