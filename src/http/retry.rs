//! Which failures are retried, and how long to wait before the retry. Decisions only, no waiting.

use std::time::Duration;

use super::failure::Failure;

/// When a request may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retry {
    /// After every transient failure: processing the request twice does no harm.
    Always,
    /// Like `Always`, but not after a 500, because a retry would get another one.
    NotAfter500,
    /// Only if the request cannot have been processed.
    OnlyIfUnprocessed,
}

/// Whether a request may be sent again after `failure`.
///
/// | failure | `Always` | `NotAfter500` | `OnlyIfUnprocessed` |
/// |---|---|---|---|
/// | no connection, 429 | yes | yes | yes |
/// | connection lost, event stream ended, 408, 502, 503, 504 | yes | yes | no |
/// | 500 | yes | no | no |
/// | anything else | no | no | no |
pub(crate) fn may_retry(when: Retry, failure: &Failure) -> bool {
    match failure {
        Failure::NotConnected(failed) => failed.is_transient(),
        Failure::Lost(_) | Failure::StreamEnded => when != Retry::OnlyIfUnprocessed,
        Failure::Refused(response) => match response.status {
            429 => !response.error_body().says_quota_exhausted,
            408 | 502 | 503 | 504 => when != Retry::OnlyIfUnprocessed,
            500 => when == Retry::Always,
            _ => false,
        },
        Failure::TimedOut { .. } | Failure::ShutDown { .. } | Failure::Unusable { .. } => false,
    }
}

/// How often to retry, and how long to wait before each retry.
#[derive(Clone, Debug)]
pub(crate) struct RetryPolicy {
    pub(crate) max_retries: u32,
    pub(crate) initial: Duration,
    pub(crate) max: Duration,
}

impl RetryPolicy {
    /// How long to wait before retry number `retry` (from 0): what the server asks for, or else
    /// twice as long each time, with up to half of it taken off at random so that clients do not
    /// all come back at once. `None` if the wait would exceed the remaining time.
    pub(crate) fn wait(
        &self,
        retry: u32,
        asked: Option<Duration>,
        remaining: Duration,
        random: u64,
    ) -> Option<Duration> {
        let wait = asked.filter(|asked| !asked.is_zero()).unwrap_or_else(|| {
            let doubled = self.initial.saturating_mul(1 << retry.min(30));
            let jitter = random as f64 / u64::MAX as f64 / 2.0;
            duration(doubled.min(self.max).as_secs_f64() * (1.0 - jitter))
        });
        // Leave some time for the attempt itself: a retry that times out would hide the failure.
        (wait < remaining.mul_f64(0.95)).then_some(wait)
    }
}

/// The longest duration if there are more seconds than fit.
pub(super) fn duration(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::super::response::Response;
    use super::*;

    fn status(status: u16) -> Failure {
        Failure::Refused(Box::new(Response::new(status)))
    }

    fn lost() -> Failure {
        Failure::Lost(ureq::Error::Io(io::ErrorKind::ConnectionReset.into()))
    }

    #[test]
    fn retries_follow_the_table() {
        use Retry::*;
        let no_quota = Response {
            body: br#"{"code": "insufficient_quota"}"#.to_vec(),
            ..Response::new(429)
        };
        for (failure, want) in [
            (status(429), vec![Always, NotAfter500, OnlyIfUnprocessed]),
            (lost(), vec![Always, NotAfter500]),
            (Failure::StreamEnded, vec![Always, NotAfter500]),
            (status(408), vec![Always, NotAfter500]),
            (status(500), vec![Always]),
            (status(502), vec![Always, NotAfter500]),
            (status(503), vec![Always, NotAfter500]),
            (status(504), vec![Always, NotAfter500]),
            (Failure::Refused(Box::new(no_quota)), vec![]),
            (Failure::TimedOut { sent: true }, vec![]),
            (Failure::ShutDown { sent: false }, vec![]),
            (status(301), vec![]),
            (status(400), vec![]),
            (status(404), vec![]),
            (status(409), vec![]),
            (status(422), vec![]),
            (status(501), vec![]),
            (status(505), vec![]),
        ] {
            let mut got = vec![Always, NotAfter500, OnlyIfUnprocessed];
            got.retain(|&when| may_retry(when, &failure));
            assert_eq!(got, want, "{failure:?}");
        }
    }

    const MS: fn(u64) -> Duration = Duration::from_millis;

    #[test]
    fn waits_double_up_to_a_maximum_and_fit_into_the_remaining_time() {
        let policy = RetryPolicy {
            max_retries: 9,
            initial: MS(500),
            max: MS(8000),
        };
        let minute = MS(60_000);
        for (retry, asked, remaining, random, want) in [
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
            (0, None, MS(520), 0, None),
            (0, None, MS(530), 0, Some(MS(500))),
            (0, None, Duration::ZERO, 0, None),
            (0, Some(Duration::MAX), minute, 0, None),
        ] {
            let got = policy.wait(retry, asked, remaining, random);
            let case = format!("retry {retry}, asked {asked:?}, remaining {remaining:?}, {random}");
            assert_eq!(got, want, "{case}");
        }
    }

    #[test]
    fn a_huge_backoff_does_not_overflow() {
        let policy = RetryPolicy {
            max_retries: 9,
            initial: Duration::MAX,
            max: Duration::MAX,
        };
        assert_eq!(policy.wait(9, None, MS(1), 0), None);
    }
}
