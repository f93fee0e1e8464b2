//! A change to a connector.

use std::fmt;

use serde_json::Value;

use crate::auth::AuthMethod;
use crate::json::body::Body;
use crate::words::Protocol;

/// A change to a connector: what is set changes, what is cleared is emptied, the rest stays.
///
/// Who can use a connector is not changed by an update: see
/// [`share`](crate::ConnectorsClient::share).
///
/// ```
/// use mistral_connectors::UpdateConnector;
///
/// let change = UpdateConnector::new().description("Now with more words").clear_title();
/// assert_eq!(change.fields().collect::<Vec<_>>(), ["description", "title"]);
/// ```
#[derive(Clone, Default, PartialEq)]
#[must_use]
pub struct UpdateConnector(pub(crate) Body);

impl UpdateConnector {
    /// A change of nothing, to which changes are added. Sent as it is, it is refused.
    pub fn new() -> Self {
        UpdateConnector::default()
    }

    /// A new name.
    pub fn name(self, name: impl Into<String>) -> Self {
        UpdateConnector(self.0.set("name", name.into()))
    }

    /// A new description.
    pub fn description(self, description: impl Into<String>) -> Self {
        UpdateConnector(self.0.set("description", description.into()))
    }

    /// A new URL of the MCP server.
    pub fn server(self, server: impl Into<String>) -> Self {
        UpdateConnector(self.0.set("server", server.into()))
    }

    /// A new name shown to people, at most 255 characters.
    pub fn title(self, title: impl Into<String>) -> Self {
        UpdateConnector(self.0.set("title", title.into()))
    }

    /// No name shown to people any more (an explicit null).
    pub fn clear_title(self) -> Self {
        UpdateConnector(self.0.set("title", Value::Null))
    }

    /// A new URL of an icon.
    pub fn icon_url(self, url: impl Into<String>) -> Self {
        UpdateConnector(self.0.set("icon_url", url.into()))
    }

    /// No icon any more (an explicit null).
    pub fn clear_icon_url(self) -> Self {
        UpdateConnector(self.0.set("icon_url", Value::Null))
    }

    /// New instructions given to the model along with the tools.
    pub fn system_prompt(self, prompt: impl Into<String>) -> Self {
        UpdateConnector(self.0.set("system_prompt", prompt.into()))
    }

    /// No instructions any more (an explicit null).
    pub fn clear_system_prompt(self) -> Self {
        UpdateConnector(self.0.set("system_prompt", Value::Null))
    }

    /// Adds a way in which users can log in, or changes the one of its kind. Servers of spring 2026
    /// do not know it.
    pub fn auth_method(self, method: AuthMethod) -> Self {
        let (mut method, headers) = method.into_parts();
        if !headers.is_empty() {
            method = method.set("global_headers", headers);
        }
        UpdateConnector(self.0.push("auth_methods", method))
    }

    /// What the server speaks. When it is not set it is not sent, unless the API asks for it; then
    /// [`Protocol::Mcp`] is.
    pub fn protocol(self, protocol: impl Into<Protocol>) -> Self {
        UpdateConnector(self.0.set("protocol", protocol.into().to_string()))
    }

    /// A field that this version does not know yet, by its name on the wire. Texts in it under usual
    /// names of secrets (`client_secret`, `headers`, …) are treated as secrets.
    pub fn extra(self, name: impl AsRef<str>, value: impl Into<Value>) -> Self {
        UpdateConnector(self.0.set(name.as_ref(), value))
    }

    /// The names on the wire of what it sets or clears, sorted.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name)
    }
}

impl fmt::Debug for UpdateConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.debug("UpdateConnector", f)
    }
}
