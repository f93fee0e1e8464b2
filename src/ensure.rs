//! A connector that is there, and is as described, however often that is asked for.

use std::fmt;
use std::time::Instant;

use crate::client::ConnectorsClient;
use crate::connectors::Connector;
use crate::create_connector::CreateConnector;
use crate::error::{Error, Result};
use crate::secret::one_line;
use crate::words::Protocol;

/// How often it is begun anew at most, where others create and delete the same connector.
const ROUNDS: u32 = 2;

/// What [`ensure`](ConnectorsClient::ensure) did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// There was no such connector, and now there is.
    Created,
    /// There was one, and something of it has been changed.
    Updated,
    /// There was one, and nothing of it has been changed.
    Unchanged,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Outcome::Created => "created",
            Outcome::Updated => "updated",
            Outcome::Unchanged => "unchanged",
        })
    }
}

/// A connector that is there, and how far it is as described: the answer of
/// [`ensure`](ConnectorsClient::ensure).
///
/// It prints as one line for a log:
/// `updated docs (a1b2c3d4-…): description; not compared: headers`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Ensured {
    /// The connector as it is now.
    pub connector: Connector,
    /// What was done.
    pub outcome: Outcome,
    /// The fields that were changed, by their names on the wire, sorted.
    pub changed: Vec<String>,
    /// The fields that differed and that the server left as they were although it took the update,
    /// by their names on the wire, sorted.
    pub ignored: Vec<String>,
    /// The fields that were wanted and that the API does not show, by their names on the wire,
    /// sorted. Whether they are as described is not known.
    pub not_compared: Vec<String>,
}

impl fmt::Display for Ensured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Connector { name, id, .. } = &self.connector;
        // They are a server's words, and this is one line.
        let (name, id) = (one_line(name), one_line(id));
        write!(f, "{} {name} ({id})", self.outcome)?;
        if !self.changed.is_empty() {
            write!(f, ": {}", self.changed.join(", "))?;
        }
        if !self.ignored.is_empty() {
            write!(f, "; ignored by the server: {}", self.ignored.join(", "))?;
        }
        if !self.not_compared.is_empty() {
            write!(f, "; not compared: {}", self.not_compared.join(", "))?;
        }
        Ok(())
    }
}

impl ConnectorsClient {
    /// Makes sure that a connector of this name is there and is as described: creates it if there is
    /// none, changes it if a field that was set differs, and otherwise leaves it alone. It can be
    /// run any number of times, and from several machines at once: who loses a race changes what the
    /// other has made, and after a create of which nobody knows whether it was carried out, it looks.
    /// All of it takes no longer than [`timeout`](crate::ConnectorsClientBuilder::timeout).
    ///
    /// ```
    /// # use mistral_connectors::{ConnectorsClient, CreateConnector, Result};
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// let wanted = CreateConnector::new("docs", "Our documents", "https://docs.example/mcp");
    /// println!("{}", client.ensure(&wanted)?); // unchanged docs (a1b2c3d4-…)
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// It adopts whatever [`find`](ConnectorsClient::find) finds under the name, a connector that a
    /// colleague shared too. It compares what was set with what the API shows (see
    /// [`CreateConnector::changes`]). Secrets are never shown: when only they have changed, nothing
    /// is done, and [`Ensured::not_compared`] says that they were not looked at. They reach the API
    /// when the connector is created.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidRequest`] if the connector is there with another visibility, which an update
    /// cannot change; nothing has been written then (see [`CreateConnector::changes`] to find out
    /// beforehand). What
    /// [`find`](ConnectorsClient::find), [`create`](ConnectorsClient::create) and
    /// [`update`](ConnectorsClient::update) can fail with:
    /// [`is_conflict`](Error::is_conflict) where the name is taken by something that this key cannot
    /// see.
    pub fn ensure(&self, wanted: &CreateConnector) -> Result<Ensured> {
        let started = Instant::now();
        // All requests share one deadline.
        let client = || self.with_timeout(self.timeout.saturating_sub(started.elapsed()));
        let mut found = client().find_wanted(wanted)?;
        let mut round = 1;
        loop {
            if let Some(connector) = found {
                match client().adopt(connector, wanted) {
                    // It has vanished since.
                    Err(error) if error.is_gone() && round < ROUNDS => {}
                    result => return result,
                }
            }
            let error = match client().create(wanted) {
                Ok(connector) => return Ok(Ensured::created(connector)),
                Err(error) => error,
            };
            // Whoever lost a race is told so in different ways, and after a create of which nobody
            // knows the connector may be there.
            if !matches!(error, Error::Api(_)) && !error.may_have_happened() {
                return Err(error);
            }
            found = match client().find_wanted(wanted) {
                Ok(Some(connector)) if error.may_have_happened() => {
                    return match client().adopt(connector, wanted) {
                        Ok(ensured) => Ok(ensured.after_create()),
                        // That something was sent is what matters.
                        Err(_) => Err(error),
                    };
                }
                Ok(Some(connector)) => Some(connector),
                Ok(None) if error.is_conflict() && round < ROUNDS => None,
                Ok(None) | Err(_) => return Err(error),
            };
            round += 1;
        }
    }

    /// The connector of the wanted name. What has it as its ID, or almost, is another.
    fn find_wanted(&self, wanted: &CreateConnector) -> Result<Option<Connector>> {
        let found = self.find_with(wanted.name(), &wanted.0.secrets())?;
        Ok(found.filter(|connector| connector.name == wanted.name()))
    }

    /// Makes `connector` as it is wanted.
    fn adopt(&self, connector: Connector, wanted: &CreateConnector) -> Result<Ensured> {
        let changes = wanted.changes(&connector);
        if !changes.fixed.is_empty() {
            let redactor = self.transport.redactor(&wanted.0.secrets());
            return Err(Error::invalid_request(redactor.redact(&format!(
                "connector `{}` ({}) is there with another {}, which an update cannot change: see \
                 `share` and `unshare`",
                one_line(wanted.name()),
                one_line(&connector.id),
                changes.fixed.join(", ")
            ))));
        }
        let Some(update) = changes.update else {
            return Ok(Ensured {
                connector,
                outcome: Outcome::Unchanged,
                changed: Vec::new(),
                ignored: Vec::new(),
                not_compared: changes.not_compared,
            });
        };
        let protocol = connector.protocol.as_ref().unwrap_or(&Protocol::Mcp);
        let secrets = wanted.0.secrets();
        let connector = self.change(&connector.id, &update, protocol, &secrets)?;
        // A server may take an update and do nothing of it.
        let differs = wanted.changes(&connector).update.unwrap_or_default();
        let (ignored, changed): (Vec<_>, Vec<_>) = update
            .fields()
            .map(str::to_owned)
            .partition(|name| differs.fields().any(|differs| differs == name));
        Ok(Ensured {
            connector,
            outcome: match changed.is_empty() {
                true => Outcome::Unchanged,
                false => Outcome::Updated,
            },
            changed,
            ignored,
            not_compared: changes.not_compared,
        })
    }
}

impl Ensured {
    /// Found after a create of which nobody knew.
    fn after_create(mut self) -> Self {
        if self.outcome == Outcome::Unchanged {
            self.outcome = Outcome::Created;
        }
        self
    }

    fn created(connector: Connector) -> Self {
        Ensured {
            connector,
            outcome: Outcome::Created,
            changed: Vec::new(),
            ignored: Vec::new(),
            not_compared: Vec::new(),
        }
    }
}
