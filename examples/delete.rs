//! Deletes a connector permanently, and checks that it is gone.
//!
//! ```sh
//! cargo run --example delete
//! ```
//!
//! The example creates the private connector that it deletes. Without an API key, it uses an
//! in-process fake of the API.

use std::error::Error;

use mistral_connectors::{ConnectorsClient, CreateConnector, Visibility};

mod fake;

fn main() -> Result<(), Box<dyn Error>> {
    let client = ConnectorsClient::from_env().or_else(fake::client)?;
    let deepwiki = CreateConnector::new(
        "example_delete_3f2a",
        "DeepWiki MCP connector for code repository exploration",
        "https://mcp.deepwiki.com/mcp",
    );
    let id = client.create(&deepwiki.visibility(Visibility::Private))?.id;

    let deleted = client.delete(&id)?;
    println!("Delete response: {}", deleted.message);

    if client.find(&id)?.is_some() {
        return Err(format!("the connector {id} still exists").into());
    }
    println!("Confirmed deleted: not found");
    Ok(())
}
