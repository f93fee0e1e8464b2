//! Credentials: how one can log in at a connector, and what is kept there to do so.

use std::fmt;

use serde_json::Value;

use crate::answer::answer;
use crate::client::ConnectorsClient;
use crate::error::Result;
use crate::hints;
use crate::iterate_over::iterate_over;
use crate::json::body::Body;
use crate::message::MessageResponse;
use crate::open_enum::open_enum;
use crate::request::{Method, Request};
use crate::scope::Scope;
use crate::words::OwnerType;

answer! {
    /// A way in which a caller can log in at a connector, without secrets. Sent by servers from
    /// summer 2026 on.
    AuthenticationMethod is "an authentication method";
    lenient {
        /// What kind it is. Servers of summer 2026 always send it.
        method_type: AuthenticationType,
        /// The headers that credentials of this kind consist of.
        headers: Vec<AuthenticationHeader>,
        /// Headers that are the same for every caller, by name. As they came.
        global_headers: Value,
        /// Whether there are credentials for those who bring none.
        has_default_credentials: bool,
        /// How an OAuth login goes: `authorization_code` or `client_credentials`. Sent by servers of
        /// November 2026.
        grant_type: String,
        /// How an OAuth client shows who it is. Sent by servers of November 2026.
        token_endpoint_auth_method: String,
        /// What the OAuth server says of itself: its endpoints and what it supports. As it came.
        oauth2_server_metadata: Value,
    }
}

answer! {
    /// A header that credentials consist of.
    AuthenticationHeader is "an authentication header";
    required {
        /// The header's name.
        name,
    }
    lenient {
        /// Whether it cannot be left out. Where nothing is said it cannot.
        is_required: bool,
        /// Whether its value is a secret. Where nothing is said it is.
        is_secret: bool,
    }
}

answer! {
    /// Credentials that are kept for a connector, without the secrets. Sent by servers from summer
    /// 2026 on.
    Credentials is "credentials";
    required {
        /// Their name; update and delete take it.
        name,
    }
    lenient {
        /// The name shown to people.
        title: String,
        /// What kind they are.
        authentication_type: AuthenticationType,
        /// Whose they are.
        scope: OwnerType,
        /// Whether they work.
        status: CredentialsStatus,
        /// Whether they are used where none are named. Where nothing is said they are not.
        is_default: bool,
    }
}

answer! {
    /// Whether credentials work, as far as Mistral knows.
    CredentialsStatus is "the status of credentials";
    lenient {
        /// Whether they do. Servers of summer 2026 always send it.
        status_type: CredentialsState,
        /// When that was found out, as RFC 3339 text.
        last_checked_at: String,
        /// The status with which the MCP server refused them.
        error_http_code: i64,
        /// What is wrong with them: one of some ten phrases, like `oauth expired` or `MCP server
        /// unreachable`.
        error_message: String,
    }
}

answer! {
    /// The credentials kept for a connector.
    CredentialsList is "a list of credentials", with any of credentials;
    strict {
        /// The credentials, in the server's order.
        credentials: Vec<Credentials>,
    }
    lenient {
        /// The kinds for which the connector itself has credentials.
        connector_preset_credentials_for_auth: Vec<AuthenticationType>,
    }
}

iterate_over!(CredentialsList, credentials: Credentials);

open_enum! {
    /// A kind of authentication.
    AuthenticationType {
        /// OAuth 2: the user logs in in the browser.
        OAuth2 = "oauth2",
        /// A token that is sent as it is.
        Bearer = "bearer",
        /// None is needed.
        None = "none",
        /// An installation of a GitHub app.
        GithubApp = "github_app",
        /// An installation of a Slack app.
        SlackApp = "slack_app",
    }
}

open_enum! {
    /// Whether credentials work.
    CredentialsState {
        /// They do.
        Valid = "valid",
        /// They do not.
        Invalid = "invalid",
        /// There is no telling: the check itself failed.
        Error = "error",
    }
}

/// Which credentials to list.
///
/// ```
/// use mistral_connectors::ListCredentials;
///
/// let tokens = ListCredentials::new().auth_type("bearer");
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
pub struct ListCredentials {
    auth_type: Option<AuthenticationType>,
    fetch_default: Option<bool>,
}

impl ListCredentials {
    /// All of them.
    pub fn new() -> Self {
        ListCredentials::default()
    }

    /// Only those of this kind. Defaults to all kinds.
    pub fn auth_type(mut self, kind: impl Into<AuthenticationType>) -> Self {
        self.auth_type = Some(kind.into());
        self
    }

    /// Only those that are used where none are named. Defaults to `false`.
    pub fn fetch_default(mut self, fetch: bool) -> Self {
        self.fetch_default = Some(fetch);
        self
    }
}

/// Credentials to be kept for a connector.
///
/// What is not set is not sent.
///
/// ```
/// use mistral_connectors::SetCredentials;
///
/// # let token = "not to be shown";
/// let credentials = SetCredentials::new("mine").bearer_token(token);
/// assert!(!format!("{credentials:?}").contains(token));
/// ```
#[derive(Clone, PartialEq)]
#[must_use]
pub struct SetCredentials {
    fields: Body,
    /// What is in `credentials`.
    secrets: Body,
}

impl SetCredentials {
    /// Credentials of this name: letters, digits, `_`, `-`, at most 64.
    pub fn new(name: impl Into<String>) -> Self {
        SetCredentials {
            fields: Body::default().set("name", name.into()),
            secrets: Body::default(),
        }
    }

