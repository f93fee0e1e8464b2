//! What happens to a request: it is recorded, then it fails on demand, or a rule applies to it, or
//! it is processed.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use super::recorded::RecordedRequest;
use super::routes::{self, Call, Found};
use super::rules::{Action, Effect, Rules};
use super::state::State;
use super::wire::listener::lock;
use super::wire::request::Request;
use super::wire::response::Response;

/// Everything that a fake server remembers.
pub(super) struct Service {
    pub(super) api_key: String,
    pub(super) state: State,
    /// How many of the next requests fail, and with which status.
    pub(super) failures: VecDeque<(usize, u16)>,
    pub(super) rules: Rules,
    pub(super) requests: Vec<RecordedRequest>,
    /// How many requests were received.
    received: u64,
}

/// A response, and how it is sent.
pub(super) struct Reply {
    pub(super) response: Response,
    pub(super) delay: Duration,
    /// Whether the connection breaks before the response is complete.
    pub(super) is_lost: bool,
}

impl Service {
    pub(super) fn new(api_key: String) -> Self {
        Service {
            api_key,
            state: State::new(),
            failures: VecDeque::new(),
            rules: Rules::default(),
            requests: Vec::new(),
            received: 0,
        }
    }

    pub(super) fn handle(service: &Mutex<Service>, request: Request) -> Reply {
        // Bodies are parsed before the other requests have to wait.
        let request = RecordedRequest::new(request);
        lock(service).reply(request)
    }

    fn reply(&mut self, mut request: RecordedRequest) -> Reply {
        self.received += 1;
        let found = routes::find(&request.method, &request.path);
        let known = found.as_ref().ok().map(|found| found.route.query);
        request.warnings = request.find_warnings(known);
        let effect = match self.next_failure() {
            Some(status) => Effect::answer(Response::failure(status)),
            None => self.rules.apply(&request),
        };
        let is_lost = matches!(effect.action, Action::LoseAnswer);
        let mut response = match effect.action {
            Action::Answer(response) => response,
            Action::Pass | Action::LoseAnswer => self.process(found, &request),
        };
        // Headers of a rule replace the server's own.
        let own = std::mem::replace(&mut response.headers, effect.headers);
        for (name, value) in own {
            response.default_header(&name, &value);
        }
        if response.body.is_some() {
            response.default_header("content-type", "application/json");
        }
        response.default_header("x-request-id", &format!("fake-{}", self.received));
        self.requests.push(request);
        Reply {
            response,
            delay: effect.delay,
            is_lost,
        }
    }

    fn process(&mut self, found: Result<Found, Response>, request: &RecordedRequest) -> Response {
        let outcome = found.and_then(|Found { route, parts }| {
            // Like FastAPI, which looks for the route first.
            let key = format!("Bearer {}", self.api_key);
            if route.needs_key && request.header("authorization") != Some(&key) {
                return Err(Response::detail(401, "Unauthorized"));
            }
            (route.operation)(&mut self.state, &Call { request, parts })
        });
        outcome.unwrap_or_else(|refusal| refusal)
    }

    fn next_failure(&mut self) -> Option<u16> {
        while let Some((times, status)) = self.failures.front_mut() {
            if *times > 0 {
                *times -= 1;
                return Some(*status);
            }
            self.failures.pop_front();
        }
        None
    }
}
