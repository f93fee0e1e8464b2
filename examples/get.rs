//! Gets a connector by its name and by its ID.
//!
//! ```sh
//! cargo run --example get
//! ```
//!
//! The example creates a private connector and deletes it at the end. Without an API key, it uses
//! an in-process fake of the API.

use mistral_connectors::{ConnectorsClient, CreateConnector, Result, Visibility};

mod fake;

const NAME: &str = "example_get_3f2a";

fn main() -> Result<()> {
    let client = ConnectorsClient::from_env().or_else(fake::client)?;
    let deepwiki = CreateConnector::new(
        NAME,
        "DeepWiki MCP connector for code repository exploration",
        "https://mcp.deepwiki.com/mcp",
    );
    // Deleted at the end of `main`.
    let _deepwiki = client.create_ephemeral(&deepwiki.visibility(Visibility::Private))?;

    let connector = client.get(NAME)?;
    println!("Name: {}", connector.name);
    println!("ID: {}", connector.id);
    println!("Description: {}", connector.description);

    let same = client.get(&connector.id)?;
    assert_eq!(same.name, connector.name);
    println!();
    println!("Verified: get-by-name and get-by-ID return the same connector.");
    Ok(())
}
