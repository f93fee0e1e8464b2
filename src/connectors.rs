//! Connectors: what they are, and how to create, get, update and delete them.

use serde_json::Value;

use crate::answer::answer;
use crate::call::Call;
use crate::client::ConnectorsClient;
use crate::create_connector::CreateConnector;
use crate::credentials::{AuthenticationMethod, Credentials};
use crate::error::{Error, Result};
use crate::hints;
use crate::json::body::Body;
use crate::message::MessageResponse;
use crate::object::Blank;
use crate::request::{Method, Request, is_uuid};
use crate::retry::Repeat;
use crate::secret::Secret;
use crate::tools::Tool;
use crate::update_connector::UpdateConnector;
use crate::words::{OwnerType, Protocol, Visibility};

answer! {
    /// An MCP server registered with Mistral.
    ///
    /// Only [`id`](Connector::id) and [`name`](Connector::name) are certain. The API is a beta and
    /// has changed shape three times in 2026; a field may be missing because this server does not
    /// have it yet or no longer has it. `None` stands for both missing and null. A value of a type
    /// that is not expected in its field is found in [`extra`](field@Connector::extra) under the field's
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

/// What else to fetch along with a connector.
///
/// ```
/// use mistral_connectors::GetConnector;
///
/// let with_login = GetConnector::new().fetch_user_data(true);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
pub struct GetConnector {
    fetch_user_data: Option<bool>,
    fetch_customer_data: Option<bool>,
}

impl GetConnector {
    /// Nothing else.
    pub fn new() -> Self {
        GetConnector::default()
    }

    /// What belongs to the user: credentials, and whether they are logged in. Defaults to what the
    /// server chooses, `false` in all published APIs. Servers of spring 2026 do not know it.
    pub fn fetch_user_data(mut self, fetch: bool) -> Self {
        self.fetch_user_data = Some(fetch);
        self
    }

    /// What belongs to the customer: secrets and configuration. Defaults to what the server
    /// chooses, `false` in all published APIs. Servers of November 2026 no longer know it.
    pub fn fetch_customer_data(mut self, fetch: bool) -> Self {
        self.fetch_customer_data = Some(fetch);
        self
    }

    pub(crate) fn request(&self, id_or_name: &str) -> Result<Request> {
        let hints = match id_or_name {
            "bootstrap" => hints::GET_BOOTSTRAP,
            _ => hints::GET,
        };
        Ok(Request::new(Method::Get, &[id_or_name])?
            .hints(hints)
            .query_if("fetch_user_data", self.fetch_user_data)
            .query_if("fetch_customer_data", self.fetch_customer_data))
    }
}

impl ConnectorsClient {
    /// Creates a connector.
    ///
    /// It is carried out at most once: after a failure that leaves open whether it was, the error
    /// says so, and a look with [`get`](ConnectorsClient::get) settles it.
    ///
    /// # Errors
    ///
    /// [`is_conflict`](Error::is_conflict) if the name is taken,
    /// [`is_validation`](Error::is_validation) if a field is refused, and what every call can
    /// fail with: [`Error::Api`], [`Error::Transport`], [`Error::Decode`].
    pub fn create(&self, connector: &CreateConnector) -> Result<Connector> {
        let request = Request::new(Method::Post, &[])?.hints(hints::CREATE);
        self.write(request, &connector.0, &Protocol::Mcp)
    }

    /// A connector by its ID or its name.
    ///
    /// # Errors
    ///
    /// [`is_not_found`](Error::is_not_found) if there is none; [`Error::InvalidRequest`] if the
    /// argument is empty, `.` or `..`, or too long for a URL; and what every call can fail with:
    /// [`Error::Api`], [`Error::Transport`], [`Error::Decode`].
    pub fn get(&self, id_or_name: &str) -> Result<Connector> {
        self.get_with(id_or_name, &GetConnector::new())
    }

    /// Likewise, with what belongs to the caller.
    ///
    /// # Errors
    ///
    /// As with [`get`](ConnectorsClient::get).
    pub fn get_with(&self, id_or_name: &str, options: &GetConnector) -> Result<Connector> {
        self.send(&options.request(id_or_name)?)
    }

    /// A connector by its ID or its name, or `None` where the API says that there is none.
    ///
    /// ```
    /// # use mistral_connectors::{ConnectorsClient, CreateConnector, Result};
    /// # fn demo(client: &ConnectorsClient, wanted: &CreateConnector) -> Result<()> {
    /// let connector = match client.find(wanted.name())? {
    ///     Some(connector) => connector,
    ///     None => client.create(wanted)?,
    /// };
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As with [`get`](ConnectorsClient::get), but for a 404 of the API itself. One that is no JSON
    /// comes from something else, and so does not say that there is no such connector.
    pub fn find(&self, id_or_name: &str) -> Result<Option<Connector>> {
        self.find_with(id_or_name, &[])
    }

    /// Likewise, without showing these secrets.
    pub(crate) fn find_with(
        &self,
        id_or_name: &str,
        secrets: &[Secret],
    ) -> Result<Option<Connector>> {
        let request = GetConnector::new().request(id_or_name)?;
        match self.send(&request.secrets(secrets)) {
            Err(error) if error.is_gone() => Ok(None),
            result => result.map(Some),
        }
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
        self.change(id, change, &Protocol::Mcp, &[])
    }

    /// Changes a connector that is known to speak `protocol`, without showing these secrets.
    pub(crate) fn change(
        &self,
        id: &str,
        change: &UpdateConnector,
        protocol: &Protocol,
        secrets: &[Secret],
    ) -> Result<Connector> {
        if change.0.is_empty() {
            return Err(Error::invalid_request(
                "the update sets no field, so it would change nothing",
            ));
        }
        let request = Request::new(Method::Patch, &[id])?.secrets(secrets);
        let request = match change.0.contains("name") {
            // A taken name can show as 500; it stays taken.
            true => request.repeat(Repeat::NotAfter500).hints(hints::RENAME),
            false => request.hints(hints::UPDATE),
        };
        self.write(request.by_id(id), &change.0, protocol)
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
        self.delete_in(self.call(), id)
    }

    pub(crate) fn delete_in(&self, mut call: Call<'_>, id: &str) -> Result<MessageResponse> {
        let request = Request::new(Method::Delete, &[id])?.hints(hints::DELETE);
        match call.send(&request.by_id(id)) {
            // An earlier attempt has deleted it: an ID is given once. (What a name stands for can
            // be there all the same, since the API deletes by ID only.)
            Err(error) if is_uuid(id) && error.is_gone() && error.may_have_happened() => {
                Ok(MessageResponse::blank())
            }
            result => result,
        }
    }

    /// Sends `fields`. Where the API asks for the protocol and none was set, sends them once more
    /// with `protocol`: the first request was refused, so nothing happens twice.
    fn write(&self, request: Request, fields: &Body, protocol: &Protocol) -> Result<Connector> {
        let mut call = self.call();
        match call.send(&request.clone().body(fields)) {
            Err(Error::Api(error)) if !fields.contains("protocol") && error.asks_for_protocol => {
                let fields = fields.clone().set("protocol", protocol.to_string());
                call.send(&request.body(&fields))
            }
            result => result,
        }
    }
}
