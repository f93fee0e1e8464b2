//! A call: the attempts of a request and the waits between them, before one deadline.

use std::borrow::Cow;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::{Duration, Instant};

use crate::error::Result;
use crate::json;

use super::exchange::Http;
use super::failure::Failure;
use super::report::Report;
use super::request::Request;
use super::response::{ReadBody, Response};
use super::retry::may_retry;

/// A year. Longer limits have the same effect, and this one does not overflow the clock.
pub(crate) const MAX_TIMEOUT: Duration = Duration::from_secs(31_536_000);

/// Sends requests before one deadline.
pub(crate) struct Call<'a> {
    http: &'a Http,
    deadline: Instant,
    max_retries: u32,
}

impl<'a> Call<'a> {
    pub(crate) fn new(http: &'a Http, timeout: Duration) -> Self {
        Call {
            http,
            deadline: Instant::now() + timeout.min(MAX_TIMEOUT),
            max_retries: http.settings.retries.max_retries,
        }
    }

    pub(crate) fn without_retries(self) -> Self {
        Call {
            max_retries: 0,
            ..self
        }
    }

    fn remaining(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// Sends a request, again if necessary and allowed, and reads the response.
    pub(crate) fn send<T: json::Response>(&self, request: &Request) -> Result<T> {
        self.send_and_read(request, T::expected, &|text| T::read(text))
    }

    /// Sends a request, again if necessary and allowed. `read` reads the response, which should be
    /// what `expected` says.
    pub(crate) fn send_and_read<T>(
        &self,
        request: &Request,
        expected: fn() -> Cow<'static, str>,
        read: &dyn Fn(&str) -> serde_json::Result<T>,
    ) -> Result<T> {
        let mut report = Report::new(self.http, request);
        let response = self.respond(&mut report, &Response::read_body)?;
        let why = match response.text().map(read) {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        Err(report.decode_error(&response, expected(), &why))
    }

    /// Attempts a request until a response is successful, which `read_body` reads.
    pub(crate) fn respond(
        &self,
        report: &mut Report<'_>,
        read_body: ReadBody<'_>,
    ) -> Result<Response> {
        let request = report.request;
        let head = self.http.head(request)?;
        loop {
            let started = Instant::now();
            report.attempts += 1;
            let body = request.body.as_deref();
            let result = self.http.exchange(&head, body, self.deadline, read_body);
            report.log_attempt(&result, started.elapsed());
            let mut failure = match result {
                Ok(response) if response.is_success() => return Ok(response),
                Ok(response) => Failure::Refused(Box::new(response)),
                Err(failure) => failure,
            };
            report.add(&failure);
            if let Some(wait) = self.wait(report, &failure) {
                report.log_retry(&failure, wait);
                match self.http.sleep(wait) {
                    Ok(()) => continue,
                    Err(shut_down) => failure = shut_down,
                }
            }
            return Err(report.error(failure));
        }
    }

    /// How long to wait before the next attempt. `None` if there will be none.
    fn wait(&self, report: &Report<'_>, failure: &Failure) -> Option<Duration> {
        let retry = report.attempts - 1;
        if retry >= self.max_retries || !may_retry(report.request.retry, failure) {
            return None;
        }
        let asked = match failure {
            Failure::Refused(response) => response.retry_after,
            _ => None,
        };
        let random = RandomState::new().build_hasher().finish();
        self.http
            .settings
            .retries
            .wait(retry, asked, self.remaining(), random)
    }
}
