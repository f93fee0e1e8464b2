//! Changes a connector's description, then its name. Another one can be named as an argument.

use mistral_connectors::{Result, UpdateConnector};

mod stand_in;

fn main() -> Result<()> {
    let name = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "my_deepwiki".to_owned());
    let (client, _stand_in) = stand_in::client(1)?;

    // An update takes the ID; only what is set changes.
    let id = client.get(&name)?.id;
    let change =
        UpdateConnector::new().description("Updated: DeepWiki connector for code exploration");
    println!(
        "New description: {}",
        client.update(&id, &change)?.description
    );

    let rename = UpdateConnector::new().name(format!("{name}_v2"));
    println!("New name: {}", client.update(&id, &rename)?.name);
    Ok(())
}
