//! The life of a connector against the real API.
//!
//! ```sh
//! MISTRAL_API_KEY=… cargo test --test suite live -- --ignored
//! ```

use std::process;
use std::time::{SystemTime, UNIX_EPOCH};

use mistral_connectors::{ConnectorsClient, CreateConnector, UpdateConnector, Visibility};

#[test]
#[ignore = "uses the real API and needs MISTRAL_API_KEY"]
fn a_connector_is_created_found_listed_updated_and_deleted() {
    let client = ConnectorsClient::from_env().unwrap();
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let name = format!("rust_test_{}_{}", process::id(), seconds.as_secs());
    let test = CreateConnector::new(
        &name,
        "Created by a test, to be deleted",
        "https://mcp.deepwiki.com/mcp",
    )
    .visibility(Visibility::Private);

    // Deleted when dropped, even on a panic.
    let created = client.create_ephemeral(&test).unwrap();
    assert_eq!(client.get(&name).unwrap().id, created.id);
    assert_eq!(client.get(&created.id).unwrap().name, name);
    let conflict = client.create(&test).unwrap_err();
    assert!(conflict.is_conflict(), "{conflict}");
    let mut all = client.list().map(Result::unwrap);
    assert!(all.any(|connector| connector.id == created.id));

    let update = UpdateConnector::new().description("Updated by a test");
    let updated = client.update(&created.id, &update).unwrap();
    assert_eq!(updated.description, "Updated by a test");
    let renamed = format!("{name}_2");
    let update = UpdateConnector::new().name(&renamed);
    assert_eq!(client.update(&created.id, &update).unwrap().name, renamed);

    let id = created.id.clone();
    created.delete().unwrap();
    assert!(client.get(&id).unwrap_err().is_not_found());
}
