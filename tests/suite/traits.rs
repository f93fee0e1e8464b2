//! The traits of the types, on which programs rely.

use std::error::Error as StdError;
use std::fmt::{Debug, Display};
use std::hash::Hash;
use std::iter::FusedIterator;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::str::FromStr;

use mistral_connectors::testing::{FakeServer, RecordedRequest};
use mistral_connectors::types::{
    AuthAction, AuthenticationHeader, ConnectionPreference, CredentialsStatus, EmbeddedResource,
    MediaContent, Pagination, ReadinessStatus, ResourceContents, ResourceLink, TextContent,
    ValidationDetail,
};
use mistral_connectors::{
    ApiError, AuthData, AuthHeader, AuthMethod, AuthUrl, AuthenticationMethod, CallTool, Changes,
    Connector, ConnectorPage, ConnectorPages, ConnectorReadiness, Connectors, ConnectorsClient,
    ConnectorsClientBuilder, ContentBlock, CreateConnector, Credentials, CredentialsList,
    DecodeError, Difference, EnsureOutcome, Ensured, EphemeralConnector, Error, GetAuthUrl,
    GetConnector, ListConnectors, ListCredentials, ListTools, MessageResponse, Method,
    PaginationError, RawRequest, Readiness, Result, Scope, SetCredentials, Tool, ToolOutput,
    TransportError, UpdateConnector, UseConnector,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

/// Calls a function for each type. Its bounds are what is tested.
macro_rules! check {
    ($bounds:ident: $($type:ident)+) => { $($bounds::<$type>();)+ };
}

fn shared<T: Send + Sync + 'static>() {}
fn values<T: Clone + Debug + PartialEq + Send + Sync + Unpin + 'static>() {}

#[test]
fn clients_are_cloned_shared_between_threads_and_used_after_a_caught_panic() {
    fn clients<T: Clone + Debug + Send + Sync + UnwindSafe + RefUnwindSafe + 'static>() {}
    check!(clients: ConnectorsClient ConnectorsClientBuilder);
    shared::<EphemeralConnector>();
}

#[test]
fn requests_are_values() {
    check!(values:
        AuthData AuthHeader AuthMethod CallTool CreateConnector GetAuthUrl GetConnector
        ListConnectors ListCredentials ListTools Method SetCredentials UpdateConnector
        UseConnector);
    fn with_default<T: Default>() {}
    check!(with_default:
        GetAuthUrl GetConnector ListConnectors ListCredentials ListTools UpdateConnector);
    fn read_and_written<T: Serialize + DeserializeOwned>() {}
    check!(read_and_written: CreateConnector ListConnectors);
    fn written<T: Serialize>() {}
    written::<UseConnector>();
    fn sent<T: Debug + Send + Sync + 'static>() {}
    sent::<RawRequest>();
}

#[test]
fn setters_leave_clones_alone() {
    let base = UpdateConnector::new().title("x");
    assert_ne!(base.clone().icon_url("https://docs.example/i.png"), base);
    assert_eq!(base, UpdateConnector::default().title("x"));
}

#[test]
fn responses_are_values_that_serde_reads_and_writes() {
    fn responses<T: Clone + Debug + Eq + Serialize + DeserializeOwned + Send + Sync + 'static>() {}
    check!(responses:
        AuthAction AuthUrl AuthenticationHeader AuthenticationMethod ConnectionPreference
        Connector ConnectorPage ConnectorReadiness ContentBlock Credentials CredentialsList
        CredentialsStatus EmbeddedResource MediaContent MessageResponse Pagination Readiness
        ReadinessStatus ResourceContents ResourceLink TextContent Tool ToolOutput);
    check!(values: Changes Difference Ensured);
}

#[test]
fn closed_enums_are_copied_printed_and_hashed() {
    fn closed<T: Copy + Debug + Display + Eq + Hash + Send + Sync + 'static>() {}
    check!(closed: EnsureOutcome Scope);
    fn parsed<T: FromStr<Err = Error>>() {}
    parsed::<Scope>();
}

#[test]
fn errors_are_small_and_can_be_sent_to_other_threads() {
    fn errors<T: StdError + Send + Sync + 'static>() {}
    check!(errors: Error ApiError DecodeError PaginationError TransportError);
    values::<ValidationDetail>();
    assert!(size_of::<Error>() <= 24);
    assert!(size_of::<Result<()>>() <= 24);
}

#[test]
fn listings_own_what_they_need_and_are_fused() {
    fn listings<Item, T>()
    where
        T: FusedIterator<Item = Result<Item>> + Debug + Send + Sync + Unpin + 'static,
        T: UnwindSafe + RefUnwindSafe,
    {
    }
    listings::<Connector, Connectors>();
    listings::<ConnectorPage, ConnectorPages>();
}

#[test]
fn the_result_of_the_crate_takes_another_error_type_too() {
    let number: Result<u8, std::num::ParseIntError> = "7".parse();
    assert_eq!(number, Ok(7));
    let server = FakeServer::start();
    server.add(json!({"name": "docs"}));
    let all = server.client().list().collect::<Result<Vec<_>, _>>();
    assert_eq!(all.unwrap().len(), 1);
}

#[test]
fn responses_with_a_list_can_be_iterated_over() {
    macro_rules! assert_iterates {
        ($type:ty, $field:ident) => {
            let items = json!([{"id": "1", "name": "a"}, {"id": "2", "name": "b"}]);
            let mut list: $type = serde_json::from_value(json!({stringify!($field): items})).unwrap();
            let want = list.$field.clone();
            assert_eq!(want.len(), 2);
            assert!(list.iter().eq(&want));
            assert!((&list).into_iter().eq(&want));
            assert!(list.clone().into_iter().eq(want));
            list.$field.clear();
            assert_eq!(list.iter().len(), 0);
        };
    }
    assert_iterates!(ConnectorPage, items);
    assert_iterates!(CredentialsList, credentials);
    assert_iterates!(Readiness, connectors);
}

#[test]
fn a_fake_server_is_shared_between_threads_and_its_records_are_values() {
    shared::<FakeServer>();
    fn shown<T: Debug>() {}
    shown::<FakeServer>();
    values::<RecordedRequest>();
}
