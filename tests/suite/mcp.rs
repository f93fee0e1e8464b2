//! MCP sessions: how they are opened, used and ended.

use std::collections::HashSet;
use std::fmt::Debug;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::time::{Duration, Instant};

use crate::support::mcp::{
    PATH, SESSION, count, handshake, header, message, open, result_of, says, server,
};
use crate::support::wire::{Act, Wire, response};
use crate::support::{ID, KEY, builder, client};
use mistral_connectors::testing::FakeServer;
use mistral_connectors::{CallTool, Error, McpSession, OpenMcp, Result};
use serde_json::{Value, json};

/// A server whose tools say "ok", whose lists are empty, and which has everything else.
fn simple() -> Wire {
    server(|message| {
        let body = match message["method"].as_str() {
            Some("tools/call") => says(message, "ok"),
            Some("tools/list") => result_of(message, json!({"tools": []})),
            _ => result_of(message, json!({})),
        };
        Act::Send(response(200, &body))
    })
}

#[test]
fn a_session_is_opened_used_and_ended_as_mcp_specifies() {
    let wire = simple();
    let session = open(&wire);
    assert_eq!(session.protocol_version(), "2025-11-25");
    assert_eq!(session.server_info()["name"], "docs");
    assert_eq!(session.instructions(), Some("Search first."));
    session.list_tools().unwrap();
    let call = CallTool::new("search").argument("query", "é");
    assert_eq!(session.call_tool(&call).unwrap().text(), "ok");
    session.close().unwrap();

    let version = env!("CARGO_PKG_VERSION");
    let params = json!({
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "mistral-connectors", "version": version},
    });
    let arguments = json!({"name": "search", "arguments": {"query": "é"}});
    let want = [
        json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}),
        json!({"jsonrpc": "2.0", "method": "notifications/initialized"}),
        json!({"jsonrpc": "2.0", "id": 2, "method": "tools/list"}),
        json!({"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": arguments}),
        Value::Null,
    ];
    let seen = wire.seen();
    assert_eq!(seen.iter().map(message).collect::<Vec<_>>(), want);
    for (number, request) in seen.iter().enumerate() {
        let is_last = number == 4;
        let method = if is_last { "DELETE" } else { "POST" };
        assert_eq!(request.line(), format!("{method} {PATH}"));
        let accept = Some("application/json, text/event-stream".to_owned());
        assert_eq!(header(request, "accept"), accept, "{number}");
        let content_type = header(request, "content-type");
        assert_eq!(content_type.is_some(), !is_last, "{number}");
        let key = format!("Bearer {KEY}");
        assert_eq!(header(request, "authorization"), Some(key), "{number}");
        let later = |value: &str| (number > 0).then(|| value.to_owned());
        let session = header(request, "mcp-session-id");
        assert_eq!(session, later(SESSION), "{number}");
        let version = header(request, "mcp-protocol-version");
        assert_eq!(version, later("2025-11-25"), "{number}");
        assert_eq!(header(request, "x-credentials-name"), None, "{number}");
    }
}

#[test]
fn the_version_that_the_server_chooses_is_used() {
    for version in ["2024-11-05", "2025-03-26", "2025-06-18"] {
        let wire = Wire::serve(move |_, incoming| {
            let message = message(incoming);
            let result = result_of(&message, json!({ "protocolVersion": version }));
            Act::Send(response(200, &result))
        });
        let session = open(&wire);
        assert_eq!(session.protocol_version(), version);
        assert!(session.server_info().is_empty() && session.instructions().is_none());
        session.request("ping", ()).unwrap();
        for request in &wire.seen()[1..] {
            let sent = header(request, "mcp-protocol-version");
            assert_eq!(sent.as_deref(), Some(version));
        }
    }
}

#[test]
fn the_name_of_the_credentials_is_sent_with_every_request() {
    let wire = simple();
    let options = OpenMcp::new().credentials_name("work");
    let client = client(wire.base_url());
    let session = client.mcp_with("docs", &options).unwrap();
    let call = CallTool::new("search").credentials_name("work");
    session.call_tool(&call).unwrap();
    session.close().unwrap();
    let seen = wire.seen();
    assert_eq!(seen.len(), 4);
    for request in &seen {
        let name = header(request, "x-credentials-name");
        assert_eq!(name.as_deref(), Some("work"));
    }
}

#[test]
fn a_call_with_other_credentials_than_its_session_is_not_sent() {
    let wire = simple();
    let session = open(&wire);
    let call = CallTool::new("search").credentials_name("work");
    let error = session.call_tool(&call).unwrap_err();
    assert!(matches!(error, Error::InvalidRequest(_)), "{error}");
    assert_eq!(count(&wire, "tools/call"), 0);
}

#[test]
fn a_connector_is_one_path_segment() {
    let wire = simple();
    let client = client(wire.base_url());
    drop(client.mcp("a/b c").unwrap());
    let path = "POST /v1/connectors-gateway/a%2Fb%20c/mcp";
    assert_eq!(wire.seen()[0].line(), path);
    let error = client.mcp("..").unwrap_err();
    assert!(matches!(error, Error::InvalidRequest(_)), "{error}");
}

