//! The key in a `.env` file.

use std::cell::Cell;
use std::io::{self, Read};
use std::path::PathBuf;
use std::{env, fs};

use crate::error::{Error, Result};

/// The value of `name` in the nearest `.env` file: of this folder, or else of one above.
pub(crate) fn find(name: &str) -> Result<Option<String>> {
    let Some(path) = nearest() else {
        return Ok(None);
    };
    let broken = |why: String| Error::config(format!("the file {} {why}", path.display()));
    let bytes =
        fs::read(&path).map_err(|error| broken(format!("cannot be read: {}", error.kind())))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let before = error.as_bytes().get(..error.utf8_error().valid_up_to());
        let line = before
            .unwrap_or_default()
            .split(|byte| *byte == b'\n')
            .count();
        broken(format!("is no text in UTF-8: line {line}"))
    })?;
    read(&text, name).map_err(|(line, advice)| {
        broken(format!(
            "is not a valid .env file: line {line}: {advice} (or set {name} in the environment, which \
             goes first)"
        ))
    })
}

fn nearest() -> Option<PathBuf> {
    let here = env::current_dir().ok()?;
    here.ancestors()
        .map(|folder| folder.join(".env"))
        .find(|path| path.is_file())
}

/// The first value of `name`, or the number of the line that is wrong and what to do about it. The
/// content is not told: it is full of secrets.
fn read(text: &str, name: &str) -> Result<Option<String>, (usize, &'static str)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let taken = Cell::new(0);
    let lines = Lines {
        // The end of a file is the end of a line.
        rest: [text.as_bytes(), b"\n"].concat(),
        taken: &taken,
    };
    let mut value = None;
    // To its end, so that a mistake is reported wherever it is.
    for item in dotenvy::from_read_iter(lines) {
        let (key, found) = item.map_err(|error| {
            // A value in quotes can go over several lines.
            let lines = match &error {
                dotenvy::Error::LineParse(lines, _) => lines.lines().count(),
                _ => 1,
            };
            let line = taken.get() + 1 - lines.clamp(1, taken.get().max(1));
            (line, advice(text.lines().nth(line - 1).unwrap_or_default()))
        })?;
        if key == name && value.is_none() {
            value = Some(found).filter(|found| !found.is_empty());
        }
    }
    Ok(value)
}

fn advice(line: &str) -> &'static str {
    let line = line.trim();
    let line = line.strip_prefix("export ").unwrap_or(line);
    match line.split_once('=') {
        Some((name, value)) if is_name(name.trim()) => {
            if value.contains(['\'', '"']) {
                "a quote is not closed, or something follows it"
            } else if value.contains(['\\', '$']) {
                "put a value with `$` or a backslash into single quotes: NAME='some value'"
            } else {
                "put a value with spaces into quotes: NAME=\"some value\""
            }
        }
        _ => "it wants NAME=value",
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.')
}

/// Hands out one line at a time, and counts them.
struct Lines<'a> {
    rest: Vec<u8>,
    taken: &'a Cell<usize>,
}

impl Read for Lines<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let end = self.rest.iter().position(|byte| *byte == b'\n');
        let length = end.map_or(self.rest.len(), |end| end + 1).min(buffer.len());
        let taken: Vec<u8> = self.rest.drain(..length).collect();
        if taken.ends_with(b"\n") {
            self.taken.set(self.taken.get() + 1);
        }
        io::Read::read(&mut taken.as_slice(), buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_that_is_wrong_is_told_and_what_to_do() {
        for (text, line, advice) in [
            ("A=1\n\n# x\nB=two words\nC=3", 4, "into quotes"),
            ("A=1\nB = two words\n", 2, "into quotes"),
            ("export A=two words", 1, "into quotes"),
            ("rubbish", 1, "NAME=value"),
            ("A=1\nsome rubbish\n", 2, "NAME=value"),
            ("A=1\n=x\n", 2, "NAME=value"),
            ("two words=x", 1, "NAME=value"),
            ("A=1\nB=\"x\nC=3\nD=4", 2, "quote is not closed"),
            ("A=1\nB=\"x\ny\" z\nC=3", 2, "quote is not closed"),
            ("A=\"x\ny\"\nrubbish", 3, "NAME=value"),
            ("A='it's'", 1, "quote is not closed"),
            ("A=a\\qb", 1, "single quotes"),
            ("A=${b", 1, "single quotes"),
        ] {
            let (found, told) = read(text, "A").unwrap_err();
            assert_eq!(found, line, "{text:?}");
            assert!(told.contains(advice), "{text:?}: {told}");
        }
    }

    #[test]
    fn what_is_usual_is_read() {
        for (text, want) in [
            ("A=1", Some("1")),
            ("A=1 ", Some("1")),
            ("A=1 # mine\n", Some("1")),
            ("\u{feff}A=1\r\nB=2\r\n", Some("1")),
            ("B=2\nexport A='1 2'\n", Some("1 2")),
            ("A=\nA=1", Some("1")),
            ("A=1\nA=2", Some("1")),
            ("B=2", None),
            ("", None),
        ] {
            assert_eq!(read(text, "A").unwrap().as_deref(), want, "{text:?}");
        }
    }

    #[test]
    fn a_line_longer_than_any_buffer_counts_once() {
        let text = format!("A={}\nrubbish", "x".repeat(100_000));
        assert_eq!(read(&text, "A").unwrap_err().0, 2);
    }
}
