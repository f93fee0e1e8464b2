//! How users can log in to a connector.

use serde_json::{Map, Value, json};

/// The field that says whether the user is logged in.
pub(super) const IS_AUTHENTICATED: &str = "is_authenticated";

/// The field with the login methods, as the API shows them.
const METHODS: &str = "supported_auth_methods";

/// All kinds of credentials.
pub(super) const KINDS: [&str; 5] = ["oauth2", "bearer", "none", "github_app", "slack_app"];

/// The kinds that a create or an update may name. `webhook` is for programs that call the
/// connector, not for users.
pub(super) const KINDS_IN_REQUESTS: [&str; 6] = [
    "oauth2",
    "bearer",
    "none",
    "github_app",
    "slack_app",
    "webhook",
];

/// The kinds that send users to a page.
pub(super) const KINDS_WITH_A_PAGE: [&str; 3] = ["oauth2", "github_app", "slack_app"];

/// The login methods of a connector. If a login is missing and no method is known, it is OAuth.
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

pub(super) fn kind(method: &Value) -> &str {
    let kind = method.get("method_type").and_then(Value::as_str);
    kind.unwrap_or_default()
}

/// Whether the connector itself has credentials for this method.
pub(super) fn is_preset(method: &Value) -> bool {
    method.get("has_default_credentials") == Some(&json!(true))
}

/// Whether users need their own credentials.
pub(super) fn are_needed(connector: &Map<String, Value>) -> bool {
    let methods = of(connector);
    let is_free = |method| kind(method) == "none" || is_preset(method);
    !methods.is_empty() && !methods.iter().any(is_free)
}

/// Adds the login methods in the body of a create or an update to a connector, without their
/// secrets. They are in `auth_methods`, and `auth_data` and `headers` describe one each. A method
/// replaces an earlier one of the same kind.
pub(super) fn add(body: &Map<String, Value>, connector: &mut Map<String, Value>) {
    let given = |name| body.get(name).filter(|value| !value.is_null());
    let mut new = Vec::new();
    if given("auth_data").is_some() {
        new.push(method("oauth2", false));
    }
    if let Some(headers) = given("headers").and_then(Value::as_object) {
        let mut bearer = method("bearer", true);
        let names = headers.keys().map(|name| header(&json!({ "name": name })));
        set(&mut bearer, "headers", names.collect());
        new.push(bearer);
    }
    let methods = given("auth_methods").and_then(Value::as_array);
    let is_for_users = |method: &&Value| KINDS.contains(&kind(method));
    let methods = methods.into_iter().flatten().filter(is_for_users);
    new.extend(methods.map(without_secrets));
    for method in &mut new {
        if let Some(headers) = given("global_headers").and_then(Value::as_object) {
            set(method, "global_headers", global_headers(headers));
        }
        if let Some(metadata) = given("oauth2_server_metadata") {
            if kind(method) == "oauth2" {
                set(method, "oauth2_server_metadata", metadata.clone());
            }
        }
    }
    if new.is_empty() {
        return;
    }
    let methods = connector.get_mut(METHODS).and_then(Value::as_array_mut);
    let mut methods = methods.map(std::mem::take).unwrap_or_default();
    for method in new {
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
    // Client credentials are for all users.
    if given.get("grant_type") == Some(&json!("client_credentials")) {
        set(&mut method, "has_default_credentials", true.into());
    }
    method
}

/// A header that credentials consist of. By default it is required, and its value is a secret.
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
        let shown = json!({"is_secret": is_secret, "value": value});
        (name.clone(), shown)
    });
    Value::Object(shown.collect())
}

fn set(method: &mut Value, name: &str, value: Value) {
    if let Some(fields) = method.as_object_mut() {
        fields.insert(name.to_owned(), value);
    }
}
