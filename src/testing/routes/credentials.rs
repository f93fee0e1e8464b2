//! Credentials for a connector: set, listed and deleted.

use serde_json::{Map, Value, json};

use super::{Call, Route};
use crate::testing::checks::{self, Field, Kind};
use crate::testing::login_methods;
use crate::testing::query;
use crate::testing::state::{State, Stored, StoredCredentials};
use crate::testing::wire::response::{Faults, Outcome, Response, invalid};

pub(super) const ROUTES: &[Route] = &[
    Route::new("GET", "/v1/connectors/*/*/credentials", list)
        .query(&["auth_type", "fetch_default"]),
    Route::new("POST", "/v1/connectors/*/*/credentials", create),
    Route::new("PATCH", "/v1/connectors/*/*/credentials", update),
    Route::new("DELETE", "/v1/connectors/*/*/credentials", delete_all),
    Route::new("DELETE", "/v1/connectors/*/*/credentials/*", delete),
];

const SET: &[Field] = &[
    Field::required("name", Kind::Name),
    Field::nullable("title", Kind::Title),
    Field::nullable("is_default", Kind::Flag),
    Field::nullable("credentials", Kind::Model(SECRETS)),
];

const SECRETS: &[Field] = &[
    Field::nullable("oauth", Kind::Object),
    Field::nullable("headers", Kind::Texts),
    Field::nullable("bearer_token", Kind::Text),
    Field::nullable("github_installation_id", Kind::Text),
];

/// The kind of the credentials that have this secret.
const KIND_OF_SECRET: [(&str, &str); 4] = [
    ("oauth", "oauth2"),
    ("headers", "bearer"),
    ("bearer_token", "bearer"),
    ("github_installation_id", "github_app"),
];

fn list(state: &mut State, call: &Call<'_>) -> Outcome {
    let scope = scope(call)?;
    let mut faults = Faults::default();
    let kind = query::one_of(
        call.request,
        "auth_type",
        &login_methods::KINDS,
        &mut faults,
    );
    let only_defaults = query::flag(call.request, "fetch_default", &mut faults) == Some(true);
    faults.refuse()?;
    let connector = state.by_id_or_name(call.part(0))?;
    let credentials = connector.credentials.iter().filter(|own| {
        own.scope == scope
            && kind.is_none_or(|kind| own.kind == kind)
            && (own.is_default || !only_defaults)
    });
    let credentials: Vec<_> = credentials.map(StoredCredentials::to_json).collect();
    let methods = login_methods::of(&connector.fields);
    let preset = methods
        .iter()
        .filter(|method| login_methods::is_preset(method));
    let preset: Vec<_> = preset.map(login_methods::kind).collect();
    let body = json!({
        "credentials": credentials,
        "connector_preset_credentials_for_auth": preset,
    });
    Ok(Response::new(200, body))
}

/// Replaces credentials with the same name.
fn create(state: &mut State, call: &Call<'_>) -> Outcome {
    set(state, call, true)
}

fn update(state: &mut State, call: &Call<'_>) -> Outcome {
    set(state, call, false)
}

fn set(state: &mut State, call: &Call<'_>, may_be_new: bool) -> Outcome {
    let scope = scope(call)?;
    let body = call.body()?;
    let mut faults = Faults::default();
    checks::check(body, SET, &mut faults);
    faults.refuse()?;
    let now = state.tick();
    let connector = state.by_id_or_name(call.part(0))?;
    if !may_be_new && position(connector, scope, name(body)).is_none() {
        return Err(not_found());
    }
    store(connector, scope, body, kind(body), now)?;
    Ok(Response::message("Credentials saved"))
}

fn delete(state: &mut State, call: &Call<'_>) -> Outcome {
    let scope = scope(call)?;
    let name = call.part(2);
    let mut faults = Faults::default();
    checks::check_name(name, &["path", "credentials_name"], &mut faults);
    faults.refuse()?;
    let connector = state.by_id_or_name(call.part(0))?;
    let position = position(connector, scope, name).ok_or_else(not_found)?;
    connector.credentials.remove(position);
    complete_defaults(&mut connector.credentials);
    Ok(Response::message("Credentials deleted"))
}

