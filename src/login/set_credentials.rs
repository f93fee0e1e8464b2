//! Credentials to store for a connector.

use serde_json::Value;

use crate::json::body::Body;

/// Credentials to store for a connector. Fields that are not set are not sent.
///
/// ```
/// use mistral_connectors::SetCredentials;
///
/// # let token = "not to be shown";
/// let credentials = SetCredentials::new("work").bearer_token(token);
/// assert!(!format!("{credentials:?}").contains(token));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct SetCredentials(pub(super) Body);

impl SetCredentials {
    /// Credentials with this name: at most 64 letters, digits, `_` and `-`.
    pub fn new(name: impl Into<String>) -> Self {
        SetCredentials(Body::default().set("name", name.into()))
    }

    /// The display name, at most 255 characters. Defaults to none.
    pub fn title(self, title: impl Into<String>) -> Self {
        SetCredentials(self.0.set("title", title.into()))
    }

    /// Whether the credentials are used if none are named. Defaults to the API's choice, which is
    /// `true` for the first credentials of their kind.
    pub fn is_default(self, is_default: bool) -> Self {
        SetCredentials(self.0.set("is_default", is_default))
    }

    /// A bearer token. Defaults to none.
    pub fn bearer_token(self, token: impl Into<String>) -> Self {
        self.set_in(&["credentials"], "bearer_token", token)
    }

    /// Adds a header. The value is treated as a secret. Defaults to none.
    pub fn header(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.set_in(&["credentials", "headers"], name, value)
    }

    /// The ID and the secret of an OAuth client that logs in by itself (client credentials). Defaults
    /// to none. Since API 2026-11.
    pub fn oauth(self, client_id: impl Into<String>, client_secret: impl Into<String>) -> Self {
        let client = self.client_id(client_id);
        client.set_oauth("client_secret", client_secret)
    }

    /// The ID of an OAuth client that logs in by itself without a secret: with a
    /// [`client_private_key`](Self::client_private_key) or a
    /// [`client_certificate`](Self::client_certificate). Defaults to none. Since API 2026-11.
    pub fn client_id(self, client_id: impl Into<String>) -> Self {
        self.set_oauth("client_id", client_id)
    }

    /// The private key of the OAuth client. It is treated as a secret. Defaults to none. Since API
    /// 2026-11.
    pub fn client_private_key(self, key: impl Into<String>) -> Self {
        self.set_oauth("client_private_key", key)
    }

    /// The certificate of the OAuth client. It is treated as a secret. Defaults to none. Since API
    /// 2026-11.
    pub fn client_certificate(self, certificate: impl Into<String>) -> Self {
        self.set_oauth("client_certificate", certificate)
    }

    /// Sets a field that this version of the crate does not know, by its JSON field name. Strings in
    /// it whose names are typical of secrets (for example `token`) are treated as secrets.
    pub fn extra(self, name: impl AsRef<str>, value: impl Into<Value>) -> Self {
        SetCredentials(self.0.set(name.as_ref(), value))
    }

    fn set_in(self, path: &[&str], name: impl Into<String>, value: impl Into<String>) -> Self {
        SetCredentials(self.0.set_in(path, name, value.into()))
    }

    fn set_oauth(self, name: &str, value: impl Into<String>) -> Self {
        let client = ["credentials", "oauth"];
        self.set_in(&client, "grant_type", "client_credentials")
            .set_in(&client, name, value)
    }
}
