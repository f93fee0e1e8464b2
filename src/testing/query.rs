//! What the API accepts as query parameters. A parameter that is not valid adds a fault, and counts
//! as missing.

use std::ops::RangeInclusive;

use super::checks;
use super::recorded::RecordedRequest;
use super::wire::response::Faults;

const TRUE: [&str; 6] = ["1", "on", "t", "true", "y", "yes"];
const FALSE: [&str; 6] = ["0", "f", "false", "n", "no", "off"];

/// The size of a page, from 1 to 1000.
pub(super) fn page_size(request: &RecordedRequest, faults: &mut Faults) -> Option<usize> {
    integer(request, "page_size", 1..=1000, faults)
}

pub(super) fn integer(
    request: &RecordedRequest,
    name: &str,
    range: RangeInclusive<i64>,
    faults: &mut Faults,
) -> Option<usize> {
    let place = ["query", name];
    let Ok(number) = request.parameter(name)?.parse::<i64>() else {
        let message = "Input should be a valid integer, unable to parse string as an integer";
        faults.add("int_parsing", &place, message);
        return None;
    };
    if number < *range.start() {
        let message = format!("Input should be greater than or equal to {}", range.start());
        faults.add("greater_than_equal", &place, &message);
        return None;
    }
    if number > *range.end() {
        let message = format!("Input should be less than or equal to {}", range.end());
        faults.add("less_than_equal", &place, &message);
        return None;
    }
    usize::try_from(number).ok()
}

pub(super) fn flag(request: &RecordedRequest, name: &str, faults: &mut Faults) -> Option<bool> {
    let word = request.parameter(name)?.to_ascii_lowercase();
    if TRUE.contains(&word.as_str()) {
        Some(true)
    } else if FALSE.contains(&word.as_str()) {
        Some(false)
    } else {
        faults.add_not_a_flag(&["query", name]);
        None
    }
}

pub(super) fn one_of<'a>(
    request: &'a RecordedRequest,
    name: &str,
    words: &[&str],
    faults: &mut Faults,
) -> Option<&'a str> {
    let word = request.parameter(name)?;
    if words.contains(&word) {
        Some(word)
    } else {
        faults.add_unexpected("enum", &["query", name], words);
        None
    }
}

pub(super) fn credentials_name<'a>(
    request: &'a RecordedRequest,
    faults: &mut Faults,
) -> Option<&'a str> {
    let name = request.parameter("credentials_name")?;
    checks::check_name(name, &["query", "credentials_name"], faults);
    Some(name)
}
