//! How Mistral logs in at the MCP server of a connector that is created or updated.

use std::fmt;

use crate::json::body::Body;

/// The OAuth client that a connector logs in with.
///
/// ```
/// use mistral_connectors::AuthData;
///
/// let auth = AuthData::new("my-client").secret("not to be shown").scopes(["read"]);
/// assert!(!format!("{auth:?}").contains("shown"));
/// ```
#[derive(Clone, PartialEq)]
#[must_use]
pub struct AuthData(Body);

impl AuthData {
    /// A client without a secret. Servers of spring 2026 require one.
    pub fn new(client_id: impl Into<String>) -> Self {
        AuthData(Body::default().set("client_id", client_id.into()))
    }

    /// The client's secret. Defaults to none.
    pub fn secret(self, secret: impl Into<String>) -> Self {
        AuthData(self.0.set("client_secret", secret.into()))
    }

    /// The scopes that the client asks for. Defaults to what the server chooses. Servers before
    /// November 2026 do not know them.
    pub fn scopes<T: Into<String>>(self, scopes: impl IntoIterator<Item = T>) -> Self {
        let scopes: Vec<String> = scopes.into_iter().map(Into::into).collect();
        AuthData(self.0.set("client_scopes", scopes))
    }

    pub(crate) fn into_body(self) -> Body {
        self.0
    }
}

impl fmt::Debug for AuthData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.debug("AuthData", f)
    }
}

/// A way in which users can log in at the MCP server of a connector, for servers of November 2026.
///
/// ```
/// use mistral_connectors::{AuthData, AuthMethod, CreateConnector};
///
/// let wanted = CreateConnector::new("docs", "Our documents", "https://docs.example/mcp")
///     .auth_method(AuthMethod::bearer())
///     .auth_method(AuthMethod::oauth2(AuthData::new("my-client")));
/// ```
#[derive(Clone, PartialEq)]
#[must_use]
pub struct AuthMethod {
    method: Body,
    /// What the headers are set to, by their names.
    headers: Body,
}

impl AuthMethod {
    fn new(method_type: &str) -> Self {
        AuthMethod {
            method: Body::default().set("method_type", method_type),
            headers: Body::default(),
        }
    }

    /// Nobody has to log in.
    pub fn none() -> Self {
        AuthMethod::new("none")
    }

    /// A token that is sent as it is.
    pub fn bearer() -> Self {
        AuthMethod::new("bearer")
    }

    /// OAuth 2 with this client: users log in in the browser.
    pub fn oauth2(client: AuthData) -> Self {
        let mut method = AuthMethod::new("oauth2");
        method.method = method
            .method
            .set("grant_type", "authorization_code")
            .set("auth_data", client.into_body());
        method
    }

    /// Adds a header that is sent to the MCP server whoever uses the connector. The value is treated
    /// as a secret. Defaults to none.
    ///
    /// A method only names its headers; the values go where the API keeps those of all users, in
    /// `global_headers`.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let name = name.into();
        if !self.headers.contains(&name) {
            let named = Body::default().set("name", name.clone());
            self.method = self.method.push("headers", named);
        }
        self.headers = self.headers.set(&name, global_header(value.into()));
        self
    }

    /// The method, and the headers it sets.
    pub(crate) fn into_parts(self) -> (Body, Body) {
        (self.method, self.headers)
    }
}

impl fmt::Debug for AuthMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let AuthMethod { method, headers } = self;
        let mut shown = method.clone();
        if !headers.is_empty() {
            shown = shown.set("global_headers", headers.clone());
        }
        shown.debug("AuthMethod", f)
    }
}

/// A header in `global_headers`.
pub(crate) fn global_header(value: String) -> Body {
    Body::default().set("value", value)
}
