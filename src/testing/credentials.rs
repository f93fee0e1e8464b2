//! Credentials that are kept for a connector: how they are set, listed and deleted.

use serde_json::{Map, Value, json};

use super::answer::{Answer, Answered, fault, refuse};
use super::auth_methods;
use super::checks;
use super::kept::{Kept, complete_defaults};
use super::query;
use super::route::{Asked, Route};
use super::state::{State, Stored};
use crate::scope::Scope;

pub(super) const ROUTES: &[Route] = &[
    Route::new(
        "/v1/connectors/*/*/credentials",
        &[
            ("GET", list),
            ("POST", create),
            ("PATCH", update),
            ("DELETE", delete_all),
        ],
    ),
    Route::new("/v1/connectors/*/*/credentials/*", &[("DELETE", delete)]),
];

/// What credentials consist of, of what kind that makes them, and how it is checked.
const SECRETS: [(&str, &str, checks::Form); 4] = [
    ("oauth", "oauth2", checks::OBJECT),
    ("headers", "bearer", checks::OBJECT),
    ("bearer_token", "bearer", checks::TEXT),
    ("github_installation_id", "github_app", checks::TEXT),
];

fn list(state: &mut State, asked: &Asked<'_>) -> Answered {
    let scope = scope(asked)?;
    let kind = asked.request.parameter("auth_type");
    if kind.is_some_and(|kind| !auth_methods::KINDS.contains(&kind)) {
        let msg = format!("Input should be one of {}", auth_methods::KINDS.join(", "));
        let place = ["query", "auth_type"];
        return Err(Answer::invalid(vec![fault("enum", &place, &msg)]));
    }
    let only_defaults = query::flag(asked, "fetch_default")? == Some(true);
    let connector = state.by_id_or_name(asked.part(0))?;
    let credentials = connector.credentials.iter().filter(|kept| {
        kept.scope == scope
            && kind.is_none_or(|kind| kept.kind == kind)
            && (kept.is_default || !only_defaults)
    });
    let methods = auth_methods::of(&connector.fields);
    let preset = methods
        .iter()
        .filter(|method| auth_methods::is_preset(method));
    let answer = json!({
        "credentials": credentials.map(Kept::to_json).collect::<Vec<_>>(),
        "connector_preset_credentials_for_auth":
            preset.map(auth_methods::kind).collect::<Vec<_>>(),
    });
    Ok(Answer::new(200, answer))
}

/// Writes over credentials of the same name.
fn create(state: &mut State, asked: &Asked<'_>) -> Answered {
    set(state, asked, true)
}

fn update(state: &mut State, asked: &Asked<'_>) -> Answered {
    set(state, asked, false)
}

fn set(state: &mut State, asked: &Asked<'_>, may_be_new: bool) -> Answered {
    let scope = scope(asked)?;
    let body = asked.body()?;
    let kind = checked(body)?;
    let now = state.tick();
    let connector = state.by_id_or_name_mut(asked.part(0))?;
    if !may_be_new && find(connector, scope, name(body)).is_none() {
        return Err(not_found());
    }
    keep(connector, scope, body, kind, now)?;
    Ok(Answer::message("Credentials saved"))
}

fn delete(state: &mut State, asked: &Asked<'_>) -> Answered {
    let scope = scope(asked)?;
    let name = asked.part(2);
    if !checks::is_name(name) {
        let place = ["path", "credentials_name"];
        return Err(Answer::invalid(vec![checks::no_name(&place)]));
    }
    let connector = state.by_id_or_name_mut(asked.part(0))?;
    let at = find(connector, scope, name).ok_or_else(not_found)?;
    connector.credentials.remove(at);
    complete_defaults(&mut connector.credentials);
    Ok(Answer::message("Credentials deleted"))
}

