//! What the stand-in knows.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::auth_methods::{self, IS_AUTHENTICATED};
use super::kept::Kept;
use crate::connectors::Connector;
use crate::request::is_uuid;

#[derive(Default)]
pub(super) struct State {
    /// In the order of their creation.
    connectors: Vec<Stored>,
    /// Counts writes: every one gets its own ID and second.
    writes: u64,
}

/// A connector.
pub(super) struct Stored {
    /// Grows from one to the next, and is never given again.
    pub(super) number: u64,
    /// As the API shows it.
    pub(super) fields: Map<String, Value>,
    /// What its tools answer, by their names.
    pub(super) answers: Map<String, Value>,
    /// The oldest first.
    pub(super) credentials: Vec<Kept>,
}

impl Stored {
    /// A field, if it is a text.
    pub(super) fn text(&self, field: &str) -> Option<&str> {
        self.fields.get(field).and_then(Value::as_str)
    }

    /// As the API shows it. Whether the user is logged in is told only if it was ever said.
    pub(super) fn to_json(&self) -> Value {
        let mut fields = self.fields.clone();
        if let Some(is_authenticated) = fields.get_mut(IS_AUTHENTICATED) {
            if is_authenticated.is_boolean() {
                *is_authenticated = self.is_authenticated().into();
            }
        }
        Value::Object(fields)
    }

    /// As a client of this crate reads it.
    pub(super) fn connector(&self) -> serde_json::Result<Connector> {
        Connector::deserialize(self.to_json())
    }

    /// Whether the user can use it: with credentials that are kept, or because it was said, or
    /// because none are needed.
    pub(super) fn is_authenticated(&self) -> bool {
        let said = self.fields.get(IS_AUTHENTICATED).and_then(Value::as_bool);
        !self.credentials.is_empty()
            || said.unwrap_or_else(|| !auth_methods::are_needed(&self.fields))
    }
}

impl State {
    /// All connectors, the oldest first.
    pub(super) fn connectors(&self) -> &[Stored] {
        &self.connectors
    }

    /// The connector that a path names, where the API takes both.
    pub(super) fn by_id_or_name(&self, id_or_name: &str) -> Result<&Stored, Answer> {
        self.find_either(id_or_name)
            .and_then(|at| self.connectors.get(at))
            .ok_or_else(Answer::not_found)
    }

    /// Likewise, to change it.
    pub(super) fn by_id_or_name_mut(&mut self, id_or_name: &str) -> Result<&mut Stored, Answer> {
        self.find_either(id_or_name)
            .and_then(|at| self.connectors.get_mut(at))
            .ok_or_else(Answer::not_found)
    }

    /// The connector that a path names, where the API takes the ID alone.
    pub(super) fn by_id(&mut self, id: &str) -> Result<&mut Stored, Answer> {
        self.find("id", id)
            .filter(|_| is_uuid(id))
            .and_then(|at| self.connectors.get_mut(at))
            .ok_or_else(Answer::not_found)
    }

    /// The connector of this name, the oldest if there are several.
    pub(super) fn by_name(&self, name: &str) -> Option<&Stored> {
        self.find("name", name)
            .and_then(|at| self.connectors.get(at))
    }

    pub(super) fn remove(&mut self, number: u64) {
        self.connectors.retain(|stored| stored.number != number);
    }

    /// Adds a connector as it is, and returns its ID; or says why it is none.
    pub(super) fn add(&mut self, mut fields: Map<String, Value>) -> Result<String, String> {
        let answers = take_answers(&mut fields)?;
        let mut stored = self.complete(fields);
        stored.answers = answers;
        let connector = stored.connector().map_err(|why| why.to_string())?;
        if self.find("id", &connector.id).is_some() {
            return Err("there is one with this ID already".to_owned());
        }
        self.connectors.push(stored);
        Ok(connector.id)
    }

    /// Keeps a connector that has been checked, and shows it.
    pub(super) fn create(&mut self, fields: Map<String, Value>) -> Value {
        let stored = self.complete(fields);
        let shown = stored.to_json();
        self.connectors.push(stored);
        shown
    }

    /// Makes up what is missing of an ID, a name, a description and the times.
    fn complete(&mut self, fields: Map<String, Value>) -> Stored {
        let now = self.tick();
        let number = self.writes;
        let made_up = json!({
            "id": format!("a1b2c3d4-5678-90ab-cdef-{number:012x}"),
            "name": format!("connector_{number}"),
            "description": "",
            "created_at": now,
            "modified_at": now,
        });
        let mut all = fields;
        if let Value::Object(made_up) = made_up {
            for (name, value) in made_up {
                all.entry(name).or_insert(value);
            }
        }
        Stored {
            number,
            fields: all,
            answers: Map::new(),
            credentials: Vec::new(),
        }
    }

    /// A number that nothing else has.
    pub(super) fn next_number(&mut self) -> u64 {
        self.tick();
        self.writes
    }

    /// The next second of the stand-in's own time.
    pub(super) fn tick(&mut self) -> String {
        self.writes += 1;
        let seconds = 10 * 3600 + 30 * 60 + self.writes - 1;
        let (hours, minutes, seconds) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
        format!("2026-02-24T{hours:02}:{minutes:02}:{seconds:02}Z")
    }

    fn find_either(&self, id_or_name: &str) -> Option<usize> {
        self.find("id", id_or_name)
            .or_else(|| self.find("name", id_or_name))
    }

    fn find(&self, field: &str, text: &str) -> Option<usize> {
        let mut connectors = self.connectors.iter();
        connectors.position(|stored| stored.text(field) == Some(text))
    }
}

/// What a tool is called.
pub(super) fn tool_name(tool: &Value) -> &str {
    let name = tool.get("name").and_then(Value::as_str);
    name.unwrap_or_default()
}

/// Takes out of the tools of a connector that is added what they are to answer, by their names; or
/// says what is wrong with it.
fn take_answers(fields: &mut Map<String, Value>) -> Result<Map<String, Value>, String> {
    let mut answers = Map::new();
    let tools = fields.get_mut("tools").and_then(Value::as_array_mut);
    for tool in tools.into_iter().flatten() {
        let answer = tool.as_object_mut().and_then(|tool| tool.remove("answer"));
        let Some(answer) = answer else { continue };
        if !answer.is_string() && !answer.is_array() {
            return Err("what a tool answers is neither a text nor a list of blocks".to_owned());
        }
        answers.insert(tool_name(tool).to_owned(), answer);
    }
    Ok(answers)
}
