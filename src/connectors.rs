//! Connectors: what they are, and how to create, get, update and delete them.

use std::fmt;

use serde_json::Value;

use crate::answer::{Object, answer, open_enum};
use crate::client::ConnectorsClient;
use crate::credentials::{AuthenticationMethod, Credentials};
use crate::error::{Error, Result};
use crate::fields::{Field, Fields};
use crate::hints::{Hints, UNREADABLE};
use crate::request::{Method, Request, is_uuid};
use crate::retry::Repeat;
use crate::secret::Secret;
use crate::tools::Tool;

answer! {
    /// An MCP server registered with Mistral.
    ///
    /// Only [`id`](Connector::id) and [`name`](Connector::name) are certain. The API is a beta and
    /// has changed shape three times in 2026; a field may be missing because this server does not
    /// have it yet or no longer has it. `None` stands for both missing and null. A value of a type
    /// that is not expected in its field is found in [`extra`](Connector::extra) under the field's
    /// name.
    ///
    /// Times are RFC 3339 text, as the API sends them. Where nothing else is said, a field is sent
    /// by servers from summer 2026 on.
    Connector is "a connector";
    required {
        /// The UUID; update and delete take it.
        id,
        /// Unique where it is visible; `get` takes it too.
        name,
    }
    default {
        /// What the connector is for. Empty if the server sends none.
        description,
    }
    lenient {
        /// The name shown to people.
        title: String,
        /// When it was created. Sent by all servers.
        created_at: String,
        /// When it was last changed. Sent by all servers.
        modified_at: String,
        /// The URL of the MCP server. Sent by all servers.
        server: String,
        /// What the server behind it speaks.
        protocol: Protocol,
        /// The URL of an icon.
        icon_url: String,
        /// What the MCP server says of itself: its name and version, where it is found, what it can
        /// do. As it came.
        server_card: Value,
        /// The ID of the owner.
        owner_id: String,
        /// What the owner is.
        owner_type: OwnerType,
        /// Who can use it. Not sent by servers of spring 2026.
        visibility: Visibility,
        /// The ID of the user who created it.
        creator_id: String,
        /// Its name, description and a sentence on its use in other languages, by language.
        locale: Value,
        /// Instructions given to the model along with the tools.
        system_prompt: String,
        /// The ways in which a caller can log in.
        supported_auth_methods: Vec<AuthenticationMethod>,
        /// How the caller wants it used.
        connection_preferences: Vec<ConnectionPreference>,
        /// The credentials that the caller can use with it, without the secrets.
        connection_credentials: Vec<Credentials>,
        /// Whether it is switched on for the caller. Not sent any more by servers of autumn 2026.
        active: bool,
        /// Whether its tools run on the customer's side.
        private_tool_execution: bool,
        /// Whether it is one of Mistral's own.
        mistral: bool,
        /// Whether the caller has working credentials for it.
        is_authenticated: bool,
        /// The tools, where the server sends them along.
        tools: Vec<Tool>,
        /// Where its instructions come from. Sent only by servers of summer 2026.
        system_prompt_route: String,
        /// How Mistral reaches the MCP server. Sent only by servers of summer 2026.
        connection_config: Value,
        /// What runs its tools. Sent only by servers of summer 2026.
        execution_env: Value,
        /// Whether it can be used over MCP. Sent by servers from autumn 2026 on.
        supports_mcp: bool,
        /// Who has switched it off. Sent by servers from autumn 2026 on.
        blocked_by: Vec<OwnerType>,
        /// The OpenAPI document of a server that speaks plain HTTP. Sent by servers from autumn
        /// 2026 on.
        openapi_spec: Value,
        /// How the MCP server authenticates. Sent only by servers of spring 2026.
        auth_type: String,
    }
}

answer! {
    /// How a caller wants a connector used.
    ConnectionPreference is "a preference";
    lenient {
        /// Its name. Servers of summer 2026 always send it.
        name: String,
        /// Which tools may be used, and which only after a confirmation. As it came.
        tool_configuration: Value,
        /// Whether it holds where none is named.
        is_default: bool,
        /// Whose preference it is.
        consumer_type: OwnerType,
    }
}

