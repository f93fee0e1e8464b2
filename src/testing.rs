//! A stand-in for the API, for unit tests without network and key (feature `testing`).
//!
//! What is to be tested takes a client, and a test gives it that of a [`FakeServer`]. A whole test
//! module, of a program that registers its documents and may not be the only one that does:
//!
//! ```
//! use mistral_connectors::{Connector, ConnectorsClient, CreateConnector, Result};
//!
//! /// Registers our documents, unless they are registered.
//! fn register(client: &ConnectorsClient) -> Result<Connector> {
//!     let wanted = CreateConnector::new("docs", "Our documents", "https://docs.example/mcp");
//!     match client.create(&wanted) {
//!         // Somebody was faster: perhaps this program, without hearing of it.
//!         Err(error) if error.is_conflict() || error.may_have_happened() => client.get("docs"),
//!         result => result,
//!     }
//! }
//!
//! # /*
//! #[cfg(test)]
//! # */
//! mod tests {
//!     use super::*;
//!     use mistral_connectors::testing::FakeServer;
//!     use serde_json::json;
//!
//! # /*
//!     #[test]
//! # */
//! #   pub
//!     fn documents_are_registered_once() {
//!         let server = FakeServer::start();
//!         let first = register(&server.client()).unwrap();
//!         let second = register(&server.client()).unwrap();
//!         assert_eq!(first, second);
//!         assert_eq!(server.connectors(), [first]);
//!     }
//!
//! # /*
//!     #[test]
//! # */
//! #   pub
//!     fn somebody_else_may_be_faster() {
//!         let server = FakeServer::start();
//!         let theirs = server.add(json!({"name": "docs"}));
//!         // Only the create fails; what follows is answered as usual.
//!         server.when("POST", "/v1/connectors").fail(409);
//!         assert_eq!(register(&server.client()).unwrap().id, theirs);
//!     }
//!
//! # /*
//!     #[test]
//! # */
//! #   pub
//!     fn an_answer_that_gets_lost_is_no_failure() {
//!         let server = FakeServer::start();
//!         server.when("POST", "/v1/connectors").lose_answer();
//!         assert_eq!(register(&server.client()).unwrap().name, "docs");
//!         let methods: Vec<_> = server.requests().into_iter().map(|asked| asked.method).collect();
//!         assert_eq!(methods, ["POST", "GET"]);
//!     }
//! }
//! # fn main() {
//! #     tests::documents_are_registered_once();
//! #     tests::somebody_else_may_be_faster();
//! #     tests::an_answer_that_gets_lost_is_no_failure();
//! # }
//! ```
//!
//! A server must outlive its clients. To those that come later nobody listens: the error says that
//! the connection was refused, and [`is_connect`](crate::Error::is_connect) is true of it. That
//! happens to `let client = FakeServer::start().client();`, where the server is gone at the
//! semicolon, and to a value that owns a client and is dropped after the server.

mod activation;
mod answer;
mod auth_methods;
mod authentication;
mod checks;
mod connectors;
mod conversations;
mod credentials;
mod intake;
mod kept;
mod mocks;
mod path;
mod query;
mod readiness;
mod recorded;
mod relay;
mod route;
mod router;
mod rules;
mod sharing;
mod state;
mod tools;
mod when;

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::Value;

pub use recorded::RecordedRequest;
pub use when::When;

use crate::client::ConnectorsClient;
use crate::connectors::Connector;
use intake::Intake;
use mocks::Mocks;
use when::assert_final;

/// Counts servers, for keys of their own: the client of one cannot use another.
static STARTED: AtomicU64 = AtomicU64::new(1);

