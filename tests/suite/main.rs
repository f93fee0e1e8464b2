//! The promises of the crate, a file for each, in one program: every further program is linked again at every change.
//!
//! Beside this folder lie the tests that need a process of their own: for its memory, its environment or its logger.

#[path = "../support/mod.rs"]
mod support;

mod advisories;
mod authentication;
mod calls;
mod changes;
mod connectors;
mod credentials;
mod deadlines;
mod ensure;
mod ensure_outcomes;
mod ephemeral;
mod error_bodies;
mod errors;
mod fake_server;
mod fake_server_activation;
mod fake_server_authentication;
mod fake_server_conversations;
mod fake_server_credentials;
mod fake_server_delays;
mod fake_server_end;
mod fake_server_gateway;
mod fake_server_http;
mod fake_server_listings;
mod fake_server_readiness;
mod fake_server_refusals;
mod fake_server_requests;
mod fake_server_rules;
mod fake_server_sharing;
mod fake_server_tools;
mod fake_server_words;
mod fake_servers;
mod half_characters;
mod hints;
mod hostile;
mod lenient_reading;
mod live;
mod long_cursors;
mod models;
mod not_found;
mod pagination;
mod paths;
mod protocol;
mod proxies;
mod raw_request;
mod readiness;
mod request_fields;
mod retries;
mod secret_search;
mod secrets;
mod sharing;
mod shutdown;
mod threads;
mod tls;
mod tool_listing;
mod tool_output;
mod tools;
mod traits;
mod use_connector;
mod waiting;
mod wrong_connector;
