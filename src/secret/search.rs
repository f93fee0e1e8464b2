//! The search for secrets in text from elsewhere that errors and log lines show.

use std::collections::HashSet;
use std::ops::Range;

use super::escapes::{Decoded, decodings};
use super::{REDACTED, SHORTEST, Secret};

/// How many bytes of such a text are shown.
const SHOWN: usize = 500;

/// How many bytes of a secret are searched for. A longer value is a document, not a secret.
pub(super) const SEARCHED: usize = 16_384;

/// This many characters of a secret in a row are not shown, wherever they are in the secret.
const PIECE: usize = 12;

/// Prepares text from elsewhere to be shown: in one line, shortened, and without secrets. A secret
/// is found as it is, in another case, or escaped once as JSON, Python, URLs or HTML do it.
///
/// Contains the pieces of all secrets. A short secret is one piece.
#[derive(Clone, Default)]
pub(crate) struct Redactor(HashSet<Box<[char]>>);

impl Redactor {
    pub(crate) fn new(secrets: &[Secret]) -> Self {
        Redactor::default().and(secrets)
    }

    /// Redacts these secrets too.
    pub(crate) fn and(&self, secrets: &[Secret]) -> Self {
        let mut redactor = self.clone();
        let searched = secrets.iter().filter(|secret| secret.is_searched_for());
        for text in searched.map(|secret| start(secret.expose(), SEARCHED)) {
            let bare = without_scheme(text);
            for text in [Some(text), bare].into_iter().flatten() {
                let chars = text.chars().map(|c| (c, 0..0)).collect();
                let chars = fold(chars).into_iter().map(|(c, _)| c);
                let chars: Vec<char> = chars.collect();
                // A secret that consists of spaces cannot be told from ordinary text.
                if chars.len() >= SHORTEST {
                    let pieces = chars.windows(chars.len().min(PIECE));
                    redactor.0.extend(pieces.map(Box::from));
                }
            }
        }
        redactor
    }

    /// The start of a text in one line, without secrets.
    pub(crate) fn show(&self, text: &str) -> String {
        self.redact(&one_line(text))
    }

    /// A line without secrets.
    pub(crate) fn redact(&self, line: &str) -> String {
        if self.0.is_empty() {
            return line.to_owned();
        }
        let mut hidden: Vec<Range<usize>> = Vec::new();
        for decoded in decodings(line) {
            hidden.extend(self.find(&fold(decoded)));
        }
        hidden.sort_by_key(|range| range.start);
        let (mut shown, mut end) = (String::new(), None);
        for range in hidden {
            if end.is_none_or(|end| range.start > end) {
                shown.push_str(line.get(end.unwrap_or(0)..range.start).unwrap_or_default());
                shown.push_str(REDACTED);
            }
            end = end.max(Some(range.end));
        }
        shown.push_str(line.get(end.unwrap_or(0)..).unwrap_or_default());
        shown
    }

    /// Where pieces of secrets are in a text.
    fn find(&self, text: &Decoded) -> Vec<Range<usize>> {
        let chars: Vec<char> = text.iter().map(|(c, _)| *c).collect();
        let mut found = Vec::new();
        for length in SHORTEST..=PIECE {
            for (piece, text) in chars.windows(length).zip(text.windows(length)) {
                if let (true, [(_, first), .., (_, last)]) = (self.0.contains(piece), text) {
                    found.push(first.start..last.end);
                }
            }
        }
        found
    }
}

/// The text without differences that do not matter: case, the kind and number of spaces, and `+` for a
/// space as in forms.
fn fold(text: Decoded) -> Decoded {
    let (mut folded, mut after_break) = (Decoded::new(), false);
    for (c, place) in text {
        let is_break = is_break(c);
        if c != '+' && !is_break {
            // Both ways, because `ß` in capitals is `SS`.
            let chars = c.to_uppercase().flat_map(char::to_lowercase);
            folded.extend(chars.map(|c| (c, place.clone())));
        } else if !(is_break && after_break) {
            folded.push((' ', place));
        }
        after_break = is_break;
    }
    folded
}

/// The `abc` in `Bearer abc`.
fn without_scheme(text: &str) -> Option<&str> {
    let (scheme, text) = text.split_once(' ')?;
    let schemes = ["basic", "bearer", "token"];
    let is_scheme = schemes
        .iter()
        .any(|known| known.eq_ignore_ascii_case(scheme));
    (is_scheme && Secret::header(text).is_searched_for()).then_some(text)
}

/// What separates words. Line breaks and control characters would forge log lines, and direction
/// marks rearrange them.
fn is_break(c: char) -> bool {
    let is_direction_mark = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_whitespace() || c.is_control() || is_direction_mark
}

/// The start of a text in one line, without control characters.
pub(crate) fn one_line(text: &str) -> String {
    let mut line = String::new();
    for word in text.split(is_break).filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(start(word, SHOWN + 4));
        if line.len() > SHOWN {
            return format!("{}…", start(&line, SHOWN));
        }
    }
    line
}

