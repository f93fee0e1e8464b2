//! JSON on its way out: the fields of a request, of which only those are sent that were set, and
//! which of its texts are secrets.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::secret::Secret;
use crate::words::Protocol;

/// What a field is set to.
#[derive(Clone, PartialEq)]
pub(crate) enum Field {
    Secret(Secret),
    /// A number where a secret is due, and how it is written.
    SecretNumber(Value, Secret),
    List(Vec<Field>),
    Object(BTreeMap<String, Field>),
    /// Anything without parts: null, a text, a number, a truth value.
    Plain(Value),
}

/// Texts under these names are secrets. Names are compared as [`plain_name`] writes them.
const SECRET_NAMES: [&str; 10] = [
    "accesstoken",
    "apikey",
    "bearertoken",
    "clientprivatekey",
    "clientsecret",
    "idtoken",
    "password",
    "refreshtoken",
    "secret",
    "token",
];

/// All texts in an object of one of these names are secrets: the values of headers.
const HEADER_NAMES: [&str; 2] = ["globalheaders", "headers"];

/// A name without what its spelling decides: `client_secret`, `Client-Secret` and `clientSecret` are
/// one.
fn plain_name(name: &str) -> String {
    let letters = name.chars().filter(|c| !matches!(c, '_' | '-'));
    letters.map(|c| c.to_ascii_lowercase()).collect()
}

impl Field {
    pub(crate) const NULL: Field = Field::Plain(Value::Null);

    pub(crate) fn header(value: impl Into<String>) -> Self {
        Field::Secret(Secret::header(value))
    }

    /// `value`, which is called `name`, with what looks like a secret in it as one.
    pub(crate) fn from_json(name: &str, value: Value) -> Self {
        let name = plain_name(name);
        // A list of headers has names and values.
        let name = match (value.is_array(), HEADER_NAMES.contains(&name.as_str())) {
            (true, true) => "header".to_owned(),
            _ => name,
        };
        if SECRET_NAMES.contains(&name.as_str()) {
            hidden(value, Secret::new)
        } else if HEADER_NAMES.contains(&name.as_str())
            || (name == "authorization" && value.is_string())
        {
            hidden(value, Secret::header)
        } else {
            match value {
                Value::Array(items) => {
                    let items = items.into_iter();
                    Field::List(items.map(|item| Field::from_json(&name, item)).collect())
                }
                Value::Object(fields) => {
                    // As in `{"type": "api-key", "value": …}` and `{"name": "x-key", "value": …}`.
                    let mut names = fields.keys().map(|name| plain_name(name));
                    let described = names.any(|name| matches!(name.as_str(), "type" | "name"));
                    let fields = fields.into_iter().map(|(name, value)| {
                        let field = match plain_name(&name).as_str() {
                            "value" if described => hidden(value, Secret::new),
                            _ => Field::from_json(&name, value),
                        };
                        (name, field)
                    });
                    Field::Object(fields.collect())
                }
                plain => Field::Plain(plain),
            }
        }
    }

    /// Adds the secrets in it to `secrets`.
    fn collect<'a>(&'a self, secrets: &mut Vec<&'a Secret>) {
        match self {
            Field::Secret(secret) | Field::SecretNumber(_, secret) => secrets.push(secret),
            Field::List(items) => items.iter().for_each(|item| item.collect(secrets)),
            Field::Object(fields) => fields.values().for_each(|field| field.collect(secrets)),
            Field::Plain(_) => {}
        }
    }

    /// The secrets in it, and of `Bearer abc` also what follows the scheme.
    pub(crate) fn secrets(&self) -> Vec<Secret> {
        let mut secrets = Vec::new();
        self.collect(&mut secrets);
        let bare = |secret: &&Secret| secret.without_scheme();
        let bare: Vec<Secret> = secrets.iter().filter_map(bare).collect();
        secrets.into_iter().cloned().chain(bare).collect()
    }
}

/// `value` with all its texts as secrets.
fn hidden(value: Value, secret: fn(String) -> Secret) -> Field {
    match value {
        Value::String(text) => Field::Secret(secret(text)),
        Value::Number(number) => {
            let written = secret(number.to_string());
            Field::SecretNumber(Value::Number(number), written)
        }
        Value::Array(items) => {
            let items = items.into_iter();
            Field::List(items.map(|item| hidden(item, secret)).collect())
        }
        Value::Object(fields) => {
            let fields = fields.into_iter();
            let fields = fields.map(|(name, value)| (name, hidden(value, secret)));
            Field::Object(fields.collect())
        }
        plain => Field::Plain(plain),
    }
}

