//! Which connectors can be used now.

use crate::support::{assert_retried, exchange, read_whole, with_response};
use mistral_connectors::types::AuthActionKind;
use mistral_connectors::{ConnectorReadiness, Error, Readiness};
use serde_json::{Value, json};

fn readiness() -> Value {
    json!({
        "connectors": [
            {
                "id": "1", "name": "wiki", "status": {"is_ready": true, "new": 1},
                "tools": [{"name": "search", "description": null, "inputSchema": {"type": "object"}}],
                "bootstrap_errors": null, "auth_action": null,
            },
            {"id": "2", "name": "mail", "status": {"is_ready": false}, "tools": [],
             "bootstrap_errors": ["no token"], "auth_action": {"type": "oauth", "url": "u"}},
            {"id": "3", "name": "bank", "auth_action": {"type": "credentials_setup"}},
            {"id": "4", "status": {"is_ready": null}, "tools": null, "auth_action": {"type": "pray"}},
            {"id": "5", "name": 7, "status": "ready", "tools": [{}], "bootstrap_errors": {},
             "auth_action": {"url": "u"}, "of_2027": []},
            {"id": "6", "status": {"is_ready": "true"}, "auth_action": "oauth"},
        ],
        "errors": [{"code": 1}],
        "of_2027": null,
    })
}

#[test]
fn readiness_sends_one_request() {
    let path = "/v1/connectors/bootstrap?include_auth_actionable_connectors=true";
    let all = exchange(("GET", path), None, &readiness(), |client| {
        client.readiness()
    });
    assert_eq!(all.connectors.len(), 6);
}

#[test]
fn readiness_is_retried() {
    assert_retried("readiness", &readiness(), |client| client.readiness());
}

#[test]
fn readiness_is_read_and_written_back() {
    let all: Readiness = read_whole(&readiness());
    assert_eq!(all.errors, Some(json!([{"code": 1}])));
    let ready: Vec<_> = all.iter().map(ConnectorReadiness::is_ready).collect();
    assert_eq!(ready, [true, false, false, false, false, false]);
    let actions = all.iter().map(|connector| connector.auth_action.as_ref());
    let kinds: Vec<_> = actions.map(|own| own.map(|own| &own.kind)).collect();
    let pray = AuthActionKind::from("pray");
    let want = [
        None,
        Some(&AuthActionKind::OAuth),
        Some(&AuthActionKind::CredentialsSetup),
        Some(&pray),
        None,
        None,
    ];
    assert_eq!(kinds, want);
    let [wiki, mail, ..] = all.connectors.as_slice() else {
        panic!("{all:?}")
    };
    assert_eq!(wiki.tools.as_ref().unwrap()[0].name, "search");
    assert_eq!(mail.bootstrap_errors, Some(json!(["no token"])));
    assert_eq!(mail.auth_action.as_ref().unwrap().extra["url"], "u");
}

#[test]
fn a_response_without_a_list_of_connectors_is_an_error() {
    for (status, body) in [
        (200, "{}"),
        (200, r#"{"errors": []}"#),
        (200, r#"{"connectors": {}}"#),
        (200, r#"{"id": "1", "name": "bootstrap"}"#),
        (200, "[]"),
        (204, ""),
    ] {
        let error = with_response(status, body, |client| client.readiness()).unwrap_err();
        assert!(matches!(error, Error::Decode(_)), "{body}: {error}");
        let text = error.to_string();
        assert!(text.contains("not the readiness of connectors"), "{text}");
    }
}
