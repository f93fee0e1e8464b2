//! Everything that can be read of a response is written back with nothing lost.
//!
//! There are four exceptions: a null string that is not optional is left out, a null list that is
//! not optional becomes an empty one, a list loses the items that do not fit, and the null
//! `pagination` of a page becomes an empty object.

use std::fmt::Debug;

use crate::support::random::Random;
use mistral_connectors::{
    AuthUrl, AuthenticationMethod, Connector, ConnectorPage, CredentialsList, MessageResponse,
    Readiness, Tool, ToolOutput,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// What the tests know of a type: its fields in JSON, several names at once.
type Fields = &'static [(&'static str, Field)];

#[derive(Clone, Copy)]
enum Field {
    /// A string without which the object does not fit.
    Required,
    /// A string that is left out if it is null.
    Text,
    /// Written back as it was read.
    Any,
    Object(Fields),
    /// An optional list.
    Items(Item),
    /// A list that becomes an empty one if it is null.
    List(Item),
    /// Like `List`, but the object does not fit without it.
    RequiredList(Item),
}

/// What fits into a list.
#[derive(Clone, Copy)]
enum Item {
    Anything,
    String,
    Object(Fields),
}

const HEADER: Fields = &[("name", Field::Text), ("is_secret", Field::Any)];
const METHOD: Fields = &[
    ("headers", Field::Items(Item::Object(HEADER))),
    ("method_type global_headers", Field::Any),
];
const CREDENTIALS: Fields = &[
    ("name", Field::Text),
    ("title scope status is_default", Field::Any),
];
const PREFERENCE: Fields = &[("name", Field::Any)];
const TOOL: Fields = &[
    ("name", Field::Text),
    ("description visibility inputSchema", Field::Any),
];
const CONNECTOR: Fields = &[
    ("id name", Field::Required),
    ("description", Field::Text),
    ("title server visibility created_at", Field::Any),
    ("server_card active owner_type", Field::Any),
    ("supported_auth_methods", Field::Items(Item::Object(METHOD))),
    (
        "connection_preferences",
        Field::Items(Item::Object(PREFERENCE)),
    ),
    (
        "connection_credentials",
        Field::Items(Item::Object(CREDENTIALS)),
    ),
    ("tools", Field::Items(Item::Object(TOOL))),
    ("blocked_by", Field::Items(Item::String)),
];
const READINESS: Fields = &[
    ("id", Field::Required),
    ("name", Field::Text),
    ("tools", Field::Items(Item::Object(TOOL))),
    ("auth_action", Field::Object(&[("type", Field::Text)])),
];

/// What should be written back of a value. `None` if the value does not fit.
fn written_back(fields: Fields, value: &Value) -> Option<Value> {
    let mut object = value.as_object()?.clone();
    for (names, field) in fields {
        for name in names.split(' ') {
            let value = object.remove(name);
            let left = match (*field, value) {
                (Field::Required, value) => Some(value.filter(Value::is_string)?),
                (Field::Text, Some(Value::Null)) => None,
                (Field::Object(fields), Some(value)) => {
                    Some(written_back(fields, &value).unwrap_or(value))
                }
                (Field::List(_) | Field::RequiredList(_), Some(Value::Null)) => Some(json!([])),
                (
                    Field::Items(item) | Field::List(item) | Field::RequiredList(item),
                    Some(Value::Array(items)),
                ) => Some(fitting(item, &items)),
                (Field::RequiredList(_), _) => return None,
                (_, value) => value,
            };
            object.extend(left.map(|value| (name.to_owned(), value)));
        }
    }
    Some(object.into())
}

fn fitting(item: Item, items: &[Value]) -> Value {
    let fitting = items.iter().filter_map(|value| match item {
        Item::Anything => Some(value.clone()).filter(|value| !value.is_null()),
        Item::String => Some(value.clone()).filter(Value::is_string),
        Item::Object(fields) => written_back(fields, value),
    });
    fitting.collect()
}

impl Random {
    fn string(&mut self) -> Value {
        let strings = [
            "",
            "docs",
            "private",
            "oauth2",
            "text",
            "\u{0}\"\\\n",
            "é漢🦀",
        ];
        strings[self.below(7) as usize].into()
    }

    fn value(&mut self, depth: u64) -> Value {
        match self.below(if depth == 0 { 6 } else { 8 }) {
            0 => Value::Null,
            1 | 2 => self.one_in(2).into(),
            3 => {
                let numbers = [
                    json!(0),
                    json!(-1),
                    json!(u64::MAX),
                    json!(1.5),
                    json!(-1e300),
                ];
                numbers[self.below(5) as usize].clone()
            }
            4 | 5 => self.string(),
            6 => (0..self.below(3)).map(|_| self.value(depth - 1)).collect(),
            _ => {
                let mut object = Map::new();
                for name in ["type", "text", "id", "name", "resource"] {
                    if self.one_in(3) {
                        object.insert(name.to_owned(), self.value(depth - 1));
                    }
                }
                object.into()
            }
        }
    }

