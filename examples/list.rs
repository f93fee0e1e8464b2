//! Lists all connectors page by page, then only those that are switched on.

use mistral_connectors::{ListConnectors, Result};

mod stand_in;

fn main() -> Result<()> {
    let (client, _stand_in) = stand_in::client(15)?;

    let mut total = 0;
    for page in client
        .list_with(&ListConnectors::new().page_size(10))
        .pages()
    {
        let page = page?;
        if total == 0 {
            println!("Page 1: {} connectors", page.items.len());
            for connector in &page.items {
                println!("  - {} ({})", connector.name, connector.id);
            }
        } else {
            println!("Next page: {} connectors", page.items.len());
        }
        total += page.items.len();
    }
    println!();
    println!("Total: {total} connectors");

    let active = client.list_with(&ListConnectors::new().page_size(20).active(true));
    let active = active.collect::<Result<Vec<_>>>()?;
    println!();
    println!("Active connectors: {}", active.len());
    for connector in &active {
        println!("  - {}", connector.name);
    }
    Ok(())
}