impl From<String> for Field {
    fn from(text: String) -> Self {
        Field::Plain(text.into())
    }
}

impl From<Secret> for Field {
    fn from(secret: Secret) -> Self {
        Field::Secret(secret)
    }
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Field::Secret(secret) | Field::SecretNumber(_, secret) => secret.fmt(f),
            Field::List(items) => items.fmt(f),
            Field::Object(fields) => fields.fmt(f),
            Field::Plain(value) => write!(f, "{value}"),
        }
    }
}

impl Serialize for Field {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Field::Secret(secret) => serializer.serialize_str(secret.expose()),
            Field::SecretNumber(number, _) => number.serialize(serializer),
            Field::List(items) => items.serialize(serializer),
            Field::Object(fields) => fields.serialize(serializer),
            Field::Plain(value) => value.serialize(serializer),
        }
    }
}

/// The fields that were set, by their names on the wire.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Fields(BTreeMap<String, Field>);

impl From<BTreeMap<String, Field>> for Fields {
    fn from(fields: BTreeMap<String, Field>) -> Self {
        Fields(fields)
    }
}

impl Fields {
    pub(crate) fn set(mut self, name: &str, value: impl Into<Field>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    pub(crate) fn protocol(self, protocol: &Protocol) -> Self {
        self.set("protocol", protocol.to_string())
    }

    /// Adds one entry to the object `name`.
    pub(crate) fn set_in(mut self, name: &str, key: String, value: Field) -> Self {
        let object = self.0.entry(name.to_owned());
        match object.or_insert(Field::NULL) {
            Field::Object(entries) => {
                entries.insert(key, value);
            }
            other => *other = Field::Object(BTreeMap::from([(key, value)])),
        }
        self
    }

    /// Adds one item to the list `name`.
    pub(crate) fn push(mut self, name: &str, value: Field) -> Self {
        let list = self.0.entry(name.to_owned());
        match list.or_insert(Field::NULL) {
            Field::List(items) => items.push(value),
            other => *other = Field::List(vec![value]),
        }
        self
    }

    /// The text that a field is set to.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        match self.0.get(name) {
            Some(Field::Plain(Value::String(text))) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The fields, sorted by their names.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Field)> {
        self.0.iter().map(|(name, field)| (name.as_str(), field))
    }

    pub(crate) fn into_object(self) -> Field {
        Field::Object(self.0)
    }

    /// As the body of a request.
    pub(crate) fn to_object(&self) -> Field {
        self.clone().into_object()
    }

    /// `Name { field: value, … }`, for the types made of fields.
    pub(crate) fn debug(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut output = f.debug_struct(name);
        for (name, value) in &self.0 {
            output.field(name, value);
        }
        output.finish()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_known_by_their_usual_names() {
        let body = json!({
                   "inputs": "shown", "type": "shown",
                   "client_secret": "hidden-1", "Bearer_Token": "hidden-2", "accessToken": "hidden-10",
        "list": [{"Name": "shown", "VALUE": "hidden-13"}],
                   "api-key": "hidden-11", "globalHeaders": {"x": "hidden-12"},
                   "headers": {"authorization": "Bearer hidden-3", "list": ["hidden-4", 56789012]},
                   "global_headers": {"x": {"value": "hidden-5", "is_secret": false}},
                   "tools": [{"type": "connector", "authorization": {"type": "api-key", "value": "hidden-6"}}],
                   "entries": [{"name": "shown", "value": "hidden-7"}, {"type": "shown", "value": "hidden-8"}],
                   "auth_methods": [{"headers": [{"name": "shown", "value": "hidden-7"}]}],
                   "unit": {"value": "shown"}, "secret": {"deep": ["hidden-9"]}, "authorization": "Basic hidden-0",
               });
        let field = Field::from_json("", body.clone());
        let secrets = field.secrets();
        let exposed: Vec<_> = secrets.iter().map(Secret::expose).collect();
        for number in 0..14 {
            let secret = format!("hidden-{number}");
            assert!(exposed.contains(&secret.as_str()), "{secret}");
        }
        assert!(exposed.contains(&"56789012"), "{exposed:?}");
        assert!(!exposed.contains(&"shown"), "{exposed:?}");
        assert!(!format!("{field:?}").contains("56789012"));
        assert!(!format!("{field:?} {field:#?}").contains("hidden"));
        assert_eq!(serde_json::to_value(&field).unwrap(), body);
    }
}
