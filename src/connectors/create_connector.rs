//! The description of a connector to create.

use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::enums::{Protocol, Visibility};
use crate::json::body::Body;
use crate::login::{AuthData, AuthMethod};

use super::Connector;

/// The description of a connector to create. Fields that are not set are not sent, and the API's
/// defaults apply.
///
/// ```
/// use mistral_connectors::{CreateConnector, Visibility};
///
/// let deepwiki = CreateConnector::new(
///     "my_deepwiki",
///     "Explores code repositories",
///     "https://mcp.deepwiki.com/mcp",
/// )
/// .visibility(Visibility::SharedWorkspace);
/// ```
///
/// It implements `Deserialize`, so that a file can list connectors in the JSON form of a create
/// request. A null field counts as not set. An unknown field is an error that names the field.
///
/// ```
/// use mistral_connectors::CreateConnector;
///
/// let file = r#"[{"name": "docs", "description": "Our documents",
///     "server": "https://docs.example/mcp", "visibility": "private"}]"#;
/// let connectors: Vec<CreateConnector> = serde_json::from_str(file)?;
/// assert_eq!(connectors[0].name(), "docs");
/// # Ok::<_, serde_json::Error>(())
/// ```
///
/// It also implements `Serialize`, **including its secrets**: be careful where you write it. To
/// export existing connectors, convert them with `From<&Connector>`. The result has only what a
/// response shows, so it contains no secrets:
///
/// ```
/// # use mistral_connectors::{ConnectorsClient, CreateConnector};
/// # fn demo(client: &ConnectorsClient) -> Result<(), Box<dyn std::error::Error>> {
/// let connectors = client.list().collect::<Result<Vec<_>, _>>()?;
/// let export: Vec<CreateConnector> = connectors.iter().map(CreateConnector::from).collect();
/// std::fs::write("connectors.json", serde_json::to_string_pretty(&export)?)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct CreateConnector(pub(super) Body);

impl CreateConnector {
    /// Describes a connector with the required fields: a name (at most 64 letters, digits, `_` and
    /// `-`, unique where it is visible), a description, and the absolute URL of the MCP server.
    pub fn new(
        name: impl Into<String>,
        description: impl Into<String>,
        server: impl Into<String>,
    ) -> Self {
        let body = Body::default()
            .set("name", name.into())
            .set("description", description.into())
            .set("server", server.into());
        CreateConnector(body)
    }

    fn set(self, name: &str, value: impl Into<Value>) -> Self {
        CreateConnector(self.0.set(name, value))
    }

