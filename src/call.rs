//! One call of a method of the client: its attempts, the waits between them, its deadline, and what
//! becomes of the answer.

use std::borrow::Cow;
use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::thread;
use std::time::{Duration, Instant};

use crate::api_error::{ApiError, is_out_of_quota};
use crate::decode_error::DecodeError;
use crate::error::{Error, Result};
use crate::failed_call::FailedCall;
use crate::failure::Failure;
use crate::object::{Blank, Place};
use crate::read;
use crate::reply::Reply;
use crate::request::Request;
use crate::retry::{self, Outcome};
use crate::secret::one_line;
use crate::transport::{RequestHead, Transport};
use crate::transport_error::TransportError;

/// Longer limits than a year mean the same, and the clock can still add them up.
const LONGEST: Duration = Duration::from_secs(31_536_000);

/// All requests, attempts and waits of a call share one deadline.
pub(crate) struct Call<'a> {
    transport: &'a Transport,
    started: Instant,
    timeout: Duration,
    attempts: u32,
    retries: u32,
    max_retries: u32,
    /// A write was sent without a clear answer.
    left_open: bool,
    /// Kept connections have shown to be closed.
    anew: bool,
}

impl<'a> Call<'a> {
    /// Begins a call that ends, well or badly, within `timeout`.
    pub(crate) fn new(transport: &'a Transport, timeout: Duration) -> Self {
        Call {
            transport,
            started: Instant::now(),
            timeout: timeout.min(LONGEST),
            attempts: 0,
            retries: 0,
            max_retries: transport.policy.max_retries,
            left_open: false,
            anew: false,
        }
    }

    /// A further request within the same time: what the ones before it needed is forgotten.
    pub(crate) fn for_another_request(&mut self) -> &mut Self {
        (self.attempts, self.retries, self.left_open) = (0, 0, false);
        self
    }

    /// How many requests were sent or tried for the last one.
    pub(crate) fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The same without retries.
    pub(crate) fn once(self) -> Self {
        Call {
            max_retries: 0,
            ..self
        }
    }

    /// Sends `request`, again if need be and allowed, and reads the answer.
    pub(crate) fn send<T: Blank + Place>(&mut self, request: &Request) -> Result<T> {
        let mut answer = T::blank();
        self.send_into(request, &mut answer)?;
        Ok(answer)
    }

    /// Likewise, into a place that is empty.
    pub(crate) fn send_into<T: Blank + Place>(
        &mut self,
        request: &Request,
        place: &mut T,
    ) -> Result<()> {
        self.send_and_read(request, || T::blank().expected(), &mut |text| {
            if T::NO_BODY_IS_BLANK && matches!(text.trim(), "" | "null") {
                return Ok(());
            }
            // What remains of an answer that broke off must not get into the next.
            read::read_text(place, text).inspect_err(|_| place.clear())
        })
    }

    /// Likewise, with an answer that `read` understands if it is what is `expected`.
    pub(crate) fn send_and_read<T>(
        &mut self,
        request: &Request,
        expected: fn() -> Cow<'static, str>,
        read: &mut dyn FnMut(&str) -> serde_json::Result<T>,
    ) -> Result<T> {
        let head = self.transport.head(request)?;
        loop {
            let failed = match self.attempt(request, &head) {
                Ok(reply) => match reply.text().map(&mut *read) {
                    Ok(Ok(value)) => {
                        self.transport.recycle(reply.buffer);
                        return Ok(value);
                    }
                    Ok(Err(why)) => Failed::unreadable(reply, why),
                    Err(why) => Failed::Unreadable {
                        reply: Box::new(reply),
                        why: why.to_string(),
                        outcome: Outcome::Unusable,
                    },
                },
                Err(failed) => failed,
            };
            self.pause(request, failed, expected)?;
        }
    }

    fn left(&self) -> Duration {
        self.timeout.saturating_sub(self.started.elapsed())
    }

    /// One request and one answer.
    fn attempt(
        &mut self,
        request: &Request,
        head: &RequestHead,
    ) -> std::result::Result<Reply, Failed> {
        self.attempts += 1;
        let started = Instant::now();
        let result = self
            .transport
            .exchange(head, request.body.as_deref(), self.left(), self.anew);
        if log::log_enabled!(log::Level::Debug) {
            let (came, id): (&dyn fmt::Display, _) = match &result {
                Ok(reply) => (&reply.status, reply.request_id.as_deref()),
                Err(failure) => (&failure.what, None),
            };
            let id = id.map(|id| format!(", request id {}", one_line(id)));
            let line = format!(
                "{}: {came} after {:?} (attempt {}{})",
                named(request),
                started.elapsed(),
                self.attempts,
                id.unwrap_or_default()
            );
            let redactor = self.transport.redactor(&request.secrets);
            log::debug!("{}", redactor.redact(&line));
        }
        match result {
            Ok(reply) if reply.is_success() => Ok(reply),
            Ok(reply) => Err(Failed::Refused(Box::new(reply))),
            Err(failure) => Err(Failed::Broken(failure)),
        }
    }

