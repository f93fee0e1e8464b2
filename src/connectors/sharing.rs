//! Who can use a connector, and for whom it is activated.

use crate::client::ConnectorsClient;
use crate::enums::Scope;
use crate::error::Result;
use crate::http::{Method, Request, Retry};
use crate::message_response::MessageResponse;

/// # Sharing
impl ConnectorsClient {
    /// Shares a private connector with the workspace: everybody in it can use the connector.
    ///
    /// Only the creator can share a connector. Logins that depend on the owner have to be set up
    /// again.
    ///
    /// ```
    /// # use mistral_connectors::{ConnectorsClient, Result};
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// let docs = client.get("docs")?;
    /// client.share(&docs.id)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`is_not_found`](crate::Error::is_not_found) if no connector has this ID,
    /// [`is_forbidden`](crate::Error::is_forbidden) if this API key may not share it, and the errors
    /// of every call by ID (see [`update`](ConnectorsClient::update)).
    pub fn share(&self, id: &str) -> Result<MessageResponse> {
        let request = Request::new(Method::Put, &[id, "share"])?;
        self.call().send(&request.by_id(id))
    }

    /// Makes a connector that was shared with the workspace private again. Logins of other users
    /// are removed.
    ///
    /// ```
    /// # use mistral_connectors::{ConnectorsClient, Result};
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// let docs = client.get("docs")?;
    /// client.unshare(&docs.id)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// See [`share`](ConnectorsClient::share).
    pub fn unshare(&self, id: &str) -> Result<MessageResponse> {
        let request = Request::new(Method::Delete, &[id, "share"])?;
        self.call().send(&request.by_id(id))
    }

    /// Shares a connector with the organization: everybody in it can use the connector. Since API
    /// 2026-11.
    ///
    /// ```
    /// # use mistral_connectors::{ConnectorsClient, Result};
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// let docs = client.get("docs")?;
    /// client.share_to_organization(&docs.id)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// See [`share`](ConnectorsClient::share).
    pub fn share_to_organization(&self, id: &str) -> Result<MessageResponse> {
        let request = Request::new(Method::Put, &[id, "organization", "share"])?;
        self.call().send(&request.by_id(id))
    }

    /// Stops sharing a connector with the organization. Since API 2026-11.
    ///
    /// ```
    /// # use mistral_connectors::{ConnectorsClient, Result};
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// let docs = client.get("docs")?;
    /// client.unshare_from_organization(&docs.id)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// See [`share`](ConnectorsClient::share).
    pub fn unshare_from_organization(&self, id: &str) -> Result<MessageResponse> {
        let request = Request::new(Method::Delete, &[id, "organization", "share"])?;
        self.call().send(&request.by_id(id))
    }

    /// Activates a connector for the user, the workspace or the organization. Activating it twice
    /// does no harm, so a lost request is retried. Since API 2026-08.
    ///
    /// ```
    /// # use mistral_connectors::{ConnectorsClient, Result, Scope};
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// let docs = client.get("docs")?;
    /// client.activate(&docs.id, Scope::Workspace)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// See [`share`](ConnectorsClient::share).
    pub fn activate(&self, id: &str, scope: Scope) -> Result<MessageResponse> {
        let request = Request::new(Method::Post, &[id, scope.as_str(), "activate"])?;
        self.call().send(&request.by_id(id).retry(Retry::Always))
    }

    /// Deactivates a connector for the user, the workspace or the organization. Since API 2026-08.
    ///
    /// ```
    /// # use mistral_connectors::{ConnectorsClient, Result, Scope};
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// let docs = client.get("docs")?;
    /// client.deactivate(&docs.id, Scope::User)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// See [`share`](ConnectorsClient::share).
    pub fn deactivate(&self, id: &str, scope: Scope) -> Result<MessageResponse> {
        let request = Request::new(Method::Post, &[id, scope.as_str(), "deactivate"])?;
        self.call().send(&request.by_id(id).retry(Retry::Always))
    }
}
