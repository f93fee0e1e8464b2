//! Logs a user in to a connector.
//!
//! ```sh
//! cargo run --example authenticate
//! cargo run --example authenticate -- my_connector
//! ```
//!
//! Without a name, the example creates a private connector and deletes it at the end. Without an
//! API key, it uses an in-process fake of the API.

use std::env;
use std::time::Duration;

use mistral_connectors::{ConnectorsClient, CreateConnector, Result, Scope, Visibility};

mod fake;

fn main() -> Result<()> {
    let client = ConnectorsClient::from_env().or_else(fake::with_login)?;
    if let Some(connector) = env::args().nth(1) {
        return log_in(&client, &connector);
    }
    let linear = CreateConnector::new(
        "example_authenticate_3f2a",
        "Issues and projects in Linear",
        "https://mcp.linear.app/mcp",
    );
    // Deleted at the end of `main`, together with the credentials of the login.
    let linear = client.create_ephemeral(&linear.visibility(Visibility::Private))?;
    log_in(&client, &linear.name)
}

fn log_in(client: &ConnectorsClient, connector: &str) -> Result<()> {
    let login = client.get_auth_url(connector)?;
    println!("Open this URL in a browser: {}", login.auth_url);
    if let Some(seconds) = login.ttl {
        println!("It is valid for {seconds} seconds.");
    }
    fake::log_in(connector)?; // The fake server needs no browser.

    client.wait_until_authenticated(connector, Duration::from_secs(120))?;
    println!("Logged in. Stored credentials:");
    for credentials in client.list_credentials(connector, Scope::User)? {
        println!("  - {}", credentials.name);
    }
    Ok(())
}
