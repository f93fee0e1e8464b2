//! The search for secrets in foreign text, which errors and log lines show.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::escapes::readings;
use super::{REDACTED, SHORTEST_HEADER, Secret};

/// How many bytes of a foreign text are shown.
const SHOWN: usize = 500;

/// How many bytes of a secret are searched for. A longer value is a document, not a secret.
pub(super) const SEARCHED: usize = 65_536;

/// This many characters of a secret in a row are never shown, from whatever part of it.
const PIECE: usize = 12;

/// Prepares foreign text to be shown: in one line, shortened, and without secrets, whether they
/// stand there as they are, in another case, or escaped once as JSON, Python, URLs or HTML do it.
#[derive(Clone, Default)]
pub(crate) struct Redactor {
    pieces: Vec<Arc<Pieces>>,
}

/// Hashes of the pieces of secrets, sorted, by the length of the pieces.
type Pieces = BTreeMap<usize, Vec<u64>>;

impl Redactor {
    pub(crate) fn new<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        Redactor::default().and(secrets)
    }

    /// The same with more secrets.
    pub(crate) fn and<'a>(&self, secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        let mut pieces = Pieces::new();
        let secrets = secrets.into_iter().filter(|own| own.is_searched_for());
        for text in secrets.map(Secret::expose) {
            for text in [Some(text), without_scheme(text)].into_iter().flatten() {
                let text = start(text, SEARCHED).trim_matches(is_break);
                add(text, &mut pieces);
                let line = one_spaced(text);
                if line != text {
                    add(&line, &mut pieces);
                }
            }
        }
        for hashes in pieces.values_mut() {
            hashes.sort_unstable();
            hashes.dedup();
        }
        let mut redactor = self.clone();
        redactor.pieces.push(Arc::new(pieces));
        redactor
    }

    /// The start of a foreign text in one line, without secrets.
    pub(crate) fn show(&self, text: &str) -> String {
        // More than is shown, so that a secret across the end is found as well.
        shorten(self.redact(&join(text, 2 * SHOWN)))
    }

    /// A line, as long as it is, without secrets.
    pub(crate) fn redact(&self, line: &str) -> String {
        // For each byte, whether it belongs to a secret.
        let mut secret = vec![false; line.len()];
        for reading in readings(line) {
            let folded = fold(&reading.text);
            for (length, own) in self.pieces.iter().flat_map(|pieces| pieces.iter()) {
                let pieces = folded.windows(*length).enumerate();
                let found = pieces.filter(|(_, piece)| own.binary_search(&hash(piece)).is_ok());
                for span in found.filter_map(|(at, _)| reading.span(at, *length)) {
                    secret.get_mut(span).unwrap_or_default().fill(true);
                }
            }
        }
        let (mut clean, mut was_secret) = (String::new(), false);
        for (at, c) in line.char_indices() {
            let is_secret = secret.get(at) == Some(&true);
            match is_secret {
                false => clean.push(c),
                true if was_secret => {}
                true => clean.push_str(REDACTED),
            }
            was_secret = is_secret;
        }
        clean
    }
}

/// Adds the pieces of a secret: all that are [`PIECE`] long, or the whole of a shorter secret.
fn add(secret: &str, pieces: &mut Pieces) {
    let secret = fold(secret);
    let length = secret.len().min(PIECE);
    if length > 0 {
        let hashes = secret.windows(length).map(hash);
        pieces.entry(length).or_default().extend(hashes);
    }
}

fn hash(piece: &[char]) -> u64 {
    const BASE: u64 = 0x9e37_79b9_7f4a_7c15;
    let add = |hash: u64, c: &char| hash.wrapping_mul(BASE).wrapping_add(u64::from(*c));
    piece.iter().fold(0, add)
}

