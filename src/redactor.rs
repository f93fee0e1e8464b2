//! The search for secrets in foreign text, which is shown in errors and log lines.

use std::ops::Range;

use crate::secret::{REDACTED, Secret};

/// How many bytes of a server's text an error keeps.
const SHOWN: usize = 500;

/// How many bytes of it are searched for secrets: what is shown comes from its beginning.
const SEARCHED: usize = 65_536;

/// Shorter values are not searched for in what a server says: a header value of `1` would blacken
/// every digit of the text, and a value that short protects nothing.
const SHORTEST: usize = 4;

/// So much of a secret at the end of a text, and half of it, counts as a secret that was cut off.
const SHORTEST_CUT: usize = 8;

/// How many encodings around each other are seen through: JSON in a JSON string in HTML.
const DEPTH: usize = 3;

/// Finds secrets in text that came from elsewhere, however it is encoded: as it is or in other case,
/// in JSON, in a URL, in HTML, and in these within each other.
#[derive(Clone, Default)]
pub(crate) struct Redactor {
    /// In lower case.
    needles: Vec<Vec<char>>,
}

impl Redactor {
    pub(crate) fn new<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        Redactor::default().and(secrets)
    }

    /// The same with more secrets.
    pub(crate) fn and<'a>(&self, secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        let mut needles = self.needles.clone();
        let secrets = secrets.into_iter().map(Secret::expose);
        needles.extend(
            secrets
                .filter(|secret| secret.len() >= SHORTEST)
                .map(|secret| secret.chars().map(|c| c.to_ascii_lowercase()).collect()),
        );
        Redactor { needles }
    }

    /// `text` without any secret, nor a good part of one where the text breaks off.
    pub(crate) fn text(&self, text: &str) -> String {
        let mut found: Vec<Range<usize>> = Vec::new();
        let mut decoded = Decoded::plain(text);
        for _ in 0..=DEPTH {
            for needle in &self.needles {
                found.extend(decoded.find(needle));
            }
            match decoded.decode() {
                Some(deeper) => decoded = deeper,
                None => break,
            }
        }
        found.sort_by_key(|range| range.start);
        let (mut clean, mut at) = (String::new(), 0);
        for range in found {
            if range.start >= at {
                clean.push_str(text.get(at..range.start).unwrap_or_default());
                clean.push_str(REDACTED);
            }
            at = at.max(range.end);
        }
        clean.push_str(text.get(at..).unwrap_or_default());
        clean
    }

    /// The start of a foreign text in one line, without secrets.
    pub(crate) fn show(&self, text: &str) -> String {
        shorten(&self.text(start(text, SEARCHED)))
    }
}

/// The start of `text` in one line.
pub(crate) fn shorten(text: &str) -> String {
    // Line breaks would forge log lines, and marks of direction rearrange them.
    let breaks = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut line = String::new();
    for word in text.split(breaks).filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > SHOWN {
            return format!("{}…", start(&line, SHOWN));
        }
    }
    line
}

/// At most this many bytes from the start of `text`, in whole characters.
fn start(text: &str, bytes: usize) -> &str {
    match text.len() <= bytes {
        true => text,
        false => (0..=bytes)
            .rev()
            .find_map(|end| text.get(..end))
            .unwrap_or_default(),
    }
}

/// A text with some of its escapes resolved.
struct Decoded {
    /// In lower case.
    chars: Vec<char>,
    /// Where each character stands in the text, in bytes.
    spans: Vec<Range<usize>>,
}

impl Decoded {
    fn plain(text: &str) -> Self {
        let chars = text.chars().map(|c| c.to_ascii_lowercase()).collect();
        let spans = text
            .char_indices()
            .map(|(at, c)| at..at + c.len_utf8())
            .collect();
        Decoded { chars, spans }
    }

    /// Where `needle` stands, or begins and is cut off.
    fn find<'a>(&'a self, needle: &'a [char]) -> impl Iterator<Item = Range<usize>> + 'a {
        let whole = self.chars.windows(needle.len()).enumerate();
        let whole = whole.filter(move |(_, window)| *window == needle);
        let cut = (SHORTEST_CUT.max(needle.len().div_ceil(2))..needle.len())
            .rev()
            .find(|&length| {
                needle
                    .get(..length)
                    .is_some_and(|head| self.chars.ends_with(head))
            });
        let cut = cut.map(|length| (self.chars.len() - length, length));
        whole
            .map(|(at, window)| (at, window.len()))
            .chain(cut)
            .filter_map(|(at, length)| {
                let (first, last) = (self.spans.get(at)?, self.spans.get(at + length - 1)?);
                Some(first.start..last.end)
            })
    }

    /// With one more layer of escapes resolved; `None` if there is none.
    fn decode(&self) -> Option<Self> {
        let mut next = Decoded {
            chars: Vec::new(),
            spans: Vec::new(),
        };
        let mut rest = self.chars.as_slice();
        while let [first, others @ ..] = rest {
            let at = self.chars.len() - rest.len();
            let (chars, length) = escape(rest).unwrap_or_else(|| (vec![*first], 1));
            // The characters of one escape share its place.
            let span = self.spans.get(at)?.start..self.spans.get(at + length - 1)?.end;
            next.spans.extend(chars.iter().map(|_| span.clone()));
            next.chars
                .extend(chars.iter().map(char::to_ascii_lowercase));
            rest = rest.get(length..).unwrap_or(others);
        }
        (next.chars.len() < self.chars.len()).then_some(next)
    }
}

