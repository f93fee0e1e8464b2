//! The way to what this version has no method for, and to the rest of the API.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::client::ConnectorsClient;
use crate::error::{Error, Result};
use crate::hints;
use crate::request::{Method, Request};
use crate::secret::Secret;
use crate::secret::names::{self, Named};

/// A request of the API that this version has no method for: what
/// [`request`](ConnectorsClient::request) returns. Nothing is sent before
/// [`send`](RawRequest::send).
#[must_use = "nothing is sent before `send`"]
pub struct RawRequest {
    client: ConnectorsClient,
    /// What is wrong with it is said when it is sent.
    request: Result<Request>,
}

impl ConnectorsClient {
    /// Any request of the API, in the same manner as every other: with the key, retries, limits,
    /// and errors that say why. `path` holds the parts of the path one by one, and each stays one
    /// part.
    ///
    /// ```
    /// # use mistral_connectors::{ConnectorsClient, Result};
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// let models = client.request("GET", &["v1", "models"]).send()?;
    /// println!("{} models", models["data"].as_array().map_or(0, Vec::len));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// It is repeated as its method allows: a POST only where it cannot have been carried out, any
    /// other after every transient failure. A 404 of a DELETE stays a 404. What it does not reach:
    /// answers that are streamed, or no JSON, and the headers of answers.
    pub fn request(&self, method: &str, path: &[&str]) -> RawRequest {
        RawRequest {
            client: self.clone(),
            request: Method::parse(method).and_then(|method| {
                let request = Request::raw(method, path)?;
                Ok(match path.iter().any(|segment| segment.contains('/')) {
                    true => request.hints(hints::SLASH_IN_SEGMENT),
                    false => request,
                })
            }),
        }
    }
}

impl RawRequest {
    fn map(self, change: impl FnOnce(Request) -> Result<Request>) -> Self {
        RawRequest {
            request: self.request.and_then(change),
            ..self
        }
    }

    /// Adds a parameter to the query. Under a usual name of a secret (`token`, …) it is treated as one.
    pub fn query(self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        let (name, value) = (name.as_ref(), value.as_ref());
        let secrets = names::secrets([Named::new(name, &value.into())]);
        self.map(|request| Ok(request.query(name, value).secrets(&secrets)))
    }

    /// Adds a header, in place of one of that name that every request of this client has. The value
    /// is treated as a secret. Those that the client sets itself are refused.
    pub fn header(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.map(|request| Ok(request.header(name.into(), Secret::header(value))))
    }

    /// Sends `body` as JSON. Texts in it under usual names of secrets (`client_secret`,
    /// `bearer_token`, `headers`, `authorization`, `value` beside `type`, …) are treated as secrets.
    pub fn json(self, body: &(impl Serialize + ?Sized)) -> Self {
        self.map(|request| {
            if request.method == Method::Get {
                return Err(Error::invalid_request("a GET has no body"));
            }
            let unwritable = |_| Error::invalid_request("its body cannot be written as JSON");
            let value = serde_json::to_value(body).map_err(unwritable)?;
            let secrets = names::secrets([Named::new("", &value)]);
            let mut request = request.secrets(&secrets);
            // As it is, and not as the value: that can have other digits, in another order.
            request.body = Some(serde_json::to_vec(body).map_err(unwritable)?);
            Ok(request)
        })
    }

    /// Sends it, and returns the answer: [`Value::Null`] if it has no body.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidRequest`] if it cannot be sent: a method other than GET, POST, PUT, PATCH and
    /// DELETE, a part of the path that is empty, `.` or `..`, a header that the client sets itself,
    /// a body that is no JSON; and what every call can fail with: [`Error::Api`],
    /// [`Error::Transport`], [`Error::Decode`].
    pub fn send(self) -> Result<Value> {
        self.send_as()
    }

    /// Sends it, and returns the answer as a `T`. An answer without a body is read like `null`.
    ///
    /// # Errors
    ///
    /// As with [`send`](RawRequest::send); [`Error::Decode`] also if the answer is no `T`.
    pub fn send_as<T: DeserializeOwned>(self) -> Result<T> {
        let request = self.request?;
        let mut call = self.client.call();
        call.send_and_read(
            &request,
            || "the JSON that was asked for".into(),
            &mut |text| {
                let nothing = text.trim().is_empty();
                serde_json::from_str(if nothing { "null" } else { text })
            },
        )
    }
}

/// The method and the path. Query, headers and body can hold secrets.
impl fmt::Debug for RawRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.request {
            Ok(request) => {
                let redactor = self.client.transport.redactor(&request.secrets);
                write!(f, "RawRequest({})", redactor.show(&request.to_string()))
            }
            Err(error) => write!(f, "RawRequest({error})"),
        }
    }
}
