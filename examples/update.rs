//! Updates the description of a connector, then renames it.
//!
//! ```sh
//! cargo run --example update
//! ```
//!
//! The example creates a private connector and deletes it at the end. Without an API key, it uses
//! an in-process fake of the API.

use mistral_connectors::{ConnectorsClient, CreateConnector, Result, UpdateConnector, Visibility};

mod fake;

fn main() -> Result<()> {
    let client = ConnectorsClient::from_env().or_else(fake::client)?;
    let deepwiki = CreateConnector::new(
        "example_update_3f2a",
        "DeepWiki MCP connector for code repository exploration",
        "https://mcp.deepwiki.com/mcp",
    );
    // Deleted at the end of `main`.
    let deepwiki = client.create_ephemeral(&deepwiki.visibility(Visibility::Private))?;

    // An update needs the ID. Only the fields that are set change.
    let update = UpdateConnector::new().description("DeepWiki connector for code exploration");
    let updated = client.update(&deepwiki.id, &update)?;
    println!("New description: {}", updated.description);

    let rename = UpdateConnector::new().name("example_update_3f2a_v2");
    let renamed = client.update(&deepwiki.id, &rename)?;
    println!("New name: {}", renamed.name);
    Ok(())
}
