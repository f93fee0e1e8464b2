//! Rules: which requests a test has picked out, and what happens to them.
//!
//! A rule is applied in this order: match method and path, skip, count; then add the headers, delay
//! the response, and then `answer`, `fail`, `lose_answer` or `pass`.

use std::fmt;
use std::sync::Mutex;
use std::time::Duration;

use serde_json::Value;

use super::recorded::RecordedRequest;
use super::routes;
use super::service::Service;
use super::wire::listener::lock;
use super::wire::response::Response;

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// Headers that decide where a response ends.
const FRAMING: [&str; 3] = ["connection", "content-length", "transfer-encoding"];

#[derive(Debug)]
pub(super) struct Rule {
    method: String,
    /// A `*` matches any one segment.
    path: String,
    /// How many matching requests are still let through.
    skip: usize,
    /// How many requests the rule still applies to. `None` means no limit.
    times: Option<usize>,
    effect: Effect,
}

/// What happens to a request.
#[derive(Clone, Debug, Default)]
pub(super) struct Effect {
    /// Headers that the response gets in addition.
    pub(super) headers: Vec<(String, String)>,
    /// How long the response is held back.
    pub(super) delay: Duration,
    pub(super) action: Action,
}

#[derive(Clone, Debug, Default)]
pub(super) enum Action {
    /// The request is processed as usual.
    #[default]
    Pass,
    /// The request is not processed, and this is the response.
    Answer(Response),
    /// The request is processed, and the connection breaks before the response is complete.
    LoseAnswer,
}

impl Effect {
    pub(super) fn answer(response: Response) -> Self {
        Effect {
            action: Action::Answer(response),
            ..Effect::default()
        }
    }
}

impl Rule {
    /// Whether the rule applies to this request. Counts it if it matches.
    fn applies(&mut self, request: &RecordedRequest) -> bool {
        let matches = self.method == request.method
            && routes::match_path(&self.path, &request.path).is_some();
        if !matches {
            return false;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        match &mut self.times {
            Some(0) => return false,
            Some(times) => *times -= 1,
            None => {}
        }
        true
    }
}

/// All rules, in the order they were added.
#[derive(Default)]
pub(super) struct Rules(Vec<Rule>);

impl Rules {
    /// The effect of the first rule that applies to this request.
    pub(super) fn apply(&mut self, request: &RecordedRequest) -> Effect {
        let rule = self.0.iter_mut().find_map(|rule| {
            let applies = rule.applies(request);
            applies.then(|| rule.effect.clone())
        });
        rule.unwrap_or_default()
    }
}

/// A rule for some requests to a [`FakeServer`](super::FakeServer). Returned by
/// [`when`](super::FakeServer::when).
///
/// A rule has no effect until one of [`answer`](When::answer), [`fail`](When::fail),
/// [`lose_answer`](When::lose_answer) and [`pass`](When::pass) adds it to the server.
///
/// ```
/// # use std::time::Duration;
/// # use mistral_connectors::testing::FakeServer;
/// # use mistral_connectors::{CreateConnector, ListConnectors};
/// # use serde_json::json;
/// let server = FakeServer::start();
/// let client = server.client();
///
/// // All pages of a listing but the first arrive too late.
/// for _ in 0..3 {
///     server.add(json!({}));
/// }
/// let late = Duration::from_secs(60);
/// server.when("GET", "/v1/connectors").skip(1).delay(late).pass();
/// let client = client.with_timeout(Duration::from_millis(500));
/// let mut listing = client.list_with(&ListConnectors::new().page_size(2));
/// assert!(listing.by_ref().take(2).all(|connector| connector.is_ok()));
/// assert!(listing.next().unwrap().unwrap_err().is_timeout());
///
/// // Two creates are refused with a wait, which the client respects.
/// server
///     .when("POST", "/v1/connectors")
///     .times(2)
///     .header("retry-after-ms", "1")
///     .answer(429, json!({"message": "Slow down"}));
/// client.create(&CreateConnector::new("docs", "Our documents", "https://docs.example/mcp"))?;
/// # Ok::<(), mistral_connectors::Error>(())
/// ```
#[must_use = "a rule has no effect before `answer`, `fail`, `lose_answer` or `pass`"]
pub struct When<'a> {
    service: &'a Mutex<Service>,
    rule: Rule,
}