/// Only the user's own credentials can be deleted all at once.
fn delete_all(state: &mut State, call: &Call<'_>) -> Outcome {
    let scope = scope(call)?;
    if scope != "user" {
        return Err(Response::detail(405, "Method Not Allowed"));
    }
    let connector = state.by_id_or_name(call.part(0))?;
    connector.credentials.retain(|own| own.scope != scope);
    Ok(Response::message("Credentials deleted"))
}

/// Stores new credentials with the name in `change`, or changes those that exist: their kind, if
/// one is given, and what `change` contains. The first of a kind are its default.
pub(super) fn store(
    connector: &mut Stored,
    scope: &'static str,
    change: &Map<String, Value>,
    kind: Option<&str>,
    now: String,
) -> Result<(), Response> {
    let position = position(connector, scope, name(change));
    let before = position.and_then(|position| connector.credentials.get(position));
    let mut new = before.cloned().unwrap_or_else(|| StoredCredentials {
        name: name(change).to_owned(),
        title: Value::Null,
        kind: "none".to_owned(),
        scope,
        is_default: false,
        modified_at: String::new(),
    });
    new.modified_at = now;
    if let Some(title) = change.get("title") {
        new.title = title.clone();
    }
    if let Some(kind) = kind.filter(|kind| *kind != new.kind) {
        new.kind = kind.to_owned();
        new.is_default = false;
    }
    let others = connector.credentials.iter().enumerate();
    let mut others = others.filter(|(other, _)| Some(*other) != position);
    let has_default = others.any(|(_, other)| other.competes_with(&new) && other.is_default);
    match change.get("is_default").and_then(Value::as_bool) {
        Some(false) if !has_default => {
            let message = "Value error, one of each kind must be the default";
            return Err(invalid("value_error", &["body", "is_default"], message));
        }
        is_default => new.is_default |= !has_default || is_default == Some(true),
    }
    if new.is_default {
        for other in &mut connector.credentials {
            if other.competes_with(&new) {
                other.is_default = false;
            }
        }
    }
    match position.and_then(|position| connector.credentials.get_mut(position)) {
        Some(own) => *own = new,
        None => connector.credentials.push(new),
    }
    complete_defaults(&mut connector.credentials);
    Ok(())
}

/// If a kind has lost its default, the oldest that is left becomes the default.
fn complete_defaults(credentials: &mut [StoredCredentials]) {
    let mut defaults: Vec<_> = credentials.to_vec();
    defaults.retain(|own| own.is_default);
    for own in credentials {
        if !defaults.iter().any(|default| default.competes_with(own)) {
            own.is_default = true;
            defaults.push(own.clone());
        }
    }
}

/// The kind of the credentials in a body, if there are any.
fn kind(body: &Map<String, Value>) -> Option<&'static str> {
    let secrets = body.get("credentials")?.as_object()?;
    let is_given = |name| secrets.get(name).is_some_and(|value| !value.is_null());
    let mut kinds = KIND_OF_SECRET.iter();
    kinds
        .find(|(secret, _)| is_given(*secret))
        .map(|(_, kind)| *kind)
}

/// The scope in the path, as it is written in bodies.
fn scope(call: &Call<'_>) -> Result<&'static str, Response> {
    match call.part(1) {
        "user" => Ok("user"),
        "workspace" => Ok("workspace"),
        "organization" => Ok("org"),
        _ => Err(Response::detail(404, "Not Found")),
    }
}

fn name(body: &Map<String, Value>) -> &str {
    let name = body.get("name").and_then(Value::as_str);
    name.unwrap_or_default()
}

fn position(connector: &Stored, scope: &str, name: &str) -> Option<usize> {
    let mut credentials = connector.credentials.iter();
    credentials.position(|own| own.scope == scope && own.name == name)
}

fn not_found() -> Response {
    Response::detail(404, "Credentials not found")
}
