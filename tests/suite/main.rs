//! The promises of the crate, a file for each, in one program: every further program is linked again at every change.
//!
//! Beside this folder lie the tests that need a process of their own: for its memory, its environment or its logger.

#[path = "../support/mod.rs"]
mod support;

mod authentication;
mod changes;
mod connectors;
mod credentials;
mod deadlines;
mod ensure;
mod ephemeral;
mod errors;
mod fake_server;
mod fake_server_activation;
mod fake_server_authentication;
mod fake_server_conversations;
mod fake_server_credentials;
mod fake_server_readiness;
mod fake_server_rules;
mod fake_server_sharing;
mod fake_server_tools;
mod hints;
mod hostile;
mod live;
mod models;
mod pagination;
mod paths;
mod raw_request;
mod readiness;
mod retries;
mod secret_fields;
mod secret_search;
mod secrets;
mod sharing;
mod threads;
mod tls;
mod tools;
mod traits;
mod use_connector;
mod waiting;
