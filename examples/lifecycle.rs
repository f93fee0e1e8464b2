//! Create, get, list, update, delete: the life of a connector, as an integration test would run it.

use mistral_connectors::{CreateConnector, ListConnectors, UpdateConnector, Visibility};

mod stand_in;

const NAME: &str = "lifecycle_test";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (client, _stand_in) = stand_in::client(14)?;

    let wanted = CreateConnector::new(
        NAME,
        "Ephemeral connector for testing",
        "https://mcp.deepwiki.com/mcp",
    )
    .visibility(Visibility::Private);
    // Whatever fails from here on, the connector is deleted.
    let connector = client.create_ephemeral(&wanted)?;
    println!("Created: {} ({})", connector.name, connector.id);

    let fetched = client.get(NAME)?;
    println!("Fetched: {} — {}", fetched.name, fetched.description);

    let page = client.list_page(&ListConnectors::new().page_size(50))?;
    if !page.items.iter().any(|listed| listed.id == connector.id) {
        return Err(format!("{NAME} is not in the list").into());
    }
    println!("Listed: found among {} connectors", page.items.len());

    let change = UpdateConnector::new().description("Updated description for lifecycle test");
    let updated = client.update(&connector.id, &change)?;
    println!("Updated: {}", updated.description);

    println!("Deleted: {}", connector.delete()?.message);

    if let Some(connector) = client.find(NAME)? {
        return Err(format!("{} still exists", connector.id).into());
    }
    println!("Verified: connector no longer exists");
    Ok(())
}