answer! {
    /// The answer to a request that has nothing else to tell.
    MessageResponse is "a message";
    default {
        /// The server's words. Empty if the server sends none.
        message,
    }
    without_body = Object::blank();
}

open_enum! {
    /// What owns a connector, or whose a credential or preference is.
    OwnerType {
        /// A user.
        User = "user",
        /// An organization.
        Org = "org",
        /// A workspace.
        Workspace = "workspace",
        /// Mistral itself.
        System = "system",
    }
}

open_enum! {
    /// Who can use a connector.
    Visibility {
        /// Only its creator.
        Private = "private",
        /// Everybody in the workspace.
        SharedWorkspace = "shared_workspace",
        /// Everybody in the organization.
        SharedOrg = "shared_org",
        /// Everybody. Reserved for Mistral's own connectors.
        SharedGlobal = "shared_global",
    }
}

open_enum! {
    /// What the server behind a connector speaks.
    Protocol {
        /// The Model Context Protocol.
        Mcp = "mcp",
        /// Plain HTTP, described by an OpenAPI document.
        Http = "http",
    }
}

/// The OAuth client that a connector logs in with.
///
/// ```
/// use mistral_connectors::AuthData;
///
/// let auth = AuthData::new("my-client").secret("not to be shown");
/// assert!(!format!("{auth:?}").contains("shown"));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct AuthData {
    client_id: String,
    client_secret: Option<Secret>,
}

impl AuthData {
    /// A client without a secret. Servers of spring 2026 require one.
    pub fn new(client_id: impl Into<String>) -> Self {
        AuthData {
            client_id: client_id.into(),
            client_secret: None,
        }
    }

    /// The client's secret. Defaults to none.
    pub fn secret(mut self, secret: impl Into<String>) -> Self {
        self.client_secret = Some(Secret::new(secret));
        self
    }
}

/// A connector to be created.
///
/// What is not set is not sent, and the server's default holds.
///
/// ```
/// use mistral_connectors::{CreateConnector, Visibility};
///
/// let wanted = CreateConnector::new(
///     "my_deepwiki",
///     "Explores code repositories",
///     "https://mcp.deepwiki.com/mcp",
/// )
/// .visibility(Visibility::SharedWorkspace);
/// ```
#[derive(Clone, PartialEq)]
#[must_use]
pub struct CreateConnector(Fields);

impl CreateConnector {
    /// A connector with the three things that every connector needs: a name (unique where it is
    /// visible; at most 64 letters, digits, `_` and `-`), a description, and the absolute URL of
    /// the MCP server.
    pub fn new(
        name: impl Into<String>,
        description: impl Into<String>,
        server: impl Into<String>,
    ) -> Self {
        let fields = Fields::default()
            .set("name", name.into())
            .set("description", description.into())
            .set("server", server.into());
        CreateConnector(fields)
    }

    /// Who can use it. Defaults to what the server chooses: `shared_org` in the published API of
    /// April 2026, `private` in that of August.
    pub fn visibility(self, visibility: impl Into<Visibility>) -> Self {
        CreateConnector(self.0.set("visibility", visibility.into().to_string()))
    }

    /// The name shown to people, at most 255 characters. Defaults to none.
    pub fn title(self, title: impl Into<String>) -> Self {
        CreateConnector(self.0.set("title", title.into()))
    }

    /// The URL of an icon. Defaults to none.
    pub fn icon_url(self, url: impl Into<String>) -> Self {
        CreateConnector(self.0.set("icon_url", url.into()))
    }

    /// Instructions given to the model along with the tools. Defaults to none.
    pub fn system_prompt(self, prompt: impl Into<String>) -> Self {
        CreateConnector(self.0.set("system_prompt", prompt.into()))
    }

    /// Adds a header that Mistral sends to the MCP server. The value is treated as a secret.
    /// Defaults to none.
    pub fn header(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let value = Field::Secret(Secret::header(value));
        CreateConnector(self.0.set_in("headers", name.into(), value))
    }

