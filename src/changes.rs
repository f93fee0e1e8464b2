//! What a connector lacks to be as it is wanted.

use serde_json::{Map, Value};

use crate::connectors::Connector;
use crate::create_connector::{CreateConnector, Fate};
use crate::fields::Field;
use crate::update_connector::UpdateConnector;
use crate::url;

/// What a connector lacks to be as it is wanted: the answer of [`CreateConnector::changes`].
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Changes {
    /// The update that would make it so; `None` if there is nothing that an update has to do.
    pub update: Option<UpdateConnector>,
    /// Fields that differ and that an update cannot change, by their names on the wire: `visibility`.
    pub fixed: Vec<String>,
    /// Fields that were wanted and that this answer does not show, by their names on the wire:
    /// secrets, and what this server does not know.
    pub not_compared: Vec<String>,
}

impl CreateConnector {
    /// What `connector` lacks to be as it is wanted here. Sends nothing: a plan can be shown before
    /// anything is done.
    ///
    /// Only what was set is compared. URLs of servers that mean the same are equal, whether or not
    /// they have a default port or the path `/`.
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
    /// assert_eq!(changes.update.unwrap().fields().collect::<Vec<_>>(), ["description"]);
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
            match compare(name, wanted, &shown) {
                Verdict::Same => {}
                Verdict::Unknown => changes.not_compared.push(name.to_owned()),
                Verdict::Differs if Fate::of(name) == Fate::Fixed => {
                    changes.fixed.push(name.to_owned());
                }
                Verdict::Differs => update = UpdateConnector(update.0.set(name, wanted.clone())),
            }
        }
        changes.update = Some(update).filter(|update| !update.0.is_empty());
        changes
    }
}

enum Verdict {
    Same,
    Differs,
    Unknown,
}

fn compare(name: &str, wanted: &Field, shown: &Map<String, Value>) -> Verdict {
    let fate = Fate::of(name);
    if fate == Fate::Hidden || !wanted.secrets().is_empty() {
        return Verdict::Unknown;
    }
    let same = match (wanted, shown.get(name)) {
        (Field::Plain(Value::Null), None) => true,
        // Whoever says who can use a connector knows these fields.
        (_, None) if fate == Fate::LeftOutIfNull && shown.contains_key("visibility") => false,
        (_, None) => return Verdict::Unknown,
        (_, Some(Value::Null)) if fate == Fate::Fixed => return Verdict::Unknown,
        (Field::Plain(Value::String(wanted)), Some(Value::String(shown))) if name == "server" => {
            url::are_same(wanted, shown)
        }
        (wanted, Some(shown)) => serde_json::to_value(wanted).is_ok_and(|wanted| wanted == *shown),
    };
    match same {
        true => Verdict::Same,
        false => Verdict::Differs,
    }
}
