//! Logging in to a connector.

// The docs of `ConnectorsClient` show the methods of these in this order.
mod auth_url;
mod authentication_method;
mod waiting;

mod auth_method;
mod credentials;
mod set_credentials;

pub use auth_method::{AuthData, AuthHeader, AuthMethod};
pub use auth_url::{AuthUrl, GetAuthUrl};
pub use authentication_method::{AuthenticationHeader, AuthenticationMethod, AuthenticationType};
pub use credentials::{
    Credentials, CredentialsList, CredentialsState, CredentialsStatus, ListCredentials,
};
pub use set_credentials::SetCredentials;
