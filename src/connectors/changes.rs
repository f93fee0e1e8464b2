//! The changes that make a connector match a description.

use serde_json::{Map, Value};

use crate::http::same_url;
use crate::secret::names::Named;

use super::{Connector, CreateConnector, UpdateConnector};

/// The changes that make a connector match a description. Returned by [`CreateConnector::changes`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Changes {
    /// The update that makes the connector match. `None` if no update is necessary.
    pub update: Option<UpdateConnector>,
    /// The fields that differ, sorted by name: those of `update`, and the fixed ones.
    pub differences: Vec<Difference>,
    /// The JSON names of the fields that differ and that an update cannot change: `visibility`.
    pub fixed: Vec<String>,
    /// The JSON names of the fields that are set but that the connector does not show: secrets, and
    /// fields that this version of the API does not have.
    pub not_compared: Vec<String>,
}

/// A field that differs. It contains no secret, unless one is part of a `server` URL.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// The JSON field name.
    pub field: String,
    /// The current value. `None` or `null` if the field is not set.
    pub current: Option<Value>,
    /// The wanted value.
    pub wanted: Value,
}

impl CreateConnector {
    /// Compares this description with a connector, without sending anything. Use it to show what an
    /// [`ensure`](crate::ConnectorsClient::ensure) would change.
    ///
    /// Only the fields that are set here are compared. Server URLs count as equal if they differ
    /// only in the case of scheme and host, in a default port, or in an empty path.
    ///
    /// ```
    /// use mistral_connectors::{Connector, CreateConnector};
    ///
    /// let wanted = CreateConnector::new("docs", "Our documents", "https://docs.example")
    ///     .header("x-key", "a secret");
    /// let connector: Connector = serde_json::from_value(serde_json::json!({
    ///     "id": "1", "name": "docs", "description": "Documents", "server": "https://docs.example/",
    /// }))?;
    /// let changes = wanted.changes(&connector);
    /// let difference = &changes.differences[0];
    /// assert_eq!(difference.field, "description");
    /// assert_eq!(difference.current, Some("Documents".into()));
    /// assert_eq!(difference.wanted, "Our documents");
    /// assert_eq!(changes.not_compared, ["headers"]);
    /// # Ok::<_, serde_json::Error>(())
    /// ```
    pub fn changes(&self, connector: &Connector) -> Changes {
        let shown = match serde_json::to_value(connector) {
            Ok(Value::Object(fields)) => fields,
            _ => Map::new(),
        };
        let mut changes = Changes::default();
        let mut update = UpdateConnector::new();
        for (name, wanted) in self.0.iter() {
            let current = shown.get(name);
            let has_secrets = |value| Named(name, value).has_secrets();
            let may_compare = !has_secrets(wanted) && !current.is_some_and(has_secrets);
            match is_same(name, wanted, &shown).filter(|_| may_compare) {
                Some(true) => continue,
                Some(false) if name == VISIBILITY => changes.fixed.push(name.to_owned()),
                Some(false) => update = UpdateConnector(update.0.set(name, wanted.clone())),
                None => {
                    changes.not_compared.push(name.to_owned());
                    continue;
                }
            }
            changes.differences.push(Difference {
                field: name.to_owned(),
                current: current.cloned(),
                wanted: wanted.clone(),
            });
        }
        changes.update = Some(update).filter(|update| !update.0.is_empty());
        changes
    }
}

/// The one field that an update cannot change.
const VISIBILITY: &str = "visibility";

/// Fields of a create request that a connector never shows, even if it has a field of that name.
const NEVER_SHOWN: [&str; 4] = ["auth_data", "auth_methods", "global_headers", "headers"];

/// Fields that the API leaves out if they are null. API 2026-03 does not have them.
const LEFT_OUT_IF_NULL: [&str; 3] = ["icon_url", "system_prompt", "title"];

/// Whether a field has the wanted value. `None` if the connector does not show it.
fn is_same(name: &str, wanted: &Value, shown: &Map<String, Value>) -> Option<bool> {
    match (wanted, shown.get(name)) {
        _ if NEVER_SHOWN.contains(&name) => None,
        (Value::Null, None) => Some(true),
        // An API that shows the visibility has these fields.
        (_, None) if LEFT_OUT_IF_NULL.contains(&name) && shown.contains_key(VISIBILITY) => {
            Some(false)
        }
        (_, None) => None,
        (_, Some(Value::Null)) if name == VISIBILITY => None,
        // What `From<&Connector>` makes of a connector without one.
        (Value::String(wanted), Some(Value::Null)) if name == "server" && wanted.is_empty() => None,
        (Value::String(wanted), Some(Value::String(shown))) if name == "server" => {
            Some(same_url(wanted, shown))
        }
        (wanted, Some(shown)) => Some(wanted == shown),
    }
}
