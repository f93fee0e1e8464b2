//! Requests that this version of the crate has no method for.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::client::ConnectorsClient;
use crate::error::{Error, Result, hints};
use crate::http::{Method, Request};
use crate::json;
use crate::secret::Secret;
use crate::secret::names::{Named, secrets};

/// A request that this version of the crate has no method for. Returned by
/// [`request`](ConnectorsClient::request).
///
/// ```
/// # use mistral_connectors::{ConnectorsClient, Method, Result};
/// # use serde_json::json;
/// # fn demo(client: &ConnectorsClient) -> Result<()> {
/// let agent = client
///     .request(Method::Post, ["v1", "agents"])
///     .header("x-team", "search")
///     .json(&json!({"model": "mistral-medium-latest", "name": "librarian"}))
///     .send()?;
/// println!("{}", agent["id"]);
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is sent before `send`"]
pub struct RawRequest {
    client: ConnectorsClient,
    /// An error is returned when the request is sent.
    request: Result<Request>,
}

/// # Everything else
impl ConnectorsClient {
    /// Starts any other request to the API, with the API key, retries, limits and errors of this
    /// client. [`send`](RawRequest::send) sends it.
    ///
    /// `path` is a list of path segments. Each is percent-encoded.
    ///
    /// ```
    /// # use mistral_connectors::{ConnectorsClient, Method, Result};
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// let models = client.request(Method::Get, ["v1", "models"]).send()?;
    /// println!("{} models", models["data"].as_array().map_or(0, Vec::len));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A POST is retried only if it cannot have been processed; other methods are retried after every
    /// transient failure. A 404 after a retried DELETE stays an error. Event streams, responses that
    /// are not JSON, and response headers are not supported.
    pub fn request<S: AsRef<str>>(
        &self,
        method: Method,
        path: impl IntoIterator<Item = S>,
    ) -> RawRequest {
        let path: Vec<S> = path.into_iter().collect();
        let segments: Vec<&str> = path.iter().map(AsRef::as_ref).collect();
        let mut request = Request::at(method, &segments);
        if segments.iter().any(|segment| segment.contains('/')) {
            request = request.map(|request| request.hints(hints::SEGMENT_WITH_SLASH));
        }
        RawRequest {
            client: self.clone(),
            request,
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

    /// Adds a query parameter. Defaults to none. If its name is typical of a secret (for example
    /// `token`), the value is treated as a secret.
    pub fn query(self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        let (name, value) = (name.as_ref(), value.as_ref());
        let secrets = secrets([Named(name, &value.into())]);
        self.map(|request| Ok(request.query(name, value).secrets(&secrets)))
    }

    /// Adds a header, which replaces a header of the same name that the client sends with every
    /// request. The value is treated as a secret. Headers that the client itself sets are refused.
    /// Defaults to none.
    pub fn header(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.map(|request| Ok(request.header(name.into(), Secret::header(value))))
    }

    /// Sets the body, which is sent as JSON. Defaults to no body. Strings whose names are typical
    /// of secrets (for example `client_secret`, `bearer_token`, `headers`, or `value` next to
    /// `type`) are treated as secrets.
    pub fn json(self, body: &(impl Serialize + ?Sized)) -> Self {
        self.map(|request| {
            if request.method == Method::Get {
                return Err(Error::invalid_request("a GET request cannot have a body"));
            }
            let invalid = |_| Error::invalid_request("the body cannot be written as JSON");
            let value = serde_json::to_value(body).map_err(invalid)?;
            let mut request = request.secrets(&secrets([Named("", &value)]));
            // Not from `value`, which can change the digits of numbers and the order of fields.
            request.body = Some(serde_json::to_vec(body).map_err(invalid)?);
            Ok(request)
        })
    }

    /// Sends the request and returns the response: [`Value::Null`] if it has no body.
    ///
    /// ```
    /// # use mistral_connectors::{ConnectorsClient, Method, Result};
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// let agents = client.request(Method::Get, ["v1", "agents"]).query("page_size", "5").send()?;
    /// println!("{agents:#}");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidRequest`] if a path segment is empty, `.` or `..`, if a header is one that the
    /// client itself sets, or if the body cannot be written as JSON; and the errors of every call:
    /// [`Error::Api`], [`Error::Transport`], [`Error::Decode`].
    pub fn send(self) -> Result<Value> {
        self.send_as()
    }

    /// Sends the request and returns the response as a `T`. A response without a body is read as
    /// `null`.
    ///
    /// ```
    /// # use mistral_connectors::{Connector, ConnectorsClient, Method, Result};
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// let request = client.request(Method::Get, ["v1", "connectors", "docs"]);
    /// let docs: Connector = request.send_as()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// See [`send`](RawRequest::send). [`Error::Decode`] also if the response is not a `T`.
    pub fn send_as<T: DeserializeOwned>(self) -> Result<T> {
        let request = self.request?;
        let expected = || "the requested JSON".into();
        self.client
            .call()
            .send_and_read(&request, expected, &|text| {
                let text = if text.trim().is_empty() { "null" } else { text };
                json::read(text, |text| serde_json::from_str(text))
            })
    }
}

/// Shows only the method and the path. The query, the headers and the body can contain secrets.
impl fmt::Debug for RawRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.request {
            Ok(request) => {
                let redactor = self.client.http.redactor(&request.secrets);
                write!(f, "RawRequest({})", redactor.show(&request.to_string()))
            }
            Err(error) => write!(f, "RawRequest({error})"),
        }
    }
}
