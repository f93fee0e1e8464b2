//! The five operations on connectors.

use serde_json::{Map, Value, json};

use super::{Call, Route};
use crate::testing::checks::{self, Field, Kind};
use crate::testing::login_methods::{self, IS_AUTHENTICATED};
use crate::testing::query;
use crate::testing::recorded::RecordedRequest;
use crate::testing::state::{State, Stored, StoredCredentials};
use crate::testing::wire::response::{Faults, Outcome, Response};

/// Parameters of older versions of the API are in the lists too.
pub(super) const ROUTES: &[Route] = &[
    Route::new("GET", "/v1/connectors", list).query(&[
        "page_size",
        "cursor",
        "query_filters",
        "active",
        "supports_mcp",
        "fetch_connection_secrets",
    ]),
    Route::new("POST", "/v1/connectors", create),
    Route::new("GET", "/v1/connectors/*", get).query(&[
        "fetch_user_data",
        "fetch_customer_data",
        "fetch_connection_secrets",
    ]),
    Route::new("PATCH", "/v1/connectors/*", update),
    Route::new("DELETE", "/v1/connectors/*", delete),
];

const VISIBILITIES: &[&str] = &["shared_org", "shared_workspace", "private"];
const PROTOCOLS: &[&str] = &["mcp", "http"];

const AUTH_DATA: &[Field] = &[
    Field::required("client_id", Kind::Text),
    Field::nullable("client_secret", Kind::Text),
];
const GLOBAL_HEADER: &[Field] = &[
    Field::required("value", Kind::Text),
    Field::not_null("is_secret", Kind::Flag),
];
const HEADER: &[Field] = &[
    Field::required("name", Kind::Text),
    Field::not_null("is_required", Kind::Flag),
    Field::not_null("is_secret", Kind::Flag),
];
const AUTH_METHOD: &[Field] = &[
    Field::required(
        "method_type",
        Kind::OneOf(&login_methods::KINDS_IN_REQUESTS),
    ),
    Field::nullable("headers", Kind::Models(HEADER)),
    Field::nullable("global_headers", Kind::Entries(GLOBAL_HEADER)),
    Field::nullable("auth_data", Kind::Model(AUTH_DATA)),
    Field::nullable("oauth2_server_metadata", Kind::Object),
];

const CREATE: &[Field] = &[
    Field::required("name", Kind::Name),
    Field::required("description", Kind::Text),
    Field::required("server", Kind::Url),
    Field::nullable("title", Kind::Title),
    Field::nullable("icon_url", Kind::Text),
    Field::nullable("system_prompt", Kind::Text),
    Field::not_null("visibility", Kind::OneOf(VISIBILITIES)),
    Field::not_null("protocol", Kind::OneOf(PROTOCOLS)),
];
const UPDATE: &[Field] = &[
    Field::nullable("name", Kind::Name),
    Field::nullable("description", Kind::Text),
    Field::nullable("server", Kind::Url),
    Field::nullable("title", Kind::Title),
    Field::nullable("icon_url", Kind::Text),
    Field::nullable("system_prompt", Kind::Text),
    Field::not_null("protocol", Kind::OneOf(PROTOCOLS)),
];
/// How users log in, in both of them.
const LOGIN: &[Field] = &[
    Field::nullable("headers", Kind::Object),
    Field::nullable("global_headers", Kind::Entries(GLOBAL_HEADER)),
    Field::nullable("auth_data", Kind::Model(AUTH_DATA)),
    Field::nullable("auth_methods", Kind::Models(AUTH_METHOD)),
    Field::nullable("oauth2_server_metadata", Kind::Object),
    Field::nullable("oauth2_server_metadata_url", Kind::Url),
];

/// The fields with a string: those that are never null in a connector, and the others.
const NOT_NULL: [&str; 3] = ["name", "description", "server"];
const NULLABLE: [&str; 3] = ["title", "icon_url", "system_prompt"];

fn get(state: &mut State, call: &Call<'_>) -> Outcome {
    let mut faults = Faults::default();
    let with_user_data = query::flag(call.request, "fetch_user_data", &mut faults);
    query::flag(call.request, "fetch_customer_data", &mut faults);
    faults.refuse()?;
    let connector = state.by_id_or_name(call.part(0))?;
    let mut shown = connector.to_json();
    if let (Some(true), Some(fields)) = (with_user_data, shown.as_object_mut()) {
        let credentials = connector.credentials.iter();
        let credentials: Vec<_> = credentials.map(StoredCredentials::to_json).collect();
        fields.insert("connection_credentials".to_owned(), credentials.into());
        let is_authenticated = connector.is_authenticated().into();
        fields.insert(IS_AUTHENTICATED.to_owned(), is_authenticated);
    }
    Ok(Response::new(200, shown))
}

fn delete(state: &mut State, call: &Call<'_>) -> Outcome {
    let number = state.by_id(call.part(0))?.number;
    state.remove(number);
    Ok(Response::message("Connector deleted successfully"))
}

