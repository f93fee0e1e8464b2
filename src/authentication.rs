//! How users log in at a connector.

use crate::answer::answer;
use crate::client::ConnectorsClient;
use crate::credentials::{AuthenticationMethod, AuthenticationType};
use crate::error::Result;
use crate::request::{Method, Request};

answer! {
    /// Where a user logs in.
    AuthUrl is "an authorization URL";
    required {
        /// The URL to open in the user's browser.
        auth_url,
    }
    lenient {
        /// How many seconds it is good for.
        ttl: i64,
    }
}

/// What login a user is sent to.
///
/// ```
/// use mistral_connectors::GetAuthUrl;
///
/// let login = GetAuthUrl::new().app_return_url("https://app.example/done");
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
pub struct GetAuthUrl {
    app_return_url: Option<String>,
    method_type: Option<AuthenticationType>,
    credentials_name: Option<String>,
    credentials_title: Option<String>,
    github_installation_link: Option<bool>,
}

impl GetAuthUrl {
    /// The only login there is.
    pub fn new() -> Self {
        GetAuthUrl::default()
    }

    /// Where the user is sent after the login. Defaults to a page of Mistral's.
    pub fn app_return_url(mut self, url: impl Into<String>) -> Self {
        self.app_return_url = Some(url.into());
        self
    }

    /// Which of several kinds of login. Defaults to the only one there is, or `oauth2`.
    pub fn method_type(mut self, method: impl Into<AuthenticationType>) -> Self {
        self.method_type = Some(method.into());
        self
    }

    /// What the credentials of this login will be called: letters, digits, `_`, `-`, at most 64.
    /// Defaults to what the server chooses.
    pub fn credentials_name(mut self, name: impl Into<String>) -> Self {
        self.credentials_name = Some(name.into());
        self
    }

    /// The title of these credentials, for people; at most 255 characters. Defaults to none.
    pub fn credentials_title(mut self, title: impl Into<String>) -> Self {
        self.credentials_title = Some(title.into());
        self
    }

    /// Whether the URL is the one that installs a GitHub app. Defaults to `false`.
    pub fn github_installation_link(mut self, link: bool) -> Self {
        self.github_installation_link = Some(link);
        self
    }
}

impl ConnectorsClient {
    /// The URL at which a user logs in (OAuth 2). When that is done the connector is
    /// [authenticated](crate::Connector::is_authenticated).
    ///
    /// # Errors
    ///
    /// [`is_not_found`](crate::Error::is_not_found) if there is no such connector,
    /// [`is_validation`](crate::Error::is_validation) if it has no such login, and what every call
    /// can fail with (see [`get`](ConnectorsClient::get)).
    pub fn get_auth_url(&self, id_or_name: &str, options: &GetAuthUrl) -> Result<AuthUrl> {
        let request = Request::new(Method::Get, &[id_or_name, "auth_url"])?
            .query_if("app_return_url", options.app_return_url.as_deref())
            .query_if("method_type", options.method_type.as_ref())
            .query_if("credentials_name", options.credentials_name.as_deref())
            .query_if("credentials_title", options.credentials_title.as_deref())
            .query_if("github_installation_link", options.github_installation_link);
        self.send(&request)
    }

    /// The ways in which users can log in. Servers of spring 2026 do not know it.
    ///
    /// # Errors
    ///
    /// As with [`get`](ConnectorsClient::get).
    pub fn get_authentication_methods(
        &self,
        id_or_name: &str,
    ) -> Result<Vec<AuthenticationMethod>> {
        let path = [id_or_name, "authentication_methods"];
        self.send(&Request::new(Method::Get, &path)?)
    }
}
