//! A blocking client for Mistral AI's Connectors API (`/v1/connectors`): register MCP servers, manage
//! them, call their tools, and log users in, without an async runtime.
//!
//! ```no_run
//! use mistral_connectors::{ConnectorsClient, CreateConnector, UpdateConnector, Visibility};
//!
//! fn main() -> mistral_connectors::Result<()> {
//!     let client = ConnectorsClient::from_env()?; // reads MISTRAL_API_KEY
//!     let docs = CreateConnector::new("docs", "Our documents", "https://docs.example/mcp")
//!         .visibility(Visibility::Private);
//!     let docs = client.create(&docs)?;
//!     client.update(&docs.id, &UpdateConnector::new().description("All our documents"))?;
//!     for connector in client.list() {
//!         println!("{}", connector?.name);
//!     }
//!     client.delete(&docs.id)?;
//!     Ok(())
//! }
//! ```
//!
//! The API key needs the access scope *Private and shared connectors*, as
//! [Mistral's quickstart](https://docs.mistral.ai/studio/connectors/quickstart) says.
//! [Mistral's documentation](https://docs.mistral.ai) describes the API itself.
//!
//! # Tasks
//!
//! | task | method |
//! |---|---|
//! | make a client | [`ConnectorsClient::from_env`], [`new`](ConnectorsClient::new), [`builder`](ConnectorsClient::builder) |
//! | change the timeout | [`with_timeout`](ConnectorsClient::with_timeout), [`ConnectorsClientBuilder::timeout`] |
//! | list all connectors | [`list`](ConnectorsClient::list), [`list_with`](ConnectorsClient::list_with) |
//! | limit a whole listing | [`Connectors::within`] |
//! | resume a listing | [`Connectors::remaining`] |
//! | create or update a connector (idempotent) | [`ensure`](ConnectorsClient::ensure); to preview it: [`CreateConnector::changes`] |
//! | create a temporary connector | [`create_ephemeral`](ConnectorsClient::create_ephemeral) |
//! | call a tool | [`call_tool`](ConnectorsClient::call_tool) |
//! | call tools over MCP (API 2026-11) | [`mcp`](ConnectorsClient::mcp), [`McpSession::call_tool`] |
//! | log a user in | [`get_auth_url`](ConnectorsClient::get_auth_url), [`wait_until_authenticated`](ConnectorsClient::wait_until_authenticated) |
//! | store credentials | [`create_credentials`](ConnectorsClient::create_credentials) |
//! | see which connectors are ready to use | [`readiness`](ConnectorsClient::readiness) |
//! | use a connector in a conversation | [`UseConnector`] |
//! | handle errors | [`Error`], with all kinds of errors and checks |
//! | look up which version of the API has a field | [`Connector`], [versions of the API](#versions-of-the-api) |
//! | use a proxy | [`ConnectorsClientBuilder::proxy`] |
//! | stop on Ctrl-C | [`shutdown`](ConnectorsClient::shutdown) |
//! | make any other request to the API | [`request`](ConnectorsClient::request) |
//! | test your code | [`testing::FakeServer`](https://docs.rs/mistral-connectors/latest/mistral_connectors/testing/struct.FakeServer.html) (feature `testing`) |
//!
//! # Requests and responses
//!
//! A call whose options are all optional has two forms: `get` without them, and `get_with` with
//! them.
//!
//! | request | method | response |
//! |---|---|---|
//! | [`CreateConnector`] | [`create`](ConnectorsClient::create), [`ensure`](ConnectorsClient::ensure), [`create_ephemeral`](ConnectorsClient::create_ephemeral) | [`Connector`], [`Ensured`], [`EphemeralConnector`] |
//! | [`GetConnector`] | [`get`](ConnectorsClient::get), [`get_with`](ConnectorsClient::get_with), [`find`](ConnectorsClient::find) | [`Connector`] |
//! | [`ListConnectors`] | [`list`](ConnectorsClient::list), [`list_with`](ConnectorsClient::list_with), [`list_page`](ConnectorsClient::list_page) | [`Connectors`], [`ConnectorPage`] |
//! | [`UpdateConnector`] | [`update`](ConnectorsClient::update) | [`Connector`] |
//! | | [`delete`](ConnectorsClient::delete), [`share`](ConnectorsClient::share), [`activate`](ConnectorsClient::activate), … | [`MessageResponse`] |
//! | | [`readiness`](ConnectorsClient::readiness) | [`Readiness`] |
//! | [`ListTools`] | [`list_tools`](ConnectorsClient::list_tools), [`list_tools_with`](ConnectorsClient::list_tools_with) | [`Tool`] |
//! | [`CallTool`] | [`call_tool`](ConnectorsClient::call_tool), [`McpSession::call_tool`] | [`ToolOutput`] |
//! | [`OpenMcp`] | [`mcp`](ConnectorsClient::mcp), [`mcp_with`](ConnectorsClient::mcp_with) | [`McpSession`] |
//! | [`GetAuthUrl`] | [`get_auth_url`](ConnectorsClient::get_auth_url), [`get_auth_url_with`](ConnectorsClient::get_auth_url_with) | [`AuthUrl`] |
//! | | [`get_authentication_methods`](ConnectorsClient::get_authentication_methods) | [`AuthenticationMethod`] |
//! | [`ListCredentials`] | [`list_credentials`](ConnectorsClient::list_credentials), [`list_credentials_with`](ConnectorsClient::list_credentials_with) | [`CredentialsList`] |
//! | [`SetCredentials`] | [`create_credentials`](ConnectorsClient::create_credentials), [`update_credentials`](ConnectorsClient::update_credentials) | [`MessageResponse`] |
//!
//! # Errors
//!
//! Every call returns [`Result`]. The text of an [`Error`] is one line: the request, the status,
//! the server's own message, the request ID, the number of attempts, and a hint. [`Error`] lists
//! all kinds of errors. Its methods tell them apart: [`Error::is_not_found`],
//! [`Error::is_conflict`], [`Error::is_timeout`], [`Error::is_transient`], …
//!
//! # Timeouts and retries
//!
//! [`timeout`](ConnectorsClientBuilder::timeout) (60 seconds by default) bounds a whole call: the DNS
//! lookup, connecting (also through a proxy), all attempts, all waits, and reading the response. In a
//! listing it applies to each page; [`Connectors::within`] limits the whole listing.
//!
//! Transient failures are retried, up to two times by default, after an exponential backoff or the
//! wait that the server asks for (`retry-after-ms`, or else `Retry-After`). If the wait would
//! exceed the remaining time, the call fails immediately.
//!
//! | failure | GET, PUT, PATCH, DELETE, `activate`, `deactivate` | other POST: `create`, `call_tool`, `create_credentials` |
//! |---|---|---|
//! | no connection | retried | retried |
//! | 429, unless a quota is exhausted | retried | retried |
//! | connection lost | retried | not retried |
//! | 408, 500, 502, 503, 504 | retried, but a rename not after 500 | not retried |
//! | anything else | not retried | not retried |
//!
//! Requests in an MCP session are retried like a GET if they only read (opening the session, `ping`
//! and lists), and like a POST otherwise, tool calls included.
//!
//! A connection that fails because of an untrusted certificate is not retried. A create or a tool
//! call is processed at most once. If a write may have been processed although it failed, the error
//! says so ([`Error::may_have_happened`]). If a retry of a delete by ID no longer finds the
//! connector, and an earlier attempt may have deleted it, the delete counts as successful.
//!
//! # Listings
//!
//! [`ConnectorsClient::list`] returns a lazy iterator over connectors, and [`Connectors::pages`] one
//! over pages. They hold one page at a time, do not borrow the client, and end after an error. Handle
//! errors with `?`, because `flatten()` would hide that the listing is incomplete.
//!
//! # Versions of the API
//!
//! The API is in beta and changes. This crate works with all versions. Its docs use these names:
//!
//! | name | source | what it has |
//! |---|---|---|
//! | API 2026-03 | OpenAPI, April 2026 | connectors, tools, login URLs |
//! | API 2026-08 | OpenAPI, August 2026 | also visibility in responses, credentials, sharing, activation |
//! | API 2026-11 | Python client 3.7.0 | also tools over MCP; `supports_mcp` replaces `active` |
//!
//! A connector must have an ID and a name; every other field may be missing. Unknown fields, and
//! values of an unexpected type, are in `extra`. Enums have a variant for unknown values. List
//! items that cannot be read are left out, except connectors: those are an error. So are numbers
//! that do not fit into an `f64`. To send what this version of the crate does not know, use `extra`
//! on requests, [`ListConnectors::filter`] and [`ConnectorsClient::request`].
//!
//! # Secrets
//!
//! The API key, header values, client secrets, tokens and credentials never appear in `Debug` or
//! `Display`, in an error or in a log line of this crate. If a server repeats one, it is redacted,
//! whether it is verbatim or escaped once, as a whole or in part (twelve characters in a row).
//!
//! - Only secrets of the client and of the same request are redacted.
//! - Secrets with fewer than four bytes, and header values with fewer than eight, are not redacted.
//! - Only the first 16 KiB of each secret are searched for, and 64 KiB of all secrets in a body
//!   together.
//! - Printing a [`Connector`] prints what the API sent.
//! - URLs of MCP servers (`server`) are shown. Put secrets into headers or credentials instead.
//!
//! Redirects are not followed, because they would carry the API key along. Plain `http` is refused
//! except on loopback (see [`allow_insecure_http`](ConnectorsClientBuilder::allow_insecure_http)).
//!
//! # Logs
//!
//! With the [`log`](https://docs.rs/log) crate, each request is one line at `debug` (method, path,
//! status, attempt, time) and each retry one line at `warn`. `RUST_LOG=mistral_connectors=debug`
//! shows them with `env_logger`. `ureq` and `rustls` write their own log lines; at `trace`, ureq
//! shows everything that is sent.
//!
//! # Features
//!
//! | feature | |
//! |---|---|
//! | `rustls` (default) | TLS in Rust with Mozilla's root certificates |
//! | `dotenv` (default) | [`ConnectorsClient::from_env`] also reads the nearest `.env` file |
//! | `native-tls` | the platform's TLS and root certificates; takes precedence over `rustls` |
//! | `platform-verifier` | rustls with the platform's root certificates, for company proxies |
//! | `gzip` | compressed responses |
//! | `socks` | SOCKS proxies |
//! | `testing` | `testing::FakeServer`, for tests without a network or an API key |
//!
//! With neither `rustls` nor `native-tls`, only plain `http` is possible. The minimum Rust version
//! is 1.85. In an async program, call the client on a thread that may block (`spawn_blocking` in
//! tokio).
#![cfg_attr(docsrs, feature(doc_cfg))]
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

