//! The escapes of URLs, JSON, programming languages and HTML.

/// What the escape at the beginning of `text` stands for, and how long it is.
pub(crate) fn escape(text: &[char]) -> Option<(Vec<char>, usize)> {
    match text {
        ['%', ..] => percent(text),
        ['\\', ..] => backslash(text).map(|(c, length)| (vec![c], length)),
        ['&', ..] => entity(text).map(|(c, length)| (vec![c], length)),
        _ => None,
    }
}

pub(crate) fn number(digits: &[char], radix: u32) -> Option<u32> {
    digits.iter().try_fold(0_u32, |number, digit| {
        number
            .checked_mul(radix)?
            .checked_add(digit.to_digit(radix)?)
    })
}

/// `%C3%A9`, as in URLs.
fn percent(text: &[char]) -> Option<(Vec<char>, usize)> {
    let byte = |escape: &[char]| match escape {
        ['%', digits @ ..] => number(digits, 16).and_then(|byte| u8::try_from(byte).ok()),
        _ => None,
    };
    let bytes: Vec<u8> = text.chunks_exact(3).map_while(byte).collect();
    let text = String::from_utf8_lossy(&bytes);
    (!bytes.is_empty()).then(|| (text.chars().collect(), 3 * bytes.len()))
}

/// `\n`, `\u00e9`, `\ud83d\ude00` as in JSON; `\xe9`, `\u{e9}`, `\U000000e9` as in programming
/// languages.
fn backslash(text: &[char]) -> Option<(char, usize)> {
    let four = |text: &[char]| match text {
        ['\\', 'u', digits @ ..] => number(digits.get(..4)?, 16),
        _ => None,
    };
    match text {
        ['\\', 'u', '{', rest @ ..] => {
            let length = rest.iter().take(7).position(|c| *c == '}')?;
            let c = char::from_u32(number(rest.get(..length)?, 16)?)?;
            Some((c, length + 4))
        }
        ['\\', 'u', ..] => match four(text)? {
            high @ 0xd800..=0xdbff => {
                let low = text.get(6..).and_then(four);
                let low = low.filter(|low| (0xdc00..=0xdfff).contains(low))?;
                let c = char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00))?;
                Some((c, 12))
            }
            code => Some((char::from_u32(code)?, 6)),
        },
        ['\\', 'x', digits @ ..] => Some((char::from_u32(number(digits.get(..2)?, 16)?)?, 4)),
        ['\\', 'U', digits @ ..] => Some((char::from_u32(number(digits.get(..8)?, 16)?)?, 10)),
        ['\\', c, ..] => {
            let c = match c {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                'b' => '\u{8}',
                'f' => '\u{c}',
                '"' | '\\' | '/' | '\'' => *c,
                _ => return None,
            };
            Some((c, 2))
        }
        _ => None,
    }
}

/// `&amp;`, `&#38;`, `&#x26;`, as in HTML.
fn entity(text: &[char]) -> Option<(char, usize)> {
    const NAMES: [(&str, char); 5] = [
        ("amp", '&'),
        ("lt", '<'),
        ("gt", '>'),
        ("quot", '"'),
        ("apos", '\''),
    ];
    let length = text.iter().take(11).position(|c| *c == ';')?;
    let c = match text.get(1..length)? {
        ['#', 'x' | 'X', digits @ ..] if !digits.is_empty() => char::from_u32(number(digits, 16)?)?,
        ['#', digits @ ..] if !digits.is_empty() => char::from_u32(number(digits, 10)?)?,
        word => {
            let named = |(name, _): &&(&str, char)| name.chars().eq(word.iter().copied());
            NAMES.iter().find(named).map(|(_, c)| *c)?
        }
    };
    Some((c, length + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escape_ends_where_its_text_goes_on() {
        for (text, want, length) in [
            ("%2Fx", "/", 3),
            ("%C3%A9%20x", "é ", 9),
            (r"\nx", "\n", 2),
            (r"\u00e9x", "é", 6),
            (r"\ud83d\ude00x", "😀", 12),
            (r"\u{1f600}x", "😀", 9),
            (r"\xe9x", "é", 4),
            (r"\U0001f600x", "😀", 10),
            ("&amp;x", "&", 5),
            ("&#233;x", "é", 6),
            ("&#xE9;x", "é", 6),
        ] {
            let chars: Vec<char> = text.chars().collect();
            let want = Some((want.chars().collect(), length));
            assert_eq!(escape(&chars), want, "{text}");
        }
    }
}
