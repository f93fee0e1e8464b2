//! The server that tests start, prepare, and ask for the requests it has received.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;

use super::recorded::RecordedRequest;
use super::rules::{When, assert_final};
use super::service::Service;
use super::wire::listener::{Listener, lock};
use crate::{Connector, ConnectorsClient};

/// Counts servers. Each has its own API key, so that the client of one cannot use another.
static STARTED: AtomicU64 = AtomicU64::new(1);

/// An in-process server on a loopback address that stores connectors as the API does.
///
/// It supports every method of this crate's client, the page where a user logs in, the MCP gateway,
/// and `POST /v1/conversations` (call it with [`request`](ConnectorsClient::request)). Any other
/// path gets a 404 (`{"detail": "Not Found"}`). For everything else, a rule can set the response:
/// see [`when`](FakeServer::when).
///
/// | part | behavior |
/// |---|---|
/// | connectors | created, read, listed, updated, deleted. Their secrets are accepted in the form of every API version, and never shown |
/// | tools | listed in pages and called, if they were [added](FakeServer::add) with their connector |
/// | logins | `auth_url` is a page of the server itself. Opening it logs the user in (see below) |
/// | credentials | of the user, the workspace and the organization. The first of each kind is its default. A create replaces credentials with the same name |
/// | sharing | sets `visibility` and `owner_type`. Unsharing removes the credentials of others |
/// | activation | sets `active`; the scope makes no difference |
/// | readiness | a connector is ready if it is active and the user is logged in |
/// | MCP gateway | `/v1/connectors-gateway/{connector}/mcp` lists and calls the same tools over MCP, with sessions, and responds with JSON |
/// | conversations | the first tool that may be called without confirmation is called, without arguments, and the response repeats what it returned |
///
/// It refuses what the API refuses, in FastAPI's form and words: a wrong API key (401), an unknown
/// connector (404), a name that is taken (409), a cursor of another filter (400), and a body or
/// query that is not valid (422). These are not valid:
///
/// - bodies that are missing, are not JSON, or have another `Content-Type`
/// - fields that are missing, or have the wrong type or a value that the API does not know
/// - names of connectors other than 1 to 64 letters, digits, `_` and `-`
/// - titles of more than 255 characters
/// - a `server` that is not an absolute URL or is longer than 2083 characters
/// - page sizes other than 1 to 1000
///
/// Unknown query parameters are ignored, as in the API, but a test can see them: see
/// [`RecordedRequest::warnings`].
///
/// It does not check whether an MCP server exists, whether arguments fit the schema of a tool,
/// whether credentials work, or what the API key may do. Tools can be called even if the user is not
/// logged in or the connector is inactive. Unknown fields are ignored. It streams nothing, and does
/// not continue conversations. The gateway has no path for `http` connectors.
///
/// Listings can be filtered by `active` and `supports_mcp`, in both encodings: as JSON
/// (`query_filters={"active":true}`) and as separate parameters (`active=true`), which take
/// precedence. A program that deletes what it lists misses nothing.
///
/// # Logins
///
/// A connector needs a login if it was [added](FakeServer::add) with `"is_authenticated": false`, or
/// created with login methods, unless one of them is `none` or has headers of the organization. A
/// user is logged in if there are credentials of any scope. A test creates them with
/// [`create_credentials`](ConnectorsClient::create_credentials), or opens the page that
/// [`get_auth_url`](ConnectorsClient::get_auth_url) returns: with a GET that needs no API key, or with
/// the client at `/login/` and the connector's name or ID.
///
/// ```
/// # use std::time::Duration;
/// # use mistral_connectors::Method;
/// # use mistral_connectors::testing::FakeServer;
/// # use serde_json::json;
/// let server = FakeServer::start();
/// server.add(json!({"name": "docs", "is_authenticated": false}));
/// let client = server.client();
/// client.request(Method::Get, ["login", "docs"]).send()?;
/// client.wait_until_authenticated("docs", Duration::from_secs(5))?;
/// # Ok::<(), mistral_connectors::Error>(())
/// ```
///
/// # Threads and runs
///
/// IDs and times are the same in every run. Servers are independent of each other, and any number
/// of threads can share one. Connections are kept alive. Dropping the server ends its threads, its
/// connections and all delays immediately, so it must outlive its clients: see the [module](super).
#[doc(alias = "mock")]
pub struct FakeServer {
    // Dropped first, so that no thread waits for the service any more.
    listener: Listener,
    service: Arc<Mutex<Service>>,
    api_key: String,
}

impl FakeServer {
    /// Starts a server without connectors.
    ///
    /// # Panics
    ///
    /// If no loopback port is available.
    #[must_use]
    pub fn start() -> Self {
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let api_key = format!("key-of-fake-server-{number}");
        let service = Arc::new(Mutex::new(Service::new(api_key.clone())));
        // The docs say so: a server needs a port.
        #[allow(clippy::expect_used)]
        let listener =
            Listener::start(Arc::clone(&service)).expect("a fake server needs a loopback port");
        FakeServer {
            listener,
            service,
            api_key,
        }
    }

