//! The client: a handle on a pool of connections, cheap to clone.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::answer::Answer;
use crate::builder::ConnectorsClientBuilder;
use crate::error::Result;
use crate::request::Request;
use crate::transport::{Call, Transport};

/// A client of the Connectors API.
///
/// Cheap to clone; clones share one pool of connections, and any number of threads can use it at
/// the same time. Every method sends its requests, waits for the answer and returns it.
#[derive(Clone)]
pub struct ConnectorsClient {
    pub(crate) transport: Arc<Transport>,
    pub(crate) timeout: Duration,
}

impl ConnectorsClient {
    /// A client with the key in `MISTRAL_API_KEY`: of the environment, or else, with the feature
    /// `dotenv`, of the nearest `.env` file (in this folder or one above). The process environment
    /// is not changed. `MISTRAL_BASE_URL` names another address of the API; it is read from the
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

    /// The same client, on the same pool of connections, with another
    /// [`timeout`](ConnectorsClientBuilder::timeout). With a timeout of zero every call fails with
    /// a timeout.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> ConnectorsClient {
        ConnectorsClient {
            transport: Arc::clone(&self.transport),
            timeout,
        }
    }

    /// A call of one request.
    pub(crate) fn send<T: Answer>(&self, request: &Request) -> Result<T> {
        self.call().send(request)
    }

    pub(crate) fn call(&self) -> Call<'_> {
        self.transport.call(self.timeout)
    }
}

impl fmt::Debug for ConnectorsClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectorsClient")
            .field("base_url", &self.transport.base_url())
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
