//! Conversations, as far as connectors are used in them.

use serde_json::{Value, json};

use super::answer::{Answer, Answered, fault, refuse};
use super::checks;
use super::route::{Asked, Route};
use super::state::{State, Stored, tool_name};
use super::tools;

pub(super) const ROUTES: &[Route] = &[Route::new("/v1/conversations", &[("POST", start)])];

/// The first tool that may be called is called, without arguments, and what it says is said.
fn start(state: &mut State, asked: &Asked<'_>) -> Answered {
    let body = asked.body()?;
    let mut faults = checks::missing(body, &["inputs"]);
    for (name, form) in [
        ("model", checks::TEXT),
        ("agent_id", checks::TEXT),
        ("tools", checks::LIST),
    ] {
        faults.extend(checks::form(body, &["body"], name, form));
    }
    if body.get("stream") == Some(&json!(true)) {
        let msg = "Answers are not streamed here";
        faults.push(fault("value_error", &["body", "stream"], msg));
    }
    let tools = body.get("tools").and_then(Value::as_array);
    let is_connector = |entry: &&Value| entry.get("type") == Some(&json!("connector"));
    let entries: Vec<_> = tools.into_iter().flatten().filter(is_connector).collect();
    if entries.iter().any(|entry| id_or_name(entry).is_empty()) {
        let place = ["body", "tools", "connector_id"];
        faults.push(fault("missing", &place, "Field required"));
    }
    refuse(faults)?;
    let mut called = None;
    for entry in entries {
        let connector = state.by_id_or_name(id_or_name(entry))?;
        called = called.or_else(|| call(connector, entry));
    }
    let said = called.as_ref().map(|(_, said)| said.as_str());
    let execution = called.iter().map(|(tool, _)| {
        json!({"object": "entry", "type": "tool.execution", "name": tool, "arguments": "{}"})
    });
    let message = json!({
        "object": "entry",
        "type": "message.output",
        "role": "assistant",
        "content": said.unwrap_or("No tool was called."),
    });
    let outputs: Vec<_> = execution.chain([message]).collect();
    let answer = json!({
        "object": "conversation.response",
        "conversation_id": format!("conv_{}", state.next_number()),
        "outputs": outputs,
        "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
    });
    Ok(Answer::new(200, answer))
}

fn id_or_name(entry: &Value) -> &str {
    let id_or_name = entry.get("connector_id").and_then(Value::as_str);
    id_or_name.unwrap_or_default()
}

/// The first tool of a connector that may be called without asking anybody, and what it says.
fn call(connector: &Stored, entry: &Value) -> Option<(String, String)> {
    let configuration = entry.get("tool_configuration");
    let names = |list| configuration?.get(list)?.as_array();
    let holds = |list, tool| names(list).map(|names| names.contains(&json!(tool)));
    let mut tools = tools::all(connector).map(tool_name);
    let tool = tools.find(|tool| {
        holds("include", *tool) != Some(false)
            && holds("exclude", *tool) != Some(true)
            && holds("requires_confirmation", *tool) != Some(true)
    })?;
    let blocks = tools::answer(connector, tool, &json!({}));
    let texts = blocks
        .iter()
        .filter_map(|block| block.get("text")?.as_str());
    let said: Vec<_> = texts.collect();
    Some((tool.to_owned(), said.join("\n")))
}