    /// The OAuth client to log in with. Defaults to none.
    pub fn auth_data(self, auth: AuthData) -> Self {
        let secret = auth
            .client_secret
            .map(|secret| ("client_secret".to_owned(), Field::Secret(secret)));
        let id = ("client_id".to_owned(), Field::Text(auth.client_id));
        let entries = std::iter::once(id).chain(secret).collect();
        CreateConnector(self.0.set("auth_data", Field::Object(entries)))
    }

    /// What the server speaks. When it is not set it is not sent, unless the API asks for it; then
    /// [`Protocol::Mcp`] is.
    pub fn protocol(self, protocol: impl Into<Protocol>) -> Self {
        CreateConnector(self.0.set("protocol", protocol.into().to_string()))
    }
}

impl fmt::Debug for CreateConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.debug("CreateConnector", f)
    }
}

/// A change to a connector: what is set changes, what is cleared is emptied, the rest stays.
///
/// Who can use a connector, its headers and its OAuth client are not changed by an update: the
/// published API of August 2026 takes them at creation only.
///
/// ```
/// use mistral_connectors::UpdateConnector;
///
/// let change = UpdateConnector::new().description("Now with more words").clear_title();
/// ```
#[derive(Clone, Default, PartialEq)]
#[must_use]
pub struct UpdateConnector(Fields);

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
        UpdateConnector(self.0.set("title", Field::Null))
    }

    /// A new URL of an icon.
    pub fn icon_url(self, url: impl Into<String>) -> Self {
        UpdateConnector(self.0.set("icon_url", url.into()))
    }

    /// No icon any more (an explicit null).
    pub fn clear_icon_url(self) -> Self {
        UpdateConnector(self.0.set("icon_url", Field::Null))
    }

    /// New instructions given to the model along with the tools.
    pub fn system_prompt(self, prompt: impl Into<String>) -> Self {
        UpdateConnector(self.0.set("system_prompt", prompt.into()))
    }

    /// No instructions any more (an explicit null).
    pub fn clear_system_prompt(self) -> Self {
        UpdateConnector(self.0.set("system_prompt", Field::Null))
    }

    /// What the server speaks. When it is not set it is not sent, unless the API asks for it; then
    /// [`Protocol::Mcp`] is.
    pub fn protocol(self, protocol: impl Into<Protocol>) -> Self {
        UpdateConnector(self.0.set("protocol", protocol.into().to_string()))
    }
}

impl fmt::Debug for UpdateConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.debug("UpdateConnector", f)
    }
}

impl ConnectorsClient {
    /// Creates a connector.
    ///
    /// It is sent at most once: after a failure that leaves open whether it was carried out, the
    /// error says so, and a look with [`get`](ConnectorsClient::get) settles it.
    ///
    /// # Errors
    ///
    /// [`is_conflict`](Error::is_conflict) if the name is taken,
    /// [`is_validation`](Error::is_validation) if a field is refused, and what every call can
    /// fail with: [`Error::Api`], [`Error::Transport`], [`Error::Decode`].
    pub fn create(&self, connector: &CreateConnector) -> Result<Connector> {
        let request = Request::new(Method::Post, &[])?.hints(CREATE);
        self.write(request, &connector.0)
    }

    /// A connector by its ID or its name.
    ///
    /// # Errors
    ///
    /// [`is_not_found`](Error::is_not_found) if there is none; [`Error::InvalidRequest`] if the
    /// argument is empty, `.` or `..`, or too long for a URL; and what every call can fail with:
    /// [`Error::Api`], [`Error::Transport`], [`Error::Decode`].
    pub fn get(&self, id_or_name: &str) -> Result<Connector> {
        let request = Request::new(Method::Get, &[id_or_name])?;
        self.send(&request.hints(match id_or_name {
            "bootstrap" => GET_BOOTSTRAP,
            _ => GET,
        }))
    }

