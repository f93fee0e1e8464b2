//! Every setting of the client, its default, and where the key comes from.

use std::env::{self, VarError};
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::client::ConnectorsClient;
use crate::error::{Error, Result};
use crate::retry::Policy;
use crate::secret::{Secret, one_line};
use crate::transport::{self, Settings, Transport};

/// The environment variable that holds the API key.
const API_KEY: &str = "MISTRAL_API_KEY";

/// The environment variable that holds another address of the API.
const BASE_URL: &str = "MISTRAL_BASE_URL";

/// Whether this build can speak TLS.
const HAS_TLS: bool = cfg!(any(feature = "rustls", feature = "native-tls"));

impl ConnectorsClient {
    /// A client with the key in `MISTRAL_API_KEY`: of the environment, or else, with the feature
    /// `dotenv`, of the nearest `.env` file (in this folder or one above; those further up are not
    /// looked at). The process environment is not changed. In the file the first line that gives a
    /// name a value counts, and a `$` in a value stands for another variable unless the value is in
    /// single quotes. `MISTRAL_BASE_URL` names another address of the API; it is read from the
    /// environment only.
    ///
    /// # Errors
    ///
    /// [`Error::MissingApiKey`](crate::Error::MissingApiKey) if neither has a key;
    /// [`Error::Config`](crate::Error::Config) if the key or the address cannot be used, or if the
    /// `.env` file cannot be read or understood.
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

    /// Every setting. Reads nothing from the environment.
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

    /// The longest a call may take: name lookup, connecting, every attempt, every wait between
    /// attempts, reading the answer. For a listing it holds for each page. Defaults to
    /// [`DEFAULT_TIMEOUT`](Self::DEFAULT_TIMEOUT).
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

    /// The client. Sends nothing.
    ///
    /// # Errors
    ///
    /// [`Error::MissingApiKey`] if there is no key or an empty one; [`Error::Config`] if a setting
    /// cannot be used: the text names the setting, and never the key.
    pub fn build(self) -> Result<ConnectorsClient> {
        let ConnectorsClientBuilder {
            api_key,
            timeout,
            mut settings,
        } = self;
        let api_key = api_key
            .filter(|key| !key.expose().is_empty())
            .ok_or(Error::MissingApiKey)?;
        let authorization = transport::authorization(&api_key)?;
        settings.base_url = check_base_url(&settings.base_url, settings.allow_insecure_http)?;
        for (name, timeout) in [
            ("timeout", timeout),
            ("connect_timeout", settings.connect_timeout),
        ] {
            if timeout.is_zero() {
                return Err(Error::config(format!("{name} must be longer than zero")));
            }
        }
        if !HAS_TLS && !settings.root_certificates.is_empty() {
            return Err(needs_tls("root_certificate_pem is set"));
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
            .finish_non_exhaustive()
    }
}

fn variable(name: &str) -> Result<Option<String>> {
    match env::var(name) {
        Ok(value) => Ok(Some(value).filter(|value| !value.is_empty())),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(Error::config(format!(
            "the environment variable {name} is not valid Unicode"
        ))),
    }
}

fn needs_tls(what: &str) -> Error {
    Error::config(format!(
        "{what}, and this build speaks no TLS: enable the feature `rustls` (or `native-tls`) of \
         mistral-connectors"
    ))
}

/// The URL without a slash, or `/v1`, at its end. It is repeated in an error where it cannot hold
/// a password.
fn check_base_url(url: &str, allow_insecure_http: bool) -> Result<String> {
    let shown = match url.contains(['@', '?', '#']) {
        true => String::new(),
        false => format!(" ({:?})", one_line(url)),
    };
    let refuse = |why: &str| Error::config(format!("base_url (MISTRAL_BASE_URL){shown} {why}"));
    let no_scheme = || refuse("must begin with https:// (or http:// for a loopback address)");
    let (scheme, rest) = url.split_once("://").ok_or_else(no_scheme)?;
    let scheme = scheme.to_ascii_lowercase();
    if rest.contains(['?', '#']) {
        return Err(refuse("must not have a query or a fragment"));
    }
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    if authority.contains('@') {
        return Err(refuse("must not have a user name or a password"));
    }
    // The host, and what follows it: nothing, or a colon and a port.
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => rest
            .split_once(']')
            .ok_or_else(|| refuse("has an IPv6 address without the `]` at its end"))?,
        None => authority.split_at(authority.find(':').unwrap_or(authority.len())),
    };
    // (Rust's own reading of numbers takes a plus sign.)
    let is_port = |port: &str| {
        let digits = port.strip_prefix(':').unwrap_or_default();
        digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.parse::<u16>().is_ok()
    };
    if !port.is_empty() && !is_port(port) {
        return Err(refuse("has a port that does not exist"));
    }
    if host.is_empty() {
        return Err(refuse("must name a host"));
    }
    match scheme.as_str() {
        "https" if !HAS_TLS => return Err(needs_tls("base_url (MISTRAL_BASE_URL) is https")),
        "https" => {}
        "http" if allow_insecure_http || is_loopback(host) => {}
        "http" => {
            return Err(refuse(
                "would send the key over plain http to another machine: use https, or allow it \
                 with allow_insecure_http(true)",
            ));
        }
        _ => return Err(no_scheme()),
    }
    let path = path.trim_end_matches('/');
    // The addresses of other clients end so. A doubled `/v1/v1` would answer 404 to everything.
    let path = match path.strip_suffix("v1") {
        Some(before) if before.is_empty() || before.ends_with('/') => before,
        _ => path,
    };
    let url = format!("{scheme}://{authority}/{path}");
    Ok(url.trim_end_matches('/').to_owned())
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_urls_are_normalized() {
        for (url, want) in [
            ("https://api.mistral.ai", "https://api.mistral.ai"),
            ("https://api.mistral.ai/", "https://api.mistral.ai"),
            ("https://api.mistral.ai/v1", "https://api.mistral.ai"),
            ("https://api.mistral.ai//v1//", "https://api.mistral.ai"),
            ("https://h/mistral/v1/", "https://h/mistral"),
            ("https://h/mistral-v1", "https://h/mistral-v1"),
            ("https://h/v1/connectors", "https://h/v1/connectors"),
            ("https://v1", "https://v1"),
            (
                "HTTPS://proxy.example:8443/a/b//",
                "https://proxy.example:8443/a/b",
            ),
            ("http://127.0.0.1:1234", "http://127.0.0.1:1234"),
            ("http://127.8.9.1", "http://127.8.9.1"),
            (
                "http://LocalHost:1234/prefix/",
                "http://LocalHost:1234/prefix",
            ),
            ("http://[::1]", "http://[::1]"),
            ("http://[::1]:1234", "http://[::1]:1234"),
        ] {
            if url.to_lowercase().starts_with("https:") && !HAS_TLS {
                assert!(
                    check_base_url(url, false)
                        .is_err_and(|error| error.to_string().contains("TLS"))
                );
                continue;
            }
            assert_eq!(check_base_url(url, false).unwrap(), want, "{url}");
        }
    }
}
