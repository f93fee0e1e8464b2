//! Which connectors can be used now: what is asked, and how the answer is read.

use crate::support::wire::{Act, Wire, response};
use crate::support::{assert_repeated, client, exchange, read_whole};
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
            {"id": "4", "name": null, "status": {"is_ready": null}, "tools": null,
             "auth_action": {"type": "pray"}},
            {"id": "5"},
            {"id": "6", "name": 7, "status": "ready", "tools": [{}], "bootstrap_errors": {},
             "auth_action": {"url": "u"}, "of_2027": []},
            {"id": "7", "status": {"is_ready": "true"}, "auth_action": "oauth"},
        ],
        "errors": [{"code": 1}],
        "of_2027": null,
    })
}

#[test]
fn it_is_one_request() {
    let path = "/v1/connectors/bootstrap?include_auth_actionable_connectors=true";
    let all = exchange(("GET", path), None, &readiness(), |client| {
        client.readiness()
    });
    assert_eq!(all.connectors.len(), 7);
}

#[test]
fn it_is_asked_for_again() {
    assert_repeated("readiness", &readiness(), |client| client.readiness());
}

#[test]
fn it_is_read_and_written_back() {
    let all: Readiness = read_whole(&readiness());
    assert_eq!(all.errors, Some(json!([{"code": 1}])));
    let ready: Vec<_> = (&all)
        .into_iter()
        .map(ConnectorReadiness::is_ready)
        .collect();
    assert_eq!(ready, [true, false, false, false, false, false, false]);
    let kinds = all.connectors.iter().map(|connector| {
        let action = connector.auth_action.as_ref();
        action.map(|action| action.kind.clone())
    });
    let pray = AuthActionKind::Other("pray".to_owned());
    let want = [
        None,
        Some(AuthActionKind::OAuth),
        Some(AuthActionKind::CredentialsSetup),
        Some(pray),
        None,
        None,
        None,
    ];
    assert_eq!(kinds.collect::<Vec<_>>(), want);
    assert_eq!(all.connectors[0].tools.as_ref().unwrap()[0].name, "search");
    assert_eq!(
        all.connectors[1].bootstrap_errors,
        Some(json!(["no token"]))
    );
    assert_eq!(
        all.connectors[1].auth_action.as_ref().unwrap().extra["url"],
        "u"
    );
    let names: Vec<_> = all.into_iter().map(|connector| connector.name).collect();
    assert_eq!(names, ["wiki", "mail", "bank", "", "", "", ""]);
    for bare in [
        json!({"connectors": []}),
        json!({"connectors": null, "errors": null}),
    ] {
        assert!(read_whole::<Readiness>(&bare).connectors.is_empty());
    }
}

#[test]
fn what_is_no_readiness_is_an_error() {
    for (status, odd) in [
        (200, "{}"),
        (200, r#"{"status": "ok"}"#),
        (200, r#"{"errors": []}"#),
        (200, r#"{"connectors": {}}"#),
        (200, r#"{"id": "1", "name": "bootstrap"}"#),
        (200, "[]"),
        (204, ""),
    ] {
        let wire = Wire::script([Act::Send(response(status, odd))]);
        let error = client(wire.base_url()).readiness().unwrap_err();
        assert!(matches!(error, Error::Decode(_)), "{odd}: {error}");
        assert!(error.to_string().contains("readiness"), "{odd}: {error}");
    }
}
