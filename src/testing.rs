//! A stand-in for the API, for unit tests without network and key (feature `testing`).
//!
//! ```
//! use mistral_connectors::CreateConnector;
//! use mistral_connectors::testing::FakeServer;
//!
//! # fn main() -> mistral_connectors::Result<()> {
//! let server = FakeServer::start();
//! let client = server.client();
//! client.create(&CreateConnector::new("docs", "Our documents", "https://docs.example/mcp"))?;
//! assert_eq!(client.get("docs")?.description, "Our documents");
//! # Ok(())
//! # }
//! ```

use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use mockito::{Matcher, Server, ServerOpts};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use crate::client::ConnectorsClient;
use crate::request::is_uuid;
use crate::secret::REDACTED;

/// Counts servers, for keys of their own: the client of one cannot use another.
static STARTED: AtomicU64 = AtomicU64::new(1);

/// The fields of a connector that a caller sets to texts.
const TEXTS: [&str; 6] = [
    "name",
    "description",
    "server",
    "title",
    "icon_url",
    "system_prompt",
];

const METHODS: [&str; 7] = ["GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS"];

/// An in-process server on a loopback address that keeps connectors like the API does.
///
/// It knows the five operations on connectors; it refuses a wrong key (401), what is not there
/// (404), a name that is taken (409), a body that is not valid (422, with FastAPI's details), and a
/// cursor that came from another filter (400). It does not check lengths and characters of texts,
/// nor whether an MCP server is there. IDs and times are the same in every run. Servers are
/// independent of each other; keep one as long as its clients are used.
pub struct FakeServer {
    server: Server,
    api_key: String,
    state: Arc<Mutex<State>>,
}

impl FakeServer {
    /// Starts a server without connectors.
    ///
    /// # Panics
    ///
    /// If no loopback port can be had.
    #[must_use]
    pub fn start() -> Self {
        let mut server = Server::new_with_opts(ServerOpts::default());
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let api_key = format!("key-of-fake-server-{number}");
        let state = Arc::new(Mutex::new(State {
            api_key: api_key.clone(),
            ..State::default()
        }));
        for method in METHODS {
            // mockito asks for the status, the header and the body of an answer one after the
            // other, without another request in between.
            let (status, id, body) = (Arc::clone(&state), Arc::clone(&state), Arc::clone(&state));
            server
                .mock(method, Matcher::Any)
                .with_status_code_from_request(move |request| {
                    let mut state = lock(&status);
                    state.serve(RecordedRequest::new(request)).into()
                })
                .with_header("content-type", "application/json")
                .with_header("connection", "keep-alive")
                .with_header_from_request("x-request-id", move |_| {
                    format!("fake-{}", lock(&id).requests.len())
                })
                .with_body_from_request(move |_| {
                    std::mem::take(&mut lock(&body).answer)
                        .to_string()
                        .into_bytes()
                })
                .create();
        }
        FakeServer {
            server,
            api_key,
            state,
        }
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
        self.server.url()
    }

    /// The only key this server accepts.
    #[must_use]
    pub fn api_key(&self) -> &str {
        &self.api_key
    }

    /// Adds a connector as it is, for states that the API's own operations do not lead to, and
    /// returns its ID. What is missing of an ID, a name, a description and the times is made up.
    ///
    /// ```
    /// # use mistral_connectors::testing::FakeServer;
    /// let server = FakeServer::start();
    /// server.add(serde_json::json!({"name": "docs", "active": false}));
    /// ```
    pub fn add(&self, connector: Value) -> String {
        let mut state = lock(&self.state);
        let fields = match connector {
            Value::Object(fields) => fields,
            _ => Map::new(),
        };
        state.add(fields)
    }

    /// Answers the next `times` requests with `status`, whatever they ask for. What a client
    /// retries counts as often as it is sent: three times by default for a `get` and 503. (A call
    /// that times out needs no server: `client.with_timeout(Duration::ZERO)`.)
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
        assert!(
            (200..=999).contains(&status),
            "{status} is not a final status of HTTP"
        );
        lock(&self.state)
            .failures
            .extend(std::iter::repeat_n(status, times));
    }

    /// Every request so far, in the order in which they came.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        lock(&self.state).requests.clone()
    }
}

