//! The credentials that the fake server stores.

use super::{places, raw, raw_as};
use crate::support::docs;
use mistral_connectors::testing::FakeServer;
use mistral_connectors::types::CredentialsState;
use mistral_connectors::{
    AuthData, AuthMethod, AuthenticationType, ConnectorsClient, Credentials, GetConnector,
    ListCredentials, OwnerType, Scope, SetCredentials,
};
use serde_json::json;

const SCOPES: [Scope; 3] = [Scope::User, Scope::Workspace, Scope::Organization];
const TARGET: &str = "/v1/connectors/docs/user/credentials";

/// A server with one connector, `docs`, to which the user is not logged in.
fn server() -> FakeServer {
    let server = FakeServer::start();
    server.add(json!({"name": "docs", "is_authenticated": false}));
    server
}

fn token(name: &str) -> SetCredentials {
    SetCredentials::new(name).bearer_token("hidden-token")
}

fn oauth(name: &str) -> SetCredentials {
    SetCredentials::new(name).oauth("id", "hidden-secret")
}

#[track_caller]
fn create(client: &ConnectorsClient, scope: Scope, new: &SetCredentials) {
    client.create_credentials("docs", scope, new).unwrap();
}

#[track_caller]
fn update(client: &ConnectorsClient, new: &SetCredentials) {
    client.update_credentials("docs", Scope::User, new).unwrap();
}

#[track_caller]
fn stored(client: &ConnectorsClient, scope: Scope) -> Vec<Credentials> {
    client.list_credentials("docs", scope).unwrap().credentials
}

/// The names of the user's credentials. The default of each type has a star.
#[track_caller]
fn names(client: &ConnectorsClient, options: &ListCredentials) -> Vec<String> {
    let list = client
        .list_credentials_with("docs", Scope::User, options)
        .unwrap();
    let names = list.into_iter().map(|own| {
        let star = if own.is_default == Some(true) {
            "*"
        } else {
            ""
        };
        own.name + star
    });
    names.collect()
}

#[test]
fn credentials_are_stored_for_each_scope_separately() {
    let server = server();
    let client = server.client();
    for scope in SCOPES {
        let new = token(scope.as_str()).title("A title");
        create(&client, scope, &new);
    }
    let owners = [OwnerType::User, OwnerType::Workspace, OwnerType::Org];
    for (scope, owner) in SCOPES.into_iter().zip(owners) {
        let list = stored(&client, scope);
        let [own] = &list[..] else { panic!("{list:?}") };
        assert_eq!(own.name, scope.as_str());
        assert_eq!(own.title.as_deref(), Some("A title"));
        assert_eq!(own.authentication_type, Some(AuthenticationType::Bearer));
        assert_eq!(own.scope, Some(owner));
        assert_eq!(own.is_default, Some(true));
        let status = own.status.as_ref().unwrap();
        assert_eq!(status.status_type, Some(CredentialsState::Valid));
        assert!(status.last_checked_at.is_some());
    }
}

#[test]
fn the_type_of_credentials_follows_from_their_secret() {
    let server = server();
    let client = server.client();
    let installation = json!({"github_installation_id": "7"});
    for (new, want) in [
        (token("a"), "bearer"),
        (SetCredentials::new("b").header("x-key", "value"), "bearer"),
        (oauth("c"), "oauth2"),
        (
            SetCredentials::new("d").extra("credentials", installation),
            "github_app",
        ),
    ] {
        create(&client, Scope::User, &new);
        let list = stored(&client, Scope::User);
        let got = list.last().unwrap().authentication_type.as_ref();
        assert_eq!(got, Some(&want.into()), "{new:?}");
    }
}

#[test]
fn secrets_are_never_returned_and_never_printed() {
    let server = server();
    let client = server.client();
    let all = oauth("mine")
        .bearer_token("hidden-token")
        .header("x-key", "hidden-header");
    let created = client.create_credentials("docs", Scope::User, &all);
    let updated = client.update_credentials("docs", Scope::User, &all);
    let list = client.list_credentials("docs", Scope::User);
    let connector = client.get_with("docs", &GetConnector::new().fetch_user_data(true));
    let requests = server.requests();
    let shown = format!("{created:?} {updated:?} {list:?} {connector:?} {requests:?}");
    assert!(!shown.contains("hidden"), "{shown}");
    // A test can still check the value.
    let body = requests[0].body.as_ref().unwrap();
    assert_eq!(body["credentials"]["bearer_token"], "hidden-token");
}

#[test]
fn credentials_are_filtered_by_type_and_default() {
    let server = server();
    let client = server.client();
    for new in [token("a"), token("b"), oauth("c")] {
        create(&client, Scope::User, &new);
    }
    let all = ListCredentials::new;
    for (options, want) in [
        (all(), &["a*", "b", "c*"][..]),
        (all().auth_type("bearer"), &["a*", "b"]),
        (all().fetch_default(true), &["a*", "c*"]),
        (all().fetch_default(false), &["a*", "b", "c*"]),
        (all().auth_type("bearer").fetch_default(true), &["a*"]),
        (all().auth_type("none"), &[]),
    ] {
        assert_eq!(names(&client, &options), want, "{options:?}");
    }
}

