//! The promises of the crate, one file per subject. They are one program, so that it is linked once.
//!
//! The tests in the parent folder need a separate process: for its memory, environment or logger.

#[path = "../support/mod.rs"]
mod support;

mod advisories;
mod authentication;
mod calls;
#[cfg(any(feature = "rustls", feature = "native-tls"))]
mod certificate;
mod changes;
mod connector_fields;
mod connectors;
mod create_connector;
mod credentials;
mod deadlines;
mod ensure;
mod ensure_outcomes;
mod ephemeral;
mod error_bodies;
mod errors;
mod fake_server;
mod half_surrogates;
mod hints;
mod hostile;
mod lenient_reading;
mod listing_limits;
mod live;
mod mcp;
mod mcp_closing;
mod mcp_errors;
mod mcp_servers;
mod mcp_streams;
mod models;
mod not_found;
mod pagination;
mod paths;
mod protocol;
mod proxies;
mod raw_request;
mod readiness;
mod request_fields;
mod resuming;
mod retries;
mod round_trips;
mod secret_search;
mod secrets;
mod sharing;
mod shutdown;
mod statuses;
mod threads;
mod tls;
mod tool_listing;
mod tool_output;
mod tools;
mod traits;
mod use_connector;
mod waiting;
mod wrong_connector;