impl fmt::Debug for FakeServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeServer")
            .field("base_url", &self.base_url())
            .finish_non_exhaustive()
    }
}

/// A request that a [`FakeServer`] was sent.
///
/// Its `Debug` form shows no header values and no secrets.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// `GET`, `POST`, …
    pub method: String,
    /// The path as it was sent, without the query: `/v1/connectors/a%2Fb`.
    pub path: String,
    /// The parameters of the query, decoded, in their order.
    pub query: Vec<(String, String)>,
    /// The body, if it was JSON.
    pub body: Option<Value>,
    headers: Vec<(String, String)>,
}

impl RecordedRequest {
    fn new(request: &mockito::Request) -> Self {
        let decode = |text: &str| {
            percent_decode_str(&text.replace('+', " "))
                .decode_utf8_lossy()
                .into_owned()
        };
        let query = request
            .path_and_query()
            .split_once('?')
            .map_or("", |(_, query)| query);
        let query = query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(|(name, value)| (decode(name), decode(value)))
            .collect();
        let headers = request.headers().iter().map(|(name, value)| {
            (
                name.to_string(),
                String::from_utf8_lossy(value.as_bytes()).into_owned(),
            )
        });
        RecordedRequest {
            method: request.method().to_owned(),
            path: request.path().to_owned(),
            query,
            body: request
                .body()
                .ok()
                .and_then(|body| serde_json::from_slice(body).ok()),
            headers: headers.collect(),
        }
    }

    /// The value of a header, by its name in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(own, _)| own.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(own, _)| own == name)
            .map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for RecordedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SECRET: [&str; 5] = [
            "headers",
            "auth_data",
            "credentials",
            "client_secret",
            "bearer_token",
        ];
        fn hide(value: &mut Value) {
            match value {
                Value::Array(items) => items.iter_mut().for_each(hide),
                Value::Object(fields) => {
                    for (name, value) in fields {
                        match SECRET.contains(&name.as_str()) {
                            true => *value = json!(REDACTED),
                            false => hide(value),
                        }
                    }
                }
                _ => {}
            }
        }
        let mut body = self.body.clone();
        body.iter_mut().for_each(hide);
        f.debug_struct("RecordedRequest")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("query", &self.query)
            .field("body", &body)
            .finish_non_exhaustive()
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the server knows.
#[derive(Default)]
struct State {
    api_key: String,
    connectors: Vec<Map<String, Value>>,
    requests: Vec<RecordedRequest>,
    failures: VecDeque<u16>,
    /// Counts writes: every one gets its own ID and second.
    writes: u64,
    /// The body that belongs to the status just returned.
    answer: Value,
}

type Refusal = (u16, Value);

impl State {
    /// Carries out a request. Returns the status, and leaves the body in `answer`.
    fn serve(&mut self, request: RecordedRequest) -> u16 {
        let result = match self.failures.pop_front() {
            Some(status) => Err(plain(status, "the test asked for this failure")),
            None => self.route(&request),
        };
        self.requests.push(request);
        let (status, answer) = result.unwrap_or_else(|refusal| refusal);
        self.answer = answer;
        status
    }

    fn route(&mut self, request: &RecordedRequest) -> Result<(u16, Value), Refusal> {
        if request.header("authorization") != Some(&format!("Bearer {}", self.api_key)) {
            return Err(plain(401, "Unauthorized"));
        }
        let path = request
            .path
            .strip_prefix("/v1/connectors")
            .ok_or_else(not_found)?;
        let target = percent_decode_str(path.strip_prefix('/').unwrap_or_default());
        let target = target.decode_utf8_lossy();
        match (request.method.as_str(), path) {
            ("POST", "") => self.create(request.body.as_ref()),
            ("GET", "") => self.list(request),
            (_, "") => Err(plain(405, "Method Not Allowed")),
            // An ID or name is one segment.
            _ if path.matches('/').count() != 1 => Err(not_found()),
            ("GET", _) => {
                let at = self.find(|connector| is(connector, "id", &target));
                let at = at.or_else(|| self.find(|connector| is(connector, "name", &target)));
                let connector = at
                    .and_then(|at| self.connectors.get(at))
                    .ok_or_else(not_found)?;
                Ok((200, Value::Object(connector.clone())))
            }
            ("PATCH", _) => self.update(&target, request.body.as_ref()),
            ("DELETE", _) => {
                let at = self.find_by_id(&target)?;
                self.connectors.remove(at);
                Ok((200, json!({"message": "Connector deleted successfully"})))
            }
            _ => Err(plain(405, "Method Not Allowed")),
        }
    }