    /// The name of the connector.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.text("name").unwrap_or_default()
    }

    /// Who can use the connector. Defaults to the API's default: `shared_org` in API 2026-03,
    /// `private` in API 2026-08.
    pub fn visibility(self, visibility: impl Into<Visibility>) -> Self {
        self.set("visibility", visibility.into().as_str())
    }

    /// The display name, at most 255 characters. Defaults to none. Since API 2026-08.
    pub fn title(self, title: impl Into<String>) -> Self {
        self.set("title", title.into())
    }

    /// The URL of an icon. Defaults to none.
    pub fn icon_url(self, url: impl Into<String>) -> Self {
        self.set("icon_url", url.into())
    }

    /// Instructions that the model gets together with the tools. Defaults to none.
    pub fn system_prompt(self, prompt: impl Into<String>) -> Self {
        self.set("system_prompt", prompt.into())
    }

    /// Adds a header that Mistral sends to the MCP server, for the organization. The value is
    /// treated as a secret. Defaults to none.
    pub fn header(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        CreateConnector(self.0.set_in(&["headers"], name, value.into()))
    }

    /// Adds a header that Mistral sends to the MCP server for all users and with all credentials.
    /// The value is treated as a secret, here and by the API. Defaults to none. Since API 2026-08.
    pub fn global_header(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let header = Body::default().set("value", value.into());
        CreateConnector(self.0.set_in(&["global_headers"], name, header))
    }

    /// The OAuth client that Mistral uses for the MCP server. Defaults to none. API 2026-11 no
    /// longer has it; see [`auth_method`](Self::auth_method).
    pub fn auth_data(self, auth: AuthData) -> Self {
        self.set("auth_data", auth.0)
    }

    /// Adds a way to log in. Defaults to none. Since API 2026-11.
    pub fn auth_method(self, method: AuthMethod) -> Self {
        let (method, global_headers) = method.into_parts();
        let body = self.0.push("auth_methods", method);
        let headers = global_headers.iter();
        CreateConnector(headers.fold(body, |body, (name, value)| {
            body.set_in(&["global_headers"], name, value.clone())
        }))
    }

    /// The metadata of the OAuth server (RFC 8414), if the server does not publish it. Defaults to
    /// none. Since API 2026-08.
    pub fn oauth2_server_metadata(self, metadata: impl Into<Value>) -> Self {
        self.set("oauth2_server_metadata", metadata)
    }

    /// The URL of the metadata of the OAuth server (RFC 8414). Cannot be combined with
    /// [`oauth2_server_metadata`](Self::oauth2_server_metadata). Defaults to none. Since API
    /// 2026-08.
    pub fn oauth2_server_metadata_url(self, url: impl Into<String>) -> Self {
        self.set("oauth2_server_metadata_url", url.into())
    }

    /// The protocol of the server. By default it is not sent, unless the API requires it: then
    /// [`Protocol::Mcp`] is sent.
    pub fn protocol(self, protocol: impl Into<Protocol>) -> Self {
        self.set("protocol", protocol.into().as_str())
    }

    /// Sets a field that this version of the crate does not know, by its JSON field name. Strings
    /// in it whose names are typical of secrets (for example `client_secret`) are treated as
    /// secrets. Such a field can be serialized, but not deserialized, so that misspelled names
    /// are noticed.
    pub fn extra(self, name: impl AsRef<str>, value: impl Into<Value>) -> Self {
        self.set(name.as_ref(), value)
    }
}

/// Copies the settings that a response shows, which have no secrets. If the response has no `server`,
/// the URL is empty.
impl From<&Connector> for CreateConnector {
    fn from(connector: &Connector) -> Self {
        let Connector {
            name, description, ..
        } = connector;
        let server = connector.server.clone().unwrap_or_default();
        let mut request = CreateConnector::new(name, description, server);
        let visibility = connector.visibility.as_ref().map(Visibility::as_str);
        let protocol = connector.protocol.as_ref().map(Protocol::as_str);
        for (name, value) in [
            ("visibility", visibility),
            ("title", connector.title.as_deref()),
            ("icon_url", connector.icon_url.as_deref()),
            ("system_prompt", connector.system_prompt.as_deref()),
            ("protocol", protocol),
        ] {
            if let Some(value) = value {
                request = request.set(name, value);
            }
        }
        request
    }
}

impl Serialize for CreateConnector {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// The fields that are read from JSON as strings.
const STRINGS: &str = "name description server visibility title icon_url system_prompt protocol \
                       oauth2_server_metadata_url";

/// The other fields that are read from JSON.
const OTHERS: &str = "headers global_headers auth_data auth_methods oauth2_server_metadata";

impl<'de> Deserialize<'de> for CreateConnector {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut body = Body::default();
        for (name, value) in Map::deserialize(deserializer)? {
            let is_in = |names: &str| names.split(' ').any(|known| known == name);
            // The value is not shown: it can be a secret.
            if !is_in(STRINGS) && !is_in(OTHERS) {
                return Err(D::Error::custom(format_args!("unknown field `{name}`")));
            }
            if value.is_null() {
                continue;
            }
            if is_in(STRINGS) != value.is_string() {
                return Err(D::Error::custom(format_args!(
                    "unexpected type of field `{name}`"
                )));
            }
            body = body.set(&name, value);
        }
        let mut required = ["name", "description", "server"].into_iter();
        match required.find(|name| !body.contains(name)) {
            Some(missing) => Err(D::Error::missing_field(missing)),
            None => Ok(CreateConnector(body)),
        }
    }
}
