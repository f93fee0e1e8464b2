//! A fake of the API, for unit tests without a network or an API key (feature `testing`).
//!
//! Write functions that take a client. In tests, pass them the client of a [`FakeServer`]. A
//! complete test module:
//!
//! ```
//! use mistral_connectors::{Connector, ConnectorsClient, CreateConnector, Result};
//!
//! /// Registers our documents, unless they are registered already.
//! fn register(client: &ConnectorsClient) -> Result<Connector> {
//!     let docs = CreateConnector::new("docs", "Our documents", "https://docs.example/mcp");
//!     match client.create(&docs) {
//!         Err(error) if error.is_conflict() || error.may_have_happened() => client.get("docs"),
//!         result => result,
//!     }
//! }
//!
//! # /*
//! #[cfg(test)]
//! # */
//! mod tests {
//!     use super::*;
//!     use mistral_connectors::testing::FakeServer;
//!
//! # /*
//!     #[test]
//! # */
//! #   pub
//!     fn documents_are_registered_once() {
//!         let server = FakeServer::start();
//!         let first = register(&server.client()).unwrap();
//!         assert_eq!(register(&server.client()).unwrap(), first);
//!         assert_eq!(server.connectors(), [first]);
//!     }
//!
//! # /*
//!     #[test]
//! # */
//! #   pub
//!     fn a_lost_response_is_not_a_failure() {
//!         let server = FakeServer::start();
//!         server.when("POST", "/v1/connectors").lose_answer();
//!         assert_eq!(register(&server.client()).unwrap().name, "docs");
//!         assert_eq!(server.requests().len(), 2); // POST and GET
//!     }
//! }
//! # fn main() {
//! #     tests::documents_are_registered_once();
//! #     tests::a_lost_response_is_not_a_failure();
//! # }
//! ```
//!
//! The feature adds no crate to your build: the server uses the standard library and `httparse`,
//! which ureq needs anyway. Enable it for tests only:
//!
//! ```toml
//! [dev-dependencies]
//! mistral-connectors = { version = "0.1", features = ["testing"] }
//! serde_json = "1" # for `FakeServer::add` and `When::answer`
//! ```
//!
//! # With mockito
//!
//! If a test needs exact control over requests and responses, any HTTP mock works. This test uses
//! the crate `mockito`:
//!
//! ```
//! use mistral_connectors::ConnectorsClient;
//!
//! let mut server = mockito::Server::new();
//! let get = server
//!     .mock("GET", "/v1/connectors/docs")
//!     .match_header("authorization", "Bearer test-key")
//!     .with_body(r#"{"id": "1", "name": "docs", "title": "Our documents"}"#)
//!     .create();
//!
//! let client = ConnectorsClient::builder()
//!     .api_key("test-key")
//!     .base_url(server.url())
//!     .build()?;
//! assert_eq!(client.get("docs")?.title.as_deref(), Some("Our documents"));
//! get.assert();
//! # Ok::<(), mistral_connectors::Error>(())
//! ```
//!
//! # The server must outlive its clients
//!
//! When a [`FakeServer`] is dropped, its connections are closed, and later ones are refused:
//! [`is_connect`](crate::Error::is_connect) is true for the error. This also happens with
//! `let client = FakeServer::start().client();`, where the server is dropped at the semicolon.

mod checks;
mod login_methods;
mod query;
mod recorded;
mod routes;
mod rules;
mod server;
mod service;
mod state;
mod wire;

pub use recorded::RecordedRequest;
pub use rules::When;
pub use server::FakeServer;
