//! The client: a handle on a pool of connections, cheap to clone.

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;
use std::time::Duration;

use crate::call::Call;
use crate::error::Result;
use crate::object::{Blank, Place};
use crate::request::Request;
use crate::transport::Transport;

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
    /// The same client, on the same pool of connections, with another
    /// [`timeout`](crate::ConnectorsClientBuilder::timeout). With a timeout of zero every call fails with
    /// a timeout.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> ConnectorsClient {
        ConnectorsClient {
            transport: Arc::clone(&self.transport),
            timeout,
        }
    }

    /// A call of one request.
    pub(crate) fn send<T: Blank + Place>(&self, request: &Request) -> Result<T> {
        self.call().send(request)
    }

    /// A line that can hold words of a server, without secrets.
    pub(crate) fn redact(&self, line: &str) -> String {
        self.transport.redactor(&[]).redact(line)
    }

    pub(crate) fn call(&self) -> Call<'_> {
        Call::new(&self.transport, self.timeout)
    }
}

/// A call that panics leaves nothing half done in a client: what calls share is a pool, from which a
/// connection is taken for the time of an exchange, and addresses, which are good or not there.
impl UnwindSafe for ConnectorsClient {}
impl RefUnwindSafe for ConnectorsClient {}

impl fmt::Debug for ConnectorsClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectorsClient")
            .field("base_url", &self.transport.base_url())
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
