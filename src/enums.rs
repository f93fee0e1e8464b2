//! Enums that several resources share.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Result};
use crate::json::open_enum::open_enum;

open_enum! {
    /// Who can use a connector.
    Visibility {
        /// Its creator only.
        Private = "private",
        /// Everybody in the workspace.
        SharedWorkspace = "shared_workspace",
        /// Everybody in the organization.
        SharedOrg = "shared_org",
        /// Everybody. Reserved for Mistral's own connectors.
        SharedGlobal = "shared_global",
    }
}

open_enum! {
    /// The kind of owner of a connector, of credentials or of a preference.
    OwnerType {
        /// A user.
        User = "user",
        /// An organization.
        Org = "org",
        /// A workspace.
        Workspace = "workspace",
        /// Mistral.
        System = "system",
    }
}

open_enum! {
    /// The protocol of the server behind a connector.
    Protocol {
        /// The Model Context Protocol.
        Mcp = "mcp",
        /// Plain HTTP, described by an OpenAPI document.
        Http = "http",
    }
}

/// Whose credentials are stored, or for whom a connector is activated.
///
/// ```
/// use mistral_connectors::Scope;
///
/// assert_eq!("workspace".parse::<Scope>()?, Scope::Workspace);
/// assert_eq!(Scope::Organization.to_string(), "organization");
/// # Ok::<_, mistral_connectors::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scope {
    /// The user to whom the API key belongs.
    User,
    /// Everybody in the workspace.
    Workspace,
    /// Everybody in the organization.
    Organization,
}

impl Scope {
    /// The scope as the API writes it in paths.
    pub fn as_str(self) -> &'static str {
        match self {
            Scope::User => "user",
            Scope::Workspace => "workspace",
            Scope::Organization => "organization",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Scope {
    type Err = Error;

    fn from_str(scope: &str) -> Result<Self> {
        let mut scopes = [Scope::User, Scope::Workspace, Scope::Organization].into_iter();
        let found = scopes.find(|known| known.as_str() == scope);
        found.ok_or_else(|| {
            Error::invalid_request("the scope must be `user`, `workspace` or `organization`")
        })
    }
}
