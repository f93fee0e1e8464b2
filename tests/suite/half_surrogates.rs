//! A response is not lost because of half a surrogate pair, which JavaScript servers produce when
//! they cut a string.

use std::time::Duration;

use crate::support::wire::{Act, Wire, respond, response};
use crate::support::{ID, client, connector, docs, with_response};
use mistral_connectors::{
    CallTool, Connector, ConnectorsClient, Error, Method, Result, Scope, UpdateConnector,
};
use serde_json::json;

/// Half a surrogate pair in JSON, and how it is read.
const HALF: &str = r"cut off \ud83d";
const READ: &str = "cut off \u{fffd}";

/// The JSON of a connector with this description, which is written as it is.
fn described(description: &str) -> String {
    format!(r#"{{"id": "{ID}", "name": "docs", "description": "{description}"}}"#)
}

#[test]
fn half_a_surrogate_pair_is_read_as_a_replacement_character() {
    for (written, read) in [
        (r"cut off \ud83d", "cut off \u{fffd}"),
        (r"\uD83D\uDe00 \uD83d!", "\u{1f600} \u{fffd}!"),
        (r"\ud83d\n\u00e9 \ude00", "\u{fffd}\n\u{e9} \u{fffd}"),
        (r"\ud83d \\ud83d \\\ud83d", "\u{fffd} \\ud83d \\\u{fffd}"),
    ] {
        let got = with_response(200, &described(written), |client| client.get("docs"));
        assert_eq!(got.unwrap().description, read, "{written}");
    }
}

#[test]
fn every_call_that_returns_a_connector_reads_it() {
    let calls: [fn(&ConnectorsClient) -> Result<Connector>; 7] = [
        |client| client.get("docs"),
        |client| client.find("docs").map(Option::unwrap),
        |client| client.create(&docs()),
        |client| client.update(ID, &UpdateConnector::new().title("x")),
        |client| {
            let wanted = docs().extra("description", READ);
            client.ensure(&wanted).map(|ensured| ensured.connector)
        },
        |client| client.wait_until_authenticated("docs", Duration::from_secs(60)),
        |client| client.list().next().unwrap(),
    ];
    for call in calls {
        let connector = described(HALF).replace('}', r#", "is_authenticated": true"#);
        // A connector and a page at once.
        let body = format!("{connector}, \"items\": [{connector}}}]}}");
        assert_eq!(with_response(200, &body, call).unwrap().description, READ);
    }
}

#[test]
fn every_other_call_reads_it() {
    let output = format!(r#"{{"content": [{{"type": "text", "text": "{HALF}"}}]}}"#);
    let call = CallTool::new("ask");
    let output = with_response(200, &output, |client| client.call_tool("docs", &call));
    assert_eq!(output.unwrap().text(), READ);

    let tools = format!(r#"[{{"name": "{HALF}"}}]"#);
    let tools = with_response(200, &tools, |client| client.list_tools("docs"));
    assert_eq!(tools.unwrap()[0].name, READ);

    let list = format!(r#"{{"credentials": [{{"name": "{HALF}"}}]}}"#);
    let list = with_response(200, &list, |client| {
        client.list_credentials("docs", Scope::User)
    });
    assert_eq!(list.unwrap().credentials[0].name, READ);

    let readiness = format!(r#"{{"connectors": [{{"id": "1", "name": "{HALF}"}}]}}"#);
    let readiness = with_response(200, &readiness, |client| client.readiness());
    assert_eq!(readiness.unwrap().connectors[0].name, READ);

    let methods = format!(r#"[{{"grant_type": "{HALF}"}}]"#);
    let methods = with_response(200, &methods, |client| {
        client.get_authentication_methods("docs")
    });
    assert_eq!(methods.unwrap()[0].grant_type.as_deref(), Some(READ));

    let url = format!(r#"{{"auth_url": "https://login.example", "note": "{HALF}"}}"#);
    let url = with_response(200, &url, |client| client.get_auth_url("docs"));
    assert_eq!(url.unwrap().extra["note"], READ);

    let deleted = format!(r#"{{"message": "{HALF}"}}"#);
    let deleted = with_response(200, &deleted, |client| client.delete(ID));
    assert_eq!(deleted.unwrap().message, READ);

    let path = ["v1", "models"];
    let raw = format!(r#"{{"{HALF}": ["{HALF}"]}}"#);
    let raw = with_response(200, &raw, |client| client.request(Method::Get, path).send());
    assert_eq!(raw.unwrap(), json!({READ: [READ]}));
    let raw = with_response(200, &format!(r#"["{HALF}"]"#), |client| {
        client.request(Method::Get, path).send_as::<Vec<String>>()
    });
    assert_eq!(raw.unwrap(), [READ]);
}

#[test]
fn an_error_body_with_half_a_surrogate_pair_is_understood() {
    let gone = format!(r#"{{"detail": "{HALF}"}}"#);
    let found = with_response(404, &gone, |client| client.find("docs"));
    assert_eq!(found.unwrap(), None);
    let error = with_response(404, &gone, |client| client.get("docs")).unwrap_err();
    let hint = error.hint().unwrap();
    assert!(hint.contains("no connector has this ID"), "{error}");
    assert!(matches!(&error, Error::Api(error) if error.message == READ));

    let refused = r#"{"detail": [{"loc": ["body", "\ude00"], "msg": "not \ud83d", "type": "x"}]}"#;
    let error = with_response(422, refused, |client| client.create(&docs())).unwrap_err();
    let Error::Api(error) = error else {
        panic!("{error}")
    };
    assert_eq!(error.details[0].loc, ["body", "\u{fffd}"]);
    assert_eq!(error.details[0].msg, "not \u{fffd}");

    let requires = r#"{"detail": [{"loc": ["body", "protocol"], "msg": "missing \ud83d"}]}"#;
    let refusal = Act::Send(response(422, requires));
    let wire = Wire::script([refusal, respond(201, &connector())]);
    client(wire.base_url()).create(&docs()).unwrap();
}

#[test]
fn invalid_json_with_half_a_surrogate_pair_stays_an_error() {
    for body in [
        r#"{"id": "1", "name": "\ud83d"#,
        r#"{"id": "1", "name": "\ud83d" "x"}"#,
        r#"{"id": "1", "name": "\ud83d\u12"}"#,
        r#"{"id": "1", "name": "\ud83d\x"}"#,
        r#"{"id": "1", "title": "\ud83d"}"#,
        r#"\ud83d"#,
    ] {
        let error = with_response(200, body, |client| client.get("docs")).unwrap_err();
        assert!(matches!(error, Error::Decode(_)), "{body}: {error}");
    }
}