#[test]
fn parameters_and_arguments_that_are_null_are_left_out() {
    let wire = simple();
    let session = open(&wire);
    session.request("ping", ()).unwrap();
    session.request("ping", Value::Null).unwrap();
    session.request("ping", json!({})).unwrap();
    session.call_tool(&CallTool::new("search")).unwrap();
    let null = CallTool::new("search").arguments(Value::Null);
    session.call_tool(&null).unwrap();
    let empty = CallTool::new("search").arguments(json!({}));
    session.call_tool(&empty).unwrap();
    let params: Vec<_> = wire.seen()[2..]
        .iter()
        .map(|request| message(request).get("params").cloned())
        .collect();
    let call = json!({"name": "search"});
    let empty = json!({"name": "search", "arguments": {}});
    let want = [
        None,
        None,
        Some(json!({})),
        Some(call.clone()),
        Some(call),
        Some(empty),
    ];
    assert_eq!(params, want);
}

#[test]
fn every_request_has_an_id_of_its_own_in_all_threads() {
    let wire = simple();
    let session = open(&wire);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..5).for_each(|_| drop(session.request("ping", ()).unwrap())));
        }
    });
    let seen = wire.seen();
    let ids = seen
        .iter()
        .filter_map(|request| message(request)["id"].as_u64());
    assert_eq!(ids.collect::<HashSet<_>>().len(), 21);
}

#[test]
fn a_session_is_shared_between_threads_and_used_on_after_a_panic() {
    fn promises<T: Send + Sync + UnwindSafe + RefUnwindSafe + Debug + 'static>() {}
    promises::<McpSession>();
    fn values<T: Clone + Debug + Default + PartialEq + Send + Sync + 'static>() {}
    values::<OpenMcp>();
}

#[test]
fn all_pages_of_tools_are_listed() {
    let wire = server(|message| {
        let page = match message["params"]["cursor"].as_str() {
            None => json!({"tools": [{"name": "a"}, "not a tool"], "nextCursor": "2"}),
            Some("2") => json!({"tools": [], "nextCursor": "3"}),
            Some(_) => json!({"tools": [{"name": "b"}], "nextCursor": ""}),
        };
        Act::Send(response(200, &result_of(message, page)))
    });
    let tools = open(&wire).list_tools().unwrap();
    let names: Vec<_> = tools.iter().map(|tool| tool.name.as_str()).collect();
    assert_eq!(names, ["a", "b"]);
}

#[test]
fn a_cursor_of_8_kib_is_sent_back() {
    let wire = server(|message| {
        let cursor = match message["params"]["cursor"].as_str() {
            None => json!("x".repeat(8190)),
            Some(_) => Value::Null,
        };
        let page = json!({"tools": [], "nextCursor": cursor});
        Act::Send(response(200, &result_of(message, page)))
    });
    open(&wire).list_tools().unwrap();
    assert_eq!(count(&wire, "tools/list"), 2);
}

#[test]
fn a_cursor_above_8_kib_is_an_error() {
    let wire = server(|message| {
        let page = json!({"tools": [], "nextCursor": "x".repeat(8192)});
        Act::Send(response(200, &result_of(message, page)))
    });
    let error = open(&wire).list_tools().unwrap_err();
    assert!(matches!(error, Error::Pagination(_)), "{error}");
    assert!(error.to_string().contains("8 KiB"), "{error}");
    assert_eq!(count(&wire, "tools/list"), 1);
}

#[test]
fn a_list_of_tools_that_does_not_end_is_an_error() {
    for cursors in [&["a"][..], &["a", "b"]] {
        let wire = server(move |message| {
            let id = message["id"].as_u64().unwrap() as usize;
            let page = json!({"tools": [], "nextCursor": cursors[id % cursors.len()]});
            Act::Send(response(200, &result_of(message, page)))
        });
        let error = open(&wire).list_tools().unwrap_err();
        assert!(matches!(error, Error::Pagination(_)), "{error}");
        assert!(error.to_string().contains("its cursors repeat"), "{error}");
        assert_eq!(count(&wire, "tools/list"), cursors.len() + 1);
    }
}

#[test]
fn the_pages_of_tools_have_a_limit_together() {
    let wire = server(|message| {
        let filler = "x".repeat(900);
        let page = json!({"tools": [{"name": filler}], "nextCursor": message["id"].to_string()});
        Act::Send(response(200, &result_of(message, page)))
    });
    let client = builder(wire.base_url()).max_response_bytes(1000).build();
    let error = client.unwrap().mcp("docs").unwrap().list_tools();
    let error = error.unwrap_err();
    assert!(matches!(error, Error::Pagination(_)), "{error}");
    assert_eq!(count(&wire, "tools/list"), 5);
}

#[test]
fn opening_a_session_has_one_deadline() {
    let wire = Wire::serve(|_, incoming| {
        let message = message(incoming);
        match message["method"].as_str() {
            Some("notifications/initialized") => Act::Silence,
            _ => handshake(&message).unwrap(),
        }
    });
    let started = Instant::now();
    let client = client(wire.base_url()).with_timeout(Duration::from_secs(1));
    let error = client.mcp("docs").unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert!(started.elapsed() < Duration::from_secs(20));
}

#[test]
fn the_fake_server_is_an_mcp_server_too() -> Result<()> {
    let server = FakeServer::start();
    server.page_size(1);
    server.add(json!({"id": ID, "name": "docs", "tools": [{"name": "search"}, {"name": "read"}]}));
    let session = server.client().mcp("docs")?;
    let tools = session.list_tools()?;
    let names: Vec<_> = tools.iter().map(|tool| tool.name.as_str()).collect();
    assert_eq!(names, ["search", "read"]);
    let output = session.call_tool(&CallTool::new("search"))?;
    assert!(!output.is_error());
    let output = session.call_tool(&CallTool::new("unknown"))?;
    assert!(output.is_error());
    session.close()?;
    let error = server.client().mcp("elsewhere").unwrap_err();
    assert!(error.is_not_found(), "{error}");
    Ok(())
}
