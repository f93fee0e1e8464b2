//! The tools of the fake server's connectors, and conversations that use them.

use std::panic::catch_unwind;

use super::{create, places, raw};
use mistral_connectors::testing::FakeServer;
use mistral_connectors::{
    CallTool, ContentBlock, ListTools, Method, Result, ToolOutput, UseConnector,
};
use serde_json::{Value, json};

const TOOLS: &str = "/v1/connectors/wiki/tools";

/// A server with two connectors: `wiki` with three tools, and `docs` with one.
fn server() -> FakeServer {
    let server = FakeServer::start();
    let schema = json!({"type": "object", "properties": {"page": {"type": "string"}}});
    server.add(json!({"name": "wiki", "tools": [
        {"name": "read", "description": "Reads a page", "inputSchema": schema},
        {"name": "ask", "inputSchema": {}, "answer": "hidden-answer"},
        {"name": "draw", "inputSchema": {}, "answer": [
            {"type": "text", "text": "a line"},
            {"type": "image", "data": "AAAA", "mimeType": "image/png"},
            {"type": "text", "text": "a circle"},
        ]},
    ]}));
    server.add(json!({"name": "docs", "tools": [{"name": "find"}]}));
    server
}

#[track_caller]
fn names(server: &FakeServer, options: &ListTools) -> Vec<String> {
    let tools = server.client().list_tools_with("wiki", options).unwrap();
    tools.into_iter().map(|tool| tool.name).collect()
}

#[track_caller]
fn call(server: &FakeServer, call: &CallTool) -> ToolOutput {
    server.client().call_tool("wiki", call).unwrap()
}

// --- listing

#[test]
fn tools_are_listed_as_they_were_added() {
    let server = server();
    let id = server.client().get("wiki").unwrap().id;
    for connector in ["wiki", &id] {
        let tools = server.client().list_tools(connector).unwrap();
        assert_eq!(tools[0].name, "read");
        assert_eq!(tools[0].description.as_deref(), Some("Reads a page"));
        let schema = tools[0].input_schema().unwrap();
        assert_eq!(schema["properties"]["page"]["type"], "string");
    }
    let options = ListTools::new().refresh(true).credentials_name("mine");
    assert_eq!(names(&server, &options), ["read", "ask", "draw"]);
}

#[test]
fn what_a_tool_will_return_is_not_shown() {
    let server = server();
    let tools = server.client().list_tools("wiki").unwrap();
    let connector = server.client().get("wiki").unwrap();
    let shown = format!("{tools:?} {connector:?} {:?}", server.connectors());
    assert!(!shown.contains("answer"), "{shown}");
}

#[test]
fn a_connector_that_was_created_has_no_tools() {
    let server = FakeServer::start();
    create(&server.client(), "wiki");
    assert!(names(&server, &ListTools::new()).is_empty());
}

#[test]
fn tools_are_listed_in_pages_counted_from_one() {
    let server = server();
    let page = |page| names(&server, &ListTools::new().page(page).page_size(2));
    assert_eq!(page(1), ["read", "ask"]);
    assert_eq!(page(2), ["draw"]);
    assert!(page(3).is_empty());
}

#[test]
fn parameters_of_a_tool_listing_are_checked() {
    let server = server();
    for (query, want) in [
        ("page=0", "query.page"),
        ("page_size=1001", "query.page_size"),
        ("refresh=maybe", "query.refresh"),
        ("credentials_name=a%20b", "query.credentials_name"),
    ] {
        let response = raw(&server, "GET", &format!("{TOOLS}?{query}"), "");
        assert_eq!(places(response), [want], "{query}");
    }
}

// --- calls

