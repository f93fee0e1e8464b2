//! Creating, getting, updating and deleting connectors.

use serde::de::Error as _;

use crate::client::ConnectorsClient;
use crate::enums::Protocol;
use crate::error::{Error, Result, hints};
use crate::http::{Call, Method, Query, Request, Retry, is_uuid};
use crate::json::Response;
use crate::json::body::Body;
use crate::json::model::Model;
use crate::message_response::MessageResponse;
use crate::secret::Secret;

use super::{Connector, CreateConnector, UpdateConnector};

/// Which additional data to fetch with a connector. The options of
/// [`get_with`](ConnectorsClient::get_with).
///
/// ```
/// use mistral_connectors::GetConnector;
///
/// let with_login = GetConnector::new().fetch_user_data(true);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct GetConnector(Query);

impl GetConnector {
    /// Fetches no additional data.
    pub fn new() -> Self {
        GetConnector::default()
    }

    /// Fetches what belongs to the user: their credentials, and whether they are logged in. Defaults
    /// to the API's default, which is `false`. Since API 2026-08.
    pub fn fetch_user_data(self, fetch: bool) -> Self {
        GetConnector(self.0.set("fetch_user_data", fetch))
    }

    /// Fetches what belongs to the customer: secrets and configuration. Defaults to the API's
    /// default, which is `false`. API 2026-11 no longer has it.
    pub fn fetch_customer_data(self, fetch: bool) -> Self {
        GetConnector(self.0.set("fetch_customer_data", fetch))
    }

    pub(crate) fn request(&self, id_or_name: &str) -> Result<Request> {
        let request = Request::new(Method::Get, &[id_or_name])?;
        Ok(request.hints(hints::GET).queries(&self.0))
    }
}

/// # Connectors
impl ConnectorsClient {
    /// Creates a connector and returns it.
    ///
    /// The request is processed at most once: it is retried only if there was no connection or
    /// after a 429. If the connector may have been created although the call failed, the error says
    /// so; check with [`find`](ConnectorsClient::find).
    ///
    /// ```
    /// # use mistral_connectors::{ConnectorsClient, CreateConnector, Result, Visibility};
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// let docs = CreateConnector::new("docs", "Our documents", "https://docs.example/mcp")
    ///     .visibility(Visibility::Private);
    /// let docs = client.create(&docs)?;
    /// println!("{} has the ID {}", docs.name, docs.id);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`is_conflict`](Error::is_conflict) if the name is taken,
    /// [`is_validation`](Error::is_validation) if a field is refused, and the errors of every call:
    /// [`Error::Api`], [`Error::Transport`], [`Error::Decode`]. If the response has another name,
    /// that is an [`Error::Decode`].
    pub fn create(&self, connector: &CreateConnector) -> Result<Connector> {
        let call = self.call();
        let send = |body: &Body| {
            let request = Request::new(Method::Post, &[])?.hints(hints::CREATE);
            send_for(&call, &request.body(body), None, Some(connector.name()))
        };
        match send(&connector.0) {
            // Nothing was created, so the request can be sent once more with the protocol.
            Err(Error::Api(error)) if error.lacks_protocol && !connector.0.contains("protocol") => {
                send(&connector.0.clone().set("protocol", "mcp"))
            }
            result => result,
        }
    }

    /// Returns the connector with this ID or name.
    ///
    /// ```
    /// # use mistral_connectors::{ConnectorsClient, Result};
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// let connector = client.get("my_deepwiki")?;
    /// println!("{}: {}", connector.name, connector.description);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`is_not_found`](Error::is_not_found) if the connector does not exist;
    /// [`Error::InvalidRequest`] if the argument is empty, `.` or `..`, or too long for a URL; and
    /// the errors of every call: [`Error::Api`], [`Error::Transport`], [`Error::Decode`].
    pub fn get(&self, id_or_name: &str) -> Result<Connector> {
        self.get_with(id_or_name, &GetConnector::new())
    }

    /// Returns the connector with this ID or name, with additional data.
    ///
    /// ```
    /// # use mistral_connectors::{ConnectorsClient, GetConnector, Result};
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// let options = GetConnector::new().fetch_user_data(true);
    /// let connector = client.get_with("my_deepwiki", &options)?;
    /// println!("logged in: {:?}", connector.is_authenticated);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// See [`get`](ConnectorsClient::get).
    pub fn get_with(&self, id_or_name: &str, options: &GetConnector) -> Result<Connector> {
        self.call().send(&options.request(id_or_name)?)
    }

    /// Returns the connector with this ID or name, or `None` if the API says that it does not exist.
    ///
    /// ```
    /// # use mistral_connectors::{ConnectorsClient, CreateConnector, Result};
    /// # fn demo(client: &ConnectorsClient, docs: &CreateConnector) -> Result<()> {
    /// let connector = match client.find(docs.name())? {
    ///     Some(connector) => connector,
    ///     None => client.create(docs)?,
    /// };
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of [`get`](ConnectorsClient::get), except a 404 from the API itself. A 404 from
    /// anything else (a gateway, or a server at a wrong `base_url`) is returned as an error,
    /// because it proves nothing.
    pub fn find(&self, id_or_name: &str) -> Result<Option<Connector>> {
        self.find_with_secrets(id_or_name, &[])
    }

