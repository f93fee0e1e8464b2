//! Logs a user in at a connector, or keeps a token for it, and says what to do next.
//!
//! `authenticate [CONNECTOR]`; with a token in the variable CONNECTOR_TOKEN it is kept instead.

use std::env;
use std::time::Duration;

use mistral_connectors::{GetAuthUrl, ListCredentials, Method, Result, Scope, SetCredentials};

mod stand_in;

fn main() -> Result<()> {
    let name = env::args()
        .nth(1)
        .unwrap_or_else(|| "my_deepwiki".to_owned());
    let (client, stand_in) = stand_in::client(1)?;

    for method in client.get_authentication_methods(&name)? {
        if let Some(kind) = method.method_type {
            println!("{name} knows the login {kind}");
        }
    }

    if let Ok(token) = env::var("CONNECTOR_TOKEN") {
        let credentials = SetCredentials::new("from_environment").bearer_token(token);
        client.create_credentials(&name, Scope::User, &credentials)?;
    } else {
        let login = client.get_auth_url(&name)?;
        match login.ttl {
            Some(seconds) => println!("Open within {seconds} seconds: {}", login.auth_url),
            None => println!("Open: {}", login.auth_url),
        }
        if stand_in.is_some() {
            // Nobody is there to open it: this is what the browser would do.
            client.request(Method::Get, ["login", &name]).send()?;
        }
        client.wait_until_authenticated(&name, Duration::from_secs(120))?;
    }

    println!("Kept for {name}:");
    for credentials in client.list_credentials(&name, Scope::User)? {
        println!("    {}", credentials.name);
    }
    println!("Next: use it in a conversation (`cargo run --example converse`).");
    Ok(())
}
