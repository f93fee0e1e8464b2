//! Creates, gets, lists, updates and deletes a connector, as an integration test would.
//!
//! ```sh
//! cargo run --example lifecycle
//! ```
//!
//! The connector is private, and deleted even if a step fails. Without an API key, the example uses an
//! in-process fake of the API.

use std::error::Error;

use mistral_connectors::{
    Connector, ConnectorsClient, CreateConnector, Result, UpdateConnector, Visibility,
};

mod fake;

const NAME: &str = "example_lifecycle_3f2a";

fn main() -> Result<(), Box<dyn Error>> {
    let client = ConnectorsClient::from_env().or_else(fake::client)?;

    let deepwiki = CreateConnector::new(
        NAME,
        "Ephemeral connector for testing",
        "https://mcp.deepwiki.com/mcp",
    )
    .visibility(Visibility::Private);
    // Deleted when it is dropped, even on `?` or a panic.
    let deepwiki = client.create_ephemeral(&deepwiki)?;
    println!("Created: {} ({})", deepwiki.name, deepwiki.id);

    let fetched = client.get(NAME)?;
    println!("Fetched: {} — {}", fetched.name, fetched.description);

    let all: Vec<Connector> = client.list().collect::<Result<_>>()?;
    if !all.iter().any(|listed| listed.id == deepwiki.id) {
        return Err(format!("{NAME} is not in the list").into());
    }
    println!("Listed: found among {} connectors", all.len());

    let update = UpdateConnector::new().description("Updated description for lifecycle test");
    let updated = client.update(&deepwiki.id, &update)?;
    println!("Updated: {}", updated.description);

    println!("Deleted: {}", deepwiki.delete()?.message);

    if let Some(connector) = client.find(NAME)? {
        return Err(format!("{} still exists", connector.id).into());
    }
    println!("Verified: connector no longer exists");
    Ok(())
}