/// An in-process server on a loopback address that keeps connectors like the API does.
///
/// It knows what this crate's client has methods for, the page of a login, and
/// `POST /v1/conversations`, which goes by [`request`](ConnectorsClient::request). Every other path
/// is not found, in a router's words (`{"detail": "Not Found"}`). For what it does not do, a rule
/// can give the answer: see [`when`](FakeServer::when).
///
/// | | |
/// |---|---|
/// | connectors | created, read, listed, changed, deleted; they take and hide the secrets of all published APIs |
/// | tools | listed in pages and called: those that [`add`](FakeServer::add) was given. A connector that was created has none |
/// | logins | the page that `auth_url` names is the server's own: whoever opens it is logged in, see below |
/// | credentials | of the user, the workspace, the organization; the first of a kind is its default. A create writes over what has the same name |
/// | sharing | changes `visibility` and `owner_type`; taking a connector back removes the credentials of others |
/// | activation | changes `active`, whatever the scope |
/// | readiness | a connector is ready if it is not switched off and the user is logged in |
/// | conversations | `POST /v1/conversations`: the first tool that may be called without a confirmation is called, without arguments, and the answer says what it says |
///
/// It refuses a wrong key (401), what is not there (404), a connector's name that is taken (409), a
/// cursor that came from another filter (400), and a body or a query that is not valid (422, with
/// FastAPI's details): what is missing or of the wrong type, words that the API does not have, names
/// of other than 1 to 64 letters, digits, `_` and `-`, titles of more than 255 characters, and a
/// `server` that is no absolute URL or longer than 2083 characters.
///
/// It does not check whether an MCP server is there, whether arguments fit the schema of a tool,
/// whether credentials work or are there when they are named for a tool, nor rights: the key may do
/// everything, and a tool can be called where the user is not logged in or the connector is off.
/// Fields that it does not know are ignored. It has no gateway, streams nothing, and does not go on
/// with conversations.
///
/// A listing can be filtered by `active` and `supports_mcp`, in both encodings: as JSON
/// (`query_filters={"active":true}`) and as plain parameters (`active=true`), which win where both
/// are sent. Other parameters are ignored. A cursor names the last connector seen, so that a
/// clean-up that deletes what it lists skips none.
///
/// # Logins
///
/// A connector needs a login if it was [added](FakeServer::add) with `"is_authenticated": false`, or
/// created with ways to log in of which none is `none` and none comes with headers of the
/// organization. Whoever has credentials for it, of whatever scope, is logged in. A test gets some
/// with [`create_credentials`](ConnectorsClient::create_credentials), or opens the page that
/// [`get_auth_url`](ConnectorsClient::get_auth_url) names: a GET without a key, with any program, or
/// `/login/` and the connector's name or ID with the client at hand. Nobody is sent on from there.
///
/// ```
/// # use std::time::Duration;
/// # use mistral_connectors::testing::FakeServer;
/// # use serde_json::json;
/// let server = FakeServer::start();
/// server.add(json!({"name": "docs", "is_authenticated": false}));
/// let client = server.client();
/// client.request("GET", &["login", "docs"]).send()?;
/// client.wait_until_authenticated("docs", Duration::from_secs(5))?;
/// # Ok::<(), mistral_connectors::Error>(())
/// ```
///
/// # Runs
///
/// IDs and times are the same in every run. Servers are independent of each other, and any number
/// of threads can use one. Each must outlive its clients: see the [module](self). An answer closes
/// its connection.
pub struct FakeServer {
    api_key: String,
    mocks: Mocks,
}

impl FakeServer {
    /// Starts a server without connectors.
    ///
    /// # Panics
    ///
    /// If no loopback port can be had.
    #[must_use]
    pub fn start() -> Self {
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let api_key = format!("key-of-fake-server-{number}");
        // Documented: without a port there is no server.
        #[allow(clippy::expect_used)]
        let mocks =
            Mocks::start(Intake::new(&api_key)).expect("a fake server needs a loopback port");
        FakeServer { api_key, mocks }
    }

    /// A client of this server. It waits one millisecond between attempts.
    #[must_use]
    pub fn client(&self) -> ConnectorsClient {
        let millisecond = Duration::from_millis(1);
        let client = ConnectorsClient::builder()
            .api_key(self.api_key())
            .base_url(self.base_url())
            .retry_backoff(millisecond, millisecond)
            .build();
        // Every setting is known to be good.
        #[allow(clippy::expect_used)]
        client.expect("the client of a fake server can be built")
    }

    /// The address, for a client with settings of its own.
    #[must_use]
    pub fn base_url(&self) -> String {
        self.mocks.base_url()
    }

    /// The only key this server accepts.
    #[must_use]
    pub fn api_key(&self) -> &str {
        &self.api_key
    }

