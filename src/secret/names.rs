//! Which values in a JSON document are secrets: the names of their fields tell.

use std::fmt;

use serde_json::{Map, Value};

use super::search::{SEARCHED, start};
use super::{REDACTED, Secret};

/// A field whose name ends like this is a secret: `session_token`, `X-Api-Key`, `clientSecret`. Case,
/// `_` and `-` do not matter.
const SECRET_ENDINGS: &str = "accesskey apikey assertion authkey bearer clientcertificate codeverifier \
                              cookie encryptionkey jwt masterkey passcode passphrase passwd password \
                              passwords privatekey pwd secret secretkey secrets sessionkey sharedkey \
                              signingkey subscriptionkey token";

/// Objects with these names contain header values.
const HEADERS: [&str; 2] = ["globalheaders", "headers"];

/// Strings with these names are secrets. In objects with these names, the field names tell.
const LOGINS: [&str; 4] = [
    "authorization",
    "credential",
    "credentials",
    "proxyauthorization",
];

/// At most this many bytes of all secrets in a request together are searched for.
const MAX_SEARCHED: usize = 4 * SEARCHED;

/// `client_secret`, `Client-Secret` and `clientSecret` are the same name.
fn plain_name(name: &str) -> String {
    name.replace(['_', '-'], "").to_ascii_lowercase()
}

/// Which strings and numbers in a value are secrets.
#[derive(Clone, Copy, PartialEq)]
enum Rule {
    /// None, unless the name of a field inside says so.
    Shown,
    /// Those that are not inside an object.
    Bare,
    /// All, as header values.
    Headers,
    /// All.
    Secret,
}

impl Rule {
    fn of(name: &str, value: &Value) -> Self {
        let name = plain_name(name);
        let is_headers = HEADERS.contains(&name.as_str());
        if SECRET_ENDINGS
            .split(' ')
            .any(|ending| name.ends_with(ending))
        {
            Rule::Secret
        } else if is_headers && value.is_object() {
            Rule::Headers
        } else if is_headers || LOGINS.contains(&name.as_str()) {
            Rule::Bare
        } else {
            Rule::Shown
        }
    }

    /// The fields of an object with this rule, each with its own.
    fn fields(self, fields: &Map<String, Value>) -> impl Iterator<Item = (&String, &Value, Rule)> {
        // As in `{"type": "api-key", "value": …}` and `{"name": "x-key", "value": …}`.
        let describes = |name: &String| ["key", "name", "type"].contains(&&*plain_name(name));
        let is_described = fields.keys().any(describes);
        fields.iter().map(move |(name, value)| {
            let rule = match self {
                Rule::Headers | Rule::Secret => self,
                _ if is_described && plain_name(name) == "value" => Rule::Secret,
                _ => Rule::of(name, value),
            };
            (name, value, rule)
        })
    }
}

/// Calls `found` with each secret in `value`.
fn each_secret(value: &Value, rule: Rule, found: &mut dyn FnMut(&Value, Rule)) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| each_secret(item, rule, found)),
        Value::Object(fields) => rule
            .fields(fields)
            .for_each(|(_, value, rule)| each_secret(value, rule, found)),
        Value::String(_) | Value::Number(_) if rule != Rule::Shown => found(value, rule),
        _ => {}
    }
}

/// A copy of `value` with `[redacted]` in place of every secret.
fn redacted(value: &Value, rule: Rule) -> Value {
    match value {
        Value::Array(items) => items.iter().map(|item| redacted(item, rule)).collect(),
        Value::Object(fields) => rule
            .fields(fields)
            .map(|(name, value, rule)| (name.clone(), redacted(value, rule)))
            .collect(),
        Value::String(_) | Value::Number(_) if rule != Rule::Shown => REDACTED.into(),
        other => other.clone(),
    }
}

/// A JSON value with its field name. A whole document has an empty name.
#[derive(Clone, Copy)]
pub(crate) struct Named<'a>(pub(crate) &'a str, pub(crate) &'a Value);

impl Named<'_> {
    fn each_secret(self, found: &mut dyn FnMut(&Value, Rule)) {
        each_secret(self.1, Rule::of(self.0, self.1), found);
    }

    pub(crate) fn has_secrets(self) -> bool {
        let mut has_secrets = false;
        self.each_secret(&mut |_, _| has_secrets = true);
        has_secrets
    }
}

/// The secrets in these values. Only the start of a long value counts.
pub(crate) fn secrets<'a>(values: impl IntoIterator<Item = Named<'a>>) -> Vec<Secret> {
    let (mut secrets, mut remaining) = (Vec::new(), MAX_SEARCHED);
    for value in values {
        value.each_secret(&mut |value, rule| {
            let number = if value.is_string() {
                String::new()
            } else {
                value.to_string()
            };
            let text = start(value.as_str().unwrap_or(&number), SEARCHED.min(remaining));
            let secret = match rule {
                Rule::Secret => Secret::new(text),
                _ => Secret::header(text),
            };
            if secret.is_searched_for() {
                remaining -= text.len();
                secrets.push(secret);
            }
        });
    }
    secrets
}

