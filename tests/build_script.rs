//! The example of a build script: what it asks for, how long it waits, and what it writes. The package that it belongs to
//! is built by `.ci/run`.

mod support;

#[allow(dead_code, reason = "its `main` is for cargo")]
#[path = "../examples/build_script/build.rs"]
mod build_script;

use std::time::Duration;

use mistral_connectors::testing::FakeServer;
use serde_json::json;
use support::wire::{Act, Wire, response};
use support::{client, page};

const LONG: Duration = Duration::from_secs(60);

fn active(server: &FakeServer) -> Vec<(String, String)> {
    build_script::active(&server.client(), LONG).unwrap()
}

#[test]
fn its_table_has_the_active_connectors_of_all_pages_by_name() {
    let server = FakeServer::start();
    let mut names = Vec::new();
    for number in 0..250 {
        let name = format!("n{:03}", 999 - number);
        server.add(json!({"id": format!("id-{name}"), "name": name, "active": number != 7}));
        names.push(name);
    }
    names.remove(7);
    names.reverse();
    let table = build_script::table(active(&server));
    let rows: Vec<_> = table
        .split('"')
        .filter(|text| text.starts_with('n'))
        .collect();
    assert_eq!(rows, names);
    assert!(table.contains("\"n999\",\n        \"id-n999\""), "{table}");
    // Three pages, in one listing.
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn its_table_is_rust_whatever_a_name_holds() {
    let server = FakeServer::start();
    assert_eq!(
        build_script::table(active(&server)),
        "pub const CONNECTORS: &[(&str, &str)] = &[];\n"
    );
    server.add(json!({"id": "1", "name": "\"];\nevil{\u{7}}\\", "active": true}));
    assert_eq!(
        build_script::table(active(&server)),
        "pub const CONNECTORS: &[(&str, &str)] = &[\n    (\n        \"\\\"];\\nevil{\\u{7}}\\\\\",\n        \"1\",\n    ),\n];\n"
    );
}

#[test]
fn its_limit_holds_for_a_page_that_does_not_come_and_for_pages_without_end() {
    let silent = Wire::script([Act::Silence]);
    let endless = Wire::serve(|number, _| {
        let next = (number < 100_000).then(|| number.to_string());
        let page = page(&[&format!("n{number}")], next.as_deref());
        Act::Send(response(200, &page.to_string()))
    });
    for wire in [&silent, &endless] {
        let limit = Duration::from_millis(100);
        let error = build_script::active(&client(wire.base_url()), limit).unwrap_err();
        assert!(error.is_timeout(), "{error}");
        // One line, as a warning of cargo has to be.
        assert!(!error.to_string().contains('\n'), "{error}");
    }
}
