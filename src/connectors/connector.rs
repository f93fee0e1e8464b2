//! Connectors as the API returns them.

use serde_json::Value;

use crate::enums::{OwnerType, Protocol, Visibility};
use crate::json::model::model;
use crate::login::{AuthenticationMethod, Credentials};
use crate::tools::Tool;

model! {
    /// An MCP server that is registered with Mistral.
    ///
    /// Only [`id`](Connector::id) and [`name`](Connector::name) are always present. Every other field
    /// may be missing, because the versions of the API differ (see the
    /// [crate documentation](crate#versions-of-the-api)). `None` means missing or null. Unknown
    /// fields and values of an unexpected type are in [`extra`](field@Connector::extra).
    ///
    /// Times are RFC 3339 strings. Unless stated otherwise, a field is sent since API 2026-08.
    ///
    /// ```
    /// use mistral_connectors::Connector;
    ///
    /// fn describe(connector: &Connector) -> String {
    ///     let server = connector.server.as_deref().unwrap_or("unknown server");
    ///     format!("{} ({}) at {server}", connector.name, connector.id)
    /// }
    /// ```
    Connector is "a connector", requires all of id, name; with NEVER_LEFT_OUT;
    fields {
        /// The ID (a UUID). `update` and `delete` take it.
        id: String,
        /// The name, unique where the connector is visible. `get` takes it too.
        name: String,
        /// What the connector is for. Empty if the API sends no description.
        description: String,
        /// The display name.
        title: Option<String>,
        /// When the connector was created. Sent by all versions.
        created_at: Option<String>,
        /// When the connector was last modified. Sent by all versions.
        modified_at: Option<String>,
        /// The URL of the MCP server. Sent by all versions.
        server: Option<String>,
        /// The protocol of the server.
        protocol: Option<Protocol>,
        /// The URL of an icon.
        icon_url: Option<String>,
        /// What the MCP server says about itself: its name, version, location and capabilities.
        server_card: Option<Value>,
        /// The ID of the owner.
        owner_id: Option<String>,
        /// The kind of owner.
        owner_type: Option<OwnerType>,
        /// Who can use the connector.
        visibility: Option<Visibility>,
        /// The ID of the user who created the connector.
        creator_id: Option<String>,
        /// The name, the description and a usage sentence in other languages, by language.
        locale: Option<Value>,
        /// Instructions that the model gets together with the tools.
        system_prompt: Option<String>,
        /// The ways to log in.
        supported_auth_methods: Option<Vec<AuthenticationMethod>>,
        /// How the caller prefers to use the connector.
        connection_preferences: Option<Vec<ConnectionPreference>>,
        /// The credentials that the caller can use, without the secrets.
        connection_credentials: Option<Vec<Credentials>>,
        /// Whether the connector is activated for the caller. No longer sent by API 2026-11.
        active: Option<bool>,
        /// Whether the tools run on the customer's side.
        private_tool_execution: Option<bool>,
        /// Whether this is one of Mistral's own connectors.
        mistral: Option<bool>,
        /// Whether the caller has working credentials for the connector.
        is_authenticated: Option<bool>,
        /// The tools, if the API includes them. Sent by all versions.
        tools: Option<Vec<Tool>>,
        /// The route of the instructions. Sent by API 2026-08 only.
        system_prompt_route: Option<String>,
        /// How Mistral connects to the MCP server. Sent by API 2026-08 only.
        connection_config: Option<Value>,
        /// Where the tools run. Sent by API 2026-08 only.
        execution_env: Option<Value>,
        /// Whether the connector can be used over MCP. Sent since API 2026-11.
        supports_mcp: Option<bool>,
        /// Who deactivated the connector. Sent since API 2026-11.
        blocked_by: Option<Vec<OwnerType>>,
        /// The OpenAPI document of a server that speaks plain HTTP. Sent since API 2026-11.
        openapi_spec: Option<Value>,
        /// The kind of authentication. Sent by API 2026-03 only.
        auth_type: Option<String>,
    }
}

model! {
    /// How a caller prefers to use a connector.
    ConnectionPreference is "a preference";
    fields {
        /// The name. API 2026-08 always sends it.
        name: Option<String>,
        /// Which tools may be used, and which of them only after a confirmation.
        tool_configuration: Option<Value>,
        /// Whether the preference applies if none is named.
        is_default: Option<bool>,
        /// Whose preference it is.
        consumer_type: Option<OwnerType>,
    }
}
