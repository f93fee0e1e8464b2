//! A connector for one job.

use std::fmt;
use std::mem;
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use crate::client::ConnectorsClient;
use crate::connectors::Connector;
use crate::create_connector::CreateConnector;
use crate::error::Result;
use crate::message::MessageResponse;
use crate::object::Blank;
use crate::secret::one_line;

/// How long a drop may take.
const LONGEST_DROP: Duration = Duration::from_secs(5);

/// A connector for one job, which is deleted when this is dropped: at the end of the block, on `?`,
/// and when a panic unwinds. Otherwise it is used like the [`Connector`] that it holds.
///
/// A drop tries once to delete the connector, for at most five seconds (or the client's timeout if
/// that is shorter). It cannot report that it failed; then a line with the ID is logged at level
/// `warn`. [`delete`](EphemeralConnector::delete) reports, and [`keep`](EphemeralConnector::keep)
/// lets the connector live.
///
/// `let _ = client.create_ephemeral(…)?;` drops it at once, and so does not naming it at all:
/// `let _docs = …` keeps it for the block. Where it talks to a stand-in of the feature `testing`, it
/// has to go before the server does.
#[must_use = "the connector is deleted as soon as this is dropped"]
pub struct EphemeralConnector {
    client: ConnectorsClient,
    connector: Connector,
    /// Whether a drop deletes it.
    armed: bool,
}

impl EphemeralConnector {
    /// Deletes the connector now, and reports whether that worked.
    ///
    /// # Errors
    ///
    /// As with [`ConnectorsClient::delete`]. No further attempt is made.
    pub fn delete(mut self) -> Result<MessageResponse> {
        self.armed = false;
        self.client.delete(&self.connector.id)
    }

    /// Lets the connector live.
    #[must_use = "the connector stays until somebody deletes it"]
    pub fn keep(mut self) -> Connector {
        self.armed = false;
        mem::replace(&mut self.connector, Connector::blank())
    }

    /// Deletes the connector if it can be done soon.
    fn clean_up(&self) {
        let client = self
            .client
            .with_timeout(self.client.timeout.min(LONGEST_DROP));
        match client.delete_in(client.call().once(), &self.connector.id) {
            Ok(_) => {}
            // Somebody else was faster.
            Err(error) if error.is_gone() => {}
            Err(error) => {
                let id = one_line(&self.connector.id);
                let line = format!("the ephemeral connector {id} was not deleted: {error}");
                log::warn!("{}", client.redact(&line));
            }
        }
    }
}

impl Deref for EphemeralConnector {
    type Target = Connector;

    fn deref(&self) -> &Connector {
        &self.connector
    }
}

impl Drop for EphemeralConnector {
    fn drop(&mut self) {
        if self.armed {
            // A panic while another unwinds would end the process.
            let result = catch_unwind(AssertUnwindSafe(|| self.clean_up()));
            if result.is_err() {
                log::warn!(
                    "the ephemeral connector {} was not deleted",
                    one_line(&self.connector.id)
                );
            }
        }
    }
}

impl fmt::Debug for EphemeralConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("EphemeralConnector")
            .field(&self.connector)
            .finish()
    }
}

impl ConnectorsClient {
    /// Creates a connector for one job: it is deleted when what this returns is dropped.
    ///
    /// ```
    /// # use mistral_connectors::{ConnectorsClient, CreateConnector, Result};
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// let wanted = CreateConnector::new("job_17", "For one job", "https://docs.example/mcp");
    /// let docs = client.create_ephemeral(&wanted)?;
    /// println!("{} is there until the end of this block", docs.name);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As with [`create`](ConnectorsClient::create). After a create of which nobody knows whether it
    /// was carried out ([`may_have_happened`](crate::Error::may_have_happened)) there is nothing that
    /// would delete the connector.
    pub fn create_ephemeral(&self, connector: &CreateConnector) -> Result<EphemeralConnector> {
        Ok(EphemeralConnector {
            connector: self.create(connector)?,
            client: self.clone(),
            armed: true,
        })
    }
}
