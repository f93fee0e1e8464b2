//! The settings of a client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::client::ConnectorsClient;
use crate::error::{Error, Result};
use crate::http::{
    Http, ProxySetting, RetryPolicy, Settings, base_url, environment_variable, wrapping,
};
use crate::secret::Secret;

/// The environment variable that holds the API key.
const API_KEY: &str = "MISTRAL_API_KEY";

/// The environment variable that holds the base URL.
const BASE_URL: &str = "MISTRAL_BASE_URL";

/// The settings of a [`ConnectorsClient`]. [`build`](ConnectorsClientBuilder::build) checks them
/// and makes the client.
///
/// ```
/// use std::time::Duration;
/// use mistral_connectors::ConnectorsClient;
///
/// # fn demo(api_key: String) -> mistral_connectors::Result<()> {
/// let client = ConnectorsClient::builder()
///     .api_key(api_key)
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

impl Default for ConnectorsClientBuilder {
    fn default() -> Self {
        let settings = Settings {
            base_url: Self::DEFAULT_BASE_URL.to_owned(),
            allow_insecure_http: false,
            connect_timeout: Self::DEFAULT_CONNECT_TIMEOUT,
            retries: RetryPolicy {
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
}

impl ConnectorsClientBuilder {
    /// The default of [`base_url`](Self::base_url).
    pub const DEFAULT_BASE_URL: &str = "https://api.mistral.ai";
    /// The default of [`timeout`](Self::timeout): 60 seconds.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);
    /// The default of [`connect_timeout`](Self::connect_timeout): 10 seconds.
    pub const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
    /// The default of [`max_retries`](Self::max_retries).
    pub const DEFAULT_MAX_RETRIES: u32 = 2;
    /// The default of the first wait of [`retry_backoff`](Self::retry_backoff): half a second.
    pub const DEFAULT_RETRY_BACKOFF: Duration = Duration::from_millis(500);
    /// The default of the longest wait of [`retry_backoff`](Self::retry_backoff): 8 seconds.
    pub const DEFAULT_MAX_RETRY_BACKOFF: Duration = Duration::from_secs(8);
    /// The default of [`max_response_bytes`](Self::max_response_bytes): 16 MiB.
    pub const DEFAULT_MAX_RESPONSE_BYTES: u64 = 16 * 1024 * 1024;

    /// Returns a builder with the API key and the base URL that [`ConnectorsClient::from_env`]
    /// uses. If no API key is found, set one with [`api_key`](Self::api_key).
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
    /// [`Error::Config`] if a variable is not valid Unicode, or if the `.env` file cannot be read
    /// or has a syntax error. The error names the line, but does not show it.
    pub fn from_env() -> Result<Self> {
        let api_key = match environment_variable(API_KEY)? {
            Some(key) => Some(Secret::new(key)),
            #[cfg(feature = "dotenv")]
            None => crate::dotenv::find(API_KEY)?.map(Secret::new),
            #[cfg(not(feature = "dotenv"))]
            None => None,
        };
        let mut builder = ConnectorsClientBuilder {
            api_key,
            ..Self::default()
        };
        // Never from `.env`: a file in a cloned repository must not redirect the API key.
        if let Some(url) = environment_variable(BASE_URL)? {
            builder.settings.base_url = url;
        }
        Ok(builder)
    }

    /// The API key. Required.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.api_key = Some(Secret::new(key));
        self
    }

    /// The base URL of the API. It may have a path, but no query, user name or password. A trailing
    /// `/v1`, which other clients expect, is removed. Defaults to `https://api.mistral.ai`.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.settings.base_url = url.into();
        self
    }

    /// The time limit for a whole call: the DNS lookup, connecting (also through a proxy), all
    /// attempts, all waits between them, and reading the response. In a listing it applies to each
    /// page. Defaults to 60 seconds.
    ///
    /// It does not limit everything:
    ///
    /// - Decoding starts when the response is complete. It took 2 to 4 seconds for the slowest
    ///   response of 16 MiB that was measured (tiny JSON objects).
    /// - A DNS lookup can hang in the operating system. The call ends in time, but the lookup
    ///   continues in a separate thread until the system gives up.
    /// - A server that reads the request slowly can stretch the limit a little: calls with a limit of
    ///   0.8 seconds ended after 1.0 seconds at most.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The time limit for an attempt to connect: the DNS lookup, TCP, the proxy and TLS together.
    /// It is never more than nine tenths of the remaining [`timeout`](Self::timeout). Defaults to
    /// 10 seconds.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.settings.connect_timeout = timeout;
        self
    }

