//! What the client costs, compared with ureq and serde_json used by hand in the same run.
//!
//! ```sh
//! cargo test --release --test speed -- --ignored --nocapture
//! ```

mod support;

use std::hint::black_box;
use std::time::{Duration, Instant};

use mistral_connectors::{ListConnectors, Result};
use serde::Deserialize;
use support::wire::{Act, Wire, answer};
use support::{KEY, client};

#[derive(Deserialize)]
#[allow(dead_code, reason = "it is decoded, not read")]
struct Connector {
    id: String,
    name: String,
    title: Option<String>,
    description: String,
    created_at: String,
    modified_at: String,
    server: Option<String>,
    protocol: String,
    icon_url: Option<String>,
    owner_id: Option<String>,
    owner_type: String,
    visibility: String,
    creator_id: Option<String>,
    system_prompt: Option<String>,
    active: Option<bool>,
    private_tool_execution: bool,
    mistral: bool,
    is_authenticated: Option<bool>,
    supports_mcp: bool,
}

#[derive(Deserialize)]
struct Page {
    items: Vec<Connector>,
    pagination: Pagination,
}

#[derive(Deserialize)]
struct Pagination {
    next_cursor: Option<String>,
}

const PAGES: usize = 50;

fn serve() -> Wire {
    let connector = |number: usize| {
        serde_json::json!({
            "id": format!("a1b2c3d4-5678-90ab-cdef-{number:012}"),
            "name": format!("connector_{number}"), "title": "A connector",
            "description": "Answers questions about code repositories and their documentation",
            "created_at": "2026-02-24T10:30:00Z", "modified_at": "2026-08-13T08:00:00Z",
            "server": "https://mcp.example.com/mcp", "protocol": "mcp", "icon_url": null,
            "owner_id": "0a0b0c0d-5678-90ab-cdef-1234567890ab", "owner_type": "workspace",
            "visibility": "shared_workspace", "creator_id": null, "system_prompt": null,
            "active": true, "private_tool_execution": false, "mistral": false,
            "is_authenticated": true, "supports_mcp": true,
        })
    };
    let items: Vec<_> = (0..100).map(connector).collect();
    let page = |number: usize| {
        let cursor = (number + 1 < PAGES).then_some(number.to_string());
        let page = serde_json::json!({"items": items, "pagination": {"next_cursor": cursor}});
        answer(200, &page.to_string())
    };
    let pages: Vec<_> = (0..PAGES).map(page).collect();
    Wire::serve(move |number, _| Act::Send(pages[number % PAGES].clone()))
}

fn by_hand(agent: &ureq::Agent, base_url: &str) -> usize {
    let (mut count, mut cursor) = (0, None);
    loop {
        let mut request = agent.get(format!("{base_url}/v1/connectors"));
        request = request.header("authorization", format!("Bearer {KEY}"));
        if let Some(cursor) = &cursor {
            request = request.query("cursor", cursor);
        }
        let body = request.call().unwrap().body_mut().read_to_vec().unwrap();
        let page: Page = serde_json::from_slice(&body).unwrap();
        count += black_box(page.items).len();
        cursor = page.pagination.next_cursor;
        if cursor.is_none() {
            return count;
        }
    }
}

fn shortest(rounds: usize, mut work: impl FnMut()) -> Duration {
    let round = |()| {
        let started = Instant::now();
        work();
        started.elapsed()
    };
    std::iter::repeat_n((), rounds).map(round).min().unwrap()
}

#[test]
#[ignore = "a benchmark: prints, and asserts nothing about time"]
fn a_listing_compared_with_ureq_and_serde_json_by_hand() {
    let wire = serve();
    let timeout = Some(Duration::from_secs(60));
    let limited = ureq::Agent::config_builder()
        .timeout_global(timeout)
        .build()
        .new_agent();
    let unlimited = ureq::Agent::new_with_defaults();
    let client = client(wire.base_url());
    let list = || {
        client
            .list(ListConnectors::new())
            .map(Result::unwrap)
            .map(black_box)
            .count()
    };
    assert_eq!(list(), by_hand(&limited, &wire.base_url()));
    let ours = shortest(20, || assert_eq!(list(), PAGES * 100));
    let limited = shortest(20, || {
        assert_eq!(by_hand(&limited, &wire.base_url()), PAGES * 100)
    });
    let unlimited = shortest(20, || {
        assert_eq!(by_hand(&unlimited, &wire.base_url()), PAGES * 100)
    });
    println!("{PAGES} pages of 100: {ours:?}");
    println!(
        "by hand with a time limit: {limited:?}; {:.2}",
        ours.div_duration_f64(limited)
    );
    println!(
        "by hand without any: {unlimited:?}; {:.2}",
        ours.div_duration_f64(unlimited)
    );
}