/// At most this many bytes from the start of `text`, in whole characters.
pub(crate) fn start(text: &str, bytes: usize) -> &str {
    let ends = (0..=bytes.min(text.len())).rev();
    ends.map(|end| text.get(..end))
        .find_map(|start| start)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::slice;

    use super::*;

    fn redactor(secret: &str) -> Redactor {
        Redactor::new(&[Secret::new(secret)])
    }

    #[test]
    fn a_secret_is_found_in_every_spelling() {
        let secret = "se-cr/et+\"€\" & <more>'\n\t😀ß";
        for text in [
            "SE-CR/ET+\"€\" & <MORE>'\n\t😀ß",
            r#"se-cr/et+\"€\" & <more>'\n\t😀ß"#,
            r#"se-cr\/et+\"€\" & <more>'\u000a\u0009\ud83d\uDE00ß"#,
            r#"se-cr\u002fet+\u0022\u20AC\u0022 \u0026 <more>'\n\t\ud83d\ude00\u00df"#,
            r#"se-cr/et+"\u20ac" & <more>\'\n\t\U0001f600\xdf"#,
            "se-cr%2Fet%2B%22%E2%82%AC%22%20%26%20%3Cmore%3E%27%0A%09%F0%9F%98%80%c3%9f",
            "se-cr%2fet%2b%22%e2%82%ac%22+%26+%3cmore%3e%27%0a%09%f0%9f%98%80ß",
            "se-cr/et+&quot;€&quot; &amp; &lt;more&gt;&#39;&#10;&#9;&#128512;ß",
            "se-cr&#x2F;et&#43;&quot;&#8364;&quot; &amp; &lt;more&gt;&apos;&#XA;&#x9;&#x1F600;&#223;",
            // Within a JSON document.
            r#"se-cr/et+\\\"€\\\" & <more>'\\n\\t😀ß"#,
            r#"se-cr/et+&quot;€&quot; &amp; &lt;more&gt;'\n\t😀ß"#,
        ] {
            let shown = redactor(secret).show(&format!("before {text} after"));
            assert_eq!(shown, "before [redacted] after", "{text}");
        }
    }

    #[test]
    fn a_secret_that_looks_escaped_is_found_when_it_is_escaped_in_another_way() {
        for (secret, text) in [
            ("a%41\"b", r#"a%41\"b"#),
            ("a%41&b", "a%41&amp;b"),
            ("a&amp;/b", "a%26amp%3B%2Fb"),
            ("a&amp;\"b", r#"a&amp;\"b"#),
            (r"a\n%b", r"a\\n%b"),
            (r"a\n&b", r"a\n&amp;b"),
            (r"a\n b", "a%5Cn%20b"),
            ("a%2541 b", "a%252541%20b"),
        ] {
            assert_eq!(redactor(secret).show(text), "[redacted]", "{text}");
        }
    }

    #[test]
    fn every_place_is_redacted_and_overlaps_become_one() {
        let redactor = Redactor::new(&[Secret::new("abcd"), Secret::new("cdef")]);
        assert_eq!(
            redactor.show("abcd-cdef abcdef."),
            "[redacted]-[redacted] [redacted]."
        );
        assert_eq!(redactor.show("abcdabcd"), "[redacted]");
    }

    #[test]
    fn twelve_characters_of_a_secret_in_a_row_are_not_shown() {
        let redactor = redactor("0123456789abcdefghijklmnopqrstuvwxyz0123456789");
        for (text, want) in [
            ("0123456789abcdefghijkl...ghij", "[redacted]...ghij"),
            ("\"0123456789ab\"", "\"[redacted]\""),
            ("...opqrstuvwxyz0123456789", "...[redacted]"),
            ("...56789abcdefg...", "...[redacted]..."),
            (r"567\u0038\u0039abcdefg", "[redacted]"),
            ("0123456789a", "0123456789a"),
            ("0123456789-abcdefghij", "0123456789-abcdefghij"),
        ] {
            assert_eq!(redactor.show(text), want, "{text}");
        }
    }

    #[test]
    fn values_too_short_to_be_secrets_are_not_searched_for() {
        for (secret, text, want) in [
            (Secret::new("1"), "11 of 12", "11 of 12"),
            (Secret::new("abc"), "abc", "abc"),
            (Secret::new("abcd"), "abcd", "[redacted]"),
            (Secret::header("docs"), "no docs here", "no docs here"),
            (Secret::header("planner"), "planner", "planner"),
            (Secret::header("planners"), "planners", "[redacted]"),
            (Secret::header("Bearer abcd"), "abcd", "abcd"),
            (Secret::header("Bearer abcdefgh"), "abcdefgh", "[redacted]"),
            (Secret::new(" \n\t "), "a b c", "a b c"),
        ] {
            assert_eq!(
                Redactor::new(slice::from_ref(&secret)).show(text),
                want,
                "{text}"
            );
        }
    }

    #[test]
    fn secrets_can_be_added() {
        let redactor = redactor("first-secret").and(&[Secret::new("second-secret")]);
        assert_eq!(
            redactor.show("first-secret second-secret"),
            "[redacted] [redacted]"
        );
    }

    #[test]
    fn a_text_is_shown_in_one_line_from_its_start() {
        let redactor = Redactor::default();
        assert_eq!(redactor.show(" a\r\n\tb\u{0}\u{202e}c\u{200f} "), "a b c");
        assert_eq!(redactor.show(&"x".repeat(500)), "x".repeat(500));
        let shortened = format!("{}…", "x".repeat(500));
        assert_eq!(redactor.show(&"x".repeat(501)), shortened);
        assert_eq!(redactor.show(&format!("{} y", "x".repeat(500))), shortened);
        assert_eq!(
            redactor.show(&"é".repeat(251)),
            format!("{}…", "é".repeat(250))
        );
    }
}
