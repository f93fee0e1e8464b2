//! Tools: what listing and calling them sends, what becomes of the answers, and where a list of them
//! ends.

use std::thread;
use std::time::Duration;

use crate::support::wire::{Act, Incoming, Wire, response};
use crate::support::{assert_at_most_once, assert_repeated, builder, client, exchange, read_whole};
use mistral_connectors::{
    CallTool, ConnectorsClient, ContentBlock, Error, ListTools, Tool, ToolOutput,
};
use serde_json::{Value, json};

fn output() -> Value {
    json!({"content": [{"type": "text", "text": "Hello"}], "metadata": null})
}

// --- the exact requests

#[test]
fn a_list_of_tools_asks_for_what_was_set_and_nothing_else() {
    let options = ListTools::new;
    for (options, query) in [
        (options(), ""),
        (options().page(3), "?page=3"),
        (options().page_size(7), "?page_size=7"),
        (options().refresh(false), "?refresh=false"),
        (options().credentials_name("mine"), "?credentials_name=mine"),
        (
            options()
                .credentials_name("a&b=c/d é")
                .refresh(true)
                .page_size(7)
                .page(3),
            "?page=3&page_size=7&refresh=true&credentials_name=a%26b%3Dc%2Fd%20%C3%A9",
        ),
    ] {
        let path = format!("/v1/connectors/docs/tools{query}");
        let answer = json!([{"name": "read"}]);
        let tools = exchange(("GET", &path), None, &answer, |client| {
            client.list_tools_with("docs", &options)
        });
        assert_eq!(tools[0].name, "read", "{query}");
    }
}

#[test]
fn a_call_of_a_tool_sends_the_arguments_that_were_set() {
    let call = || CallTool::new("ask");
    for (tool, query, body) in [
        (call(), "", json!({})),
        (
            call().argument("q", "why?"),
            "",
            json!({"arguments": {"q": "why?"}}),
        ),
        (
            call()
                .argument("n", 1)
                .argument("list", json!([null, {"a": true}]))
                .argument("n", 2),
            "",
            json!({"arguments": {"n": 2, "list": [null, {"a": true}]}}),
        ),
        // The last word counts, by whichever way it is said.
        (
            call()
                .argument("q", "old")
                .arguments(json!({"r": 1}))
                .argument("s", false),
            "",
            json!({"arguments": {"r": 1, "s": false}}),
        ),
        (
            call().argument("q", "old").arguments(json!([1])),
            "",
            json!({"arguments": [1]}),
        ),
        (
            call().arguments(json!("no object")).argument("q", "why?"),
            "",
            json!({"arguments": {"q": "why?"}}),
        ),
        (
            call().arguments(Value::Null),
            "",
            json!({"arguments": null}),
        ),
        (
            call()
                .argument("api_key", "sent-though-secret")
                .credentials_name("a/b"),
            "?credentials_name=a%2Fb",
            json!({"arguments": {"api_key": "sent-though-secret"}}),
        ),
    ] {
        let path = format!("/v1/connectors/docs/tools/ask/call{query}");
        let said = exchange(("POST", &path), Some(body), &output(), |client| {
            client.call_tool("docs", &tool)
        });
        assert_eq!(said.text(), "Hello");
    }
}

#[test]
fn a_call_prints_its_tool_but_no_secret_among_its_arguments() {
    let call = CallTool::new("ask")
        .argument("q", "why?")
        .argument("password", "not-to-be-shown")
        .argument("options", json!({"headers": {"x": "not-to-be-shown"}}));
    for text in [format!("{call:?}"), format!("{call:#?}")] {
        assert!(text.contains("ask") && text.contains("why?"), "{text}");
        assert!(!text.contains("not-to-be-shown"), "{text}");
    }
    let echo = Act::Send(response(
        422,
        r#"{"detail": "bad password: not-to-be-shown"}"#,
    ));
    let wire = Wire::script([echo]);
    let error = client(wire.base_url())
        .call_tool("docs", &call)
        .unwrap_err();
    let text = format!("{error} {error:?}");
    assert!(
        text.contains("bad password") && !text.contains("not-to-be-shown"),
        "{text}"
    );
}

