//! What goes wrong in MCP sessions, and what errors say about it.

use crate::support::mcp::{
    PATH, SESSION, count, error_of, event, handshake, message, open, opened, result_of, says,
    server, stream, whole_stream,
};
use crate::support::wire::{Act, Wire, response, response_with_headers};
use crate::support::{KEY, ambiguous, client};
use mistral_connectors::{CallTool, Error, McpError};
use serde_json::{Value, json};

/// The error of a tool call that gets this.
#[track_caller]
fn error_after(act: Act) -> Error {
    let wire = server(move |_| act.clone());
    let session = open(&wire);
    session.call_tool(&CallTool::new("search")).unwrap_err()
}

#[track_caller]
fn mcp(error: Error) -> McpError {
    match error {
        Error::Mcp(error) => *error,
        error => panic!("{error:?}"),
    }
}

/// Everything that can go wrong after a request has arrived.
fn faults() -> Vec<Act> {
    let mut faults = ambiguous();
    faults.extend([
        Act::Send(whole_stream(": hello\n")),
        Act::SendAndClose(stream(": hello\n")),
        Act::SendAndClose(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n".to_vec()),
    ]);
    faults
}

#[test]
fn a_tool_runs_at_most_once() {
    let unreadable = [
        Act::Send(response(202, "")),
        Act::Send(response(200, "<html>")),
        Act::Send(response(200, r#"{"id":99,"result":{"content":[]}}"#)),
        Act::Send(response(200, r#"{"id":3,"result":{"x":1}}"#)),
        Act::Send(whole_stream(&event("not JSON"))),
    ];
    for fault in faults().into_iter().chain(unreadable) {
        let wire = {
            let fault = fault.clone();
            server(move |_| fault.clone())
        };
        let session = open(&wire);
        let error = session.call_tool(&CallTool::new("search")).unwrap_err();
        assert_eq!(count(&wire, "tools/call"), 1, "{fault:?}: {error}");
        assert!(error.may_have_happened(), "{fault:?}: {error}");
        // The same for other requests that may change something.
        let _ = session.request("prompts/get", json!({}));
        assert_eq!(count(&wire, "prompts/get"), 1, "{fault:?}");
    }
}

#[test]
fn a_tool_call_that_was_not_processed_is_retried() {
    let refusals = std::sync::atomic::AtomicUsize::new(2);
    let wire = server(move |message| {
        let left = refusals.load(std::sync::atomic::Ordering::SeqCst);
        if left == 0 {
            return Act::Send(response(200, &says(message, "ok")));
        }
        refusals.store(left - 1, std::sync::atomic::Ordering::SeqCst);
        Act::Send(response(429, "{}"))
    });
    let output = open(&wire).call_tool(&CallTool::new("search")).unwrap();
    assert_eq!(output.text(), "ok");
    assert_eq!(count(&wire, "tools/call"), 3);
}

#[test]
fn requests_that_change_nothing_are_retried() {
    for fault in faults() {
        for method in ["initialize", "tools/list", "resources/list", "ping"] {
            let failed = std::sync::atomic::AtomicBool::new(false);
            let act = fault.clone();
            let wire = Wire::serve(move |_, incoming| {
                let message = message(incoming);
                let is_it = message["method"] == method;
                if is_it && !failed.swap(true, std::sync::atomic::Ordering::SeqCst) {
                    return act.clone();
                }
                let result = || result_of(&message, json!({"tools": []}));
                handshake(&message).unwrap_or_else(|| Act::Send(response(200, &result())))
            });
            let session = open(&wire);
            session.list_tools().unwrap();
            session.request("resources/list", ()).unwrap();
            session.request("ping", ()).unwrap();
            assert_eq!(count(&wire, method), 2, "{method} after {fault:?}");
        }
    }
    // And an error does not say that it may have been processed.
    let wire = server(|_| Act::Send(response(503, "{}")));
    let error = open(&wire).list_tools().unwrap_err();
    assert!(!error.may_have_happened(), "{error}");
}

#[test]
fn an_error_of_json_rpc_is_an_mcp_error() {
    let own = json!({"code": -32602, "message": "Unknown tool", "data": {"tool": "x"}});
    for as_stream in [false, true] {
        let own = own.clone();
        let wire = server(move |message| {
            let body = error_of(message, own.clone());
            Act::Send(if as_stream {
                whole_stream(&event(&body))
            } else {
                response_with_headers(200, "x-request-id: r-1\r\n", &body)
            })
        });
        let session = open(&wire);
        let error = session.call_tool(&CallTool::new("x")).unwrap_err();
        assert_eq!((error.status(), error.attempts()), (Some(200), 1));
        let id = (!as_stream).then_some("r-1");
        assert_eq!(error.request_id(), id);
        assert!(!error.is_transient() && !error.is_session_expired());
        let at_id = id.map_or(String::new(), |id| format!("request ID {id}, "));
        let text = format!(
            "MCP error -32602 on POST {PATH} (tools/call): Unknown tool (data: {{\"tool\":\"x\"}}) \
             ({at_id}1 attempt; the request may still have been processed: check before retrying)"
        );
        assert_eq!(error.to_string(), text);
        let error = mcp(error);
        assert_eq!(
            (error.code, error.message.as_str()),
            (-32602, "Unknown tool")
        );
        assert_eq!(error.data, Some(json!({"tool": "x"})));
        assert_eq!(error.request, format!("POST {PATH}"));
    }
}

#[test]
fn errors_of_every_form_are_read() {
    for (body, code, message) in [
        (r#"{"id":null,"error":{"code":1,"message":"m"}}"#, 1, "m"),
        (r#"{"error":{"code":"x","message":"m"}}"#, 0, "m"),
        (r#"[{"id":3,"error":{"code":7,"message":"m"}}]"#, 7, "m"),
        (r#"{"id":2,"error":"out of order"}"#, 0, "out of order"),
    ] {
        let body = body.replace("3,", "2,");
        let error = mcp(error_after(Act::Send(response(200, &body))));
        assert_eq!(
            (error.code, error.message.as_str()),
            (code, message),
            "{body}"
        );
    }
}

#[test]
fn an_error_says_whether_the_tool_may_have_run() {
    for (status, code, want) in [
        (200, -32700, false),
        // A tool that has run can respond with these too.
        (200, -32600, true),
        (200, -32601, true),
        (200, -32602, true),
        (200, -32603, true),
        (200, -32000, true),
        (200, 5, true),
        (400, -32000, false),
        (429, -32000, false),
        (500, -32602, true),
    ] {
        let body = json!({"jsonrpc": "2.0", "error": {"code": code, "message": "m"}});
        let error = error_after(Act::Send(response(status, &body.to_string())));
        assert_eq!(error.may_have_happened(), want, "{status} {code}: {error}");
        let says = error.to_string().contains("may still have been processed");
        assert_eq!(says, want, "{error}");
        assert_eq!(error.is_rate_limited(), status == 429, "{error}");
        assert_eq!(error.is_transient(), matches!(status, 429 | 500), "{error}");
        assert_eq!(mcp(error).code, code);
    }
}

#[test]
fn a_method_with_line_breaks_does_not_add_lines_to_an_error() {
    let refused = json!({"code": 1, "message": "no"});
    let wire = server(move |message| Act::Send(response(200, &error_of(message, refused.clone()))));
    let refused = open(&wire).request("a\r\nb", ()).unwrap_err();
    let wire = server(|_| Act::Send(response(200, "{}")));
    let unreadable = open(&wire).request("a\r\nb", ()).unwrap_err();
    for error in [refused, unreadable] {
        let text = error.to_string();
        assert!(
            text.contains("a b") && !text.contains(['\r', '\n']),
            "{text}"
        );
    }
}

#[test]
fn an_expired_session_says_to_open_a_new_one() {
    let not_found =
        r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"Session not found"}}"#;
    let no_session = r#"{"jsonrpc":"2.0","error":{"code":-32000,"message":"Bad Request: No valid session ID provided"}}"#;
    for (status, body) in [
        (404, not_found),
        (404, ""),
        (404, r#"{"detail":"Not Found"}"#),
        (400, no_session),
        (400, r#"{"detail":"Unknown session"}"#),
    ] {
        let error = error_after(Act::Send(response(status, body)));
        assert!(error.is_session_expired(), "{status} {body}: {error}");
        assert!(error.to_string().contains("open a new one"), "{error}");
        assert!(!error.may_have_happened(), "{error}");
        assert_eq!(error.status(), Some(status));
    }
    let version = r#"{"jsonrpc":"2.0","error":{"code":-32000,"message":"Bad Request: Unsupported protocol version"}}"#;
    let unknown_tool =
        r#"{"jsonrpc":"2.0","error":{"code":-32602,"message":"Unknown tool: open a session"}}"#;
    for (status, body) in [
        (400, version),
        (400, unknown_tool),
        (400, r#"{"detail":"an obsession"}"#),
        (400, "{}"),
        (401, no_session),
        (500, no_session),
    ] {
        let error = error_after(Act::Send(response(status, body)));
        assert!(!error.is_session_expired(), "{status} {body}: {error}");
    }
}

#[test]
fn without_a_session_id_no_session_has_expired() {
    let wire = Wire::serve(|_, incoming| {
        let message = message(incoming);
        if message["method"] == "initialize" {
            return opened(&message, "");
        }
        handshake(&message).unwrap_or_else(|| Act::Send(response(404, "{}")))
    });
    let error = open(&wire).request("ping", ()).unwrap_err();
    assert!(
        error.is_not_found() && !error.is_session_expired(),
        "{error}"
    );
}

#[test]
fn a_server_without_sessions_says_which_versions_it_supports() {
    let error = json!({
        "code": -32022,
        "message": "Unsupported protocol version",
        "data": {"supported": ["2026-07-28"], "requested": "2025-11-25"},
    });
    let body = json!({"jsonrpc": "2.0", "id": 1, "error": error}).to_string();
    for status in [200, 400] {
        let wire = Wire::script([Act::Send(response(status, &body))]);
        let error = client(wire.base_url()).mcp("docs").unwrap_err();
        assert!(error.to_string().contains("2026-07-28"), "{error}");
        assert!(error.hint().unwrap().contains("sessions"), "{error}");
        let error = mcp(error);
        assert_eq!((error.status, error.code), (status, -32022));
        assert_eq!(error.data.unwrap()["supported"], json!(["2026-07-28"]));
        assert_eq!(wire.seen().len(), 1);
    }
}

#[test]
fn an_unknown_version_is_named_in_the_error() {
    let wire = Wire::serve(|_, incoming| {
        let result = json!({"protocolVersion": "2026-07-28"});
        Act::Send(response(200, &result_of(&message(incoming), result)))
    });
    let error = client(wire.base_url()).mcp("docs").unwrap_err();
    assert!(matches!(error, Error::Decode(_)), "{error}");
    let text = error.to_string();
    assert!(text.contains("its version of MCP is 2026-07-28"), "{text}");
    assert!(text.contains("2025-06-18, 2025-11-25"), "{text}");
    assert!(!error.may_have_happened(), "{text}");
}

#[test]
fn the_reason_of_the_gateway_is_shown() {
    let header = "proxy-status: edge; error=x, connectors-gateway; error=http_request_error; \
                  status-code=400; details=\"connector_protocol_mismatch\"\r\n";
    let rpc = json!({"jsonrpc": "2.0", "error": {"code": 1, "message": "Bad Request"}});
    for body in [r#"{"detail":"Bad Request"}"#, &rpc.to_string()] {
        let wire = Wire::script([Act::Send(response_with_headers(400, header, body))]);
        let error = client(wire.base_url()).mcp("docs").unwrap_err();
        let want =
            "Bad Request; connectors gateway: http_request_error (connector_protocol_mismatch)";
        assert!(error.to_string().contains(want), "{error}");
    }
}

#[test]
fn a_connector_that_does_not_exist_is_not_found() {
    let body = r#"{"detail":"Connector not found"}"#;
    let wire = Wire::script([Act::Send(response(404, body))]);
    let error = client(wire.base_url()).mcp("docs").unwrap_err();
    assert!(
        error.is_not_found() && !error.is_session_expired(),
        "{error}"
    );
    assert!(
        error
            .hint()
            .unwrap()
            .contains("no connector has this ID or name")
    );
}

#[test]
fn a_404_of_the_mcp_server_does_not_blame_the_base_url() {
    let error = json!({"code": -32601, "message": "Method not found"});
    let body = json!({"jsonrpc": "2.0", "id": 1, "error": error}).to_string();
    let wire = Wire::script([Act::Send(response(404, &body))]);
    let error = client(wire.base_url()).mcp("docs").unwrap_err();
    assert_eq!((error.status(), error.hint()), (Some(404), None), "{error}");
}

#[test]
fn a_response_that_is_not_valid_mcp_is_an_error() {
    for (status, body, why) in [
        (202, "", "the body is empty"),
        (200, "<html>", "the body is a web page"),
        (
            200,
            r#"{"id":99,"result":{}}"#,
            "no result or error has the ID 2",
        ),
        (200, r#"{"id":2}"#, "no result or error has the ID 2"),
        (
            200,
            r#"{"id":2,"result":{"x":1}}"#,
            "it has none of `content`",
        ),
        (200, r#"{"id":2,"result":null}"#, "null"),
    ] {
        let error = error_after(Act::Send(response(status, body)));
        assert!(matches!(error, Error::Decode(_)), "{body}: {error}");
        let text = error.to_string();
        assert!(
            text.contains("is not the response to `tools/call`"),
            "{text}"
        );
        assert!(text.contains(why), "{text}");
    }
    let wire = server(|message| Act::Send(response(200, &result_of(message, json!({})))));
    let error = open(&wire).list_tools().unwrap_err();
    assert!(error.to_string().contains("no list `tools`"), "{error}");
}

#[test]
fn secrets_that_the_server_repeats_are_redacted() {
    let secrets = [KEY, SESSION, "s3cr3t-of-the-call"];
    let all = secrets.join(" and ");
    let data = json!({"a": [all], "b": {KEY: 1}, "c": all});
    let error = json!({"code": 1, "message": all, "data": data});
    let rpc = json!({"jsonrpc": "2.0", "id": 2, "error": error}).to_string();
    for act in [
        Act::Send(response(200, &rpc)),
        Act::Send(response(400, &rpc)),
        Act::Send(whole_stream(&event(&rpc))),
        Act::Send(response(200, &all)),
        Act::Send(whole_stream(&event(&all))),
        Act::Send(response(500, &all)),
    ] {
        let wire = server(move |_| act.clone());
        let session = open(&wire);
        let call = CallTool::new("search").argument("token", "s3cr3t-of-the-call");
        let error = session.call_tool(&call).unwrap_err();
        let mut text = format!("{error} {error:?} {session:?}");
        if let Error::Mcp(error) = &error {
            text += &format!("{error:?} {}", error.data.as_ref().unwrap());
        }
        assert!(text.contains("[redacted]"), "{text}");
        for secret in secrets {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

#[test]
fn a_new_session_id_is_redacted_too() {
    for (status, body) in [
        (200, format!("not JSON: {SESSION}")),
        (
            200,
            json!({"id": 1, "error": {"message": SESSION, "data": SESSION}}).to_string(),
        ),
        (400, format!("not JSON: {SESSION}")),
    ] {
        let headers = format!("mcp-session-id: {SESSION}\r\n");
        let wire = Wire::script([Act::Send(response_with_headers(status, &headers, &body))]);
        let error = client(wire.base_url()).mcp("docs").unwrap_err();
        let text = format!("{error} {error:?}");
        assert!(
            text.contains("[redacted]") && !text.contains(SESSION),
            "{text}"
        );
    }
}

#[test]
fn large_data_is_left_out() {
    for (length, is_kept) in [(65_000, true), (70_000, false)] {
        let error = json!({"code": 1, "message": "m", "data": "x".repeat(length)});
        let body = json!({"jsonrpc": "2.0", "id": 2, "error": error}).to_string();
        let error = error_after(Act::Send(response(200, &body)));
        assert!(error.to_string().len() < 1000);
        let data = mcp(error).data.filter(Value::is_string);
        assert_eq!(data.is_some(), is_kept);
    }
}
