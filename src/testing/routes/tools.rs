//! The tools of a connector.

use serde_json::json;

use super::{Call, Route};
use crate::testing::checks::{self, Field, Kind};
use crate::testing::query;
use crate::testing::state::State;
use crate::testing::wire::response::{Faults, Outcome, Response};

pub(super) const ROUTES: &[Route] = &[
    Route::new("GET", "/v1/connectors/*/tools", list).query(&[
        "page",
        "page_size",
        "refresh",
        "pretty",
        "credentials_name",
    ]),
    Route::new("POST", "/v1/connectors/*/tools/*/call", call_tool).query(&["credentials_name"]),
];

/// All versions of the API with pages have this default, and clients rely on it.
const PAGE_SIZE: usize = 100;

const CALL: &[Field] = &[Field::nullable("arguments", Kind::Object)];

fn list(state: &mut State, call: &Call<'_>) -> Outcome {
    let mut faults = Faults::default();
    let page = query::integer(call.request, "page", 1..=i64::MAX, &mut faults);
    let page_size = query::page_size(call.request, &mut faults);
    query::flag(call.request, "refresh", &mut faults);
    query::flag(call.request, "pretty", &mut faults);
    query::credentials_name(call.request, &mut faults);
    faults.refuse()?;
    let page_size = page_size.unwrap_or(PAGE_SIZE);
    let before = (page.unwrap_or(1) - 1).saturating_mul(page_size);
    let connector = state.by_id_or_name(call.part(0))?;
    let tools: Vec<_> = connector.tools().skip(before).take(page_size).collect();
    Ok(Response::new(200, json!(tools)))
}

fn call_tool(state: &mut State, call: &Call<'_>) -> Outcome {
    let body = call.body()?;
    let mut faults = Faults::default();
    query::credentials_name(call.request, &mut faults);
    checks::check(body, CALL, &mut faults);
    faults.refuse()?;
    let connector = state.by_id_or_name(call.part(0))?;
    let tool = call.part(1);
    if !connector.has_tool(tool) {
        return Err(Response::detail(404, "Tool not found"));
    }
    let arguments = body.get("arguments").filter(|given| !given.is_null());
    let arguments = arguments.cloned().unwrap_or(json!({}));
    let body = json!({
        "content": connector.call_tool(tool, &arguments),
        "metadata": {"mcp_meta": {"isError": false}},
    });
    Ok(Response::new(200, body))
}
