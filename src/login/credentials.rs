//! The credentials that are stored for a connector.

use crate::client::ConnectorsClient;
use crate::enums::{OwnerType, Scope};
use crate::error::{Result, hints};
use crate::http::{Method, Query, Request};
use crate::json::model::{iterate_over, model};
use crate::json::open_enum::open_enum;
use crate::message_response::MessageResponse;

use super::{AuthenticationType, SetCredentials};

model! {
    /// Credentials that are stored for a connector, without the secrets. Since API 2026-08.
    Credentials is "credentials";
    fields {
        /// The name. Update and delete take it. Empty if the API sends none.
        name: String,
        /// The display name.
        title: Option<String>,
        /// The kind of authentication.
        authentication_type: Option<AuthenticationType>,
        /// Who owns the credentials.
        scope: Option<OwnerType>,
        /// Whether the credentials work.
        status: Option<CredentialsStatus>,
        /// Whether the credentials are used if none are named. If the API does not say, they are not.
        is_default: Option<bool>,
        /// The ID of the user who created the credentials. Since API 2026-11.
        creator_id: Option<String>,
    }
}

model! {
    /// Whether credentials work, as far as Mistral knows.
    CredentialsStatus is "the status of credentials";
    fields {
        /// Whether the credentials work. API 2026-08 always sends it.
        status_type: Option<CredentialsState>,
        /// When the credentials were checked, as an RFC 3339 string.
        last_checked_at: Option<String>,
        /// The HTTP status of the MCP server's refusal.
        error_http_code: Option<i64>,
        /// What is wrong with the credentials: `oauth expired`, `MCP server unreachable`.
        error_message: Option<String>,
    }
}

open_enum! {
    /// Whether credentials work.
    CredentialsState {
        /// They work.
        Valid = "valid",
        /// They do not work.
        Invalid = "invalid",
        /// Unknown, because the check failed.
        Error = "error",
    }
}

model! {
    /// The credentials that are stored for a connector.
    CredentialsList is "a list of credentials", requires any of credentials;
    fields {
        /// The credentials, in the API's order.
        credentials: Vec<Credentials>,
        /// The kinds of authentication for which the connector itself has credentials.
        connector_preset_credentials_for_auth: Option<Vec<AuthenticationType>>,
    }
}

iterate_over!(CredentialsList, credentials: Credentials);

/// Which credentials to list. The options of
/// [`list_credentials_with`](ConnectorsClient::list_credentials_with).
///
/// ```
/// use mistral_connectors::ListCredentials;
///
/// let tokens = ListCredentials::new().auth_type("bearer");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct ListCredentials(Query);

impl ListCredentials {
    /// Lists all credentials.
    pub fn new() -> Self {
        ListCredentials::default()
    }

    /// Lists only credentials of this kind. Defaults to all kinds.
    pub fn auth_type(self, kind: impl Into<AuthenticationType>) -> Self {
        ListCredentials(self.0.set("auth_type", kind.into()))
    }

    /// Lists only the default credentials, which are used if none are named. Defaults to `false`.
    pub fn fetch_default(self, fetch: bool) -> Self {
        ListCredentials(self.0.set("fetch_default", fetch))
    }
}

/// # Credentials
impl ConnectorsClient {
    /// Lists the credentials that are stored for a connector, without the secrets. Since API
    /// 2026-08.
    ///
    /// ```
    /// # use mistral_connectors::{ConnectorsClient, Result, Scope};
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// for credentials in &client.list_credentials("my_github", Scope::User)? {
    ///     println!("{}", credentials.name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`is_not_found`](crate::Error::is_not_found) if the connector does not exist,
    /// [`is_forbidden`](crate::Error::is_forbidden) if this API key may not see the credentials,
    /// and the errors of every call (see [`get`](ConnectorsClient::get)).
    pub fn list_credentials(&self, id_or_name: &str, scope: Scope) -> Result<CredentialsList> {
        self.list_credentials_with(id_or_name, scope, &ListCredentials::new())
    }

