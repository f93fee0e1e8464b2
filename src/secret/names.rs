//! Which values in a JSON document are secrets, judged by the names of their fields.

use std::fmt;

use serde_json::{Map, Value};

use super::search::{SEARCHED, start};
use super::{REDACTED, Secret};

/// A field whose name ends like this is a secret: `session_token`, `X-Api-Key`, `clientSecret`. Names
/// are compared as [`plain_name`] writes them; `password` includes `passwords`.
const SECRET_ENDINGS: [&str; 23] = [
    "accesskey",
    "apikey",
    "assertion",
    "authkey",
    "bearer",
    "codeverifier",
    "cookie",
    "encryptionkey",
    "jwt",
    "masterkey",
    "passcode",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "pwd",
    "secret",
    "secretkey",
    "sessionkey",
    "sharedkey",
    "signingkey",
    "subscriptionkey",
    "token",
];

/// Objects of these names hold header values.
const HEADERS: [&str; 2] = ["globalheaders", "headers"];

/// Strings under these names are secrets. In objects under these names, the fields decide.
const LOGINS: [&str; 4] = [
    "authorization",
    "credential",
    "credentials",
    "proxyauthorization",
];

/// How many bytes of all secrets of a request together are searched for.
const MOST: usize = 4 * SEARCHED;

/// A name without its spelling: `client_secret`, `Client-Secret` and `clientSecret` are the same.
fn plain_name(name: &str) -> String {
    let letters = name.chars().filter(|c| c.is_alphanumeric());
    letters.map(|c| c.to_ascii_lowercase()).collect()
}

fn is_secret(name: &str) -> bool {
    let ends = |name: &str, but: &str| {
        let mut endings = SECRET_ENDINGS.iter();
        endings.any(|ending| *ending != but && name.ends_with(ending))
    };
    // Plural tokens are counts: `max_tokens`.
    let one = name.strip_suffix('s').unwrap_or_default();
    ends(name, "") || ends(one, "token")
}

/// Makes a secret of the text of a value.
type Make = fn(String) -> Secret;

/// The secrets in these values, except those too short to be told from ordinary text. Only the start of
/// a very long value is included.
pub(crate) fn secrets<'a>(values: impl IntoIterator<Item = Named<'a>>) -> Vec<Secret> {
    let (mut secrets, mut left) = (Vec::new(), MOST);
    let mut add = |value: &Value, secret: Make| {
        let secret = match value {
            Value::String(text) => secret(start(text, SEARCHED.min(left)).to_owned()),
            number => secret(number.to_string()),
        };
        if left > 0 && secret.is_searched_for() {
            left = left.saturating_sub(secret.expose().len());
            secrets.push(secret);
        }
    };
    for value in values {
        value.each_secret(&mut add);
    }
    secrets
}

/// A JSON value, and which of its strings and numbers are secrets.
#[derive(Clone, Copy)]
pub(crate) struct Named<'a> {
    value: &'a Value,
    rule: Rule,
}

#[derive(Clone, Copy)]
enum Rule {
    /// Nothing is secret, unless the name of a field inside says so.
    Shown,
    /// Strings outside of objects are secrets. Inside objects, the names of the fields decide.
    Login,
    /// Everything is the value of a header.
    Header,
    /// Everything is secret.
    Secret,
}

impl<'a> Named<'a> {
    /// `value`, which is the field `name` of an object (or a document, with an empty name).
    pub(crate) fn new(name: &str, value: &'a Value) -> Self {
        let name = plain_name(name);
        let is_in = |names: &[&str]| names.contains(&name.as_str());
        let rule = if is_secret(&name) {
            Rule::Secret
        } else if is_in(&LOGINS) || is_in(&HEADERS) && value.is_array() {
            Rule::Login
        } else if is_in(&HEADERS) {
            Rule::Header
        } else {
            Rule::Shown
        };
        Named { value, rule }
    }

    /// Whether there is a secret in it.
    pub(crate) fn has_secrets(self) -> bool {
        let mut found = false;
        self.each_secret(&mut |_, _| found = true);
        found
    }

