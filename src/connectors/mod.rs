//! Connectors and their life.

mod changes;
mod connector;
mod create_connector;
mod crud;
mod ensure;
mod ephemeral;
mod listing;
mod readiness;
mod sharing;
mod update_connector;

pub use changes::{Changes, Difference};
pub use connector::{ConnectionPreference, Connector};
pub use create_connector::CreateConnector;
pub use crud::GetConnector;
pub use ensure::{EnsureOutcome, Ensured};
pub use ephemeral::EphemeralConnector;
pub use listing::{ConnectorPage, ConnectorPages, Connectors, ListConnectors, Pagination};
pub use readiness::{AuthAction, AuthActionKind, ConnectorReadiness, Readiness, ReadinessStatus};
pub use update_connector::UpdateConnector;
