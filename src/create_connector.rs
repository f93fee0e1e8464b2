//! A connector to be created.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::Value;

use crate::auth::{self, AuthData, AuthMethod};
use crate::json::body::Body;
use crate::words::{Protocol, Visibility};

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
///
/// For lists kept in a file it is read from the API's own JSON, in the form of a create request (a
/// connector that the API has returned has other fields too). A field that is null is not set, and one
/// that this version does not know is an error that names it.
///
/// ```
/// use mistral_connectors::CreateConnector;
///
/// let file = r#"[{"name": "docs", "description": "Our documents",
///     "server": "https://docs.example/mcp", "visibility": "private"}]"#;
/// let wanted: Vec<CreateConnector> = serde_json::from_str(file)?;
/// assert_eq!(wanted[0].name(), "docs");
/// # Ok::<_, serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq)]
#[must_use]
pub struct CreateConnector(pub(crate) Body);

impl CreateConnector {
    /// A connector with the three things that every connector needs: a name (unique where it is
    /// visible; at most 64 letters, digits, `_` and `-`), a description, and the absolute URL of
    /// the MCP server.
    pub fn new(
        name: impl Into<String>,
        description: impl Into<String>,
        server: impl Into<String>,
    ) -> Self {
        let fields = Body::default()
            .set("name", name.into())
            .set("description", description.into())
            .set("server", server.into());
        CreateConnector(fields)
    }

    /// The name, to look it up.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.text("name").unwrap_or_default()
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

    /// Adds a header that Mistral sends to the MCP server, for the organization. The value is
    /// treated as a secret. Defaults to none.
    pub fn header(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        CreateConnector(self.0.set_in("headers", name, value.into()))
    }

    /// Adds a header that Mistral sends to the MCP server whoever uses the connector and with
    /// whatever credentials. The value is treated as a secret, here and by the API. Defaults to
    /// none. Servers of spring 2026 do not know it.
    pub fn global_header(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let header = auth::global_header(value.into());
        CreateConnector(self.0.set_in("global_headers", name, header))
    }

    /// The OAuth client to log in with, as servers of spring and summer 2026 take it; for those of
    /// November see [`auth_method`](Self::auth_method). Defaults to none.
    pub fn auth_data(self, auth: AuthData) -> Self {
        CreateConnector(self.0.set("auth_data", auth.into_body()))
    }

    /// Adds a way in which users can log in, as servers of November 2026 take it. Defaults to none.
    pub fn auth_method(self, method: AuthMethod) -> Self {
        let (method, headers) = method.into_parts();
        let fields = self.0.push("auth_methods", method);
        CreateConnector(headers.iter().fold(fields, |fields, (name, value)| {
            fields.set_in("global_headers", name, value.clone())
        }))
    }

    /// What the OAuth server would say of itself (RFC 8414), where it does not. Defaults to none.
    pub fn oauth2_server_metadata(self, metadata: impl Into<Value>) -> Self {
        CreateConnector(self.0.set("oauth2_server_metadata", metadata))
    }

    /// The URL at which the OAuth server says it (RFC 8414). Excludes
    /// [`oauth2_server_metadata`](Self::oauth2_server_metadata). Defaults to none.
    pub fn oauth2_server_metadata_url(self, url: impl Into<String>) -> Self {
        CreateConnector(self.0.set("oauth2_server_metadata_url", url.into()))
    }

    /// What the server speaks. When it is not set it is not sent, unless the API asks for it; then
    /// [`Protocol::Mcp`] is.
    pub fn protocol(self, protocol: impl Into<Protocol>) -> Self {
        CreateConnector(self.0.set("protocol", protocol.into().to_string()))
    }

    /// A field that this version does not know yet, by its name on the wire. Texts in it under usual
    /// names of secrets (`client_secret`, `headers`, …) are treated as secrets.
    pub fn extra(self, name: impl AsRef<str>, value: impl Into<Value>) -> Self {
        CreateConnector(self.0.set(name.as_ref(), value))
    }
}

impl fmt::Debug for CreateConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.debug("CreateConnector", f)
    }
}

/// The form of a field in JSON.
#[derive(Clone, Copy)]
enum Form {
    Text,
    Object,
    List,
}

/// What becomes of a field once a connector is there.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Fate {
    /// Answers show it, and an update changes it.
    Shown,
    /// Likewise, but servers that know it may leave it out where it is null. Those of spring 2026 do
    /// not know it.
    LeftOutIfNull,
    /// Answers show it, and no update changes it. Servers of spring 2026 do not know it.
    Fixed,
    /// Answers have nothing to do with it, even where they have a field of that name.
    Hidden,
}

/// The fields that can be read.
const FIELDS: [(&str, Form, Fate); 14] = [
    ("name", Form::Text, Fate::Shown),
    ("description", Form::Text, Fate::Shown),
    ("server", Form::Text, Fate::Shown),
    ("visibility", Form::Text, Fate::Fixed),
    ("title", Form::Text, Fate::LeftOutIfNull),
    ("icon_url", Form::Text, Fate::LeftOutIfNull),
    ("system_prompt", Form::Text, Fate::LeftOutIfNull),
    ("protocol", Form::Text, Fate::Shown),
    ("oauth2_server_metadata_url", Form::Text, Fate::Shown),
    ("headers", Form::Object, Fate::Hidden),
    ("global_headers", Form::Object, Fate::Hidden),
    ("auth_data", Form::Object, Fate::Hidden),
    ("oauth2_server_metadata", Form::Object, Fate::Shown),
    ("auth_methods", Form::List, Fate::Hidden),
];

impl Fate {
    /// That of the field with this name on the wire.
    pub(crate) fn of(name: &str) -> Self {
        let known = FIELDS.iter().find(|(known, ..)| *known == name);
        known.map_or(Fate::Shown, |(_, _, fate)| *fate)
    }
}

impl<'de> Deserialize<'de> for CreateConnector {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(WantedVisitor)
    }
}

struct WantedVisitor;

impl<'de> Visitor<'de> for WantedVisitor {
    type Value = CreateConnector;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a connector to be created")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<CreateConnector, A::Error> {
        let mut fields = Body::default();
        let mut seen = Vec::new();
        while let Some(name) = object.next_key::<String>()? {
            let known = FIELDS.iter().find(|(known, ..)| *known == name);
            let Some((name, form, _)) = known else {
                return Err(A::Error::custom(format_args!("unknown field `{name}`")));
            };
            let value: Value = object.next_value()?;
            if seen.contains(name) {
                return Err(A::Error::custom(format_args!("duplicate field `{name}`")));
            }
            seen.push(*name);
            match (form, &value) {
                (_, Value::Null) => continue,
                (Form::Text, Value::String(_))
                | (Form::Object, Value::Object(_))
                | (Form::List, Value::Array(_)) => {}
                // The value is not told: it can be a secret.
                (Form::Text, _) => return Err(wrong(name, "a text")),
                (Form::Object, _) => return Err(wrong(name, "an object")),
                (Form::List, _) => return Err(wrong(name, "a list")),
            }
            fields = fields.set(name, value);
        }
        for name in ["name", "description", "server"] {
            if !fields.contains(name) {
                return Err(A::Error::missing_field(name));
            }
        }
        Ok(CreateConnector(fields))
    }
}

fn wrong<E: serde::de::Error>(name: &str, form: &str) -> E {
    E::custom(format_args!("field `{name}` is not {form}"))
}