    /// Changes a connector, by its ID (not its name), and returns it as it is now.
    ///
    /// # Errors
    ///
    /// [`is_not_found`](Error::is_not_found) if there is none with this ID;
    /// [`is_conflict`](Error::is_conflict), or a status of 500, if a new name is taken;
    /// [`is_validation`](Error::is_validation) if a field is refused; [`Error::InvalidRequest`] if
    /// nothing is set, or the ID is empty, `.` or `..`, or too long for a URL; and what every call
    /// can fail with: [`Error::Api`], [`Error::Transport`], [`Error::Decode`].
    pub fn update(&self, id: &str, change: &UpdateConnector) -> Result<Connector> {
        if change.0.is_empty() {
            return Err(Error::invalid_request(
                "the update sets no field, so it would change nothing",
            ));
        }
        let request = Request::new(Method::Patch, &[id])?;
        let request = match change.0.contains("name") {
            // A taken name can show as 500; it stays taken.
            true => request.repeat(Repeat::NotAfter500).hints(RENAME),
            false => request.hints(UPDATE),
        };
        self.write(by_id(request, id), &change.0)
    }

    /// Deletes a connector for good, by its ID (not its name).
    ///
    /// If a first attempt may have worked and a retry finds nothing, that is success, with an empty
    /// message.
    ///
    /// # Errors
    ///
    /// [`is_not_found`](Error::is_not_found) if there is none with this ID;
    /// [`Error::InvalidRequest`] if the ID is empty, `.` or `..`, or too long for a URL; and what
    /// every call can fail with: [`Error::Api`], [`Error::Transport`], [`Error::Decode`].
    pub fn delete(&self, id: &str) -> Result<MessageResponse> {
        let request = Request::new(Method::Delete, &[id])?.hints(DELETE);
        match self.send(&by_id(request, id)) {
            // An earlier attempt has deleted it: an ID is given once. (What a name stands for can
            // be there all the same, since the API deletes by ID only.)
            Err(Error::Api(error))
                if is_uuid(id)
                    && error.status == 404
                    && error.is_json
                    && error.call.may_have_happened =>
            {
                Ok(MessageResponse::blank())
            }
            result => result,
        }
    }

    /// Sends `fields`. Where the API asks for the protocol and none was set, sends them once more
    /// with it: the first request was refused, so nothing happens twice.
    fn write(&self, request: Request, fields: &Fields) -> Result<Connector> {
        let mut call = self.call();
        match call.send(&request.clone().body(fields)) {
            Err(Error::Api(error)) if !fields.contains("protocol") && error.asks_for_protocol => {
                let protocol = Protocol::Mcp.to_string();
                call.send(&request.body(&fields.clone().set("protocol", protocol)))
            }
            result => result,
        }
    }
}

const CREATE: Hints = &[
    (
        404,
        "check `base_url`: nothing at this address creates connectors",
    ),
    (
        409,
        "the name is taken: choose another, or delete or update the connector that has it",
    ),
];

const GET: Hints = &[(
    404,
    "no connector has this ID or name; `list` shows those that this key can see",
)];

const GET_BOOTSTRAP: Hints = &[
    GET[0],
    (
        UNREADABLE,
        "`bootstrap` is a name that the API takes for itself: get a connector of that name by its ID",
    ),
];

const UPDATE: Hints = &[
    (
        404,
        "no connector has this ID: it may have been deleted meanwhile",
    ),
    (409, "another connector is in the way"),
];

const RENAME: Hints = &[UPDATE[0], (409, NAME_TAKEN), (500, NAME_TAKEN)];

const NAME_TAKEN: &str = "the new name may be taken by another connector: choose a different one";

const DELETE: Hints = &[(404, "it is already deleted, or the ID is wrong")];

/// Of a name where an ID is due.
const BY_NAME: &str = "this takes the connector's UUID, not its name; `get` finds it by name";

const WITH_NAME: Hints = &[(404, BY_NAME), (422, BY_NAME)];

/// The request, which takes an ID, with hints that fit what it was given.
fn by_id(request: Request, id: &str) -> Request {
    match is_uuid(id) {
        true => request,
        false => request.hints(WITH_NAME),
    }
}
