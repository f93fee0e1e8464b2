//! Who can use a connector, and whether it is active.

use super::{Call, Route};
use crate::testing::state::State;
use crate::testing::wire::response::{Faults, Outcome, Response};

pub(super) const ROUTES: &[Route] = &[
    Route::new("PUT", "/v1/connectors/*/share", share),
    Route::new("DELETE", "/v1/connectors/*/share", unshare),
    Route::new(
        "PUT",
        "/v1/connectors/*/organization/share",
        share_to_organization,
    ),
    Route::new("DELETE", "/v1/connectors/*/organization/share", unshare),
    Route::new("POST", "/v1/connectors/*/*/activate", activate),
    Route::new("POST", "/v1/connectors/*/*/deactivate", deactivate),
];

const SCOPES: &[&str] = &["organization", "workspace", "user"];

fn share(state: &mut State, call: &Call<'_>) -> Outcome {
    set_owner(state, call, "shared_workspace", "workspace")
}

fn share_to_organization(state: &mut State, call: &Call<'_>) -> Outcome {
    set_owner(state, call, "shared_org", "org")
}

/// The credentials of others are removed.
fn unshare(state: &mut State, call: &Call<'_>) -> Outcome {
    let connector = state.by_id(call.part(0))?;
    connector.credentials.retain(|own| own.scope == "user");
    set_owner(state, call, "private", "user")
}

fn set_owner(state: &mut State, call: &Call<'_>, visibility: &str, owner: &str) -> Outcome {
    let connector = state.by_id(call.part(0))?;
    for (name, value) in [("visibility", visibility), ("owner_type", owner)] {
        connector.fields.insert(name.to_owned(), value.into());
    }
    Ok(Response::message(&format!("Connector is {visibility}")))
}

fn activate(state: &mut State, call: &Call<'_>) -> Outcome {
    set_active(state, call, true)
}

fn deactivate(state: &mut State, call: &Call<'_>) -> Outcome {
    set_active(state, call, false)
}

/// The scope makes no difference: the fake server has one user.
fn set_active(state: &mut State, call: &Call<'_>, active: bool) -> Outcome {
    if !SCOPES.contains(&call.part(1)) {
        let mut faults = Faults::default();
        faults.add_unexpected("enum", &["path", "consumer_scope"], SCOPES);
        faults.refuse()?;
    }
    let connector = state.by_id(call.part(0))?;
    connector.fields.insert("active".to_owned(), active.into());
    let word = if active { "active" } else { "inactive" };
    Ok(Response::message(&format!("Connector is {word}")))
}
