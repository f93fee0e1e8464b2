//! Makes a Rust table of the active connectors. It is remade when the key or the address changes.
//!
//! A build must neither wait for an API nor fail because of it: without a key, without a network and
//! after two seconds the table is empty, and a warning says why.

use std::env;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use mistral_connectors::{ConnectorsClient, ListConnectors, Result};

/// For the whole listing, however many pages it has.
const LIMIT: Duration = Duration::from_secs(2);

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=MISTRAL_API_KEY");
    println!("cargo:rerun-if-env-changed=MISTRAL_BASE_URL");

    let connectors = ConnectorsClient::from_env().and_then(|client| active(&client, LIMIT));
    let connectors = connectors.unwrap_or_else(|error| {
        println!("cargo:warning=the table of connectors is empty: {error}");
        Vec::new()
    });
    let folder = env::var_os("OUT_DIR").expect("cargo sets it");
    let file = Path::new(&folder).join("connectors.rs");
    fs::write(file, table(connectors)).expect("cargo's own folder can be written to");
}

/// The names and IDs of the active connectors, if they can be had within this time.
pub(crate) fn active(client: &ConnectorsClient, limit: Duration) -> Result<Vec<(String, String)>> {
    let started = Instant::now();
    let mut connectors = Vec::new();
    let mut rest = Some(ListConnectors::new().active(true));
    while let Some(listing) = rest {
        // A client's limit holds for each page: the next one has what is left.
        let client = client.with_timeout(limit.saturating_sub(started.elapsed()));
        let mut pages = client.list_with(&listing).pages();
        if let Some(page) = pages.next() {
            let page = page?.into_iter();
            connectors.extend(page.map(|connector| (connector.name, connector.id)));
        }
        rest = pages.remaining();
    }
    Ok(connectors)
}

pub(crate) fn table(mut connectors: Vec<(String, String)>) -> String {
    // The same connectors make the same program.
    connectors.sort();
    format!("pub const CONNECTORS: &[(&str, &str)] = &{connectors:#?};\n")
}
