//! A blocking client for Mistral AI's Connectors API (`/v1/connectors`): register MCP servers, look
//! them up, list, change and delete them, call their tools, log users in, and use them in
//! conversations, with plain methods and without an async runtime.
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
//! # What there is
//!
//! | to | call |
//! |---|---|
//! | make a client | [`ConnectorsClient::from_env`], [`new`](ConnectorsClient::new), [`builder`](ConnectorsClient::builder) |
//! | create, get, list, change, delete | [`create`](ConnectorsClient::create), [`get`](ConnectorsClient::get), [`find`](ConnectorsClient::find), [`list`](ConnectorsClient::list), [`update`](ConnectorsClient::update), [`delete`](ConnectorsClient::delete) |
//! | have a connector that is as described | [`ensure`](ConnectorsClient::ensure); the plan alone: [`CreateConnector::changes`] |
//! | have one for a single job | [`create_ephemeral`](ConnectorsClient::create_ephemeral) |
//! | list and call tools | [`list_tools`](ConnectorsClient::list_tools), [`call_tool`](ConnectorsClient::call_tool) |
//! | log a user in | [`get_auth_url`](ConnectorsClient::get_auth_url), [`wait_until_authenticated`](ConnectorsClient::wait_until_authenticated), [`get_authentication_methods`](ConnectorsClient::get_authentication_methods) |
//! | keep credentials | [`create_credentials`](ConnectorsClient::create_credentials), [`list_credentials`](ConnectorsClient::list_credentials), … |
//! | share, switch on and off | [`share`](ConnectorsClient::share), [`activate`](ConnectorsClient::activate), … |
//! | see what can be used now | [`readiness`](ConnectorsClient::readiness) |
//! | use a connector in a conversation | [`UseConnector`] |
//! | do anything else the API can | [`request`](ConnectorsClient::request) |
//! | test code that does all this | `testing::FakeServer` (feature `testing`) |
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
//! that belongs to it: name lookup, connecting, every attempt, every wait, reading the answer; for a
//! listing that holds for each page. What is not covered: a server that takes a request of more than
//! 16 KiB only bit by bit can, at the worst, add as much time again. A name lookup that hangs is left
//! behind in a thread of its own, which ends by itself.
//!
//! Transient failures are retried while time lasts, with exponential backoff or the wait the server
//! asks for (`retry-after-ms`, else `Retry-After`). A wait that does not fit into the time left is
//! not begun: the error comes at once, and says how long the server asked to wait.
//!
//! | failure | GET, PUT, PATCH, DELETE, `activate`, `deactivate` | other POST: `create`, `call_tool`, `create_credentials` |
//! |---|---|---|
//! | no connection | retried | retried |
//! | the connection breaks off | retried | no |
//! | 429, unless a quota is used up (`insufficient_quota`) | retried | retried |
//! | 408, 500, 502, 503, 504 | retried, but no rename after 500 | no |
//! | anything else | no | no |
//!
//! A certificate that is not trusted, and a host that cannot be reached for the whole of the
//! timeout, are not retried. What is not repeated is carried out at most once. Where an error leaves
//! open whether a write was carried out, it says so ([`Error::may_have_happened`]). A delete by ID that finds
//! nothing after an attempt that may have worked counts as done.
//!
//! A server may be done with a kept connection at the moment the next request is sent on it. Such a
//! request is sent again at once on a new connection, whatever
//! [`max_retries`](ConnectorsClientBuilder::max_retries) says; those of the last column are not, since
//! nobody knows whether they were carried out.
//!
//! # Listings
//!
//! [`ConnectorsClient::list`] is a lazy iterator over connectors, and its
//! [`pages`](Connectors::pages) one over pages. They own what they need, hold one page at a time,
//! and end after an error: a loop that only logs the error and goes on sees the end next, and not
//! the rest. So an error has to be told from the end, for example with `?`:
//!
//! ```
//! use mistral_connectors::{Connector, ConnectorsClient, ListConnectors, Result};
//!
//! /// Looks a connector up by its server, and fails if the listing does.
//! fn with_server(client: &ConnectorsClient, server: &str) -> Result<Option<Connector>> {
//!     for connector in client.list(ListConnectors::new()) {
//!         let connector = connector?; // `flatten` or `filter_map(Result::ok)` would hide it
//!         if connector.server.as_deref() == Some(server) {
//!             return Ok(Some(connector));
//!         }
//!     }
//!     Ok(None)
//! }
//! ```
//!
//! What is left of a listing can be kept and gone on with in another process:
//!
//! ```
//! use mistral_connectors::{ConnectorsClient, Error, ListConnectors};
//!
//! /// What to begin with the next time, and what has gone wrong this time.
//! type Listed = serde_json::Result<(Option<String>, Option<Error>)>;
//!
//! /// Handles up to `most` connectors.
//! fn some(client: &ConnectorsClient, kept: Option<&str>, most: usize) -> Listed {
//!     let listing = match kept {
//!         Some(kept) => serde_json::from_str(kept)?, // a damaged file is no reason to start over
//!         None => ListConnectors::new(),
//!     };
//!     let mut connectors = client.list(listing);
//!     let mut failed = None;
//!     for connector in connectors.by_ref().take(most) {
//!         match connector {
//!             Ok(connector) => println!("{}", connector.name),
//!             Err(error) => failed = Some(error), // and the loop ends
//!         }
//!     }
//!     // After an error it begins with the page that failed. None: there is nothing left.
//!     let remaining = connectors.remaining().map(|rest| serde_json::to_string(&rest));
//!     Ok((remaining.transpose()?, failed))
//! }
//! ```
//!
//! A limit for a whole listing, and not for each page:
//!
//! ```
//! use std::time::{Duration, Instant};
//! use mistral_connectors::{ConnectorsClient, ListConnectors, Result};
//!
//! fn names(client: &ConnectorsClient, limit: Duration) -> Result<Vec<String>> {
//!     let end = Instant::now() + limit;
//!     let (mut names, mut listing) = (Vec::new(), ListConnectors::new());
//!     loop {
//!         let client = client.with_timeout(end.saturating_duration_since(Instant::now()));
//!         let page = client.list_page(&listing)?;
//!         names.extend(page.items.into_iter().map(|connector| connector.name));
//!         match page.pagination.next_cursor {
//!             Some(cursor) if !cursor.is_empty() => listing = listing.cursor(cursor),
//!             _ => return Ok(names),
//!         }
//!     }
//! }
//! ```
//!
//! # A changing API
//!
//! The API is a beta. Answers are read tolerantly, so that its next version does not break a
//! program built with this one: of a connector only the ID and the name must be there; enums have
//! a variant for words nobody knew; every answer type keeps in `extra` what it has no field for,
//! and values of an unexpected type (integers beyond 64 bits as floating point). What is read is
//! written back as it was, nulls too. A field that gets a type of its own in a later version of this
//! crate leaves `extra`. What an answer is for is not guessed at: `items`, `pagination` or
//! `next_cursor` of another type is [`Error::Decode`], and so is a page that has neither of the first
//! two; likewise the content of a tool's output, a list of credentials, a readiness.
//!
//! What this version does not know yet can be used all the same: `extra` sets a field of a request,
//! [`ListConnectors::filter`] a filter, [`ConnectorsClient::request`] sends any request.
//!
//! # Secrets
//!
//! The key, header values, and the secrets of a request are in no `Debug` or `Display` form, no
//! error and no log line of this crate. If a server repeats one, `[redacted]` is shown instead. This
//! covers:
//!
//! - a secret as a whole, and any twelve characters of it in a row;
//! - in any case, and escaped once as JSON, Python, URLs or HTML do it (the escapes of a JSON body itself
//!   do not count). Base64, hexadecimal and deeper escapes are not recognized;
//! - the secrets of the same call and of the client, not those of an earlier call;
//! - header values from eight bytes on (shorter ones are often ordinary words), other secrets from four
//!   bytes on, and the first 64 KiB of a longer value.
//!
//! In JSON, a secret is known by the name of its field: `client_secret`, `X-Api-Key`, `session_token`,
//! everything in `headers`, `value` beside `name` or `type`, and so on.
//!
//! The values of a response are yours: printing a [`Connector`] prints what the server sent. Redirects are
//! not followed, because the API key would travel along. Plain `http` is refused except on loopback and with
//! [`allow_insecure_http`](ConnectorsClientBuilder::allow_insecure_http).
//!
//! # Logs
//!
//! One line for every request goes to the [`log`](https://docs.rs/log) crate at level `debug`
//! (method, path, which page, status, attempt, time, request id), and one for every retry at `warn`
//! (the error that caused it, and the wait). `RUST_LOG=mistral_connectors=debug` shows them where
//! `env_logger` or the like listens. The log lines of `ureq` and `rustls` are their own; at level
//! `trace` ureq shows what is on the wire.
//!
//! # Proxies
//!
//! `ALL_PROXY`, `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` are honoured as `ureq` does. The proxy is
//! asked for a tunnel; of `https` in it, it sees the host name only. Plain `http` in it can be read in
//! full, the key included: that only happens with
//! [`allow_insecure_http`](ConnectorsClientBuilder::allow_insecure_http), while loopback addresses are
//! otherwise reached directly.
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
//!
//! # Why it is as it is
//!
//! - **Blocking.** A script, a build step or a test waits for the answer anyway. An async runtime
//!   would be most of its build time.
//! - **No redirects.** The API has none. Whoever answers with one gets neither the key nor the body
//!   of a write, and a write does not turn into a read that reports success.
//! - **Retries by meaning.** Whether a request may be repeated stands with its endpoint, and not in
//!   its method alone.
//! - **The address never comes from `.env`.** A file in a folder that was cloned must not send
//!   somebody's key elsewhere.
//! - **Filters are sent twice,** as `query_filters={"active":true}` and as `active=true`: the API's
//!   documents and its clients disagree, and either kind of server understands one of them.
//! - **Times are text,** RFC 3339 as the API sends it, and parse with whatever date crate a program
//!   already has.
//! - **ureq's `unversioned` module** is used in one file, since nothing else saves a thread and a
//!   name lookup for every request, and tells "there was no connection" from "it broke off". ureq may
//!   change it in a minor version.
//! - **No derive.** The models are read straight into their places by code of their own, which keeps
//!   what derived code would lose, and costs less.
//!
//! # Compared with the official clients
//!
//! What the official clients do was measured on 2026-11-23 against a recording server on loopback,
//! with answers made up for it: it says what they send and how they take an answer, nothing about the
//! real service. The figures in the first column are those of
//! `cargo run --release --example overhead` (default features); they are relative to the same work
//! done by hand with ureq and serde_json, in the same run.
//!
//! | | this crate | Python 3.7.0 | TypeScript 2.7.0 |
//! |---|---|---|---|
//! | CPU time of a long listing | 0.6 to 0.8 | 31 | 15 |
//! | peak memory of it | 4 MiB | 80 MiB | 255 MiB |
//! | CPU time of a process that gets one connector | 0.8 to 1.0 | 845 | 782 |
//! | a PATCH that is redirected with 302 | an error that names the target | becomes a GET, and the update reports success | is sent again, to another origin too |
//! | 429 with a `Retry-After` of a day | an error at once, which tells the wait | with retries on, waits a day | with retries on, waits a minute at most |
//! | an answer that drips past the time limit | a timeout | read to its end | an error of the runtime's |
//! | what `console.error` or a traceback shows of a 422 | no key, no secret, even if the server repeats them | no key | the API key |
//! | `delete("../libraries")` | stays below `/v1/connectors` | `DELETE /v1/libraries` | stays below `/v1/connectors` |
//!
//! # Limits
//!
//! - The API is a beta, and no live server was seen while this was written: what is here rests on
//!   the API's how-to page, its published descriptions of April and August 2026, and its clients of
//!   November 2026.
//! - Answers above [`max_response_bytes`](ConnectorsClientBuilder::max_response_bytes) are refused;
//!   below it, an answer of nothing but tiny unknown objects takes some ninety times its length in
//!   memory.
//! - Streamed answers and the headers of answers are out of reach.
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

