//! One exchange: a request is sent once, and the response is read.

use std::slice;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use ureq::http;
use ureq::http::header::HeaderMap;
use ureq::{Agent, AsSendBody};

use crate::error::{Error, Result};
use crate::secret::{Redactor, Secret};

use super::connection::{self, ProxySetting};
use super::failure::Failure;
use super::headers;
use super::request::Request;
use super::response::{ReadBody, Response};
use super::retry::RetryPolicy;

/// A request without its body, in ureq's form.
pub(crate) type RequestHead = http::Request<()>;

/// The settings of a client; [`ConnectorsClientBuilder`](crate::ConnectorsClientBuilder) explains
/// them.
#[derive(Clone)]
pub(crate) struct Settings {
    /// Without a slash at its end.
    pub(crate) base_url: String,
    pub(crate) allow_insecure_http: bool,
    pub(crate) connect_timeout: Duration,
    pub(crate) retries: RetryPolicy,
    pub(crate) user_agent: String,
    pub(crate) headers: Vec<(String, Secret)>,
    pub(crate) max_response_bytes: u64,
    pub(crate) root_certificates: Vec<Vec<u8>>,
    pub(crate) proxy: ProxySetting,
}

impl Settings {
    /// The limit for all pages of a list of tools together.
    pub(crate) fn max_list_bytes(&self) -> u64 {
        self.max_response_bytes.saturating_mul(4)
    }
}

/// A connection pool for one API, with the credentials for it. All clones of a client share it.
pub(crate) struct Http {
    agent: Agent,
    pub(crate) settings: Settings,
    headers: HeaderMap,
    api_key: Secret,
    /// Made when something is shown for the first time.
    redactor: OnceLock<Redactor>,
    is_shut_down: Mutex<bool>,
    shut_down: Condvar,
}

impl Http {
    pub(crate) fn new(settings: Settings, api_key: Secret) -> Result<Self> {
        Ok(Http {
            agent: connection::agent(&settings)?,
            headers: headers::of_client(&api_key, &settings.user_agent, &settings.headers)?,
            settings,
            api_key,
            redactor: OnceLock::new(),
            is_shut_down: Mutex::new(false),
            shut_down: Condvar::new(),
        })
    }

    /// The same connections, or new ones after a shutdown.
    pub(crate) fn reopened(this: &Arc<Self>) -> Arc<Self> {
        if !*this.is_shut_down() {
            return Arc::clone(this);
        }
        let reopened = Http::new(this.settings.clone(), this.api_key.clone());
        reopened.map_or_else(|_| Arc::clone(this), Arc::new)
    }

    /// Redacts these secrets and those of every request.
    pub(crate) fn redactor(&self, secrets: &[Secret]) -> Redactor {
        let own = self.redactor.get_or_init(|| {
            let headers = self.settings.headers.iter();
            let headers: Vec<Secret> = headers.map(|(_, value)| value.clone()).collect();
            Redactor::new(&headers).and(slice::from_ref(&self.api_key))
        });
        own.and(secrets)
    }

    /// The head of `request`, for any number of attempts.
    pub(super) fn head(&self, request: &Request) -> Result<RequestHead> {
        let uri = format!(
            "{}{}{}",
            self.settings.base_url, request.path, request.query
        );
        let length = uri.len();
        let method = request.method.as_str();
        // Every part is encoded, so only the length can be wrong.
        let head = http::Request::builder().method(method).uri(uri).body(());
        let mut head = head.map_err(|_| {
            Error::invalid_request(format!(
                "its URL has {length} characters, which is too long: shorten the ID, name or cursor"
            ))
        })?;
        *head.headers_mut() = headers::of_request(&self.headers, request)?;
        Ok(head)
    }

    /// Sends a request once and reads the response.
    pub(super) fn exchange(
        &self,
        head: &RequestHead,
        body: Option<&[u8]>,
        deadline: Instant,
        read_body: ReadBody<'_>,
    ) -> std::result::Result<Response, Failure> {
        let result = self.open(head, body, deadline).and_then(|response| {
            let (head, body) = response.into_parts();
            read_body(
                Response::from_head(&head),
                body,
                self.settings.max_response_bytes,
            )
        });
        result.map_err(|failure| {
            if *self.is_shut_down() {
                let sent = failure.may_have_been_processed();
                return Failure::ShutDown { sent };
            }
            failure
        })
    }

    /// Sends a request once and returns the response, whose body is still to be read.
    fn open(
        &self,
        head: &RequestHead,
        body: Option<&[u8]>,
        deadline: Instant,
    ) -> std::result::Result<http::Response<ureq::Body>, Failure> {
        // Nothing is sent after a shutdown.
        self.sleep(Duration::ZERO)?;
        let remaining = deadline.saturating_duration_since(Instant::now());
        if remaining.is_zero() {
            return Err(Failure::TimedOut { sent: false });
        }
        let response = match body {
            Some(body) => self.run(head.clone().map(|()| body), remaining),
            None => self.run(head.clone(), remaining),
        };
        response.map_err(Failure::of)
    }

    fn run(
        &self,
        message: http::Request<impl AsSendBody>,
        remaining: Duration,
    ) -> std::result::Result<http::Response<ureq::Body>, ureq::Error> {
        // Connecting gets less than all of it, to tell a host that cannot be reached from a slow
        // server.
        let connect = self.settings.connect_timeout.min(remaining.mul_f64(0.9));
        let config = self
            .agent
            .configure_request(message)
            // The only limit that covers everything, including the DNS lookup and the body.
            .timeout_global(Some(remaining))
            .timeout_connect(Some(connect));
        self.agent.run(config.build())
    }

    /// Ends all calls in flight and refuses new ones.
    pub(crate) fn shut_down(&self) {
        *self.is_shut_down() = true;
        self.shut_down.notify_all();
        self.agent.clone().shutdown();
    }

    fn is_shut_down(&self) -> MutexGuard<'_, bool> {
        let guard = self.is_shut_down.lock();
        guard.unwrap_or_else(PoisonError::into_inner)
    }

    /// Sleeps, or fails as soon as the client is shut down.
    pub(crate) fn sleep(&self, duration: Duration) -> std::result::Result<(), Failure> {
        let result =
            self.shut_down
                .wait_timeout_while(self.is_shut_down(), duration, |is_shut_down| !*is_shut_down);
        let (is_shut_down, _) = result.unwrap_or_else(PoisonError::into_inner);
        if *is_shut_down {
            return Err(Failure::ShutDown { sent: false });
        }
        Ok(())
    }
}
