//! How answers are made: the one file that knows how mockito answers.
//!
//! mockito handles one request at a time: it looks for a mock, then asks it for the status, the
//! headers and the body, and only then turns to the next request. The first mock of each method
//! takes a request in while mockito looks, and says whether the answer is its own. It is not where a
//! rule took the request: every rule has a mock of its own, with its headers.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mockito::{Matcher, Mock, Server, ServerOpts};

use super::intake::Intake;
use super::recorded::RecordedRequest;
use super::relay::{Manner, Relay};
use super::rules::Rule;

/// What is answered at all: mockito wants a mock for each.
const METHODS: [&str; 7] = ["GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS"];

/// The header with the number of the rule that answers: so the relay knows too.
const RULE: &str = "x-fake-rule";

/// A mock server, all of whose mocks answer from one [`Intake`].
pub(super) struct Mocks {
    relay: Relay,
    server: Mutex<Server>,
    intake: Arc<Mutex<Intake>>,
}

impl Mocks {
    pub(super) fn start(intake: Intake) -> std::io::Result<Self> {
        let mut server = Server::new_with_opts(ServerOpts::default());
        let intake = Arc::new(Mutex::new(intake));
        for method in METHODS {
            let taken = Arc::clone(&intake);
            let mock = server
                .mock(method, Matcher::Any)
                .match_request(move |request| {
                    let mut intake = lock(&taken);
                    intake.take(RecordedRequest::new(request));
                    intake.taken_by.is_none()
                });
            answering(mock, &intake, &[]).create();
        }
        let rules = Arc::clone(&intake);
        let relay = Relay::start(server.socket_address(), move |answer| {
            rule_of(answer).map_or_else(Manner::default, |rule| lock(&rules).rules.manner(rule))
        })?;
        Ok(Mocks {
            relay,
            server: Mutex::new(server),
            intake,
        })
    }

    pub(super) fn base_url(&self) -> String {
        format!("http://{}", self.relay.address())
    }

    pub(super) fn intake(&self) -> MutexGuard<'_, Intake> {
        lock(&self.intake)
    }

    pub(super) fn put_in_force(&self, rule: Rule) {
        // Held to the end: a rule has its mock before it takes a request.
        let mut server = lock(&self.server);
        let number = lock(&self.intake).rules.next_number();
        let taken = Arc::clone(&self.intake);
        let mock = server
            .mock(&rule.method, Matcher::Any)
            .match_request(move |_| lock(&taken).taken_by == Some(number))
            .with_header(RULE, &number.to_string());
        answering(mock, &self.intake, &rule.headers).create();
        lock(&self.intake).rules.put_in_force(rule);
    }
}

impl fmt::Debug for Mocks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mocks")
            .field("base_url", &self.base_url())
            .finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Gives the answer that was made when the request was taken in, with these headers, and those of
/// every answer as far as these do not say otherwise.
fn answering(mut mock: Mock, intake: &Arc<Mutex<Intake>>, headers: &[(String, String)]) -> Mock {
    let (status, id, body) = (Arc::clone(intake), Arc::clone(intake), Arc::clone(intake));
    let is_free = |name: &str| headers.iter().all(|(own, _)| own != name);
    if is_free("content-type") {
        mock = mock.with_header("content-type", "application/json");
    }
    if is_free("x-request-id") {
        mock = mock
            .with_header_from_request("x-request-id", move |_| format!("fake-{}", lock(&id).came));
    }
    for (name, value) in headers {
        mock = mock.with_header(name, value);
    }
    mock.with_status_code_from_request(move |_| lock(&status).answer.status.into())
        .with_body_from_request(move |_| lock(&body).answer.body.to_string().into_bytes())
}

/// The number of the rule that gave an answer.
fn rule_of(answer: &[u8]) -> Option<usize> {
    let head = answer.split(|byte| *byte == b'\n');
    head.take_while(|line| !line.trim_ascii().is_empty())
        .filter_map(|line| std::str::from_utf8(line).ok()?.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case(RULE))
        .and_then(|(_, number)| number.trim().parse().ok())
}