    fn find(&self, matches: impl Fn(&Map<String, Value>) -> bool) -> Option<usize> {
        self.connectors.iter().position(matches)
    }

    fn find_by_id(&self, id: &str) -> Result<usize, Refusal> {
        self.find(|connector| is_uuid(id) && is(connector, "id", id))
            .ok_or_else(not_found)
    }

    /// The next second of the server's own time.
    fn tick(&mut self) -> String {
        self.writes += 1;
        let seconds = 10 * 3600 + 30 * 60 + self.writes - 1;
        let (hours, minutes, seconds) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
        format!("2026-02-24T{hours:02}:{minutes:02}:{seconds:02}Z")
    }

    fn add(&mut self, mut fields: Map<String, Value>) -> String {
        let now = json!(self.tick());
        let number = self.writes;
        let mut default = |name: &str, value: Value| {
            fields.entry(name).or_insert(value);
        };
        default(
            "id",
            json!(format!("a1b2c3d4-5678-90ab-cdef-{number:012x}")),
        );
        default("name", json!(format!("connector_{number}")));
        default("description", json!(""));
        default("created_at", now.clone());
        default("modified_at", now);
        let id = fields
            .get("id")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        self.connectors.push(fields);
        id
    }

    fn create(&mut self, body: Option<&Value>) -> Result<(u16, Value), Refusal> {
        let body = object(body)?;
        let mut faults = faults(body);
        for name in ["name", "description", "server"] {
            if body.get(name).is_none_or(Value::is_null) {
                faults.push(fault("missing", ["body", name], "Field required"));
            }
        }
        if !faults.is_empty() {
            return Err((422, json!({ "detail": faults })));
        }
        self.refuse_taken(body, None)?;
        let mut connector = Map::new();
        for name in TEXTS {
            connector.insert(name.to_owned(), body.get(name).cloned().unwrap_or_default());
        }
        for (name, value) in [
            (
                "visibility",
                body.get("visibility").cloned().unwrap_or(json!("private")),
            ),
            ("protocol", json!("mcp")),
            ("owner_type", json!("user")),
            ("active", json!(true)),
            ("supports_mcp", json!(true)),
            ("private_tool_execution", json!(false)),
            ("mistral", json!(false)),
        ] {
            connector.insert(name.to_owned(), value);
        }
        self.add(connector);
        Ok((
            201,
            self.connectors
                .last()
                .cloned()
                .map(Value::Object)
                .unwrap_or_default(),
        ))
    }

    fn update(&mut self, id: &str, body: Option<&Value>) -> Result<(u16, Value), Refusal> {
        let at = self.find_by_id(id)?;
        let body = object(body)?;
        let faults = faults(body);
        if !faults.is_empty() {
            return Err((422, json!({ "detail": faults })));
        }
        self.refuse_taken(body, Some(at))?;
        let now = json!(self.tick());
        let connector = self.connectors.get_mut(at).ok_or_else(not_found)?;
        for name in ["name", "description", "server"] {
            if let Some(value @ Value::String(_)) = body.get(name) {
                connector.insert(name.to_owned(), value.clone());
            }
        }
        for name in ["title", "icon_url", "system_prompt"] {
            if let Some(value) = body.get(name) {
                connector.insert(name.to_owned(), value.clone());
            }
        }
        connector.insert("modified_at".to_owned(), now);
        Ok((200, Value::Object(connector.clone())))
    }

    /// Refuses a body with the name of a connector other than the one at `own`.
    fn refuse_taken(&self, body: &Map<String, Value>, own: Option<usize>) -> Result<(), Refusal> {
        let name = body.get("name").and_then(Value::as_str);
        match name.and_then(|name| self.find(|connector| is(connector, "name", name))) {
            Some(at) if Some(at) != own => {
                Err(plain(409, "A connector with this name already exists"))
            }
            _ => Ok(()),
        }
    }

