//! What the API accepts as the fields of a body.

use serde::Serialize;
use serde_json::{Map, Value};

use super::wire::response::Faults;

const MAX_TITLE: usize = 255;
const MAX_URL: usize = 2083;

/// A field of a body.
pub(super) struct Field {
    name: &'static str,
    presence: Presence,
    kind: Kind,
}

#[derive(PartialEq)]
enum Presence {
    /// Neither missing nor null.
    Required,
    /// Missing, but not null.
    Default,
    /// Missing or null.
    Nullable,
}

/// What the value of a field must be.
pub(super) enum Kind {
    Text,
    /// The name of a connector or of credentials.
    Name,
    Title,
    Url,
    Flag,
    List,
    Object,
    /// One of these strings. The client's types accept any string, so only an independent list
    /// finds one that the client misspells.
    OneOf(&'static [&'static str]),
    /// An object whose values are strings.
    Texts,
    /// An object with these fields.
    Model(&'static [Field]),
    /// A list of such objects.
    Models(&'static [Field]),
    /// An object whose values are such objects.
    Entries(&'static [Field]),
}

impl Field {
    pub(super) const fn required(name: &'static str, kind: Kind) -> Self {
        let presence = Presence::Required;
        Field {
            name,
            presence,
            kind,
        }
    }

    pub(super) const fn not_null(name: &'static str, kind: Kind) -> Self {
        let presence = Presence::Default;
        Field {
            name,
            presence,
            kind,
        }
    }

    pub(super) const fn nullable(name: &'static str, kind: Kind) -> Self {
        let presence = Presence::Nullable;
        Field {
            name,
            presence,
            kind,
        }
    }
}

/// Checks the fields of a body. Fields that are not in the list are ignored, as in the API.
pub(super) fn check(body: &Map<String, Value>, fields: &[Field], faults: &mut Faults) {
    check_fields(body, fields, &["body".into()], faults);
}

fn check_fields(
    object: &Map<String, Value>,
    fields: &[Field],
    place: &[Value],
    faults: &mut Faults,
) {
    for field in fields {
        let place = [place, &[field.name.into()]].concat();
        match object.get(field.name) {
            None if field.presence == Presence::Required => {
                faults.add("missing", &place, "Field required");
            }
            None => {}
            Some(Value::Null) if field.presence == Presence::Nullable => {}
            Some(value) => check_value(value, &field.kind, &place, faults),
        }
    }
}

fn check_value(value: &Value, kind: &Kind, place: &[Value], faults: &mut Faults) {
    match (kind, value) {
        (Kind::Text, Value::String(_))
        | (Kind::Flag, Value::Bool(_))
        | (Kind::List, Value::Array(_))
        | (Kind::Object, Value::Object(_)) => {}
        (Kind::Name, Value::String(text)) => check_name(text, place, faults),
        (Kind::Title, Value::String(text)) => check_title(text, place, faults),
        (Kind::Url, Value::String(text)) => check_url(text, place, faults),
        (Kind::OneOf(words), Value::String(text)) if words.contains(&text.as_str()) => {}
        (Kind::OneOf(words), _) => faults.add_unexpected("enum", place, words),
        (Kind::Texts, Value::Object(entries)) => {
            for (name, value) in entries {
                let place = [place, &[name.as_str().into()]].concat();
                check_value(value, &Kind::Text, &place, faults);
            }
        }
        (Kind::Model(fields), Value::Object(object)) => check_fields(object, fields, place, faults),
        (Kind::Models(fields), Value::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                let place = [place, &[index.into()]].concat();
                check_value(item, &Kind::Model(fields), &place, faults);
            }
        }
        (Kind::Entries(fields), Value::Object(entries)) => {
            for (name, value) in entries {
                let place = [place, &[name.as_str().into()]].concat();
                check_value(value, &Kind::Model(fields), &place, faults);
            }
        }
        (Kind::Text | Kind::Name | Kind::Title, _) => {
            faults.add("string_type", place, "Input should be a valid string");
        }
        (Kind::Url, _) => faults.add("url_type", place, "URL input should be a string or URL"),
        (Kind::Flag, Value::String(_)) => faults.add_not_a_flag(place),
        (Kind::Flag, _) => faults.add("bool_type", place, "Input should be a valid boolean"),
        (Kind::List | Kind::Models(_), _) => {
            faults.add("list_type", place, "Input should be a valid list");
        }
        (Kind::Object | Kind::Texts | Kind::Entries(_), _) => {
            faults.add("dict_type", place, "Input should be a valid dictionary");
        }
        (Kind::Model(_), _) => {
            let message = "Input should be a valid dictionary or object to extract fields from";
            faults.add("model_attributes_type", place, message);
        }
    }
}

/// The API descriptions give this pattern for the names of credentials, and describe it for
/// connectors.
pub(super) fn check_name(text: &str, place: &[impl Serialize], faults: &mut Faults) {
    if !is_name(text) {
        let message = "String should match pattern '^[a-zA-Z0-9_-]{1,64}$'";
        faults.add("string_pattern_mismatch", place, message);
    }
}

pub(super) fn check_title(text: &str, place: &[impl Serialize], faults: &mut Faults) {
    if text.chars().count() > MAX_TITLE {
        let message = format!("String should have at most {MAX_TITLE} characters");
        faults.add("string_too_long", place, &message);
    }
}

fn check_url(text: &str, place: &[Value], faults: &mut Faults) {
    if text.chars().count() > MAX_URL {
        let message = format!("URL should have at most {MAX_URL} characters");
        faults.add("url_too_long", place, &message);
    } else if let Some(why) = not_a_url(text) {
        let message = format!("Input should be a valid URL, {why}");
        faults.add("url_parsing", place, &message);
    }
}

fn is_name(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    (1..=64).contains(&text.len()) && text.bytes().all(is_allowed)
}

/// Why a text is not an absolute URL.
fn not_a_url(text: &str) -> Option<&'static str> {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    let is_scheme = |scheme: &str| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.bytes().all(is_allowed)
    };
    match text.split_once("://") {
        _ if text.is_empty() => Some("input is empty"),
        Some((scheme, rest)) if is_scheme(scheme) => {
            if rest.is_empty() || rest.starts_with(['/', '?', '#']) {
                Some("empty host")
            } else if rest.contains(|char: char| char.is_whitespace() || char.is_control()) {
                Some("invalid domain character")
            } else {
                None
            }
        }
        _ => Some("relative URL without a base"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_up_to_64_letters_digits_underscores_and_hyphens() {
        let (longest, too_long) = ("a".repeat(64), "a".repeat(65));
        for (text, want) in [
            ("a", true),
            ("my_deepwiki-2", true),
            (&longest, true),
            (&too_long, false),
            ("", false),
            ("a b", false),
            ("a.b", false),
            ("a/b", false),
            ("é", false),
        ] {
            assert_eq!(is_name(text), want, "{text:?}");
        }
    }

    #[test]
    fn a_server_is_an_absolute_url() {
        let relative = Some("relative URL without a base");
        for (text, want) in [
            ("https://docs.example/mcp", None),
            ("http+unix://x", None),
            ("docs.example", relative),
            ("/mcp", relative),
            ("://docs.example", relative),
            ("1https://docs.example", relative),
            ("ht tp://docs.example", relative),
            ("https://", Some("empty host")),
            ("https:///mcp", Some("empty host")),
            ("https://docs.example/a b", Some("invalid domain character")),
            ("", Some("input is empty")),
        ] {
            assert_eq!(not_a_url(text), want, "{text:?}");
        }
    }
}
