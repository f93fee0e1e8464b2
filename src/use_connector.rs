//! A connector as a tool of a conversation, an agent or a chat completion.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::json::body::Body;

/// A connector as it is used in a conversation, an agent or a chat completion: an entry of `tools`
/// there.
///
/// ```
/// use mistral_connectors::{ConnectorsClient, Result, UseConnector};
/// use serde_json::json;
///
/// fn ask(client: &ConnectorsClient, question: &str) -> Result<serde_json::Value> {
///     let wiki = UseConnector::new("my_deepwiki").include(["read_wiki_structure"]);
///     client
///         .request("POST", &["v1", "conversations"])
///         .json(&json!({"model": "mistral-medium-latest", "inputs": question, "tools": [wiki]}))
///         .send()
/// }
/// ```
#[derive(Clone, PartialEq)]
#[must_use]
pub struct UseConnector(Body);

impl UseConnector {
    /// The connector with this ID or name, with all its tools.
    pub fn new(id_or_name: impl Into<String>) -> Self {
        let fields = Body::default()
            .set("type", "connector")
            .set("connector_id", id_or_name.into());
        UseConnector(fields)
    }

    /// Only these tools; with an empty list, none. Defaults to all.
    pub fn include<T: Into<String>>(self, tools: impl IntoIterator<Item = T>) -> Self {
        self.configure("include", tools)
    }

    /// All tools but these. Defaults to leaving none out.
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

    /// Logs in with this key instead of with kept credentials. Takes the place of another login set
    /// before.
    pub fn api_key(self, key: impl Into<String>) -> Self {
        self.authorize("api-key", key.into())
    }

    /// Logs in with this token instead of with kept credentials. Takes the place of another login
    /// set before.
    pub fn oauth2_token(self, token: impl Into<String>) -> Self {
        self.authorize("oauth2-token", token.into())
    }

    fn configure<T: Into<String>>(self, name: &str, tools: impl IntoIterator<Item = T>) -> Self {
        let tools: Vec<String> = tools.into_iter().map(Into::into).collect();
        UseConnector(self.0.set_in("tool_configuration", name, tools))
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

impl fmt::Debug for UseConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.debug("UseConnector", f)
    }
}
