//! A blocking client for Mistral AI's Connectors API (`/v1/connectors`).
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
mod connectors;
mod conversation;
#[cfg(feature = "dotenv")]
mod dotenv;
mod enums;
mod error;
mod http;
mod json;
mod login;
mod message_response;
mod raw_request;
mod secret;
mod tools;

pub use builder::ConnectorsClientBuilder;
pub use client::ConnectorsClient;
pub use connectors::{
    Changes, Connector, ConnectorPage, ConnectorPages, ConnectorReadiness, Connectors,
    CreateConnector, Difference, EnsureOutcome, Ensured, EphemeralConnector, GetConnector,
    ListConnectors, Readiness, UpdateConnector,
};
pub use conversation::UseConnector;
pub use enums::{OwnerType, Protocol, Scope, Visibility};
pub use error::{ApiError, DecodeError, Error, PaginationError, Result, TransportError};
pub use http::Method;
pub use login::{
    AuthData, AuthHeader, AuthMethod, AuthUrl, AuthenticationMethod, AuthenticationType,
    Credentials, CredentialsList, GetAuthUrl, ListCredentials, SetCredentials,
};
pub use message_response::MessageResponse;
pub use raw_request::RawRequest;
pub use tools::{CallTool, ContentBlock, ListTools, Tool, ToolOutput};

/// Types that occur only inside others, such as the fields of a
/// [`Connector`].
pub mod types {
    pub use crate::connectors::{
        AuthAction, AuthActionKind, ConnectionPreference, Pagination, ReadinessStatus,
    };
    pub use crate::enums::ParseScopeError;
    pub use crate::error::ValidationDetail;
    pub use crate::login::{AuthenticationHeader, CredentialsState, CredentialsStatus};
    pub use crate::tools::{
        EmbeddedResource, MediaContent, ResourceContents, ResourceLink, TextContent,
    };
}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeDoctests;
