//! Create or update a connector (idempotent).

use std::fmt;
use std::time::Instant;

use crate::client::ConnectorsClient;
use crate::enums::Visibility;
use crate::error::{Error, Result};
use crate::secret::one_line;

use super::{Connector, CreateConnector};

/// What [`ensure`](ConnectorsClient::ensure) did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EnsureOutcome {
    /// The connector did not exist and was created.
    Created,
    /// The connector existed, and at least one of its fields was updated.
    Updated,
    /// The connector existed and matched already.
    Unchanged,
    /// The connector existed and did not match. The API accepted an update but changed nothing.
    Ignored,
}

impl fmt::Display for EnsureOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            EnsureOutcome::Created => "created",
            EnsureOutcome::Updated => "updated",
            EnsureOutcome::Unchanged => "unchanged",
            EnsureOutcome::Ignored => "ignored",
        })
    }
}

/// The result of [`ensure`](ConnectorsClient::ensure): the connector, and what was done.
///
/// It prints as one line: `updated docs (a1b2c3d4-…): description; not compared: headers`.
///
/// ```
/// # use mistral_connectors::{ConnectorsClient, CreateConnector, EnsureOutcome, Result};
/// # fn demo(client: &ConnectorsClient, wanted: &CreateConnector) -> Result<()> {
/// let ensured = client.ensure(wanted)?;
/// println!("{ensured}");
/// if !ensured.ignored.is_empty() {
///     eprintln!("the API did not change {}", ensured.ignored.join(", "));
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ensured {
    /// The connector as it is now.
    pub connector: Connector,
    /// What was done.
    pub outcome: EnsureOutcome,
    /// The JSON names of the fields that were changed, sorted.
    pub changed: Vec<String>,
    /// The JSON names of the fields that still differ although the API accepted the update, sorted.
    pub ignored: Vec<String>,
    /// The JSON names of the fields that are set but that the API does not show, sorted. It is
    /// unknown whether they match.
    pub not_compared: Vec<String>,
}

impl fmt::Display for Ensured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Connector { name, id, .. } = &self.connector;
        let (name, id) = (one_line(name), one_line(id));
        let list = |names: &[String]| one_line(&names.join(", "));
        write!(f, "{} {name} ({id})", self.outcome)?;
        if !self.changed.is_empty() {
            write!(f, ": {}", list(&self.changed))?;
        }
        if !self.ignored.is_empty() {
            write!(f, "; ignored by the API: {}", list(&self.ignored))?;
        }
        if !self.not_compared.is_empty() {
            write!(f, "; not compared: {}", list(&self.not_compared))?;
        }
        Ok(())
    }
}

/// # Idempotent and temporary connectors
impl ConnectorsClient {
    /// Creates or updates a connector (idempotent).
    ///
    /// If no connector has the name, one is created. If one exists and differs in a field that is
    /// set in `wanted`, it is updated. Otherwise nothing happens. You can call this any number of
    /// times, and from several machines at once. The whole call obeys
    /// [`timeout`](crate::ConnectorsClientBuilder::timeout).
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
    /// `ensure` adopts any connector that [`find`](ConnectorsClient::find) returns for the name,
    /// including one that a colleague shared. Secrets cannot be compared, because the API never shows
    /// them: they are sent when the connector is created, and [`Ensured::not_compared`] lists them
    /// afterwards. To preview what `ensure` would do, use [`CreateConnector::changes`].
    ///
    /// # Errors
    ///
    /// [`Error::InvalidRequest`] if the connector exists with another visibility, which an update
    /// cannot change; nothing is written in this case. [`is_conflict`](Error::is_conflict) if the
    /// name is taken by a connector that this API key cannot see. And the errors of
    /// [`find`](ConnectorsClient::find), [`create`](ConnectorsClient::create) and
    /// [`update`](ConnectorsClient::update).
    #[doc(alias = "upsert")]
    pub fn ensure(&self, wanted: &CreateConnector) -> Result<Ensured> {
        let started = Instant::now();
        // All requests share one deadline.
        let client = || self.with_timeout(self.timeout.saturating_sub(started.elapsed()));
        if let Some(connector) = client().find_wanted(wanted)? {
            return client().adopt(connector, wanted);
        }
        let error = match client().create(wanted) {
            Ok(connector) => return Ok(Ensured::new(connector, EnsureOutcome::Created)),
            Err(error) if is_plain_refusal(&error) => return Err(error),
            Err(error) => error,
        };
        // Either another client created it first, or this create may have been processed.
        match client().find_wanted(wanted) {
            Ok(Some(connector)) if error.may_have_happened() => {
                // That the create may have happened matters more than why the update failed.
                let adopted = client().adopt(connector, wanted);
                adopted.map(Ensured::after_create).map_err(|_| error)
            }
            Ok(Some(connector)) => client().adopt(connector, wanted),
            _ => Err(error),
        }
    }

    /// Finds the connector by its name. A connector with this name as its ID does not count.
    fn find_wanted(&self, wanted: &CreateConnector) -> Result<Option<Connector>> {
        let found = self.find_with_secrets(wanted.name(), &wanted.0.secrets())?;
        Ok(found.filter(|connector| connector.name == wanted.name()))
    }

    /// Updates an existing connector if necessary.
    fn adopt(&self, connector: Connector, wanted: &CreateConnector) -> Result<Ensured> {
        let secrets = &wanted.0.secrets();
        let changes = wanted.changes(&connector);
        if !changes.fixed.is_empty() {
            let Connector { id, visibility, .. } = &connector;
            let visibility = visibility.as_ref().map_or("unknown", Visibility::as_str);
            let text = format!(
                "connector `{}` ({id}) exists with the visibility `{visibility}`, which an update cannot \
                 change: see `share` and `unshare`",
                wanted.name(),
            );
            return Err(Error::invalid_request(
                self.http.redactor(secrets).show(&text),
            ));
        }
        let Some(update) = changes.update else {
            return Ok(Ensured {
                not_compared: changes.not_compared,
                ..Ensured::new(connector, EnsureOutcome::Unchanged)
            });
        };
        let connector = self.update_with(&connector.id, &update, Some(&connector), secrets)?;
        let still_differs = wanted.changes(&connector).update.unwrap_or_default();
        let (ignored, changed): (Vec<_>, Vec<_>) = update
            .fields()
            .map(str::to_owned)
            .partition(|name| still_differs.0.contains(name));
        let outcome = if changed.is_empty() {
            EnsureOutcome::Ignored
        } else {
            EnsureOutcome::Updated
        };
        Ok(Ensured {
            changed,
            ignored,
            not_compared: changes.not_compared,
            ..Ensured::new(connector, outcome)
        })
    }
}

/// Whether a failed create proves that no other client has created the connector.
fn is_plain_refusal(error: &Error) -> bool {
    match error {
        _ if error.may_have_happened() => false,
        Error::Api(error) => match error.status {
            401 | 403 | 404 => true,
            422 => error.details.iter().any(|detail| !detail.loc.is_empty()),
            _ => false,
        },
        _ => true,
    }
}

impl Ensured {
    fn new(connector: Connector, outcome: EnsureOutcome) -> Self {
        Ensured {
            connector,
            outcome,
            changed: Vec::new(),
            ignored: Vec::new(),
            not_compared: Vec::new(),
        }
    }

    /// The connector was found after a create whose result was unknown.
    fn after_create(mut self) -> Self {
        if self.outcome == EnsureOutcome::Unchanged {
            self.outcome = EnsureOutcome::Created;
        }
        self
    }
}
