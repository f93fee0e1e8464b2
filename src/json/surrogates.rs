//! Half surrogate pairs in JSON: `"\ud83d"` alone is not a character.

/// `text` with `\ufffd` in place of each escaped half of a surrogate pair. `None` if there is none.
///
/// JavaScript servers produce them when they cut a string.
pub(super) fn replace_lone(text: &str) -> Option<String> {
    let mut replaced = String::new();
    let mut copied = 0;
    let mut at = 0;
    let bytes = text.as_bytes();
    let backslash = |at| bytes.get(at..)?.iter().position(|byte| *byte == b'\\');
    while let Some(before) = backslash(at) {
        at += before;
        at += match (surrogate(bytes, at), surrogate(bytes, at + 6)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
            (Some(_), _) => {
                replaced.push_str(text.get(copied..at)?);
                replaced.push_str("\\ufffd");
                copied = at + 6;
                6
            }
            // The escaped character itself can be a backslash.
            (None, _) => 2,
        };
    }
    replaced.push_str(text.get(copied..)?);
    (copied > 0).then_some(replaced)
}

/// The code of the surrogate that is escaped here, if one is.
fn surrogate(bytes: &[u8], at: usize) -> Option<u16> {
    let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
    let digits = std::str::from_utf8(digits).ok()?;
    let code = u16::from_str_radix(digits, 16).ok()?;
    (0xd800..=0xdfff).contains(&code).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_half_pairs_are_replaced() {
        for (text, want) in [
            (r#""cut off \ud83d""#, Some(r#""cut off \ufffd""#)),
            (r#""\uDE00 first""#, Some(r#""\ufffd first""#)),
            (r#""\ud83d\ud83d\ude00""#, Some(r#""\ufffd\ud83d\ude00""#)),
            (r#""\ud83d\n\ude00""#, Some(r#""\ufffd\n\ufffd""#)),
            (r#""\\\ud83d""#, Some(r#""\\\ufffd""#)),
            (r#""\ud83d\ude00""#, None),
            (r#""\\ud83d""#, None),
            (r#""\u0041 \ud83""#, None),
            (r#""\"#, None),
            ("", None),
        ] {
            assert_eq!(replace_lone(text).as_deref(), want, "{text}");
        }
    }
}