mod builder;
mod client;
mod conversation;
#[cfg(feature = "dotenv")]
mod dotenv;
mod enums;
mod error;
mod http;
mod json;
mod message_response;
mod secret;
#[cfg(feature = "testing")]
#[cfg_attr(docsrs, doc(cfg(feature = "testing")))]
pub mod testing;

// The docs of `ConnectorsClient` show the methods of these in this order.
mod connectors;

mod tools;

mod login;

mod raw_request;

pub use builder::ConnectorsClientBuilder;
pub use client::ConnectorsClient;
pub use connectors::{
    Changes, Connector, ConnectorPage, ConnectorPages, ConnectorReadiness, Connectors,
    CreateConnector, Difference, EnsureOutcome, Ensured, EphemeralConnector, GetConnector,
    ListConnectors, Readiness, UpdateConnector,
};
pub use conversation::UseConnector;
pub use enums::{OwnerType, Protocol, Scope, Visibility};
pub use error::{ApiError, DecodeError, Error, McpError, PaginationError, Result, TransportError};
pub use http::Method;
pub use login::{
    AuthData, AuthHeader, AuthMethod, AuthUrl, AuthenticationMethod, AuthenticationType,
    Credentials, CredentialsList, GetAuthUrl, ListCredentials, SetCredentials,
};
pub use message_response::MessageResponse;
pub use raw_request::RawRequest;
pub use tools::{CallTool, ContentBlock, ListTools, McpSession, OpenMcp, Tool, ToolOutput};

/// Types that occur only inside others, such as in the fields of a [`Connector`].
pub mod types {
    pub use crate::connectors::{
        AuthAction, AuthActionKind, ConnectionPreference, Pagination, ReadinessStatus,
    };
    pub use crate::error::ValidationDetail;
    pub use crate::login::{AuthenticationHeader, CredentialsState, CredentialsStatus};
    pub use crate::tools::{
        EmbeddedResource, MediaContent, ResourceContents, ResourceLink, TextContent,
    };
}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeDoctests;
