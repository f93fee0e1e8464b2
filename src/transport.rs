//! The one way out to the network: every request is built, sent and read here, once.

use std::io::{self, Read};
use std::mem;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, SystemTime};

use ureq::http::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use ureq::http::{self, HeaderName, HeaderValue, StatusCode, Uri};
use ureq::{Agent, AsSendBody, SendBody};

use crate::connection::{self, NotConnected};
use crate::error::{Error, Result};
use crate::failure::{Failure, Reached};
use crate::reply::Reply;
use crate::request::{Method, Request};
use crate::retry::Policy;
use crate::retry_after::asked_wait;
use crate::secret::{Redactor, Secret};

/// Of an answer that is not a success this much is read; more could only be malice.
const MOST_OF_AN_ERROR: u64 = 1_048_576;

/// The text of an answer that is not a success gets this long, and at most a quarter of what is
/// left of the call: its status is the answer, and a retry may still fit.
const PATIENCE_WITH_ERRORS: Duration = Duration::from_secs(2);

/// No announced length makes us allocate more than this in advance.
const MOST_IN_ADVANCE: u64 = 1_048_576;

/// A body is handed to ureq in pieces of this size: it looks at the clock between two of them.
const PIECE: usize = 16_384;

/// As many threads can share a client without connecting anew for every call.
const IDLE_CONNECTIONS: usize = 16;

/// More fits into no request.
const MOST_HEADER_BYTES: usize = 65_536;

/// The server's names for a request, most telling first.
const REQUEST_IDS: [&str; 3] = [
    "x-request-id",
    "mistral-correlation-id",
    "x-kong-request-id",
];

/// Headers that belong to the client or to HTTP itself.
const OWN_HEADERS: [&str; 13] = [
    "accept",
    "accept-encoding",
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "expect",
    "host",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
];

/// A request without its body.
pub(crate) type RequestHead = http::Request<()>;

/// What the transport has to be told; [`ConnectorsClientBuilder`](crate::ConnectorsClientBuilder)
/// says what each setting means.
#[derive(Clone)]
pub(crate) struct Settings {
    /// Without a slash at its end.
    pub(crate) base_url: String,
    pub(crate) allow_insecure_http: bool,
    pub(crate) connect_timeout: Duration,
    pub(crate) policy: Policy,
    pub(crate) user_agent: String,
    pub(crate) headers: Vec<(String, Secret)>,
    pub(crate) max_response_bytes: u64,
    pub(crate) root_certificates: Vec<Vec<u8>>,
}

/// A pool of connections to one API, with the credentials for it.
pub(crate) struct Transport {
    agent: Agent,
    base_url: String,
    headers: HeaderMap,
    connect_timeout: Duration,
    max_response_bytes: u64,
    pub(crate) policy: Policy,
    /// The buffer of the last answer: new memory would have to be cleared for every page.
    spare: Mutex<Vec<u8>>,
    /// What of every request must not be shown.
    secrets: Vec<Secret>,
    /// Made when something has to be shown for the first time.
    redactor: OnceLock<Redactor>,
}

impl Transport {
    pub(crate) fn new(
        settings: Settings,
        api_key: Secret,
        authorization: HeaderValue,
    ) -> Result<Self> {
        if Uri::try_from(&settings.base_url).is_err() {
            return Err(Error::config("base_url is not a valid URL"));
        }
        let headers = headers(&settings, &api_key, authorization)?;
        let agent = agent(&settings)?;
        let secrets = settings.headers.into_iter().map(|(_, value)| value);
        Ok(Transport {
            agent,
            secrets: secrets.chain([api_key]).collect(),
            redactor: OnceLock::new(),
            spare: Mutex::default(),
            base_url: settings.base_url,
            headers,
            connect_timeout: settings.connect_timeout,
            max_response_bytes: settings.max_response_bytes,
            policy: settings.policy,
        })
    }

    /// The address of the API, without a slash at its end.
    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Takes a buffer back that is needed no longer.
    pub(crate) fn recycle(&self, buffer: Vec<u8>) {
        if buffer.len() as u64 <= MOST_IN_ADVANCE + 1 {
            *lock(&self.spare) = buffer;
        }
    }