    /// Returns a client of this server. It waits one millisecond between attempts.
    #[must_use]
    pub fn client(&self) -> ConnectorsClient {
        let millisecond = Duration::from_millis(1);
        let client = ConnectorsClient::builder()
            .api_key(self.api_key())
            .base_url(self.base_url())
            .retry_backoff(millisecond, millisecond)
            .build();
        // All of these settings are valid.
        #[allow(clippy::expect_used)]
        client.expect("the client of a fake server can be built")
    }

    /// Returns the address of the server, for a client with other settings.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.listener.address())
    }

    /// Returns the only API key that this server accepts.
    #[must_use]
    pub fn api_key(&self) -> &str {
        &self.api_key
    }

    /// Adds a connector exactly as given, and returns its ID. This can create states that no API
    /// call can.
    ///
    /// The ID, the name, the description and the times are filled in if they are missing. The name
    /// may be taken, because colleagues can have private connectors with the same name. `get` then
    /// finds the oldest by name.
    ///
    /// The connector's `tools`, in the form of MCP, can be listed and called. The field `answer` of
    /// a tool sets what the tool returns: a string, or a list of content blocks. It is not shown in
    /// responses. Without it, a tool returns its name and its arguments as JSON.
    ///
    /// # Panics
    ///
    /// If `connector` is not a JSON object, cannot be read as a [`Connector`], or has the ID of
    /// another one, or if the `answer` of a tool is neither a string nor a list. (For responses that
    /// cannot be read and tools that fail, see [`when`](FakeServer::when).)
    ///
    /// ```
    /// # use mistral_connectors::testing::FakeServer;
    /// # use mistral_connectors::CallTool;
    /// use serde_json::json;
    ///
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
            Value::Object(fields) => lock(&self.service).state.add(fields),
            _ => Err("it is not a JSON object".to_owned()),
        };
        let reason = added.as_ref().err().map_or("", String::as_str);
        assert!(added.is_ok(), "this connector cannot be added: {reason}");
        added.unwrap_or_default()
    }

    /// Returns all connectors, in the order they were created.
    #[must_use]
    pub fn connectors(&self) -> Vec<Connector> {
        let service = lock(&self.service);
        let connectors = service.state.connectors().iter();
        connectors
            .filter_map(|stored| stored.connector().ok())
            .collect()
    }

    /// Sets the page size of listings (connectors, and tools over MCP) whose request does not set
    /// one. Defaults to 100. With a small size, a test needs few connectors to get several pages.
    ///
    /// # Panics
    ///
    /// If `page_size` is not from 1 to 1000.
    ///
    /// ```
    /// # use mistral_connectors::testing::FakeServer;
    /// # use serde_json::json;
    /// let server = FakeServer::start();
    /// server.page_size(2);
    /// for _ in 0..5 {
    ///     server.add(json!({}));
    /// }
    /// assert_eq!(server.client().list().pages().count(), 3);
    /// ```
    #[track_caller]
    pub fn page_size(&self, page_size: usize) {
        assert!(
            (1..=1000).contains(&page_size),
            "{page_size} is not a page size from 1 to 1000"
        );
        lock(&self.service).state.page_size = page_size;
    }

    /// Makes the next `times` requests of any kind fail with `status`. Every attempt of a
    /// client counts: a `get` that gets a 503 is sent three times by default. For certain requests
    /// only, or for other responses, see [`when`](FakeServer::when). Several calls apply one after
    /// the other.
    ///
    /// # Panics
    ///
    /// If `status` is not a final HTTP status, from 200 to 999.
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
        lock(&self.service).failures.push_back((times, status));
    }

    /// Starts a rule for requests with this method and this path. The path is compared as it is
    /// sent, encoded. A `*` matches any one segment. The methods of [`When`] say which of these
    /// requests the rule applies to, and what happens to them.
    ///
    /// A rule is applied after [`fail_next`](FakeServer::fail_next), and before everything that the
    /// server checks, such as the API key. If several rules apply to a request, the first one that
    /// was added counts.
    ///
    /// # Panics
    ///
    /// If `method` is not `GET`, `POST`, `PUT`, `PATCH` or `DELETE` (in upper case), or if `path`
    /// does not begin with a slash or has a query.
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
    /// server.client().get(&id).unwrap(); // refused, and retried
    /// assert_eq!(server.requests().len(), 3);
    /// ```
    #[track_caller]
    pub fn when(&self, method: &str, path: &str) -> When<'_> {
        When::new(&self.service, method, path)
    }

    /// Returns all requests so far, in the order they were received.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        lock(&self.service).requests.clone()
    }

    /// Forgets the requests so far, and nothing else.
    pub fn clear_requests(&self) {
        lock(&self.service).requests.clear();
    }
}

impl fmt::Debug for FakeServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeServer")
            .field("base_url", &self.base_url())
            .finish_non_exhaustive()
    }
}