    /// Calls `found` with every secret string or number.
    fn each_secret(self, found: &mut dyn FnMut(&Value, Make)) {
        match self.value {
            Value::Array(items) => {
                items
                    .iter()
                    .for_each(|item| self.item(item).each_secret(found));
            }
            Value::Object(fields) => {
                self.fields(fields)
                    .for_each(|(_, field)| field.each_secret(found));
            }
            Value::String(_) | Value::Number(_) => match self.rule {
                Rule::Shown => {}
                Rule::Login | Rule::Header => found(self.value, Secret::header),
                Rule::Secret => found(self.value, Secret::new),
            },
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn item(self, value: &'a Value) -> Self {
        Named { value, ..self }
    }

    fn fields(
        self,
        fields: &'a Map<String, Value>,
    ) -> impl Iterator<Item = (&'a String, Named<'a>)> {
        // As in `{"type": "api-key", "value": …}` and `{"name": "x-key", "value": …}`.
        let mut names = fields.keys().map(|name| plain_name(name));
        let described = names.any(|name| matches!(name.as_str(), "key" | "name" | "type"));
        fields.iter().map(move |(name, value)| {
            let field = match self.rule {
                Rule::Header | Rule::Secret => self.item(value),
                Rule::Shown | Rule::Login if described && plain_name(name) == "value" => Named {
                    value,
                    rule: Rule::Secret,
                },
                Rule::Shown | Rule::Login => Named::new(name, value),
            };
            (name, field)
        })
    }
}

/// The JSON, with `[redacted]` in place of every secret.
impl fmt::Debug for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.value, self.rule) {
            (Value::Array(items), _) => {
                let items = items.iter().map(|item| self.item(item));
                f.debug_list().entries(items).finish()
            }
            (Value::Object(fields), _) => f.debug_map().entries(self.fields(fields)).finish(),
            (Value::Null | Value::Bool(_), _) | (_, Rule::Shown) => write!(f, "{}", self.value),
            (Value::String(_) | Value::Number(_), _) => f.write_str(REDACTED),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn exposed(value: &Value) -> Vec<String> {
        let secrets = secrets([Named::new("", value)]).into_iter();
        secrets.map(|secret| secret.expose().to_owned()).collect()
    }

    #[test]
    fn secrets_are_known_by_their_usual_names() {
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
            "privateKeyPEM".trim_end_matches("PEM"),
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
            "Your API key",
        ] {
            let value = json!({ name: "hidden-1", "list": [{ name: ["hidden-2"] }] });
            let mut secrets = exposed(&value);
            secrets.sort();
            assert_eq!(secrets, ["hidden-1", "hidden-2"], "{name}");
            let shown = format!("{0:?} {0:#?}", Named::new("", &value));
            assert!(!shown.contains("hidden"), "{shown}");
        }
    }

    #[test]
    fn ordinary_names_are_no_secrets() {
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
            assert!(format!("{:?}", Named::new("", &value)).contains("shown-1"));
        }
    }

    #[test]
    fn where_a_value_stands_says_whether_it_is_a_secret() {
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
        let shown = format!("{:?}", Named::new("", &value));
        for hidden in ["hidden", "5678", "1234"] {
            assert!(!shown.contains(hidden), "{shown}");
        }
        assert!(shown.contains(r#""unit": {"value": "shown"}"#), "{shown}");
        assert!(shown.contains(r#""is_secret": false"#), "{shown}");
        assert!(shown.contains(r#""none": null"#), "{shown}");
    }

    #[test]
    fn a_short_secret_is_hidden_though_it_is_not_searched_for() {
        let value = json!({"pin": {"token": "abc"}, "headers": {"x": "planner"}});
        assert_eq!(exposed(&value), [""; 0]);
        let named = Named::new("", &value);
        assert!(named.has_secrets());
        let shown = format!("{named:?}");
        assert!(
            !shown.contains("abc") && !shown.contains("planner"),
            "{shown}"
        );
    }

    #[test]
    fn of_values_too_long_to_be_secrets_only_a_part_is_searched_for() {
        let long = "x".repeat(1_000_000);
        assert_eq!(exposed(&json!({ "token": long }))[0].len(), SEARCHED);
        let many: Vec<_> = (0..1_000).map(|_| "x".repeat(1_000)).collect();
        let bytes: usize = exposed(&json!({ "token": many }))
            .iter()
            .map(String::len)
            .sum();
        assert_eq!(bytes, MOST);
    }
}
