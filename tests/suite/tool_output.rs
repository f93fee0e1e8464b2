//! The output of a tool is never lost, and a failure never looks like success, whatever form the
//! server uses.

use crate::support::wire::{Act, Wire, response};
use crate::support::{client, read_whole};
use mistral_connectors::{CallTool, ContentBlock, Error, Result, ToolOutput};
use serde_json::{Value, json};

fn call(body: &str) -> Result<ToolOutput> {
    let wire = Wire::script([Act::Send(response(200, body))]);
    client(wire.base_url()).call_tool("docs", &CallTool::new("ask"))
}

/// What a call returns if this is the response.
#[track_caller]
fn output(body: &Value) -> ToolOutput {
    let output = call(&body.to_string());
    output.unwrap_or_else(|error| panic!("{error}: {body}"))
}

/// The only content block of an output.
#[track_caller]
fn block(block: &Value) -> ContentBlock {
    let output: ToolOutput = read_whole(&json!({"content": [block]}));
    output.content[0].clone()
}

/// The same fields in all places where the API and MCP have them.
fn in_every_place(fields: &Value) -> [Value; 5] {
    let mut beside_content = fields.clone();
    beside_content["content"] = json!([]);
    [
        fields.clone(),
        beside_content,
        json!({"content": [], "metadata": fields}),
        json!({"content": [], "metadata": {"mcp_meta": fields}}),
        json!({"metadata": {"mcp_meta": fields}}),
    ]
}

// --- structured content and failures

#[test]
fn structured_content_alone_is_an_output() {
    let rows = json!({"rows": [1, 2], "next": null});
    for name in ["structuredContent", "structured_content"] {
        for body in in_every_place(&json!({name: rows})) {
            let output = output(&body);
            assert_eq!(output.structured_content(), Some(&rows), "{body}");
            assert_eq!(output.text(), "", "{body}");
            assert!(!output.is_error(), "{body}");
            assert_eq!(read_whole::<ToolOutput>(&body), output);
        }
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
        let output = output(&body);
        assert_eq!(output.structured_content(), Some(&json!([1])), "{body}");
    }
}

#[test]
fn a_failure_is_found_under_either_name_and_in_every_place() {
    for name in ["isError", "is_error"] {
        for (value, want) in [
            (json!(true), true),
            (json!(false), false),
            (json!(null), false),
            (json!("yes"), false),
            (json!(1), false),
        ] {
            for body in in_every_place(&json!({name: value})) {
                assert_eq!(output(&body).is_error(), want, "{body}");
            }
        }
    }
}

#[test]
fn a_failure_is_found_although_another_field_denies_it() {
    for body in [
        json!({"content": [], "isError": false, "is_error": true}),
        json!({"content": [], "isError": null, "is_error": true}),
        json!({"content": [], "is_error": true, "metadata": {"mcp_meta": {"isError": false}}}),
        json!({"content": [], "isError": false, "metadata": {"mcp_meta": {"is_error": true}}}),
        json!({"content": [], "isError": true, "metadata": {"isError": false}}),
        json!({"content": [], "isError": true, "metadata": {"mcp_meta": {"isError": false}}}),
    ] {
        assert!(output(&body).is_error(), "{body}");
    }
}

// --- text

#[test]
fn the_text_is_the_text_of_all_blocks_in_their_order() {
    let output = output(&json!({"content": [
        {"type": "text", "text": "One"},
        {"type": "resource", "resource": {"uri": "file:///a", "text": "Two"}},
        {"type": "image", "data": "aWJt", "mimeType": "image/png"},
        {"type": "error", "text": "Three"},
        {"type": "text", "text": "Four\nFive"},
        "Six",
    ]}));
    assert_eq!(output.text(), "One\nTwo\nThree\nFour\nFive\nSix");
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
        (
            json!({"type": "error", "error": "no such page"}),
            "no such page",
        ),
        (
            json!({"type": "error", "error": {"message": "no such page"}}),
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
        (json!({"uri": 1, "text": "A"}), "A"),
        (json!({"uri": "file:///a", "blob": "Qg=="}), ""),
        (json!({"uri": "file:///a", "text": 7}), ""),
        (json!({}), ""),
        (json!(null), ""),
        (json!("A"), ""),
    ] {
        let block = json!({"type": "resource", "resource": resource});
        let output = output(&json!({"content": [block]}));
        assert_eq!(output.text(), text, "{resource}");
        assert!(
            matches!(output.content[0], ContentBlock::Resource(_)),
            "{resource}"
        );
    }
}

