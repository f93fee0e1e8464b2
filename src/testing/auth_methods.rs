//! The ways in which users can log in at a connector.

use serde_json::{Map, Value, json};

/// Whether the user is logged in.
pub(super) const IS_AUTHENTICATED: &str = "is_authenticated";

/// Where the ways are kept, as they are shown.
const METHODS: &str = "supported_auth_methods";

/// All kinds of credentials. They stand here once more on purpose: the type of the client takes any
/// word, so that only another list shows a word that it spells wrongly.
pub(super) const KINDS: [&str; 5] = ["oauth2", "bearer", "none", "github_app", "slack_app"];

/// The kinds for which users are sent to a page.
pub(super) const ON_A_PAGE: [&str; 3] = ["oauth2", "github_app", "slack_app"];

/// The ways of a connector; none if nothing is known of them. Where a login is missing and nobody
/// said which, it is OAuth.
pub(super) fn of(connector: &Map<String, Value>) -> Vec<Value> {
    let methods = connector.get(METHODS).and_then(Value::as_array);
    match methods {
        Some(methods) if !methods.is_empty() => methods.clone(),
        _ if connector.get(IS_AUTHENTICATED) == Some(&json!(false)) => {
            vec![method("oauth2", false)]
        }
        _ => Vec::new(),
    }
}

/// What kind a way is.
pub(super) fn kind(method: &Value) -> &str {
    let kind = method.get("method_type").and_then(Value::as_str);
    kind.unwrap_or_default()
}

/// Whether the connector itself has credentials for a way.
pub(super) fn is_preset(method: &Value) -> bool {
    method.get("has_default_credentials") == Some(&json!(true))
}

/// Whether users cannot do without credentials of their own.
pub(super) fn are_needed(connector: &Map<String, Value>) -> bool {
    let methods = of(connector);
    let free = |method| kind(method) == "none" || is_preset(method);
    !methods.is_empty() && !methods.iter().any(free)
}

/// Adds to a connector the ways that a create or an update names, in place of those of the same
/// kind: in `auth_methods`, and by `auth_data` and `headers`, each without its secrets.
pub(super) fn take(body: &Map<String, Value>, connector: &mut Map<String, Value>) {
    let given = |name| body.get(name).filter(|value| !value.is_null());
    let mut taken = Vec::new();
    if given("auth_data").is_some() {
        taken.push(method("oauth2", false));
    }
    if let Some(headers) = given("headers").and_then(Value::as_object) {
        let mut bearer = method("bearer", true);
        let names = headers.keys().map(|name| header(&json!({ "name": name })));
        set(&mut bearer, "headers", names.collect());
        taken.push(bearer);
    }
    let methods = given("auth_methods").and_then(Value::as_array);
    // What others use to reach the connector is no way for users.
    let of_users = |method: &&Value| KINDS.contains(&kind(method));
    let methods = methods.into_iter().flatten().filter(of_users);
    taken.extend(methods.map(without_secrets));
    for method in &mut taken {
        if let Some(headers) = given("global_headers").and_then(Value::as_object) {
            set(method, "global_headers", global_headers(headers));
        }
        if let Some(metadata) = given("oauth2_server_metadata") {
            if kind(method) == "oauth2" {
                set(method, "oauth2_server_metadata", metadata.clone());
            }
        }
    }
    if taken.is_empty() {
        return;
    }
    let methods = connector.get_mut(METHODS).and_then(Value::as_array_mut);
    let mut methods = methods.map(std::mem::take).unwrap_or_default();
    for method in taken {
        methods.retain(|own| kind(own) != kind(&method));
        methods.push(method);
    }
    connector.insert(METHODS.to_owned(), methods.into());
}

fn method(kind: &str, is_preset: bool) -> Value {
    json!({"method_type": kind, "has_default_credentials": is_preset})
}

fn without_secrets(given: &Value) -> Value {
    let mut method = method(kind(given), false);
    if let Some(headers) = given.get("headers").and_then(Value::as_array) {
        set(&mut method, "headers", headers.iter().map(header).collect());
    }
    if let Some(headers) = given.get("global_headers").and_then(Value::as_object) {
        set(&mut method, "global_headers", global_headers(headers));
    }
    for name in [
        "grant_type",
        "token_endpoint_auth_method",
        "oauth2_server_metadata",
    ] {
        if let Some(value) = given.get(name) {
            set(&mut method, name, value.clone());
        }
    }
    // Such a client logs in for everybody.
    if given.get("grant_type") == Some(&json!("client_credentials")) {
        set(&mut method, "has_default_credentials", true.into());
    }
    method
}

/// A header that credentials consist of, which is required and a secret where nothing else is said.
fn header(given: &Value) -> Value {
    let flag = |name| given.get(name).and_then(Value::as_bool).unwrap_or(true);
    json!({
        "name": given.get("name"),
        "is_required": flag("is_required"),
        "is_secret": flag("is_secret"),
    })
}

fn global_headers(given: &Map<String, Value>) -> Value {
    let shown = given.iter().map(|(name, header)| {
        let is_secret = header.get("is_secret") != Some(&json!(false));
        let value = header.get("value").filter(|_| !is_secret);
        (
            name.clone(),
            json!({"is_secret": is_secret, "value": value}),
        )
    });
    Value::Object(shown.collect())
}

fn set(method: &mut Value, name: &str, value: Value) {
    if let Some(fields) = method.as_object_mut() {
        fields.insert(name.to_owned(), value);
    }
}