mod answer;
mod api_error;
mod auth;
mod authentication;
mod builder;
mod call;
mod changes;
mod circle;
mod client;
mod connection;
mod connectors;
mod create_connector;
mod credentials;
mod decode_error;
#[cfg(feature = "dotenv")]
mod dotenv;
mod ensure;
mod ephemeral;
mod error;
mod failed_call;
mod failure;
mod hints;
mod iterate_over;
mod json;
mod list_connectors;
mod markup;
mod message;
mod object;
mod open_enum;
mod page;
mod pagination_error;
mod proxy_status;
mod raw_request;
mod read;
mod readiness;
mod reply;
mod request;
mod retry;
mod retry_after;
mod scope;
mod secret;
mod sharing;
#[cfg(feature = "testing")]
#[cfg_attr(docsrs, doc(cfg(feature = "testing")))]
pub mod testing;
mod tool_output;
mod tools;
mod transport;
mod transport_error;
mod update_connector;
mod use_connector;
mod waiting;
mod words;
mod write;

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
pub use decode_error::DecodeError;
pub use ensure::{Ensured, Outcome};
pub use ephemeral::EphemeralConnector;
pub use error::{Error, Result};
pub use list_connectors::ListConnectors;
pub use message::MessageResponse;
pub use page::{ConnectorPage, ConnectorPages, Connectors, Pagination};
pub use pagination_error::PaginationError;
pub use raw_request::RawRequest;
pub use readiness::{AuthAction, AuthActionKind, ConnectorReadiness, Readiness, ReadinessStatus};
pub use scope::{ParseScopeError, Scope};
pub use tool_output::{
    ContentBlock, EmbeddedResource, MediaContent, ResourceContents, ResourceLink, TextContent,
    ToolOutput,
};
pub use tools::{CallTool, ListTools, Tool};
pub use transport_error::TransportError;
pub use update_connector::UpdateConnector;
pub use use_connector::UseConnector;
pub use words::{OwnerType, Protocol, Visibility};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeDoctests;