    /// Waits for the next attempt, or fails for good.
    fn pause(
        &mut self,
        request: &Request,
        failed: Failed,
        expected: fn() -> Cow<'static, str>,
    ) -> Result<()> {
        let outcome = failed.outcome();
        self.left_open |= request.method.writes() && retry::leaves_open(outcome);
        let wait = if failed.is_stale() && !self.anew && retry::may_retry(request.repeat, outcome) {
            // Whoever sends the next request cannot know that the server was done with the
            // connection. That is no failure of the server's, and counts as none.
            self.anew = true;
            Duration::ZERO
        } else if let Some(wait) = self.wait(request, &failed) {
            self.retries += 1;
            wait
        } else {
            return Err(self.error(request, failed, expected));
        };
        let when = match wait.is_zero() {
            true => "at once".to_owned(),
            false => format!("in {wait:?}"),
        };
        if log::log_enabled!(log::Level::Warn) {
            let (asked, attempts) = (named(request), self.attempts);
            let line = format!("{asked}: {failed} (attempt {attempts}); retrying {when}");
            let redactor = self.transport.redactor(&request.secrets);
            log::warn!("{}", redactor.redact(&line));
        }
        thread::sleep(wait);
        Ok(())
    }

    /// How long to wait before the next attempt, if there is to be one.
    fn wait(&self, request: &Request, failed: &Failed) -> Option<Duration> {
        let policy = &self.transport.policy;
        if self.retries >= self.max_retries || !retry::may_retry(request.repeat, failed.outcome()) {
            return None;
        }
        let random = RandomState::new().build_hasher().finish();
        policy.wait(self.retries, failed.retry_after(), self.left(), random)
    }

    fn error(
        &self,
        request: &Request,
        failed: Failed,
        expected: fn() -> Cow<'static, str>,
    ) -> Error {
        let redactor = self.transport.redactor(&request.secrets);
        let call = FailedCall {
            asked: redactor.show(&request.to_string()),
            attempts: self.attempts,
            may_have_happened: self.left_open,
        };
        match failed {
            Failed::Refused(reply) => {
                let error = ApiError::new(&reply, &request.hints, call, &redactor);
                Error::Api(Box::new(error))
            }
            Failed::Unreadable { reply, why, .. } => {
                let hints = &request.hints;
                let error = DecodeError::new(&reply, expected(), &why, hints, call, &redactor);
                Error::Decode(Box::new(error))
            }
            Failed::Broken(failure) => {
                let base_url = redactor.redact(self.transport.base_url());
                let error = TransportError::new(failure, base_url, call, &redactor);
                Error::Transport(Box::new(error))
            }
        }
    }
}

/// How an attempt failed.
enum Failed {
    /// The answer is not a success.
    Refused(Box<Reply>),
    /// The answer cannot be read.
    Unreadable {
        reply: Box<Reply>,
        why: String,
        outcome: Outcome,
    },
    /// There is no answer.
    Broken(Failure),
}

impl Failed {
    fn unreadable(reply: Reply, why: serde_json::Error) -> Self {
        Failed::Unreadable {
            outcome: match why.is_eof() && reply.ended {
                true => Outcome::BrokenOff,
                false => Outcome::Unusable,
            },
            reply: Box::new(reply),
            why: why.to_string(),
        }
    }

    fn outcome(&self) -> Outcome {
        match self {
            Failed::Refused(reply) if is_out_of_quota(reply) => Outcome::Hopeless,
            Failed::Refused(reply) => Outcome::Answered(reply.status),
            Failed::Unreadable { outcome, .. } => *outcome,
            Failed::Broken(failure) => failure.outcome,
        }
    }

    fn is_stale(&self) -> bool {
        matches!(self, Failed::Broken(failure) if failure.stale)
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Failed::Refused(reply) => reply.retry_after,
            Failed::Unreadable { .. } | Failed::Broken(_) => None,
        }
    }
}

/// The reason for a retry, in a log line.
impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failed::Refused(reply) => reply.status.fmt(f),
            Failed::Unreadable { .. } => f.write_str("the connection broke off"),
            Failed::Broken(failure) => f.write_str(failure.what),
        }
    }
}

/// The request as log lines name it.
fn named(request: &Request) -> String {
    let page = request.page.as_ref().map(|page| format!(" ({page})"));
    one_line(&format!("{request}{}", page.unwrap_or_default()))
}
