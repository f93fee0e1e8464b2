//! HTML pages where JSON was expected.

/// The title of a page, or else its first words. `None` if the text is not a page.
pub(crate) fn title(text: &str) -> Option<String> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let tag = text.strip_prefix('<')?;
    if !tag.starts_with(|c: char| matches!(c, '!' | '?') || c.is_alphabetic()) {
        return None;
    }
    // ASCII lowercase has the same length, so positions are the same in both.
    let lower = text.to_ascii_lowercase();
    let title = element(text, &lower, "title").filter(|title| !title.trim().is_empty());
    let words = title.map_or_else(|| without_tags(text), str::to_owned);
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(if words.is_empty() {
        "a page without text".to_owned()
    } else {
        words
    })
}

/// The content of the first element with this name.
fn element<'a>(text: &'a str, lower: &str, name: &str) -> Option<&'a str> {
    let start = lower.find(&format!("<{name}"))?;
    let start = start + lower.get(start..)?.find('>')? + 1;
    let end = start + lower.get(start..)?.find(&format!("</{name}"))?;
    text.get(start..end)
}

fn without_tags(text: &str) -> String {
    let is_code = |tag: &str| {
        let tag = tag.to_ascii_lowercase();
        tag.starts_with("script") || tag.starts_with("style")
    };
    let parts = text.split('<').filter_map(|part| part.split_once('>'));
    let words = parts
        .filter(|(tag, _)| !is_code(tag))
        .map(|(_, words)| words);
    words.collect::<Vec<_>>().join(" ")
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
            ("\u{feff}<p>Not <b>here</b></p>", Some("Not here")),
            (
                "<html><title> </title><!-- comment --><p id='x'>a</p>",
                Some("a"),
            ),
            ("<?xml version='1.0'?><html><title>503</title>", Some("503")),
            (
                "<STYLE>b{}</STYLE><script src='x'>var x=1</script><p>a",
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
