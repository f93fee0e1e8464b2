//! Which connectors can be used now, and what the others wait for.

use serde_json::Value;

use crate::answer::answer;
use crate::client::ConnectorsClient;
use crate::error::Result;
use crate::iterate_over::iterate_over;
use crate::open_enum::open_enum;
use crate::request::{Method, Request};
use crate::tools::Tool;

answer! {
    /// Which connectors can be used now.
    Readiness is "a readiness of connectors", with any of connectors;
    strict {
        /// The connectors, usable ones and others.
        connectors: Vec<ConnectorReadiness>,
    }
    lenient {
        /// What went wrong as a whole. As it came.
        errors: Value,
    }
}

iterate_over!(Readiness, connectors: ConnectorReadiness);

answer! {
    /// Whether one connector can be used now, and what it waits for.
    ConnectorReadiness is "the readiness of a connector";
    required {
        /// The UUID.
        id,
    }
    default {
        /// The name. Empty if the server sends none.
        name,
    }
    lenient {
        /// Whether it can be used; [`is_ready`](ConnectorReadiness::is_ready) tells it shorter.
        status: ReadinessStatus,
        /// The tools that can be used.
        tools: Vec<Tool>,
        /// What went wrong with it. As it came.
        bootstrap_errors: Value,
        /// What a user has to do before it can be used.
        auth_action: AuthAction,
    }
}

impl ConnectorReadiness {
    /// Whether it can be used now. It cannot if the server does not say so.
    pub fn is_ready(&self) -> bool {
        let status = self.status.as_ref();
        status.and_then(|status| status.is_ready).unwrap_or(false)
    }
}

answer! {
    /// Whether a connector can be used.
    ReadinessStatus is "the status of a connector";
    lenient {
        /// Whether it can.
        is_ready: bool,
    }
}

answer! {
    /// What a user has to do before a connector can be used.
    AuthAction is "what a user has to do";
    required {
        /// What it is.
        kind as "type": AuthActionKind,
    }
}

open_enum! {
    /// What a user has to do before a connector can be used.
    AuthActionKind {
        /// Log in at the URL of [`get_auth_url`](ConnectorsClient::get_auth_url).
        OAuth = "oauth",
        /// Enter credentials: [`create_credentials`](ConnectorsClient::create_credentials).
        CredentialsSetup = "credentials_setup",
    }
}

impl ConnectorsClient {
    /// Which connectors can be used now, with their tools, and what the others wait for, in one
    /// request.
    ///
    /// No published description of the API and no official client has this; it was seen in
    /// Mistral's own command-line program of July 2026, and may change or go.
    ///
    /// # Errors
    ///
    /// What every call can fail with: [`Error::Api`](crate::Error::Api),
    /// [`Error::Transport`](crate::Error::Transport), [`Error::Decode`](crate::Error::Decode).
    pub fn readiness(&self) -> Result<Readiness> {
        let request = Request::new(Method::Get, &["bootstrap"])?
            .query("include_auth_actionable_connectors", "true");
        self.send(&request)
    }
}
