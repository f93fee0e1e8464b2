//! How users log in: the page that they are sent to, and what opening it does.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::{Call, Route, credentials};
use crate::testing::checks;
use crate::testing::login_methods::{self, KINDS_WITH_A_PAGE};
use crate::testing::query;
use crate::testing::recorded::RecordedRequest;
use crate::testing::state::State;
use crate::testing::wire::response::{Faults, Outcome, Response, invalid};

pub(super) const ROUTES: &[Route] = &[
    Route::new("GET", "/v1/connectors/*/auth_url", auth_url).query(&[
        "app_return_url",
        "method_type",
        "credentials_name",
        "credentials_title",
        "github_installation_link",
    ]),
    Route::new("GET", "/v1/connectors/*/authentication_methods", methods),
    // The page of the fake server itself.
    Route::new("GET", "/login/*", log_in)
        .query(&["method_type", "credentials_name", "credentials_title"])
        .open(),
];

/// How long a page is said to be valid, in seconds.
const TTL: u64 = 600;

fn methods(state: &mut State, call: &Call<'_>) -> Outcome {
    let connector = state.by_id_or_name(call.part(0))?;
    let methods = login_methods::of(&connector.fields);
    Ok(Response::new(200, methods.into()))
}

fn auth_url(state: &mut State, call: &Call<'_>) -> Outcome {
    let mut faults = Faults::default();
    let kind = query::one_of(
        call.request,
        "method_type",
        &login_methods::KINDS,
        &mut faults,
    );
    query::credentials_name(call.request, &mut faults);
    credentials_title(call.request, &mut faults);
    query::flag(call.request, "github_installation_link", &mut faults);
    faults.refuse()?;
    let connector = state.by_id_or_name(call.part(0))?;
    let methods = login_methods::of(&connector.fields);
    let kinds: Vec<_> = methods.iter().map(login_methods::kind).collect();
    let has_page = |kind: &&str| KINDS_WITH_A_PAGE.contains(kind);
    let kind = kind.or_else(|| kinds.iter().copied().find(has_page));
    let kind = kind.unwrap_or("oauth2");
    if !has_page(&kind) || !(kinds.is_empty() || kinds.contains(&kind)) {
        let message = "Value error, this connector has no such login";
        return Err(invalid("value_error", &["query", "method_type"], message));
    }
    let host = call.request.header("host").unwrap_or_default();
    let id = encode(connector.text("id").unwrap_or_default());
    let mut url = format!("http://{host}/login/{id}?method_type={kind}");
    for name in ["credentials_name", "credentials_title"] {
        if let Some(value) = call.request.parameter(name) {
            url.push_str(&format!("&{name}={}", encode(value)));
        }
    }
    Ok(Response::new(200, json!({"auth_url": url, "ttl": TTL})))
}

/// The user has credentials afterwards.
fn log_in(state: &mut State, call: &Call<'_>) -> Outcome {
    let mut faults = Faults::default();
    let kind = query::one_of(call.request, "method_type", &KINDS_WITH_A_PAGE, &mut faults);
    let name = query::credentials_name(call.request, &mut faults);
    let title = credentials_title(call.request, &mut faults);
    faults.refuse()?;
    let now = state.tick();
    let connector = state.by_id_or_name(call.part(0))?;
    let change = Map::from_iter([
        ("name".to_owned(), json!(name.unwrap_or("default"))),
        ("title".to_owned(), title.map_or(Value::Null, Value::from)),
    ]);
    let kind = kind.unwrap_or("oauth2");
    credentials::store(connector, "user", &change, Some(kind), now)?;
    Ok(Response::message("Logged in"))
}

fn credentials_title<'a>(request: &'a RecordedRequest, faults: &mut Faults) -> Option<&'a str> {
    let title = request.parameter("credentials_title")?;
    checks::check_title(title, &["query", "credentials_title"], faults);
    Some(title)
}

fn encode(text: &str) -> String {
    const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-');
    utf8_percent_encode(text, RESERVED).to_string()
}
