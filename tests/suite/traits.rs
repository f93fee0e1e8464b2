//! The traits of the types, on which programs rely.

use std::collections::HashSet;
use std::error::Error as StdError;
use std::fmt::{Debug, Display};
use std::hash::Hash;
use std::iter::FusedIterator;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::str::FromStr;

use mistral_connectors::testing::{FakeServer, RecordedRequest};
use mistral_connectors::types::{
    AuthAction, AuthActionKind, AuthenticationHeader, ConnectionPreference, CredentialsState,
    CredentialsStatus, EmbeddedResource, MediaContent, Pagination, ReadinessStatus,
    ResourceContents, ResourceLink, TextContent, ValidationDetail,
};
use mistral_connectors::{
    ApiError, AuthData, AuthHeader, AuthMethod, AuthUrl, AuthenticationMethod, AuthenticationType,
    CallTool, Changes, Connector, ConnectorPage, ConnectorPages, ConnectorReadiness, Connectors,
    ConnectorsClient, ConnectorsClientBuilder, ContentBlock, CreateConnector, Credentials,
    CredentialsList, DecodeError, Difference, EnsureOutcome, Ensured, EphemeralConnector, Error,
    GetAuthUrl, GetConnector, ListConnectors, ListCredentials, ListTools, MessageResponse, Method,
    OwnerType, PaginationError, Protocol, RawRequest, Readiness, Result, Scope, SetCredentials,
    Tool, ToolOutput, TransportError, UpdateConnector, UseConnector, Visibility,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

fn shared<T: Send + Sync + 'static>() {}
fn values<T: Clone + Debug + PartialEq + Send + Sync + Unpin + 'static>() {}

#[test]
fn clients_are_cloned_shared_between_threads_and_used_after_a_caught_panic() {
    fn clients<T: Clone + Debug + Send + Sync + UnwindSafe + RefUnwindSafe + 'static>() {}
    clients::<ConnectorsClient>();
    clients::<ConnectorsClientBuilder>();
    shared::<EphemeralConnector>();
}

#[test]
fn requests_are_values() {
    values::<AuthData>();
    values::<AuthHeader>();
    values::<AuthMethod>();
    values::<CallTool>();
    values::<CreateConnector>();
    values::<GetAuthUrl>();
    values::<GetConnector>();
    values::<ListConnectors>();
    values::<ListCredentials>();
    values::<ListTools>();
    values::<Method>();
    values::<SetCredentials>();
    values::<UpdateConnector>();
    values::<UseConnector>();
    fn with_default<T: Default>() {}
    with_default::<GetAuthUrl>();
    with_default::<GetConnector>();
    with_default::<ListConnectors>();
    with_default::<ListCredentials>();
    with_default::<ListTools>();
    with_default::<UpdateConnector>();
    fn read_and_written<T: Serialize + DeserializeOwned>() {}
    read_and_written::<CreateConnector>();
    read_and_written::<ListConnectors>();
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
    responses::<AuthAction>();
    responses::<AuthUrl>();
    responses::<AuthenticationHeader>();
    responses::<AuthenticationMethod>();
    responses::<ConnectionPreference>();
    responses::<Connector>();
    responses::<ConnectorPage>();
    responses::<ConnectorReadiness>();
    responses::<ContentBlock>();
    responses::<Credentials>();
    responses::<CredentialsList>();
    responses::<CredentialsStatus>();
    responses::<EmbeddedResource>();
    responses::<MediaContent>();
    responses::<MessageResponse>();
    responses::<Pagination>();
    responses::<Readiness>();
    responses::<ReadinessStatus>();
    responses::<ResourceContents>();
    responses::<ResourceLink>();
    responses::<TextContent>();
    responses::<Tool>();
    responses::<ToolOutput>();
    values::<Changes>();
    values::<Difference>();
    values::<Ensured>();
}

#[test]
fn enums_convert_to_and_from_strings_and_can_be_keys() {
    fn open<T>()
    where
        T: for<'a> From<&'a str> + From<String> + FromStr + AsRef<str> + Display,
        T: Clone + Debug + Eq + Hash + Serialize + DeserializeOwned + Send + Sync + 'static,
    {
    }
    open::<AuthActionKind>();
    open::<AuthenticationType>();
    open::<CredentialsState>();
    open::<OwnerType>();
    open::<Protocol>();
    open::<Visibility>();
    let keys: HashSet<Visibility> = ["private", "private", "new"].map(Visibility::from).into();
    assert_eq!(keys.len(), 2);
    fn closed<T: Copy + Debug + Display + Eq + Hash + Send + Sync + 'static>() {}
    closed::<EnsureOutcome>();
    closed::<Scope>();
    fn parsed<T: FromStr<Err = Error>>() {}
    parsed::<Scope>();
}

#[test]
fn errors_are_small_and_can_be_sent_to_other_threads() {
    fn errors<T: StdError + Send + Sync + 'static>() {}
    errors::<Error>();
    errors::<ApiError>();
    errors::<DecodeError>();
    errors::<PaginationError>();
    errors::<TransportError>();
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
