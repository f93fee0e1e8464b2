//! Who can use a connector.

use super::answer::{Answer, Answered};
use super::route::{Asked, Route};
use super::state::State;

pub(super) const ROUTES: &[Route] = &[
    Route::new(
        "/v1/connectors/*/share",
        &[("PUT", share), ("DELETE", unshare)],
    ),
    Route::new(
        "/v1/connectors/*/organization/share",
        &[("PUT", share_to_organization), ("DELETE", unshare)],
    ),
];

fn share(state: &mut State, asked: &Asked<'_>) -> Answered {
    hand_over(state, asked, "shared_workspace", "workspace")
}

fn share_to_organization(state: &mut State, asked: &Asked<'_>) -> Answered {
    hand_over(state, asked, "shared_org", "org")
}

/// The logins of others are removed.
fn unshare(state: &mut State, asked: &Asked<'_>) -> Answered {
    let connector = state.by_id(asked.part(0))?;
    connector.credentials.retain(|kept| kept.scope == "user");
    hand_over(state, asked, "private", "user")
}

fn hand_over(state: &mut State, asked: &Asked<'_>, visibility: &str, owner: &str) -> Answered {
    let connector = state.by_id(asked.part(0))?;
    for (name, word) in [("visibility", visibility), ("owner_type", owner)] {
        connector.fields.insert(name.to_owned(), word.into());
    }
    Ok(Answer::message(&format!("Connector is {visibility}")))
}
