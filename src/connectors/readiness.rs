//! Which connectors can be used now, and what the others need.

use serde_json::Value;

use crate::client::ConnectorsClient;
use crate::error::Result;
use crate::http::{Method, Request};
use crate::json::model::{iterate_over, model};
use crate::json::open_enum::open_enum;
use crate::tools::Tool;

model! {
    /// Which connectors can be used now.
    ///
    /// ```
    /// # use mistral_connectors::{ConnectorsClient, Result};
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// for connector in &client.readiness()? {
    ///     match &connector.auth_action {
    ///         _ if connector.is_ready() => println!("{} is ready", connector.name),
    ///         Some(action) => println!("{} needs {}", connector.name, action.kind),
    ///         None => println!("{} is not ready", connector.name),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    Readiness is "the readiness of connectors", requires any of connectors;
    fields {
        /// The connectors, both those that are ready and those that are not.
        connectors: Vec<ConnectorReadiness>,
        /// Errors that do not belong to a single connector.
        errors: Option<Value>,
    }
}

iterate_over!(Readiness, connectors: ConnectorReadiness);

model! {
    /// Whether a connector can be used now, and what it needs.
    ConnectorReadiness is "the readiness of a connector", requires all of id;
    fields {
        /// The ID (a UUID).
        id: String,
        /// The name. Empty if the API sends none.
        name: String,
        /// Whether the connector can be used. [`is_ready`](ConnectorReadiness::is_ready) is shorter.
        status: Option<ReadinessStatus>,
        /// The tools that can be used.
        tools: Option<Vec<Tool>>,
        /// Errors of this connector.
        bootstrap_errors: Option<Value>,
        /// What a user has to do before the connector can be used.
        auth_action: Option<AuthAction>,
    }
}

impl ConnectorReadiness {
    /// Whether the connector can be used now. `false` if the API does not say.
    pub fn is_ready(&self) -> bool {
        let status = self.status.as_ref();
        status.and_then(|status| status.is_ready).unwrap_or(false)
    }
}

model! {
    /// Whether a connector can be used.
    ReadinessStatus is "the status of a connector";
    fields {
        /// Whether it can be used.
        is_ready: Option<bool>,
    }
}

model! {
    /// What a user has to do before a connector can be used.
    AuthAction is "an authentication action", requires all of kind;
    fields {
        /// The kind of action (`type` in JSON).
        kind as "type": AuthActionKind,
    }
}

open_enum! {
    /// What a user has to do before a connector can be used.
    AuthActionKind {
        /// Log in at the URL that [`get_auth_url`](ConnectorsClient::get_auth_url) returns.
        OAuth = "oauth",
        /// Enter credentials: see [`create_credentials`](ConnectorsClient::create_credentials).
        CredentialsSetup = "credentials_setup",
    }
}

/// The API requires a kind, so this never shows.
impl Default for AuthActionKind {
    fn default() -> Self {
        AuthActionKind::Other(String::new())
    }
}

/// # Readiness
impl ConnectorsClient {
    /// Returns which connectors can be used now, with their tools, and what the others need.
    ///
    /// This request is undocumented: it was seen in Mistral's own command-line program of July
    /// 2026, and may change or disappear.
    ///
    /// ```
    /// # use mistral_connectors::{ConnectorsClient, Result};
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// let readiness = client.readiness()?;
    /// let ready = readiness.iter().filter(|connector| connector.is_ready());
    /// println!("{} connectors are ready", ready.count());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of every call: [`Error::Api`](crate::Error::Api),
    /// [`Error::Transport`](crate::Error::Transport), [`Error::Decode`](crate::Error::Decode).
    pub fn readiness(&self) -> Result<Readiness> {
        let request = Request::new(Method::Get, &["bootstrap"])?
            .query("include_auth_actionable_connectors", "true");
        self.call().send(&request)
    }
}
