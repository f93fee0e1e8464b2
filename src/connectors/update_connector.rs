//! An update of a connector.

use serde_json::Value;

use crate::enums::Protocol;
use crate::json::body::Body;
use crate::login::{AuthData, AuthMethod};

/// An update of a connector. Fields that are set are updated, fields that are cleared become empty,
/// and all other fields do not change.
///
/// An update cannot change who can use a connector: see [`share`](crate::ConnectorsClient::share).
///
/// ```
/// use mistral_connectors::UpdateConnector;
///
/// let update = UpdateConnector::new().description("All our documents").clear_title();
/// assert_eq!(update.fields().collect::<Vec<_>>(), ["description", "title"]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct UpdateConnector(pub(super) Body);

impl UpdateConnector {
    /// An update without fields. [`update`](crate::ConnectorsClient::update) refuses to send it until
    /// a field is set or cleared.
    pub fn new() -> Self {
        UpdateConnector::default()
    }

    fn set(self, name: &str, value: impl Into<Value>) -> Self {
        UpdateConnector(self.0.set(name, value))
    }

    /// Sets the name.
    pub fn name(self, name: impl Into<String>) -> Self {
        self.set("name", name.into())
    }

    /// Sets the description.
    pub fn description(self, description: impl Into<String>) -> Self {
        self.set("description", description.into())
    }

    /// Sets the URL of the MCP server.
    pub fn server(self, server: impl Into<String>) -> Self {
        self.set("server", server.into())
    }

    /// Sets the display name, at most 255 characters. Since API 2026-08.
    pub fn title(self, title: impl Into<String>) -> Self {
        self.set("title", title.into())
    }

    /// Removes the display name (sends null). Since API 2026-08.
    pub fn clear_title(self) -> Self {
        self.set("title", Value::Null)
    }

    /// Sets the URL of the icon.
    pub fn icon_url(self, url: impl Into<String>) -> Self {
        self.set("icon_url", url.into())
    }

    /// Removes the icon (sends null).
    pub fn clear_icon_url(self) -> Self {
        self.set("icon_url", Value::Null)
    }

    /// Sets the instructions that the model gets together with the tools.
    pub fn system_prompt(self, prompt: impl Into<String>) -> Self {
        self.set("system_prompt", prompt.into())
    }

    /// Removes the instructions (sends null).
    pub fn clear_system_prompt(self) -> Self {
        self.set("system_prompt", Value::Null)
    }

    /// Adds a way to log in, or updates the one of the same kind. Since API 2026-08.
    pub fn auth_method(self, method: AuthMethod) -> Self {
        UpdateConnector(self.0.push("auth_methods", method.into_body()))
    }

    /// Replaces the ID and the secret of the OAuth client that Mistral uses for the MCP server.
    /// Since API 2026-08.
    pub fn oauth2_metadata_secrets(self, client: AuthData) -> Self {
        let method = Body::default()
            .set("method_type", "oauth2")
            .set("oauth2_metadata_secrets", client.0);
        UpdateConnector(self.0.push("auth_methods", method))
    }

    /// The protocol of the server. By default it is not sent, unless the API requires it: then the
    /// connector's own protocol is fetched and sent.
    pub fn protocol(self, protocol: impl Into<Protocol>) -> Self {
        self.set("protocol", protocol.into().as_str())
    }

    /// Sets a field that this version of the crate does not know, by its JSON field name. Strings in
    /// it whose names are typical of secrets (for example `client_secret`) are treated as secrets.
    pub fn extra(self, name: impl AsRef<str>, value: impl Into<Value>) -> Self {
        self.set(name.as_ref(), value)
    }

    /// The JSON names of the fields that are set or cleared, sorted.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name)
    }
}
