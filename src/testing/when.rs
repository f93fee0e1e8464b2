//! How a test writes a rule.

use std::time::Duration;

use serde_json::Value;

use super::answer::Answer;
use super::mocks::Mocks;
use super::rules::Rule;
use crate::request::Method;

/// Headers that decide where an answer ends.
const FRAMING: [&str; 3] = ["connection", "content-length", "transfer-encoding"];

/// A rule for some requests to a [`FakeServer`](super::FakeServer), begun with
/// [`when`](super::FakeServer::when).
///
/// Until one of [`answer`](When::answer), [`fail`](When::fail), [`lose_answer`](When::lose_answer)
/// and [`pass`](When::pass) puts it in force, it does nothing.
///
/// ```
/// # use std::time::Duration;
/// # use mistral_connectors::testing::FakeServer;
/// # use mistral_connectors::{CreateConnector, ListConnectors};
/// # use serde_json::json;
/// let server = FakeServer::start();
/// let client = server.client();
///
/// // Of a listing, all pages but the first come too late.
/// for _ in 0..3 {
///     server.add(json!({}));
/// }
/// let late = Duration::from_secs(60);
/// server.when("GET", "/v1/connectors").skip(1).delay(late).pass();
/// let client = client.with_timeout(Duration::from_millis(500));
/// let mut listing = client.list(ListConnectors::new().page_size(2));
/// assert!(listing.by_ref().take(2).all(|connector| connector.is_ok()));
/// assert!(listing.next().unwrap().unwrap_err().is_timeout());
///
/// // Two creates are refused with a wait, which the client obeys.
/// server
///     .when("POST", "/v1/connectors")
///     .times(2)
///     .header("retry-after-ms", "1")
///     .answer(429, json!({"message": "Slow down"}));
/// client.create(&CreateConnector::new("docs", "Our documents", "https://docs.example/mcp"))?;
/// # Ok::<(), mistral_connectors::Error>(())
/// ```
#[must_use = "a rule is in force only after `answer`, `fail`, `lose_answer` or `pass`"]
#[derive(Debug)]
pub struct When<'a> {
    mocks: &'a Mocks,
    rule: Rule,
}

impl<'a> When<'a> {
    #[track_caller]
    pub(super) fn new(mocks: &'a Mocks, method: &str, path: &str) -> Self {
        assert!(
            Method::parse(method).is_ok(),
            "{method:?} is none of GET, POST, PUT, PATCH and DELETE"
        );
        assert!(
            path.starts_with('/') && !path.contains(['?', '#']),
            "{path:?} is no path: it starts with a slash and has no query"
        );
        When {
            mocks,
            rule: Rule::new(method.to_owned(), path.to_owned()),
        }
    }

    /// Lets this many requests go by first: of those that match and that no earlier rule takes.
    /// Defaults to 0.
    pub fn skip(mut self, requests: usize) -> Self {
        self.rule.skip = requests;
        self
    }

    /// Ends after this many requests. Defaults to never: a client that retries would get past a
    /// single failure.
    pub fn times(mut self, requests: usize) -> Self {
        self.rule.times = Some(requests);
        self
    }

    /// Adds a header to the answer, of whatever kind it is.
    ///
    /// # Panics
    ///
    /// If there is no such header, or if it decides where the answer ends (`Connection`,
    /// `Content-Length`, `Transfer-Encoding`).
    #[track_caller]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let is_token =
            |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        assert!(
            !name.is_empty() && name.bytes().all(is_token),
            "{name:?} is no name of a header"
        );
        let name = name.to_ascii_lowercase();
        assert!(
            !FRAMING.contains(&name.as_str()),
            "the header `{name}` is the server's own"
        );
        assert!(
            !value.contains(|odd: char| odd.is_control() && odd != '\t'),
            "{value:?} is no value of a header"
        );
        self.rule.headers.push((name, value.to_owned()));
        self
    }

    /// Keeps the answer back for this long. What the request does is done at once, and no other
    /// request has to wait.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.rule.manner.delay = delay;
        self
    }

    /// The answer is this one, and the request is not carried out.
    ///
    /// # Panics
    ///
    /// If `status` is not a final status of HTTP, from 200 to 999.
    #[track_caller]
    pub fn answer(self, status: u16, body: Value) {
        assert_final(status);
        self.answered(Answer::new(status, body));
    }

    /// The answer has this status and says that the test asked for it, and the request is not
    /// carried out.
    ///
    /// # Panics
    ///
    /// If `status` is not a final status of HTTP, from 200 to 999.
    #[track_caller]
    pub fn fail(self, status: u16) {
        assert_final(status);
        self.answered(Answer::failure(status));
    }

    /// The request is carried out (or refused, as usual), and the connection breaks off before the
    /// answer is whole: the client cannot know.
    pub fn lose_answer(mut self) {
        self.rule.manner.lost = true;
        self.pass();
    }

    /// The request is answered as usual, with the [`header`](When::header) and after the
    /// [`delay`](When::delay) that were asked for.
    pub fn pass(self) {
        self.mocks.put_in_force(self.rule);
    }

    fn answered(mut self, answer: Answer) {
        self.rule.answer = Some(answer);
        self.pass();
    }
}

/// Refuses what would not be the end of a request.
#[track_caller]
pub(super) fn assert_final(status: u16) {
    assert!(
        (200..=999).contains(&status),
        "{status} is not a final status of HTTP"
    );
}
