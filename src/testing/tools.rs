//! The tools of a connector.

use serde_json::{Value, json};

use super::answer::{Answer, Answered, refuse};
use super::checks;
use super::query;
use super::route::{Asked, Route};
use super::state::{State, Stored, tool_name};

pub(super) const ROUTES: &[Route] = &[
    Route::new("/v1/connectors/*/tools", &[("GET", list)]),
    Route::new("/v1/connectors/*/tools/*/call", &[("POST", call)]),
];

fn list(state: &mut State, asked: &Asked<'_>) -> Answered {
    let page = query::number(asked, "page", 1..=usize::MAX, 1)?;
    let page_size = query::page_size(asked)?;
    query::flag(asked, "refresh")?;
    query::credentials_name(asked)?;
    let connector = state.by_id_or_name(asked.part(0))?;
    let before = (page - 1).saturating_mul(page_size);
    let tools: Vec<_> = all(connector).skip(before).take(page_size).collect();
    Ok(Answer::new(200, json!(tools)))
}

fn call(state: &mut State, asked: &Asked<'_>) -> Answered {
    let nothing = json!({});
    let body = asked.body()?;
    let fault = checks::form(body, &["body"], "arguments", checks::OBJECT);
    refuse(fault.into_iter().collect())?;
    let arguments = body.get("arguments").filter(|given| given.is_object());
    let arguments = arguments.unwrap_or(&nothing);
    query::credentials_name(asked)?;
    let connector = state.by_id_or_name(asked.part(0))?;
    let tool = asked.part(1);
    if !all(connector).any(|own| tool_name(own) == tool) {
        return Err(Answer::detail(404, "Tool not found"));
    }
    let answer = json!({
        "content": answer(connector, tool, arguments),
        "metadata": {"mcp_meta": {"isError": false}},
    });
    Ok(Answer::new(200, answer))
}

/// The tools of a connector, as they are shown.
pub(super) fn all(connector: &Stored) -> impl Iterator<Item = &Value> {
    let tools = connector.fields.get("tools").and_then(Value::as_array);
    let tools = tools.map(Vec::as_slice).unwrap_or_default();
    tools.iter().filter(|tool| tool.is_object())
}

/// What a tool says to a call, block by block.
pub(super) fn answer(connector: &Stored, tool: &str, arguments: &Value) -> Vec<Value> {
    let text = |text: String| vec![json!({"type": "text", "text": text})];
    match connector.answers.get(tool) {
        Some(Value::Array(blocks)) => blocks.clone(),
        Some(Value::String(own)) => text(own.clone()),
        _ => text(format!("{tool} {arguments}")),
    }
}