    /// The maximum number of retries after transient failures, if a retry is safe (see the
    /// [crate documentation](crate#timeouts-and-retries)). 0 turns retries off. Defaults to 2.
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.settings.retries.max_retries = retries;
        self
    }

    /// The wait before the first retry, and the longest wait. The wait doubles each time, and up to
    /// half of it is taken off at random. A wait that the server asks for takes precedence.
    /// Defaults to 0.5 and 8 seconds.
    pub fn retry_backoff(mut self, initial: Duration, max: Duration) -> Self {
        self.settings.retries.initial = initial;
        self.settings.retries.max = max;
        self
    }

    /// The `User-Agent` header. Defaults to the name and the version of this crate.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.settings.user_agent = user_agent.into();
        self
    }

    /// Adds a header to every request. The value is treated as a secret, unless it has fewer than
    /// eight bytes. Headers that the client itself sets (`authorization`, `content-type`, …) are
    /// refused by [`build`](Self::build). Defaults to none.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let header = (name.into(), Secret::header(value));
        self.settings.headers.push(header);
        self
    }

    /// The maximum size of a response in bytes, after decompression. Defaults to 16 MiB.
    ///
    /// Connectors need about as much memory as their JSON. Unknown fields become JSON values, which
    /// need more: in the worst case, 16 MiB of tiny unknown objects needed 1.5 GB, and 16 MiB of empty
    /// tools 3 GB.
    pub fn max_response_bytes(mut self, bytes: u64) -> Self {
        self.settings.max_response_bytes = bytes;
        self
    }

    /// Allows sending the API key over plain `http` to another machine. Defaults to `false`.
    /// Loopback addresses are always allowed, but only without a proxy, which would be another
    /// machine.
    pub fn allow_insecure_http(mut self, allow: bool) -> Self {
        self.settings.allow_insecure_http = allow;
        self
    }

    /// Trusts the certificates in this PEM data instead of the built-in ones. Each call adds more.
    /// Defaults to the built-in certificates.
    pub fn root_certificate_pem(mut self, pem: impl AsRef<[u8]>) -> Self {
        self.settings.root_certificates.push(pem.as_ref().to_vec());
        self
    }

    /// Sends all requests through this proxy: `http://host:port` or
    /// `http://user:password@host:port`, with percent-encoding for special characters. `https`
    /// proxies work too, and with the feature `socks` also `socks4`, `socks4a`, `socks5` and
    /// `socks5h`.
    ///
    /// Plain `http` to a loopback address never goes through a proxy, unless
    /// [`allow_insecure_http`](Self::allow_insecure_http) is set.
    ///
    /// Defaults to the first of `ALL_PROXY`, `all_proxy`, `HTTPS_PROXY`, `https_proxy`, `HTTP_PROXY`
    /// and `http_proxy` that is set and not empty. Hosts in `NO_PROXY` (or `no_proxy`) are then
    /// reached directly: `example.com` is only this host, `.example.com` all hosts below it, and `*`
    /// all hosts. [`build`](Self::build) reads these variables.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.settings.proxy = ProxySetting::Url(Secret::new(url));
        self
    }

    /// Sends all requests directly, and ignores the proxy variables in the environment. Defaults to
    /// using them (see [`proxy`](Self::proxy)).
    pub fn no_proxy(mut self) -> Self {
        self.settings.proxy = ProxySetting::NoProxy;
        self
    }

    /// Builds the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`Error::MissingApiKey`] if the API key is missing or empty; [`Error::Config`] if a setting
    /// or a proxy variable in the environment is invalid. The error names it, but shows neither the
    /// API key nor a password.
    pub fn build(self) -> Result<ConnectorsClient> {
        let ConnectorsClientBuilder {
            api_key,
            timeout,
            mut settings,
        } = self;
        let api_key = api_key.filter(|key| !key.expose().is_empty());
        let api_key = api_key.ok_or(Error::MissingApiKey)?;
        if let Some(why) = wrapping(api_key.expose()) {
            return Err(Error::config(format!("api_key ({API_KEY}) {why}")));
        }
        settings.base_url = base_url(&settings.base_url, settings.allow_insecure_http)
            .map_err(|why| Error::config(format!("base_url ({BASE_URL}) {why}")))?;
        for (name, timeout) in [
            ("timeout", timeout),
            ("connect_timeout", settings.connect_timeout),
        ] {
            if timeout.is_zero() {
                return Err(Error::config(format!("{name} must be longer than zero")));
            }
        }
        let http = Arc::new(Http::new(settings, api_key)?);
        Ok(ConnectorsClient { http, timeout })
    }
}

/// Does not show the base URL, which could contain a password until it is checked.
impl fmt::Debug for ConnectorsClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectorsClientBuilder")
            .field("api_key", &self.api_key)
            .field("timeout", &self.timeout)
            .field("headers", &self.settings.headers)
            .field("proxy", &self.settings.proxy)
            .finish_non_exhaustive()
    }
}