// --- repeats

#[test]
fn a_tool_is_called_at_most_once() {
    assert_at_most_once("call_tool", &output(), |client| {
        client.call_tool("docs", &CallTool::new("ask"))
    });
}

#[test]
fn a_list_of_tools_is_asked_for_again() {
    assert_repeated("list_tools", &json!([{"name": "read"}]), |client| {
        client.list_tools("docs")
    });
}

// --- pages

/// A server with this many tools, in pages of this size.
fn in_pages(count: usize, size: usize) -> Wire {
    Wire::serve(move |_, request| {
        let first = (page_of(request) - 1) * size;
        let tools = (first..count.min(first + size)).map(|n| json!({"name": format!("tool-{n}")}));
        let body = Value::Array(tools.collect()).to_string();
        Act::Send(response(200, &body))
    })
}

fn page_of(request: &Incoming) -> usize {
    let (_, page) = request.line().split_once("page=").unwrap_or(("", "1"));
    page.split('&').next().unwrap().parse().unwrap()
}

fn requests(wire: &Wire) -> Vec<String> {
    let seen = wire.seen().into_iter();
    let lines = seen.map(|request| request.line().to_owned());
    lines
        .map(|line| line.replace("GET /v1/connectors/docs/tools", ""))
        .collect()
}

#[track_caller]
fn assert_tools(tools: &[Tool], count: usize) {
    let names: Vec<_> = tools.iter().map(|tool| tool.name.clone()).collect();
    let want: Vec<_> = (0..count).map(|n| format!("tool-{n}")).collect();
    assert_eq!(names, want);
}

#[test]
fn full_pages_are_followed_by_the_next_until_one_is_not() {
    for (count, want) in [
        (0, vec!["?page_size=2"]),
        (1, vec!["?page_size=2"]),
        (2, vec!["?page_size=2", "?page=2&page_size=2"]),
        (3, vec!["?page_size=2", "?page=2&page_size=2"]),
        (
            5,
            vec!["?page_size=2", "?page=2&page_size=2", "?page=3&page_size=2"],
        ),
    ] {
        let wire = in_pages(count, 2);
        let options = ListTools::new().page_size(2);
        let tools = client(wire.base_url())
            .list_tools_with("docs", &options)
            .unwrap();
        assert_tools(&tools, count);
        assert_eq!(requests(&wire), want, "{count}");
        assert_eq!(wire.connections(), 1);
    }
}

#[test]
fn where_nothing_is_said_a_page_is_full_with_a_hundred() {
    for (count, want) in [
        (99, vec![""]),
        (100, vec!["", "?page=2"]),
        (250, vec!["", "?page=2", "?page=3"]),
    ] {
        let wire = in_pages(count, 100);
        let tools = client(wire.base_url()).list_tools("docs");
        assert_tools(&tools.unwrap(), count);
        assert_eq!(requests(&wire), want, "{count}");
    }
}

#[test]
fn every_page_is_asked_for_with_the_same_options_and_only_the_first_for_fresh_tools() {
    let wire = in_pages(3, 2);
    let options = ListTools::new()
        .page_size(2)
        .refresh(true)
        .credentials_name("mine");
    client(wire.base_url())
        .list_tools_with("docs", &options)
        .unwrap();
    assert_eq!(
        requests(&wire),
        [
            "?page_size=2&refresh=true&credentials_name=mine",
            "?page=2&page_size=2&credentials_name=mine"
        ]
    );
}

#[test]
fn a_server_without_pages_is_asked_twice_at_most() {
    for (count, want) in [(99, 1), (100, 2), (150, 2)] {
        let wire = Wire::serve(move |_, _| {
            let tools = (0..count).map(|n| json!({"name": format!("tool-{n}")}));
            Act::Send(response(200, &Value::Array(tools.collect()).to_string()))
        });
        let tools = client(wire.base_url()).list_tools("docs");
        assert_tools(&tools.unwrap(), count);
        assert_eq!(wire.seen().len(), want, "{count}");
    }
}

