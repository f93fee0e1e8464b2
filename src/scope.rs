//! For whom something holds.

use std::fmt;
use std::str::FromStr;

/// For whom credentials are kept, or a connector is switched on.
///
/// ```
/// use mistral_connectors::Scope;
///
/// assert_eq!("workspace".parse(), Ok(Scope::Workspace));
/// assert_eq!(Scope::Organization.to_string(), "organization");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scope {
    /// For the user to whom the API key belongs.
    User,
    /// For everybody in the workspace.
    Workspace,
    /// For everybody in the organization.
    Organization,
}

impl Scope {
    /// The word in the API's paths.
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

/// A word that is none of a [`Scope`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseScopeError(());

impl fmt::Display for ParseScopeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected `user`, `workspace` or `organization`")
    }
}

impl std::error::Error for ParseScopeError {}

impl FromStr for Scope {
    type Err = ParseScopeError;

    fn from_str(word: &str) -> Result<Self, ParseScopeError> {
        let mut scopes = [Scope::User, Scope::Workspace, Scope::Organization].into_iter();
        let scope = scopes.find(|scope| scope.as_str() == word);
        scope.ok_or(ParseScopeError(()))
    }
}
