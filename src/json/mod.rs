//! How responses are read, and how request bodies are made.

use std::borrow::Cow;

use serde_json::Result;

pub(crate) mod body;
pub(crate) mod lenient;
pub(crate) mod model;
pub(crate) mod open_enum;
mod surrogates;

use lenient::List;
use model::Model;

/// What a call returns.
pub(crate) trait Response: Sized {
    /// What the response should be, with its article: `a connector`.
    fn expected() -> Cow<'static, str>;

    fn read(text: &str) -> Result<Self>;
}

impl<T: Model> Response for T {
    fn expected() -> Cow<'static, str> {
        T::EXPECTED.into()
    }

    fn read(text: &str) -> Result<T> {
        if T::OR_NOTHING && matches!(text.trim(), "" | "null") {
            return Ok(T::blank());
        }
        read(text, |text| serde_json::from_str(text))
    }
}

impl<T: Model> Response for Vec<T> {
    fn expected() -> Cow<'static, str> {
        format!("a list where each item is {}", T::EXPECTED).into()
    }

    fn read(text: &str) -> Result<Vec<T>> {
        read(text, |text| serde_json::from_str(text)).map(|List(items)| items)
    }
}

/// Reads JSON. Half of a surrogate pair, which serde_json refuses, is read as U+FFFD.
pub(crate) fn read<T>(text: &str, parse: impl Fn(&str) -> Result<T>) -> Result<T> {
    parse(text).or_else(|error| match surrogates::replace_lone(text) {
        Some(replaced) => parse(&replaced),
        None => Err(error),
    })
}
