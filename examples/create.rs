//! Registers an MCP server as a connector.

use mistral_connectors::{CreateConnector, Result, Visibility};

mod stand_in;

fn main() -> Result<()> {
    let (client, _stand_in) = stand_in::client(0)?;

    let wanted = CreateConnector::new(
        "my_deepwiki",
        "DeepWiki MCP connector for code repository exploration",
        "https://mcp.deepwiki.com/mcp",
    )
    .visibility(Visibility::SharedWorkspace);
    let connector = client.create(&wanted)?;

    println!("ID: {}", connector.id);
    println!("Name: {}", connector.name);
    println!("Description: {}", connector.description);
    println!(
        "Created at: {}",
        connector.created_at.as_deref().unwrap_or("unknown")
    );
    Ok(())
}
