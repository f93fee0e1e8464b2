//! The credentials that the fake server stores.

use crate::fake_server::{ask, places, raw, read};
use mistral_connectors::testing::FakeServer;
use mistral_connectors::types::CredentialsState;
use mistral_connectors::{
    AuthData, AuthMethod, AuthenticationType, ConnectorsClient, CreateConnector, Credentials,
    GetConnector, ListCredentials, OwnerType, Scope, SetCredentials,
};
use serde_json::json;

const SCOPES: [Scope; 3] = [Scope::User, Scope::Workspace, Scope::Organization];

/// A server with one connector, `docs`, to which the user is not logged in.
fn server() -> FakeServer {
    let server = FakeServer::start();
    server.add(json!({"name": "docs", "is_authenticated": false}));
    server
}

fn token(name: &str) -> SetCredentials {
    SetCredentials::new(name).bearer_token("hidden-token")
}

#[track_caller]
fn set(client: &ConnectorsClient, scope: Scope, new: &SetCredentials) {
    client.create_credentials("docs", scope, new).unwrap();
}

#[track_caller]
fn kept(client: &ConnectorsClient, scope: Scope, options: &ListCredentials) -> Vec<Credentials> {
    let kept = client
        .list_credentials_with("docs", scope, options)
        .unwrap();
    kept.credentials
}

/// The names of the credentials. Those that are the default of their kind have a star.
#[track_caller]
fn names(client: &ConnectorsClient, options: &ListCredentials) -> Vec<String> {
    let kept = kept(client, Scope::User, options);
    let star = |kept: &Credentials| {
        if kept.is_default == Some(true) {
            "*"
        } else {
            ""
        }
    };
    let names = kept
        .iter()
        .map(|kept| format!("{}{}", kept.name, star(kept)));
    names.collect()
}

#[test]
fn credentials_are_stored_for_each_scope_separately() {
    let server = server();
    let client = server.client();
    for scope in SCOPES {
        set(&client, scope, &token(scope.as_str()).title("A title"));
    }
    for (scope, owner) in
        SCOPES
            .into_iter()
            .zip([OwnerType::User, OwnerType::Workspace, OwnerType::Org])
    {
        let kept = kept(&client, scope, &ListCredentials::new());
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0].name, scope.as_str());
        assert_eq!(kept[0].title.as_deref(), Some("A title"));
        assert_eq!(
            kept[0].authentication_type,
            Some(AuthenticationType::Bearer)
        );
        assert_eq!(kept[0].scope, Some(owner));
        assert_eq!(kept[0].is_default, Some(true));
        let status = kept[0].status.as_ref().unwrap();
        assert_eq!(status.status_type, Some(CredentialsState::Valid));
        assert!(status.last_checked_at.is_some());
    }
}

#[test]
fn the_kind_of_credentials_follows_from_their_secret() {
    let server = server();
    let client = server.client();
    set(&client, Scope::User, &token("a"));
    set(
        &client,
        Scope::User,
        &SetCredentials::new("b").header("x-key", "hidden"),
    );
    set(
        &client,
        Scope::User,
        &SetCredentials::new("c").oauth("hidden", "hidden"),
    );
    let installation = json!({"github_installation_id": "hidden"});
    let installation = SetCredentials::new("d").extra("credentials", installation);
    set(&client, Scope::User, &installation);
    let kept = kept(&client, Scope::User, &ListCredentials::new());
    let kinds = kept.iter().map(|kept| kept.authentication_type.clone());
    let want = ["bearer", "bearer", "oauth2", "github_app"];
    assert!(kinds.eq(want.map(|kind| Some(kind.into()))), "{kept:?}");
}

#[test]
fn secrets_are_never_returned_and_never_printed() {
    let server = server();
    let client = server.client();
    let all = token("mine")
        .header("x-key", "hidden-header")
        .oauth("an-id", "hidden-secret");
    let said = client.create_credentials("docs", Scope::User, &all);
    let changed = client.update_credentials("docs", Scope::User, &all);
    let kept = client.list_credentials("docs", Scope::User);
    let connector = client.get_with("docs", &GetConnector::new().fetch_user_data(true));
    let shown = format!(
        "{said:?} {changed:?} {kept:?} {connector:?} {:?}",
        server.requests()
    );
    assert!(!shown.contains("hidden"), "{shown}");
    let body = server.requests()[0].body.clone().unwrap();
    assert_eq!(body["credentials"]["bearer_token"], "hidden-token");
}

#[test]
fn credentials_are_filtered_by_kind_and_default() {
    let server = server();
    let client = server.client();
    for new in [
        token("a"),
        token("b"),
        SetCredentials::new("c").oauth("id", "secret"),
    ] {
        set(&client, Scope::User, &new);
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
    let odd = all().auth_type("smoke");
    let error = client.list_credentials_with("docs", Scope::User, &odd);
    assert!(error.unwrap_err().is_validation());
}

#[test]
fn one_of_a_kind_is_the_default() {
    let server = server();
    let client = server.client();
    let all = ListCredentials::new();
    let first = client.create_credentials("docs", Scope::User, &token("a").is_default(false));
    assert!(first.unwrap_err().is_validation());
    assert!(names(&client, &all).is_empty());
    set(&client, Scope::User, &token("a"));
    set(&client, Scope::User, &token("b").is_default(false));
    set(&client, Scope::User, &token("c").is_default(true));
    assert_eq!(names(&client, &all), ["a", "b", "c*"]);
    let promoted = SetCredentials::new("b").is_default(true);
    client
        .update_credentials("docs", Scope::User, &promoted)
        .unwrap();
    assert_eq!(names(&client, &all), ["a", "b*", "c"]);
    let demoted = SetCredentials::new("b").is_default(false);
    let demoted = client.update_credentials("docs", Scope::User, &demoted);
    assert!(demoted.unwrap_err().is_validation());
    client.delete_credentials("docs", Scope::User, "b").unwrap();
    assert_eq!(names(&client, &all), ["a*", "c"]);
}

#[test]
fn credentials_that_become_another_kind_leave_a_default_behind() {
    let server = server();
    let client = server.client();
    set(&client, Scope::User, &token("a"));
    set(&client, Scope::User, &token("b"));
    let change = SetCredentials::new("a").oauth("id", "secret");
    client
        .update_credentials("docs", Scope::User, &change)
        .unwrap();
    assert_eq!(names(&client, &ListCredentials::new()), ["a*", "b*"]);
}

#[test]
fn a_second_create_replaces_the_first() {
    let server = server();
    let client = server.client();
    set(&client, Scope::User, &token("a").title("one"));
    set(&client, Scope::User, &token("a").title("two"));
    let kept = kept(&client, Scope::User, &ListCredentials::new());
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].title.as_deref(), Some("two"));
}

