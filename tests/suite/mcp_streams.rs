//! MCP over streams of events: cut anywhere, with other messages in them, open after the response.

use std::time::{Duration, Instant};

use crate::support::mcp::{
    PATH, SESSION, chunk, count, event, handshake, message, open, result_of, says, server, stream,
    stream_head, whole_stream,
};
use crate::support::wire::{Act, Wire, response, response_with_headers};
use crate::support::{builder, client};
use mistral_connectors::{CallTool, Error, Result};
use serde_json::{Value, json};

/// What a tool says if its call gets this stream.
fn said(act: impl Fn(&Value) -> Act + Send + Sync + 'static) -> Result<String> {
    let wire = server(act);
    let output = open(&wire).call_tool(&CallTool::new("search"))?;
    Ok(output.text())
}

#[test]
fn a_response_is_read_from_a_stream_that_stays_open() {
    let started = Instant::now();
    let text = said(|message| Act::Stall(stream(&event(&says(message, "ok")))));
    assert_eq!(text.unwrap(), "ok");
    assert!(started.elapsed() < Duration::from_secs(20));
}

#[test]
fn every_request_may_get_a_stream() {
    let wire = Wire::serve(|_, incoming| {
        let message = message(incoming);
        let result = match message["method"].as_str() {
            Some("initialize") => json!({"protocolVersion": "2025-11-25"}),
            Some("tools/list") => json!({"tools": [{"name": "search"}]}),
            // Notifications get no response, but a server may open a stream anyway.
            None | Some("notifications/initialized") => return Act::Stall(stream(": hello\n")),
            Some(_) => json!({}),
        };
        Act::Send(whole_stream(&event(&result_of(&message, result))))
    });
    let started = Instant::now();
    let session = open(&wire);
    assert_eq!(session.list_tools().unwrap().len(), 1);
    assert_eq!(session.request("ping", ()).unwrap(), json!({}));
    session.close().unwrap();
    assert!(started.elapsed() < Duration::from_secs(20));
}

#[test]
fn other_messages_in_a_stream_are_dropped() {
    let others = [
        "\u{feff}: a comment\n\n",
        "id: 1\nretry: 10\ndata: \n\n",
        "event: ping\ndata: not JSON\n\n",
        "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{}}\r\r",
        // The responses to other requests.
        "data: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[]}}\n\n",
        "data: {\"jsonrpc\":\"2.0\",\"id\":\"2\",\"result\":{\"content\":[]}}\n\n",
        "data: {\"jsonrpc\":\"2.0\",\"id\":99,\"error\":{\"code\":1,\"message\":\"no\"}}\n\n",
    ];
    let others = others.concat();
    let text = said(move |message| {
        let events = format!("{others}{}", event(&says(message, "ok")));
        Act::Send(whole_stream(&events))
    });
    assert_eq!(text.unwrap(), "ok");
}

#[test]
fn a_stream_comes_a_byte_at_a_time() {
    let long = "é😀".repeat(700);
    let want = long.clone();
    let text = said(move |message| {
        let events = format!(
            "\u{feff}id: 1\r\ndata:\r\n\r\n{}",
            event(&says(message, &long))
        );
        let mut bytes = stream_head();
        for byte in events.bytes() {
            bytes.extend([b"1\r\n", &[byte][..], b"\r\n"].concat());
        }
        Act::OneByOne([&bytes[..], b"0\r\n\r\n"].concat())
    });
    assert_eq!(text.unwrap(), want);
}

#[test]
fn a_message_can_have_several_lines() {
    let text = said(|message| {
        let json: Value = serde_json::from_str(&says(message, "ok")).unwrap();
        let lines = format!("{json:#}").replace('\n', "\ndata: ");
        Act::Send(whole_stream(&format!("data: {lines}\n\n")))
    });
    assert_eq!(text.unwrap(), "ok");
}

#[test]
fn ten_megabytes_are_read_as_json_and_from_a_stream() {
    let long = "x".repeat(10 << 20);
    let wire = server(move |message| {
        let body = says(message, &long);
        Act::Send(match message["params"]["name"].as_str() {
            Some("json") => response(200, &body),
            _ => whole_stream(&event(&body)),
        })
    });
    let session = open(&wire);
    for tool in ["json", "stream"] {
        let output = session.call_tool(&CallTool::new(tool)).unwrap();
        assert_eq!(output.text().len(), 10 << 20, "{tool}");
    }
}

#[test]
fn a_stream_above_the_limit_is_an_error() {
    let long = event(&json!({"method": "notifications/message"}).to_string()).repeat(100);
    for act in [
        Act::Send(whole_stream(&long)),
        Act::Flood(stream_head(), chunk(&": comment\n".repeat(99))),
        Act::Flood(stream("data: "), chunk(&"x".repeat(999))),
    ] {
        let wire = server(move |_| act.clone());
        let client = builder(wire.base_url()).max_response_bytes(2000).build();
        let session = client.unwrap().mcp("docs").unwrap();
        let error = session.call_tool(&CallTool::new("search")).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("larger than `max_response_bytes`"), "{text}");
        assert!(error.may_have_happened(), "{text}");
    }
}