    /// Lists some of the credentials that are stored for a connector. Since API 2026-08.
    ///
    /// ```
    /// # use mistral_connectors::{ConnectorsClient, ListCredentials, Result, Scope};
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// let tokens = ListCredentials::new().auth_type("bearer");
    /// let list = client.list_credentials_with("my_github", Scope::User, &tokens)?;
    /// println!("{} tokens", list.credentials.len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// See [`list_credentials`](ConnectorsClient::list_credentials).
    pub fn list_credentials_with(
        &self,
        id_or_name: &str,
        scope: Scope,
        options: &ListCredentials,
    ) -> Result<CredentialsList> {
        let request = Request::new(Method::Get, &path(id_or_name, scope))?.hints(hints::GET);
        self.call().send(&request.queries(&options.0))
    }

    /// Stores credentials for a connector. Since API 2026-08, which overwrites credentials with the
    /// same name.
    ///
    /// The request is processed at most once: it is retried only if there was no connection or after
    /// a 429.
    ///
    /// ```
    /// # use mistral_connectors::{ConnectorsClient, Result, Scope, SetCredentials};
    /// # fn demo(client: &ConnectorsClient, token: &str) -> Result<()> {
    /// let credentials = SetCredentials::new("work").bearer_token(token);
    /// client.create_credentials("my_github", Scope::User, &credentials)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`is_conflict`](crate::Error::is_conflict) if the name is taken,
    /// [`is_validation`](crate::Error::is_validation) if the credentials are refused, and the errors
    /// of [`list_credentials`](ConnectorsClient::list_credentials).
    pub fn create_credentials(
        &self,
        id_or_name: &str,
        scope: Scope,
        credentials: &SetCredentials,
    ) -> Result<MessageResponse> {
        let request = Request::new(Method::Post, &path(id_or_name, scope))?.hints(hints::GET);
        self.call().send(&request.body(&credentials.0))
    }

    /// Updates stored credentials. Fields that are not set stay as they are. Since API 2026-11.
    ///
    /// ```
    /// # use mistral_connectors::{ConnectorsClient, Result, Scope, SetCredentials};
    /// # fn demo(client: &ConnectorsClient, token: &str) -> Result<()> {
    /// let new_token = SetCredentials::new("work").bearer_token(token);
    /// client.update_credentials("my_github", Scope::User, &new_token)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`is_validation`](crate::Error::is_validation) if the credentials are refused, and the errors
    /// of [`list_credentials`](ConnectorsClient::list_credentials).
    pub fn update_credentials(
        &self,
        id_or_name: &str,
        scope: Scope,
        credentials: &SetCredentials,
    ) -> Result<MessageResponse> {
        let request = Request::new(Method::Patch, &path(id_or_name, scope))?;
        let request = request
            .hints(hints::UPDATE_CREDENTIALS)
            .hints(hints::STORED_CREDENTIALS);
        self.call().send(&request.body(&credentials.0))
    }

    /// Deletes stored credentials by their name. Since API 2026-08.
    ///
    /// ```
    /// # use mistral_connectors::{ConnectorsClient, Result, Scope};
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// client.delete_credentials("my_github", Scope::User, "work")?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`is_not_found`](crate::Error::is_not_found) if no credentials have this name, and the errors
    /// of [`list_credentials`](ConnectorsClient::list_credentials).
    pub fn delete_credentials(
        &self,
        id_or_name: &str,
        scope: Scope,
        name: &str,
    ) -> Result<MessageResponse> {
        let [id_or_name, scope, credentials] = path(id_or_name, scope);
        let path = [id_or_name, scope, credentials, name];
        let request = Request::new(Method::Delete, &path)?;
        self.call().send(&request.hints(hints::STORED_CREDENTIALS))
    }

    /// Deletes all credentials of the user that are stored for a connector. Since API 2026-08.
    ///
    /// ```
    /// # use mistral_connectors::{ConnectorsClient, Result};
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// client.delete_all_user_credentials("my_github")?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// See [`list_credentials`](ConnectorsClient::list_credentials).
    #[doc(alias = "logout")]
    pub fn delete_all_user_credentials(&self, id_or_name: &str) -> Result<MessageResponse> {
        let request = Request::new(Method::Delete, &path(id_or_name, Scope::User))?;
        self.call().send(&request.hints(hints::GET))
    }
}

fn path(id_or_name: &str, scope: Scope) -> [&str; 3] {
    [id_or_name, scope.as_str(), "credentials"]
}
