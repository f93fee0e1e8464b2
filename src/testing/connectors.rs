//! The five operations on connectors.

use serde_json::{Map, Value, json};

use super::answer::{Answer, Answered, fault, refuse};
use super::auth_methods::{self, IS_AUTHENTICATED};
use super::checks;
use super::kept::Kept;
use super::query;
use super::route::{Asked, Route};
use super::state::State;

pub(super) const ROUTES: &[Route] = &[
    Route::new("/v1/connectors", &[("GET", list), ("POST", create)]),
    Route::new(
        "/v1/connectors/*",
        &[("GET", get), ("PATCH", update), ("DELETE", delete)],
    ),
];

/// The fields that a caller sets to texts: those that are never null, and the others.
const REQUIRED: [&str; 3] = ["name", "description", "server"];
const OPTIONAL: [&str; 3] = ["title", "icon_url", "system_prompt"];

/// What a caller sets and nobody is shown, or only in part.
const HIDDEN: [(&str, checks::Form); 5] = [
    ("headers", checks::OBJECT),
    ("global_headers", checks::OBJECT),
    ("auth_data", checks::OBJECT),
    ("auth_methods", checks::LIST),
    ("oauth2_server_metadata", checks::OBJECT),
];

/// What a listing can be filtered by.
const FILTERS: [&str; 2] = ["active", "supports_mcp"];

fn get(state: &mut State, asked: &Asked<'_>) -> Answered {
    let with_user_data = query::flag(asked, "fetch_user_data")? == Some(true);
    query::flag(asked, "fetch_customer_data")?;
    let connector = state.by_id_or_name(asked.part(0))?;
    let mut answer = connector.to_json();
    if let Some(fields) = answer.as_object_mut().filter(|_| with_user_data) {
        let credentials: Vec<_> = connector.credentials.iter().map(Kept::to_json).collect();
        fields.insert("connection_credentials".to_owned(), credentials.into());
        let is_authenticated = connector.is_authenticated().into();
        fields.insert(IS_AUTHENTICATED.to_owned(), is_authenticated);
    }
    Ok(Answer::new(200, answer))
}

fn delete(state: &mut State, asked: &Asked<'_>) -> Answered {
    let number = state.by_id(asked.part(0))?.number;
    state.remove(number);
    Ok(Answer::message("Connector deleted successfully"))
}

fn create(state: &mut State, asked: &Asked<'_>) -> Answered {
    let body = asked.body()?;
    let mut faults = faults(body);
    faults.extend(checks::missing(body, &REQUIRED));
    refuse(faults)?;
    refuse_taken(state, body, None)?;
    let mut connector = Map::new();
    for name in REQUIRED.iter().chain(&OPTIONAL) {
        let value = body.get(*name).cloned().unwrap_or_default();
        connector.insert((*name).to_owned(), value);
    }
    let given = body.get("protocol").and_then(Value::as_str);
    let supports_mcp = given != Some("http");
    for (name, value) in [
        ("visibility", json!("private")),
        ("protocol", json!("mcp")),
        ("owner_type", json!("user")),
        ("active", json!(true)),
        ("supports_mcp", json!(supports_mcp)),
        ("private_tool_execution", json!(false)),
        ("mistral", json!(false)),
    ] {
        let given = body.get(name).filter(|_| value.is_string()).cloned();
        connector.insert(name.to_owned(), given.unwrap_or(value));
    }
    auth_methods::take(body, &mut connector);
    Ok(Answer::new(201, state.create(connector)))
}

fn update(state: &mut State, asked: &Asked<'_>) -> Answered {
    // FastAPI reads the body before anybody looks for the connector.
    let body = asked.body()?;
    refuse(faults(body))?;
    let id = asked.part(0);
    let number = state.by_id(id)?.number;
    refuse_taken(state, body, Some(number))?;
    let now = json!(state.tick());
    let connector = state.by_id(id)?;
    let required = REQUIRED
        .iter()
        .filter(|name| body.get(**name).is_some_and(Value::is_string));
    for name in required.chain(&OPTIONAL) {
        if let Some(value) = body.get(*name) {
            connector.fields.insert((*name).to_owned(), value.clone());
        }
    }
    auth_methods::take(body, &mut connector.fields);
    connector.fields.insert("modified_at".to_owned(), now);
    Ok(Answer::new(200, connector.to_json()))
}

