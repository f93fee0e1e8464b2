//! How long a server asks to wait.

use std::time::{Duration, SystemTime};

use crate::retry::duration;

/// What the headers `retry-after-ms` and `Retry-After` ask for; the first one that makes sense.
pub(crate) fn asked_wait(
    millis: Option<&str>,
    after: Option<&str>,
    now: SystemTime,
) -> Option<Duration> {
    let millis = millis
        .and_then(number)
        .map(|millis| duration(millis / 1000.0));
    millis.or_else(|| {
        let after = after?;
        number(after).map(duration).or_else(|| {
            // A date that has passed asks for no wait.
            let date =
                SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(http_date(after)?))?;
            Some(date.duration_since(now).unwrap_or_default())
        })
    })
}

/// A finite number that is not negative.
fn number(text: &str) -> Option<f64> {
    text.trim()
        .parse()
        .ok()
        .filter(|number: &f64| number.is_finite() && *number >= 0.0)
}

/// The seconds since 1970 of a date in one of the three forms of RFC 9110:
/// `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`, `Sun Nov  6 08:49:37 1994`.
fn http_date(text: &str) -> Option<u64> {
    let words: Vec<&str> = text
        .split([' ', '-', ','])
        .filter(|word| !word.is_empty())
        .collect();
    let (day, month, year, clock) = match *words.as_slice() {
        [_, day, month, year, clock, "GMT"] => (day, month, year, clock),
        [_, month, day, clock, year] => (day, month, year, clock),
        _ => return None,
    };
    let day: u64 = day.parse().ok().filter(|day| (1..=31).contains(day))?;
    let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let month = months.iter().position(|name| *name == month)? as u64;
    let year: u64 = match (year.len(), year.parse().ok()?) {
        (2, year @ 70..) => 1900 + year,
        (2, year) => 2000 + year,
        (_, year @ 1970..=9999) => year,
        _ => return None,
    };
    let mut clock = clock.split(':').map(str::parse::<u64>);
    let (hour, minute, second) = (
        clock.next()?.ok()?,
        clock.next()?.ok()?,
        clock.next()?.ok()?,
    );
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    // Years are counted from March, so that the leap day comes last.
    let (year, month) = if month < 2 {
        (year - 1, month + 10)
    } else {
        (year, month - 2)
    };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1;
    let days_to_1970 = 719_468;
    Some((days - days_to_1970) * 86_400 + hour * 3_600 + minute * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    #[test]
    fn what_the_server_asks_for_is_read_defensively() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        for (millis, after, want) in [
            (None, None, None),
            (None, Some("2"), Some(MS(2000))),
            (None, Some(" 2 "), Some(MS(2000))),
            (None, Some("0"), Some(MS(0))),
            (None, Some("1.5"), Some(MS(1500))),
            (None, Some("86400"), Some(MS(86_400_000))),
            (None, Some("-1"), None),
            (None, Some("NaN"), None),
            (None, Some("inf"), None),
            (None, Some("-inf"), None),
            (None, Some("1e300"), Some(Duration::MAX)),
            (None, Some("99999999999999999999999"), Some(Duration::MAX)),
            (None, Some(""), None),
            (None, Some("soon"), None),
            (None, Some("Sun, 06 Nov 1994 08:49:38 GMT"), Some(MS(1000))),
            (None, Some("Sun, 06 Nov 1994 08:49:36 GMT"), Some(MS(0))),
            (
                None,
                Some("Mon, 07 Nov 1994 08:49:37 GMT"),
                Some(MS(86_400_000)),
            ),
            (Some("20"), None, Some(MS(20))),
            (Some("20"), Some("5"), Some(MS(20))),
            (Some("-20"), Some("5"), Some(MS(5000))),
            (Some("garbage"), Some("5"), Some(MS(5000))),
            (Some("garbage"), Some("garbage"), None),
        ] {
            assert_eq!(
                asked_wait(millis, after, now),
                want,
                "{millis:?}, {after:?}"
            );
        }
    }

    #[test]
    fn dates_are_read_as_seconds() {
        for (text, want) in [
            ("Thu, 01 Jan 1970 00:00:00 GMT", Some(0)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(784_111_777)),
            ("Tue, 29 Feb 2000 23:59:59 GMT", Some(951_868_799)),
            ("Wed, 01 Mar 2000 00:00:00 GMT", Some(951_868_800)),
            ("Thu, 31 Dec 2026 23:59:60 GMT", Some(1_798_761_600)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", Some(253_402_300_799)),
            ("Sun, 06 Nov 1994 08:49:37", None),
            ("Sun, 06 Nov 1994 08:49:37 CET", None),
            ("Sun, 06 Nov 1994 24:00:00 GMT", None),
            ("Sun, 06 Nov 1994 08:60:00 GMT", None),
            ("Sun, 06 Nov 1994 08:00:61 GMT", None),
            ("Sun, 06 Nov 1994 08:00 GMT", None),
            ("Sun, 32 Nov 1994 08:49:37 GMT", None),
            ("Sun, 00 Nov 1994 08:49:37 GMT", None),
            ("Sun, 06 Nox 1994 08:49:37 GMT", None),
            ("Sun, 06 Nov 1969 08:49:37 GMT", None),
            ("Sun, 06 Nov 99999999999999999 08:49:37 GMT", None),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some(784_111_777)),
            ("Thursday, 01-Jan-70 00:00:01 GMT", Some(1)),
            ("Friday, 31-Dec-69 23:59:59 GMT", Some(3_155_759_999)),
            ("Sun Nov  6 08:49:37 1994", Some(784_111_777)),
            ("Sun Nov 16 08:49:37 1994", Some(784_975_777)),
            ("Sun, 06 Nov 1994 08:49:37 GMT GMT", None),
            ("", None),
        ] {
            assert_eq!(http_date(text), want, "{text}");
        }
    }
}
