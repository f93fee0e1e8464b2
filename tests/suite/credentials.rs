//! Credentials: what each request sends, how lists of them are read, and what is repeated.

use crate::support::wire::{Act, Wire, response};
use crate::support::{
    ambiguous, assert_at_most_once, assert_repeated, client, exchange, read_whole,
};
use mistral_connectors::types::CredentialsState;
use mistral_connectors::{
    AuthenticationType, Credentials, CredentialsList, Error, ListCredentials, OwnerType, Scope,
    SetCredentials,
};
use serde_json::{Value, json};

const SCOPES: [(Scope, &str); 3] = [
    (Scope::User, "user"),
    (Scope::Workspace, "workspace"),
    (Scope::Organization, "organization"),
];

fn done() -> Value {
    json!({"message": "done"})
}

fn new() -> SetCredentials {
    SetCredentials::new("mine")
}

// --- the exact requests

#[test]
fn credentials_are_kept_in_three_scopes() {
    for (scope, word) in SCOPES {
        let all = format!("/v1/connectors/docs/{word}/credentials");
        let body = || Some(json!({"name": "mine"}));
        let list = exchange(("GET", &all), None, &json!({"credentials": []}), |client| {
            client.list_credentials("docs", scope)
        });
        assert!(list.credentials.is_empty());
        let said = exchange(("POST", &all), body(), &done(), |client| {
            client.create_credentials("docs", scope, &new())
        });
        assert_eq!(said.message, "done");
        let said = exchange(("PATCH", &all), body(), &done(), |client| {
            client.update_credentials("docs", scope, &new())
        });
        assert_eq!(said.message, "done");
        let one = format!("{all}/mine");
        let said = exchange(("DELETE", &one), None, &done(), |client| {
            client.delete_credentials("docs", scope, "mine")
        });
        assert_eq!(said.message, "done");
    }
}

#[test]
fn all_credentials_of_the_user_are_deleted_together() {
    let path = "/v1/connectors/docs/user/credentials";
    let said = exchange(("DELETE", path), None, &done(), |client| {
        client.delete_all_user_credentials("docs")
    });
    assert_eq!(said.message, "done");
}

#[test]
fn a_list_of_credentials_asks_for_what_was_set() {
    let options = ListCredentials::new;
    for (options, query) in [
        (options(), ""),
        (
            options().auth_type(AuthenticationType::OAuth2),
            "?auth_type=oauth2",
        ),
        (options().auth_type("a/b"), "?auth_type=a%2Fb"),
        (options().fetch_default(false), "?fetch_default=false"),
        (
            options().fetch_default(true).auth_type("bearer"),
            "?auth_type=bearer&fetch_default=true",
        ),
    ] {
        let path = format!("/v1/connectors/docs/workspace/credentials{query}");
        exchange(
            ("GET", &path),
            None,
            &json!({"credentials": []}),
            |client| client.list_credentials_with("docs", Scope::Workspace, &options),
        );
    }
}

#[test]
fn every_setting_of_credentials_goes_by_its_own_name() {
    for (credentials, fields) in [
        (new(), json!({})),
        (new().title("Mine"), json!({"title": "Mine"})),
        (new().is_default(false), json!({"is_default": false})),
        (
            new().bearer_token("token"),
            json!({"credentials": {"bearer_token": "token"}}),
        ),
        (
            new()
                .header("x-a", "1")
                .header("x-b", "2")
                .header("x-a", "3"),
            json!({"credentials": {"headers": {"x-a": "3", "x-b": "2"}}}),
        ),
        (
            new().oauth("client", "secret"),
            json!({"credentials": {"oauth": {
                "grant_type": "client_credentials", "client_id": "client", "client_secret": "secret",
            }}}),
        ),
        (
            new().extra("credentials", json!({"github_installation_id": "7"})),
            json!({"credentials": {"github_installation_id": "7"}}),
        ),
        (new().extra("new", Value::Null), json!({"new": null})),
        // What is said in both ways is sent together; the setter's word counts.
        (
            new().bearer_token("token").extra(
                "credentials",
                json!({"github_installation_id": "7", "bearer_token": "no"}),
            ),
            json!({"credentials": {"github_installation_id": "7", "bearer_token": "token"}}),
        ),
        (
            new()
                .bearer_token("token")
                .extra("credentials", Value::Null),
            json!({"credentials": {"bearer_token": "token"}}),
        ),
        (
            new()
                .title("Mine")
                .is_default(true)
                .bearer_token("token")
                .header("x-a", "1")
                .oauth("client", "secret")
                .extra("new", json!([1])),
            json!({"title": "Mine", "is_default": true, "new": [1], "credentials": {
                "bearer_token": "token",
                "headers": {"x-a": "1"},
                "oauth": {
                    "grant_type": "client_credentials", "client_id": "client",
                    "client_secret": "secret",
                },
            }}),
        ),
    ] {
        let mut body = json!({"name": "mine"});
        let fields = fields.as_object().unwrap().clone();
        body.as_object_mut().unwrap().extend(fields);
        let path = "/v1/connectors/docs/user/credentials";
        exchange(("POST", path), Some(body.clone()), &done(), |client| {
            client.create_credentials("docs", Scope::User, &credentials)
        });
        exchange(("PATCH", path), Some(body), &done(), |client| {
            client.update_credentials("docs", Scope::User, &credentials)
        });
    }
}

