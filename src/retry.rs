//! What is retried, and how long to wait before: decisions only, no waiting.

use std::time::Duration;

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

/// As long as asked, or as long as there is.
pub(crate) fn duration(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
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
            (0, Some(MS(19_000)), MS(20_000), 0, None),
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
}
