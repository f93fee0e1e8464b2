//! The ways to log in to a connector, as a request sets them up.

use std::fmt;

use serde_json::Value;

use crate::json::body::Body;

/// An OAuth client that Mistral uses for an MCP server.
///
/// ```
/// use mistral_connectors::AuthData;
///
/// let auth = AuthData::new("my-client").secret("not to be shown").scopes(["read"]);
/// assert!(!format!("{auth:?}").contains("shown"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct AuthData(pub(crate) Body);

impl AuthData {
    /// An OAuth client without a secret. API 2026-03 requires a secret.
    pub fn new(client_id: impl Into<String>) -> Self {
        AuthData(Body::default().set("client_id", client_id.into()))
    }

    /// The client secret. Defaults to none.
    pub fn secret(self, secret: impl Into<String>) -> Self {
        AuthData(self.0.set("client_secret", secret.into()))
    }

    /// The scopes that the client requests. Defaults to the API's choice. Since API 2026-11.
    pub fn scopes<T: Into<String>>(self, scopes: impl IntoIterator<Item = T>) -> Self {
        let scopes: Vec<String> = scopes.into_iter().map(Into::into).collect();
        AuthData(self.0.set("client_scopes", scopes))
    }
}

/// A way to log in to a connector, for a request that sets it up. Since API 2026-11.
///
/// What the API returns is an [`AuthenticationMethod`](crate::AuthenticationMethod).
///
/// ```
/// use mistral_connectors::{AuthData, AuthMethod, CreateConnector};
///
/// let docs = CreateConnector::new("docs", "Our documents", "https://docs.example/mcp")
///     .auth_method(AuthMethod::bearer())
///     .auth_method(AuthMethod::oauth2(AuthData::new("my-client")));
/// ```
#[derive(Clone, PartialEq, Eq)]
#[must_use]
pub struct AuthMethod {
    method: Body,
    headers: Vec<AuthHeader>,
    global_headers: Body,
}

impl AuthMethod {
    fn new(method_type: &str) -> Self {
        AuthMethod {
            method: Body::default().set("method_type", method_type),
            headers: Vec::new(),
            global_headers: Body::default(),
        }
    }

    /// No login.
    pub fn none() -> Self {
        AuthMethod::new("none")
    }

    /// A bearer token.
    pub fn bearer() -> Self {
        AuthMethod::new("bearer")
    }

    /// OAuth 2 with the authorization code grant: users log in with a browser.
    pub fn oauth2(client: AuthData) -> Self {
        AuthMethod::with_client("authorization_code", client)
    }

    /// OAuth 2 with the client credentials grant: the client logs in by itself.
    pub fn client_credentials(client: AuthData) -> Self {
        AuthMethod::with_client("client_credentials", client)
    }

    fn with_client(grant_type: &str, client: AuthData) -> Self {
        AuthMethod::new("oauth2")
            .set("grant_type", grant_type)
            .set("auth_data", client.0)
    }

    fn set(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.method = self.method.set(name, value);
        self
    }

    /// How the OAuth client authenticates at the token endpoint: `client_secret_basic`,
    /// `client_secret_post`, `private_key_jwt`, … Defaults to the API's choice.
    pub fn token_endpoint_auth_method(self, method: impl Into<String>) -> Self {
        self.set("token_endpoint_auth_method", method.into())
    }

    /// The metadata of the OAuth server (RFC 8414), if the server does not publish it. Defaults to
    /// none.
    pub fn oauth2_server_metadata(self, metadata: impl Into<Value>) -> Self {
        self.set("oauth2_server_metadata", metadata)
    }

    /// Adds a header that users set in their credentials. It replaces a header of the same name.
    /// Defaults to none.
    pub fn auth_header(mut self, header: AuthHeader) -> Self {
        self.headers.retain(|other| other.name() != header.name());
        self.headers.push(header);
        self
    }

    /// Adds a header that Mistral sends to the MCP server for all users. The value is treated as a
    /// secret. Defaults to none.
    ///
    /// The method itself only names the header. The value is sent in `global_headers`, where the API
    /// stores the values for all users.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let name = name.into();
        let header = Body::default().set("value", value.into());
        self.global_headers = self.global_headers.set(&name, header);
        if self.headers.iter().any(|other| other.name() == name) {
            return self;
        }
        self.auth_header(AuthHeader::new(name))
    }

    /// The method, and the values of its global headers.
    pub(crate) fn into_parts(self) -> (Body, Body) {
        let headers = self.headers.into_iter();
        let method = headers.fold(self.method, |method, header| {
            method.push("headers", header.0)
        });
        (method, self.global_headers)
    }

    /// The method, with the values of its global headers in it.
    pub(crate) fn into_body(self) -> Body {
        let (method, global_headers) = self.into_parts();
        if global_headers.is_empty() {
            method
        } else {
            method.set("global_headers", global_headers)
        }
    }
}

/// The JSON without secrets.
impl fmt::Debug for AuthMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body = self.clone().into_body();
        f.debug_tuple("AuthMethod").field(&body).finish()
    }
}

/// A header that the credentials of an [`AuthMethod`] consist of.
///
/// ```
/// use mistral_connectors::{AuthHeader, AuthMethod};
///
/// let method = AuthMethod::bearer()
///     .auth_header(AuthHeader::new("x-api-key"))
///     .auth_header(AuthHeader::new("x-region").is_required(false).is_secret(false));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct AuthHeader(Body);

impl AuthHeader {
    /// A header with this name.
    pub fn new(name: impl Into<String>) -> Self {
        AuthHeader(Body::default().set("name", name.into()))
    }

    /// Whether credentials must have the header. Defaults to the API's default, which is `true`.
    pub fn is_required(self, is_required: bool) -> Self {
        AuthHeader(self.0.set("is_required", is_required))
    }

    /// Whether the value is a secret. Defaults to the API's default, which is `true`.
    pub fn is_secret(self, is_secret: bool) -> Self {
        AuthHeader(self.0.set("is_secret", is_secret))
    }

    fn name(&self) -> &str {
        self.0.text("name").unwrap_or_default()
    }
}
