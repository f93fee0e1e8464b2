//! Listings of the fake server's connectors: pages, filters, cursors.

use std::panic::catch_unwind;

use crate::fake_server::{names, places, raw};
use mistral_connectors::ListConnectors;
use mistral_connectors::testing::FakeServer;
use serde_json::json;

#[test]
fn pages_have_the_requested_size() {
    let server = FakeServer::start();
    for _ in 0..5 {
        server.add(json!({}));
    }
    for (page_size, want) in [
        (1, vec![1; 5]),
        (2, vec![2, 2, 1]),
        (5, vec![5]),
        (6, vec![5]),
    ] {
        let options = ListConnectors::new().page_size(page_size);
        let pages = server.client().list_with(&options).pages();
        let sizes: Vec<_> = pages
            .map(|page| {
                let page = page.unwrap();
                assert_eq!(page.pagination.page_size, Some(page_size.into()));
                page.items.len()
            })
            .collect();
        assert_eq!(sizes, want, "{page_size}");
    }
}

#[test]
fn a_page_has_100_connectors_by_default() {
    let server = FakeServer::start();
    for _ in 0..101 {
        server.add(json!({}));
    }
    let page = server.client().list_page(&ListConnectors::new()).unwrap();
    assert_eq!(page.items.len(), 100);
    assert_eq!(page.pagination.page_size, Some(100));
    assert!(page.pagination.next_cursor.is_some());
}

#[test]
fn an_empty_server_has_one_empty_page() {
    let server = FakeServer::start();
    let page = server.client().list_page(&ListConnectors::new()).unwrap();
    assert!(page.items.is_empty());
    assert_eq!(page.pagination.next_cursor, None);
}

#[test]
fn a_page_size_out_of_range_is_refused() {
    let server = FakeServer::start();
    for (page_size, good) in [(0, false), (1, true), (1000, true), (1001, false)] {
        let options = ListConnectors::new().page_size(page_size);
        let result = server.client().list_page(&options);
        assert_eq!(result.is_ok(), good, "{page_size}");
        if let Err(error) = result {
            assert!(error.is_validation(), "{error}");
            assert!(error.to_string().contains("page_size"), "{error}");
        }
    }
    for odd in ["-1", "x", "1.5", ""] {
        let target = format!("/v1/connectors?page_size={odd}");
        let answer = raw(&server, "GET", &target, "");
        assert_eq!(places(answer), ["query.page_size"], "{odd}");
    }
}

#[test]
fn a_filter_leaves_out_the_others() {
    let server = FakeServer::start();
    for (name, active, supports_mcp) in [
        ("a", Some(true), Some(true)),
        ("b", Some(true), Some(false)),
        ("c", Some(false), Some(true)),
        ("d", None, None),
    ] {
        let mut connector = json!({"name": name});
        if let Some(active) = active {
            connector["active"] = json!(active);
        }
        if let Some(supports_mcp) = supports_mcp {
            connector["supports_mcp"] = json!(supports_mcp);
        }
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
        assert_eq!(
            names(&server.client(), options.clone()),
            want,
            "{options:?}"
        );
        let small = options.clone().page_size(1);
        assert_eq!(names(&server.client(), small), want, "{options:?}");
    }
}

#[test]
fn a_filter_is_understood_in_either_encoding() {
    let server = FakeServer::start();
    server.add(json!({"name": "on", "active": true}));
    server.add(json!({"name": "off", "active": false}));
    for query in [
        "active=true",
        "query_filters=%7B%22active%22%3Atrue%7D",
        "query_filters=%7B%22active%22%3Atrue%7D&active=true",
        "query_filters=%7B%22active%22%3A+true%7D",
    ] {
        let target = format!("/v1/connectors?{query}");
        let (status, body) = raw(&server, "GET", &target, "");
        assert_eq!(status, 200, "{query}");
        assert_eq!(body["items"].as_array().unwrap().len(), 1, "{query}");
        assert_eq!(body["items"][0]["name"], "on", "{query}");
    }
}