#[test]
fn a_page_that_is_named_is_the_only_one() {
    let wire = in_pages(9, 2);
    let options = ListTools::new().page(2).page_size(2);
    let tools = client(wire.base_url())
        .list_tools_with("docs", &options)
        .unwrap();
    let names: Vec<_> = tools.iter().map(|tool| &*tool.name).collect();
    assert_eq!(names, ["tool-2", "tool-3"]);
    assert_eq!(requests(&wire), ["?page=2&page_size=2"]);
}

#[test]
fn pages_without_end_are_an_error() {
    let wire = in_pages(usize::MAX, 1);
    let options = ListTools::new().page_size(1);
    let error = client(wire.base_url())
        .list_tools_with("docs", &options)
        .unwrap_err();
    assert!(matches!(error, Error::Pagination(_)), "{error}");
    assert!(error.to_string().contains("1000 full pages"), "{error}");
    assert_eq!(wire.seen().len(), 1000);
}

#[test]
fn all_pages_share_one_deadline() {
    // If each page had its own, the thousandth would end the listing with another error.
    let wire = Wire::serve(|_, request| {
        thread::sleep(Duration::from_millis(2));
        let tool = json!([{"name": format!("tool-{}", page_of(request))}]);
        Act::Send(response(200, &tool.to_string()))
    });
    let client = builder(wire.base_url()).timeout(Duration::from_millis(400));
    let options = ListTools::new().page_size(1);
    let error = client
        .build()
        .unwrap()
        .list_tools_with("docs", &options)
        .unwrap_err();
    assert!(error.is_timeout(), "{error}");
}

