//! The output of a tool is never lost, and a failure never looks like success, however the server writes them.

use crate::support::wire::{Act, Wire, response};
use crate::support::{client, read_whole};
use mistral_connectors::{CallTool, ToolOutput};
use serde_json::{Value, json};

/// What a call returns if this is the response.
#[track_caller]
fn output(body: &Value) -> ToolOutput {
    let wire = Wire::script([Act::Send(response(200, &body.to_string()))]);
    let output = client(wire.base_url()).call_tool("docs", &CallTool::new("ask"));
    let output = output.unwrap_or_else(|error| panic!("{error}: {body}"));
    // It is kept as it came.
    assert_eq!(read_whole::<ToolOutput>(body), output);
    output
}

/// The same fields where this API and where MCP have them.
fn in_every_place(fields: &Value) -> Vec<Value> {
    let mut at_the_top = fields.clone();
    at_the_top["content"] = json!([]);
    vec![
        fields.clone(),
        at_the_top,
        json!({"content": [], "metadata": fields}),
        json!({"content": [], "metadata": {"mcp_meta": fields}}),
        json!({"metadata": {"mcp_meta": fields}}),
    ]
}

#[test]
fn an_output_with_structured_content_alone_is_an_output() {
    let said = json!({"rows": [1, 2], "next": null});
    for name in ["structuredContent", "structured_content"] {
        for body in in_every_place(&json!({name: said})) {
            let output = output(&body);
            assert_eq!(output.structured_content(), Some(&said), "{body}");
            assert_eq!(output.text(), "", "{body}");
            assert!(!output.is_error(), "{body}");
        }
    }
}

#[test]
fn a_failure_is_seen_in_either_spelling_and_every_place() {
    for name in ["isError", "is_error"] {
        for body in in_every_place(&json!({name: true})) {
            assert!(output(&body).is_error(), "{body}");
        }
        for value in [json!(false), json!(null), json!("yes"), json!(1)] {
            for body in in_every_place(&json!({name: value})) {
                assert!(!output(&body).is_error(), "{body}");
            }
        }
    }
}

#[test]
fn a_failure_is_seen_although_another_field_denies_it() {
    for body in [
        json!({"content": [], "isError": false, "is_error": true}),
        json!({"content": [], "isError": null, "is_error": true}),
        json!({"content": [], "is_error": true, "metadata": {"mcp_meta": {"isError": false}}}),
        json!({"content": [], "isError": false, "metadata": {"mcp_meta": {"is_error": true}}}),
    ] {
        assert!(output(&body).is_error(), "{body}");
    }
}

#[test]
fn a_null_in_one_place_does_not_hide_the_structured_content_of_another() {
    for body in [
        json!({"content": [], "structuredContent": null, "structured_content": [1]}),
        json!({"content": [], "structured_content": null, "structuredContent": [1]}),
        json!({"content": [], "structured_content": [1],
               "metadata": {"mcp_meta": {"structuredContent": null, "structured_content": null}}}),
    ] {
        assert_eq!(
            output(&body).structured_content(),
            Some(&json!([1])),
            "{body}"
        );
    }
}

#[test]
fn the_text_of_an_error_block_is_text_and_a_failure() {
    for (block, text) in [
        (
            json!({"type": "error", "text": "no such page"}),
            "no such page",
        ),
        (
            json!({"type": "error", "message": "no such page", "code": 7}),
            "no such page",
        ),
        (json!({"type": "error", "text": null}), ""),
        (json!({"type": "error"}), ""),
    ] {
        let output = output(&json!({"content": [block]}));
        assert_eq!(output.text(), text, "{block}");
        assert!(output.is_error(), "{block}");
    }
}

#[test]
fn the_text_of_an_embedded_resource_is_text() {
    for (resource, text) in [
        (
            json!({"uri": "file:///a", "text": "A", "mimeType": "text/plain"}),
            "A",
        ),
        (json!({"text": "A"}), "A"),
        (json!({"uri": null, "text": "A"}), "A"),
        (json!({"uri": "file:///a", "blob": "Qg=="}), ""),
        (json!({"uri": "file:///a", "text": 7}), ""),
        (json!(null), ""),
        (json!("A"), ""),
    ] {
        let block = json!({"type": "resource", "resource": resource});
        let output = output(&json!({"content": [block]}));
        assert_eq!(output.text(), text, "{resource}");
        assert!(!output.is_error(), "{resource}");
    }
}

#[test]
fn all_texts_are_joined_in_their_order() {
    let output = output(&json!({"content": [
        {"type": "text", "text": "One"},
        {"type": "resource", "resource": {"uri": "file:///a", "text": "Two"}},
        {"type": "image", "data": "aWJt", "mimeType": "image/png"},
        {"type": "error", "text": "Three"},
        {"type": "text", "text": "Four\nFive"},
    ]}));
    assert_eq!(output.text(), "One\nTwo\nThree\nFour\nFive");
}