#[test]
fn credentials_to_be_kept_print_no_secret() {
    let secrets = [
        "token-hidden",
        "header-hidden",
        "client-hidden",
        "extra-hidden",
    ];
    let [token, header, client_secret, extra] = secrets;
    let credentials = new()
        .title("Mine")
        .bearer_token(token)
        .header("x-key", header)
        .oauth("our-client", client_secret)
        .extra("refresh_token", extra);
    for text in [format!("{credentials:?}"), format!("{credentials:#?}")] {
        assert!(!text.contains("hidden"), "{text}");
        for shown in [
            "SetCredentials",
            "mine",
            "Mine",
            "x-key",
            "our-client",
            "bearer_token",
        ] {
            assert!(text.contains(shown), "{shown}: {text}");
        }
    }
    let echo = json!({"detail": format!("refused: {}", secrets.join(" "))}).to_string();
    let wire = Wire::script([Act::Send(response(422, &echo))]);
    let client = client(wire.base_url());
    for error in [
        client
            .create_credentials("docs", Scope::User, &credentials)
            .unwrap_err(),
        client
            .update_credentials("docs", Scope::User, &credentials)
            .unwrap_err(),
    ] {
        let text = format!("{error} {error:?} {error:#?}");
        assert!(
            text.contains("refused") && !text.contains("hidden"),
            "{text}"
        );
    }
}

// --- repeats, and what errors say

#[test]
fn new_credentials_are_sent_at_most_once() {
    assert_at_most_once("create_credentials", &done(), |client| {
        client.create_credentials("docs", Scope::User, &new())
    });
}

#[test]
fn everything_else_is_repeated() {
    let list = json!({"credentials": []});
    assert_repeated("list", &list, |client| {
        client.list_credentials("docs", Scope::User)
    });
    assert_repeated("update", &done(), |client| {
        client.update_credentials("docs", Scope::User, &new())
    });
    assert_repeated("delete", &done(), |client| {
        client.delete_credentials("docs", Scope::User, "mine")
    });
    assert_repeated("delete all", &done(), |client| {
        client.delete_all_user_credentials("docs")
    });
}

