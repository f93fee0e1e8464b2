//! Every setting of the client, its default, and where the key comes from.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::client::ConnectorsClient;
use crate::error::{Error, Result};
use crate::proxy::{ProxySetting, variable};
use crate::retry::Policy;
use crate::secret::Secret;
use crate::transport::{self, Settings, Transport};
use crate::url::{self, HAS_TLS, NO_TLS};

/// The environment variable that holds the API key.
const API_KEY: &str = "MISTRAL_API_KEY";

/// The environment variable that holds another address of the API.
const BASE_URL: &str = "MISTRAL_BASE_URL";

impl ConnectorsClient {
    /// Creates a client with the API key in the environment variable `MISTRAL_API_KEY`.
    ///
    /// If the variable is not set or empty, the feature `dotenv` looks for it in the nearest `.env`, in
    /// the current directory or a parent:
    ///
    /// - Only the nearest one is read. If it has no API key, those further up are not tried.
    /// - It can be a file or a named pipe, of at most 1 MiB. A named pipe is read until the other side
    ///   closes it. Anything else is an error that names it.
    /// - The first line with a value counts. A `$` in a value stands for another variable, unless the
    ///   value is in single quotes.
    /// - The process environment is not changed.
    ///
    /// `MISTRAL_BASE_URL` sets the base URL. It is never read from `.env`.
    ///
    /// # Errors
    ///
    /// [`Error::MissingApiKey`](crate::Error::MissingApiKey) if neither has a key;
    /// [`Error::Config`](crate::Error::Config) if the API key, the base URL or a
    /// [proxy variable](ConnectorsClientBuilder::proxy) cannot be used, or if `.env` cannot be read.
    pub fn from_env() -> Result<Self> {
        ConnectorsClientBuilder::from_env()?.build()
    }

    /// A client with this API key and every other setting at its default.
    ///
    /// # Errors
    ///
    /// [`Error::MissingApiKey`](crate::Error::MissingApiKey) if the key is empty;
    /// [`Error::Config`](crate::Error::Config) if it cannot be sent in a header, or if this build
    /// has no TLS.
    pub fn new(api_key: impl Into<String>) -> Result<Self> {
        Self::builder().api_key(api_key).build()
    }

    /// Every setting. The environment is only read for the [proxy](ConnectorsClientBuilder::proxy).
    pub fn builder() -> ConnectorsClientBuilder {
        ConnectorsClientBuilder::new()
    }
}

/// Settings of a [`ConnectorsClient`], checked all at once by
/// [`build`](ConnectorsClientBuilder::build).
///
/// ```
/// use std::time::Duration;
/// use mistral_connectors::ConnectorsClient;
///
/// # fn demo(key: String) -> mistral_connectors::Result<()> {
/// let client = ConnectorsClient::builder()
///     .api_key(key)
///     .timeout(Duration::from_secs(30))
///     .max_retries(0)
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use]
pub struct ConnectorsClientBuilder {
    api_key: Option<Secret>,
    timeout: Duration,
    settings: Settings,
}

impl ConnectorsClientBuilder {
    /// Where [`base_url`](Self::base_url) points if it is not set.
    pub const DEFAULT_BASE_URL: &str = "https://api.mistral.ai";
    /// What [`timeout`](Self::timeout) is if it is not set: 60 seconds.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);
    /// What [`connect_timeout`](Self::connect_timeout) is if it is not set: 10 seconds.
    pub const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
    /// What [`max_retries`](Self::max_retries) is if it is not set.
    pub const DEFAULT_MAX_RETRIES: u32 = 2;
    /// The first wait of [`retry_backoff`](Self::retry_backoff) if it is not set: half a second.
    pub const DEFAULT_RETRY_BACKOFF: Duration = Duration::from_millis(500);
    /// The longest wait of [`retry_backoff`](Self::retry_backoff) if it is not set: 8 seconds.
    pub const DEFAULT_MAX_RETRY_BACKOFF: Duration = Duration::from_secs(8);
    /// What [`max_response_bytes`](Self::max_response_bytes) is if it is not set: 16 MiB.
    pub const DEFAULT_MAX_RESPONSE_BYTES: u64 = 16 * 1024 * 1024;

    pub(crate) fn new() -> Self {
        let settings = Settings {
            base_url: Self::DEFAULT_BASE_URL.to_owned(),
            allow_insecure_http: false,
            connect_timeout: Self::DEFAULT_CONNECT_TIMEOUT,
            policy: Policy {
                max_retries: Self::DEFAULT_MAX_RETRIES,
                initial: Self::DEFAULT_RETRY_BACKOFF,
                max: Self::DEFAULT_MAX_RETRY_BACKOFF,
            },
            user_agent: concat!("mistral-connectors/", env!("CARGO_PKG_VERSION")).to_owned(),
            headers: Vec::new(),
            max_response_bytes: Self::DEFAULT_MAX_RESPONSE_BYTES,
            root_certificates: Vec::new(),
            proxy: ProxySetting::Environment,
        };
        ConnectorsClientBuilder {
            api_key: None,
            timeout: Self::DEFAULT_TIMEOUT,
            settings,
        }
    }