#[test]
fn a_cursor_is_valid_only_with_its_filter() {
    let server = FakeServer::start();
    for _ in 0..3 {
        server.add(json!({"active": true, "supports_mcp": true}));
    }
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
        let cursor = page.pagination.next_cursor.unwrap();
        for (to, options) in filters.iter().enumerate() {
            let result = client.list_page(&options.clone().cursor(&cursor));
            match result {
                Ok(page) => {
                    assert_eq!(from, to);
                    assert_eq!(page.items.len(), 1);
                }
                Err(error) => {
                    assert_ne!(from, to);
                    assert_eq!(error.status(), Some(400));
                    assert!(error.hint().unwrap().contains("cursor"), "{error}");
                }
            }
        }
    }
}

#[test]
fn a_program_that_deletes_what_it_lists_misses_none() {
    let server = FakeServer::start();
    for _ in 0..7 {
        server.add(json!({}));
    }
    let client = server.client();
    for connector in client.list_with(&ListConnectors::new().page_size(2)) {
        client.delete(&connector.unwrap().id).unwrap();
    }
    assert_eq!(server.connectors(), []);
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
        let answer = raw(&server, "GET", &format!("/v1/connectors?{query}"), "");
        assert_eq!(places(answer), [want], "{query}");
    }
}

#[test]
fn a_made_up_cursor_is_refused() {
    let server = FakeServer::start();
    for cursor in ["x", "1", "-1.0", "1.", ".1", "99999999999999999999.0"] {
        let options = ListConnectors::new().cursor(cursor);
        let error = server.client().list_page(&options).unwrap_err();
        assert_eq!(error.status(), Some(400), "{cursor}: {error}");
    }
}

#[test]
fn the_page_size_of_the_server_counts_if_the_request_has_none() {
    let server = FakeServer::start();
    let tools: Vec<_> = (0..5)
        .map(|number| json!({"name": format!("t{number}")}))
        .collect();
    server.add(json!({"name": "wiki", "tools": tools}));
    for _ in 0..4 {
        server.add(json!({}));
    }
    server.page_size(2);
    let client = server.client();
    let pages = client.list().pages();
    let sizes: Vec<_> = pages.map(|page| page.unwrap().items.len()).collect();
    assert_eq!(sizes, [2, 2, 1]);
    assert_eq!(names(&client, ListConnectors::new()).len(), 5);
    let page = client.list_page(&ListConnectors::new()).unwrap();
    assert_eq!(page.pagination.page_size, Some(2));
    let page = client
        .list_page(&ListConnectors::new().page_size(4))
        .unwrap();
    assert_eq!(page.items.len(), 4);
    for (query, want) in [("", 2), ("?page=3", 1), ("?page_size=3", 3)] {
        let target = format!("/v1/connectors/wiki/tools{query}");
        let (_, tools) = raw(&server, "GET", &target, "");
        assert_eq!(tools.as_array().unwrap().len(), want, "{query}");
    }
}

#[test]
fn the_page_size_of_the_server_has_the_limits_of_the_api() {
    let server = FakeServer::start();
    for (page_size, good) in [(0, false), (1, true), (1000, true), (1001, false)] {
        let set = catch_unwind(|| server.page_size(page_size));
        assert_eq!(set.is_ok(), good, "{page_size}");
    }
}

#[test]
fn booleans_can_be_written_as_fastapi_reads_them() {
    let server = FakeServer::start();
    server.add(json!({"name": "on", "active": true}));
    server.add(json!({"name": "off", "active": false}));
    for (word, want) in [
        ("True", "on"),
        ("1", "on"),
        ("yes", "on"),
        ("0", "off"),
        ("OFF", "off"),
    ] {
        let (_, body) = raw(&server, "GET", &format!("/v1/connectors?active={word}"), "");
        assert_eq!(body["items"][0]["name"], want, "{word}");
    }
}