impl<'a> When<'a> {
    #[track_caller]
    pub(super) fn new(service: &'a Mutex<Service>, method: &str, path: &str) -> Self {
        assert!(
            METHODS.contains(&method),
            "{method:?} is not GET, POST, PUT, PATCH or DELETE"
        );
        assert!(
            path.starts_with('/') && !path.contains(['?', '#']),
            "{path:?} is not a path: it must begin with a slash and have no query"
        );
        let rule = Rule {
            method: method.to_owned(),
            path: path.to_owned(),
            skip: 0,
            times: None,
            effect: Effect::default(),
        };
        When { service, rule }
    }

    /// Lets this many requests through first. Requests that do not match, or that an earlier rule
    /// applies to, do not count. Defaults to 0.
    pub fn skip(mut self, requests: usize) -> Self {
        self.rule.skip = requests;
        self
    }

    /// Ends the rule after this many requests. By default it never ends, because a client that
    /// retries would get past a single failure.
    pub fn times(mut self, requests: usize) -> Self {
        self.rule.times = Some(requests);
        self
    }

    /// Adds a header to any response of this rule. Defaults to none.
    ///
    /// # Panics
    ///
    /// If the name or the value cannot be sent, or if the header decides where the response ends
    /// (`Connection`, `Content-Length`, `Transfer-Encoding`).
    #[track_caller]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let is_token =
            |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        assert!(
            !name.is_empty() && name.bytes().all(is_token),
            "{name:?} is not the name of a header"
        );
        let name = name.to_ascii_lowercase();
        assert!(
            !FRAMING.contains(&name.as_str()),
            "the server sets the header `{name}` itself"
        );
        assert!(
            !value.contains(|char: char| char.is_control() && char != '\t'),
            "{value:?} is not the value of a header"
        );
        self.rule.effect.headers.push((name, value.to_owned()));
        self
    }

    /// Holds the response back for this long. The request is processed immediately, and no other
    /// request has to wait. Defaults to no delay.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.rule.effect.delay = delay;
        self
    }

    /// Sends this response. The request is not processed.
    ///
    /// # Panics
    ///
    /// If `status` is not a final HTTP status, from 200 to 999.
    #[track_caller]
    pub fn answer(self, status: u16, body: Value) {
        assert_final(status);
        self.add(Action::Answer(Response::new(status, body)));
    }

    /// Sends a response with this status that says that the test asked for it. The request is not
    /// processed.
    ///
    /// # Panics
    ///
    /// If `status` is not a final HTTP status, from 200 to 999.
    #[track_caller]
    pub fn fail(self, status: u16) {
        assert_final(status);
        self.add(Action::Answer(Response::failure(status)));
    }

    /// Processes the request as usual, and breaks the connection before the response is complete.
    /// The client cannot know whether the request was processed.
    pub fn lose_answer(self) {
        self.add(Action::LoseAnswer);
    }

    /// Processes the request as usual, with the [`header`](When::header) and the
    /// [`delay`](When::delay) of this rule.
    pub fn pass(self) {
        self.add(Action::Pass);
    }

    fn add(mut self, action: Action) {
        self.rule.effect.action = action;
        lock(self.service).rules.0.push(self.rule);
    }
}

impl fmt::Debug for When<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("When")
            .field("rule", &self.rule)
            .finish_non_exhaustive()
    }
}

/// Panics if this status does not end a request.
#[track_caller]
pub(super) fn assert_final(status: u16) {
    assert!(
        (200..=999).contains(&status),
        "{status} is not a final HTTP status"
    );
}
