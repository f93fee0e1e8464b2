//! MCP sessions with real MCP servers, which `tests/mcp_servers.py` installs and starts:
//!
//! ```sh
//! python3 tests/mcp_servers.py
//! ```

use std::time::Duration;

use crate::support::builder;
use mistral_connectors::{CallTool, Error, McpSession};
use serde_json::json;

/// Sessions with those servers whose name is in the list, or with all if it is empty. Each comes with
/// the name of its server.
fn sessions(names: &[&str]) -> Vec<(String, McpSession)> {
    let servers = std::env::var("MCP_SERVERS").expect("run this with tests/mcp_servers.py");
    let servers = servers
        .split(' ')
        .filter_map(|server| server.split_once('='));
    let servers = servers.filter(|(name, _)| names.is_empty() || names.contains(name));
    let open = |(name, base_url): (&str, &str)| {
        let client = builder(base_url).timeout(Duration::from_secs(20)).build();
        let session = client.unwrap().mcp("docs");
        let session = session.unwrap_or_else(|error| panic!("{name}: {error}"));
        (name.to_owned(), session)
    };
    servers.map(open).collect()
}

#[test]
#[ignore = "needs the servers of tests/mcp_servers.py"]
fn a_session_is_opened_used_and_closed() {
    for (name, session) in sessions(&[]) {
        assert_eq!(session.protocol_version(), "2025-11-25", "{name}");
        assert!(session.server_info()["name"].is_string(), "{name}");
        assert!(session.instructions().is_some(), "{name}");
        assert_eq!(session.request("ping", ()).unwrap(), json!({}), "{name}");
        let tools = session.list_tools().unwrap();
        let echo = tools.iter().find(|tool| tool.name == "echo");
        assert!(echo.unwrap().input_schema().is_some(), "{name}");
        for text in ["é😀\u{2028}", "x"] {
            let call = CallTool::new("echo");
            let call = call.argument("text", text).argument("message", text);
            let output = session.call_tool(&call).unwrap();
            assert!(output.text().ends_with(text), "{name}: {output:?}");
            assert!(!output.is_error(), "{name}");
        }
        session
            .close()
            .unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
#[ignore = "needs the servers of tests/mcp_servers.py"]
fn tools_fail_and_methods_are_unknown() {
    for (name, session) in sessions(&[]) {
        for tool in ["unknown", "fail"] {
            let output = session.call_tool(&CallTool::new(tool)).unwrap();
            assert!(output.is_error(), "{name}: {output:?}");
        }
        let error = session.request("no/such/method", ()).unwrap_err();
        match &error {
            Error::Mcp(own) => assert_eq!(own.code, -32601, "{name}: {error}"),
            _ => panic!("{name}: {error}"),
        }
    }
}

#[test]
#[ignore = "needs the servers of tests/mcp_servers.py"]
fn ten_megabytes_are_read() {
    for (name, session) in sessions(&["stateful", "stateless", "json"]) {
        let call = CallTool::new("repeat").argument("text", "0123456789");
        // They are in the output twice, as text and as JSON.
        let output = session.call_tool(&call.argument("times", 500_000)).unwrap();
        assert_eq!(output.text().len(), 5_000_000, "{name}");
    }
}

#[test]
#[ignore = "needs the servers of tests/mcp_servers.py"]
fn requests_from_the_server_get_responses() {
    for (name, session) in sessions(&["stateful"]) {
        let output = session.call_tool(&CallTool::new("ask")).unwrap();
        let text = output.text();
        assert!(text.starts_with("pong, and "), "{name}: {output:?}");
        assert!(text.contains("Method not found"), "{name}: {text}");
    }
}

#[test]
#[ignore = "needs the servers of tests/mcp_servers.py"]
fn a_session_that_the_server_has_ended_is_expired() {
    for (name, session) in sessions(&["stateful", "json"]) {
        // What comes back of this call is up to the server.
        let _ = session.call_tool(&CallTool::new("end_session"));
        let error = session.list_tools().unwrap_err();
        assert!(error.is_session_expired(), "{name}: {error}");
        session.close().unwrap();
    }
}
