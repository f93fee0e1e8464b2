//! Lists all connectors page by page, then only the active ones.
//!
//! ```sh
//! cargo run --example list
//! ```
//!
//! It only reads. Without an API key, it uses an in-process fake of the API.

use mistral_connectors::{ConnectorsClient, ListConnectors, Result};

mod fake;

fn main() -> Result<()> {
    let client = ConnectorsClient::from_env().or_else(fake::client)?;

    let mut total = 0;
    let all = ListConnectors::new().page_size(10);
    for (number, page) in (1..).zip(client.list_with(&all).pages()) {
        let page = page?;
        println!("Page {number}: {} connectors", page.items.len());
        for connector in &page {
            println!("  - {} ({})", connector.name, connector.id);
        }
        total += page.items.len();
    }
    println!("Total: {total} connectors");
    println!();

    let active = client.list_with(&ListConnectors::new().active(true));
    let active: Vec<_> = active.collect::<Result<_>>()?;
    println!("Active connectors: {}", active.len());
    for connector in &active {
        println!("  - {}", connector.name);
    }
    Ok(())
}
