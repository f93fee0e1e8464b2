//! A text with one layer of escapes resolved. Each kind of escape is resolved by itself, so that a secret
//! that contains `%41` or `&amp;` is found when it is escaped in another way.

use std::ops::Range;

use percent_encoding::percent_decode_str;

/// Reads the escape at the start of a text. Returns what it stands for, and its length.
type Escape = fn(&str) -> Option<(String, usize)>;

/// The characters with which escapes begin.
const ESCAPES: [(char, Escape); 3] = [('\\', backslash), ('%', percent), ('&', entity)];

/// A text with escapes resolved, and where each of its characters stands in the original.
#[derive(Clone, Default, PartialEq)]
pub(super) struct Reading {
    pub(super) text: String,
    spans: Vec<Range<usize>>,
}

/// All readings of `text`: as it stands, and with each kind of escape resolved. All of these also with
/// the escapes of JSON resolved first, because the text can be part of a JSON document.
pub(super) fn readings(text: &str) -> Vec<Reading> {
    let spans = text.char_indices();
    let plain = Reading {
        text: text.to_owned(),
        spans: spans.map(|(at, c)| at..at + c.len_utf8()).collect(),
    };
    let json = plain.resolve('\\', backslash);
    let mut readings = vec![plain.clone()];
    for outer in [plain, json] {
        let inner = ESCAPES
            .iter()
            .map(|(mark, escape)| outer.resolve(*mark, *escape));
        for reading in inner {
            if !readings.contains(&reading) {
                readings.push(reading);
            }
        }
    }
    readings
}

impl Reading {
    /// Where this many characters stand in the original, in bytes.
    pub(super) fn span(&self, at: usize, length: usize) -> Option<Range<usize>> {
        let spans = self.spans.get(at..at + length)?;
        Some(spans.first()?.start..spans.last()?.end)
    }

    /// The same with all escapes resolved that begin with `mark`.
    fn resolve(&self, mark: char, escape: Escape) -> Self {
        let mut resolved = Reading::default();
        let (mut rest, mut at) = (self.text.as_str(), 0);
        while let Some(c) = rest.chars().next() {
            let escape = Some(rest).filter(|_| c == mark).and_then(escape);
            let (said, bytes) = escape.unwrap_or_else(|| (c.into(), c.len_utf8()));
            let (written, behind) = rest.split_at_checked(bytes).unwrap_or((rest, ""));
            let length = written.chars().count();
            // All characters of one escape stand where it does.
            let span = self.span(at, length).unwrap_or_default();
            resolved.spans.extend(said.chars().map(|_| span.clone()));
            resolved.text += &said;
            (rest, at) = (behind, at + length);
        }
        resolved
    }
}

/// `\n`, `\u00e9`, `\ud83d\ude00` as in JSON; `\xe9`, `\U000000e9` as in Python.
fn backslash(text: &str) -> Option<(String, usize)> {
    let code = |at: usize, length: usize| number(text.get(at..at + length)?, 16);
    let (code, length) = match text.as_bytes().get(1)? {
        b'u' => match (code(2, 4)?, text.get(6..8), code(8, 4)) {
            (high @ 0xd800..=0xdbff, Some("\\u"), Some(low @ 0xdc00..=0xdfff)) => {
                (0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00), 12)
            }
            (code, ..) => (code, 6),
        },
        b'x' => (code(2, 2)?, 4),
        b'U' => (code(2, 8)?, 10),
        b'b' => (0x8, 2),
        b't' => (0x9, 2),
        b'n' => (0xa, 2),
        b'f' => (0xc, 2),
        b'r' => (0xd, 2),
        c @ (b'"' | b'\\' | b'/' | b'\'') => (u32::from(*c), 2),
        _ => return None,
    };
    Some((char::from_u32(code)?.into(), length))
}

/// `%C3%A9`, as in URLs.
fn percent(text: &str) -> Option<(String, usize)> {
    let is_byte = |escape: &&[u8]| match escape {
        [b'%', digits @ ..] => digits.iter().all(u8::is_ascii_hexdigit),
        _ => false,
    };
    let bytes = text.as_bytes().chunks_exact(3).take_while(is_byte);
    let length = 3 * bytes.count();
    let said = percent_decode_str(text.get(..length)?).decode_utf8_lossy();
    (length > 0).then(|| (said.into_owned(), length))
}

/// `&amp;`, `&#38;`, `&#x26;`, as in HTML.
fn entity(text: &str) -> Option<(String, usize)> {
    let (name, _) = text.get(1..)?.split_once(';')?;
    let code = match name {
        "amp" => u32::from('&'),
        "lt" => u32::from('<'),
        "gt" => u32::from('>'),
        "quot" => u32::from('"'),
        "apos" => u32::from('\''),
        _ => match name.strip_prefix("#x").or(name.strip_prefix("#X")) {
            Some(digits) => number(digits, 16)?,
            None => number(name.strip_prefix('#')?, 10)?,
        },
    };
    Some((char::from_u32(code)?.into(), name.len() + 2))
}

/// Parses a number without a sign.
fn number(digits: &str, radix: u32) -> Option<u32> {
    let digits = Some(digits).filter(|digits| !digits.starts_with('+'))?;
    u32::from_str_radix(digits, radix).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        let readings = readings(text).into_iter();
        readings.map(|reading| reading.text).collect()
    }

    #[test]
    fn an_escape_ends_where_its_text_goes_on() {
        for (text, want) in [
            ("%2Fx", "/x"),
            ("%C3%A9%20x", "é x"),
            ("%ffx", "\u{fffd}x"),
            (r"\nx", "\nx"),
            (r"\u00e9x", "éx"),
            (r"\ud83d\uDE00x", "😀x"),
            (r"\xe9x", "éx"),
            (r"\U0001f600x", "😀x"),
            (r#"\"\\\/\'\b\f\t\r"#, "\"\\/'\u{8}\u{c}\t\r"),
            ("&amp;x", "&x"),
            ("&#233;x", "éx"),
            ("&#xE9;&#Xe9;&lt;&gt;&quot;&apos;x", "éé<>\"'x"),
        ] {
            let texts = texts(text);
            assert!(texts.iter().any(|text| text == want), "{text}: {texts:?}");
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
            "%é",
            "\\",
            "\\é",
            "\\u12",
            "\\u12é",
            "\\uD800",
            "\\q",
            "\\x4",
            "\\x+4",
            "\\U1",
            "\\u{41}",
            "&",
            "&#",
            "&#;",
            "&#x;",
            "&#+38;",
            "&#xFFFFFFF;",
            "&bad;",
            "a;",
        ] {
            assert_eq!(texts(text), [text], "{text}");
        }
    }

    #[test]
    fn kinds_are_not_mixed() {
        let text = r"%41\x42&#67;";
        let readings = texts(text);
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
        assert_eq!(readings.len(), 6, "{readings:?}");
    }
}