#[test]
fn each_type_has_one_default() {
    let server = server();
    let client = server.client();
    let all = ListCredentials::new();
    let first = client.create_credentials("docs", Scope::User, &token("a").is_default(false));
    assert!(first.unwrap_err().is_validation());
    assert!(names(&client, &all).is_empty());
    create(&client, Scope::User, &token("a"));
    create(&client, Scope::User, &token("b").is_default(false));
    create(&client, Scope::User, &token("c").is_default(true));
    assert_eq!(names(&client, &all), ["a", "b", "c*"]);
    update(&client, &SetCredentials::new("b").is_default(true));
    assert_eq!(names(&client, &all), ["a", "b*", "c"]);
    let no_default = SetCredentials::new("b").is_default(false);
    let no_default = client.update_credentials("docs", Scope::User, &no_default);
    assert!(no_default.unwrap_err().is_validation());
    client.delete_credentials("docs", Scope::User, "b").unwrap();
    assert_eq!(names(&client, &all), ["a*", "c"]);
    // Another type has a default of its own.
    update(&client, &oauth("a"));
    assert_eq!(names(&client, &all), ["a*", "c*"]);
}

#[test]
fn a_create_replaces_credentials_with_the_same_name() {
    let server = server();
    let client = server.client();
    for title in ["one", "two"] {
        create(&client, Scope::User, &token("a").title(title));
    }
    let list = stored(&client, Scope::User);
    assert_eq!(list.len(), 1);
    assert_eq!(list[0].title.as_deref(), Some("two"));
}

#[test]
fn an_update_changes_only_what_exists_and_what_it_contains() {
    let server = server();
    let client = server.client();
    create(&client, Scope::User, &token("a").title("one"));
    update(&client, &SetCredentials::new("a").header("x-key", "value"));
    let after = stored(&client, Scope::User);
    assert_eq!(after[0].title.as_deref(), Some("one"));
    for (scope, name) in [(Scope::User, "b"), (Scope::Workspace, "a")] {
        let unknown = SetCredentials::new(name);
        let error = client.update_credentials("docs", scope, &unknown);
        assert!(error.unwrap_err().is_not_found(), "{scope} {name}");
    }
    assert_eq!(stored(&client, Scope::User), after);
}

#[test]
fn credentials_are_deleted_one_by_one_or_all_of_a_user() {
    let server = server();
    let client = server.client();
    for scope in SCOPES {
        create(&client, scope, &token("a"));
        create(&client, scope, &token("b"));
        client.delete_credentials("docs", scope, "a").unwrap();
        let error = client.delete_credentials("docs", scope, "a");
        assert!(error.unwrap_err().is_not_found());
    }
    client.delete_all_user_credentials("docs").unwrap();
    let count = |scope| stored(&client, scope).len();
    assert_eq!(SCOPES.map(count), [0, 1, 1]);
    // Credentials of other scopes cannot be deleted all at once.
    let target = "/v1/connectors/docs/workspace/credentials";
    assert_eq!(raw(&server, "DELETE", target, "").0, 405);
}

#[test]
fn a_user_with_credentials_of_any_scope_is_logged_in() {
    for scope in SCOPES {
        let server = server();
        let client = server.client();
        let options = GetConnector::new().fetch_user_data(true);
        let is_authenticated = || client.get_with("docs", &options).unwrap().is_authenticated;
        assert_eq!(is_authenticated(), Some(false));
        create(&client, scope, &token("a"));
        assert_eq!(is_authenticated(), Some(true));
        client.delete_credentials("docs", scope, "a").unwrap();
        assert_eq!(is_authenticated(), Some(false));
    }
}

#[test]
fn preset_credentials_of_a_connector_are_listed() {
    let server = FakeServer::start();
    let client = server.client();
    let connector = docs()
        .header("x-key", "value")
        .auth_method(AuthMethod::oauth2(AuthData::new("ours")));
    client.create(&connector).unwrap();
    let list = client.list_credentials("docs", Scope::User).unwrap();
    let preset = list.connector_preset_credentials_for_auth;
    assert_eq!(preset, Some(vec![AuthenticationType::Bearer]));
}

#[test]
fn credentials_that_are_not_valid_are_refused() {
    let server = server();
    for (body, want) in [
        (json!({}), "body.name"),
        (json!({"name": "a b"}), "body.name"),
        (json!({"name": "a".repeat(65)}), "body.name"),
        (json!({"name": "a", "title": "t".repeat(256)}), "body.title"),
        (json!({"name": "a", "is_default": "yes"}), "body.is_default"),
        (json!({"name": "a", "credentials": "x"}), "body.credentials"),
        (
            json!({"name": "a", "credentials": {"bearer_token": 7}}),
            "body.credentials.bearer_token",
        ),
        (
            json!({"name": "a", "credentials": {"headers": []}}),
            "body.credentials.headers",
        ),
        (json!([]), "body"),
    ] {
        for method in ["POST", "PATCH"] {
            let response = raw(&server, method, TARGET, &body.to_string());
            assert_eq!(places(response), [want], "{method} {body}");
        }
    }
    for (method, more, want) in [
        ("DELETE", "/a%20b", "path.credentials_name"),
        ("GET", "?fetch_default=maybe", "query.fetch_default"),
        ("GET", "?auth_type=smoke", "query.auth_type"),
    ] {
        let response = raw(&server, method, &format!("{TARGET}{more}"), "");
        assert_eq!(places(response), [want], "{method} {more}");
    }
}

#[test]
fn credentials_need_an_api_key_a_connector_and_a_scope() {
    let server = server();
    assert_eq!(raw_as(&server, "wrong-key", "GET", TARGET).0, 401);
    for method in ["GET", "POST", "PATCH", "DELETE"] {
        for (target, want) in [
            (
                "/v1/connectors/mail/user/credentials",
                "Connector not found",
            ),
            ("/v1/connectors/docs/everybody/credentials", "Not Found"),
        ] {
            let (status, body) = raw(&server, method, target, r#"{"name": "a"}"#);
            assert_eq!(
                (status, &body["detail"]),
                (404, &json!(want)),
                "{method} {target}"
            );
        }
    }
}
