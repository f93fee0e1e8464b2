//! The API key in a `.env` file.

use std::cell::Cell;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use crate::error::{Error, Result};

/// The maximum size of a `.env` file.
const MAX_BYTES: u64 = 1_048_576;

/// Finds the value of `name` in the nearest `.env`, in the current directory or a parent.
///
/// Anything with this name is read, even a named pipe. If it cannot be read, that is an error,
/// because files further up belong to other projects.
pub(crate) fn find(name: &str) -> Result<Option<String>> {
    let here = std::env::current_dir().unwrap_or_default();
    for path in here.ancestors().map(|folder| folder.join(".env")) {
        let found = fs::symlink_metadata(&path);
        if found.is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
            continue;
        }
        let value = read(&path).and_then(|bytes| value(&bytes, name));
        return value.map_err(|why| Error::config(format!("the file {} {why}", path.display())));
    }
    Ok(None)
}

fn read(path: &Path) -> std::result::Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let file = File::open(path);
    let read = file.and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes));
    read.map_err(|error| format!("cannot be read: {}", error.kind()))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err("is larger than 1 MiB".to_owned());
    }
    // dotenvy needs a line break at the end.
    bytes.push(b'\n');
    Ok(bytes)
}

/// The first value of `name` that is not empty. Reads all lines, so that every syntax error is
/// reported, but does not show them.
fn value(bytes: &[u8], name: &str) -> std::result::Result<Option<String>, String> {
    let count = Cell::new(0);
    let lines = Lines {
        rest: bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes),
        count: &count,
    };
    let (mut value, mut length) = (None, 0);
    for item in dotenvy::from_read_iter(lines) {
        let (key, found) = item.map_err(|error| match error {
            dotenvy::Error::LineParse(lines, _) => format!(
                "is not valid: line {} must be NAME=value, with single quotes around a value that \
                 contains spaces, quotes, `$` or a backslash",
                // A value in quotes can have several lines.
                (count.get() + 1).saturating_sub(lines.lines().count().max(1))
            ),
            _ => format!("is not UTF-8: line {}", count.get()),
        })?;
        // Each value can repeat those before it.
        length += found.len();
        if length > MAX_BYTES as usize {
            return Err("has values of more than 1 MiB".to_owned());
        }
        if key == name && value.is_none() {
            value = Some(found).filter(|found| !found.is_empty());
        }
    }
    Ok(value)
}

/// Returns one line per read and counts the lines, because dotenvy does not say where an error is.
struct Lines<'a> {
    rest: &'a [u8],
    count: &'a Cell<usize>,
}

impl Read for Lines<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.rest.get(..buffer.len()).unwrap_or(self.rest);
        let end = bytes.iter().position(|&byte| byte == b'\n');
        self.count
            .set(self.count.get() + usize::from(end.is_some()));
        let length = end.map_or(bytes.len(), |end| end + 1);
        Read::take(&mut self.rest, length as u64).read(buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_with_a_syntax_error_is_named() {
        for (text, line) in [
            ("A=1\n\n# x\nB=two words\nC=3\n", 4),
            ("# B=two words\nX=1 # two words\nB=two words\n", 3),
            ("export A=two words\n", 1),
            ("garbage=1\ngarbage\n", 2),
            ("A=x\n=x\n", 2),
            ("A=1\nB=\"x\nC=3\nD=4\n", 2),
            ("A=1\nB=\"x\ny\" z\nC=3\n", 2),
            ("A=\"x\ny\"\ngarbage\n", 3),
            ("A='it's'\n", 1),
            ("A=a\\qb\n", 1),
            ("A=${b\n", 1),
        ] {
            let why = value(text.as_bytes(), "A").unwrap_err();
            assert!(why.contains(&format!("line {line} ")), "{text:?}: {why}");
        }
    }

    #[test]
    fn values_that_grow_without_end_are_an_error() {
        let text = format!("A=aaaaaaaaaaaaaaaa\n{}B=1\n", "A=$A$A\n".repeat(40));
        let why = value(text.as_bytes(), "B").unwrap_err();
        assert_eq!(why, "has values of more than 1 MiB");
    }

    #[test]
    fn a_line_longer_than_any_buffer_counts_once() {
        let text = format!("A={}\ngarbage\n", "x".repeat(100_000));
        assert!(value(text.as_bytes(), "A").unwrap_err().contains("line 2 "));
    }
}