#[test]
fn credentials_that_a_repeated_deletion_does_not_find_are_not_found() {
    // Names are given again: that there are none now says nothing of the first attempt.
    let id = crate::support::ID;
    for failure in ambiguous() {
        let gone = Act::Send(response(404, r#"{"detail": "not found"}"#));
        let wire = Wire::script([failure.clone(), gone]);
        let result = client(wire.base_url()).delete_credentials(id, Scope::User, id);
        let error = result.unwrap_err();
        assert!(
            error.is_not_found() && error.may_have_happened(),
            "{failure:?}: {error}"
        );
    }
}

#[test]
fn where_credentials_cannot_be_changed_the_hint_says_what_to_do() {
    let wire = Wire::script([Act::Send(response(
        405,
        r#"{"detail": "Method Not Allowed"}"#,
    ))]);
    let client = client(wire.base_url());
    let update = client
        .update_credentials("docs", Scope::User, &new())
        .unwrap_err();
    assert!(
        update.hint().unwrap().contains("create_credentials"),
        "{update}"
    );
    let create = client
        .create_credentials("docs", Scope::User, &new())
        .unwrap_err();
    let hint = create.hint().unwrap_or_default();
    assert!(!hint.contains("create_credentials"), "{create}");
}

// --- answers

#[test]
fn a_list_of_credentials_is_read_and_written_back() {
    let value = json!({
        "credentials": [
            {
                "name": "mine", "title": null, "authentication_type": "oauth2", "scope": "user",
                "is_default": true, "of_2027": {"a": [null]},
                "status": {
                    "status_type": "invalid", "last_checked_at": "2026-11-01T08:00:00Z",
                    "error_http_code": 401, "error_message": "blank bearer token", "new": 1,
                },
            },
            {
                "name": "ours", "authentication_type": "fingerprint", "scope": "galaxy",
                "status": {"status_type": "tired", "error_http_code": "none", "error_message": null},
            },
            {"name": "odd", "status": "valid", "scope": 1, "is_default": "yes", "title": []},
            {"name": "bare", "status": null, "scope": null, "authentication_type": null},
        ],
        "connector_preset_credentials_for_auth": ["bearer", "none", "github_app", "slack_app", "new"],
        "of_2027": null,
    });
    let list: CredentialsList = read_whole(&value);
    let [mine, ours, odd, bare] = &*list.credentials else {
        panic!("{list:?}")
    };
    assert_eq!(mine.authentication_type, Some(AuthenticationType::OAuth2));
    assert_eq!(
        (&mine.scope, mine.is_default),
        (&Some(OwnerType::User), Some(true))
    );
    let status = mine.status.as_ref().unwrap();
    assert_eq!(status.status_type, Some(CredentialsState::Invalid));
    assert_eq!(
        status.last_checked_at.as_deref(),
        Some("2026-11-01T08:00:00Z")
    );
    assert_eq!(status.error_http_code, Some(401));
    assert_eq!(status.error_message.as_deref(), Some("blank bearer token"));
    assert_eq!(
        ours.authentication_type.as_ref().unwrap().as_str(),
        "fingerprint"
    );
    assert_eq!(ours.scope, Some(OwnerType::Other("galaxy".to_owned())));
    let state = &ours.status.as_ref().unwrap().status_type;
    assert_eq!(*state, Some(CredentialsState::Other("tired".to_owned())));
    assert_eq!(
        (&odd.status, &odd.scope, odd.is_default, &odd.title),
        (&None, &None, None, &None)
    );
    assert_eq!((&bare.status, &bare.authentication_type), (&None, &None));
    let kinds = list.connector_preset_credentials_for_auth.as_ref().unwrap();
    assert_eq!(
        kinds[2..4],
        [AuthenticationType::GithubApp, AuthenticationType::SlackApp]
    );

    let names =
        |list: Vec<&Credentials>| list.iter().map(|one| one.name.clone()).collect::<Vec<_>>();
    assert_eq!(
        names((&list).into_iter().collect()),
        ["mine", "ours", "odd", "bare"]
    );
    let owned: Vec<Credentials> = list.into_iter().collect();
    assert_eq!(
        names(owned.iter().collect()),
        ["mine", "ours", "odd", "bare"]
    );
    read_whole::<CredentialsList>(&json!({"credentials": null}));
}

#[test]
fn what_is_no_list_of_credentials_is_an_error() {
    for odd in ["{}", "[]", "null", "", r#"{"credentials": {}}"#] {
        let wire = Wire::script([Act::Send(response(200, odd))]);
        let options = ListCredentials::new();
        let error = client(wire.base_url()).list_credentials_with("docs", Scope::User, &options);
        let error = error.unwrap_err();
        assert!(matches!(error, Error::Decode(_)), "{odd}: {error}");
        assert!(error.to_string().contains("credentials"), "{odd}: {error}");
    }
}

#[test]
fn an_answer_without_a_message_is_good_enough_for_a_write() {
    for nothing in [
        response(204, ""),
        response(200, "null"),
        response(200, "{}"),
        response(201, ""),
    ] {
        let wire = Wire::script([Act::Send(nothing)]);
        let client = client(wire.base_url());
        let said = client
            .create_credentials("docs", Scope::User, &new())
            .unwrap();
        assert_eq!(said.message, "");
        assert!(
            client
                .delete_credentials("docs", Scope::User, "mine")
                .is_ok()
        );
    }
}

// --- scopes

#[test]
fn a_scope_is_the_word_of_the_path() {
    for (scope, word) in SCOPES {
        assert_eq!((scope.as_str(), &*scope.to_string()), (word, word));
        assert_eq!(word.parse::<Scope>().unwrap(), scope);
        assert_eq!(
            format!("{scope:>14}|{scope:<14}").replace(' ', ""),
            format!("{word}|{word}")
        );
        let copied = scope;
        assert_eq!(std::collections::HashSet::from([scope, copied]).len(), 1);
    }
    for word in ["", "User", "org", " user", "system"] {
        let error = word.parse::<Scope>().unwrap_err();
        let expected = "expected `user`, `workspace` or `organization`";
        assert!(error.to_string().ends_with(expected), "{error}");
    }
}
