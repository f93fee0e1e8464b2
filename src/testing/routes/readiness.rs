//! Which connectors can be used now.

use serde_json::{Value, json};

use super::{Call, Route};
use crate::testing::login_methods::{self, KINDS_WITH_A_PAGE};
use crate::testing::query;
use crate::testing::state::{State, Stored};
use crate::testing::wire::response::{Faults, Outcome, Response};

const WITH_ACTIONABLE: &str = "include_auth_actionable_connectors";

pub(super) const ROUTES: &[Route] =
    &[Route::new("GET", "/v1/connectors/bootstrap", readiness).query(&[WITH_ACTIONABLE])];

fn readiness(state: &mut State, call: &Call<'_>) -> Outcome {
    let mut faults = Faults::default();
    let with_actionable = query::flag(call.request, WITH_ACTIONABLE, &mut faults);
    faults.refuse()?;
    let is_listed = |own: &&Stored| with_actionable == Some(true) || own.is_authenticated();
    let connectors = state.connectors().iter().filter(is_listed);
    let connectors: Vec<_> = connectors.map(readiness_of).collect();
    let body = json!({"connectors": connectors, "errors": null});
    Ok(Response::new(200, body))
}

fn readiness_of(connector: &Stored) -> Value {
    let is_authenticated = connector.is_authenticated();
    // API 2026-11 does not have this field.
    let is_active = connector.fields.get("active") != Some(&json!(false));
    let is_ready = is_active && is_authenticated;
    let tools: Vec<_> = connector.tools().filter(|_| is_ready).collect();
    let action = (!is_authenticated).then(|| action(connector));
    json!({
        "id": connector.text("id"),
        "name": connector.text("name"),
        "status": {"is_ready": is_ready},
        "tools": tools,
        "bootstrap_errors": null,
        "auth_action": action,
    })
}

/// What a user who is not logged in has to do.
fn action(connector: &Stored) -> Value {
    let methods = login_methods::of(&connector.fields);
    let mut kinds = methods.iter().map(login_methods::kind);
    if kinds.any(|kind| KINDS_WITH_A_PAGE.contains(&kind)) {
        json!({"type": "oauth"})
    } else {
        json!({"type": "credentials_setup"})
    }
}
