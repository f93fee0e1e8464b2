//! What the API takes as the parameters of a query.

use std::ops::RangeInclusive;

use super::answer::{Answer, fault};
use super::checks;
use super::route::Asked;

/// How many a page has: from 1 to 1000, and 100 where nothing is said.
pub(super) fn page_size(asked: &Asked<'_>) -> Result<usize, Answer> {
    number(asked, "page_size", 1..=1000, 100)
}

/// A number in this range, or what it is where nothing is said.
pub(super) fn number(
    asked: &Asked<'_>,
    name: &str,
    range: RangeInclusive<usize>,
    default: usize,
) -> Result<usize, Answer> {
    let Some(given) = asked.request.parameter(name) else {
        return Ok(default);
    };
    let number = given.parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| {
        let msg = format!("Input should be from {} to {}", range.start(), range.end());
        Answer::invalid(vec![fault("range", &["query", name], &msg)])
    })
}

/// A truth value, if it is said.
pub(super) fn flag(asked: &Asked<'_>, name: &str) -> Result<Option<bool>, Answer> {
    match asked.request.parameter(name) {
        None => Ok(None),
        Some("true") => Ok(Some(true)),
        Some("false") => Ok(Some(false)),
        Some(_) => Err(no_flag(name)),
    }
}

/// The refusal of what is no truth value.
pub(super) fn no_flag(name: &str) -> Answer {
    let msg = "Input should be a valid boolean";
    Answer::invalid(vec![fault("bool_parsing", &["query", name], msg)])
}

/// The name of credentials, if one is said.
pub(super) fn credentials_name<'a>(asked: &Asked<'a>) -> Result<Option<&'a str>, Answer> {
    match asked.request.parameter("credentials_name") {
        Some(name) if !checks::is_name(name) => Err(Answer::invalid(vec![checks::no_name(&[
            "query",
            "credentials_name",
        ])])),
        name => Ok(name),
    }
}
