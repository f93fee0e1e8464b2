//! Whether a connector is switched on.

use super::answer::{Answer, Answered, fault};
use super::route::{Asked, Route};
use super::state::State;
use crate::scope::Scope;

pub(super) const ROUTES: &[Route] = &[
    Route::new("/v1/connectors/*/*/activate", &[("POST", activate)]),
    Route::new("/v1/connectors/*/*/deactivate", &[("POST", deactivate)]),
];

fn activate(state: &mut State, asked: &Asked<'_>) -> Answered {
    switch(state, asked, true)
}

fn deactivate(state: &mut State, asked: &Asked<'_>) -> Answered {
    switch(state, asked, false)
}

/// For whom it is switched makes no difference: the stand-in has one user.
fn switch(state: &mut State, asked: &Asked<'_>, active: bool) -> Answered {
    if asked.part(1).parse::<Scope>().is_err() {
        let place = ["path", "consumer_scope"];
        let msg = "Input should be 'organization', 'workspace' or 'user'";
        return Err(Answer::invalid(vec![fault("enum", &place, msg)]));
    }
    let connector = state.by_id(asked.part(0))?;
    connector.fields.insert("active".to_owned(), active.into());
    let state = if active { "on" } else { "off" };
    Ok(Answer::message(&format!("Connector is {state}")))
}
