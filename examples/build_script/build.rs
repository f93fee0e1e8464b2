//! Generates a Rust table of the active connectors at build time.
//!
//! A build must neither wait for an API nor fail because of it. Without an API key or a network, or
//! after two seconds, the table is empty and a warning says why.
//!
//! ```sh
//! cargo run --manifest-path examples/build_script/Cargo.toml
//! ```

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs};

use mistral_connectors::{ConnectorsClient, ListConnectors, Result};

/// For the whole listing, however many pages it has.
const LIMIT: Duration = Duration::from_secs(2);

pub(crate) fn main() {
    let connectors = ConnectorsClient::from_env().and_then(|client| active(&client, LIMIT));
    let connectors = connectors.unwrap_or_else(|error| {
        println!("cargo::warning=the table of connectors is empty: {error}");
        Vec::new()
    });
    let folder = env::var_os("OUT_DIR").expect("cargo sets it");
    let file = Path::new(&folder).join("connectors.rs");
    fs::write(file, table(connectors)).expect("cargo's own folder can be written to");

    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=MISTRAL_API_KEY");
    println!("cargo::rerun-if-env-changed=MISTRAL_BASE_URL");
    // While the file is missing, cargo runs this script in every build, which costs nothing without
    // an API key.
    if env::var_os("MISTRAL_API_KEY").is_none_or(|key| key.is_empty()) {
        let here = env::current_dir().unwrap_or_default();
        println!("cargo::rerun-if-changed={}", env_file(&here).display());
    }
}

/// The names and IDs of the active connectors.
pub(crate) fn active(client: &ConnectorsClient, limit: Duration) -> Result<Vec<(String, String)>> {
    let active = ListConnectors::new().active(true);
    let connectors = client.list_with(&active).within(limit);
    connectors
        .map(|connector| connector.map(|connector| (connector.name, connector.id)))
        .collect()
}

pub(crate) fn table(mut connectors: Vec<(String, String)>) -> String {
    // The same connectors make the same program.
    connectors.sort();
    format!("pub const CONNECTORS: &[(&str, &str)] = &{connectors:#?};\n")
}

/// The `.env` that the client reads: the nearest one, in this folder or a parent. If there is none, the
/// one that it would read in this folder.
pub(crate) fn env_file(folder: &Path) -> PathBuf {
    let mut files = folder.ancestors().map(|folder| folder.join(".env"));
    let nearest = files.find(|file| file.exists());
    nearest.unwrap_or_else(|| folder.join(".env"))
}