fn list(state: &mut State, asked: &Asked<'_>) -> Answered {
    let page_size = query::page_size(asked)?;
    let [active, supports_mcp] = FILTERS.map(|name| flag(asked, name));
    let wanted = [active?, supports_mcp?];
    // Of other filters a cursor is not good.
    let filter = wanted.map(|flag| flag.map_or('-', |flag| if flag { 't' } else { 'f' }));
    let filter = String::from_iter(filter);
    // It names the last connector seen, which may be gone by now.
    let seen = match asked.request.parameter("cursor") {
        None | Some("") => 0,
        Some(cursor) => cursor
            .split_once('.')
            .filter(|(_, own)| *own == filter)
            .and_then(|(number, _)| number.parse().ok())
            .ok_or_else(|| Answer::detail(400, "Invalid cursor"))?,
    };
    let mut matching = state.connectors().iter().filter(|stored| {
        let mut filters = FILTERS.iter().zip(wanted);
        stored.number > seen
            && filters.all(|(name, flag)| {
                flag.is_none_or(|flag| stored.fields.get(*name) == Some(&json!(flag)))
            })
    });
    let page: Vec<_> = matching.by_ref().take(page_size).collect();
    let last = page.last().filter(|_| matching.next().is_some());
    let next_cursor = last.map(|last| format!("{}.{filter}", last.number));
    let items: Vec<_> = page.iter().map(|stored| stored.to_json()).collect();
    let pagination = json!({"next_cursor": next_cursor, "page_size": page_size});
    Ok(Answer::new(
        200,
        json!({"items": items, "pagination": pagination}),
    ))
}

/// A filter in either encoding: a parameter of its own, or a field of the JSON in `query_filters`.
fn flag(asked: &Asked<'_>, name: &str) -> Result<Option<bool>, Answer> {
    if let Some(flag) = query::flag(asked, name)? {
        return Ok(Some(flag));
    }
    let json = asked.request.parameter("query_filters").unwrap_or("{}");
    let json: Value = serde_json::from_str(json).unwrap_or_default();
    match json.as_object().map(|filters| filters.get(name)) {
        Some(None | Some(Value::Null)) => Ok(None),
        Some(Some(Value::Bool(flag))) => Ok(Some(*flag)),
        _ => Err(query::no_flag("query_filters")),
    }
}

fn faults(body: &Map<String, Value>) -> Vec<Value> {
    let texts = REQUIRED.into_iter().chain(OPTIONAL);
    let texts: Vec<_> = texts.chain(["oauth2_server_metadata_url"]).collect();
    let mut faults = checks::faults(body, &texts);
    for (name, form) in HIDDEN {
        faults.extend(checks::form(body, &["body"], name, form));
    }
    let methods = body.get("auth_methods").and_then(Value::as_array);
    let methods = methods.into_iter().flatten();
    // What users are asked for, and what others send to a connector.
    let known = |kind| auth_methods::KINDS.contains(&kind) || kind == "webhook";
    if methods.map(auth_methods::kind).any(|kind| !known(kind)) {
        let place = ["body", "auth_methods", "method_type"];
        let msg = format!("Input should be one of {}", auth_methods::KINDS.join(", "));
        faults.push(fault("enum", &place, &msg));
    }
    let is_given = |name| body.get(name).is_some_and(|value| !value.is_null());
    if is_given("oauth2_server_metadata") && is_given("oauth2_server_metadata_url") {
        let place = ["body", "oauth2_server_metadata_url"];
        let msg = "Give either oauth2_server_metadata or its URL";
        faults.push(fault("value_error", &place, msg));
    }
    faults
}

/// Refuses a body with the name of a connector other than number `own`.
fn refuse_taken(state: &State, body: &Map<String, Value>, own: Option<u64>) -> Result<(), Answer> {
    let name = body.get("name").and_then(Value::as_str);
    match name.and_then(|name| state.by_name(name)) {
        Some(other) if Some(other.number) != own => Err(Answer::detail(
            409,
            "A connector with this name already exists",
        )),
        _ => Ok(()),
    }
}