    fn list(&self, request: &RecordedRequest) -> Result<(u16, Value), Refusal> {
        let page_size: i64 = request
            .parameter("page_size")
            .map_or(Ok(100), str::parse)
            .unwrap_or(0);
        if !(1..=1000).contains(&page_size) {
            let place = ["query", "page_size"];
            let fault = fault("range", place, "Input should be from 1 to 1000");
            return Err((422, json!({ "detail": [fault] })));
        }
        let json = request.parameter("query_filters").unwrap_or("{}");
        let json: Value = serde_json::from_str(json).unwrap_or_default();
        let flag = |name: &str| match request.parameter(name) {
            Some(text) => Some(text == "true"),
            None => json.get(name).and_then(Value::as_bool),
        };
        let flags = [
            ("active", flag("active")),
            ("supports_mcp", flag("supports_mcp")),
        ];
        // A cursor is the number of connectors seen and the filter it is bound to.
        let filter = format!("{flags:?}").bytes().fold(7_u64, |hash, byte| {
            hash.wrapping_mul(31).wrapping_add(byte.into())
        });
        let seen = match request.parameter("cursor") {
            None | Some("") => 0,
            Some(cursor) => match cursor.split_once('.') {
                Some((seen, own)) if own == format!("{filter:x}") => seen.parse().ok(),
                _ => None,
            }
            .ok_or_else(|| plain(400, "Invalid cursor"))?,
        };
        let matching: Vec<_> = self
            .connectors
            .iter()
            .filter(|connector| {
                flags.iter().all(|(name, flag)| {
                    flag.is_none_or(|flag| connector.get(*name) == Some(&json!(flag)))
                })
            })
            .collect();
        let items: Vec<_> = matching
            .iter()
            .skip(seen)
            .take(page_size as usize)
            .collect();
        let seen = seen + items.len();
        let next = (seen < matching.len()).then(|| format!("{seen}.{filter:x}"));
        let pagination = json!({"next_cursor": next, "page_size": page_size});
        Ok((200, json!({"items": items, "pagination": pagination})))
    }
}

fn is(connector: &Map<String, Value>, field: &str, text: &str) -> bool {
    connector.get(field).and_then(Value::as_str) == Some(text)
}

fn plain(status: u16, detail: &str) -> Refusal {
    (status, json!({ "detail": detail }))
}

fn not_found() -> Refusal {
    plain(404, "Connector not found")
}

fn object(body: Option<&Value>) -> Result<&Map<String, Value>, Refusal> {
    body.and_then(Value::as_object).ok_or_else(|| {
        (
            422,
            json!({"detail": [{
                "type": "model_attributes_type",
                "loc": ["body"],
                "msg": "Input should be a valid dictionary or object to extract fields from",
            }]}),
        )
    })
}

fn fault(kind: &str, loc: [&str; 2], msg: &str) -> Value {
    json!({"type": kind, "loc": loc, "msg": msg})
}

/// What is wrong with the fields that are there.
fn faults(body: &Map<String, Value>) -> Vec<Value> {
    let mut faults = Vec::new();
    for name in TEXTS {
        match body.get(name) {
            None | Some(Value::Null) => {}
            Some(Value::String(text)) => match (name, text.split_once("://")) {
                ("name", _) if text.is_empty() => {
                    faults.push(fault(
                        "string_too_short",
                        ["body", name],
                        "String should not be empty",
                    ));
                }
                ("server", None | Some(("", _) | (_, ""))) => {
                    faults.push(fault(
                        "url_parsing",
                        ["body", name],
                        "Input should be a valid URL",
                    ));
                }
                _ => {}
            },
            Some(_) => faults.push(fault(
                "string_type",
                ["body", name],
                "Input should be a valid string",
            )),
        }
    }
    let words: [(&str, &[&str]); 2] = [
        ("visibility", &["shared_org", "shared_workspace", "private"]),
        ("protocol", &["mcp"]),
    ];
    for (name, words) in words {
        if let Some(value) = body.get(name) {
            if !words.iter().any(|word| value == word) {
                let msg = format!("Input should be one of {}", words.join(", "));
                faults.push(fault("enum", ["body", name], &msg));
            }
        }
    }
    faults
}
