//! A response is not lost because of half a surrogate pair, which JavaScript servers produce when they cut a string.

use std::time::Duration;

use crate::support::answered;
use crate::support::wire::{Act, Wire, response};
use crate::support::{ID, client, docs};
use mistral_connectors::{
    CallTool, Connector, ConnectorsClient, Error, GetAuthUrl, ListConnectors, ListCredentials,
    ListTools, Method, Result, Scope, UpdateConnector,
};
use serde_json::json;

/// A connector with this description, as it is written in JSON.
fn described(description: &str) -> String {
    format!(r#"{{"id": "{ID}", "name": "docs", "description": "{description}"}}"#)
}

#[test]
fn half_a_surrogate_pair_is_read_as_a_replacement_character() {
    for (written, read) in [
        (r"cut off \ud83d", "cut off \u{fffd}"),
        (r"\ude00 cut off", "\u{fffd} cut off"),
        (r"\uD83D\uDe00 \uD83d!", "\u{1f600} \u{fffd}!"),
        (r"\ude00\ud83d", "\u{fffd}\u{fffd}"),
        (r"\ud83d\ud83d\ude00", "\u{fffd}\u{1f600}"),
        (r"\ud83d\n\u00e9", "\u{fffd}\n\u{e9}"),
        (r"\ud83dé", "\u{fffd}é"),
        (r"\udbff\ue000", "\u{fffd}\u{e000}"),
        (r"\ud83d\\ud83d", "\u{fffd}\\ud83d"),
        (r"\\\ud83d", "\\\u{fffd}"),
        (r"\\\\ud83d \ud800", "\\\\ud83d \u{fffd}"),
        // Nothing of these is a half.
        (r"\ud83d\ude00", "\u{1f600}"),
        (r"C:\\ud83d", r"C:\ud83d"),
        (r"\ud7ff\ue000", "\u{d7ff}\u{e000}"),
    ] {
        let got = answered(200, &described(written), |client| client.get("docs"));
        assert_eq!(got.unwrap().description, read, "{written}");
    }
}

#[test]
fn no_response_is_lost_because_of_half_a_surrogate_pair() {
    let half = r"cut off \ud83d";
    let whole = "cut off \u{fffd}";
    let connector = described(half);

    let page = format!(r#"{{"items": [{connector}, {connector}], "pagination": {{}}}}"#);
    let listed = answered(200, &page, |client| {
        client.list().collect::<Result<Vec<_>>>()
    });
    let descriptions: Vec<_> = listed
        .unwrap()
        .into_iter()
        .map(|own| own.description)
        .collect();
    assert_eq!(descriptions, [whole, whole]);

    let one: [fn(&ConnectorsClient) -> Result<Connector>; 4] = [
        |client| client.create(&docs()),
        |client| client.update(ID, &UpdateConnector::new().title("x")),
        |client| client.find("docs").map(Option::unwrap),
        |client| {
            client
                .ensure(&docs().extra("description", "cut off \u{fffd}"))
                .map(|own| own.connector)
        },
    ];
    for call in one {
        assert_eq!(answered(200, &connector, call).unwrap().description, whole);
    }

    let logged_in = connector.replace('}', r#", "is_authenticated": true}"#);
    let waited = answered(200, &logged_in, |client| {
        client.wait_until_authenticated("docs", Duration::from_secs(60))
    });
    assert_eq!(waited.unwrap().description, whole);

    let output = format!(r#"{{"content": [{{"type": "text", "text": "{half}"}}]}}"#);
    let output = answered(200, &output, |client| {
        client.call_tool("docs", &CallTool::new("ask"))
    });
    assert_eq!(output.unwrap().text(), whole);

    let tools = format!(r#"[{{"name": "ask", "description": "{half}"}}]"#);
    let tools = answered(200, &tools, |client| client.list_tools("docs"));
    assert_eq!(tools.unwrap()[0].description.as_deref(), Some(whole));

    let stored = format!(r#"{{"credentials": [{{"name": "mine", "title": "{half}"}}]}}"#);
    let stored = answered(200, &stored, |client| {
        client.list_credentials("docs", Scope::User)
    });
    assert_eq!(stored.unwrap().credentials[0].title.as_deref(), Some(whole));

    let readiness = format!(r#"{{"connectors": [{{"id": "1", "name": "{half}"}}]}}"#);
    let readiness = answered(200, &readiness, |client| client.readiness());
    assert_eq!(readiness.unwrap().connectors[0].name, whole);

    let url = format!(r#"{{"auth_url": "https://login.example", "note": "{half}"}}"#);
    let url = answered(200, &url, |client| client.get_auth_url("docs"));
    assert_eq!(url.unwrap().extra["note"], whole);

    let deleted = answered(200, &format!(r#"{{"message": "{half}"}}"#), |client| {
        client.delete(ID)
    });
    assert_eq!(deleted.unwrap().message, whole);

    let raw = format!(r#"{{"{half}": ["{half}"]}}"#);
    let raw = answered(200, &raw, |client| {
        client.request(Method::Get, ["v1", "models"]).send()
    });
    assert_eq!(raw.unwrap(), json!({whole: [whole]}));
    let raw = answered(200, &format!(r#"["{half}"]"#), |client| {
        client
            .request(Method::Get, ["v1", "models"])
            .send_as::<Vec<String>>()
    });
    assert_eq!(raw.unwrap(), [whole]);
}

#[test]
fn an_error_says_what_it_says_in_spite_of_half_a_surrogate_pair() {
    let gone = r#"{"detail": "no connector \ud83d"}"#;
    assert_eq!(
        answered(404, gone, |client| client.find("docs")).unwrap(),
        None
    );
    let error = answered(404, gone, |client| client.get("docs")).unwrap_err();
    let Error::Api(api) = &error else {
        panic!("{error}")
    };
    assert_eq!(api.message, "no connector \u{fffd}");
    assert!(
        error.hint().unwrap().contains("no connector has this ID"),
        "{error}"
    );

    let refused = r#"{"detail": [{"loc": ["body", "\ude00"], "msg": "not \ud83d", "type": "x"}]}"#;
    let error = answered(422, refused, |client| client.create(&docs())).unwrap_err();
    let Error::Api(api) = &error else {
        panic!("{error}")
    };
    assert_eq!(api.details[0].loc, ["body", "\u{fffd}"]);
    assert_eq!(api.details[0].msg, "not \u{fffd}");

    // What is asked for is understood, too.
    let asks = r#"{"detail": [{"loc": ["body", "protocol"], "msg": "missing \ud83d"}]}"#;
    let wire = Wire::script([
        Act::Send(response(422, asks)),
        Act::Send(response(201, &described("new"))),
    ]);
    client(wire.base_url()).create(&docs()).unwrap();
}

#[test]
fn what_is_no_json_stays_an_error_with_half_a_surrogate_pair_in_it() {
    for body in [
        r#"{"id": "1", "name": "\ud83d"#,
        r#"{"id": "1", "name": "\ud83d" "x"}"#,
        r#"{"id": "1", "name": "\ud83d\u12"}"#,
        r#"{"id": "1", "name": "\ud8"}"#,
        r#"{"id": "1", "name": "\ud83d\x"}"#,
        r#"{"id": "1", "title": "\ud83d"}"#,
        r#"\ud83d"#,
    ] {
        let error = answered(200, body, |client| client.get("docs")).unwrap_err();
        assert!(matches!(error, Error::Decode(_)), "{body}: {error}");
    }
    // And the first half of the rest is read.
    let got = answered(200, r#"{"id": "1", "name": "\ud83d"}"#, |client| {
        client.get("docs")
    });
    assert_eq!(got.unwrap().name, "\u{fffd}");
}
