//! Words that several resources of the API use, all of them open to words nobody knew.

use crate::open_enum::open_enum;

open_enum! {
    /// Who can use a connector.
    Visibility {
        /// Only its creator.
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
    /// What owns a connector, or whose a credential or preference is.
    OwnerType {
        /// A user.
        User = "user",
        /// An organization.
        Org = "org",
        /// A workspace.
        Workspace = "workspace",
        /// Mistral itself.
        System = "system",
    }
}

open_enum! {
    /// What the server behind a connector speaks.
    Protocol {
        /// The Model Context Protocol.
        Mcp = "mcp",
        /// Plain HTTP, described by an OpenAPI document.
        Http = "http",
    }
}
