//! How long the server asks to wait.

use std::time::{Duration, SystemTime};

use super::retry::duration;

/// The wait that the headers `retry-after-ms` and `Retry-After` ask for. The first valid one
/// counts.
pub(super) fn asked_wait(
    millis: Option<&str>,
    after: Option<&str>,
    now: SystemTime,
) -> Option<Duration> {
    if let Some(millis) = millis.and_then(number) {
        return Some(duration(millis / 1000.0));
    }
    let after = after?;
    if let Some(seconds) = number(after) {
        return Some(duration(seconds));
    }
    let date = Duration::from_secs(imf_fixdate(after)?);
    let date = SystemTime::UNIX_EPOCH.checked_add(date)?;
    // A date that has passed asks for no wait.
    Some(date.duration_since(now).unwrap_or_default())
}

/// A finite number that is not negative.
fn number(text: &str) -> Option<f64> {
    let number: f64 = text.trim().parse().ok()?;
    (number.is_finite() && number >= 0.0).then_some(number)
}

/// The seconds since 1970 of an HTTP date like `Sun, 06 Nov 1994 08:49:37 GMT`.
fn imf_fixdate(text: &str) -> Option<u64> {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let words: Vec<&str> = text.split(' ').collect();
    let [_, day, month, year, clock, "GMT"] = words[..] else {
        return None;
    };
    let in_range = |text: &str, min, max| {
        let number: u64 = text.parse().ok()?;
        (min..=max).contains(&number).then_some(number)
    };
    let day = in_range(day, 1, 31)?;
    let month = MONTHS.iter().position(|name| *name == month)? as u64;
    let year = in_range(year, 1970, 9999)?;
    let mut clock = clock.split(':');
    let hour = in_range(clock.next()?, 0, 23)?;
    let minute = in_range(clock.next()?, 0, 59)?;
    let second = in_range(clock.next()?, 0, 60)?;
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
    fn the_first_valid_header_counts() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        for (millis, after, want) in [
            (None, None, None),
            (None, Some("2"), Some(MS(2000))),
            (None, Some(" 2 "), Some(MS(2000))),
            (None, Some("0"), Some(MS(0))),
            (None, Some("1.5"), Some(MS(1500))),
            (None, Some("31536000"), Some(MS(31_536_000_000))),
            (None, Some("-1"), None),
            (None, Some("NaN"), None),
            (None, Some("inf"), None),
            (None, Some("1e300"), Some(Duration::MAX)),
            (None, Some(""), None),
            (None, Some("soon"), None),
            (None, Some("Sun, 06 Nov 1994 08:49:38 GMT"), Some(MS(1000))),
            (None, Some("Sun, 06 Nov 1994 08:49:36 GMT"), Some(MS(0))),
            (Some("20"), None, Some(MS(20))),
            (Some("20"), Some("5"), Some(MS(20))),
            (Some("-20"), Some("5"), Some(MS(5000))),
            (Some("1e308"), Some("5"), Some(Duration::MAX)),
            (Some("garbage"), Some("5"), Some(MS(5000))),
            (Some("garbage"), Some("garbage"), None),
        ] {
            let got = asked_wait(millis, after, now);
            assert_eq!(got, want, "{millis:?}, {after:?}");
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
            ("Sunday, 06-Nov-94 08:49:37 GMT", None),
            ("Sun Nov  6 08:49:37 1994", None),
            ("", None),
        ] {
            assert_eq!(imf_fixdate(text), want, "{text}");
        }
    }
}