#[test]
fn an_update_changes_only_what_exists_and_what_it_contains() {
    let server = server();
    let client = server.client();
    set(&client, Scope::User, &token("a").title("one"));
    let change = SetCredentials::new("a").header("x-key", "value");
    client
        .update_credentials("docs", Scope::User, &change)
        .unwrap();
    let after = kept(&client, Scope::User, &ListCredentials::new());
    assert_eq!(after[0].title.as_deref(), Some("one"));
    for (scope, name) in [(Scope::User, "b"), (Scope::Workspace, "a")] {
        let change = SetCredentials::new(name);
        let error = client.update_credentials("docs", scope, &change);
        assert!(error.unwrap_err().is_not_found(), "{scope} {name}");
    }
    assert_eq!(kept(&client, Scope::User, &ListCredentials::new()), after);
}

#[test]
fn credentials_are_deleted_one_by_one_or_all_of_a_user() {
    let server = server();
    let client = server.client();
    for scope in SCOPES {
        set(&client, scope, &token("a"));
        set(&client, scope, &token("b"));
    }
    for scope in SCOPES {
        client.delete_credentials("docs", scope, "a").unwrap();
        let error = client.delete_credentials("docs", scope, "a");
        assert!(error.unwrap_err().is_not_found());
    }
    client.delete_all_user_credentials("docs").unwrap();
    let count = |scope| kept(&client, scope, &ListCredentials::new()).len();
    assert_eq!(SCOPES.map(count), [0, 1, 1]);
    // Credentials of other scopes cannot be deleted all at once.
    let target = "/v1/connectors/docs/workspace/credentials";
    assert_eq!(raw(&server, "DELETE", target, "").0, 405);
}

#[test]
fn a_user_with_credentials_is_logged_in() {
    for scope in SCOPES {
        let server = server();
        let client = server.client();
        let options = GetConnector::new().fetch_user_data(true);
        let is_authenticated = || client.get_with("docs", &options).unwrap().is_authenticated;
        assert_eq!(is_authenticated(), Some(false));
        set(&client, scope, &token("a"));
        assert_eq!(is_authenticated(), Some(true));
        client.delete_credentials("docs", scope, "a").unwrap();
        assert_eq!(is_authenticated(), Some(false));
    }
}

#[test]
fn preset_credentials_of_a_connector_are_listed() {
    let server = FakeServer::start();
    let client = server.client();
    let oauth = AuthMethod::oauth2(AuthData::new("ours"));
    let wanted = CreateConnector::new("docs", "d", "https://docs.example/mcp")
        .header("x-key", "value")
        .auth_method(oauth);
    client.create(&wanted).unwrap();
    let kept = client.list_credentials("docs", Scope::User);
    let preset = kept.unwrap().connector_preset_credentials_for_auth;
    assert_eq!(preset, Some(vec![AuthenticationType::Bearer]));
}

#[test]
fn credentials_that_are_not_valid_are_refused() {
    let server = server();
    let target = "/v1/connectors/docs/user/credentials";
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
            let answer = raw(&server, method, target, &body.to_string());
            assert_eq!(places(answer), [want], "{method} {body}");
        }
    }
    let answer = raw(&server, "DELETE", &format!("{target}/a%20b"), "");
    assert_eq!(places(answer), ["path.credentials_name"]);
    let answer = raw(&server, "GET", &format!("{target}?fetch_default=maybe"), "");
    assert_eq!(places(answer), ["query.fetch_default"]);
}

#[test]
fn credentials_need_a_known_connector_and_scope() {
    let server = server();
    let client = server.client();
    for error in [
        client.list_credentials("mail", Scope::User).err(),
        client
            .create_credentials("mail", Scope::User, &token("a"))
            .err(),
        client
            .update_credentials("mail", Scope::User, &token("a"))
            .err(),
        client.delete_credentials("mail", Scope::User, "a").err(),
        client.delete_all_user_credentials("mail").err(),
    ] {
        assert!(error.unwrap().is_not_found());
    }
    for method in ["GET", "POST", "PATCH", "DELETE"] {
        let target = "/v1/connectors/docs/everybody/credentials";
        let (status, body) = raw(&server, method, target, r#"{"name": "a"}"#);
        assert_eq!(
            (status, &body["detail"]),
            (404, &json!("Not Found")),
            "{method}"
        );
    }
    let target = "/v1/connectors/docs/user/credentials";
    let (status, _) = read(ask(&server, "wrong-key", "GET", target, ""));
    assert_eq!(status, 401);
}
