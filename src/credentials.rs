//! Credentials: how one can log in at a connector, and what is kept there to do so.

use std::{slice, vec};

use serde_json::Value;

use crate::answer::{answer, open_enum};
use crate::connectors::OwnerType;

answer! {
    /// A way in which a caller can log in at a connector, without secrets. Sent by servers from
    /// summer 2026 on.
    AuthenticationMethod is "an authentication method";
    lenient {
        /// What kind it is. Servers of summer 2026 always send it.
        method_type: AuthenticationType,
        /// The headers that credentials of this kind consist of.
        headers: Vec<AuthenticationHeader>,
        /// Headers that are the same for every caller, by name. As they came.
        global_headers: Value,
        /// Whether there are credentials for those who bring none.
        has_default_credentials: bool,
        /// What the OAuth server says of itself: its endpoints and what it supports. As it came.
        oauth2_server_metadata: Value,
    }
}

answer! {
    /// A header that credentials consist of.
    AuthenticationHeader is "an authentication header";
    required {
        /// The header's name.
        name,
    }
    lenient {
        /// Whether it cannot be left out. Where nothing is said it cannot.
        is_required: bool,
        /// Whether its value is a secret. Where nothing is said it is.
        is_secret: bool,
    }
}

answer! {
    /// Credentials that are kept for a connector, without the secrets. Sent by servers from summer
    /// 2026 on.
    Credentials is "credentials";
    required {
        /// Their name; update and delete take it.
        name,
    }
    lenient {
        /// The name shown to people.
        title: String,
        /// What kind they are.
        authentication_type: AuthenticationType,
        /// Whose they are.
        scope: OwnerType,
        /// Whether they work.
        status: CredentialsStatus,
        /// Whether they are used where none are named. Where nothing is said they are not.
        is_default: bool,
    }
}

answer! {
    /// Whether credentials work, as far as Mistral knows.
    CredentialsStatus is "the status of credentials";
    lenient {
        /// Whether they do. Servers of summer 2026 always send it.
        status_type: CredentialsState,
        /// When that was found out, as RFC 3339 text.
        last_checked_at: String,
        /// The status with which the MCP server refused them.
        error_http_code: i64,
        /// What is wrong with them: one of some ten phrases, like `oauth expired` or `MCP server
        /// unreachable`.
        error_message: String,
    }
}

answer! {
    /// The credentials kept for a connector.
    CredentialsList is "a list of credentials", with any of credentials;
    strict {
        /// The credentials, in the server's order.
        credentials: Vec<Credentials>,
    }
    lenient {
        /// The kinds for which the connector itself has credentials.
        connector_preset_credentials_for_auth: Vec<AuthenticationType>,
    }
}

impl IntoIterator for CredentialsList {
    type Item = Credentials;
    type IntoIter = vec::IntoIter<Credentials>;

    fn into_iter(self) -> Self::IntoIter {
        self.credentials.into_iter()
    }
}

impl<'a> IntoIterator for &'a CredentialsList {
    type Item = &'a Credentials;
    type IntoIter = slice::Iter<'a, Credentials>;

    fn into_iter(self) -> Self::IntoIter {
        self.credentials.iter()
    }
}

open_enum! {
    /// A kind of authentication.
    AuthenticationType {
        /// OAuth 2: the user logs in in the browser.
        OAuth2 = "oauth2",
        /// A token that is sent as it is.
        Bearer = "bearer",
        /// None is needed.
        None = "none",
        /// An installation of a GitHub app.
        GithubApp = "github_app",
        /// An installation of a Slack app.
        SlackApp = "slack_app",
    }
}

open_enum! {
    /// Whether credentials work.
    CredentialsState {
        /// They do.
        Valid = "valid",
        /// They do not.
        Invalid = "invalid",
        /// There is no telling: the check itself failed.
        Error = "error",
    }
}
