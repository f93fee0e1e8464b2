//! Who can use a connector, and for whom it is switched on.

use crate::client::ConnectorsClient;
use crate::error::Result;
use crate::message::MessageResponse;
use crate::request::{Method, Request};
use crate::retry::Repeat;
use crate::scope::Scope;

impl ConnectorsClient {
    /// Hands a private connector over to the workspace: everybody in it can use the connector. Only
    /// its creator can do that. Logins that rest on the owner have to be set up anew.
    ///
    /// # Errors
    ///
    /// [`is_not_found`](crate::Error::is_not_found) if there is no connector with this ID,
    /// [`is_forbidden`](crate::Error::is_forbidden) if this key may not share it, and what every
    /// call by ID can fail with (see [`update`](ConnectorsClient::update)).
    pub fn share(&self, id: &str) -> Result<MessageResponse> {
        self.send(&Request::new(Method::Put, &[id, "share"])?.by_id(id))
    }

    /// Makes a connector that was shared with the workspace private again. Logins of others are
    /// removed.
    ///
    /// # Errors
    ///
    /// As with [`share`](ConnectorsClient::share).
    pub fn unshare(&self, id: &str) -> Result<MessageResponse> {
        self.send(&Request::new(Method::Delete, &[id, "share"])?.by_id(id))
    }

    /// Hands a connector over to the organization: everybody in it can use the connector. Servers
    /// before November 2026 do not know it.
    ///
    /// # Errors
    ///
    /// As with [`share`](ConnectorsClient::share).
    pub fn share_to_organization(&self, id: &str) -> Result<MessageResponse> {
        self.send(&Request::new(Method::Put, &[id, "organization", "share"])?.by_id(id))
    }

    /// Takes that back. Servers before November 2026 do not know it.
    ///
    /// # Errors
    ///
    /// As with [`share`](ConnectorsClient::share).
    pub fn unshare_from_organization(&self, id: &str) -> Result<MessageResponse> {
        self.send(&Request::new(Method::Delete, &[id, "organization", "share"])?.by_id(id))
    }

    /// Switches a connector on, for the user, the workspace or the organization.
    ///
    /// # Errors
    ///
    /// As with [`share`](ConnectorsClient::share).
    pub fn activate(&self, id: &str, scope: Scope) -> Result<MessageResponse> {
        self.switch(id, scope, "activate")
    }

    /// Switches a connector off, for the user, the workspace or the organization.
    ///
    /// # Errors
    ///
    /// As with [`share`](ConnectorsClient::share).
    pub fn deactivate(&self, id: &str, scope: Scope) -> Result<MessageResponse> {
        self.switch(id, scope, "deactivate")
    }

    fn switch(&self, id: &str, scope: Scope, to: &str) -> Result<MessageResponse> {
        let request = Request::new(Method::Post, &[id, scope.as_str(), to])?;
        // What is switched on twice is on.
        self.send(&request.by_id(id).repeat(Repeat::Always))
    }
}
