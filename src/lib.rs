//! A blocking client for Mistral AI's Connectors API (`/v1/connectors`): register MCP servers, look
//! them up, list, change and delete them, with plain methods and without an async runtime.
//!
//! ```no_run
//! use mistral_connectors::{
//!     ConnectorsClient, CreateConnector, ListConnectors, UpdateConnector, Visibility,
//! };
//!
//! fn main() -> mistral_connectors::Result<()> {
//!     let client = ConnectorsClient::from_env()?; // reads MISTRAL_API_KEY
//!     let wanted = CreateConnector::new("docs", "Our documents", "https://docs.example/mcp")
//!         .visibility(Visibility::Private);
//!     let docs = client.create(&wanted)?;
//!     client.update(&docs.id, &UpdateConnector::new().description("All our documents"))?;
//!     for connector in client.list(ListConnectors::new()) {
//!         println!("{}", connector?.name);
//!     }
//!     client.delete(&docs.id)?;
//!     Ok(())
//! }
//! ```
//!
//! # Errors
//!
//! Every call returns [`Result`]. The text of an [`Error`] is one line that says what was asked,
//! what came back, the server's own words, and what to do about it. Questions that programs ask
//! have methods: [`Error::is_not_found`], [`Error::is_conflict`], [`Error::is_timeout`], …
//!
//! # Timeouts and retries
//!
//! No call takes longer than its [`timeout`](ConnectorsClientBuilder::timeout), with everything
//! that belongs to it; for a listing that holds for each page. Name lookup is given up in time like
//! everything else, but the system's part of it cannot be stopped: it runs in a thread of its own,
//! one for each request, and ends there by itself. What is not covered: a server that takes a
//! request of more than 16 KiB only bit by bit can, at the worst, add as much time again.
//!
//! Transient failures are retried while time lasts, with exponential backoff or the wait the server
//! asks for (`retry-after-ms`, else `Retry-After`):
//!
//! | failure | get, list, update, delete | create |
//! |---|---|---|
//! | no connection | retried | retried |
//! | the connection breaks off | retried | |
//! | 429 | retried | retried |
//! | 408, 500, 502, 503, 504 | retried, but no rename after 500 | |
//! | anything else | | |
//!
//! A certificate that is not trusted, and a host that cannot be reached for the whole of the
//! timeout, are not retried. A create is carried out at most once. Where an error leaves open
//! whether a write was carried out, it says so. A delete that finds nothing after an attempt that
//! may have worked counts as done.
//!
//! # Listings
//!
//! [`ConnectorsClient::list`] is a lazy iterator over connectors, and its
//! [`pages`](Connectors::pages) one over pages. They own what they need, hold one page at a time,
//! and end after an error; [`Connectors::cursor`] then says where to go on.
//!
//! # A changing API
//!
//! The API is a beta. Answers are read tolerantly, so that its next version does not break a
//! program built with this one: of a connector only the ID and the name must be there; enums have
//! a variant for words nobody knew; every answer type keeps in `extra` what it has no field for,
//! and values of an unexpected type (integers beyond 64 bits as floating point). What was read is
//! written back, nulls included. Only what decides where a listing ends is not guessed at: `items`,
//! `pagination` or `next_cursor` of another type is [`Error::Decode`], and so is a page that has
//! neither `items` nor `pagination`.
//!
//! # Secrets
//!
//! The key, header values, and the secrets of a request are in no `Debug` or `Display` form, no
//! error and no log line of this crate, not even where a server repeats them. The values of an
//! answer are the caller's own: printing a [`Connector`] prints what the server sent. Redirects
//! are not followed, since the key would travel along; plain `http` is refused except on loopback.
//!
//! One line for every request goes to the [`log`](https://docs.rs/log) crate at level `debug`
//! (method, path, status, attempt, time), and one for every retry at `warn` (the error that caused
//! it, and the wait). The log lines of `ureq` and `rustls` are their own; at level `trace` ureq
//! shows what is on the wire.
//!
//! # Features
//!
//! | feature | |
//! |---|---|
//! | `rustls` (default) | TLS in Rust, with Mozilla's root certificates built in |
//! | `dotenv` (default) | [`ConnectorsClient::from_env`] also looks into the nearest `.env` |
//! | `native-tls` | the platform's TLS library and trust store; takes precedence over `rustls` |
//! | `platform-verifier` | rustls with the platform's trust store, for company proxies |
//! | `gzip` | compressed answers |
//! | `testing` | `testing::FakeServer`, for unit tests without network and key |
//!
//! Without `rustls` and `native-tls` a client is only built for plain `http` addresses. The minimum
//! Rust version is 1.85. In an async program, call this client from a thread that may block.
#![cfg_attr(
    not(test),
    deny(
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice,
        clippy::unreachable,
        clippy::unwrap_used
    )
)]

mod answer;
mod api_error;
mod auth;
mod authentication;
mod builder;
mod call;
mod changes;
mod client;
mod connection;
mod connectors;
mod create_connector;
mod credentials;
#[cfg(feature = "dotenv")]
mod dotenv;
mod ensure;
mod ephemeral;
mod error;
mod failed_call;
mod fields;
mod hints;
mod message;
mod page;
mod raw_request;
mod readiness;
mod redactor;
mod reply;
mod request;
mod retry;
mod scope;
mod secret;
mod sharing;
#[cfg(feature = "testing")]
pub mod testing;
mod tool_output;
mod tools;
mod transport;
mod update_connector;
mod use_connector;
mod words;

pub use api_error::{ApiError, ValidationDetail};
pub use auth::{AuthData, AuthMethod};
pub use authentication::{AuthUrl, GetAuthUrl};
pub use builder::ConnectorsClientBuilder;
pub use changes::Changes;
pub use client::ConnectorsClient;
pub use connectors::{ConnectionPreference, Connector, GetConnector};
pub use create_connector::CreateConnector;
pub use credentials::{
    AuthenticationHeader, AuthenticationMethod, AuthenticationType, Credentials, CredentialsList,
    CredentialsState, CredentialsStatus, ListCredentials, SetCredentials,
};
pub use ensure::{Ensured, Outcome};
pub use ephemeral::EphemeralConnector;
pub use error::{DecodeError, Error, PaginationError, Result, TransportError};
pub use message::MessageResponse;
pub use page::{ConnectorPage, ConnectorPages, Connectors, ListConnectors, Pagination};
pub use raw_request::RawRequest;
pub use readiness::{AuthAction, AuthActionKind, ConnectorReadiness, Readiness, ReadinessStatus};
pub use scope::{ParseScopeError, Scope};
pub use tool_output::{
    ContentBlock, EmbeddedResource, MediaContent, ResourceContents, ResourceLink, TextContent,
    ToolOutput,
};
pub use tools::{CallTool, ListTools, Tool};
pub use update_connector::UpdateConnector;
pub use use_connector::UseConnector;
pub use words::{OwnerType, Protocol, Visibility};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeDoctests;
