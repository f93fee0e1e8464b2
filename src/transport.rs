//! The one way out to the network: every request is built, sent, retried, limited and read here.

use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Read};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use ureq::http::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use ureq::http::{HeaderName, HeaderValue, StatusCode, Uri};
use ureq::{Agent, AsSendBody, SendBody, Timeout};

use crate::answer::Answer;
use crate::builder::Settings;
use crate::error::{ApiError, DecodeError, Error, FailedCall, Head, Result, TransportError};
use crate::request::{Method, Request};
use crate::retry::{self, Outcome, Policy};
use crate::secret::{Redactor, Secret};

/// Longer limits than a year mean the same, and the clock can still add them up.
const LONGEST: Duration = Duration::from_secs(31_536_000);

/// Of an answer that is not a success this much is read; more could only be malice.
const MOST_OF_AN_ERROR: u64 = 1_048_576;

/// No announced length makes us allocate more than this in advance.
const MOST_IN_ADVANCE: u64 = 1_048_576;

/// A body is handed to ureq in pieces of this size: it looks at the clock between two of them.
const PIECE: usize = 16_384;

/// As many threads can share a client without connecting anew for every call.
const IDLE_CONNECTIONS: usize = 16;

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

/// A pool of connections to one API, with the credentials for it.
pub(crate) struct Transport {
    agent: Agent,
    base_url: String,
    headers: HeaderMap,
    connect_timeout: Duration,
    max_response_bytes: u64,
    policy: Policy,
    redactor: Redactor,
}

impl Transport {
    pub(crate) fn new(settings: &Settings, base_url: String, api_key: &Secret) -> Result<Self> {
        if Uri::try_from(&base_url).is_err() {
            return Err(Error::config("base_url is not a valid URL"));
        }
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let mut authorization = HeaderValue::try_from(format!("Bearer {}", api_key.expose()))
            .map_err(|_| Error::config("api_key holds a character that a header cannot carry"))?;
        authorization.set_sensitive(true);
        headers.insert(AUTHORIZATION, authorization);
        for (name, value) in &settings.headers {
            let (name, mut value) = header(name, value)?;
            value.set_sensitive(true);
            headers
                .try_append(name, value)
                .map_err(|_| Error::config("header: too many"))?;
        }
        if HeaderValue::from_str(&settings.user_agent).is_err() {
            return Err(Error::config(
                "user_agent holds a character that a header cannot carry",
            ));
        }
        let secrets = settings
            .headers
            .iter()
            .map(|(_, value)| value)
            .chain([api_key]);
        Ok(Transport {
            agent: agent(settings, &base_url)?,
            base_url,
            headers,
            connect_timeout: settings.connect_timeout,
            max_response_bytes: settings.max_response_bytes,
            policy: settings.policy.clone(),
            redactor: Redactor::new(secrets),
        })
    }

    /// The address of the API, without a slash at its end.
    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Begins a call that ends, well or badly, within `timeout`.
    pub(crate) fn call(&self, timeout: Duration) -> Call<'_> {
        let timeout = timeout.min(LONGEST);
        let started = Instant::now();
        Call {
            transport: self,
            started,
            timeout,
            attempts: 0,
            retries: 0,
            left_open: false,
        }
    }

    /// How long connecting may take when this much is left of the call: less than all, so that a
    /// host out of reach is told from a slow server.
    fn connect_limit(&self, left: Duration) -> Duration {
        self.connect_timeout.min(left.mul_f64(0.9))
    }

    fn uri(&self, request: &Request) -> Result<Uri> {
        let uri = format!("{}{}{}", self.base_url, request.path, request.query);
        let length = uri.len();
        // Every part is encoded, so all that can be wrong is the length.
        Uri::try_from(uri).map_err(|_| {
            Error::invalid_request(format!(
                "its URL has {length} characters, more than a URL can hold: an ID, name or cursor \
                 is too long"
            ))
        })
    }
}