    /// Like `find`, with secrets to redact if the server repeats them.
    pub(super) fn find_with_secrets(
        &self,
        id_or_name: &str,
        secrets: &[Secret],
    ) -> Result<Option<Connector>> {
        let request = GetConnector::new().request(id_or_name)?;
        match self.call().send(&request.secrets(secrets)) {
            Err(error) if error.is_gone() => Ok(None),
            result => result.map(Some),
        }
    }

    /// Updates the fields of a connector that are set in `update`, and returns the connector.
    ///
    /// `id` is the connector's ID, not its name.
    ///
    /// ```
    /// # use mistral_connectors::{ConnectorsClient, Result, UpdateConnector};
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// let docs = client.get("docs")?;
    /// let update = UpdateConnector::new().description("All our documents").clear_title();
    /// let docs = client.update(&docs.id, &update)?;
    /// println!("new description: {}", docs.description);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`is_not_found`](Error::is_not_found) if no connector has this ID;
    /// [`is_conflict`](Error::is_conflict), or a status of 500, if a new name is taken;
    /// [`is_validation`](Error::is_validation) if a field is refused; [`Error::InvalidRequest`] if
    /// no field is set, or the ID is empty, `.` or `..`, or too long for a URL; and the errors of
    /// every call: [`Error::Api`], [`Error::Transport`], [`Error::Decode`]. If the response is
    /// about another connector, that is an [`Error::Decode`].
    pub fn update(&self, id: &str, update: &UpdateConnector) -> Result<Connector> {
        self.update_with(id, update, None, &[])
    }

    /// Like `update`, with the connector if it is known, and with more secrets to redact if the
    /// server repeats them.
    pub(super) fn update_with(
        &self,
        id: &str,
        update: &UpdateConnector,
        current: Option<&Connector>,
        secrets: &[Secret],
    ) -> Result<Connector> {
        if update.0.is_empty() {
            return Err(Error::invalid_request(
                "the update sets no fields, so it would change nothing",
            ));
        }
        let call = self.call();
        let new_name = update.0.text("name");
        let name = new_name.or(current.map(|current| current.name.as_str()));
        let send = |body: &Body| {
            let request = Request::new(Method::Patch, &[id])?.secrets(secrets);
            let request = match new_name {
                // A taken name can be reported as 500, and it stays taken.
                Some(_) => request.retry(Retry::NotAfter500).hints(hints::RENAME),
                None => request.hints(hints::UPDATE),
            };
            send_for(&call, &request.by_id(id).body(body), Some(id), name)
        };
        match send(&update.0) {
            // An update must not change the protocol, so the connector's own one is sent.
            Err(Error::Api(error)) if error.lacks_protocol && !update.0.contains("protocol") => {
                let protocol = match current {
                    Some(current) => current.protocol.clone(),
                    None => {
                        let request = GetConnector::new().request(id)?.secrets(secrets);
                        let request = request.secrets(&update.0.secrets());
                        send_for(&call, &request, Some(id), None)?.protocol
                    }
                };
                // API 2026-08 leaves the default out.
                let protocol = protocol.unwrap_or(Protocol::Mcp);
                send(&update.0.clone().set("protocol", protocol.as_str()))
            }
            result => result,
        }
    }

    /// Deletes a connector permanently.
    ///
    /// `id` is the connector's ID, not its name. If an earlier attempt of this call may have
    /// deleted the connector and a retry no longer finds it, that counts as success, with an empty
    /// message.
    ///
    /// ```
    /// # use mistral_connectors::{ConnectorsClient, Result};
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// if let Some(connector) = client.find("my_deepwiki")? {
    ///     println!("{}", client.delete(&connector.id)?.message);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`is_not_found`](Error::is_not_found) if no connector has this ID;
    /// [`Error::InvalidRequest`] if the ID is empty, `.` or `..`, or too long for a URL; and the
    /// errors of every call: [`Error::Api`], [`Error::Transport`], [`Error::Decode`].
    pub fn delete(&self, id: &str) -> Result<MessageResponse> {
        delete(&self.call(), id, &[])
    }
}

/// Deletes a connector, with secrets to redact if the server repeats them.
pub(super) fn delete(call: &Call<'_>, id: &str, secrets: &[Secret]) -> Result<MessageResponse> {
    let request = Request::new(Method::Delete, &[id])?.hints(hints::DELETE);
    match call.send(&request.by_id(id).secrets(secrets)) {
        // A name proves nothing: the API deletes by ID only, so the connector may still exist.
        Err(error) if is_uuid(id) && error.is_gone() && error.may_have_happened() => {
            Ok(MessageResponse::blank())
        }
        result => result,
    }
}

/// Sends a request and checks that the response is about the connector with this ID and this name.
fn send_for(
    call: &Call<'_>,
    request: &Request,
    id: Option<&str>,
    name: Option<&str>,
) -> Result<Connector> {
    call.send_and_read(request, Connector::expected, &|text| {
        let connector = Connector::read(text)?;
        // The API may accept a name in place of the ID.
        let has_id = |id| is_same_id(&connector.id, id) || !is_uuid(id) && connector.name == id;
        if id.is_none_or(has_id) && name.is_none_or(|name| connector.name == name) {
            return Ok(connector);
        }
        let Connector { name, id, .. } = &connector;
        Err(serde_json::Error::custom(format_args!(
            "it is about another connector, {name:?} with the ID {id:?}"
        )))
    })
}

/// UUIDs can be written in capitals and without hyphens.
fn is_same_id(one: &str, other: &str) -> bool {
    let plain = |id: &str| id.replace('-', "").to_ascii_lowercase();
    plain(one) == plain(other)
}
