//! Which connectors can be used now.

use serde_json::{Value, json};

use super::answer::{Answer, Answered};
use super::auth_methods;
use super::query;
use super::route::{Asked, Route};
use super::state::{State, Stored};
use super::tools;

pub(super) const ROUTES: &[Route] = &[Route::new(
    "/v1/connectors/bootstrap",
    &[("GET", readiness)],
)];

fn readiness(state: &mut State, asked: &Asked<'_>) -> Answered {
    let with_actionable = query::flag(asked, "include_auth_actionable_connectors")? == Some(true);
    let connectors = state.connectors().iter();
    let connectors = connectors.filter(|own| with_actionable || own.is_authenticated());
    let connectors: Vec<_> = connectors.map(of).collect();
    let answer = json!({"connectors": connectors, "errors": null});
    Ok(Answer::new(200, answer))
}

fn of(connector: &Stored) -> Value {
    let is_authenticated = connector.is_authenticated();
    // Some servers do not tell.
    let is_active = connector.fields.get("active") != Some(&json!(false));
    let is_ready = is_active && is_authenticated;
    let tools: Vec<_> = tools::all(connector).filter(|_| is_ready).collect();
    json!({
        "id": connector.text("id"),
        "name": connector.text("name"),
        "status": {"is_ready": is_ready},
        "tools": tools,
        "bootstrap_errors": null,
        "auth_action": if is_authenticated { Value::Null } else { action(connector) },
    })
}

/// What a user has to do who is not logged in.
fn action(connector: &Stored) -> Value {
    let methods = auth_methods::of(&connector.fields);
    let mut kinds = methods.iter().map(auth_methods::kind);
    let kind = match kinds.any(|kind| auth_methods::ON_A_PAGE.contains(&kind)) {
        true => "oauth",
        false => "credentials_setup",
    };
    json!({ "type": kind })
}
