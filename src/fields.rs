//! The body of a request, field by field: only what was set is in it.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Serialize, Serializer};

use crate::secret::Secret;

/// What a field is set to.
#[derive(Clone, PartialEq)]
pub(crate) enum Field {
    /// An explicit `null`: clear it.
    Null,
    Text(String),
    Secret(Secret),
    Object(BTreeMap<String, Field>),
}

impl From<String> for Field {
    fn from(text: String) -> Self {
        Field::Text(text)
    }
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Field::Null => f.write_str("null"),
            Field::Text(text) => text.fmt(f),
            Field::Secret(secret) => secret.fmt(f),
            Field::Object(fields) => fields.fmt(f),
        }
    }
}

impl Serialize for Field {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Field::Null => serializer.serialize_unit(),
            Field::Text(text) => serializer.serialize_str(text),
            Field::Secret(secret) => serializer.serialize_str(secret.expose()),
            Field::Object(fields) => fields.serialize(serializer),
        }
    }
}

/// The fields that were set, by their names on the wire.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Fields(BTreeMap<&'static str, Field>);

impl Fields {
    pub(crate) fn set(mut self, name: &'static str, value: impl Into<Field>) -> Self {
        self.0.insert(name, value.into());
        self
    }

    /// Adds one entry to the object `name`.
    pub(crate) fn set_in(mut self, name: &'static str, key: String, value: Field) -> Self {
        match self
            .0
            .entry(name)
            .or_insert_with(|| Field::Object(BTreeMap::new()))
        {
            Field::Object(entries) => {
                entries.insert(key, value);
            }
            other => *other = Field::Object(BTreeMap::from([(key, value)])),
        }
        self
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every secret in them.
    pub(crate) fn secrets(&self) -> Vec<Secret> {
        fn collect<'a>(fields: impl Iterator<Item = &'a Field>, secrets: &mut Vec<Secret>) {
            for field in fields {
                match field {
                    Field::Secret(secret) => secrets.push(secret.clone()),
                    Field::Object(inner) => collect(inner.values(), secrets),
                    Field::Null | Field::Text(_) => {}
                }
            }
        }
        let mut secrets = Vec::new();
        collect(self.0.values(), &mut secrets);
        secrets
    }

    /// The fields as a JSON object.
    pub(crate) fn to_json(&self) -> Vec<u8> {
        // Maps of texts always serialize; an empty body would be the API's to refuse.
        serde_json::to_vec(&self.0).unwrap_or_default()
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