#[test]
fn a_tool_returns_its_answer_or_else_its_arguments() {
    let server = server();
    let output = call(&server, &CallTool::new("ask"));
    assert_eq!(output.text(), "hidden-answer");
    assert!(!output.is_error());
    let metadata = json!({"mcp_meta": {"isError": false}});
    assert_eq!(output.metadata, Some(metadata));

    let output = call(&server, &CallTool::new("draw"));
    assert_eq!(output.text(), "a line\na circle");
    assert!(matches!(output.content[1], ContentBlock::Image(_)));

    let output = call(&server, &CallTool::new("read").argument("page", "start"));
    assert_eq!(output.text(), r#"read {"page":"start"}"#);
    let output = call(&server, &CallTool::new("read"));
    assert_eq!(output.text(), "read {}");
}

#[test]
fn an_unknown_tool_is_not_found() {
    let server = server();
    for (connector, tool) in [("wiki", "write"), ("wiki", "call"), ("mail", "read")] {
        let output = server.client().call_tool(connector, &CallTool::new(tool));
        assert!(output.unwrap_err().is_not_found(), "{connector} {tool}");
    }
    let tools = server.client().list_tools("mail");
    assert!(tools.unwrap_err().is_not_found());
}

#[test]
fn arguments_must_be_an_object() {
    let server = server();
    let list = CallTool::new("read").arguments(json!(["start"]));
    let error = server.client().call_tool("wiki", &list).unwrap_err();
    assert!(error.is_validation(), "{error}");
    let response = raw(&server, "POST", &format!("{TOOLS}/read/call"), "[]");
    assert_eq!(places(response), ["body"]);
}

#[test]
fn a_tool_can_have_any_name() {
    let server = FakeServer::start();
    // The first three are also parts of the paths of operations.
    for name in ["credentials", "call", "share", "a/b"] {
        server.add(json!({"name": name, "tools": [{"name": name, "answer": "x"}]}));
        let output = server.client().call_tool(name, &CallTool::new(name));
        assert_eq!(output.unwrap().text(), "x", "{name}");
    }
}

#[test]
fn an_answer_of_an_unexpected_type_cannot_be_added() {
    let server = FakeServer::start();
    for answer in [json!(7), json!(null), json!({"type": "text", "text": "x"})] {
        let wiki = json!({"tools": [{"name": "read", "answer": answer}]});
        assert!(catch_unwind(|| server.add(wiki.clone())).is_err(), "{wiki}");
    }
    assert_eq!(server.connectors(), []);
}

// --- conversations

fn start(server: &FakeServer, tools: &[UseConnector]) -> Result<Value> {
    let body = json!({"model": "mistral-medium-latest", "inputs": "What?", "tools": tools});
    let request = server
        .client()
        .request(Method::Post, ["v1", "conversations"]);
    request.json(&body).send()
}

fn wiki() -> UseConnector {
    UseConnector::new("wiki")
}

#[test]
fn a_conversation_calls_the_first_allowed_tool_and_repeats_its_text() {
    let server = server();
    let docs = || UseConnector::new("docs");
    for (tools, tool, text) in [
        (vec![wiki()], Some("read"), "read {}"),
        (vec![wiki(), docs()], Some("read"), "read {}"),
        (vec![docs(), wiki()], Some("find"), "find {}"),
        (
            vec![wiki().include(["draw"])],
            Some("draw"),
            "a line\na circle",
        ),
        (vec![wiki().exclude(["read"])], Some("ask"), "hidden-answer"),
        (
            vec![wiki().requires_confirmation(["read"])],
            Some("ask"),
            "hidden-answer",
        ),
        (
            vec![wiki().include(["nothing"]), docs()],
            Some("find"),
            "find {}",
        ),
        (vec![wiki().include([""; 0])], None, "No tool was called."),
        (vec![], None, "No tool was called."),
    ] {
        let response = start(&server, &tools).unwrap();
        assert_eq!(response["object"], "conversation.response");
        assert!(response["usage"].is_object());
        let outputs = response["outputs"].as_array().unwrap();
        let called = outputs
            .iter()
            .find(|output| output["type"] == "tool.execution");
        let called = called.map(|called| called["name"].as_str().unwrap());
        let last = outputs.last().unwrap();
        assert_eq!(
            (called, &last["content"]),
            (tool, &json!(text)),
            "{tools:?}"
        );
        assert_eq!(last["type"], "message.output");
        assert_eq!(last["role"], "assistant");
    }
}

#[test]
fn every_conversation_has_its_own_id() {
    let server = server();
    let ids = [(); 2].map(|()| start(&server, &[]).unwrap()["conversation_id"].clone());
    assert!(ids[0].as_str().unwrap().starts_with("conv_"));
    assert_ne!(ids[0], ids[1]);
}

#[test]
fn an_unknown_connector_cannot_be_used_in_a_conversation() {
    let tools = [wiki(), UseConnector::new("mail")];
    assert!(start(&server(), &tools).unwrap_err().is_not_found());
}

#[test]
fn a_conversation_that_is_not_valid_is_refused() {
    let server = server();
    for (body, want) in [
        (json!({"model": "m"}), "body.inputs"),
        (json!({"inputs": "What?", "model": 7}), "body.model"),
        (json!({"inputs": "What?", "tools": "wiki"}), "body.tools"),
        (json!({"inputs": "What?", "stream": true}), "body.stream"),
        (
            json!({"inputs": "What?", "tools": [{"type": "connector"}]}),
            "body.tools.connector_id",
        ),
    ] {
        let response = raw(&server, "POST", "/v1/conversations", &body.to_string());
        assert_eq!(places(response), [want], "{body}");
    }
    // Tools that are not connectors are ignored.
    let body = json!({"inputs": "What?", "tools": [{"type": "web_search"}]});
    let (status, _) = raw(&server, "POST", "/v1/conversations", &body.to_string());
    assert_eq!(status, 200);
    assert_eq!(raw(&server, "GET", "/v1/conversations", "").0, 405);
}