    /// What keeps these secrets, and those of every request, out of errors and log lines.
    pub(crate) fn redactor(&self, secrets: &[Secret]) -> Redactor {
        let own = self.redactor.get_or_init(|| Redactor::new(&self.secrets));
        own.and(secrets)
    }

    /// How long connecting may take when this much is left of the call: less than all, so that a
    /// host out of reach is told from a slow server.
    fn connect_limit(&self, left: Duration) -> Duration {
        self.connect_timeout.min(left.mul_f64(0.9))
    }

    /// The head of `request`, for any number of attempts.
    pub(crate) fn head(&self, request: &Request) -> Result<RequestHead> {
        let uri = format!("{}{}{}", self.base_url, request.path, request.query);
        let length = uri.len();
        // Every part is encoded, so all that can be wrong is the length.
        let uri = Uri::try_from(uri).map_err(|_| {
            Error::invalid_request(format!(
                "its URL has {length} characters, more than a URL can hold: an ID, name or cursor \
                 is too long"
            ))
        })?;
        let mut head = RequestHead::new(());
        *head.uri_mut() = uri;
        *head.method_mut() = match request.method {
            Method::Get => http::Method::GET,
            Method::Post => http::Method::POST,
            Method::Put => http::Method::PUT,
            Method::Patch => http::Method::PATCH,
            Method::Delete => http::Method::DELETE,
        };
        let headers = head.headers_mut();
        headers.clone_from(&self.headers);
        put_headers(headers, &request.headers)?;
        match &request.body {
            Some(body) => {
                headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
            }
            // Without this ureq would announce chunks.
            None if matches!(request.method, Method::Post | Method::Put | Method::Patch) => {
                headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
            }
            None => {}
        }
        Ok(head)
    }

    /// Sends `request` once and reads the answer whole, within `left`. With `anew`, not on a kept
    /// connection.
    pub(crate) fn exchange(
        &self,
        head: &RequestHead,
        body: Option<&[u8]>,
        left: Duration,
        anew: bool,
    ) -> std::result::Result<Reply, Failure> {
        if left.is_zero() {
            return Err(Failure::timed_out(Reached::Nothing));
        }
        connection::begin();
        let mut sent = Body {
            left: body.unwrap_or_default(),
            begun: false,
        };
        let answer = match body {
            Some(_) => {
                let message = head.clone().map(|()| SendBody::from_reader(&mut sent));
                self.run(message, left, anew)
            }
            None => self.run(head.clone(), left, anew),
        };
        // Without its body a request cannot be carried out.
        let unsent = body.is_some() && !sent.begun;
        let result = match answer {
            Ok(answer) => self.read(answer, left),
            Err(error) if unsent => Err((error, Reached::Server)),
            Err(error) if connection::is_new() => Err((error, Reached::Request)),
            Err(error) => Err((error, Reached::RequestOnKept)),
        };
        result.map_err(|(error, reached)| match NotConnected::of(error) {
            Ok(failed) => {
                let cut_short = self.connect_limit(left) < self.connect_timeout;
                Failure::not_connected(failed, head.uri(), cut_short)
            }
            Err(error) => Failure::broken_off(error, reached),
        })
    }

    fn run(
        &self,
        message: http::Request<impl AsSendBody>,
        left: Duration,
        anew: bool,
    ) -> std::result::Result<http::Response<ureq::Body>, ureq::Error> {
        let config = self
            .agent
            .configure_request(message)
            // The only limit that covers everything, name lookup and dripping answers included.
            .timeout_global(Some(left))
            .timeout_resolve(Some(self.connect_limit(left)))
            .timeout_connect(Some(self.connect_limit(left)));
        let config = match anew {
            true => config.max_idle_age(Duration::ZERO),
            false => config,
        };
        self.agent.run(config.build())
    }