    fn items(&mut self, item: Item) -> Value {
        let items = (0..self.below(4)).map(|_| match (self.below(4), item) {
            (0, _) | (_, Item::Anything) => self.value(2),
            (_, Item::String) => self.string(),
            (_, Item::Object(fields)) => self.object(fields),
        });
        items.collect()
    }

    /// An object with some of these fields and with unknown ones. Most of the values fit.
    fn object(&mut self, fields: Fields) -> Value {
        let mut object = Map::new();
        for (names, field) in fields {
            let is_required = matches!(field, Field::Required | Field::RequiredList(_));
            for name in names.split(' ') {
                let value = match self.below(if is_required { 30 } else { 6 }) {
                    0 => continue,
                    1 => Value::Null,
                    2 => self.value(2),
                    _ => match *field {
                        Field::Required | Field::Text => self.string(),
                        Field::Any => self.value(2),
                        Field::Object(fields) => self.object(fields),
                        Field::Items(item) | Field::List(item) | Field::RequiredList(item) => {
                            self.items(item)
                        }
                    },
                };
                object.insert(name.to_owned(), value);
            }
        }
        for name in ["of_2027", "extra", "ID", ""] {
            if self.one_in(4) {
                object.insert(name.to_owned(), self.value(2));
            }
        }
        object.into()
    }
}

/// Asserts that a value is read from any source and written back as `want`.
#[track_caller]
fn assert_round_trip<T: DeserializeOwned + Serialize + PartialEq + Debug>(
    value: &Value,
    want: &Value,
) {
    let text = value.to_string();
    let read: T = serde_json::from_str(&text).unwrap();
    let written = serde_json::to_string(&read).unwrap();
    // The lengths differ if a field is written twice.
    assert_eq!(written.len(), want.to_string().len(), "{written}, {text}");
    let written: Value = serde_json::from_str(&written).unwrap();
    assert_eq!(written, *want, "{text}");
    for other in [
        T::deserialize(&written),
        serde_json::from_reader(text.as_bytes()),
    ] {
        assert_eq!(other.unwrap(), read, "{text}");
    }
}

#[track_caller]
fn assert_nothing_is_lost<T: DeserializeOwned + Serialize + PartialEq + Debug>(fields: Fields) {
    let mut count = 0;
    for seed in 0..300 {
        let value = Random(seed).object(fields);
        if let Some(want) = written_back(fields, &value) {
            assert_round_trip::<T>(&value, &want);
            count += 1;
        } else {
            T::deserialize(&value).expect_err("a value that does not fit");
        }
    }
    assert!(count > 100, "only {count} values fit");
}

#[test]
fn everything_that_can_be_read_is_written_back_with_nothing_lost() {
    use Field::{Any, Items, List, Required, RequiredList, Text};
    assert_nothing_is_lost::<Connector>(CONNECTOR);
    assert_nothing_is_lost::<Tool>(TOOL);
    assert_nothing_is_lost::<AuthenticationMethod>(METHOD);
    assert_nothing_is_lost::<MessageResponse>(&[("message", Text)]);
    assert_nothing_is_lost::<AuthUrl>(&[("auth_url", Required), ("ttl", Any)]);
    assert_nothing_is_lost::<CredentialsList>(&[
        ("credentials", RequiredList(Item::Object(CREDENTIALS))),
        ("connector_preset_credentials_for_auth", Items(Item::String)),
    ]);
    assert_nothing_is_lost::<Readiness>(&[
        ("connectors", RequiredList(Item::Object(READINESS))),
        ("errors", Any),
    ]);
    assert_nothing_is_lost::<ToolOutput>(&[
        ("content", List(Item::Anything)),
        ("metadata isError", Any),
    ]);
}

#[test]
fn everything_that_can_be_read_of_a_page_is_written_back_with_nothing_lost() {
    for seed in 0..300 {
        let mut random = Random(seed);
        let items = (0..3).map(|_| random.object(CONNECTOR)).collect::<Vec<_>>();
        let next_cursor = if random.one_in(3) {
            Value::Null
        } else {
            random.string()
        };
        let mut page = json!({
            "items": fitting(Item::Object(CONNECTOR), &items),
            "pagination": {"next_cursor": next_cursor, "page_size": random.value(2), "new": 1},
            "new": random.value(2),
        });
        let left_out = ["items", "pagination", "new"][random.below(3) as usize];
        page.as_object_mut().unwrap().remove(left_out);
        assert_round_trip::<ConnectorPage>(&page, &page);
    }
    let nulls = json!({"items": null, "pagination": null});
    assert_round_trip::<ConnectorPage>(&nulls, &json!({"items": []}));
}