/// Of `Bearer abc`, the `abc`.
fn without_scheme(text: &str) -> Option<&str> {
    let (scheme, text) = text.split_once(' ')?;
    let is_scheme = ["basic", "bearer", "token"].contains(&scheme.to_ascii_lowercase().as_str());
    (is_scheme && text.len() >= SHORTEST_HEADER).then_some(text)
}

/// The characters of a text in a form that can be compared: without case, with one kind of whitespace,
/// and with a space for `+` (as in forms).
fn fold(text: &str) -> Vec<char> {
    let fold = |c: char| match c {
        '+' => ' ',
        '!'..='~' => c.to_ascii_lowercase(),
        c if is_break(c) => ' ',
        c => {
            // Some letters have two lowercase forms of one uppercase form.
            let capital = c.to_uppercase().next().unwrap_or(c);
            capital.to_lowercase().next().unwrap_or(capital)
        }
    };
    text.chars().map(fold).collect()
}

/// Whether a character separates words. Line breaks and control characters could forge log lines, and
/// direction marks could reorder them.
fn is_break(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The start of a text in one line, without control characters.
pub(crate) fn one_line(text: &str) -> String {
    shorten(join(text, SHOWN))
}

/// A whole text in one line.
fn one_spaced(text: &str) -> String {
    join(text, text.len())
}

/// The words of a text; of a long text more than this many bytes, but not much more than twice as
/// many.
fn join(text: &str, bytes: usize) -> String {
    let mut line = String::new();
    for word in text.split(is_break).filter(|word| !word.is_empty()) {
        if line.len() > bytes {
            break;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(start(word, bytes + 4));
    }
    line
}

fn shorten(line: String) -> String {
    match start(&line, SHOWN) {
        all if all.len() == line.len() => line,
        start => format!("{start}…"),
    }
}

/// At most this many bytes from the start of `text`, in whole characters.
pub(super) fn start(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev();
    let mut starts = end.map(|end| text.get(..end));
    starts.find_map(|start| start).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redactor(secret: &str) -> Redactor {
        Redactor::new([&Secret::new(secret)])
    }

    #[test]
    fn a_secret_is_found_however_it_is_written() {
        let secret = "se-cr/et+\"€\" & <more>'\n\t😀é";
        for text in [
            "SE-CR/ET+\"€\" & <MORE>'\n\t😀É",
            r#"se-cr/et+\"€\" & <more>'\n\t😀é"#,
            r#"se-cr\/et+\"€\" & <more>'\u000a\u0009\ud83d\uDE00é"#,
            r#"se-cr\u002fet+\u0022\u20AC\u0022 \u0026 <more>'\n\t\ud83d\ude00\u00e9"#,
            r#"se-cr/et+"\u20ac" & <more>\'\n\t\U0001f600\xe9"#,
            "se-cr%2Fet%2B%22%E2%82%AC%22%20%26%20%3Cmore%3E%27%0A%09%F0%9F%98%80%c3%a9",
            "se-cr%2fet%2b%22%e2%82%ac%22+%26+%3cmore%3e%27%0a%09%f0%9f%98%80é",
            "se-cr/et+&quot;€&quot; &amp; &lt;more&gt;&#39;&#10;&#9;&#128512;é",
            "se-cr&#x2F;et&#43;&quot;&#8364;&quot; &amp; &lt;more&gt;&apos;&#XA;&#x9;&#x1F600;&#233;",
            // Within a JSON document.
            r#"se-cr/et+\\\"€\\\" & <more>'\\n\\t😀é"#,
            r#"se-cr/et+&quot;€&quot; &amp; &lt;more&gt;'\n\t😀é"#,
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
    fn every_place_is_found_and_overlaps_are_one() {
        let redactor = Redactor::new([&Secret::new("abcd"), &Secret::new("cdef")]);
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
            assert_eq!(Redactor::new([&secret]).show(text), want, "{text}");
        }
    }

    #[test]
    fn secrets_are_added_to_secrets() {
        let redactor = redactor("first-secret").and([&Secret::new("second-secret")]);
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
