//! Deletes a connector for good. Another one can be named as an argument.

use mistral_connectors::Result;

mod stand_in;

fn main() -> Result<()> {
    let name = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "my_deepwiki".to_owned());
    let (client, _stand_in) = stand_in::client(1)?;

    // A deletion takes the ID.
    let id = client.get(&name)?.id;
    println!("Delete response: {}", client.delete(&id)?.message);

    match client.get(&id) {
        Err(error) if error.is_not_found() => println!("Confirmed deleted: 404"),
        Err(error) => return Err(error),
        Ok(_) => println!("ERROR: Connector still exists!"),
    }
    Ok(())
}
