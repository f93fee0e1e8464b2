//! What the types promise to the compiler, and with it to every program that uses them.

use std::collections::HashSet;
use std::error::Error as StdError;
use std::fmt::{Debug, Display};
use std::iter::FusedIterator;
use std::panic::{RefUnwindSafe, UnwindSafe};

use mistral_connectors::testing::{FakeServer, RecordedRequest};
use mistral_connectors::types::{
    AuthAction, AuthActionKind, AuthenticationHeader, ConnectionPreference, CredentialsState,
    CredentialsStatus, EmbeddedResource, MediaContent, Pagination, ReadinessStatus,
    ResourceContents, ResourceLink, TextContent, ValidationDetail,
};
use mistral_connectors::{
    ApiError, AuthData, AuthMethod, AuthUrl, AuthenticationMethod, AuthenticationType, CallTool,
    Changes, Connector, ConnectorPage, ConnectorPages, ConnectorReadiness, Connectors,
    ConnectorsClient, ConnectorsClientBuilder, ContentBlock, CreateConnector, Credentials,
    CredentialsList, DecodeError, Error, GetAuthUrl, GetConnector, ListConnectors, ListCredentials,
    ListTools, MessageResponse, OwnerType, PaginationError, Protocol, RawRequest, Readiness,
    Result, Scope, SetCredentials, Tool, ToolOutput, TransportError, UpdateConnector, UseConnector,
    Visibility,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

fn threads<T: Send + Sync + 'static>() {}
fn values<T: Clone + Debug + PartialEq + Send + Sync + Unpin + 'static>() {}
fn answers<T: Clone + Debug + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static>() {}

#[test]
fn a_client_is_cloned_and_shared_between_threads() {
    threads::<ConnectorsClient>();
    fn cloned_and_shown<T: Clone + Debug>() {}
    cloned_and_shown::<ConnectorsClient>();
    cloned_and_shown::<ConnectorsClientBuilder>();
    threads::<ConnectorsClientBuilder>();
}

#[test]
fn a_client_is_used_on_after_a_panic_was_caught() {
    fn survives<T: UnwindSafe + RefUnwindSafe>() {}
    survives::<ConnectorsClient>();
    survives::<ConnectorsClientBuilder>();
    survives::<Connectors>();
    survives::<ConnectorPages>();
    let server = FakeServer::start();
    server.add(serde_json::json!({"name": "docs"}));
    let client = server.client();
    let caught = std::panic::catch_unwind(|| {
        client.get("docs").unwrap();
        std::panic::resume_unwind(Box::new("not a message on the terminal"));
    });
    assert!(caught.is_err());
    assert_eq!(client.get("docs").unwrap().name, "docs");
}

#[test]
fn requests_are_values() {
    values::<CreateConnector>();
    values::<UpdateConnector>();
    values::<ListConnectors>();
    values::<GetConnector>();
    values::<AuthData>();
    values::<AuthMethod>();
    values::<Changes>();
    values::<ListTools>();
    values::<CallTool>();
    values::<GetAuthUrl>();
    values::<ListCredentials>();
    values::<SetCredentials>();
    values::<UseConnector>();
    fn read<T: DeserializeOwned>() {}
    read::<CreateConnector>();
    fn read_and_written<T: DeserializeOwned + Serialize>() {}
    read_and_written::<ListConnectors>();
    fn defaults<T: Default>() {}
    defaults::<UpdateConnector>();
    defaults::<ListConnectors>();
    defaults::<GetConnector>();
    defaults::<ListTools>();
    defaults::<GetAuthUrl>();
    defaults::<ListCredentials>();
    fn written<T: Serialize>() {}
    written::<UseConnector>();
    assert_eq!(ListConnectors::default(), ListConnectors::new());
    assert_eq!(UpdateConnector::default(), UpdateConnector::new());
}

#[test]
fn answers_are_values_that_serde_reads_and_writes() {
    answers::<AuthAction>();
    answers::<AuthActionKind>();
    answers::<AuthUrl>();
    answers::<AuthenticationHeader>();
    answers::<AuthenticationMethod>();
    answers::<AuthenticationType>();
    answers::<ConnectionPreference>();
    answers::<Connector>();
    answers::<ConnectorPage>();
    answers::<ConnectorReadiness>();
    answers::<ContentBlock>();
    answers::<Credentials>();
    answers::<CredentialsList>();
    answers::<CredentialsState>();
    answers::<CredentialsStatus>();
    answers::<EmbeddedResource>();
    answers::<MediaContent>();
    answers::<MessageResponse>();
    answers::<OwnerType>();
    answers::<Pagination>();
    answers::<Protocol>();
    answers::<Readiness>();
    answers::<ReadinessStatus>();
    answers::<ResourceContents>();
    answers::<ResourceLink>();
    answers::<TextContent>();
    answers::<Tool>();
    answers::<ToolOutput>();
    answers::<Visibility>();
}

#[test]
fn words_of_the_api_are_made_from_text_printed_and_hashed() {
    fn words<T: for<'a> From<&'a str> + From<String> + Display + Eq + std::hash::Hash>() {}
    words::<Visibility>();
    words::<Protocol>();
    words::<OwnerType>();
    words::<AuthenticationType>();
    words::<CredentialsState>();
    words::<AuthActionKind>();
    let seen: HashSet<Visibility> = ["private", "private", "new"].map(Visibility::from).into();
    assert_eq!(seen.len(), 2);
}

#[test]
fn a_scope_is_a_word_of_a_closed_list() {
    fn words<T: Copy + Display + Eq + std::hash::Hash + std::str::FromStr<Err = Error>>() {}
    words::<Scope>();
    values::<Scope>();
    fn errors<T: StdError + Clone + Eq + Send + Sync + 'static>() {}
}

#[test]
fn a_request_without_a_method_of_its_own_goes_to_another_thread() {
    fn sent<T: Debug + Send + Sync + 'static>() {}
    sent::<RawRequest>();
}

#[test]
fn errors_are_errors_that_travel_and_small() {
    fn errors<T: StdError + Send + Sync + 'static>() {}
    errors::<Error>();
    threads::<ApiError>();
    threads::<TransportError>();
    threads::<DecodeError>();
    threads::<PaginationError>();
    values::<ValidationDetail>();
    fn shown<T: Debug + Display>() {}
    shown::<ApiError>();
    shown::<TransportError>();
    shown::<DecodeError>();
    shown::<PaginationError>();
    shown::<ValidationDetail>();
    assert!(size_of::<Error>() <= 24);
    assert!(size_of::<Result<()>>() <= 24);
}

#[test]
fn listings_own_what_they_need_and_are_fused() {
    fn listings<T: FusedIterator + Debug + Send + Sync + Unpin + 'static>() {}
    listings::<Connectors>();
    listings::<ConnectorPages>();
    fn items<T: Iterator<Item = Result<Connector>>>() {}
    items::<Connectors>();
    fn pages<T: Iterator<Item = Result<ConnectorPage>>>() {}
    pages::<ConnectorPages>();
}

#[test]
fn results_are_collected_with_the_result_of_the_crate() {
    let server = FakeServer::start();
    server.add(serde_json::json!({"name": "docs"}));
    let listing = || server.client().list();
    let all = listing().collect::<Result<Vec<_>, _>>().unwrap();
    assert_eq!(all.len(), 1);
    let all = listing().collect::<Result<Vec<_>>>().unwrap();
    assert_eq!(all.len(), 1);
    let number: Result<u8, std::num::ParseIntError> = "7".parse();
    assert_eq!(number, Ok(7));
}

#[test]
fn an_answer_that_is_a_list_is_walked_with_for_by_value_and_by_reference() {
    fn walked<T, I>(list: &str, item: &str)
    where
        T: serde::de::DeserializeOwned + IntoIterator<Item = I>,
        for<'a> &'a T: IntoIterator<Item = &'a I>,
        I: Clone + Debug + PartialEq + serde::de::DeserializeOwned,
    {
        let other = item.replace('1', "2");
        let text = format!(r#"{{"{list}": [{item}, {other}]}}"#);
        let answer: T = serde_json::from_str(&text).unwrap();
        let mut items = Vec::new();
        for item in &answer {
            items.push(item.clone());
        }
        let owned: Vec<_> = answer.into_iter().collect();
        assert_eq!(items, owned);
        let sent = [item, &other].map(|item| serde_json::from_str(item).unwrap());
        assert_eq!(owned, sent);
    }
    walked::<ConnectorPage, Connector>("items", r#"{"id": "1", "name": "docs"}"#);
    walked::<CredentialsList, Credentials>("credentials", r#"{"name": "mine-1"}"#);
    walked::<Readiness, ConnectorReadiness>("connectors", r#"{"id": "1", "credentials": []}"#);
}

#[test]
fn a_fake_server_is_shared_between_threads_and_its_records_are_values() {
    threads::<FakeServer>();
    fn shown<T: Debug>() {}
    shown::<FakeServer>();
    fn records<T: Clone + Debug + PartialEq + Send + Sync + 'static>() {}
    records::<RecordedRequest>();
}

#[test]
fn a_request_can_be_begun_once_and_finished_in_many_ways() {
    // Setters take and give back the value, so that a request can be finished in any place.
    let base = UpdateConnector::new().title("x");
    let with_icon = base.clone().icon_url("https://docs.example/i.png");
    assert_ne!(base, with_icon);
    assert_eq!(base, UpdateConnector::new().title("x"));
}
