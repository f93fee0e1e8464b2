//! The client: a handle on a connection pool.

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;
use std::time::Duration;

use crate::builder::ConnectorsClientBuilder;
use crate::error::Result;
use crate::http::{Call, Http};

/// The maximum time for the request in a `drop`.
const MAX_DROP_TIME: Duration = Duration::from_secs(5);

/// A client for the Connectors API.
///
/// ```no_run
/// use mistral_connectors::{ConnectorsClient, CreateConnector};
///
/// fn main() -> mistral_connectors::Result<()> {
///     let client = ConnectorsClient::from_env()?; // reads MISTRAL_API_KEY
///     let wanted = CreateConnector::new("docs", "Our documents", "https://docs.example/mcp");
///     println!("{}", client.ensure(&wanted)?);
///     for connector in client.list() {
///         println!("{}", connector?.name);
///     }
///     Ok(())
/// }
/// ```
///
/// The client is cheap to clone. Clones share one connection pool, and any number of threads can use
/// it at the same time. Every method blocks until its response has arrived.
#[derive(Clone)]
pub struct ConnectorsClient {
    pub(crate) http: Arc<Http>,
    pub(crate) timeout: Duration,
}

/// # Making a client
impl ConnectorsClient {
    /// Makes a client with the API key in `MISTRAL_API_KEY`.
    ///
    /// If the variable is missing or empty, it is read from the nearest `.env` file, in the current
    /// directory or a parent (feature `dotenv`):
    ///
    /// - Only the nearest one is read. If it has no API key, those further up are not tried.
    /// - It can be a file or a named pipe, of at most 1 MiB. A named pipe is read until the other side
    ///   closes it. Anything else is an error that names it.
    /// - The first line with a value counts. A `$` in a value expands another variable, unless the
    ///   value is in single quotes.
    /// - The process environment is not changed.
    ///
    /// `MISTRAL_BASE_URL` sets the base URL. It is never read from `.env`, so that a file in a cloned
    /// repository cannot redirect the API key.
    ///
    /// ```no_run
    /// use mistral_connectors::ConnectorsClient;
    ///
    /// # fn main() -> mistral_connectors::Result<()> {
    /// let client = ConnectorsClient::from_env()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::MissingApiKey`](crate::Error::MissingApiKey) if there is no API key;
    /// [`Error::Config`](crate::Error::Config) if the API key, the base URL or a proxy variable is
    /// invalid, or if the `.env` file cannot be read or has a syntax error.
    pub fn from_env() -> Result<Self> {
        ConnectorsClientBuilder::from_env()?.build()
    }

    /// Makes a client with this API key and the default settings.
    ///
    /// # Errors
    ///
    /// [`Error::MissingApiKey`](crate::Error::MissingApiKey) if the API key is empty;
    /// [`Error::Config`](crate::Error::Config) if it is invalid, if a proxy variable in the
    /// environment is invalid, or if this build has no TLS.
    pub fn new(api_key: impl Into<String>) -> Result<Self> {
        Self::builder().api_key(api_key).build()
    }

    /// Returns a builder for a client with other settings.
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
    pub fn builder() -> ConnectorsClientBuilder {
        ConnectorsClientBuilder::default()
    }

    /// Returns the same client with another
    /// [`timeout`](crate::ConnectorsClientBuilder::timeout).
    ///
    /// Both share one connection pool. With a timeout of zero, every call fails with a timeout.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use mistral_connectors::{CallTool, ConnectorsClient, Result};
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// let patient = client.with_timeout(Duration::from_secs(600));
    /// let output = patient.call_tool("my_deepwiki", &CallTool::new("index_repository"))?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> ConnectorsClient {
        ConnectorsClient {
            http: Arc::clone(&self.http),
            timeout,
        }
    }

    /// Shuts down the client and all its clones, for example when the user presses Ctrl-C.
    ///
    /// Calls in flight end with [`Error::Transport`](crate::Error::Transport), in all threads. New
    /// calls fail immediately. A DNS lookup in progress is not interrupted. Ephemeral connectors and
    /// MCP sessions still clean up when they are dropped.
    ///
    /// ```
    /// # use mistral_connectors::ConnectorsClient;
    /// # mod ctrlc {
    /// #     pub fn set_handler(_: impl FnMut() + Send + 'static) -> Result<(), String> { Ok(()) }
    /// # }
    /// # fn demo(client: &ConnectorsClient) -> Result<(), String> {
    /// let clone = client.clone();
    /// ctrlc::set_handler(move || clone.shutdown())?; // with the crate `ctrlc`
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias("cancel", "ctrl-c"))]
    pub fn shutdown(&self) {
        self.http.shut_down();
    }

    pub(crate) fn call(&self) -> Call<'_> {
        Call::new(&self.http, self.timeout)
    }

    /// The client for a `drop`. It still works after a shutdown: nothing should be left behind then.
    pub(crate) fn for_drop(&self) -> ConnectorsClient {
        ConnectorsClient {
            http: Http::reopened(&self.http),
            timeout: self.timeout.min(MAX_DROP_TIME),
        }
    }
}

/// A panic during a call leaves nothing half done: calls share only a connection pool.
impl UnwindSafe for ConnectorsClient {}
impl RefUnwindSafe for ConnectorsClient {}

impl fmt::Debug for ConnectorsClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectorsClient")
            .field("base_url", &self.http.settings.base_url)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
