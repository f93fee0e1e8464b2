//! Calling tools, and reading their descriptions.

use crate::support::wire::{Act, Wire, response};
use crate::support::{assert_at_most_once, client, exchange, read_whole};
use mistral_connectors::{CallTool, Tool};
use serde_json::{Value, json};

fn output() -> Value {
    json!({"content": [{"type": "text", "text": "Hello"}], "metadata": null})
}

// --- calls

#[test]
fn a_call_sends_exactly_the_arguments_that_were_set() {
    let call = || CallTool::new("ask");
    for (call, body) in [
        (call(), json!({})),
        (
            call()
                .argument("n", 1)
                .argument("list", json!([null, {"a": true}]))
                .argument("n", 2),
            json!({"arguments": {"n": 2, "list": [null, {"a": true}]}}),
        ),
        // `arguments` replaces everything before it.
        (
            call()
                .argument("q", "old")
                .arguments(json!({"r": 1}))
                .argument("s", false),
            json!({"arguments": {"r": 1, "s": false}}),
        ),
        (
            call().arguments(json!("not an object")).argument("q", 1),
            json!({"arguments": {"q": 1}}),
        ),
        // What is set is sent, even if it is empty or not an object.
        (call().arguments(json!({})), json!({"arguments": {}})),
        (
            call().argument("q", "old").arguments(json!({})),
            json!({"arguments": {}}),
        ),
        (
            call().argument("options", json!({})),
            json!({"arguments": {"options": {}}}),
        ),
        (call().arguments(json!([])), json!({"arguments": []})),
        (call().arguments(Value::Null), json!({"arguments": null})),
        (
            call().argument("api_key", "a secret is sent like any other"),
            json!({"arguments": {"api_key": "a secret is sent like any other"}}),
        ),
    ] {
        let path = "/v1/connectors/docs/tools/ask/call";
        exchange(("POST", path), Some(body), &output(), |client| {
            client.call_tool("docs", &call)
        });
    }
}

#[test]
fn a_call_names_its_credentials_in_the_query() {
    let call = CallTool::new("ask").credentials_name("a/b");
    let path = "/v1/connectors/docs/tools/ask/call?credentials_name=a%2Fb";
    let output = exchange(("POST", path), Some(json!({})), &output(), |client| {
        client.call_tool("docs", &call)
    });
    assert_eq!(output.text(), "Hello");
}

#[test]
fn a_call_prints_its_tool_but_no_secret_among_its_arguments() {
    let call = CallTool::new("ask")
        .argument("q", "why?")
        .argument("password", "not-to-be-shown")
        .argument("options", json!({"headers": {"x": "not-to-be-shown"}}));
    let debug = format!("{call:?}");
    assert!(debug.contains("ask") && debug.contains("why?"), "{debug}");
    assert!(!debug.contains("not-to-be-shown"), "{debug}");

    let echo = r#"{"detail": "bad password: not-to-be-shown"}"#;
    let wire = Wire::script([Act::Send(response(422, echo))]);
    let error = client(wire.base_url())
        .call_tool("docs", &call)
        .unwrap_err();
    let text = format!("{error} {error:?}");
    assert!(text.contains("bad password"), "{text}");
    assert!(!text.contains("not-to-be-shown"), "{text}");
}

#[test]
fn a_tool_is_called_at_most_once() {
    assert_at_most_once("call_tool", &output(), |client| {
        client.call_tool("docs", &CallTool::new("ask"))
    });
}

// --- descriptions

#[test]
fn a_tool_in_the_form_of_mistral_is_read_and_written_back() {
    let schema = json!({"type": "object", "properties": {"q": {"type": "string"}}});
    let tool: Tool = read_whole(&json!({
        "id": "tool-1", "name": "ask", "description": "Asks", "system_prompt": null,
        "locale": {"name": {"en": "Ask"}}, "jsonschema": schema,
        "execution_config": {"type": "mcp", "timeout": -1}, "visibility": "for_some",
        "created_at": "2026-02-24T10:30:00Z", "modified_at": "2026-02-24T10:30:00Z",
        "active": true, "of_2027": null,
    }));
    assert_eq!(tool.id.as_deref(), Some("tool-1"));
    assert_eq!(tool.visibility, Some("for_some".into()));
    assert_eq!(tool.active, Some(true));
    assert_eq!(tool.input_schema(), Some(&schema));
}

#[test]
fn a_tool_in_the_form_of_mcp_is_read_and_written_back() {
    let schema = json!({"type": "object", "properties": {"q": {"type": "string"}}});
    let tool: Tool = read_whole(&json!({
        "name": "ask", "title": "Ask", "description": null, "inputSchema": schema,
        "outputSchema": {"type": "string"}, "icons": [{"src": "https://docs.example/i.png"}],
        "annotations": {"readOnlyHint": true}, "_meta": {"ui": {"visibility": ["new"]}},
        "execution": {"taskSupport": "sometimes"}, "of_2027": [1],
    }));
    assert_eq!(tool.title.as_deref(), Some("Ask"));
    assert_eq!(tool.output_schema.as_ref().unwrap()["type"], "string");
    assert_eq!(tool.annotations.as_ref().unwrap()["readOnlyHint"], true);
    assert_eq!(tool.execution.as_ref().unwrap()["taskSupport"], "sometimes");
    assert_eq!(tool.meta.as_ref().unwrap()["ui"]["visibility"][0], "new");
    assert_eq!(tool.input_schema(), Some(&schema));
    assert_eq!(tool.extra["of_2027"], json!([1]));
}

#[test]
fn the_schema_of_the_arguments_is_found_in_every_form() {
    let schema = json!({"type": "object"});
    for (tool, want) in [
        (json!({"name": "ask", "inputSchema": schema}), Some(&schema)),
        (json!({"name": "ask", "jsonschema": schema}), Some(&schema)),
        (
            json!({"name": "ask", "input_schema": schema}),
            Some(&schema),
        ),
        (json!({"name": "ask", "parameters": schema}), Some(&schema)),
        (
            json!({"name": "ask", "inputSchema": null, "jsonschema": schema}),
            Some(&schema),
        ),
        (
            json!({"name": "ask", "inputSchema": null, "parameters": null}),
            None,
        ),
        (
            json!({"name": "ask", "title": 7, "active": "yes", "visibility": {}, "id": null}),
            None,
        ),
    ] {
        assert_eq!(read_whole::<Tool>(&tool).input_schema(), want, "{tool}");
    }
}
