//! Waiting until a user has logged in.

use std::iter;
use std::time::{Duration, Instant};

use serde::de::Error as _;

use crate::client::ConnectorsClient;
use crate::connectors::{Connector, GetConnector};
use crate::error::Result;
use crate::http::Report;
use crate::json::Response;

impl ConnectorsClient {
    /// Waits until the user has logged in to a connector, and returns the connector.
    ///
    /// The user logs in at the URL of [`get_auth_url`](ConnectorsClient::get_auth_url). This method
    /// polls immediately, and then after waits of one, two, four, eight, and from then on ten
    /// seconds, or longer if the server asks for it. It returns within `limit`. Each poll also
    /// obeys the client's [`timeout`](crate::ConnectorsClientBuilder::timeout). If a wait would
    /// exceed the remaining time, the call fails immediately, so the last poll can be up to ten
    /// seconds before the end. After a transient error, it polls again. Since API 2026-08.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use mistral_connectors::{ConnectorsClient, Result};
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// let five_minutes = Duration::from_secs(300);
    /// let connector = client.wait_until_authenticated("my_github", five_minutes)?;
    /// println!("logged in to {}", connector.name);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`is_timeout`](crate::Error::is_timeout) if the user has not logged in within `limit`; if the
    /// last poll failed, the text says why. [`Error::Decode`](crate::Error::Decode), after the first
    /// response, if the API does not report whether the user is logged in. And the errors of
    /// [`get`](ConnectorsClient::get).
    #[doc(alias("login", "poll"))]
    pub fn wait_until_authenticated(&self, id_or_name: &str, limit: Duration) -> Result<Connector> {
        self.poll(id_or_name, limit, pauses())
    }

    fn poll(
        &self,
        id_or_name: &str,
        limit: Duration,
        pauses: impl Iterator<Item = Duration>,
    ) -> Result<Connector> {
        let started = Instant::now();
        let remaining = || limit.saturating_sub(started.elapsed());
        let options = GetConnector::new().fetch_user_data(true);
        let request = options.request(id_or_name)?;
        let (mut attempts, mut last_error) = (0, None);
        for mut pause in pauses {
            let client = self.with_timeout(self.timeout.min(remaining()));
            let connector = client.call().send_and_read(
                &request,
                || "a connector that says whether the user is logged in".into(),
                &|text| {
                    let connector = Connector::read(text)?;
                    match connector.is_authenticated {
                        Some(_) => Ok(connector),
                        None => Err(serde_json::Error::custom("`is_authenticated` is missing")),
                    }
                },
            );
            attempts += connector.as_ref().err().map_or(1, |error| error.attempts());
            match connector {
                Ok(connector) if connector.is_authenticated == Some(true) => return Ok(connector),
                Ok(_) => last_error = None,
                Err(error) if error.is_transient() => {
                    pause = pause.max(error.retry_after().unwrap_or_default());
                    last_error = Some(error);
                }
                Err(error) => return Err(error),
            }
            if pause >= remaining() {
                break;
            }
            if let Err(shut_down) = self.http.sleep(pause) {
                return Err(Report::new(&self.http, &request).error(shut_down));
            }
        }
        Err(Report::new(&self.http, &request).login_timed_out(attempts, last_error))
    }
}

/// The pauses between two polls.
fn pauses() -> impl Iterator<Item = Duration> {
    let seconds = [1, 2, 4, 8].into_iter().chain(iter::repeat(10));
    seconds.map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_ten_seconds() {
        let seconds: Vec<_> = pauses().take(7).map(|pause| pause.as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 10, 10, 10]);
    }
}