/// What the escape at the beginning of `text` stands for, and how long it is.
fn escape(text: &[char]) -> Option<(Vec<char>, usize)> {
    let number = |digits: &[char], radix| {
        let digits: String = digits.iter().collect();
        u32::from_str_radix(&digits, radix).ok()
    };
    match text {
        ['%', ..] => {
            let byte = |escape: &[char]| match escape {
                ['%', digits @ ..] => number(digits, 16).and_then(|byte| u8::try_from(byte).ok()),
                _ => None,
            };
            let bytes: Vec<u8> = text.chunks_exact(3).map_while(byte).collect();
            let text = String::from_utf8_lossy(&bytes);
            (!bytes.is_empty()).then(|| (text.chars().collect(), 3 * bytes.len()))
        }
        ['\\', 'u', digits @ ..] => {
            let c = char::from_u32(number(digits.get(..4)?, 16)?)?;
            Some((vec![c], 6))
        }
        ['\\', c @ ('"' | '\\' | '/' | '\''), ..] => Some((vec![*c], 2)),
        ['&', '#', rest @ ..] => {
            let length = rest.iter().take(8).position(|c| *c == ';')?;
            let code = match rest.get(..length)? {
                ['x', digits @ ..] => number(digits, 16)?,
                digits => number(digits, 10)?,
            };
            Some((vec![char::from_u32(code)?], length + 3))
        }
        ['&', ..] => {
            let names = [
                ("&amp;", '&'),
                ("&lt;", '<'),
                ("&gt;", '>'),
                ("&quot;", '"'),
                ("&apos;", '\''),
            ];
            let named =
                |(name, _): &&(&str, char)| name.chars().eq(text.iter().copied().take(name.len()));
            names
                .iter()
                .find(named)
                .map(|(name, c)| (vec![*c], name.len()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redactor(secret: &str) -> Redactor {
        Redactor::new([&Secret::new(secret)])
    }

    #[test]
    fn a_secret_is_found_in_every_encoding() {
        let secret = "se-cr/et+\"€\" & <more>'";
        for text in [
            "se-cr/et+\"€\" & <more>'",
            "SE-CR/ET+\"€\" & <MORE>'",
            r#"se-cr/et+\"€\" & <more>'"#,
            r#"se-cr\/et+\"€\" & <more>'"#,
            r#"se-cr\u002fet+\u0022\u20AC\u0022 \u0026 <more>'"#,
            r#"se-cr/et+\\\"€\\\" & <more>'"#,
            "se-cr%2Fet%2B%22%E2%82%AC%22%20%26%20%3Cmore%3E%27",
            "se-cr%2fet%2b%22%e2%82%ac%22%20%26%20%3cmore%3e%27",
            "%73e-cr%252Fet%2B%22€%22 %26 <more>'",
            "se-cr/et+&quot;€&quot; &amp; &lt;more&gt;&#39;",
            "se-cr&#x2F;et&#43;&quot;&#8364;&quot; &amp; &lt;more&gt;&apos;",
            r#"se-cr/et+\&quot;€\&quot; &amp; <more>'"#,
        ] {
            let shown = redactor(secret).text(&format!("before {text} after"));
            assert_eq!(shown, "before [redacted] after", "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_an_escape_is_left_alone() {
        for text in [
            "100%",
            "%",
            "%zz",
            "%f",
            "\\",
            "\\u12",
            "\\uD800",
            "&",
            "&#",
            "&#;",
            "&#xFFFFFFF;",
            "&bad;",
        ] {
            assert_eq!(redactor("secret").text(text), text);
            let shown = redactor("secret").text(&format!("{text}secret{text}"));
            assert_eq!(shown, format!("{text}[redacted]{text}"));
        }
    }

    #[test]
    fn every_occurrence_is_found_and_overlaps_are_one() {
        let redactor = Redactor::new([&Secret::new("abcd"), &Secret::new("cdef")]);
        assert_eq!(
            redactor.text("abcd-cdef abcdef."),
            "[redacted]-[redacted] [redacted]."
        );
        assert_eq!(redactor.text("abcdefabcd"), "[redacted][redacted]");
    }

    #[test]
    fn a_secret_that_breaks_off_is_not_shown_either() {
        let secret = "0123456789abcdefghij";
        assert_eq!(
            redactor(secret).text("key: 0123456789abcdefghi"),
            "key: [redacted]"
        );
        assert_eq!(redactor(secret).text("key: 0123456789"), "key: [redacted]");
        assert_eq!(redactor(secret).text("key: 012345678"), "key: 012345678");
        assert_eq!(
            redactor("0123456789").text("key: 01234567"),
            "key: [redacted]"
        );
        assert_eq!(redactor("0123456789").text("key: 0123456"), "key: 0123456");
        assert_eq!(redactor("01234567").text("0123456"), "0123456");
    }

    #[test]
    fn values_too_short_to_be_secrets_are_not_searched_for() {
        assert_eq!(redactor("1").text("11 of 12"), "11 of 12");
        assert_eq!(redactor("abc").text("abc"), "abc");
        assert_eq!(redactor("abcd").text("abcd"), "[redacted]");
    }
}
