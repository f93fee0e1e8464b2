//! Calls of all kinds, for the tests of what holds for every request.

use crate::support::wire::{Act, Wire};
use crate::support::{self, ID};
use mistral_connectors::{ConnectorsClient, Error, ListConnectors, Result, UpdateConnector};

pub(crate) type Call = fn(&ConnectorsClient) -> Result<()>;

pub(crate) const CREATE: Call = |client| client.create(&support::docs()).map(drop);
pub(crate) const GET: Call = |client| client.get("docs").map(drop);
pub(crate) const LIST: Call = |client| client.list_page(&ListConnectors::new()).map(drop);
pub(crate) const LIST_AT_CURSOR: Call = |client| {
    let options = ListConnectors::new().cursor("2");
    client.list_page(&options).map(drop)
};
pub(crate) const UPDATE: Call = |client| update(client, ID, UpdateConnector::new().title("new"));
pub(crate) const RENAME: Call = |client| update(client, ID, UpdateConnector::new().name("docs"));
pub(crate) const UPDATE_BY_NAME: Call =
    |client| update(client, "docs", UpdateConnector::new().title("new"));
pub(crate) const DELETE: Call = |client| client.delete(ID).map(drop);
pub(crate) const DELETE_BY_NAME: Call = |client| client.delete("docs").map(drop);

pub(crate) const CALLS: [(&str, Call); 9] = [
    ("create", CREATE),
    ("get", GET),
    ("list", LIST),
    ("list at a cursor", LIST_AT_CURSOR),
    ("update", UPDATE),
    ("rename", RENAME),
    ("update by name", UPDATE_BY_NAME),
    ("delete", DELETE),
    ("delete by name", DELETE_BY_NAME),
];

fn update(client: &ConnectorsClient, id: &str, update: UpdateConnector) -> Result<()> {
    client.update(id, &update).map(drop)
}

/// What `call` returns if its only attempt gets this response.
pub(crate) fn result_of(response: Vec<u8>, call: Call) -> Result<()> {
    let wire = Wire::script([Act::Send(response)]);
    let client = support::builder(wire.base_url()).max_retries(0);
    call(&client.build().unwrap())
}

/// The error of `call` if its only attempt gets this response.
#[track_caller]
pub(crate) fn error_of(response: Vec<u8>, call: Call) -> Error {
    result_of(response, call).unwrap_err()
}
