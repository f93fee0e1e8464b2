//! Create, get, list, update, delete: the life of a connector, as an integration test would run it.

use mistral_connectors::{
    ConnectorsClient, CreateConnector, ListConnectors, UpdateConnector, Visibility,
};

mod stand_in;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const NAME: &str = "lifecycle_test";

fn main() -> Result<()> {
    let (client, _stand_in) = stand_in::client(14)?;

    let wanted = CreateConnector::new(
        NAME,
        "Ephemeral connector for testing",
        "https://mcp.deepwiki.com/mcp",
    )
    .visibility(Visibility::Private);
    let connector = client.create(&wanted)?;
    println!("Created: {} ({})", connector.name, connector.id);

    let result = use_and_delete(&client, &connector.id);
    if result.is_err() && client.delete(&connector.id).is_ok() {
        println!("Cleanup: deleted {}", connector.id);
    }
    result
}

fn use_and_delete(client: &ConnectorsClient, id: &str) -> Result<()> {
    let fetched = client.get(NAME)?;
    println!("Fetched: {} — {}", fetched.name, fetched.description);

    let page = client.list_page(&ListConnectors::new().page_size(50))?;
    if !page.items.iter().any(|connector| connector.name == NAME) {
        return Err(format!("{NAME} is not in the list").into());
    }
    println!("Listed: found among {} connectors", page.items.len());

    let change = UpdateConnector::new().description("Updated description for lifecycle test");
    println!("Updated: {}", client.update(id, &change)?.description);

    println!("Deleted: {}", client.delete(id)?.message);

    match client.get(NAME) {
        Err(error) if error.is_not_found() => println!("Verified: connector no longer exists"),
        Err(error) => return Err(error.into()),
        Ok(connector) => return Err(format!("{} still exists", connector.id).into()),
    }
    Ok(())
}
