//! What the fake server stores: connectors, what their tools return, and credentials.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::login_methods::{self, IS_AUTHENTICATED};
use super::wire::response::Response;
use crate::Connector;

pub(super) struct State {
    /// In the order they were created.
    connectors: Vec<Stored>,
    /// Counts changes. Each one gets its own number and its own second.
    changes: u64,
    /// The size of a page if a request does not name one.
    pub(super) page_size: usize,
}

/// A connector.
pub(super) struct Stored {
    /// Unique, and larger than those of all earlier connectors.
    pub(super) number: u64,
    /// The connector as the API shows it.
    pub(super) fields: Map<String, Value>,
    /// What its tools return (`answer`), by the name of the tool.
    pub(super) answers: Map<String, Value>,
    /// The oldest first.
    pub(super) credentials: Vec<StoredCredentials>,
    /// The IDs of open MCP sessions.
    pub(super) sessions: Vec<String>,
    pub(super) opened_sessions: u64,
}

/// Credentials, without their secrets.
#[derive(Clone)]
pub(super) struct StoredCredentials {
    pub(super) name: String,
    pub(super) title: Value,
    /// `bearer`, `oauth2`, …
    pub(super) kind: String,
    /// The scope as it is written in bodies.
    pub(super) scope: &'static str,
    pub(super) is_default: bool,
    pub(super) modified_at: String,
}

impl StoredCredentials {
    pub(super) fn to_json(&self) -> Value {
        json!({
            "name": self.name,
            "title": self.title,
            "authentication_type": self.kind,
            "scope": self.scope,
            "is_default": self.is_default,
            "status": {"status_type": "valid", "last_checked_at": self.modified_at},
        })
    }

    /// Whether only one of the two can be the default.
    pub(super) fn competes_with(&self, other: &StoredCredentials) -> bool {
        self.scope == other.scope && self.kind == other.kind
    }
}

impl Stored {
    /// The value of a field, if it is a string.
    pub(super) fn text(&self, field: &str) -> Option<&str> {
        self.fields.get(field).and_then(Value::as_str)
    }

    /// The connector as the API shows it. Whether the user is logged in is only shown if the
    /// connector was added with this field.
    pub(super) fn to_json(&self) -> Value {
        let mut fields = self.fields.clone();
        if let Some(Value::Bool(is_authenticated)) = fields.get_mut(IS_AUTHENTICATED) {
            *is_authenticated = self.is_authenticated();
        }
        Value::Object(fields)
    }

    /// The connector as this crate reads it.
    pub(super) fn connector(&self) -> serde_json::Result<Connector> {
        Connector::deserialize(self.to_json())
    }

    /// Whether the user can use the connector: because of stored credentials, because the connector
    /// was added as authenticated, or because it needs no login.
    pub(super) fn is_authenticated(&self) -> bool {
        let added = self.fields.get(IS_AUTHENTICATED).and_then(Value::as_bool);
        !self.credentials.is_empty()
            || added.unwrap_or_else(|| !login_methods::are_needed(&self.fields))
    }

    /// The tools, as the API shows them.
    pub(super) fn tools(&self) -> impl Iterator<Item = &Value> {
        let tools = self.fields.get("tools").and_then(Value::as_array);
        let tools = tools.map(Vec::as_slice).unwrap_or_default();
        tools.iter().filter(|tool| tool.is_object())
    }

    pub(super) fn has_tool(&self, name: &str) -> bool {
        self.tools().any(|tool| tool_name(tool) == name)
    }

    /// The content that a tool returns.
    pub(super) fn call_tool(&self, name: &str, arguments: &Value) -> Vec<Value> {
        let text = |text: String| vec![json!({"type": "text", "text": text})];
        match self.answers.get(name) {
            Some(Value::Array(blocks)) => blocks.clone(),
            Some(Value::String(answer)) => text(answer.clone()),
            _ => text(format!("{name} {arguments}")),
        }
    }
}

impl State {
    pub(super) fn new() -> Self {
        State {
            connectors: Vec::new(),
            changes: 0,
            page_size: 100,
        }
    }

    /// All connectors, the oldest first.
    pub(super) fn connectors(&self) -> &[Stored] {
        &self.connectors
    }

    /// The connector that a path names, if the API accepts an ID or a name there.
    pub(super) fn by_id_or_name(&mut self, id_or_name: &str) -> Result<&mut Stored, Response> {
        let position = self
            .position("id", id_or_name)
            .or_else(|| self.position("name", id_or_name));
        self.at(position)
    }

    /// The connector that a path names, if the API accepts only an ID there.
    pub(super) fn by_id(&mut self, id: &str) -> Result<&mut Stored, Response> {
        let position = self.position("id", id).filter(|_| is_uuid(id));
        self.at(position)
    }