#[test]
fn a_page_that_fails_fails_the_whole() {
    let page = Act::Send(response(200, r#"[{"name": "read"}]"#));
    for (failure, status) in [(response(404, "{}"), 404), (response(200, "{}"), 200)] {
        let wire = Wire::script([page.clone(), Act::Send(failure)]);
        let options = ListTools::new().page_size(1);
        let error = client(wire.base_url())
            .list_tools_with("docs", &options)
            .unwrap_err();
        assert_eq!(error.status(), Some(status), "{error}");
    }
}

// --- tools, in their three forms

#[test]
fn a_tool_of_every_form_is_read_and_written_back() {
    let schema = json!({"type": "object", "properties": {"q": {"type": "string"}}});
    let april = json!({
        "id": "tool-1", "name": "ask", "description": "Asks", "system_prompt": null,
        "locale": {"name": {"en": "Ask"}}, "jsonschema": schema,
        "execution_config": {"type": "mcp", "timeout": -1}, "visibility": "for_some",
        "created_at": "2026-02-24T10:30:00Z", "modified_at": "2026-02-24T10:30:00Z",
        "active": true, "of_2027": null,
    });
    let tool: Tool = read_whole(&april);
    assert_eq!(tool.id.as_deref(), Some("tool-1"));
    assert_eq!(tool.visibility.as_ref().unwrap().as_str(), "for_some");
    assert_eq!(tool.active, Some(true));
    assert_eq!(tool.input_schema(), Some(&schema));

    let mcp = json!({
        "name": "ask", "title": "Ask", "description": null, "inputSchema": schema,
        "outputSchema": {"type": "string"}, "icons": [{"src": "https://docs.example/i.png"}],
        "annotations": {"readOnlyHint": true}, "_meta": {"ui": {"visibility": ["new"]}},
        "execution": {"taskSupport": "sometimes"}, "of_2027": [1],
    });
    let tool: Tool = read_whole(&mcp);
    assert_eq!(tool.title.as_deref(), Some("Ask"));
    assert_eq!(tool.output_schema.as_ref().unwrap()["type"], "string");
    assert_eq!(tool.annotations.as_ref().unwrap()["readOnlyHint"], true);
    assert_eq!(tool.execution.as_ref().unwrap()["taskSupport"], "sometimes");
    assert_eq!(tool.meta.as_ref().unwrap()["ui"]["visibility"][0], "new");
    assert_eq!(tool.input_schema(), Some(&schema));
    assert_eq!(tool.extra["of_2027"], json!([1]));

    for (short, want) in [
        (
            json!({"name": "ask", "annotations": {}, "inputSchema": "q: text"}),
            Some(json!("q: text")),
        ),
        (
            json!({"name": "ask", "input_schema": schema}),
            Some(schema.clone()),
        ),
        (
            json!({"name": "ask", "parameters": schema}),
            Some(schema.clone()),
        ),
        (
            json!({"name": "ask", "inputSchema": null, "jsonschema": schema}),
            Some(schema.clone()),
        ),
        (
            json!({"name": "ask", "inputSchema": null, "parameters": null}),
            None,
        ),
        (
            json!({"name": "ask", "title": 7, "active": "yes", "visibility": {}, "id": null}),
            None,
        ),
        (json!({"name": ""}), None),
    ] {
        let tool: Tool = read_whole(&short);
        assert_eq!(tool.input_schema(), want.as_ref(), "{short}");
    }
}

#[test]
fn a_list_of_what_are_no_tools_is_an_error_that_says_so() {
    for odd in ["{}", "null", "", r#"{"tools": []}"#] {
        let wire = Wire::script([Act::Send(response(200, odd))]);
        let result = client(wire.base_url()).list_tools("docs");
        let error = result.unwrap_err();
        assert!(matches!(error, Error::Decode(_)), "{odd}: {error}");
        assert!(error.to_string().contains("a tool"), "{odd}: {error}");
    }
}

// --- what a tool says

#[test]
fn an_output_is_read_block_by_block_and_written_back() {
    let value = json!({
        "content": [
            {"type": "text", "text": "One", "annotations": null, "_meta": {"a": 1}, "new": true},
            {"type": "image", "data": "aWJt", "mimeType": "image/png",
             "annotations": {"audience": ["user", "model_of_2027"], "priority": 0.5}},
            {"type": "audio", "data": "", "mimeType": "audio/wav", "_meta": null},
            {"type": "resource_link", "name": "Readme", "uri": "file:///readme", "title": "Read me",
             "description": null, "mimeType": "text/plain", "size": -1, "icons": [{"src": "x"}]},
            {"type": "resource", "resource": {"uri": "file:///a", "text": "A", "mimeType": null}},
            {"type": "resource", "resource": {"uri": "file:///b", "blob": "Qg==", "_meta": {}}},
            {"type": "text", "text": "Two\nThree"},
        ],
        "metadata": {
            "tool_call_id": "call-1",
            "mcp_meta": {"isError": true, "structuredContent": {"n": 1}, "_meta": null, "new": 1},
        },
        "of_2027": {},
    });
    let output: ToolOutput = read_whole(&value);
    assert_eq!(output.text(), "One\nA\nTwo\nThree");
    assert!(output.is_error());
    assert_eq!(output.structured_content(), Some(&json!({"n": 1})));
    assert_eq!(output.extra["of_2027"], json!({}));
    let [text, image, audio, link, with_text, with_bytes, _] = &*output.content else {
        panic!("{output:?}");
    };
    let ContentBlock::Text(text) = text else {
        panic!("{text:?}")
    };
    assert_eq!((&*text.kind, &*text.text), ("text", "One"));
    assert_eq!(text.meta, Some(json!({"a": 1})));
    assert_eq!(text.extra["new"], true);
    let ContentBlock::Image(image) = image else {
        panic!("{image:?}")
    };
    assert_eq!((&*image.data, &*image.mime_type), ("aWJt", "image/png"));
    assert_eq!(image.annotations.as_ref().unwrap()["priority"], 0.5);
    let ContentBlock::Audio(audio) = audio else {
        panic!("{audio:?}")
    };
    assert_eq!((&*audio.kind, &*audio.mime_type), ("audio", "audio/wav"));
    let ContentBlock::ResourceLink(link) = link else {
        panic!("{link:?}")
    };
    assert_eq!((&*link.name, &*link.uri), ("Readme", "file:///readme"));
    assert_eq!(
        (link.title.as_deref(), link.size),
        (Some("Read me"), Some(-1))
    );
    let ContentBlock::Resource(resource) = with_text else {
        panic!("{with_text:?}")
    };
    let contents = resource.resource.as_ref().unwrap();
    assert_eq!(
        (&*contents.uri, contents.text.as_deref()),
        ("file:///a", Some("A"))
    );
    let ContentBlock::Resource(resource) = with_bytes else {
        panic!("{with_bytes:?}")
    };
    let contents = resource.resource.as_ref().unwrap();
    assert_eq!(
        (contents.blob.as_deref(), &contents.text),
        (Some("Qg=="), &None)
    );
}

#[test]
fn blocks_nobody_knows_and_broken_ones_are_kept_as_they_came() {
    for block in [
        json!({"type": "hologram", "data": [1, {"a": null}]}),
        json!({"type": "text"}),
        json!({"type": "text", "text": null}),
        json!({"type": "text", "text": 7}),
        json!({"type": "image", "data": "aWJt"}),
        json!({"type": "audio", "data": "", "mimeType": ["audio/wav"]}),
        json!({"type": "resource_link", "uri": "file:///a"}),
        json!({"type": null, "text": "no kind"}),
        json!({"text": "no kind"}),
        json!("a text by itself"),
        json!(null),
        json!(1.5),
        json!([]),
    ] {
        let value = json!({"content": [{"type": "text", "text": "One"}, block]});
        let output: ToolOutput = read_whole(&value);
        assert_eq!(output.content[1], ContentBlock::Other(block.clone()));
        assert_eq!(output.text(), "One", "{block}");
    }
    // A resource needs nothing but its kind: what it holds is kept, whatever it is.
    for resource in [
        json!(null),
        json!({}),
        json!("a"),
        json!({"uri": 1, "text": "A"}),
    ] {
        let block = json!({"type": "resource", "resource": resource});
        let output: ToolOutput = read_whole(&json!({"content": [block]}));
        assert!(
            matches!(output.content[0], ContentBlock::Resource(_)),
            "{resource}"
        );
    }
}

#[test]
fn whether_a_tool_failed_is_found_where_this_api_and_mcp_say_it() {
    for (value, error, structured) in [
        (json!({"content": []}), false, None),
        (json!({"content": null, "metadata": null}), false, None),
        (json!({"metadata": {}}), false, None),
        (
            json!({"content": [], "metadata": {"mcp_meta": null}}),
            false,
            None,
        ),
        (
            json!({"content": [], "metadata": {"mcp_meta": {"isError": false}}}),
            false,
            None,
        ),
        (
            json!({"content": [], "metadata": {"mcp_meta": {"isError": "yes"}}}),
            false,
            None,
        ),
        (
            json!({"content": [], "metadata": {"mcp_meta": {"isError": true}}}),
            true,
            None,
        ),
        (
            json!({"content": [], "isError": true, "structuredContent": [1]}),
            true,
            Some(json!([1])),
        ),
        (
            json!({"content": [], "isError": true, "structuredContent": [1], "metadata": {"mcp_meta": {
                "isError": null, "structuredContent": null,
            }}}),
            true,
            Some(json!([1])),
        ),
        (
            json!({"content": [], "metadata": {"mcp_meta": {"structuredContent": null}}}),
            false,
            None,
        ),
        (json!({"content": [], "metadata": "odd"}), false, None),
    ] {
        let output: ToolOutput = read_whole(&value);
        assert_eq!(output.is_error(), error, "{value}");
        assert_eq!(output.structured_content(), structured.as_ref(), "{value}");
        assert_eq!(output.text(), "", "{value}");
    }
}

#[test]
fn what_is_no_output_is_an_error_that_says_so() {
    let call: fn(&ConnectorsClient) -> _ =
        |client| client.call_tool("docs", &CallTool::new("ask")).map(drop);
    for odd in [
        "{}",
        "null",
        "",
        "[]",
        r#"{"result": "done"}"#,
        r#"{"content": {}}"#,
    ] {
        let wire = Wire::script([Act::Send(response(200, odd))]);
        let error = call(&client(wire.base_url())).unwrap_err();
        assert!(matches!(error, Error::Decode(_)), "{odd}: {error}");
        assert!(error.may_have_happened(), "{odd}: {error}");
        assert!(
            error.to_string().contains("the output of a tool"),
            "{odd}: {error}"
        );
    }
}