/// Only the user's can be deleted all at once.
fn delete_all(state: &mut State, asked: &Asked<'_>) -> Answered {
    let scope = scope(asked)?;
    if scope != "user" {
        return Err(Answer::detail(405, "Method Not Allowed"));
    }
    let connector = state.by_id_or_name_mut(asked.part(0))?;
    connector.credentials.retain(|kept| kept.scope != scope);
    Ok(Answer::message("Credentials deleted"))
}

/// Keeps new credentials of this name, or changes those that there are: their kind, if one is
/// given, and what else is said. The first of a kind are its default.
pub(super) fn keep(
    connector: &mut Stored,
    scope: &'static str,
    change: &Map<String, Value>,
    kind: Option<&str>,
    now: String,
) -> Result<(), Answer> {
    let at = find(connector, scope, name(change));
    let before = at.and_then(|at| connector.credentials.get(at)).cloned();
    let mut kept = before.unwrap_or_else(|| Kept {
        name: name(change).to_owned(),
        title: Value::Null,
        kind: "none".to_owned(),
        scope,
        is_default: false,
        since: String::new(),
    });
    kept.since = now;
    if let Some(title) = change.get("title") {
        kept.title = title.clone();
    }
    if let Some(kind) = kind.filter(|kind| *kind != kept.kind) {
        kept.kind = kind.to_owned();
        kept.is_default = false;
    }
    let others = connector.credentials.iter().enumerate();
    let mut others = others.filter(|(other, _)| Some(*other) != at);
    let is_first = !others.any(|(_, other)| other.is_beside(&kept) && other.is_default);
    match change.get("is_default").and_then(Value::as_bool) {
        Some(false) if is_first => {
            let msg = "One of a kind has to be the default";
            let place = ["body", "is_default"];
            return Err(Answer::invalid(vec![fault("value_error", &place, msg)]));
        }
        wanted => kept.is_default |= is_first || wanted == Some(true),
    }
    if kept.is_default {
        let others = connector.credentials.iter_mut();
        others
            .filter(|other| other.is_beside(&kept))
            .for_each(|other| other.is_default = false);
    }
    match at.and_then(|at| connector.credentials.get_mut(at)) {
        Some(own) => *own = kept,
        None => connector.credentials.push(kept),
    }
    complete_defaults(&mut connector.credentials);
    Ok(())
}

/// The kind of the credentials in a body that has no fault, if it has any.
fn checked(body: &Map<String, Value>) -> Result<Option<&'static str>, Answer> {
    let mut faults = checks::faults(body, &["name", "title"]);
    faults.extend(checks::missing(body, &["name"]));
    faults.extend(checks::form(body, &["body"], "is_default", checks::FLAG));
    faults.extend(checks::form(body, &["body"], "credentials", checks::OBJECT));
    let nothing = Map::new();
    let secrets = body.get("credentials").and_then(Value::as_object);
    let secrets = secrets.unwrap_or(&nothing);
    let place = ["body", "credentials"];
    for (name, _, form) in SECRETS {
        faults.extend(checks::form(secrets, &place, name, form));
    }
    refuse(faults)?;
    let given = SECRETS
        .iter()
        .find(|(name, ..)| secrets.get(*name).is_some_and(|value| !value.is_null()));
    Ok(given.map(|(_, kind, _)| *kind))
}

/// The scope in the path, as bodies say it.
fn scope(asked: &Asked<'_>) -> Result<&'static str, Answer> {
    match asked.part(1).parse() {
        Ok(Scope::User) => Ok("user"),
        Ok(Scope::Workspace) => Ok("workspace"),
        Ok(Scope::Organization) => Ok("org"),
        Err(_) => Err(Answer::detail(404, "Not Found")),
    }
}

fn name(body: &Map<String, Value>) -> &str {
    let name = body.get("name").and_then(Value::as_str);
    name.unwrap_or_default()
}

fn find(connector: &Stored, scope: &str, name: &str) -> Option<usize> {
    let mut credentials = connector.credentials.iter();
    credentials.position(|kept| kept.scope == scope && kept.name == name)
}

fn not_found() -> Answer {
    Answer::detail(404, "Credentials not found")
}