    /// The name shown to people, at most 255 characters. Defaults to none.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.fields = self.fields.set("title", title.into());
        self
    }

    /// Whether they are used where none are named. Defaults to what the server chooses: the first of
    /// their kind are.
    pub fn is_default(mut self, is_default: bool) -> Self {
        self.fields = self.fields.set("is_default", is_default);
        self
    }

    /// A token. Defaults to none.
    pub fn bearer_token(mut self, token: impl Into<String>) -> Self {
        self.secrets = self.secrets.set("bearer_token", token.into());
        self
    }

    /// Adds a header. The value is treated as a secret. Defaults to none.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.secrets = self.secrets.set_in("headers", name, value.into());
        self
    }

    /// An OAuth client that logs in by itself (client credentials). Defaults to none. Servers before
    /// November 2026 do not know it.
    pub fn oauth(mut self, client_id: impl Into<String>, client_secret: impl Into<String>) -> Self {
        let client = Body::default()
            .set("grant_type", "client_credentials")
            .set("client_id", client_id.into())
            .set("client_secret", client_secret.into());
        self.secrets = self.secrets.set("oauth", client);
        self
    }

    /// A field that this version does not know yet, by its name on the wire. Texts in it under usual
    /// names of secrets are treated as secrets.
    pub fn extra(mut self, name: impl AsRef<str>, value: impl Into<Value>) -> Self {
        self.fields = self.fields.set(name.as_ref(), value);
        self
    }

    fn body(&self) -> Body {
        let secrets = self.secrets.iter();
        secrets.fold(self.fields.clone(), |fields, (name, value)| {
            fields.set_in("credentials", name, value.clone())
        })
    }
}

impl fmt::Debug for SetCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.body().debug("SetCredentials", f)
    }
}

impl ConnectorsClient {
    /// The credentials that are kept for a connector, without the secrets. Servers of spring 2026 do
    /// not know them.
    ///
    /// # Errors
    ///
    /// [`is_not_found`](crate::Error::is_not_found) if there is no such connector,
    /// [`is_forbidden`](crate::Error::is_forbidden) if this key may not see them, and what every call
    /// can fail with (see [`get`](ConnectorsClient::get)).
    pub fn list_credentials(
        &self,
        id_or_name: &str,
        scope: Scope,
        options: &ListCredentials,
    ) -> Result<CredentialsList> {
        let request = Request::new(Method::Get, &credentials(id_or_name, scope))?
            .query_if("auth_type", options.auth_type.as_ref())
            .query_if("fetch_default", options.fetch_default);
        self.send(&request)
    }

    /// Keeps credentials for a connector. Servers of summer 2026 write over credentials of the same
    /// name.
    ///
    /// It is carried out at most once: after a failure that leaves open whether it was, the error
    /// says so.
    ///
    /// # Errors
    ///
    /// [`is_conflict`](crate::Error::is_conflict) if the name is taken,
    /// [`is_validation`](crate::Error::is_validation) if they are refused, and what
    /// [`list_credentials`](ConnectorsClient::list_credentials) can fail with.
    pub fn create_credentials(
        &self,
        id_or_name: &str,
        scope: Scope,
        new: &SetCredentials,
    ) -> Result<MessageResponse> {
        let request = Request::new(Method::Post, &credentials(id_or_name, scope))?;
        self.send(&request.body(&new.body()))
    }

    /// Changes credentials that are kept for a connector: what is set changes, the rest stays.
    /// Servers before November 2026 do not know it.
    ///
    /// # Errors
    ///
    /// [`is_validation`](crate::Error::is_validation) if they are refused, and what
    /// [`list_credentials`](ConnectorsClient::list_credentials) can fail with.
    pub fn update_credentials(
        &self,
        id_or_name: &str,
        scope: Scope,
        change: &SetCredentials,
    ) -> Result<MessageResponse> {
        let request = Request::new(Method::Patch, &credentials(id_or_name, scope))?;
        self.send(
            &request
                .hints(hints::UPDATE_CREDENTIALS)
                .body(&change.body()),
        )
    }

    /// Deletes credentials that are kept for a connector.
    ///
    /// # Errors
    ///
    /// [`is_not_found`](crate::Error::is_not_found) if there are none of this name, and what
    /// [`list_credentials`](ConnectorsClient::list_credentials) can fail with.
    pub fn delete_credentials(
        &self,
        id_or_name: &str,
        scope: Scope,
        name: &str,
    ) -> Result<MessageResponse> {
        let [id_or_name, scope, credentials] = credentials(id_or_name, scope);
        let path = [id_or_name, scope, credentials, name];
        self.send(&Request::new(Method::Delete, &path)?)
    }

    /// Deletes all credentials of the user that are kept for a connector.
    ///
    /// # Errors
    ///
    /// As with [`list_credentials`](ConnectorsClient::list_credentials).
    pub fn delete_all_user_credentials(&self, id_or_name: &str) -> Result<MessageResponse> {
        let path = credentials(id_or_name, Scope::User);
        self.send(&Request::new(Method::Delete, &path)?)
    }
}

/// Where credentials are kept.
fn credentials(id_or_name: &str, scope: Scope) -> [&str; 3] {
    [id_or_name, scope.as_str(), "credentials"]
}