    fn read(
        &self,
        answer: http::Response<ureq::Body>,
        left: Duration,
    ) -> std::result::Result<Reply, (ureq::Error, Reached)> {
        let (head, body) = answer.into_parts();
        let mut reply = read_head(head.status, &head.headers);
        let limit = match reply.is_success() {
            true => self.max_response_bytes,
            false => {
                connection::limit_rest_to(PATIENCE_WITH_ERRORS.min(left / 4));
                self.max_response_bytes.min(MOST_OF_AN_ERROR)
            }
        };
        let mut buffer = mem::take(&mut *lock(&self.spare));
        let (length, read) = read_body(body, limit, &mut buffer);
        // Of a failure the status is the answer, and whatever came of the text is good enough.
        if reply.is_success() {
            read.map_err(|error| (error, Reached::Answer))?;
        }
        (reply.buffer, reply.length) = (buffer, length);
        reply.ended = connection::has_ended();
        Ok(reply)
    }
}

/// How the key is sent, or what is wrong with it.
pub(crate) fn authorization(api_key: &Secret) -> Result<HeaderValue> {
    let key = api_key.expose();
    let odd = key.chars().position(|c| !c.is_ascii_graphic());
    match (odd, HeaderValue::try_from(format!("Bearer {key}"))) {
        (None, Ok(mut value)) => {
            value.set_sensitive(true);
            Ok(value)
        }
        (odd, _) => Err(Error::config(format!(
            "api_key (MISTRAL_API_KEY): character {} is a space, a line break or another one that \
             a header cannot carry; pass the key alone",
            odd.unwrap_or_default() + 1
        ))),
    }
}

fn header_bytes(headers: &[(String, Secret)]) -> usize {
    let lengths = headers.iter();
    let lengths = lengths.map(|(name, value)| name.len() + value.expose().len());
    lengths.sum()
}

/// The headers of every request.
fn headers(settings: &Settings, api_key: &Secret, authorization: HeaderValue) -> Result<HeaderMap> {
    let others = settings.user_agent.len() + api_key.expose().len();
    if others + header_bytes(&settings.headers) > MOST_HEADER_BYTES {
        return Err(Error::config(format!(
            "api_key, user_agent and header: together more than {MOST_HEADER_BYTES} bytes"
        )));
    }
    if HeaderValue::from_str(&settings.user_agent).is_err() {
        return Err(Error::config(
            "user_agent holds a character that a header cannot carry",
        ));
    }
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(AUTHORIZATION, authorization);
    for (name, value) in &settings.headers {
        let (name, mut value) = header(name, value).map_err(Error::config)?;
        value.set_sensitive(true);
        headers
            .try_append(name, value)
            .map_err(|_| Error::config("header: too many"))?;
    }
    Ok(headers)
}

/// Adds the headers of one request, which take the place of the client's.
fn put_headers(headers: &mut HeaderMap, added: &[(String, Secret)]) -> Result<()> {
    if header_bytes(added) > MOST_HEADER_BYTES {
        return Err(Error::invalid_request(format!(
            "header: together more than {MOST_HEADER_BYTES} bytes"
        )));
    }
    let parsed = added.iter().map(|(name, value)| header(name, value));
    let parsed: std::result::Result<Vec<_>, _> = parsed.collect();
    let parsed = parsed.map_err(Error::invalid_request)?;
    for (name, _) in &parsed {
        headers.remove(name);
    }
    for (name, value) in parsed {
        headers
            .try_append(name, value)
            .map_err(|_| Error::invalid_request("header: too many"))?;
    }
    Ok(())
}

/// A header that a caller sets, or why it cannot be.
fn header(name: &str, value: &Secret) -> std::result::Result<(HeaderName, HeaderValue), String> {
    // It is not shown: it could be a whole line with its value.
    let parsed = HeaderName::try_from(name).map_err(|_| {
        "header: a name holds a character that the name of a header cannot have".to_owned()
    })?;
    if OWN_HEADERS.contains(&parsed.as_str()) {
        return Err(format!("header: `{parsed}` is set by the client itself"));
    }
    let value = HeaderValue::from_str(value.expose()).map_err(|_| {
        format!("header: the value of `{parsed}` holds a character that a header cannot carry")
    })?;
    Ok((parsed, value))
}

