//! HTML pages in place of JSON: their title or first words.

/// How many bytes of text are collected from a page.
const MOST: usize = 500;

/// The title of an HTML page, or its first words if it has none. `None` if the text is not a page.
pub(crate) fn title(text: &str) -> Option<String> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let mut chars = text.chars();
    if chars.next() != Some('<') || !chars.next().is_some_and(|c| c == '!' || c.is_alphabetic()) {
        return None;
    }
    // (ASCII only, so that byte offsets are the same in both.)
    let lower = text.to_ascii_lowercase();
    let title = element(text, &lower, "title").filter(|title| !title.trim().is_empty());
    let words = title.unwrap_or_else(|| words(text, &lower));
    match words.trim() {
        "" => Some("a page without text".to_owned()),
        words => Some(words.to_owned()),
    }
}

/// The content of the first element of this name.
fn element(text: &str, lower: &str, name: &str) -> Option<String> {
    let begin = lower.find(&format!("<{name}"))?;
    let begin = begin + lower.get(begin..)?.find('>')? + 1;
    let end = begin + lower.get(begin..)?.find(&format!("</{name}"))?;
    text.get(begin..end).map(str::to_owned)
}

/// The first words outside of tags.
fn words(text: &str, lower: &str) -> String {
    let (mut words, mut at) = (String::new(), 0);
    while let Some(rest) = lower.get(at..).filter(|_| words.len() < MOST) {
        let tag = rest.find('<').unwrap_or(rest.len());
        words.push_str(text.get(at..at + tag).unwrap_or_default());
        words.push(' ');
        let Some(inside) = rest.get(tag..) else { break };
        // The content of these is not text.
        let end = match inside {
            inside if inside.starts_with("<!--") => "-->",
            inside if inside.starts_with("<script") => "</script>",
            inside if inside.starts_with("<style") => "</style>",
            _ => ">",
        };
        let Some(length) = inside.find(end) else {
            break;
        };
        at += tag + length + end.len();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_called_by_its_title_or_its_first_words() {
        for (text, want) in [
            (
                "<html><title>502 Bad Gateway</title><h1>x</h1>",
                Some("502 Bad Gateway"),
            ),
            (
                " \n<!DOCTYPE html>\n<HTML><Title lang='en'>\n Sign in\n</TITLE>",
                Some("Sign in"),
            ),
            ("\u{feff}<p>Not <b>here</b></p>", Some("Not  here")),
            (
                "<html><title> </title><style>p {}</style><!-- > -->a<script>b</script>",
                Some("a"),
            ),
            ("<html></html>", Some("a page without text")),
            ("<html", Some("a page without text")),
            ("<title>never ends", Some("never ends")),
            ("<p>né", Some("né")),
            ("{\"detail\": \"<html>\"}", None),
            ("1 < 2", None),
            ("<3", None),
            ("", None),
        ] {
            assert_eq!(title(text).as_deref(), want, "{text}");
        }
    }
}
