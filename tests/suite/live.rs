//! The life of a connector against the real API.
//!
//! ```sh
//! MISTRAL_API_KEY=… cargo test --test suite live -- --ignored
//! ```

use std::time::{SystemTime, UNIX_EPOCH};

use mistral_connectors::{
    ConnectorsClient, CreateConnector, ListConnectors, UpdateConnector, Visibility,
};

/// Deletes its connector when dropped, also by a panic.
struct Cleanup<'a> {
    client: &'a ConnectorsClient,
    id: String,
}

impl Drop for Cleanup<'_> {
    fn drop(&mut self) {
        match self.client.delete(&self.id) {
            Err(error) if !error.is_not_found() => {
                eprintln!("could not clean up {}: {error}", self.id);
            }
            _ => {}
        }
    }
}

#[test]
#[ignore = "talks to the real API and needs MISTRAL_API_KEY"]
fn a_connector_is_created_found_listed_changed_and_deleted() {
    let client = ConnectorsClient::from_env().unwrap();
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let name = format!("rust_test_{}_{}", std::process::id(), seconds.as_secs());
    let wanted = CreateConnector::new(
        &name,
        "Made by a test, to be deleted",
        "https://mcp.deepwiki.com/mcp",
    )
    .visibility(Visibility::Private);

    let created = client.create(&wanted).unwrap();
    let cleanup = Cleanup {
        client: &client,
        id: created.id.clone(),
    };
    assert_eq!(created.name, name);

    assert_eq!(client.get(&name).unwrap().id, created.id);
    assert_eq!(client.get(&created.id).unwrap().name, name);

    let taken = client.create(&wanted).unwrap_err();
    assert!(taken.is_conflict(), "{taken}");

    let listed = client.list().find(|connector| {
        let connector = connector.as_ref().unwrap();
        connector.id == created.id
    });
    assert!(listed.is_some(), "{name} is not in the listing");

    let change = UpdateConnector::new().description("Changed by a test");
    let updated = client.update(&created.id, &change).unwrap();
    assert_eq!(updated.description, "Changed by a test");
    let renamed = format!("{name}_2");
    let change = UpdateConnector::new().name(&renamed);
    assert_eq!(client.update(&created.id, &change).unwrap().name, renamed);

    client.delete(&created.id).unwrap();
    assert!(client.get(&created.id).unwrap_err().is_not_found());
    drop(cleanup);
}