fn create(state: &mut State, call: &Call<'_>) -> Outcome {
    let body = call.body()?;
    check(body, CREATE)?;
    refuse_taken_name(state, body, None)?;
    let mut connector = Map::new();
    for name in NOT_NULL.iter().chain(&NULLABLE) {
        let value = body.get(*name).cloned().unwrap_or_default();
        connector.insert((*name).to_owned(), value);
    }
    let protocol = body.get("protocol").cloned().unwrap_or(json!("mcp"));
    let visibility = body.get("visibility").cloned().unwrap_or(json!("private"));
    for (name, value) in [
        ("supports_mcp", json!(protocol == "mcp")),
        ("protocol", protocol),
        ("visibility", visibility),
        ("owner_type", json!("user")),
        ("active", json!(true)),
        ("private_tool_execution", json!(false)),
        ("mistral", json!(false)),
    ] {
        connector.insert(name.to_owned(), value);
    }
    login_methods::add(body, &mut connector);
    Ok(Response::new(201, state.create(connector)))
}

fn update(state: &mut State, call: &Call<'_>) -> Outcome {
    // FastAPI checks the body before the connector is looked up.
    let body = call.body()?;
    check(body, UPDATE)?;
    let id = call.part(0);
    let number = state.by_id(id)?.number;
    refuse_taken_name(state, body, Some(number))?;
    let now = state.tick();
    let connector = state.by_id(id)?;
    for name in NOT_NULL {
        if let Some(Value::String(text)) = body.get(name) {
            connector
                .fields
                .insert(name.to_owned(), text.clone().into());
        }
    }
    for name in NULLABLE {
        if let Some(value) = body.get(name) {
            connector.fields.insert(name.to_owned(), value.clone());
        }
    }
    login_methods::add(body, &mut connector.fields);
    connector
        .fields
        .insert("modified_at".to_owned(), now.into());
    Ok(Response::new(200, connector.to_json()))
}

fn list(state: &mut State, call: &Call<'_>) -> Outcome {
    let mut faults = Faults::default();
    let page_size = query::page_size(call.request, &mut faults);
    let filters = query_filters(call.request, &mut faults);
    let active = filter(call.request, &filters, "active", &mut faults);
    let supports_mcp = filter(call.request, &filters, "supports_mcp", &mut faults);
    faults.refuse()?;
    let page_size = page_size.unwrap_or(state.page_size);
    // A cursor is the number of the last connector on the page, which may be deleted by now, and
    // the filter, because it is not valid with another one.
    let letter = |flag: Option<bool>| match flag {
        None => '-',
        Some(true) => 't',
        Some(false) => 'f',
    };
    let filters = String::from_iter([letter(active), letter(supports_mcp)]);
    let last_seen = match call.request.parameter("cursor") {
        None | Some("") => 0,
        Some(cursor) => cursor
            .split_once('.')
            .filter(|(_, own)| *own == filters)
            .and_then(|(number, _)| number.parse().ok())
            .ok_or_else(|| Response::detail(400, "Invalid cursor"))?,
    };
    let fits = |stored: &Stored, name: &str, flag: Option<bool>| {
        flag.is_none_or(|flag| stored.fields.get(name) == Some(&json!(flag)))
    };
    let mut matching = state.connectors().iter().filter(|stored| {
        stored.number > last_seen
            && fits(stored, "active", active)
            && fits(stored, "supports_mcp", supports_mcp)
    });
    let page: Vec<_> = matching.by_ref().take(page_size).collect();
    let last = page.last().filter(|_| matching.next().is_some());
    let next_cursor = last.map(|last| format!("{}.{filters}", last.number));
    let items: Vec<_> = page.iter().map(|stored| stored.to_json()).collect();
    let pagination = json!({"next_cursor": next_cursor, "page_size": page_size});
    let body = json!({"items": items, "pagination": pagination});
    Ok(Response::new(200, body))
}

/// The filters that are encoded as JSON.
fn query_filters(request: &RecordedRequest, faults: &mut Faults) -> Map<String, Value> {
    let json = request.parameter("query_filters").unwrap_or("{}");
    serde_json::from_str(json).unwrap_or_else(|_| {
        let message = "Input should be a valid dictionary";
        faults.add("dict_type", &["query", "query_filters"], message);
        Map::new()
    })
}

/// A filter in either encoding. A separate parameter takes precedence.
fn filter(
    request: &RecordedRequest,
    filters: &Map<String, Value>,
    name: &str,
    faults: &mut Faults,
) -> Option<bool> {
    if request.parameter(name).is_some() {
        return query::flag(request, name, faults);
    }
    match filters.get(name)? {
        Value::Null => None,
        Value::Bool(flag) => Some(*flag),
        _ => {
            faults.add_not_a_flag(&["query", "query_filters"]);
            None
        }
    }
}

/// Refuses a body that is not valid.
fn check(body: &Map<String, Value>, fields: &[Field]) -> Result<(), Response> {
    let mut faults = Faults::default();
    checks::check(body, fields, &mut faults);
    checks::check(body, LOGIN, &mut faults);
    let is_given = |name| body.get(name).is_some_and(|value| !value.is_null());
    if is_given("oauth2_server_metadata") && is_given("oauth2_server_metadata_url") {
        let place = ["body", "oauth2_server_metadata_url"];
        let message = "Value error, give either oauth2_server_metadata or its URL";
        faults.add("value_error", &place, message);
    }
    faults.refuse()
}

/// Refuses a body with the name of a connector whose number is not `own`.
fn refuse_taken_name(
    state: &State,
    body: &Map<String, Value>,
    own: Option<u64>,
) -> Result<(), Response> {
    let name = body.get("name").and_then(Value::as_str);
    match name.and_then(|name| state.by_name(name)) {
        Some(other) if Some(other.number) != own => {
            let detail = "A connector with this name already exists";
            Err(Response::detail(409, detail))
        }
        _ => Ok(()),
    }
}
