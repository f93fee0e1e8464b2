//! Conversations that use the fake server's connectors.

use crate::fake_server::{places, raw};
use mistral_connectors::testing::FakeServer;
use mistral_connectors::{Method, Result, UseConnector};
use serde_json::{Value, json};

/// A server with two connectors, `wiki` with two tools and `docs` with one.
fn server() -> FakeServer {
    let server = FakeServer::start();
    server.add(json!({"name": "wiki", "tools": [
        {"name": "read", "answer": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]},
        {"name": "ask", "answer": "42"},
    ]}));
    server.add(json!({"name": "docs", "tools": [{"name": "find"}]}));
    server
}

fn start(server: &FakeServer, tools: &[UseConnector]) -> Result<Value> {
    let body = json!({"model": "mistral-medium-latest", "inputs": "What?", "tools": tools});
    let conversations = server
        .client()
        .request(Method::Post, ["v1", "conversations"]);
    conversations.json(&body).send()
}

#[track_caller]
fn said(server: &FakeServer, tools: &[UseConnector]) -> (Option<String>, String) {
    let answer = start(server, tools).unwrap();
    assert_eq!(answer["object"], "conversation.response");
    assert!(answer["usage"].is_object());
    let outputs = answer["outputs"].as_array().unwrap();
    let last = outputs.last().unwrap();
    assert_eq!(
        (&last["type"], &last["role"]),
        (&json!("message.output"), &json!("assistant"))
    );
    let called = outputs
        .iter()
        .find(|output| output["type"] == "tool.execution");
    let called = called.map(|called| called["name"].as_str().unwrap().to_owned());
    (called, last["content"].as_str().unwrap().to_owned())
}

fn wiki() -> UseConnector {
    UseConnector::new("wiki")
}

#[test]
fn the_first_allowed_tool_is_called_and_its_text_repeated() {
    let server = server();
    let docs = || UseConnector::new("docs");
    for (tools, tool, words) in [
        (vec![wiki()], Some("read"), "a\nb"),
        (vec![wiki(), docs()], Some("read"), "a\nb"),
        (vec![docs(), wiki()], Some("find"), "find {}"),
        (vec![wiki().include(["ask"])], Some("ask"), "42"),
        (vec![wiki().exclude(["read"])], Some("ask"), "42"),
        (
            vec![wiki().requires_confirmation(["read"])],
            Some("ask"),
            "42",
        ),
        (
            vec![wiki().include(["nothing"]), docs()],
            Some("find"),
            "find {}",
        ),
        (vec![wiki().include([""; 0])], None, "No tool was called."),
        (vec![], None, "No tool was called."),
    ] {
        let (called, content) = said(&server, &tools);
        assert_eq!((called.as_deref(), &*content), (tool, words), "{tools:?}");
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
fn an_unknown_connector_cannot_be_used() {
    let server = server();
    let tools = [wiki(), UseConnector::new("mail")];
    assert!(start(&server, &tools).unwrap_err().is_not_found());
}

#[test]
fn the_secrets_of_a_conversation_are_not_printed() {
    let server = server();
    start(&server, &[wiki().api_key("hidden-key")]).unwrap();
    start(&server, &[wiki().oauth2_token("hidden-token")]).unwrap();
    let shown = format!("{:?}", server.requests());
    assert!(
        shown.contains("wiki") && !shown.contains("hidden"),
        "{shown}"
    );
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
        let answer = raw(&server, "POST", "/v1/conversations", &body.to_string());
        assert_eq!(places(answer), [want], "{body}");
    }
    // Tools that are not connectors are ignored.
    let body = json!({"inputs": "What?", "tools": [{"type": "web_search"}]});
    let (status, _) = raw(&server, "POST", "/v1/conversations", &body.to_string());
    assert_eq!(status, 200);
    let (status, _) = raw(&server, "GET", "/v1/conversations", "");
    assert_eq!(status, 405);
}
