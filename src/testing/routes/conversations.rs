//! Conversations, as far as connectors are used in them.

use serde_json::{Value, json};

use super::{Call, Route};
use crate::testing::checks::{self, Field, Kind};
use crate::testing::state::{State, Stored, tool_name};
use crate::testing::wire::response::{Faults, Outcome, Response};

pub(super) const ROUTES: &[Route] = &[Route::new("POST", "/v1/conversations", start)];

const START: &[Field] = &[
    Field::nullable("model", Kind::Text),
    Field::nullable("agent_id", Kind::Text),
    Field::nullable("tools", Kind::List),
];

/// Calls the first tool that may be called, without arguments, and says what it returned.
fn start(state: &mut State, call: &Call<'_>) -> Outcome {
    let body = call.body()?;
    let mut faults = Faults::default();
    if body.get("inputs").is_none_or(Value::is_null) {
        faults.add("missing", &["body", "inputs"], "Field required");
    }
    checks::check(body, START, &mut faults);
    if body.get("stream") == Some(&json!(true)) {
        let message = "Value error, the fake server does not stream";
        faults.add("value_error", &["body", "stream"], message);
    }
    let tools = body.get("tools").and_then(Value::as_array);
    let is_connector = |entry: &&Value| entry.get("type") == Some(&json!("connector"));
    let entries: Vec<_> = tools.into_iter().flatten().filter(is_connector).collect();
    if entries.iter().any(|entry| id_or_name(entry).is_empty()) {
        let place = ["body", "tools", "connector_id"];
        faults.add("missing", &place, "Field required");
    }
    faults.refuse()?;
    let mut called = None;
    for entry in entries {
        let connector = state.by_id_or_name(id_or_name(entry))?;
        called = called.or_else(|| call_first_tool(connector, entry));
    }
    let mut outputs = Vec::new();
    let mut content = "No tool was called.".to_owned();
    if let Some((tool, text)) = called {
        outputs.push(json!({
            "object": "entry",
            "type": "tool.execution",
            "name": tool,
            "arguments": "{}",
        }));
        content = text;
    }
    outputs.push(json!({
        "object": "entry",
        "type": "message.output",
        "role": "assistant",
        "content": content,
    }));
    let body = json!({
        "object": "conversation.response",
        "conversation_id": format!("conv_{}", state.next_number()),
        "outputs": outputs,
        "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
    });
    Ok(Response::new(200, body))
}

fn id_or_name(entry: &Value) -> &str {
    let id_or_name = entry.get("connector_id").and_then(Value::as_str);
    id_or_name.unwrap_or_default()
}

/// The name of the first tool that may be called without confirmation, and the text it returns.
fn call_first_tool(connector: &Stored, entry: &Value) -> Option<(String, String)> {
    let configuration = entry.get("tool_configuration");
    let names = |list| configuration?.get(list)?.as_array();
    let contains = |list, tool: &str| names(list).map(|names| names.contains(&json!(tool)));
    let tool = connector.tools().map(tool_name).find(|tool| {
        contains("include", tool) != Some(false)
            && contains("exclude", tool) != Some(true)
            && contains("requires_confirmation", tool) != Some(true)
    })?;
    let content = connector.call_tool(tool, &json!({}));
    let texts = content.iter();
    let texts: Vec<_> = texts
        .filter_map(|block| block.get("text")?.as_str())
        .collect();
    Some((tool.to_owned(), texts.join("\n")))
}
