//! The tools of the fake server's connectors.

use std::panic::catch_unwind;

use crate::fake_server::{places, raw};
use mistral_connectors::testing::FakeServer;
use mistral_connectors::{CallTool, ContentBlock, CreateConnector, ListTools};
use serde_json::json;

const TOOLS: &str = "/v1/connectors/wiki/tools";

/// A server with one connector, `wiki`, with three tools.
fn server() -> FakeServer {
    let server = FakeServer::start();
    let schema = json!({"type": "object", "properties": {"page": {"type": "string"}}});
    server.add(json!({"name": "wiki", "tools": [
        {"name": "read", "description": "Reads a page", "inputSchema": schema},
        {"name": "ask", "inputSchema": {}, "answer": "hidden-answer"},
        {"name": "draw", "inputSchema": {}, "answer": [
            {"type": "text", "text": "a line"},
            {"type": "image", "data": "AAAA", "mimeType": "image/png"},
        ]},
    ]}));
    server
}

#[track_caller]
fn names(server: &FakeServer, options: &ListTools) -> Vec<String> {
    let tools = server.client().list_tools_with("wiki", options).unwrap();
    tools.into_iter().map(|tool| tool.name).collect()
}

#[test]
fn tools_are_listed_as_they_were_added() {
    let server = server();
    let id = server.client().get("wiki").unwrap().id;
    for connector in ["wiki", &id] {
        let tools = server.client().list_tools(connector);
        let tool = &tools.unwrap()[0];
        assert_eq!(tool.name, "read");
        assert_eq!(tool.description.as_deref(), Some("Reads a page"));
        assert_eq!(
            tool.input_schema().unwrap()["properties"]["page"]["type"],
            "string"
        );
    }
    let options = ListTools::new().refresh(true).credentials_name("mine");
    assert_eq!(names(&server, &options), ["read", "ask", "draw"]);
}

#[test]
fn the_answer_of_a_tool_is_not_shown() {
    let server = server();
    let tools = server.client().list_tools("wiki");
    let connector = server.client().get("wiki").unwrap();
    let shown = format!(
        "{:?} {connector:?} {:?}",
        tools.unwrap(),
        server.connectors()
    );
    assert!(!shown.contains("answer"), "{shown}");
}

#[test]
fn a_connector_that_was_created_has_no_tools() {
    let server = FakeServer::start();
    let wanted = CreateConnector::new("wiki", "d", "https://wiki.example/mcp");
    server.client().create(&wanted).unwrap();
    assert!(names(&server, &ListTools::new()).is_empty());
}

#[test]
fn tools_are_listed_in_pages_counted_from_one() {
    let server = server();
    let pages = |page| names(&server, &ListTools::new().page(page).page_size(2));
    assert_eq!(pages(1), ["read", "ask"]);
    assert_eq!(pages(2), ["draw"]);
    assert!(pages(3).is_empty());
    // The client requests all pages.
    let options = ListTools::new().page_size(1);
    assert_eq!(names(&server, &options), ["read", "ask", "draw"]);
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
        let answer = raw(&server, "GET", &format!("{TOOLS}?{query}"), "");
        assert_eq!(places(answer), [want], "{query}");
    }
}

#[test]
fn a_tool_returns_its_answer() {
    let server = server();
    let said = server.client().call_tool("wiki", &CallTool::new("ask"));
    let said = said.unwrap();
    assert_eq!(said.text(), "hidden-answer");
    assert!(!said.is_error());
    let meta = json!({"mcp_meta": {"isError": false}});
    assert_eq!(said.metadata, Some(meta));

    let said = server.client().call_tool("wiki", &CallTool::new("draw"));
    let said = said.unwrap();
    assert_eq!(said.text(), "a line");
    assert!(matches!(said.content[1], ContentBlock::Image(_)));
}

#[test]
fn a_tool_without_an_answer_returns_its_arguments() {
    let server = server();
    let call = CallTool::new("read").argument("page", "start");
    let said = server.client().call_tool("wiki", &call).unwrap();
    assert_eq!(said.text(), r#"read {"page":"start"}"#);
    let said = server.client().call_tool("wiki", &CallTool::new("read"));
    assert_eq!(said.unwrap().text(), "read {}");
}

#[test]
fn an_unknown_tool_is_not_found() {
    let server = server();
    for (connector, tool) in [("wiki", "write"), ("wiki", "call"), ("docs", "read")] {
        let said = server.client().call_tool(connector, &CallTool::new(tool));
        assert!(said.unwrap_err().is_not_found(), "{connector} {tool}");
    }
    let tools = server.client().list_tools("docs");
    assert!(tools.unwrap_err().is_not_found());
}

#[test]
fn arguments_are_an_object() {
    let server = server();
    let call = CallTool::new("read").arguments(json!(["start"]));
    let error = server.client().call_tool("wiki", &call).unwrap_err();
    assert!(error.is_validation(), "{error}");
    let answer = raw(&server, "POST", &format!("{TOOLS}/read/call"), "[]");
    assert_eq!(places(answer), ["body"]);
}

#[test]
fn a_tool_can_have_any_name() {
    let server = FakeServer::start();
    // Each of these words is also part of the path of an operation.
    for name in ["credentials", "call", "share", "a/b"] {
        server.add(json!({"name": name, "tools": [{"name": name, "answer": "x"}]}));
        let said = server.client().call_tool(name, &CallTool::new(name));
        assert_eq!(said.unwrap().text(), "x", "{name}");
    }
}

#[test]
fn an_answer_of_another_type_cannot_be_added() {
    let server = FakeServer::start();
    for answer in [json!(7), json!(null), json!({"type": "text", "text": "x"})] {
        let wiki = json!({"tools": [{"name": "read", "answer": answer}]});
        assert!(catch_unwind(|| server.add(wiki.clone())).is_err(), "{wiki}");
    }
    assert_eq!(server.connectors(), []);
}
