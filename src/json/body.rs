//! The JSON body of a request, with the fields that were set.

use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::secret::Secret;
use crate::secret::names::{self, Named};

/// The JSON object of a request, with the fields that were set. Their names tell which values are
/// secrets: see [`names`](crate::secret::names).
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Body(Map<String, Value>);

impl Body {
    /// Sets a field. Another body becomes an object in this one.
    pub(crate) fn set(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// Sets a field of the object at `path`. Anything else at `path` is replaced by an object.
    pub(crate) fn set_in(
        mut self,
        path: &[&str],
        name: impl Into<String>,
        value: impl Into<Value>,
    ) -> Self {
        let object = path.iter().try_fold(&mut self.0, |fields, name| {
            let field = fields.entry(*name).or_insert(Value::Null);
            if !field.is_object() {
                *field = Map::new().into();
            }
            field.as_object_mut()
        });
        if let Some(fields) = object {
            fields.insert(name.into(), value.into());
        }
        self
    }

    /// Adds an item to the list `list`.
    pub(crate) fn push(mut self, list: &str, item: impl Into<Value>) -> Self {
        match self.0.get_mut(list) {
            Some(Value::Array(items)) => {
                items.push(item.into());
                self
            }
            _ => self.set(list, vec![item.into()]),
        }
    }

    /// The string that a field is set to.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The fields, sorted by name (with serde_json's feature `preserve_order` its map is not).
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        let fields = self.0.iter();
        let mut fields: Vec<_> = fields.map(|(name, value)| (name.as_str(), value)).collect();
        fields.sort_unstable_by_key(|(name, _)| *name);
        fields.into_iter()
    }

    /// The secrets in it.
    pub(crate) fn secrets(&self) -> Vec<Secret> {
        names::secrets(self.iter().map(|(name, value)| Named(name, value)))
    }
}

/// The JSON without secrets.
impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Named("", &self.0.clone().into()).fmt(f)
    }
}

impl From<Body> for Value {
    fn from(body: Body) -> Self {
        Value::Object(body.0)
    }
}

impl Serialize for Body {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_body_is_what_was_set_last() {
        let nested = Body::default().set("client_id", "c");
        let body = Body::default()
            .set("b", 1)
            .set("a", "text")
            .set("b", Value::Null)
            .set_in(&["headers"], "x", "one")
            .set_in(&["headers"], "y", "two")
            .set_in(&["headers"], "x", "three")
            .set_in(&["deep", "er"], "x", 1)
            .push("list", 1)
            .push("list", nested.clone())
            .set("auth", nested);
        let want = json!({
            "a": "text",
            "auth": {"client_id": "c"},
            "b": null,
            "deep": {"er": {"x": 1}},
            "headers": {"x": "three", "y": "two"},
            "list": [1, {"client_id": "c"}],
        });
        assert_eq!(serde_json::to_value(&body).unwrap(), want);
        let names: Vec<_> = body.iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["a", "auth", "b", "deep", "headers", "list"]);
        assert_eq!((body.text("a"), body.text("b")), (Some("text"), None));
        assert!(body.contains("b") && !body.contains("c") && !body.is_empty());
        // Anything but an object or a list is replaced.
        let body = body.set_in(&["a"], "x", 1).push("b", 2);
        assert_eq!(body.0["a"], json!({"x": 1}));
        assert_eq!(body.0["b"], json!([2]));
    }

    #[test]
    fn it_prints_without_its_secrets_and_knows_them() {
        let body = Body::default()
            .set("name", "docs")
            .set("title", "s3cr3t-word")
            .set("client_secret", "s3cr3t-word")
            .set_in(&["headers"], "x-key", "hidden-value");
        // The same value elsewhere is not a secret.
        assert_eq!(
            format!("{body:?}"),
            r#"{"client_secret":"[redacted]","headers":{"x-key":"[redacted]"},"name":"docs","title":"s3cr3t-word"}"#
        );
        let secrets = body.secrets();
        let exposed: Vec<_> = secrets.iter().map(Secret::expose).collect();
        assert_eq!(exposed, ["s3cr3t-word", "hidden-value"]);
    }
}
