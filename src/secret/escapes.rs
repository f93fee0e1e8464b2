//! What a text says behind one layer of escapes. Each kind is resolved by itself: a secret that
//! holds `%41` or `&amp;` is found when it is escaped in another way.

use std::ops::Range;

/// Reads the escape at the beginning of a text: what it stands for, and how long it is.
type Escape = fn(&[char]) -> Option<(String, usize)>;

const ESCAPES: [Escape; 3] = [backslash, percent, entity];

/// A text as it stands, or with its escapes of one kind resolved.
#[derive(Default)]
pub(super) struct Reading {
    pub(super) chars: Vec<char>,
    /// Where each character stands in the text, in bytes.
    pub(super) spans: Vec<Range<usize>>,
}

/// All readings of `text`: as it stands, and with each kind of escapes resolved; both also with the
/// escapes of JSON resolved first, because text is often shown as a part of a JSON document.
pub(super) fn readings(text: &str) -> Vec<Reading> {
    let plain = Reading::plain(text);
    let json = plain.decode(backslash);
    let mut readings: Vec<Reading> = [Some(plain), json].into_iter().flatten().collect();
    let decoded = readings
        .iter()
        .flat_map(|reading| ESCAPES.iter().filter_map(|escape| reading.decode(*escape)));
    let decoded: Vec<Reading> = decoded.collect();
    readings.extend(decoded);
    readings
}

impl Reading {
    pub(super) fn plain(text: &str) -> Self {
        let spans = text.char_indices();
        Reading {
            chars: text.chars().collect(),
            spans: spans.map(|(at, c)| at..at + c.len_utf8()).collect(),
        }
    }

    pub(super) fn push(&mut self, c: char, span: Range<usize>) {
        self.chars.push(c);
        self.spans.push(span);
    }

    /// Where so many characters stand in the text.
    pub(super) fn span(&self, at: usize, length: usize) -> Option<Range<usize>> {
        Some(self.spans.get(at)?.start..self.spans.get(at + length - 1)?.end)
    }

    /// The same with one kind of escapes resolved; `None` if there are none.
    fn decode(&self, escape: Escape) -> Option<Self> {
        let mut decoded = Reading::default();
        let mut found = false;
        let mut at = 0;
        while let Some(&first) = self.chars.get(at) {
            let rest = self.chars.get(at..).unwrap_or_default();
            let (chars, length) = match escape(rest) {
                Some(resolved) => {
                    found = true;
                    resolved
                }
                None => (first.to_string(), 1),
            };
            // The characters of one escape share its place.
            let span = self.span(at, length)?;
            chars.chars().for_each(|c| decoded.push(c, span.clone()));
            at += length;
        }
        found.then_some(decoded)
    }
}

fn number(digits: &[char], radix: u32) -> Option<u32> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u32, |number, digit| {
        number
            .checked_mul(radix)?
            .checked_add(digit.to_digit(radix)?)
    })
}

/// One character, and the length of its escape.
fn one(code: u32, length: usize) -> Option<(String, usize)> {
    Some((char::from_u32(code)?.into(), length))
}

/// `%C3%A9`, as in URLs.
fn percent(text: &[char]) -> Option<(String, usize)> {
    let byte = |escape: &[char]| match escape {
        ['%', digits @ ..] => number(digits, 16).and_then(|byte| u8::try_from(byte).ok()),
        _ => None,
    };
    let bytes: Vec<u8> = text.chunks_exact(3).map_while(byte).collect();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    (!bytes.is_empty()).then_some((text, 3 * bytes.len()))
}

/// `\n`, `\u00e9`, `\ud83d\ude00` as in JSON; `\xe9`, `\U000000e9` as in Python; `\u{e9}` as in Rust.
fn backslash(text: &[char]) -> Option<(String, usize)> {
    let four = |text: &[char]| match text {
        ['\\', 'u', digits @ ..] => number(digits.get(..4)?, 16),
        _ => None,
    };
    match text {
        ['\\', 'u', '{', rest @ ..] => {
            let length = rest.iter().take(7).position(|c| *c == '}')?;
            one(number(rest.get(..length)?, 16)?, length + 4)
        }
        ['\\', 'u', ..] => match four(text)? {
            high @ 0xd800..=0xdbff => {
                let low = text.get(6..).and_then(four);
                let low = low.filter(|low| (0xdc00..=0xdfff).contains(low))?;
                one(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00), 12)
            }
            code => one(code, 6),
        },
        ['\\', 'x', digits @ ..] => one(number(digits.get(..2)?, 16)?, 4),
        ['\\', 'U', digits @ ..] => one(number(digits.get(..8)?, 16)?, 10),
        ['\\', c, ..] => {
            let c = match c {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                'b' => '\u{8}',
                'f' => '\u{c}',
                'a' => '\u{7}',
                'v' => '\u{b}',
                '0' => '\0',
                '"' | '\\' | '/' | '\'' => *c,
                _ => return None,
            };
            Some((c.into(), 2))
        }
        _ => None,
    }
}

