//! Credentials: requests, retries and responses.

use crate::support::wire::{Act, Wire, response};
use crate::support::{
    ID, ambiguous, assert_at_most_once, assert_retried, client, exchange, read_whole, with_response,
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

const PATH: &str = "/v1/connectors/docs/user/credentials";

fn done() -> Value {
    json!({"message": "done"})
}

fn mine() -> SetCredentials {
    SetCredentials::new("mine")
}

// --- requests

#[test]
fn every_scope_has_its_own_path() {
    for (scope, word) in SCOPES {
        assert_eq!(word.parse::<Scope>().unwrap(), scope);
        assert_eq!(scope.to_string(), word);
        let all = format!("/v1/connectors/docs/{word}/credentials");
        let one = format!("{all}/mine");
        let body = || Some(json!({"name": "mine"}));
        let list = exchange(("GET", &all), None, &json!({"credentials": []}), |client| {
            client.list_credentials("docs", scope)
        });
        assert!(list.credentials.is_empty());
        for response in [
            exchange(("POST", &all), body(), &done(), |client| {
                client.create_credentials("docs", scope, &mine())
            }),
            exchange(("PATCH", &all), body(), &done(), |client| {
                client.update_credentials("docs", scope, &mine())
            }),
            exchange(("DELETE", &one), None, &done(), |client| {
                client.delete_credentials("docs", scope, "mine")
            }),
        ] {
            assert_eq!(response.message, "done");
        }
    }
}

#[test]
fn an_unknown_scope_is_refused_with_the_known_ones() {
    for word in ["", "User", "org", " user", "system"] {
        let error = word.parse::<Scope>().unwrap_err();
        assert!(matches!(error, Error::InvalidRequest(_)), "{error}");
        let known = "the scope must be `user`, `workspace` or `organization`";
        assert!(error.to_string().contains(known), "{error}");
    }
}

#[test]
fn all_credentials_of_the_user_are_deleted_with_one_request() {
    exchange(("DELETE", PATH), None, &done(), |client| {
        client.delete_all_user_credentials("docs")
    });
}

#[test]
fn a_list_of_credentials_requests_what_was_set_and_nothing_else() {
    let options = ListCredentials::new;
    for (options, query) in [
        (options(), ""),
        (options().auth_type("a/b"), "?auth_type=a%2Fb"),
        (options().fetch_default(false), "?fetch_default=false"),
        (
            options()
                .auth_type(AuthenticationType::OAuth2)
                .fetch_default(true),
            "?auth_type=oauth2&fetch_default=true",
        ),
    ] {
        let path = format!("{PATH}{query}");
        exchange(
            ("GET", &path),
            None,
            &json!({"credentials": []}),
            |client| client.list_credentials_with("docs", Scope::User, &options),
        );
    }
}

#[test]
fn credentials_send_exactly_what_was_set() {
    let oauth = |fields: Value| {
        let mut oauth = fields;
        oauth["grant_type"] = json!("client_credentials");
        json!({"credentials": {"oauth": oauth}})
    };
    for (credentials, fields) in [
        (mine(), json!({})),
        (
            mine().title("").is_default(false),
            json!({"title": "", "is_default": false}),
        ),
        (
            mine().bearer_token("token"),
            json!({"credentials": {"bearer_token": "token"}}),
        ),
        (
            mine()
                .header("x-a", "1")
                .header("x-b", "2")
                .header("x-a", "3"),
            json!({"credentials": {"headers": {"x-a": "3", "x-b": "2"}}}),
        ),
        (
            mine().oauth("old", "old").oauth("id", "secret"),
            oauth(json!({"client_id": "id", "client_secret": "secret"})),
        ),
        (
            mine()
                .client_id("id")
                .client_private_key("key")
                .client_certificate("cert"),
            oauth(json!({
                "client_id": "id", "client_private_key": "key", "client_certificate": "cert",
            })),
        ),
        (
            mine().client_private_key("key").oauth("id", "secret"),
            oauth(json!({
                "client_id": "id", "client_secret": "secret", "client_private_key": "key",
            })),
        ),
        (mine().extra("new", Value::Null), json!({"new": null})),
        // A setter adds to what `extra` has set.
        (
            mine()
                .extra("credentials", json!({"github_installation_id": "7"}))
                .bearer_token("token"),
            json!({"credentials": {"github_installation_id": "7", "bearer_token": "token"}}),
        ),
        (
            mine()
                .title("Mine")
                .bearer_token("token")
                .header("x-a", "1")
                .extra("new", json!([1])),
            json!({
                "title": "Mine", "new": [1],
                "credentials": {"bearer_token": "token", "headers": {"x-a": "1"}},
            }),
        ),
    ] {
        let mut body = fields;
        body["name"] = json!("mine");
        exchange(("POST", PATH), Some(body.clone()), &done(), |client| {
            client.create_credentials("docs", Scope::User, &credentials)
        });
        exchange(("PATCH", PATH), Some(body), &done(), |client| {
            client.update_credentials("docs", Scope::User, &credentials)
        });
    }
}

#[test]
fn secrets_of_credentials_are_neither_printed_nor_shown_in_errors() {
    let secrets = [
        "token-hidden",
        "header-hidden",
        "client-hidden",
        "private-hidden",
        "certificate-hidden",
        "extra-hidden",
    ];
    let [token, header, client_secret, key, certificate, extra] = secrets;
    let credentials = mine()
        .bearer_token(token)
        .header("x-key", header)
        .oauth("our-client", client_secret)
        .client_private_key(key)
        .client_certificate(certificate)
        .extra("refresh_token", extra);
    let debug = format!("{credentials:?}");
    assert!(!debug.contains("hidden"), "{debug}");
    for shown in ["SetCredentials", "mine", "x-key", "our-client"] {
        assert!(debug.contains(shown), "{shown}: {debug}");
    }
    let echo = json!({"detail": format!("refused: {}", secrets.join(" "))}).to_string();
    let wire = Wire::script([Act::Send(response(422, &echo))]);
    let client = client(wire.base_url());
    for result in [
        client.create_credentials("docs", Scope::User, &credentials),
        client.update_credentials("docs", Scope::User, &credentials),
    ] {
        let error = result.unwrap_err();
        let text = format!("{error} {error:?}");
        assert!(text.contains("refused"), "{text}");
        assert!(!text.contains("hidden"), "{text}");
    }
    for secret in secrets {
        assert!(wire.seen()[0].body.contains(secret), "{secret} is sent");
    }
}

// --- retries and hints

#[test]
fn a_create_of_credentials_is_sent_at_most_once() {
    assert_at_most_once("create_credentials", &done(), |client| {
        client.create_credentials("docs", Scope::User, &mine())
    });
}

#[test]
fn other_requests_about_credentials_are_retried() {
    assert_retried("list", &json!({"credentials": []}), |client| {
        client.list_credentials("docs", Scope::User)
    });
    assert_retried("update", &done(), |client| {
        client.update_credentials("docs", Scope::User, &mine())
    });
    assert_retried("delete", &done(), |client| {
        client.delete_credentials("docs", Scope::User, "mine")
    });
    assert_retried("delete all", &done(), |client| {
        client.delete_all_user_credentials("docs")
    });
}

#[test]
fn a_retried_delete_of_credentials_that_finds_none_is_an_error() {
    // Names can be used again, so the first attempt need not have deleted anything.
    for failure in ambiguous() {
        let gone = Act::Send(response(404, r#"{"detail": "not found"}"#));
        let wire = Wire::script([failure.clone(), gone]);
        let result = client(wire.base_url()).delete_credentials(ID, Scope::User, ID);
        let error = result.unwrap_err();
        assert!(error.is_not_found(), "{failure:?}: {error}");
        assert!(error.may_have_happened(), "{failure:?}: {error}");
    }
}

#[test]
fn if_the_api_cannot_update_credentials_the_hint_says_what_to_do() {
    let body = r#"{"detail": "Method Not Allowed"}"#;
    let update = with_response(405, body, |client| {
        client.update_credentials("docs", Scope::User, &mine())
    });
    let hint = update.unwrap_err().hint().unwrap_or_default().to_owned();
    assert!(hint.contains("create_credentials"), "{hint}");
    let create = with_response(405, body, |client| {
        client.create_credentials("docs", Scope::User, &mine())
    });
    assert_eq!(create.unwrap_err().hint(), None);
}

// --- responses

#[test]
fn credentials_are_read_and_written_back() {
    let list: CredentialsList = read_whole(&json!({
        "credentials": [
            {
                "name": "mine", "title": null, "authentication_type": "oauth2", "scope": "user",
                "is_default": true, "creator_id": "user-1", "of_2027": {"a": [null]},
                "status": {
                    "status_type": "invalid", "last_checked_at": "2026-11-01T08:00:00Z",
                    "error_http_code": 401, "error_message": "blank bearer token", "new": 1,
                },
            },
            {"name": "bare", "status": null, "scope": null, "creator_id": null},
        ],
        "connector_preset_credentials_for_auth": ["bearer", "github_app", "slack_app", "new"],
        "of_2027": null,
    }));
    let [mine, bare] = &*list.credentials else {
        panic!("{list:?}")
    };
    assert_eq!(mine.authentication_type, Some(AuthenticationType::OAuth2));
    assert_eq!(mine.scope, Some(OwnerType::User));
    assert_eq!(mine.is_default, Some(true));
    assert_eq!(mine.creator_id.as_deref(), Some("user-1"));
    let status = mine.status.as_ref().unwrap();
    assert_eq!(status.status_type, Some(CredentialsState::Invalid));
    let checked = status.last_checked_at.as_deref();
    assert_eq!(checked, Some("2026-11-01T08:00:00Z"));
    assert_eq!(status.error_http_code, Some(401));
    assert_eq!(status.error_message.as_deref(), Some("blank bearer token"));
    assert_eq!((&bare.status, &bare.scope), (&None, &None));
    let preset = list.connector_preset_credentials_for_auth.as_ref().unwrap();
    assert_eq!(
        preset[1..3],
        [AuthenticationType::GithubApp, AuthenticationType::SlackApp]
    );
}

#[test]
fn unknown_values_and_unexpected_types_in_credentials_are_kept() {
    let unknown: Credentials = read_whole(&json!({
        "name": "ours", "authentication_type": "fingerprint", "scope": "galaxy",
        "status": {"status_type": "tired", "error_http_code": "none", "error_message": null},
    }));
    assert_eq!(unknown.authentication_type, Some("fingerprint".into()));
    assert_eq!(unknown.scope, Some("galaxy".into()));
    assert_eq!(unknown.status.unwrap().status_type, Some("tired".into()));

    let unexpected: Credentials = read_whole(&json!({
        "name": "theirs", "status": "valid", "scope": 1, "is_default": "yes", "title": [],
        "creator_id": 7,
    }));
    assert_eq!(unexpected.status, None);
    assert_eq!(unexpected.scope, None);
    assert_eq!(unexpected.is_default, None);
    assert_eq!(unexpected.title, None);
    assert_eq!(unexpected.creator_id, None);
    assert_eq!(unexpected.extra["creator_id"], json!(7));
}

#[test]
fn a_response_that_is_not_a_list_of_credentials_is_an_error_that_says_so() {
    for body in ["{}", "[]", "null", "", r#"{"credentials": {}}"#] {
        let list = with_response(200, body, |client| {
            client.list_credentials("docs", Scope::User)
        });
        let error = list.unwrap_err();
        assert!(matches!(error, Error::Decode(_)), "{body}: {error}");
        let text = error.to_string();
        assert!(text.contains("a list of credentials"), "{body}: {text}");
    }
}

#[test]
fn a_write_needs_no_message_in_the_response() {
    for (status, body) in [(204, ""), (200, "null"), (200, "{}"), (201, "")] {
        let created = with_response(status, body, |client| {
            client.create_credentials("docs", Scope::User, &mine())
        });
        assert_eq!(created.unwrap().message, "", "{status} {body}");
    }
}
