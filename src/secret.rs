//! What must never be shown: a string that does not print.

use std::fmt;

/// Stands where a secret stood.
pub(crate) const REDACTED: &str = "[redacted]";

/// Shorter values are not searched for in what a server says: they would blacken every digit of
/// the text, and a value that short protects nothing.
const SHORTEST: usize = 4;

/// Likewise for the value of a header, which is often an ordinary word: `x-team: docs` must not
/// blacken every "docs" of an error.
const SHORTEST_HEADER: usize = 8;

/// A string that never prints.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret {
    text: String,
    shortest: usize,
}

impl Secret {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Secret {
            text: text.into(),
            shortest: SHORTEST,
        }
    }

    /// The value of a header.
    pub(crate) fn header(text: impl Into<String>) -> Self {
        Secret {
            text: text.into(),
            shortest: SHORTEST_HEADER,
        }
    }

    /// The text itself, for the one place that sends it.
    pub(crate) fn expose(&self) -> &str {
        &self.text
    }

    /// Of `Bearer abc`, the `abc`.
    pub(crate) fn without_scheme(&self) -> Option<Self> {
        let (scheme, text) = self.text.split_once(' ')?;
        let is_scheme =
            ["basic", "bearer", "token"].contains(&scheme.to_ascii_lowercase().as_str());
        is_scheme.then(|| Secret::header(text))
    }

    /// Whether it can be told from ordinary text.
    pub(crate) fn is_searched_for(&self) -> bool {
        self.text.len() >= self.shortest
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_print() {
        assert_eq!(format!("{:?}", Secret::new("open sesame")), "[redacted]");
    }
}
