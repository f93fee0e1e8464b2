//! Secrets: a string that never prints, the names under which JSON holds secrets, and the search
//! for secrets in text from elsewhere.

mod escapes;
pub(crate) mod names;
#[cfg(test)]
mod properties;
mod search;

use std::fmt;

pub(crate) use search::{Redactor, one_line, start};

/// What is shown in place of a secret.
pub(crate) const REDACTED: &str = "[redacted]";

/// Shorter secrets are not searched for: they protect nothing, and redacting them would hide every
/// digit of a text.
const SHORTEST: usize = 4;

/// The same for header values, which are often ordinary words: `x-team: docs` must not redact every
/// "docs" in an error.
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

    /// Whether it is long enough to be told from ordinary text.
    fn is_searched_for(&self) -> bool {
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
