//! Halves of surrogate pairs: JavaScript servers produce them when they cut a string.

/// `text` with U+FFFD in place of every `\ud83d` without its other half; `None` if there is none.
pub(crate) fn replaced(text: &str) -> Option<String> {
    let mut whole = String::new();
    let (mut copied, mut at) = (0, 0);
    while let Some(found) = text.get(at..)?.find('\\') {
        let escape = at + found;
        at = match (unit(text, escape), unit(text, escape + 6)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => escape + 12,
            (Some(0xd800..=0xdfff), _) => {
                whole.push_str(text.get(copied..escape)?);
                whole.push_str("\\ufffd");
                copied = escape + 6;
                copied
            }
            // The character behind a backslash can be another backslash.
            _ => {
                let escaped = text.get(escape + 1..)?.chars().next();
                escape + 1 + escaped.map_or(0, char::len_utf8)
            }
        };
    }
    whole.push_str(text.get(copied..)?);
    (copied > 0).then_some(whole)
}

/// The UTF-16 unit that is escaped at this place, as in `\ud83d`.
fn unit(text: &str, at: usize) -> Option<u16> {
    let digits = text.get(at..)?.strip_prefix("\\u")?.get(..4)?;
    let are_digits = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    u16::from_str_radix(digits, 16).ok().filter(|_| are_digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_halves_are_replaced() {
        for (text, want) in [
            (r#""\ud83d""#, Some(r#""\ufffd""#)),
            (r#""\uDE00 \uD83d!""#, Some(r#""\ufffd \ufffd!""#)),
            (r#""\ude00\ud83d""#, Some(r#""\ufffd\ufffd""#)),
            (r#""\ud83d\ud83d\ude00""#, Some(r#""\ufffd\ud83d\ude00""#)),
            (r#""\\\ud83d""#, Some(r#""\\\ufffd""#)),
            (r#""\ud83dé\n""#, Some(r#""\ufffdé\n""#)),
            (r#""\ud83d\ude00""#, None),
            (r#""\\ud83d""#, None),
            (r#""\u00e9 \ud8""#, None),
            ("\\", None),
            ("\\é", None),
            ("", None),
        ] {
            assert_eq!(replaced(text).as_deref(), want, "{text}");
        }
    }
}