#[test]
fn content_that_is_not_a_list_is_kept() {
    for (content, text) in [
        (json!("Hello"), "Hello"),
        (json!({"text": "Hello"}), ""),
        (json!(7), ""),
    ] {
        let body = json!({"content": content});
        let output = output(&body);
        assert_eq!(output.text(), text, "{body}");
        assert_eq!(output.extra["content"], content);
        assert_eq!(read_whole::<ToolOutput>(&body), output);
    }
}

// --- reading and writing

#[test]
fn an_output_is_read_block_by_block_and_written_back() {
    let output: ToolOutput = read_whole(&json!({
        "content": [
            {"type": "text", "text": "One", "annotations": null, "_meta": {"a": 1}, "new": true},
            {"type": "image", "data": "aWJt", "mimeType": "image/png",
             "annotations": {"audience": ["user", "model_of_2027"], "priority": 0.5}},
            {"type": "audio", "data": "", "mimeType": "audio/wav", "_meta": null},
            {"type": "resource_link", "name": "Readme", "uri": "file:///readme", "title": "Read me",
             "description": null, "mimeType": "text/plain", "size": -1, "icons": [{"src": "x"}]},
            {"type": "resource", "resource": {"uri": "file:///b", "blob": "Qg==", "_meta": {}}},
        ],
        "metadata": {
            "tool_call_id": "call-1",
            "mcp_meta": {"isError": true, "structuredContent": {"n": 1}, "_meta": null, "new": 1},
        },
        "of_2027": {},
    }));
    assert_eq!(output.extra["of_2027"], json!({}));
    let [
        ContentBlock::Text(text),
        ContentBlock::Image(image),
        ContentBlock::Audio(audio),
        ContentBlock::ResourceLink(link),
        ContentBlock::Resource(resource),
    ] = &*output.content
    else {
        panic!("{output:?}");
    };
    assert_eq!((&*text.kind, &*text.text), ("text", "One"));
    assert_eq!(text.meta, Some(json!({"a": 1})));
    assert_eq!(text.extra["new"], true);
    assert_eq!((&*image.data, &*image.mime_type), ("aWJt", "image/png"));
    assert_eq!(image.annotations.as_ref().unwrap()["priority"], 0.5);
    assert_eq!((&*audio.kind, &*audio.mime_type), ("audio", "audio/wav"));
    assert_eq!((&*link.name, &*link.uri), ("Readme", "file:///readme"));
    assert_eq!(link.title.as_deref(), Some("Read me"));
    assert_eq!(link.size, Some(-1));
    let contents = resource.resource.as_ref().unwrap();
    assert_eq!(contents.uri, "file:///b");
    assert_eq!(contents.blob.as_deref(), Some("Qg=="));
    assert_eq!(contents.text, None);
}

#[test]
fn unknown_and_incomplete_blocks_are_kept_as_they_are() {
    for value in [
        json!({"type": "hologram", "data": [1, {"a": null}]}),
        json!({"type": "text"}),
        json!({"type": "text", "text": null}),
        json!({"type": "text", "text": 7}),
        json!({"type": "image", "data": "aWJt"}),
        json!({"type": "audio", "data": "", "mimeType": ["audio/wav"]}),
        json!({"type": "resource_link", "uri": "file:///a"}),
        json!({"type": null, "text": "no type"}),
        json!({"text": "no type"}),
        json!("a string by itself"),
        json!(1.5),
        json!([]),
    ] {
        assert_eq!(block(&value), ContentBlock::Other(value.clone()));
    }
}

#[test]
fn a_response_that_is_not_an_output_is_an_error_that_says_so() {
    for body in ["{}", "null", "", "[]", r#"{"result": "done"}"#] {
        let error = call(body).unwrap_err();
        assert!(matches!(error, Error::Decode(_)), "{body}: {error}");
        assert!(error.may_have_happened(), "{body}: {error}");
        let text = error.to_string();
        assert!(text.contains("the output of a tool"), "{body}: {text}");
    }
}