fn agent(settings: &Settings) -> Result<Agent> {
    let config = Agent::config_builder()
        .http_status_as_error(false)
        // The key would travel, and a POST would become a GET.
        .max_redirects(0)
        .max_idle_connections(IDLE_CONNECTIONS)
        .max_idle_connections_per_host(IDLE_CONNECTIONS)
        .user_agent(&settings.user_agent);
    // Plain http is for loopback addresses, unless allowed: a proxy is another machine.
    let config = match settings.base_url.starts_with("http:") && !settings.allow_insecure_http {
        true => config.proxy(None),
        false => config,
    };
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    let config = config.tls_config(tls(&settings.root_certificates)?);
    Ok(connection::agent(config.build()))
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
fn tls(root_certificates: &[Vec<u8>]) -> Result<ureq::tls::TlsConfig> {
    use ureq::tls::{PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};

    let unreadable = || Error::config("root_certificate_pem holds no readable certificate");
    let mut roots = Vec::new();
    for pem in root_certificates {
        let before = roots.len();
        for item in parse_pem(pem) {
            if let PemItem::Certificate(certificate) = item.map_err(|_| unreadable())? {
                roots.push(certificate);
            }
        }
        if roots.len() == before {
            return Err(unreadable());
        }
    }
    let platform = cfg!(any(feature = "native-tls", feature = "platform-verifier"));
    let roots = match (roots.is_empty(), platform) {
        (false, _) => RootCerts::from(roots),
        (true, true) => RootCerts::PlatformVerifier,
        (true, false) => RootCerts::WebPki,
    };
    let provider = if cfg!(feature = "native-tls") {
        TlsProvider::NativeTls
    } else {
        TlsProvider::Rustls
    };
    Ok(TlsConfig::builder()
        .provider(provider)
        .root_certs(roots)
        .build())
}

fn read_head(status: StatusCode, headers: &HeaderMap) -> Reply {
    let text = |name: &str| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value.filter(|value| !value.is_empty())
    };
    let (millis, after) = (text("retry-after-ms"), text("retry-after"));
    let location = text("location").filter(|_| status.is_redirection());
    Reply {
        status: status.as_u16(),
        reason: status.canonical_reason().unwrap_or("unknown status"),
        request_id: REQUEST_IDS
            .iter()
            .find_map(|name| text(name))
            .map(str::to_owned),
        retry_after: asked_wait(millis, after, SystemTime::now()),
        location: location.map(str::to_owned),
        proxy_status: proxy_status(headers),
        compressed: text("content-encoding").is_some_and(|encoding| encoding != "identity"),
        ended: false,
        buffer: Vec::new(),
        length: 0,
    }
}

/// All members of the list that `Proxy-Status` is.
fn proxy_status(headers: &HeaderMap) -> Option<String> {
    let values = headers.get_all("proxy-status").iter();
    let values: Vec<&str> = values.filter_map(|value| value.to_str().ok()).collect();
    (!values.is_empty()).then(|| values.join(", "))
}

/// Reads the body, or as much of it as the limit allows or as comes, into `buffer`. Returns its
/// length, and whether that is all.
fn read_body(
    body: ureq::Body,
    limit: u64,
    buffer: &mut Vec<u8>,
) -> (usize, std::result::Result<(), ureq::Error>) {
    let limit_length = usize::try_from(limit).unwrap_or(usize::MAX);
    let most = limit_length.saturating_add(1);
    // With room to see that nothing follows.
    let announced = body.content_length().unwrap_or(0).min(MOST_IN_ADVANCE) as usize + 1;
    if buffer.len() < announced.min(most) {
        buffer.resize(announced.min(most), 0);
    }
    let mut reader = body.into_reader();
    let mut length = 0;
    loop {
        if length == buffer.len() {
            buffer.resize((2 * length).max(PIECE).min(most), 0);
        }
        match reader.read(buffer.get_mut(length..).unwrap_or_default()) {
            Ok(0) => return (length, Ok(())),
            Ok(read) => length += read,
            Err(error) => return (length, Err(error.into())),
        }
        if length > limit_length {
            return (limit_length, Err(ureq::Error::BodyExceedsLimit(limit)));
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The body on its way out.
struct Body<'a> {
    left: &'a [u8],
    /// Until ureq asks for the first piece, there was no connection to send it on.
    begun: bool,
}

impl Read for Body<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.begun = true;
        let length = buffer.len().min(PIECE);
        self.left.read(buffer.get_mut(..length).unwrap_or_default())
    }
}
