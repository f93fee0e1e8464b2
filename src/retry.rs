//! What is retried, and how long to wait before: decisions only, no waiting.

use std::time::{Duration, SystemTime};

/// How a request may be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// Whenever it may help: carried out twice, it does what it does carried out once.
    Always,
    /// Likewise, but not after a 500, which would only come again.
    NotAfter500,
    /// Only if it cannot have been carried out.
    OnlyIfUnsent,
}

/// How an attempt failed, as far as repeating goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing was sent that could be carried out.
    Unsent,
    /// Likewise, and the next attempt would fare no better.
    Hopeless,
    /// The connection broke off before the answer was whole.
    BrokenOff,
    /// A whole answer with this status.
    Answered(u16),
    /// Something was sent, but what came back, if anything, is of no use.
    Unusable,
}

/// Whether a request may be sent again after `outcome`.
///
/// | outcome | `Always` | `NotAfter500` | `OnlyIfUnsent` |
/// |---|---|---|---|
/// | nothing sent, 429 | yes | yes | yes |
/// | broken off, 408, 502, 503, 504 | yes | yes | no |
/// | 500 | yes | no | no |
/// | anything else | no | no | no |
pub(crate) fn may_retry(repeat: Repeat, outcome: Outcome) -> bool {
    match outcome {
        Outcome::Unsent | Outcome::Answered(429) => true,
        Outcome::Answered(500) => repeat == Repeat::Always,
        Outcome::BrokenOff | Outcome::Answered(408 | 502 | 503 | 504) => {
            repeat != Repeat::OnlyIfUnsent
        }
        Outcome::Hopeless | Outcome::Unusable | Outcome::Answered(_) => false,
    }
}

/// Whether a request may have been carried out although the attempt ended in `outcome`.
pub(crate) fn leaves_open(outcome: Outcome) -> bool {
    match outcome {
        Outcome::BrokenOff | Outcome::Unusable | Outcome::Answered(408) => true,
        Outcome::Answered(status) => status >= 500 && status != 501,
        Outcome::Unsent | Outcome::Hopeless => false,
    }
}

/// How often and how patiently.
#[derive(Clone, Debug)]
pub(crate) struct Policy {
    pub(crate) max_retries: u32,
    pub(crate) initial: Duration,
    pub(crate) max: Duration,
}

impl Policy {
    /// How long to wait before retry number `retry` (from 0), or `None` if that does not fit into
    /// the time left: what the server asked for, else twice as long each time, up to half of it
    /// taken off at random so that clients do not come back all at once.
    pub(crate) fn wait(
        &self,
        retry: u32,
        asked: Option<Duration>,
        left: Duration,
        random: u64,
    ) -> Option<Duration> {
        let wait = match asked {
            Some(asked) if !asked.is_zero() => asked,
            _ => {
                let doubled = self
                    .initial
                    .saturating_mul(1 << retry.min(30))
                    .min(self.max);
                let off = random as f64 / u64::MAX as f64 / 2.0;
                duration(doubled.as_secs_f64() * (1.0 - off))
            }
        };
        // With time for the attempt itself: a retry that runs out of time would hide the failure.
        (wait < left.mul_f64(0.95)).then_some(wait)
    }
}

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

/// As long as asked, or as long as there is.
fn duration(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
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

    #[test]
    fn what_may_be_retried() {
        use Outcome::*;
        use Repeat::*;
        for (outcome, want) in [
            (Unsent, vec![Always, NotAfter500, OnlyIfUnsent]),
            (Answered(429), vec![Always, NotAfter500, OnlyIfUnsent]),
            (BrokenOff, vec![Always, NotAfter500]),
            (Answered(408), vec![Always, NotAfter500]),
            (Answered(500), vec![Always]),
            (Answered(502), vec![Always, NotAfter500]),
            (Answered(503), vec![Always, NotAfter500]),
            (Answered(504), vec![Always, NotAfter500]),
            (Hopeless, vec![]),
            (Unusable, vec![]),
            (Answered(301), vec![]),
            (Answered(400), vec![]),
            (Answered(401), vec![]),
            (Answered(404), vec![]),
            (Answered(409), vec![]),
            (Answered(422), vec![]),
            (Answered(501), vec![]),
            (Answered(505), vec![]),
        ] {
            let mut got = vec![Always, NotAfter500, OnlyIfUnsent];
            got.retain(|&repeat| may_retry(repeat, outcome));
            assert_eq!(got, want, "{outcome:?}");
        }
    }

    #[test]
    fn what_leaves_open_whether_a_write_happened() {
        use Outcome::*;
        for (outcome, want) in [
            (BrokenOff, true),
            (Unusable, true),
            (Answered(408), true),
            (Answered(500), true),
            (Answered(502), true),
            (Answered(503), true),
            (Answered(524), true),
            (Unsent, false),
            (Hopeless, false),
            (Answered(404), false),
            (Answered(429), false),
            (Answered(501), false),
        ] {
            assert_eq!(leaves_open(outcome), want, "{outcome:?}");
        }
    }

    const MS: fn(u64) -> Duration = Duration::from_millis;

    #[test]
    fn how_long_to_wait() {
        let policy = Policy {
            max_retries: 9,
            initial: MS(500),
            max: MS(8000),
        };
        let minute = MS(60_000);
        for (retry, asked, left, random, want) in [
            (0, None, minute, 0, Some(MS(500))),
            (1, None, minute, 0, Some(MS(1000))),
            (3, None, minute, 0, Some(MS(4000))),
            (4, None, minute, 0, Some(MS(8000))),
            (9, None, minute, 0, Some(MS(8000))),
            (u32::MAX, None, minute, 0, Some(MS(8000))),
            (0, None, minute, u64::MAX, Some(MS(250))),
            (0, None, minute, u64::MAX / 2, Some(MS(375))),
            (4, None, minute, u64::MAX, Some(MS(4000))),
            (0, Some(MS(20_000)), minute, u64::MAX, Some(MS(20_000))),
            (0, Some(MS(1)), minute, 0, Some(MS(1))),
            (0, Some(Duration::ZERO), minute, 0, Some(MS(500))),
            (0, Some(MS(20_000)), MS(5_000), 0, None),
            (0, Some(MS(5_000)), MS(5_000), 0, None),
            (0, None, MS(500), 0, None),
            (0, None, MS(520), 0, None),
            (0, None, MS(530), 0, Some(MS(500))),
            (0, None, Duration::ZERO, 0, None),
            (0, Some(Duration::MAX), minute, 0, None),
        ] {
            let got = policy.wait(retry, asked, left, random);
            assert_eq!(
                got, want,
                "retry {retry}, asked {asked:?}, left {left:?}, random {random}"
            );
        }
    }

    #[test]
    fn a_huge_backoff_does_not_overflow() {
        let policy = Policy {
            max_retries: 9,
            initial: Duration::MAX,
            max: Duration::MAX,
        };
        assert_eq!(policy.wait(9, None, MS(1), 0), None);
    }

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
