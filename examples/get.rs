//! Looks a connector up by its name and by its ID. Another name can be given as an argument.

use mistral_connectors::Result;

mod stand_in;

fn main() -> Result<()> {
    let name = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "my_deepwiki".to_owned());
    let (client, _stand_in) = stand_in::client(1)?;

    let connector = client.get(&name)?;
    println!("Name: {}", connector.name);
    println!("ID: {}", connector.id);
    println!("Description: {}", connector.description);

    assert_eq!(client.get(&connector.id)?.name, connector.name);
    println!();
    println!("Verified: get-by-name and get-by-ID return the same connector.");
    Ok(())
}
