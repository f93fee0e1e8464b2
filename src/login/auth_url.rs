//! The URL where a user logs in.

use crate::client::ConnectorsClient;
use crate::error::{Result, hints};
use crate::http::{Method, Query, Request};
use crate::json::model::model;

use super::AuthenticationType;

model! {
    /// The URL where a user logs in.
    AuthUrl is "an authorization URL", requires all of auth_url;
    fields {
        /// The URL to open in the user's browser.
        auth_url: String,
        /// For how many seconds the URL is valid.
        ttl: Option<i64>,
    }
}

/// How a user logs in. The options of [`get_auth_url_with`](ConnectorsClient::get_auth_url_with).
///
/// ```
/// use mistral_connectors::GetAuthUrl;
///
/// let login = GetAuthUrl::new().app_return_url("https://app.example/done");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct GetAuthUrl(Query);

impl GetAuthUrl {
    /// Uses the API's defaults.
    pub fn new() -> Self {
        GetAuthUrl::default()
    }

    /// Where the user is sent after the login. Defaults to one of Mistral's pages.
    pub fn app_return_url(self, url: impl Into<String>) -> Self {
        GetAuthUrl(self.0.set("app_return_url", url.into()))
    }

    /// The kind of login, if the connector has several. Defaults to the only one, or to `oauth2`.
    /// Since API 2026-08.
    pub fn method_type(self, method: impl Into<AuthenticationType>) -> Self {
        GetAuthUrl(self.0.set("method_type", method.into()))
    }

    /// The name of the credentials that this login stores: at most 64 letters, digits, `_` and `-`.
    /// Defaults to the API's choice. Since API 2026-08.
    pub fn credentials_name(self, name: impl Into<String>) -> Self {
        GetAuthUrl(self.0.set("credentials_name", name.into()))
    }

    /// The display name of these credentials, at most 255 characters. Defaults to none. Since API
    /// 2026-08.
    pub fn credentials_title(self, title: impl Into<String>) -> Self {
        GetAuthUrl(self.0.set("credentials_title", title.into()))
    }

    /// Whether to return the URL that installs a GitHub app. Defaults to `false`. Since API
    /// 2026-08.
    pub fn github_installation_link(self, link: bool) -> Self {
        GetAuthUrl(self.0.set("github_installation_link", link))
    }
}

/// # Login
impl ConnectorsClient {
    /// Returns the URL where a user logs in to a connector (OAuth 2).
    ///
    /// After the login, the connector is
    /// [authenticated](field@crate::Connector::is_authenticated).
    /// [`wait_until_authenticated`](ConnectorsClient::wait_until_authenticated) waits for it.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use mistral_connectors::{ConnectorsClient, Result};
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// println!("Please log in: {}", client.get_auth_url("my_github")?.auth_url);
    /// client.wait_until_authenticated("my_github", Duration::from_secs(300))?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`is_not_found`](crate::Error::is_not_found) if the connector does not exist,
    /// [`is_validation`](crate::Error::is_validation) if it does not have this kind of login, and
    /// the errors of every call (see [`get`](ConnectorsClient::get)).
    #[doc(alias = "login")]
    pub fn get_auth_url(&self, id_or_name: &str) -> Result<AuthUrl> {
        self.get_auth_url_with(id_or_name, &GetAuthUrl::new())
    }

    /// Returns the URL where a user logs in to a connector, with options.
    ///
    /// ```
    /// # use mistral_connectors::{ConnectorsClient, GetAuthUrl, Result};
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// let options = GetAuthUrl::new().app_return_url("https://app.example/done");
    /// let login = client.get_auth_url_with("my_github", &options)?;
    /// println!("Please log in: {}", login.auth_url);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// See [`get_auth_url`](ConnectorsClient::get_auth_url).
    pub fn get_auth_url_with(&self, id_or_name: &str, options: &GetAuthUrl) -> Result<AuthUrl> {
        let request = Request::new(Method::Get, &[id_or_name, "auth_url"])?.hints(hints::GET);
        self.call().send(&request.queries(&options.0))
    }
}