/// The JSON with `[redacted]` in place of every secret.
impl fmt::Debug for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", redacted(self.1, Rule::of(self.0, self.1)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn exposed(value: &Value) -> Vec<String> {
        let secrets = secrets([Named("", value)]).into_iter();
        secrets.map(|secret| secret.expose().to_owned()).collect()
    }

    #[test]
    fn values_with_the_usual_names_of_secrets_are_secrets() {
        for name in [
            "access_token",
            "accessToken",
            "api-key",
            "auth_token",
            "authorization",
            "Bearer_Token",
            "client_assertion",
            "client_private_key",
            "client_secret",
            "connection_secrets",
            "cookie",
            "db_password",
            "id_token",
            "passphrase",
            "passwd",
            "PASSWORD",
            "passwords",
            "private_key",
            "privateKey",
            "Proxy-Authorization",
            "refresh-token",
            "secret",
            "secret_access_key",
            "session_token",
            "Set-Cookie",
            "signing_key",
            "token",
            "webhookSecret",
            "x-api-key",
            "X-Auth-Token",
        ] {
            let value = json!({ name: "hidden-1", "list": [{ name: ["hidden-2"] }] });
            let mut secrets = exposed(&value);
            secrets.sort();
            assert_eq!(secrets, ["hidden-1", "hidden-2"], "{name}");
            let shown = format!("{0:?} {0:#?}", Named("", &value));
            assert!(!shown.contains("hidden"), "{shown}");
        }
    }

    #[test]
    fn values_with_ordinary_names_are_not_secrets() {
        for name in [
            "description",
            "is_secret_type",
            "key",
            "max_tokens",
            "name",
            "public_key",
            "token_endpoint",
            "token_type",
            "tokens",
            "type",
            "value",
        ] {
            let value = json!({ name: "shown-1" });
            assert_eq!(exposed(&value), [""; 0], "{name}");
            assert!(format!("{:?}", Named("", &value)).contains("shown-1"));
        }
    }

    #[test]
    fn values_in_headers_and_entries_are_secrets() {
        let value = json!({
            "authorization": {"type": "shown", "value": "hidden-1"},
            "entries": [{"Name": "shown", "VALUE": "hidden-2"}, {"key": "shown", "value": "hidden-3"}],
            "global_headers": {"x": {"value": "hidden-4", "is_secret": false}},
            "headers": {"x": "hidden-5", "list": ["hidden-6", 56789012]},
            "nested": {"headers": [{"name": "shown", "value": "hidden-7"}, "x: hidden-8"]},
            "secret": {"deep": ["hidden-9"], "pin": 1234, "none": null},
            "unit": {"value": "shown"},
        });
        let secrets = exposed(&value);
        for number in 1..=9 {
            let secret = format!("hidden-{number}");
            assert!(
                secrets.iter().any(|own| own.ends_with(&secret)),
                "{secret}: {secrets:?}"
            );
        }
        assert!(secrets.contains(&"56789012".to_owned()) && secrets.contains(&"1234".to_owned()));
        assert_eq!(secrets.len(), 11, "{secrets:?}");
        let shown = format!("{:?}", Named("", &value));
        for hidden in ["hidden", "5678", "1234"] {
            assert!(!shown.contains(hidden), "{shown}");
        }
        assert!(shown.contains(r#""unit":{"value":"shown"}"#), "{shown}");
        assert!(shown.contains(r#""is_secret":false"#), "{shown}");
        assert!(shown.contains(r#""none":null"#), "{shown}");
    }

    #[test]
    fn a_short_secret_is_not_shown_but_not_searched_for() {
        let value = json!({"pin": {"token": "abc"}, "headers": {"x": "planner"}});
        assert_eq!(exposed(&value), [""; 0]);
        let named = Named("", &value);
        assert!(named.has_secrets());
        let shown = format!("{named:?}");
        assert!(
            !shown.contains("abc") && !shown.contains("planner"),
            "{shown}"
        );
    }

    /// With quadratic time, this would take minutes.
    #[test]
    fn an_object_with_many_fields_called_value_takes_linear_time() {
        let marks = |number: u32| format!("{number:014b}").replace('0', "_").replace('1', "-");
        let field = |number| (format!("value{}", marks(number)), json!("shown"));
        let fields: Map<_, _> = (0..10_000).map(field).collect();
        let fields = json!(fields);
        assert_eq!(exposed(&fields), [""; 0]);
    }

    #[test]
    fn only_the_start_of_long_values_is_searched_for() {
        let long = "x".repeat(1_000_000);
        assert_eq!(exposed(&json!({ "token": long }))[0].len(), SEARCHED);
        let many: Vec<_> = (0..1_000).map(|_| "x".repeat(1_000)).collect();
        let bytes: usize = exposed(&json!({ "token": many }))
            .iter()
            .map(String::len)
            .sum();
        assert_eq!(bytes, MAX_SEARCHED);
    }
}