#[test]
fn a_dripping_stream_ends_at_the_deadline() {
    let drips = |act: Act| {
        let wire = server(move |_| act.clone());
        let client = builder(wire.base_url())
            .max_response_bytes(u64::MAX)
            .timeout(Duration::from_secs(1))
            .build();
        let session = client.unwrap().mcp("docs").unwrap();
        let started = Instant::now();
        let error = session.call_tool(&CallTool::new("search")).unwrap_err();
        assert!(started.elapsed() < Duration::from_secs(20));
        assert!(error.is_timeout() && error.may_have_happened(), "{error}");
    };
    let without_chunks = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n:";
    let colon = chunk(":");
    // To respond to all of them takes a minute.
    let pings = vec![json!({"id": 1, "method": "ping"}); 30_000];
    std::thread::scope(|scope| {
        for act in [
            Act::Drip(without_chunks.into()),
            Act::Flood(stream_head(), colon.clone()),
            Act::Flood(stream(": hello\n"), colon.clone()),
            Act::Flood(stream("data: {"), colon.clone()),
            Act::Stall(stream(&event(&json!(pings).to_string()))),
        ] {
            scope.spawn(move || drips(act));
        }
    });
}

#[test]
fn requests_from_the_server_get_responses_while_the_stream_is_read() {
    let wire = server(|message| {
        let requests = [
            json!({"jsonrpc": "2.0", "id": 3, "method": "ping"}),
            json!({"jsonrpc": "2.0", "id": "e-1", "method": "elicitation/create", "params": {}}),
            json!([{"jsonrpc": "2.0", "id": 7, "method": "ping"}, {"method": "notifications/x"}]),
        ];
        let requests: String = requests.iter().map(|it| event(&it.to_string())).collect();
        // The three responses come after the three requests of the client.
        let last = chunk(&event(&says(message, "ok")));
        Act::Wait(stream(&requests), 6, last)
    });
    let session = open(&wire);
    let output = session.call_tool(&CallTool::new("search")).unwrap();
    assert_eq!(output.text(), "ok");
    let seen = wire.seen();
    let responses: Vec<_> = seen[3..].iter().map(message).collect();
    let error = json!({"code": -32601, "message": "Method not found: elicitation/create"});
    let want = [
        json!({"jsonrpc": "2.0", "id": 3, "result": {}}),
        json!({"jsonrpc": "2.0", "id": "e-1", "error": error}),
        json!({"jsonrpc": "2.0", "id": 7, "result": {}}),
    ];
    assert_eq!(responses, want);
    for response in &seen[3..] {
        assert_eq!(response.line(), format!("POST {PATH}"));
        let session = format!("mcp-session-id: {SESSION}");
        assert!(response.head.contains(&session), "{}", response.head);
        assert!(response.head.contains("mcp-protocol-version: 2025-11-25"));
    }
}

#[test]
fn a_response_that_the_server_refuses_does_not_end_the_call() {
    let wire = Wire::serve(|_, incoming| {
        let own = message(incoming);
        match own["method"].as_str() {
            Some("tools/call") => {
                let ping = event(&json!({"id": 1, "method": "ping"}).to_string());
                let last = chunk(&event(&says(&own, "ok")));
                Act::Wait(stream(&ping), 4, last)
            }
            None if incoming.line().starts_with("POST") => Act::Send(response(400, "{}")),
            _ => handshake(&own).unwrap(),
        }
    });
    let output = open(&wire).call_tool(&CallTool::new("search")).unwrap();
    assert_eq!(output.text(), "ok");
}

#[test]
fn lists_of_messages_are_understood() {
    for as_stream in [false, true] {
        let text = said(move |message| {
            let notification = json!({"method": "notifications/message"});
            let list = format!("[{notification},{}]", says(message, "ok"));
            Act::Send(if as_stream {
                whole_stream(&event(&list))
            } else {
                response(200, &list)
            })
        });
        assert_eq!(text.unwrap(), "ok");
    }
}

#[test]
fn half_a_character_in_a_stream_is_replaced() {
    let text = said(|message| {
        let output = says(message, "ok").replace("ok", r"\ud83d");
        Act::Send(whole_stream(&event(&output)))
    });
    assert_eq!(text.unwrap(), "\u{fffd}");
}

#[test]
fn a_message_that_cannot_be_read_is_an_error_at_once() {
    for message in ["not JSON", "{\"id\":", "\u{0}"] {
        let act = Act::Stall(stream(&event(message)));
        let started = Instant::now();
        let error = said(move |_| act.clone()).unwrap_err();
        assert!(matches!(error, Error::Decode(_)), "{error}");
        assert!(error.may_have_happened(), "{error}");
        assert!(started.elapsed() < Duration::from_secs(20));
    }
}

#[test]
fn a_stream_that_ends_before_the_response_says_that_the_tool_may_have_run() {
    let without_chunks = "content-type: text/event-stream\r\n";
    for act in [
        Act::Send(whole_stream("")),
        Act::Send(whole_stream(": hello\n\nid: 1\nretry: 1\ndata:\n\n")),
        Act::Send(whole_stream("data: {}\n")),
        Act::Send(response_with_headers(
            200,
            without_chunks,
            "data: {\"id\":3",
        )),
    ] {
        let wire = server(move |_| act.clone());
        let session = open(&wire);
        let error = session.call_tool(&CallTool::new("search")).unwrap_err();
        assert!(matches!(error, Error::Transport(_)), "{error}");
        let text = error.to_string();
        assert!(
            text.contains("event stream ended before the response"),
            "{text}"
        );
        assert!(text.contains("may still have been processed"), "{text}");
        assert!(error.may_have_happened() && error.is_transient(), "{text}");
        assert_eq!(count(&wire, "tools/call"), 1);
    }
}

#[test]
fn shutting_down_ends_a_stream() {
    let wire = server(|_| Act::Stall(stream(": hello\n")));
    let client = client(wire.base_url());
    let session = client.mcp("docs").unwrap();
    let started = Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while count(&wire, "tools/call") == 0 {
                std::thread::yield_now();
            }
            client.shutdown();
        });
        let error = session.call_tool(&CallTool::new("search")).unwrap_err();
        assert!(error.to_string().contains("shut down"), "{error}");
    });
    assert!(started.elapsed() < Duration::from_secs(20));
}
