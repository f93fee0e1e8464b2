//! A listing of tools is complete, whatever its pages begin with, and its memory is limited.

use crate::support::wire::{Act, Wire, response};
use crate::support::{builder, client};
use mistral_connectors::{Error, ListTools, Tool};
use serde_json::{Value, json};

/// A server with these pages, and an empty one after them.
fn pages(pages: &[Value]) -> Wire {
    let end = json!([]);
    let acts = pages.iter().chain([&end]);
    let acts: Vec<_> = acts
        .map(|page| Act::Send(response(200, &page.to_string())))
        .collect();
    Wire::script(acts)
}

/// All tools that the server lists in pages of this size.
#[track_caller]
fn list(wire: &Wire, page_size: u32) -> Vec<Tool> {
    let options = ListTools::new().page_size(page_size);
    let tools = client(wire.base_url()).list_tools_with("docs", &options);
    tools.unwrap()
}

fn names(tools: &[Tool]) -> Vec<&str> {
    tools.iter().map(|tool| &*tool.name).collect()
}

#[test]
fn only_a_page_that_comes_again_as_a_whole_ends_a_listing() {
    let wire = pages(&[
        json!([{"name": "search"}, {"name": "read"}]),
        json!([{"name": "search"}, {"name": "write"}]),
        json!([{"name": "search"}, {"name": "write"}, {"name": "delete"}]),
        json!([{"name": "search"}]),
    ]);
    assert_eq!(
        names(&list(&wire, 2)),
        [
            "search", "read", "search", "write", "search", "write", "delete", "search"
        ]
    );
    assert_eq!(wire.seen().len(), 4);
    // A server without pages, which writes its fields in any order.
    let wire = Wire::script([
        Act::Send(response(
            200,
            r#"[{"name": "a", "title": "A"}, {"name": "b"}]"#,
        )),
        Act::Send(response(
            200,
            r#"[ {"title":"A","name":"a"},{"name":"b"} ]"#,
        )),
        Act::Send(response(200, r#"[{"name": "c"}]"#)),
    ]);
    assert_eq!(names(&list(&wire, 2)), ["a", "b"]);
    assert_eq!(wire.seen().len(), 2);
}

#[test]
fn tools_of_one_name_that_differ_in_anything_else_are_all_listed() {
    let wire = pages(&[
        json!([{"name": "search", "description": "Searches documents"}]),
        json!([{"name": "search", "description": "Searches the web"}]),
        json!([{"name": "search", "description": "Searches the web", "of_2027": 1}]),
    ]);
    let tools = list(&wire, 1);
    assert_eq!(names(&tools), ["search", "search", "search"]);
    assert_eq!(tools[1].description.as_deref(), Some("Searches the web"));
    assert_eq!(wire.seen().len(), 4);
}

#[test]
fn a_page_is_full_with_the_items_that_are_left_out() {
    let wire = pages(&[
        json!([{"name": "a"}, 5]),
        json!([null, "b"]),
        json!([[], 7]),
        json!([{"name": "c"}]),
    ]);
    assert_eq!(names(&list(&wire, 2)), ["a", "c"]);
    assert_eq!(wire.seen().len(), 4);
}

/// A tool that takes some 900 bytes.
fn large_tool(number: usize) -> Value {
    json!({"name": format!("tool-{number}"), "description": "x".repeat(850)})
}

#[test]
fn all_pages_together_have_a_limit_of_four_responses() {
    let wire = Wire::serve(|number, _| {
        let page = json!([large_tool(number)]);
        Act::Send(response(200, &page.to_string()))
    });
    let client = builder(wire.base_url()).max_response_bytes(1000);
    let options = ListTools::new().page_size(1);
    let result = client.build().unwrap().list_tools_with("docs", &options);
    let error = result.unwrap_err();
    assert!(matches!(error, Error::Pagination(_)), "{error}");
    for word in ["tools", "4000 bytes", "`max_response_bytes`"] {
        assert!(error.to_string().contains(word), "{error}");
    }
    assert_eq!(wire.seen().len(), 5);
    // Up to there it is a listing like any other.
    let large: Vec<_> = (0..4).map(|number| json!([large_tool(number)])).collect();
    let wire = pages(&large);
    let client = builder(wire.base_url()).max_response_bytes(1000);
    let tools = client.build().unwrap().list_tools_with("docs", &options);
    assert_eq!(tools.unwrap().len(), 4);
}
