//! Waiting for a user to log in.

use std::iter;
use std::thread;
use std::time::{Duration, Instant};

use serde::de::Error as _;

use crate::call::Call;
use crate::client::ConnectorsClient;
use crate::connectors::{Connector, GetConnector};
use crate::error::{Error, Result};
use crate::failed_call::FailedCall;
use crate::object::Blank;
use crate::read;
use crate::transport_error::TransportError;

impl ConnectorsClient {
    /// Waits until the user has logged in at a connector (see
    /// [`get_auth_url`](ConnectorsClient::get_auth_url)), and returns the connector.
    ///
    /// It looks at once and then after one, two, four, … and at most ten seconds, or later if the
    /// server asks for that. It ends within `duration`, which takes the place of
    /// [`timeout`](crate::ConnectorsClientBuilder::timeout) for the whole; each look obeys both. A
    /// wait that does not fit is not begun, so the last look can be up to ten seconds before the end.
    /// Failures that pass do not end it.
    ///
    /// # Errors
    ///
    /// [`is_timeout`](Error::is_timeout) if nobody has logged in within `duration`; if the last look
    /// failed, the text says how. [`Error::Decode`], at once, if the server does not say whether the
    /// user is logged in. What [`get`](ConnectorsClient::get) can fail with.
    pub fn wait_until_authenticated(
        &self,
        id_or_name: &str,
        duration: Duration,
    ) -> Result<Connector> {
        self.wait(id_or_name, duration, pauses())
    }

    fn wait(
        &self,
        id_or_name: &str,
        duration: Duration,
        pauses: impl Iterator<Item = Duration>,
    ) -> Result<Connector> {
        let started = Instant::now();
        let left = || duration.saturating_sub(started.elapsed());
        let (mut attempts, mut last) = (0, None);
        for pause in pauses {
            let mut call = Call::new(&self.transport, self.timeout.min(left()));
            let look = look(&mut call, id_or_name);
            attempts += call.attempts();
            let mut pause = pause;
            match look {
                Ok(connector) if connector.is_authenticated == Some(true) => return Ok(connector),
                Ok(_) => last = None,
                Err(error) if error.may_pass() => {
                    pause = pause.max(error.retry_after().unwrap_or_default());
                    last = Some(error);
                }
                Err(error) => return Err(error),
            }
            if pause >= left() {
                break;
            }
            thread::sleep(pause);
        }
        let waited_for =
            format!("waiting for a login (`get_auth_url`) at connector {id_or_name:?}");
        let redactor = self.transport.redactor(&[]);
        let call = FailedCall {
            asked: redactor.show(&waited_for),
            attempts,
            may_have_happened: false,
        };
        let base_url = redactor.show(self.transport.base_url());
        let last = last.map(Into::into);
        let error = TransportError::waited(base_url, call, last, &redactor);
        Err(Error::Transport(Box::new(error)))
    }
}

/// The connector, which says whether the user is logged in.
fn look(call: &mut Call<'_>, id_or_name: &str) -> Result<Connector> {
    let request = GetConnector::new()
        .fetch_user_data(true)
        .request(id_or_name)?;
    let expected = || "a connector that says whether the user is logged in".into();
    call.send_and_read(&request, expected, &mut |text| {
        let mut connector = Connector::blank();
        read::read_text(&mut connector, text)?;
        match connector.is_authenticated {
            Some(_) => Ok(connector),
            None => Err(serde_json::Error::custom("`is_authenticated` is missing")),
        }
    })
}

/// How long to wait between two looks: longer and longer.
fn pauses() -> impl Iterator<Item = Duration> {
    let seconds = [1, 2, 4, 8].into_iter().chain(iter::repeat(10));
    seconds.map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_looks_become_rarer_up_to_ten_seconds() {
        let seconds: Vec<_> = pauses().take(7).map(|pause| pause.as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 10, 10, 10]);
    }

    #[cfg(feature = "testing")]
    #[test]
    fn a_login_is_seen_at_the_next_look_whatever_failed_before() {
        use crate::testing::FakeServer;
        use serde_json::json;

        let server = FakeServer::start();
        server.add(json!({"name": "docs", "is_authenticated": false}));
        let rule = |server: &FakeServer, skip| {
            server
                .when("GET", "/v1/connectors/docs")
                .skip(skip)
                .times(3)
                .fail(503);
        };
        // Not yet, three times a failure, then the login.
        rule(&server, 1);
        let client = server.client();
        let soon = iter::repeat(Duration::from_millis(1)).enumerate();
        let soon = soon.inspect(|(look, _)| {
            if *look == 2 {
                client.request("GET", &["login", "docs"]).send().unwrap();
            }
        });
        let waited = client.wait(
            "docs",
            Duration::from_secs(60),
            soon.map(|(_, pause)| pause),
        );
        assert_eq!(waited.unwrap().is_authenticated, Some(true));
    }

    #[cfg(feature = "testing")]
    #[test]
    fn a_wait_that_the_server_asks_for_is_not_undercut() {
        use crate::testing::FakeServer;
        use serde_json::json;

        let server = FakeServer::start();
        server
            .when("GET", "/v1/connectors/docs")
            .header("retry-after", "3600")
            .answer(429, json!({}));
        let soon = iter::repeat(Duration::from_millis(1));
        let error = server.client().wait("docs", Duration::from_secs(60), soon);
        let error = error.unwrap_err();
        assert!(
            error.is_timeout() && error.to_string().contains("429"),
            "{error}"
        );
        assert_eq!((error.attempts(), server.requests().len()), (1, 1));
    }
}