fn header(name: &str, value: &Secret) -> Result<(HeaderName, HeaderValue)> {
    let parsed = HeaderName::try_from(name).map_err(|_| {
        // It is not shown: it could be a whole line with its value.
        Error::config("header: a name holds a character that the name of a header cannot have")
    })?;
    if OWN_HEADERS.contains(&parsed.as_str()) {
        return Err(Error::config(format!(
            "header: `{parsed}` is set by the client itself"
        )));
    }
    let value = HeaderValue::from_str(value.expose()).map_err(|_| {
        Error::config(format!(
            "header: the value of `{parsed}` holds a character that a header cannot carry"
        ))
    })?;
    Ok((parsed, value))
}

fn agent(settings: &Settings, base_url: &str) -> Result<Agent> {
    let config = Agent::config_builder()
        .http_status_as_error(false)
        // The key would travel, and a POST would become a GET.
        .max_redirects(0)
        .max_idle_connections(IDLE_CONNECTIONS)
        .max_idle_connections_per_host(IDLE_CONNECTIONS)
        .user_agent(&settings.user_agent);
    // Plain http is for loopback addresses, unless allowed: a proxy is another machine.
    let config = match base_url.starts_with("http:") && !settings.allow_insecure_http {
        true => config.proxy(None),
        false => config,
    };
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    let config = config.tls_config(tls(settings)?);
    Ok(config.build().new_agent())
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
fn tls(settings: &Settings) -> Result<ureq::tls::TlsConfig> {
    use ureq::tls::{PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};

    let unreadable = || Error::config("root_certificate_pem holds no readable certificate");
    let mut roots = Vec::new();
    for pem in &settings.root_certificates {
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

/// One call of a method of the client: all its requests, attempts and waits share one deadline.
pub(crate) struct Call<'a> {
    transport: &'a Transport,
    started: Instant,
    timeout: Duration,
    attempts: u32,
    retries: u32,
    /// A write was sent without a clear answer.
    left_open: bool,
}

impl Call<'_> {
    /// Sends `request`, again if need be and allowed, and reads the answer.
    pub(crate) fn send<T: Answer>(&mut self, request: &Request) -> Result<T> {
        let uri = self.transport.uri(request)?;
        loop {
            self.attempts += 1;
            let result = self
                .attempt(&uri, request)
                .and_then(|reply| self.read(reply, request));
            let mut error = match result {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            // What an earlier attempt may have deleted is deleted.
            if self.left_open && request.method == Method::Delete && error.is_not_found() {
                if let Some(done) = T::without_body() {
                    return Ok(done);
                }
            }
            self.left_open |= retry::leaves_open(request, error.outcome());
            if let Some(call) = error.call_mut() {
                call.attempts = self.attempts;
                call.may_have_happened = self.left_open;
            }
            let Some(wait) = self.wait(request, &error) else {
                return Err(error);
            };
            let reason: &dyn fmt::Display = match &error {
                Error::Api(error) => &error.status,
                Error::Transport(error) => &error.what,
                _ => &"the connection broke off",
            };
            log::warn!(
                "{}: {reason} (attempt {}); retrying in {wait:?}",
                self.shown(request),
                self.attempts
            );
            thread::sleep(wait);
            self.retries += 1;
        }
    }

    /// The request as log lines name it.
    fn shown(&self, request: &Request) -> String {
        self.transport.redactor.text(&request.to_string())
    }

    fn left(&self) -> Duration {
        self.timeout.saturating_sub(self.started.elapsed())
    }

    /// How long to wait before the next attempt, if there is to be one.
    fn wait(&self, request: &Request, error: &Error) -> Option<Duration> {
        let policy = &self.transport.policy;
        if self.retries >= policy.max_retries || !retry::may_retry(request, error.outcome()) {
            return None;
        }
        let random = RandomState::new().build_hasher().finish();
        policy.wait(self.retries, error.retry_after(), self.left(), random)
    }

    /// One request and one answer, read whole.
    fn attempt(&self, uri: &Uri, request: &Request) -> Result<Reply> {
        let started = Instant::now();
        let left = self.left();
        let mut body = Body {
            left: request.body.as_deref().unwrap_or_default(),
            begun: false,
        };
        let result = if left.is_zero() {
            Err(ureq::Error::Timeout(Timeout::Global))
        } else {
            self.exchange(uri, request, &mut body, left)
        };
        let sent = match &request.body {
            _ if left.is_zero() => Sent::No,
            Some(_) if body.begun => Sent::Yes,
            Some(_) => Sent::No,
            // Without a body there is no telling; a write had better be thought sent.
            None if request.method.writes() => Sent::Yes,
            None => Sent::Unknown,
        };
        let result = result.map_err(|error| self.transport_error(request, error, sent, left));
        let came: &dyn fmt::Display = match &result {
            Ok(reply) => &reply.head.status,
            Err(error) => &error.what,
        };
        log::debug!(
            "{}: {came} after {:?} (attempt {})",
            self.shown(request),
            started.elapsed(),
            self.attempts
        );
        result.map_err(|error| Error::Transport(Box::new(error)))
    }

    fn exchange(
        &self,
        uri: &Uri,
        request: &Request,
        body: &mut Body<'_>,
        left: Duration,
    ) -> std::result::Result<Reply, ureq::Error> {
        let transport = self.transport;
        let mut message = ureq::http::Request::builder()
            .method(request.method.as_str())
            .uri(uri);
        if let Some(headers) = message.headers_mut() {
            *headers = transport.headers.clone();
            if let Some(body) = &request.body {
                headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
            }
        }
        let (head, body) = match &request.body {
            Some(_) => self.run(message.body(SendBody::from_reader(body))?, left),
            None => self.run(message.body(())?, left),
        }?
        .into_parts();
        let status = head.status;
        let head = read_head(status, &head.headers);
        let limit = match status.is_success() {
            true => transport.max_response_bytes,
            false => transport.max_response_bytes.min(MOST_OF_AN_ERROR),
        };
        let (bytes, read) = read_body(body, limit);
        // Of a failure the status is the answer, and whatever came of the text is good enough.
        if status.is_success() {
            read?;
        }
        Ok(Reply { head, bytes })
    }

    fn run(
        &self,
        message: ureq::http::Request<impl AsSendBody>,
        left: Duration,
    ) -> std::result::Result<ureq::http::Response<ureq::Body>, ureq::Error> {
        let message = self
            .transport
            .agent
            .configure_request(message)
            // The only limit that covers everything, name lookup and dripping answers included.
            .timeout_global(Some(left))
            .timeout_resolve(Some(self.transport.connect_limit(left)))
            .timeout_connect(Some(self.transport.connect_limit(left)))
            .build();
        self.transport.agent.run(message)
    }

    /// The answer as a value, or as the error it is.
    fn read<T: Answer>(&self, reply: Reply, request: &Request) -> Result<T> {
        let Reply { head, bytes } = reply;
        let redactor = || self.transport.redactor.and(&request.secrets);
        if !(200..=299).contains(&head.status) {
            let error = ApiError::new(&head, &bytes, request, &redactor());
            return Err(Error::Api(Box::new(error)));
        }
        decode(&bytes).map_err(|why| {
            let json = why.downcast_ref::<serde_json::Error>();
            let outcome = match json.is_some_and(serde_json::Error::is_eof) && !head.framed {
                true => Outcome::BrokenOff,
                false => Outcome::Unusable,
            };
            let (expected, redactor) = (T::expected(), redactor());
            let error =
                DecodeError::new(&head, expected, &why, outcome, &bytes, request, &redactor);
            Error::Decode(Box::new(error))
        })
    }

    fn transport_error(
        &self,
        request: &Request,
        error: ureq::Error,
        sent: Sent,
        left: Duration,
    ) -> TransportError {
        let redactor = self.transport.redactor.and(&request.secrets);
        let timeout = matches!(error, ureq::Error::Timeout(_));
        let (what, mut outcome, hint) = describe(&error, sent);
        let cut_short = self.transport.connect_limit(left) < self.transport.connect_timeout;
        if timeout && cut_short && outcome == Outcome::NotConnected {
            // Connecting took the time of the whole call; what is left of it would not do.
            outcome = Outcome::Unconnectable;
        }
        // ureq's own words could repeat what a server sent; its debug form says more than the other.
        let shown = format!("{error} {error:?}");
        let source = match redactor.text(&shown) == shown {
            true => error.into(),
            false => redactor.text(&error.to_string()).into(),
        };
        let base_url = redactor.text(&self.transport.base_url);
        let call = FailedCall::new(request, &redactor);
        TransportError {
            what,
            timeout,
            outcome,
            hint,
            source,
            base_url,
            call,
        }
    }
}

/// What came back.
struct Reply {
    head: Head,
    bytes: Vec<u8>,
}

const RAISE_TIMEOUT: &str = "if the server is just slow, raise `timeout`";
const CHECK_NETWORK: &str =
    "check the network, `base_url`, and the proxy variables (HTTPS_PROXY, NO_PROXY)";
const TRUST: &str = "behind a proxy that re-signs TLS, enable the feature `platform-verifier` or \
                     name its certificate with `root_certificate_pem`";
const RAISE_LIMIT: &str = "raise `max_response_bytes`, or ask for less with `page_size`";

/// Whether any of a request went out: without its body it cannot be carried out.
#[derive(Clone, Copy, PartialEq)]
enum Sent {
    No,
    Yes,
    Unknown,
}

/// What `error` says to a user: what happened, how far it got, what to do.
fn describe(error: &ureq::Error, sent: Sent) -> (&'static str, Outcome, Option<&'static str>) {
    let text = error.to_string();
    let unless_unsent = |outcome| match sent {
        Sent::No => Outcome::NotConnected,
        Sent::Yes | Sent::Unknown => outcome,
    };
    let not_connected = |what| (what, Outcome::NotConnected, Some(CHECK_NETWORK));
    match error {
        ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => {
            not_connected("timed out connecting")
        }
        ureq::Error::Timeout(_) => (
            "timed out",
            unless_unsent(Outcome::Unusable),
            Some(RAISE_TIMEOUT),
        ),
        ureq::Error::ConnectProxyFailed(_) => not_connected("could not connect through the proxy"),
        ureq::Error::BodyExceedsLimit(_) => (
            "the answer is larger than `max_response_bytes`",
            Outcome::Unusable,
            Some(RAISE_LIMIT),
        ),
        ureq::Error::Protocol(_) | ureq::Error::LargeResponseHeader(..) => (
            "the answer is not valid HTTP",
            Outcome::Unusable,
            Some(CHECK_NETWORK),
        ),
        // After all that can hold words of the other side.
        _ if text.contains("certificate") => (
            "could not connect: certificate not trusted",
            Outcome::Unconnectable,
            Some(TRUST),
        ),
        ureq::Error::Io(cause) if cause.kind() == io::ErrorKind::ConnectionRefused => {
            not_connected("could not connect: refused")
        }
        _ if text.contains("lookup address") => not_connected("could not connect"),
        #[cfg(feature = "gzip")]
        ureq::Error::Decompress(_, cause) if cause.kind() != io::ErrorKind::UnexpectedEof => {
            ("the answer cannot be decompressed", Outcome::Unusable, None)
        }
        _ if sent != Sent::Yes && fails_to_connect(error) => not_connected("could not connect"),
        _ => (
            "the connection broke off",
            unless_unsent(Outcome::BrokenOff),
            None,
        ),
    }
}

/// Whether `error` looks like one of a connection that does not come about. The same may happen to
/// one that exists.
fn fails_to_connect(error: &ureq::Error) -> bool {
    use io::ErrorKind::{
        AddrNotAvailable, HostUnreachable, InvalidData, NetworkDown, NetworkUnreachable,
    };
    match error {
        // `InvalidData` is how rustls fails.
        ureq::Error::Io(cause) => matches!(
            cause.kind(),
            AddrNotAvailable | HostUnreachable | InvalidData | NetworkDown | NetworkUnreachable
        ),
        ureq::Error::BodyStalled => false,
        #[cfg(feature = "gzip")]
        ureq::Error::Decompress(..) => false,
        // No host, or no TLS.
        _ => true,
    }
}

fn read_head(status: StatusCode, headers: &HeaderMap) -> Head {
    let text = |name: &str| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value.filter(|value| !value.is_empty())
    };
    let (millis, after) = (text("retry-after-ms"), text("retry-after"));
    let location = text("location").filter(|_| status.is_redirection());
    Head {
        status: status.as_u16(),
        reason: status.canonical_reason().unwrap_or("unknown status"),
        request_id: REQUEST_IDS
            .iter()
            .find_map(|name| text(name))
            .map(str::to_owned),
        retry_after: retry::asked_wait(millis, after, SystemTime::now()),
        location: location.map(str::to_owned),
        compressed: text("content-encoding").is_some_and(|encoding| encoding != "identity"),
        framed: text("content-length")
            .or(text("transfer-encoding"))
            .is_some(),
    }
}

/// The body, or as much of it as the limit allows or as came, and whether that is all.
fn read_body(body: ureq::Body, limit: u64) -> (Vec<u8>, std::result::Result<(), ureq::Error>) {
    let announced = body.content_length().unwrap_or(0).min(limit);
    let mut bytes = Vec::with_capacity(announced.min(MOST_IN_ADVANCE) as usize);
    let reader = body.into_reader();
    let read = match reader.take(limit.saturating_add(1)).read_to_end(&mut bytes) {
        Ok(length) if length as u64 > limit => Err(ureq::Error::BodyExceedsLimit(limit)),
        read => read.map(drop).map_err(ureq::Error::from),
    };
    bytes.truncate(limit.try_into().unwrap_or(usize::MAX));
    (bytes, read)
}

fn decode<T: Answer>(bytes: &[u8]) -> std::result::Result<T, Box<dyn std::error::Error>> {
    // Once for the whole text is cheaper than once for every string in it.
    let text = std::str::from_utf8(bytes)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let nothing = matches!(text.trim(), "" | "null");
    match T::without_body().filter(|_| nothing) {
        Some(empty) => Ok(empty),
        None => Ok(serde_json::from_str(text)?),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_far_a_failed_attempt_got() {
        use Outcome::{BrokenOff, NotConnected, Unconnectable, Unusable};
        let io = |kind| ureq::Error::Io(io::Error::from(kind));
        let other = |text| ureq::Error::Io(io::Error::other(text));
        // The outcomes if the request was not sent, if it was, and if there is no telling.
        for (error, want) in [
            (ureq::Error::Timeout(Timeout::Resolve), [NotConnected; 3]),
            (ureq::Error::Timeout(Timeout::Connect), [NotConnected; 3]),
            (
                ureq::Error::Timeout(Timeout::Global),
                [NotConnected, Unusable, Unusable],
            ),
            (
                other("invalid peer certificate: UnknownIssuer"),
                [Unconnectable; 3],
            ),
            (
                other("failed to lookup address information"),
                [NotConnected; 3],
            ),
            (
                ureq::Error::ConnectProxyFailed(String::new()),
                [NotConnected; 3],
            ),
            (
                ureq::Error::ConnectProxyFailed("certificate".to_owned()),
                [NotConnected; 3],
            ),
            (ureq::Error::BodyExceedsLimit(1), [Unusable; 3]),
            (ureq::Error::LargeResponseHeader(2, 1), [Unusable; 3]),
            (io(io::ErrorKind::ConnectionRefused), [NotConnected; 3]),
            (
                io(io::ErrorKind::HostUnreachable),
                [NotConnected, BrokenOff, NotConnected],
            ),
            (
                io(io::ErrorKind::NetworkUnreachable),
                [NotConnected, BrokenOff, NotConnected],
            ),
            (
                io(io::ErrorKind::NetworkDown),
                [NotConnected, BrokenOff, NotConnected],
            ),
            (
                io(io::ErrorKind::AddrNotAvailable),
                [NotConnected, BrokenOff, NotConnected],
            ),
            (
                io(io::ErrorKind::InvalidData),
                [NotConnected, BrokenOff, NotConnected],
            ),
            (
                ureq::Error::HostNotFound,
                [NotConnected, BrokenOff, NotConnected],
            ),
            (
                ureq::Error::Tls("failed"),
                [NotConnected, BrokenOff, NotConnected],
            ),
            (
                io(io::ErrorKind::ConnectionReset),
                [NotConnected, BrokenOff, BrokenOff],
            ),
            (
                io(io::ErrorKind::BrokenPipe),
                [NotConnected, BrokenOff, BrokenOff],
            ),
            (
                io(io::ErrorKind::UnexpectedEof),
                [NotConnected, BrokenOff, BrokenOff],
            ),
            (
                ureq::Error::BodyStalled,
                [NotConnected, BrokenOff, BrokenOff],
            ),
        ] {
            let got = [Sent::No, Sent::Yes, Sent::Unknown].map(|sent| describe(&error, sent).1);
            assert_eq!(got, want, "{error:?}");
        }
    }
}
