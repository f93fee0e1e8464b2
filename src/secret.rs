//! What must never be shown: a string that does not print, and the search for it in foreign text.

use std::borrow::Cow;
use std::fmt;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// Stands where a secret stood.
pub(crate) const REDACTED: &str = "[redacted]";

/// Shorter values are not searched for in what a server says: a header value of `1` would blacken
/// every digit of the text, and a value that short protects nothing.
const SHORTEST: usize = 4;

/// A string that never prints.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(String);

impl Secret {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Secret(text.into())
    }

    /// The text itself, for the one place that sends it.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

/// Finds secrets in text that came from elsewhere, in the forms in which servers repeat them.
#[derive(Clone, Default)]
pub(crate) struct Redactor {
    /// Longest first, so that no secret is broken up by a shorter one inside it.
    needles: Vec<String>,
}

impl Redactor {
    pub(crate) fn new<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        Redactor::default().and(secrets)
    }

    /// The same with more secrets.
    pub(crate) fn and<'a>(&self, secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        let mut needles = self.needles.clone();
        for secret in secrets {
            let plain = secret.expose();
            if plain.len() >= SHORTEST {
                needles.extend(spellings(plain));
            }
        }
        needles.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        needles.dedup();
        Redactor { needles }
    }

    /// `text` without any secret, nor the beginning of one where the text breaks off.
    pub(crate) fn text(&self, text: &str) -> String {
        let mut clean = Cow::Borrowed(text);
        for needle in &self.needles {
            if clean.contains(needle.as_str()) {
                clean = Cow::Owned(clean.replace(needle.as_str(), REDACTED));
            }
        }
        let cut = self
            .needles
            .iter()
            .filter_map(|needle| started(&clean, needle))
            .max();
        match cut.and_then(|length| clean.len().checked_sub(length)) {
            Some(kept) => format!("{}{REDACTED}", clean.get(..kept).unwrap_or_default()),
            None => clean.into_owned(),
        }
    }

    /// Like [`Redactor::text`], for a whole body: in JSON also what is spelled with escapes.
    pub(crate) fn document(&self, text: &str) -> String {
        match serde_json::from_str::<Value>(text) {
            Ok(value) if self.needles.iter().any(|needle| holds(&value, needle)) => {
                self.value(value).to_string()
            }
            _ => self.text(text),
        }
    }

    fn value(&self, value: Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(&text)),
            Value::Array(items) => items.into_iter().map(|item| self.value(item)).collect(),
            Value::Object(fields) => fields
                .into_iter()
                .map(|(name, value)| (self.text(&name), self.value(value)))
                .collect(),
            other => other,
        }
    }
}

fn holds(value: &Value, needle: &str) -> bool {
    match value {
        Value::String(text) => text.contains(needle),
        Value::Array(items) => items.iter().any(|item| holds(item, needle)),
        Value::Object(fields) => fields
            .iter()
            .any(|(name, value)| name.contains(needle) || holds(value, needle)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// How a server may write `plain` back: as it is, in JSON, in a URL, in HTML.
fn spellings(plain: &str) -> [String; 5] {
    let json = Value::from(plain).to_string();
    let json = json.trim_start_matches('"');
    let json = json.strip_suffix('"').unwrap_or(json);
    let html = plain
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;");
    [
        plain.to_owned(),
        json.to_owned(),
        json.replace('/', "\\/"),
        utf8_percent_encode(plain, NON_ALPHANUMERIC).to_string(),
        html,
    ]
}

/// How many bytes at the end of `text` are the beginning of `needle`, if enough to matter.
fn started(text: &str, needle: &str) -> Option<usize> {
    (SHORTEST..needle.len()).rev().find(|&length| {
        needle
            .get(..length)
            .is_some_and(|head| text.ends_with(head))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redactor(secret: &str) -> Redactor {
        Redactor::new([&Secret::new(secret)])
    }

    #[test]
    fn a_secret_does_not_print() {
        assert_eq!(format!("{:?}", Secret::new("open sesame")), "[redacted]");
    }

    #[test]
    fn a_secret_is_found_in_every_spelling() {
        let secret = "se/cr\"et & <more>'";
        for text in [
            "se/cr\"et & <more>'",
            r#"se/cr\"et & <more>'"#,
            r#"se\/cr\"et & <more>'"#,
            "se%2Fcr%22et%20%26%20%3Cmore%3E%27",
            "se/cr&quot;et &amp; &lt;more&gt;&#39;",
        ] {
            let shown = redactor(secret).text(&format!("before {text} after"));
            assert_eq!(shown, "before [redacted] after", "{text}");
        }
    }

    #[test]
    fn every_occurrence_is_found_and_the_longest_secret_first() {
        let redactor = Redactor::new([&Secret::new("abcd"), &Secret::new("abcdef")]);
        assert_eq!(
            redactor.text("abcdef abcd abcdef"),
            "[redacted] [redacted] [redacted]"
        );
    }

    #[test]
    fn a_secret_that_breaks_off_is_not_shown_either() {
        assert_eq!(redactor("abcdefgh").text("key: abcdefg"), "key: [redacted]");
        assert_eq!(redactor("abcdefgh").text("key: abcd"), "key: [redacted]");
        assert_eq!(redactor("abcdefgh").text("key: abc"), "key: abc");
    }

    #[test]
    fn json_escapes_hide_nothing() {
        let shown = redactor("abcdef").document(r#"{"a":["\u0061bcdef"],"x\u0061bcdefx":1}"#);
        assert_eq!(shown, r#"{"a":["[redacted]"],"x[redacted]x":1}"#);
    }

    #[test]
    fn a_document_without_secrets_is_left_as_it_is() {
        let document = r#"{ "b": 1,  "a": "\u0061" }"#;
        assert_eq!(redactor("abcdef").document(document), document);
    }

    #[test]
    fn values_too_short_to_be_secrets_are_not_searched_for() {
        assert_eq!(redactor("1").text("11 of 12"), "11 of 12");
        assert_eq!(redactor("abc").text("abc"), "abc");
        assert_eq!(redactor("abcd").text("abcd"), "[redacted]");
    }
}