    /// Adds a connector as it is, for states that the API's own operations do not lead to, and
    /// returns its ID. What is missing of an ID, a name, a description and the times is made up.
    /// A name that is taken is no obstacle: what colleagues keep for themselves can have the same
    /// one. By that name `get` finds the oldest.
    ///
    /// Its `tools`, in the form of MCP, can be listed and called. What a tool answers can stand
    /// beside its name, as `answer`: a text, or a list of blocks. That is kept out of what is shown.
    /// Without it, a tool answers with its name and the arguments as JSON.
    ///
    /// # Panics
    ///
    /// If `connector` is no JSON object, is none that [`Connector`] can be read from, or has the ID
    /// of another one; or if a tool's `answer` is neither a text nor a list. (For an answer that
    /// cannot be read, or a tool that fails, see [`when`](FakeServer::when).)
    ///
    /// ```
    /// # use mistral_connectors::testing::FakeServer;
    /// # use mistral_connectors::CallTool;
    /// # use serde_json::json;
    /// let server = FakeServer::start();
    /// server.add(json!({"name": "docs", "active": false}));
    /// server.add(json!({
    ///     "name": "wiki",
    ///     "tools": [
    ///         {"name": "ask", "inputSchema": {"type": "object"}, "answer": "42"},
    ///         {"name": "echo", "inputSchema": {"type": "object"}},
    ///     ],
    /// }));
    /// let client = server.client();
    /// assert_eq!(client.call_tool("wiki", &CallTool::new("ask"))?.text(), "42");
    /// let call = CallTool::new("echo").argument("n", 1);
    /// assert_eq!(client.call_tool("wiki", &call)?.text(), r#"echo {"n":1}"#);
    /// # Ok::<(), mistral_connectors::Error>(())
    /// ```
    #[track_caller]
    pub fn add(&self, connector: Value) -> String {
        let added = match connector {
            Value::Object(fields) => self.mocks.intake().state.add(fields),
            _ => Err("it is no JSON object".to_owned()),
        };
        let why = added.as_ref().err().map_or("", String::as_str);
        assert!(added.is_ok(), "this connector cannot be added: {why}");
        added.unwrap_or_default()
    }

    /// All connectors, in the order in which they were created.
    #[must_use]
    pub fn connectors(&self) -> Vec<Connector> {
        let intake = self.mocks.intake();
        let connectors = intake.state.connectors().iter();
        connectors
            .filter_map(|stored| stored.connector().ok())
            .collect()
    }

    /// Answers the next `times` requests with `status`, whatever they ask for. What a client
    /// retries counts as often as it is sent: three times by default for a `get` and 503. For some
    /// requests only, or for other answers, see [`when`](FakeServer::when).
    ///
    /// # Panics
    ///
    /// If `status` is not a final status of HTTP, from 200 to 999.
    ///
    /// ```
    /// # use mistral_connectors::testing::FakeServer;
    /// let server = FakeServer::start();
    /// server.fail_next(1, 422);
    /// assert!(server.client().get("docs").unwrap_err().is_validation());
    /// assert!(server.client().get("docs").unwrap_err().is_not_found());
    /// ```
    #[track_caller]
    pub fn fail_next(&self, times: usize, status: u16) {
        assert_final(status);
        let failures = &mut self.mocks.intake().failures;
        failures.push_back((times, status));
    }

    /// A rule for the requests of this method to this path, which is compared as it is sent,
    /// encoded; `*` stands for any one segment of it. Further methods say which of them are meant
    /// and what becomes of them; see [`When`].
    ///
    /// Rules come after [`fail_next`](FakeServer::fail_next) and before everything else the server
    /// checks, the key included, in the order in which they were put in force. The first that still
    /// holds takes the request.
    ///
    /// # Panics
    ///
    /// If `method` is none of `GET`, `POST`, `PUT`, `PATCH` and `DELETE`, in upper case like for
    /// [`request`](ConnectorsClient::request), or if `path` does not start with a slash or has a
    /// query.
    ///
    /// ```
    /// # use mistral_connectors::testing::FakeServer;
    /// # use serde_json::json;
    /// let server = FakeServer::start();
    /// let id = server.add(json!({"name": "docs"}));
    /// server
    ///     .when("GET", "/v1/connectors/*")
    ///     .skip(1)
    ///     .times(1)
    ///     .header("retry-after", "0")
    ///     .answer(429, json!({"detail": "Slow down"}));
    /// server.client().get(&id).unwrap(); // skipped
    /// server.client().get(&id).unwrap(); // refused, and repeated
    /// assert_eq!(server.requests().len(), 3);
    /// ```
    #[track_caller]
    pub fn when(&self, method: &str, path: &str) -> When<'_> {
        When::new(&self.mocks, method, path)
    }

    /// Every request so far, in the order in which they came.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.mocks.intake().requests.clone()
    }

    /// Forgets the requests so far, and nothing else.
    pub fn clear_requests(&self) {
        self.mocks.intake().requests.clear();
    }
}

impl fmt::Debug for FakeServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeServer")
            .field("base_url", &self.base_url())
            .finish_non_exhaustive()
    }
}
