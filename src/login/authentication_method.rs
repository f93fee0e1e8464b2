//! The ways to log in to a connector, as the API returns them.

use serde_json::Value;

use crate::client::ConnectorsClient;
use crate::error::{Result, hints};
use crate::http::{Method, Request};
use crate::json::model::model;
use crate::json::open_enum::open_enum;

model! {
    /// A way to log in to a connector, as the API returns it, without secrets. Since API 2026-08.
    ///
    /// What you send to set one up is an [`AuthMethod`](crate::AuthMethod).
    AuthenticationMethod is "an authentication method";
    fields {
        /// The kind of authentication. API 2026-08 always sends it.
        method_type: Option<AuthenticationType>,
        /// The headers that credentials of this kind consist of.
        headers: Option<Vec<AuthenticationHeader>>,
        /// Headers that are the same for all callers, by name.
        global_headers: Option<Value>,
        /// Whether there are default credentials for callers without their own.
        has_default_credentials: Option<bool>,
        /// The OAuth grant type: `authorization_code` or `client_credentials`. Since API 2026-11.
        grant_type: Option<String>,
        /// How an OAuth client authenticates at the token endpoint. Since API 2026-11.
        token_endpoint_auth_method: Option<String>,
        /// The metadata of the OAuth server (RFC 8414).
        oauth2_server_metadata: Option<Value>,
    }
}

model! {
    /// A header that credentials consist of.
    AuthenticationHeader is "an authentication header";
    fields {
        /// The name of the header. Empty if the API sends none.
        name: String,
        /// Whether the header is required. If the API does not say, it is.
        is_required: Option<bool>,
        /// Whether the value is a secret. If the API does not say, it is.
        is_secret: Option<bool>,
    }
}

open_enum! {
    /// A kind of authentication.
    AuthenticationType {
        /// OAuth 2: the user logs in with a browser.
        OAuth2 = "oauth2",
        /// A bearer token.
        Bearer = "bearer",
        /// No authentication.
        None = "none",
        /// An installation of a GitHub app.
        GithubApp = "github_app",
        /// An installation of a Slack app.
        SlackApp = "slack_app",
    }
}

impl ConnectorsClient {
    /// Returns the ways to log in to a connector. Since API 2026-08.
    ///
    /// ```
    /// # use mistral_connectors::{ConnectorsClient, Result};
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// for method in client.get_authentication_methods("my_deepwiki")? {
    ///     println!("{:?}", method.method_type);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// See [`get`](ConnectorsClient::get).
    pub fn get_authentication_methods(
        &self,
        id_or_name: &str,
    ) -> Result<Vec<AuthenticationMethod>> {
        let path = [id_or_name, "authentication_methods"];
        self.call()
            .send(&Request::new(Method::Get, &path)?.hints(hints::GET))
    }
}