    /// A builder with the key and the address that [`ConnectorsClient::from_env`] would use, for
    /// further settings. Without a key it is up to [`api_key`](Self::api_key) to set one.
    ///
    /// ```
    /// use mistral_connectors::{ConnectorsClient, ConnectorsClientBuilder};
    ///
    /// # fn demo() -> mistral_connectors::Result<()> {
    /// let client = ConnectorsClientBuilder::from_env()?.max_retries(5).build()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Config`] if the environment holds something that is no Unicode, or if the `.env`
    /// file cannot be read or understood: the text names its line, and never its content.
    pub fn from_env() -> Result<Self> {
        let mut builder = Self::new();
        builder.api_key = match variable(API_KEY)? {
            Some(key) => Some(Secret::new(key)),
            #[cfg(feature = "dotenv")]
            None => crate::dotenv::find(API_KEY)?.map(Secret::new),
            #[cfg(not(feature = "dotenv"))]
            None => None,
        };
        // Never from `.env`: a file in a cloned folder could send somebody's key elsewhere.
        if let Some(url) = variable(BASE_URL)? {
            builder.settings.base_url = url;
        }
        Ok(builder)
    }

    /// The API key. Required.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.api_key = Some(Secret::new(key));
        self
    }

    /// The address of the API: a URL that may have a path, but no query, user name or password. A
    /// `/v1` at its end, as other clients have it, is taken off. Defaults to
    /// [`DEFAULT_BASE_URL`](Self::DEFAULT_BASE_URL).
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.settings.base_url = url.into();
        self
    }

    /// Limits how long a call can take: looking up the name, connecting (also through a proxy), all
    /// attempts, the waits between them, and reading the response. In a listing the limit applies to
    /// each page. Defaults to [`DEFAULT_TIMEOUT`](Self::DEFAULT_TIMEOUT).
    ///
    /// What it does not cover:
    ///
    /// - Decoding begins when the response is complete, and is not limited. The worst response of
    ///   [16 MiB](Self::max_response_bytes) that we found, JSON objects with a single field each, took 2 to
    ///   4 seconds.
    /// - A name lookup can hang in the operating system. The call ends in time, and the lookup goes on in
    ///   a thread of its own until the system gives up.
    ///
    /// A peer that reads the request slowly cannot stretch the limit by much: calls with a limit of 0.8
    /// seconds ended after 1.0 seconds at most.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The longest one attempt to connect may take, TLS included (a name lookup before it has the
    /// same limit once more), and never more than nine tenths of what is left of
    /// [`timeout`](Self::timeout). Defaults to
    /// [`DEFAULT_CONNECT_TIMEOUT`](Self::DEFAULT_CONNECT_TIMEOUT).
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.settings.connect_timeout = timeout;
        self
    }

    /// How often a call is retried at most after a transient failure, where that is safe (see the
    /// [crate documentation](crate#timeouts-and-retries)). Defaults to
    /// [`DEFAULT_MAX_RETRIES`](Self::DEFAULT_MAX_RETRIES); 0 means never. That a server was done with
    /// a kept connection does not count.
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.settings.policy.max_retries = retries;
        self
    }

    /// The wait before the first retry, and the longest one; it doubles in between, and up to
    /// half of it is taken off at random. What the server asks for goes first. Defaults to
    /// [`DEFAULT_RETRY_BACKOFF`](Self::DEFAULT_RETRY_BACKOFF) and
    /// [`DEFAULT_MAX_RETRY_BACKOFF`](Self::DEFAULT_MAX_RETRY_BACKOFF).
    pub fn retry_backoff(mut self, initial: Duration, max: Duration) -> Self {
        self.settings.policy.initial = initial;
        self.settings.policy.max = max;
        self
    }

    /// The `User-Agent` header. Defaults to this crate's name and version.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.settings.user_agent = user_agent.into();
        self
    }

    /// Adds a header to every request. The value is treated as a secret: where a server repeats
    /// it, errors do not (values under eight bytes excepted, which are taken for ordinary words). One
    /// that the client sets itself (`authorization`, `content-type`, …) is refused by
    /// [`build`](Self::build). Defaults to none.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings
            .headers
            .push((name.into(), Secret::header(value)));
        self
    }

    /// The longest answer that is accepted, in bytes after decompression. Defaults to
    /// [`DEFAULT_MAX_RESPONSE_BYTES`](Self::DEFAULT_MAX_RESPONSE_BYTES).
    ///
    /// In memory, connectors take about as much as their text. What this crate has no field for is
    /// kept as JSON values, and there an object of a few bytes takes some hundred: in the worst case,
    /// 16 MiB of such objects took 1.5 GB.
    ///
    /// Decoding is not part of the [`timeout`](Self::timeout), and took up to 4 seconds for 16 MiB.
    pub fn max_response_bytes(mut self, bytes: u64) -> Self {
        self.settings.max_response_bytes = bytes;
        self
    }

    /// Whether the key may be sent over plain `http` to another machine. Defaults to `false`;
    /// loopback addresses are always allowed, and then reached without a proxy, which would be
    /// another machine.
    pub fn allow_insecure_http(mut self, allow: bool) -> Self {
        self.settings.allow_insecure_http = allow;
        self
    }

    /// Trusts the certificates in this PEM text, and from then on only those named so, instead of
    /// the built-in ones. Defaults to none named.
    pub fn root_certificate_pem(mut self, pem: impl AsRef<[u8]>) -> Self {
        self.settings.root_certificates.push(pem.as_ref().to_vec());
        self
    }

    /// Sends all requests through this proxy: `http://host:port` (or `https`), with the feature `socks`
    /// also `socks4`, `socks4a`, `socks5` and `socks5h`. A user name and a password can stand in the
    /// URL, as in `http://user:password@host:port`, with percent-encoding for special characters.
    ///
    /// Plain `http` to a loopback address never goes through a proxy (unless
    /// [`allow_insecure_http`](Self::allow_insecure_http) is set). The environment is not read then, and
    /// its `NO_PROXY` does not apply.
    ///
    /// Defaults to the first of `ALL_PROXY`, `all_proxy`, `HTTPS_PROXY`, `https_proxy`, `HTTP_PROXY` and
    /// `http_proxy` that is set and not empty, whatever the scheme of the base URL. Hosts in `NO_PROXY`
    /// (or `no_proxy`) are reached directly: `example.com` is that host only, `.example.com` all hosts
    /// below it, and `*` all hosts. [`build`](Self::build) reads these variables.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.settings.proxy = ProxySetting::Url(Secret::new(url));
        self
    }

    /// Sends all requests directly, whatever the environment says. Takes back [`proxy`](Self::proxy).
    pub fn no_proxy(mut self) -> Self {
        self.settings.proxy = ProxySetting::NoProxy;
        self
    }

    /// The client. Sends nothing.
    ///
    /// # Errors
    ///
    /// [`Error::MissingApiKey`] if there is no key or an empty one; [`Error::Config`] if a setting
    /// cannot be used, or a proxy variable of the environment: the message names it, and never shows
    /// the API key or a password.
    pub fn build(self) -> Result<ConnectorsClient> {
        let ConnectorsClientBuilder {
            api_key,
            timeout,
            mut settings,
        } = self;
        let api_key = api_key
            .filter(|key| !key.expose().is_empty())
            .ok_or(Error::MissingApiKey)?;
        if let Some(why) = url::wrapping(api_key.expose()) {
            return Err(Error::config(format!("api_key ({API_KEY}) {why}")));
        }
        let authorization = transport::authorization(&api_key)?;
        settings.base_url = url::base_url(&settings.base_url, settings.allow_insecure_http)
            .map_err(|why| Error::config(format!("base_url ({BASE_URL}) {why}")))?;
        for (name, timeout) in [
            ("timeout", timeout),
            ("connect_timeout", settings.connect_timeout),
        ] {
            if timeout.is_zero() {
                return Err(Error::config(format!("{name} must be longer than zero")));
            }
        }
        if !HAS_TLS && !settings.root_certificates.is_empty() {
            return Err(Error::config(format!(
                "root_certificate_pem is set, {NO_TLS}"
            )));
        }
        let transport = Arc::new(Transport::new(settings, api_key, authorization)?);
        Ok(ConnectorsClient { transport, timeout })
    }
}

impl fmt::Debug for ConnectorsClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Settings {
            connect_timeout,
            policy,
            user_agent,
            headers,
            max_response_bytes,
            allow_insecure_http,
            proxy,
            ..
        } = &self.settings;
        // The base URL may hold a password until it has been checked.
        f.debug_struct("ConnectorsClientBuilder")
            .field("api_key", &self.api_key)
            .field("timeout", &self.timeout)
            .field("connect_timeout", connect_timeout)
            .field("retries", policy)
            .field("user_agent", user_agent)
            .field("headers", headers)
            .field("max_response_bytes", max_response_bytes)
            .field("allow_insecure_http", allow_insecure_http)
            .field("proxy", proxy)
            .finish_non_exhaustive()
    }
}
