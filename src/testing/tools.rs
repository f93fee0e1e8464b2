//! The tools of a connector.

use serde_json::{Map, Value, json};

use super::answer::{Answer, Answered, refuse};
use super::checks;
use super::query;
use super::route::{Asked, Route};
use super::state::{State, Stored};

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
    if !all(connector).any(|own| name(own) == tool) {
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

/// What a tool is called.
pub(super) fn name(tool: &Value) -> &str {
    let name = tool.get("name").and_then(Value::as_str);
    name.unwrap_or_default()
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

/// Takes out of the tools of a connector that is added what they are to answer, by their names; or
/// says what is wrong with it.
pub(super) fn take_answers(fields: &mut Map<String, Value>) -> Result<Map<String, Value>, String> {
    let mut answers = Map::new();
    let tools = fields.get_mut("tools").and_then(Value::as_array_mut);
    for tool in tools.into_iter().flatten() {
        let answer = tool.as_object_mut().and_then(|tool| tool.remove("answer"));
        let Some(answer) = answer else { continue };
        if !answer.is_string() && !answer.is_array() {
            return Err("what a tool answers is neither a text nor a list of blocks".to_owned());
        }
        answers.insert(name(tool).to_owned(), answer);
    }
    Ok(answers)
}
