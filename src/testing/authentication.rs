//! How users log in: the page that they are sent to, and what opening it does.

use serde_json::{Map, Value, json};

use super::answer::{Answer, Answered, fault};
use super::auth_methods;
use super::credentials;
use super::query;
use super::route::{Asked, Route};
use super::state::State;
use crate::request::{Method, Request};

pub(super) const ROUTES: &[Route] = &[
    Route::new("/v1/connectors/*/auth_url", &[("GET", auth_url)]),
    Route::new(
        "/v1/connectors/*/authentication_methods",
        &[("GET", methods)],
    ),
    Route::new("/login/*", &[("GET", log_in)]).open(),
];

/// For how many seconds a page is said to be good.
const TTL: u64 = 600;

fn methods(state: &mut State, asked: &Asked<'_>) -> Answered {
    let connector = state.by_id_or_name(asked.part(0))?;
    Ok(Answer::new(200, auth_methods::of(&connector.fields).into()))
}

fn auth_url(state: &mut State, asked: &Asked<'_>) -> Answered {
    query::credentials_name(asked)?;
    query::flag(asked, "github_installation_link")?;
    let connector = state.by_id_or_name(asked.part(0))?;
    let methods = auth_methods::of(&connector.fields);
    let kinds: Vec<_> = methods.iter().map(auth_methods::kind).collect();
    let on_a_page = |kind: &&str| auth_methods::ON_A_PAGE.contains(kind);
    let kind = asked.request.parameter("method_type");
    let kind = kind.or_else(|| kinds.iter().copied().find(on_a_page));
    let kind = kind.unwrap_or("oauth2");
    if !on_a_page(&kind) || !(kinds.is_empty() || kinds.contains(&kind)) {
        let msg = "This connector has no such login";
        let place = ["query", "method_type"];
        return Err(Answer::invalid(vec![fault("value_error", &place, msg)]));
    }
    let id = connector.text("id").unwrap_or_default();
    let page = Request::raw(Method::Get, &["login", id]).map_err(|_| Answer::not_found())?;
    let names = ["credentials_name", "credentials_title"];
    let page = names
        .into_iter()
        .fold(page.query("method_type", kind), |page, name| {
            page.query_if(name, asked.request.parameter(name))
        });
    let host = asked.request.header("host").unwrap_or_default();
    let url = format!("http://{host}{}{}", page.path, page.query);
    Ok(Answer::new(200, json!({"auth_url": url, "ttl": TTL})))
}

/// From here on the user has credentials.
fn log_in(state: &mut State, asked: &Asked<'_>) -> Answered {
    let name = query::credentials_name(asked)?.unwrap_or("default");
    let kind = asked.request.parameter("method_type");
    let kind = kind.filter(|kind| auth_methods::ON_A_PAGE.contains(kind));
    let kind = kind.unwrap_or("oauth2");
    let title = asked.request.parameter("credentials_title");
    let now = state.tick();
    let connector = state.by_id_or_name_mut(asked.part(0))?;
    let change = Map::from_iter([
        ("name".to_owned(), json!(name)),
        ("title".to_owned(), title.map_or(Value::Null, Value::from)),
    ]);
    credentials::keep(connector, "user", &change, Some(kind), now)?;
    Ok(Answer::message("Logged in"))
}
