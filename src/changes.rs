//! What a connector lacks to be as it is wanted.

use serde_json::{Map, Value};

use crate::connectors::Connector;
use crate::create_connector::{CreateConnector, Fate};
use crate::secret::names::Named;
use crate::update_connector::UpdateConnector;

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

fn compare(name: &str, wanted: &Value, shown: &Map<String, Value>) -> Verdict {
    let fate = Fate::of(name);
    if fate == Fate::Hidden || Named::new(name, wanted).has_secrets() {
        return Verdict::Unknown;
    }
    let same = match (wanted, shown.get(name)) {
        (Value::Null, None) => true,
        // Whoever says who can use a connector knows these fields.
        (_, None) if fate == Fate::LeftOutIfNull && shown.contains_key("visibility") => false,
        (_, None) => return Verdict::Unknown,
        (_, Some(Value::Null)) if fate == Fate::Fixed => return Verdict::Unknown,
        (Value::String(wanted), Some(Value::String(shown))) if name == "server" => {
            normal_url(wanted) == normal_url(shown)
        }
        (wanted, Some(shown)) => wanted == shown,
    };
    match same {
        true => Verdict::Same,
        false => Verdict::Differs,
    }
}

/// A URL as servers write it back: the scheme and the host in lower case, no default port, and a
/// path.
fn normal_url(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let scheme = scheme.to_ascii_lowercase();
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at_checked(end).unwrap_or((rest, ""));
    let (user, host) = match authority.rsplit_once('@') {
        Some((user, host)) => (format!("{user}@"), host),
        None => (String::new(), authority),
    };
    let host = host.to_ascii_lowercase();
    let default_port = match scheme.as_str() {
        "https" => ":443",
        "http" => ":80",
        _ => "",
    };
    let host = host.strip_suffix(default_port).unwrap_or(&host);
    let host = host.strip_suffix(':').unwrap_or(host);
    let slash = if rest.starts_with('/') { "" } else { "/" };
    format!("{scheme}://{user}{host}{slash}{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_that_servers_write_differently_are_the_same() {
        for (url, want) in [
            ("https://docs.example", "https://docs.example/"),
            ("HTTPS://Docs.Example:443", "https://docs.example/"),
            ("http://docs.example:80/A?B#C", "http://docs.example/A?B#C"),
            ("https://docs.example:80/", "https://docs.example:80/"),
            ("https://docs.example:/", "https://docs.example/"),
            ("https://docs.example?q", "https://docs.example/?q"),
            ("https://Me:Pw@H/", "https://Me:Pw@h/"),
            ("https://[::1]:443/", "https://[::1]/"),
            ("docs.example", "docs.example"),
        ] {
            assert_eq!(normal_url(url), want);
        }
        assert_ne!(normal_url("https://h/a"), normal_url("https://h/A"));
        assert_ne!(normal_url("https://h/a"), normal_url("https://h/a/"));
    }
}
