//! How Mistral logs in at the MCP server of a connector that is created or updated.

use std::fmt;

use serde_json::Value;

use crate::fields::{Field, Fields};
use crate::secret::Secret;

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
pub struct AuthData(Fields);

impl AuthData {
    /// A client without a secret. Servers of spring 2026 require one.
    pub fn new(client_id: impl Into<String>) -> Self {
        AuthData(Fields::default().set("client_id", client_id.into()))
    }

    /// The client's secret. Defaults to none.
    pub fn secret(self, secret: impl Into<String>) -> Self {
        AuthData(self.0.set("client_secret", Secret::new(secret)))
    }

    /// The scopes that the client asks for. Defaults to what the server chooses. Servers before
    /// November 2026 do not know them.
    pub fn scopes<T: Into<String>>(self, scopes: impl IntoIterator<Item = T>) -> Self {
        let scopes = scopes.into_iter().map(|scope| Field::from(scope.into()));
        AuthData(self.0.set("client_scopes", Field::List(scopes.collect())))
    }

    pub(crate) fn into_field(self) -> Field {
        self.0.into_object()
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
    method: Fields,
    /// The headers that users set.
    declared: Vec<AuthHeader>,
    /// What the headers are set to, by their names.
    headers: Fields,
}

impl AuthMethod {
    fn new(method_type: &str) -> Self {
        AuthMethod {
            method: Fields::default().set("method_type", method_type.to_owned()),
            declared: Vec::new(),
            headers: Fields::default(),
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
        AuthMethod::of_client("authorization_code", client)
    }

    /// OAuth 2 with this client, which logs in by itself: users have nothing to do.
    pub fn client_credentials(client: AuthData) -> Self {
        AuthMethod::of_client("client_credentials", client)
    }

    fn of_client(grant_type: &str, client: AuthData) -> Self {
        AuthMethod::new("oauth2")
            .set("grant_type", grant_type.to_owned().into())
            .set("auth_data", client.into_field())
    }

    fn set(mut self, name: &str, value: Field) -> Self {
        self.method = self.method.set(name, value);
        self
    }

    /// How the OAuth client shows who it is: `client_secret_basic`, `client_secret_post`,
    /// `private_key_jwt`, … Defaults to what the server chooses.
    pub fn token_endpoint_auth_method(self, method: impl Into<String>) -> Self {
        self.set("token_endpoint_auth_method", method.into().into())
    }

    /// What the OAuth server would say of itself (RFC 8414), where it does not. Defaults to none.
    pub fn oauth2_server_metadata(self, metadata: impl Into<Value>) -> Self {
        self.set("oauth2_server_metadata", server_metadata(metadata))
    }

    /// Adds a header that users set in their credentials. It takes the place of one of the same name.
    pub fn auth_header(mut self, header: AuthHeader) -> Self {
        self.declared.retain(|own| own.name() != header.name());
        self.declared.push(header);
        self
    }

    /// Adds a header that is sent to the MCP server whoever uses the connector. The value is treated
    /// as a secret. Defaults to none.
    ///
    /// A method only names its headers; the values go where the API keeps those of all users, in
    /// `global_headers`.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let name = name.into();
        if !self.declared.iter().any(|own| own.name() == name) {
            self.declared.push(AuthHeader::new(name.clone()));
        }
        self.headers = self.headers.set(&name, global_header(value.into()));
        self
    }

    /// The method, and the headers it sets.
    pub(crate) fn into_parts(self) -> (Fields, Fields) {
        let declared = self.declared.into_iter();
        let method = declared.fold(self.method, |method, header| {
            method.push("headers", header.0.into_object())
        });
        (method, self.headers)
    }
}

impl fmt::Debug for AuthMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut shown, headers) = self.clone().into_parts();
        if !headers.is_empty() {
            shown = shown.set("global_headers", headers.into_object());
        }
        shown.debug("AuthMethod", f)
    }
}

/// A header that credentials of an [`AuthMethod`] consist of.
///
/// ```
/// use mistral_connectors::{AuthHeader, AuthMethod};
///
/// let method = AuthMethod::bearer()
///     .auth_header(AuthHeader::new("x-api-key"))
///     .auth_header(AuthHeader::new("x-region").is_required(false).is_secret(false));
/// ```
#[derive(Clone, PartialEq)]
#[must_use]
pub struct AuthHeader(Fields);

impl AuthHeader {
    /// A header of this name.
    pub fn new(name: impl Into<String>) -> Self {
        AuthHeader(Fields::default().set("name", name.into()))
    }

    /// Whether credentials must have it. Defaults to what the server chooses, `true` in all published
    /// APIs.
    pub fn is_required(self, is_required: bool) -> Self {
        AuthHeader(self.0.set("is_required", Field::Plain(is_required.into())))
    }

    /// Whether its value is a secret. Defaults to what the server chooses, `true` in all published
    /// APIs.
    pub fn is_secret(self, is_secret: bool) -> Self {
        AuthHeader(self.0.set("is_secret", Field::Plain(is_secret.into())))
    }

    fn name(&self) -> &str {
        self.0.text("name").unwrap_or_default()
    }
}

impl fmt::Debug for AuthHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.debug("AuthHeader", f)
    }
}

/// A header in `global_headers`.
pub(crate) fn global_header(value: String) -> Field {
    let value = Fields::default().set("value", Field::header(value));
    value.into_object()
}

/// What is known of an OAuth server, which holds no secrets.
pub(crate) fn server_metadata(metadata: impl Into<Value>) -> Field {
    Field::from_json("oauth2_server_metadata", metadata.into())
}
