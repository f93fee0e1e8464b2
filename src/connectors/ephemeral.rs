//! A connector that is deleted when it is dropped.

use std::mem;
use std::ops::Deref;

use crate::client::ConnectorsClient;
use crate::error::Result;
use crate::json::model::Model;
use crate::message_response::MessageResponse;
use crate::secret::Secret;

use super::crud::delete;
use super::{Connector, CreateConnector};

/// A connector that is deleted when this value is dropped: at the end of the block, on `?`, and when
/// a panic unwinds. It derefs to [`Connector`].
///
/// Dropping tries once to delete the connector, for at most five seconds (or the client's timeout,
/// if that is shorter). A drop cannot return an error, so a failure is logged at `warn` with the ID.
/// [`delete`](EphemeralConnector::delete) returns the error, and
/// [`keep`](EphemeralConnector::keep) keeps the connector.
///
/// `let _ = client.create_ephemeral(…)?;` drops the connector immediately. Write `let _docs = …` to
/// keep it until the end of the block.
///
/// ```
/// # use mistral_connectors::{ConnectorsClient, CreateConnector, Result};
/// # fn demo(client: &ConnectorsClient) -> Result<()> {
/// let request = CreateConnector::new("job_17", "For one job", "https://docs.example/mcp");
/// let docs = client.create_ephemeral(&request)?;
/// println!("{} exists until the end of this block", docs.name);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "the connector is deleted as soon as this is dropped"]
pub struct EphemeralConnector {
    client: ConnectorsClient,
    connector: Connector,
    /// Those that the connector was created with.
    secrets: Vec<Secret>,
    delete_on_drop: bool,
}

impl EphemeralConnector {
    /// Deletes the connector now.
    ///
    /// ```
    /// # use mistral_connectors::{ConnectorsClient, CreateConnector, Result};
    /// # fn demo(client: &ConnectorsClient, request: &CreateConnector) -> Result<()> {
    /// let docs = client.create_ephemeral(request)?;
    /// println!("{}", docs.delete()?.message);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// See [`ConnectorsClient::delete`]. After an error, dropping does not try again.
    pub fn delete(mut self) -> Result<MessageResponse> {
        self.delete_on_drop = false;
        delete(&self.client.call(), &self.connector.id, &self.secrets)
    }

    /// Keeps the connector and returns it.
    #[must_use = "the connector exists until it is deleted"]
    pub fn keep(mut self) -> Connector {
        self.delete_on_drop = false;
        mem::replace(&mut self.connector, Connector::blank())
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
        if !self.delete_on_drop {
            return;
        }
        let client = self.client.for_drop();
        let call = client.call().without_retries();
        match delete(&call, &self.connector.id, &self.secrets) {
            Err(error) if !error.is_gone() => log::warn!(
                "the ephemeral connector {} was not deleted: {error}",
                client.http.redactor(&self.secrets).show(&self.connector.id)
            ),
            _ => {}
        }
    }
}

impl ConnectorsClient {
    /// Creates a connector that is deleted when the returned value is dropped.
    ///
    /// ```
    /// # use mistral_connectors::{ConnectorsClient, CreateConnector, Result};
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// let request = CreateConnector::new("job_17", "For one job", "https://docs.example/mcp");
    /// let docs = client.create_ephemeral(&request)?;
    /// println!("{} exists until the end of this block", docs.name);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// See [`create`](ConnectorsClient::create). If the error
    /// [`may_have_happened`](crate::Error::may_have_happened), the connector may exist, and nothing
    /// deletes it.
    pub fn create_ephemeral(&self, connector: &CreateConnector) -> Result<EphemeralConnector> {
        Ok(EphemeralConnector {
            connector: self.create(connector)?,
            secrets: connector.0.secrets(),
            client: self.clone(),
            delete_on_drop: true,
        })
    }
}