    /// The connector with this name. If there are several, the oldest.
    pub(super) fn by_name(&self, name: &str) -> Option<&Stored> {
        let mut connectors = self.connectors.iter();
        connectors.find(|stored| stored.text("name") == Some(name))
    }

    pub(super) fn remove(&mut self, number: u64) {
        self.connectors.retain(|stored| stored.number != number);
    }

    /// Adds a connector as it is and returns its ID, or says why it cannot be added.
    pub(super) fn add(&mut self, mut fields: Map<String, Value>) -> Result<String, String> {
        let answers = take_answers(&mut fields)?;
        let mut stored = self.complete(fields);
        stored.answers = answers;
        let connector = stored.connector().map_err(|error| error.to_string())?;
        if self.position("id", &connector.id).is_some() {
            return Err("there is already a connector with this ID".to_owned());
        }
        self.connectors.push(stored);
        Ok(connector.id)
    }

    /// Stores a connector whose fields are valid, and returns it as the API shows it.
    pub(super) fn create(&mut self, fields: Map<String, Value>) -> Value {
        let stored = self.complete(fields);
        let shown = stored.to_json();
        self.connectors.push(stored);
        shown
    }

    /// Fills in the ID, the name, the description and the times if they are missing.
    fn complete(&mut self, mut fields: Map<String, Value>) -> Stored {
        let now = self.tick();
        let number = self.changes;
        for (name, value) in [
            ("id", format!("a1b2c3d4-5678-90ab-cdef-{number:012x}")),
            ("name", format!("connector_{number}")),
            ("description", String::new()),
            ("created_at", now.clone()),
            ("modified_at", now),
        ] {
            fields.entry(name).or_insert(value.into());
        }
        Stored {
            number,
            fields,
            answers: Map::new(),
            credentials: Vec::new(),
            sessions: Vec::new(),
            opened_sessions: 0,
        }
    }

    /// A number that is used only once.
    pub(super) fn next_number(&mut self) -> u64 {
        self.tick();
        self.changes
    }

    /// The next second of the server's own time, which is the same in every run.
    pub(super) fn tick(&mut self) -> String {
        self.changes += 1;
        let seconds = 10 * 3600 + 30 * 60 + self.changes - 1;
        let (hours, minutes, seconds) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
        format!("2026-02-24T{hours:02}:{minutes:02}:{seconds:02}Z")
    }

    fn position(&self, field: &str, text: &str) -> Option<usize> {
        let mut connectors = self.connectors.iter();
        connectors.position(|stored| stored.text(field) == Some(text))
    }

    fn at(&mut self, position: Option<usize>) -> Result<&mut Stored, Response> {
        position
            .and_then(|position| self.connectors.get_mut(position))
            .ok_or_else(Response::connector_not_found)
    }
}

pub(super) fn tool_name(tool: &Value) -> &str {
    let name = tool.get("name").and_then(Value::as_str);
    name.unwrap_or_default()
}

/// Removes each `answer` from the tools of a connector, and returns them by the name of the tool.
fn take_answers(fields: &mut Map<String, Value>) -> Result<Map<String, Value>, String> {
    let mut answers = Map::new();
    let tools = fields.get_mut("tools").and_then(Value::as_array_mut);
    for tool in tools.into_iter().flatten() {
        let answer = tool.as_object_mut().and_then(|tool| tool.remove("answer"));
        let Some(answer) = answer else { continue };
        if !answer.is_string() && !answer.is_array() {
            return Err("the `answer` of a tool must be a string or a list of blocks".to_owned());
        }
        answers.insert(tool_name(tool).to_owned(), answer);
    }
    Ok(answers)
}

/// Whether this has the form of a UUID: groups of 8, 4, 4, 4 and 12 hexadecimal digits.
fn is_uuid(text: &str) -> bool {
    let groups: Vec<_> = text.split('-').collect();
    let lengths: Vec<_> = groups.iter().map(|group| group.len()).collect();
    lengths == [8, 4, 4, 4, 12] && groups.concat().bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_has_five_groups_of_hexadecimal_digits() {
        for (text, want) in [
            ("a1b2c3d4-5678-90ab-cdef-1234567890ab", true),
            ("A1B2C3D4-5678-90AB-CDEF-1234567890AB", true),
            ("a1b2c3d4-5678-90ab-cdef-1234567890a", false),
            ("a1b2c3d4-5678-90ab-cdef-1234567890ag", false),
            ("a1b2c3d4567890abcdef1234567890ab", false),
            ("docs", false),
        ] {
            assert_eq!(is_uuid(text), want, "{text}");
        }
    }
}
