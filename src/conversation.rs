//! A connector as a tool of a conversation.

use serde::{Serialize, Serializer};

use crate::json::body::Body;

/// A connector as a tool of a conversation, an agent or a chat completion: an entry of `tools` in
/// their requests.
///
/// ```
/// use mistral_connectors::{ConnectorsClient, Method, Result, UseConnector};
/// use serde_json::{Value, json};
///
/// fn ask(client: &ConnectorsClient, question: &str) -> Result<Value> {
///     let wiki = UseConnector::new("my_deepwiki").include(["read_wiki_structure"]);
///     client
///         .request(Method::Post, ["v1", "conversations"])
///         .json(&json!({"model": "mistral-medium-latest", "inputs": question, "tools": [wiki]}))
///         .send()
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct UseConnector(Body);

impl UseConnector {
    /// Uses the connector with this ID or name, with all its tools.
    pub fn new(id_or_name: impl Into<String>) -> Self {
        let body = Body::default()
            .set("type", "connector")
            .set("connector_id", id_or_name.into());
        UseConnector(body)
    }

    /// Offers only these tools to the model. Defaults to all tools. An empty list means none.
    pub fn include<T: Into<String>>(self, tools: impl IntoIterator<Item = T>) -> Self {
        self.configure("include", tools)
    }

    /// Offers all tools but these to the model. Defaults to none.
    pub fn exclude<T: Into<String>>(self, tools: impl IntoIterator<Item = T>) -> Self {
        self.configure("exclude", tools)
    }

    /// The tools that the model may call only after a confirmation. Defaults to none.
    pub fn requires_confirmation<T: Into<String>>(
        self,
        tools: impl IntoIterator<Item = T>,
    ) -> Self {
        self.configure("requires_confirmation", tools)
    }

    /// The tools that the model may call without a confirmation. Defaults to none. Since API
    /// 2026-11.
    pub fn skip_confirmation<T: Into<String>>(self, tools: impl IntoIterator<Item = T>) -> Self {
        self.configure("skip_confirmation", tools)
    }

    /// Uses this API key for the MCP server. Defaults to the stored credentials. Replaces an
    /// earlier [`oauth2_token`](Self::oauth2_token).
    pub fn api_key(self, key: impl Into<String>) -> Self {
        self.authorize("api-key", key.into())
    }

    /// Uses this OAuth token for the MCP server. Defaults to the stored credentials. Replaces an
    /// earlier [`api_key`](Self::api_key).
    pub fn oauth2_token(self, token: impl Into<String>) -> Self {
        self.authorize("oauth2-token", token.into())
    }

    fn configure<T: Into<String>>(self, name: &str, tools: impl IntoIterator<Item = T>) -> Self {
        let tools: Vec<String> = tools.into_iter().map(Into::into).collect();
        UseConnector(self.0.set_in(&["tool_configuration"], name, tools))
    }

    fn authorize(self, kind: &str, value: String) -> Self {
        let authorization = Body::default().set("type", kind).set("value", value);
        UseConnector(self.0.set("authorization", authorization))
    }
}

impl Serialize for UseConnector {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