/// `&amp;`, `&#38;`, `&#x26;`, as in HTML.
fn entity(text: &[char]) -> Option<(String, usize)> {
    const NAMES: [(&str, char); 6] = [
        ("amp", '&'),
        ("lt", '<'),
        ("gt", '>'),
        ("quot", '"'),
        ("apos", '\''),
        ("nbsp", ' '),
    ];
    if text.first() != Some(&'&') {
        return None;
    }
    let length = text.iter().take(11).position(|c| *c == ';')?;
    let code = match text.get(1..length)? {
        ['#', 'x' | 'X', digits @ ..] => number(digits, 16)?,
        ['#', digits @ ..] => number(digits, 10)?,
        word => {
            let named = |(name, _): &&(&str, char)| name.chars().eq(word.iter().copied());
            NAMES.iter().find(named).map(|(_, c)| u32::from(*c))?
        }
    };
    one(code, length + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(escape: Escape, text: &str) -> Option<String> {
        let decoded = Reading::plain(text).decode(escape)?;
        Some(decoded.chars.into_iter().collect())
    }

    #[test]
    fn an_escape_ends_where_its_text_goes_on() {
        for (escape, text, want) in [
            (percent as Escape, "%2Fx", "/x"),
            (percent, "%C3%A9%20x", "é x"),
            (percent, "%ffx", "\u{fffd}x"),
            (backslash, r"\nx", "\nx"),
            (backslash, r"\u00e9x", "éx"),
            (backslash, r"\ud83d\uDE00x", "😀x"),
            (backslash, r"\u{1f600}x", "😀x"),
            (backslash, r"\xe9x", "éx"),
            (backslash, r"\U0001f600x", "😀x"),
            (
                backslash,
                r#"\"\\\/\'\a\v\0\b\f\t\r"#,
                "\"\\/'\u{7}\u{b}\0\u{8}\u{c}\t\r",
            ),
            (entity, "&amp;x", "&x"),
            (entity, "&#233;x", "éx"),
            (entity, "&#xE9;&lt;&gt;&quot;&apos;&nbsp;x", "é<>\"' x"),
        ] {
            assert_eq!(read(escape, text).as_deref(), Some(want), "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_an_escape_stays_as_it_is() {
        for text in [
            "100%",
            "%",
            "%zz",
            "%f",
            "%+1",
            "\\",
            "\\u12",
            "\\uD800",
            "\\uD800\\u0041",
            "\\q",
            "\\x4",
            "\\U1",
            "\\u{}",
            "\\u{12345678}",
            "&",
            "&#",
            "&#;",
            "&#x;",
            "&#xFFFFFFF;",
            "&bad;",
            "a;",
        ] {
            for escape in [percent, entity] {
                assert_eq!(read(escape, text), None, "{text}");
            }
        }
        assert_eq!(
            read(backslash, r"\uD800\u0041").as_deref(),
            Some("\\uD800A")
        );
        assert_eq!(read(backslash, r"\q \x4 \U1 \u{} \u12 \uD800"), None);
    }

    #[test]
    fn kinds_are_not_mixed() {
        let text = r"%41\x42&#67;";
        let readings = readings(text).into_iter();
        let readings: Vec<String> = readings
            .map(|reading| reading.chars.iter().collect())
            .collect();
        for want in [
            text,
            r"A\x42&#67;",
            r"%41B&#67;",
            r"%41\x42C",
            // Behind those of JSON.
            r"AB&#67;",
            r"%41BC",
        ] {
            assert!(
                readings.iter().any(|reading| reading == want),
                "{want}: {readings:?}"
            );
        }
        assert!(
            !readings.iter().any(|reading| reading.contains("ABC")),
            "{readings:?}"
        );
    }
}
