//! What the API takes as the value of a field.

use serde_json::{Map, Value};

use super::answer::fault;
use crate::url;

const LONGEST_TITLE: usize = 255;
const LONGEST_URL: usize = 2083;

/// The words that a field can have. They stand here once more on purpose: the types of the client
/// take any word, so that only another list shows a word that they spell wrongly.
const WORDS: [(&str, &[&str]); 2] = [
    ("visibility", &["shared_org", "shared_workspace", "private"]),
    ("protocol", &["mcp", "http"]),
];

/// What is wrong with the fields of a body that are there: with these texts, and with those whose
/// words are known.
pub(super) fn faults(body: &Map<String, Value>, texts: &[&str]) -> Vec<Value> {
    let texts = texts.iter().filter_map(|name| match body.get(*name) {
        Some(Value::String(text)) => text_fault(name, text),
        _ => form(body, &["body"], name, TEXT),
    });
    let words = WORDS.iter().filter_map(|(name, words)| {
        let value = body.get(*name)?;
        let msg = format!("Input should be one of {}", words.join(", "));
        let known = words.iter().any(|word| value == word);
        (!known).then(|| fault("enum", &["body", name], &msg))
    });
    texts.chain(words).collect()
}

/// A form that a value can have, and what is said of one that does not have it.
pub(super) type Form = (fn(&Value) -> bool, &'static str, &'static str);

pub(super) const TEXT: Form = (
    Value::is_string,
    "string_type",
    "Input should be a valid string",
);
pub(super) const FLAG: Form = (
    Value::is_boolean,
    "bool_type",
    "Input should be a valid boolean",
);
pub(super) const OBJECT: Form = (
    Value::is_object,
    "dict_type",
    "Input should be a valid dictionary",
);
pub(super) const LIST: Form = (Value::is_array, "list_type", "Input should be a valid list");

/// What is wrong with the form of a field, at this place, that is there and not null.
pub(super) fn form(
    fields: &Map<String, Value>,
    place: &[&str],
    name: &str,
    (has_it, kind, msg): Form,
) -> Option<Value> {
    let value = fields.get(name).filter(|value| !value.is_null())?;
    (!has_it(value)).then(|| fault(kind, &[place, &[name]].concat(), msg))
}

/// Which of these fields are missing.
pub(super) fn missing(body: &Map<String, Value>, names: &[&str]) -> Vec<Value> {
    let missing = names
        .iter()
        .filter(|name| body.get(**name).is_none_or(Value::is_null));
    missing
        .map(|name| fault("missing", &["body", name], "Field required"))
        .collect()
}

fn text_fault(name: &str, text: &str) -> Option<Value> {
    let length = text.chars().count();
    let (kind, msg) = match name {
        "name" if !is_name(text) => return Some(no_name(&["body", name])),
        "title" if length > LONGEST_TITLE => (
            "string_too_long",
            format!("String should have at most {LONGEST_TITLE} characters"),
        ),
        "server" | "oauth2_server_metadata_url" if length > LONGEST_URL => (
            "url_too_long",
            format!("URL should have at most {LONGEST_URL} characters"),
        ),
        "server" | "oauth2_server_metadata_url" if !url::is_absolute(text) => {
            ("url_parsing", "Input should be a valid URL".to_owned())
        }
        _ => return None,
    };
    Some(fault(kind, &["body", name], &msg))
}

/// What is wrong with a text that is no name.
pub(super) fn no_name(loc: &[&str]) -> Value {
    let msg = "String should match pattern '^[a-zA-Z0-9_-]{1,64}$'";
    fault("string_pattern_mismatch", loc, msg)
}

/// The API gives this form in words for connectors, and as a pattern for credentials.
pub(super) fn is_name(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
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
}
