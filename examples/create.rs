//! Creates a connector for an MCP server, and prints it.
//!
//! ```sh
//! cargo run --example create
//! ```
//!
//! The connector is private, and the example deletes it again. Without an API key, the example uses
//! an in-process fake of the API.

use mistral_connectors::{ConnectorsClient, CreateConnector, Result, Visibility};

mod fake;

fn main() -> Result<()> {
    let client = ConnectorsClient::from_env().or_else(fake::client)?;

    let deepwiki = CreateConnector::new(
        "example_create_3f2a",
        "DeepWiki MCP connector for code repository exploration",
        "https://mcp.deepwiki.com/mcp",
    )
    .visibility(Visibility::Private);
    let connector = client.create(&deepwiki)?;
    client.delete(&connector.id)?; // Only because this is an example.

    println!("ID: {}", connector.id);
    println!("Name: {}", connector.name);
    println!("Description: {}", connector.description);
    let created_at = connector.created_at.as_deref();
    println!("Created at: {}", created_at.unwrap_or("unknown"));
    Ok(())
}
