//! Decodes one layer of escapes in a text. Each kind of escape is decoded separately, so that a
//! secret that contains `%41` or `&amp;` is found when it is escaped in another way.

use std::ops::Range;

/// The characters of a text, each with its place in the original text in bytes.
pub(super) type Decoded = Vec<(char, Range<usize>)>;

/// Reads the escape at the start of a text: what it stands for, and its length.
type Escape = fn(&[char]) -> Option<(String, usize)>;

/// Each kind of escape, with the character that it starts with.
const ESCAPES: [(char, Escape); 3] = [('\\', backslash), ('%', percent), ('&', entity)];

/// `text` as it is, and with the escapes of one kind decoded. Texts are often part of a JSON
/// document, so JSON escapes may surround the others.
pub(super) fn decodings(text: &str) -> Vec<Decoded> {
    let chars = text.char_indices();
    let plain: Decoded = chars.map(|(at, c)| (c, at..at + c.len_utf8())).collect();
    let json = decode(&plain, backslash);
    let mut decodings = Vec::new();
    for outer in [plain, json] {
        let escapes = ESCAPES.iter().filter(|(start, _)| text.contains(*start));
        decodings.extend(escapes.map(|(_, escape)| decode(&outer, *escape)));
        decodings.push(outer);
        if !text.contains('\\') {
            break;
        }
    }
    decodings
}

fn decode(text: &Decoded, escape: Escape) -> Decoded {
    let chars: Vec<char> = text.iter().map(|(c, _)| *c).collect();
    let mut decoded = Decoded::new();
    let mut at = 0;
    while let (Some(rest), Some((c, place))) = (chars.get(at..), text.get(at)) {
        let (chars, length) = escape(rest).unwrap_or_else(|| (c.to_string(), 1));
        let end = text
            .get(at + length - 1)
            .map_or(place.end, |(_, place)| place.end);
        decoded.extend(chars.chars().map(|c| (c, place.start..end)));
        at += length;
    }
    decoded
}

fn hex(digits: Option<&[char]>) -> Option<u32> {
    let digits = digits.filter(|digits| !digits.is_empty())?;
    digits.iter().try_fold(0_u32, |number, digit| {
        number.checked_mul(16)?.checked_add(digit.to_digit(16)?)
    })
}

/// A character, and the length of its escape.
fn one(code: u32, length: usize) -> Option<(String, usize)> {
    Some((char::from_u32(code)?.into(), length))
}

/// `%C3%A9`, as in URLs.
fn percent(text: &[char]) -> Option<(String, usize)> {
    let byte = |escape: &[char]| match escape {
        ['%', digits @ ..] => hex(Some(digits)).and_then(|byte| u8::try_from(byte).ok()),
        _ => None,
    };
    let bytes: Vec<u8> = text.chunks_exact(3).map_while(byte).collect();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    (!bytes.is_empty()).then_some((text, 3 * bytes.len()))
}

/// `\n`, `\u00e9`, `\ud83d\ude00` as in JSON; `\xe9`, `\U000000e9` as in Python.
fn backslash(text: &[char]) -> Option<(String, usize)> {
    let ['\\', kind, ..] = text else { return None };
    match kind {
        'u' => match hex(text.get(2..6))? {
            high @ 0xd800..=0xdbff if text.get(6..8) == Some(&['\\', 'u']) => {
                let low = hex(text.get(8..12)).filter(|low| (0xdc00..=0xdfff).contains(low))?;
                one(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00), 12)
            }
            code => one(code, 6),
        },
        'x' => one(hex(text.get(2..4))?, 4),
        'U' => one(hex(text.get(2..10))?, 10),
        'n' | 't' | 'r' | 'b' | 'f' => Some((" ".to_owned(), 2)),
        '"' | '\\' | '/' | '\'' => Some((kind.to_string(), 2)),
        _ => None,
    }
}

/// `&amp;`, `&#38;`, `&#x26;`, as in HTML.
fn entity(text: &[char]) -> Option<(String, usize)> {
    if text.first() != Some(&'&') {
        return None;
    }
    let length = text.iter().take(11).position(|c| *c == ';')?;
    let name: String = text.get(1..length)?.iter().collect();
    let c = match name.as_str() {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => match name.strip_prefix('#')?.strip_prefix(['x', 'X']) {
            Some(_) => char::from_u32(hex(text.get(3..length))?)?,
            None => char::from_u32(name.get(1..)?.parse().ok()?)?,
        },
    };
    Some((c.into(), length + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_surrogate_pair_takes_nothing_with_it() {
        for text in [r"\ud83d--de00", r"\ud83d\n"] {
            let chars: Vec<char> = text.chars().collect();
            assert_eq!(backslash(&chars), None, "{text}");
        }
    }
}
