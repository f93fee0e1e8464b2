//! A response is not lost because of half a character or of one item that does not fit.

use std::time::Duration;

use crate::support::wire::{Act, Wire, answer};
use crate::support::{ID, client, docs};
use mistral_connectors::{
    CallTool, Connector, ConnectorsClient, Error, GetAuthUrl, ListConnectors, ListCredentials,
    ListTools, Result, Scope, UpdateConnector,
};
use serde_json::{Value, json};

/// What `call` returns if every response has this status and body.
fn with<T>(
    status: u16,
    body: &str,
    call: impl FnOnce(&ConnectorsClient) -> Result<T>,
) -> Result<T> {
    let wire = Wire::script([Act::Send(answer(status, body))]);
    call(&client(wire.base_url()))
}

// --- halves of surrogate pairs

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
        let got = with(200, &described(written), |client| client.get("docs"));
        assert_eq!(got.unwrap().description, read, "{written}");
    }
}

#[test]
fn no_response_is_lost_because_of_half_a_surrogate_pair() {
    let half = r"cut off \ud83d";
    let whole = "cut off \u{fffd}";
    let connector = described(half);

    let page = format!(r#"{{"items": [{connector}, {connector}], "pagination": {{}}}}"#);
    let listed = with(200, &page, |client| {
        client
            .list(ListConnectors::new())
            .collect::<Result<Vec<_>>>()
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
        assert_eq!(with(200, &connector, call).unwrap().description, whole);
    }

    let logged_in = connector.replace('}', r#", "is_authenticated": true}"#);
    let waited = with(200, &logged_in, |client| {
        client.wait_until_authenticated("docs", Duration::from_secs(60))
    });
    assert_eq!(waited.unwrap().description, whole);

    let output = format!(r#"{{"content": [{{"type": "text", "text": "{half}"}}]}}"#);
    let output = with(200, &output, |client| {
        client.call_tool("docs", &CallTool::new("ask"))
    });
    assert_eq!(output.unwrap().text(), whole);

    let tools = format!(r#"[{{"name": "ask", "description": "{half}"}}]"#);
    let tools = with(200, &tools, |client| {
        client.list_tools("docs", &ListTools::new())
    });
    assert_eq!(tools.unwrap()[0].description.as_deref(), Some(whole));

    let stored = format!(r#"{{"credentials": [{{"name": "mine", "title": "{half}"}}]}}"#);
    let stored = with(200, &stored, |client| {
        client.list_credentials("docs", Scope::User, &ListCredentials::new())
    });
    assert_eq!(stored.unwrap().credentials[0].title.as_deref(), Some(whole));

    let readiness = format!(r#"{{"connectors": [{{"id": "1", "name": "{half}"}}]}}"#);
    let readiness = with(200, &readiness, |client| client.readiness());
    assert_eq!(readiness.unwrap().connectors[0].name, whole);

    let url = format!(r#"{{"auth_url": "https://login.example", "note": "{half}"}}"#);
    let url = with(200, &url, |client| {
        client.get_auth_url("docs", &GetAuthUrl::new())
    });
    assert_eq!(url.unwrap().extra["note"], whole);

    let deleted = with(200, &format!(r#"{{"message": "{half}"}}"#), |client| {
        client.delete(ID)
    });
    assert_eq!(deleted.unwrap().message, whole);

    let raw = format!(r#"{{"{half}": ["{half}"]}}"#);
    let raw = with(200, &raw, |client| {
        client.request("GET", &["v1", "models"]).send()
    });
    assert_eq!(raw.unwrap(), json!({whole: [whole]}));
    let raw = with(200, &format!(r#"["{half}"]"#), |client| {
        client
            .request("GET", &["v1", "models"])
            .send_as::<Vec<String>>()
    });
    assert_eq!(raw.unwrap(), [whole]);
}

#[test]
fn an_error_says_what_it_says_in_spite_of_half_a_surrogate_pair() {
    let gone = r#"{"detail": "no connector \ud83d"}"#;
    assert_eq!(with(404, gone, |client| client.find("docs")).unwrap(), None);
    let error = with(404, gone, |client| client.get("docs")).unwrap_err();
    let Error::Api(api) = &error else {
        panic!("{error}")
    };
    assert_eq!(api.message, "no connector \u{fffd}");
    assert!(
        error.hint().unwrap().contains("no connector has this ID"),
        "{error}"
    );

    let refused = r#"{"detail": [{"loc": ["body", "\ude00"], "msg": "not \ud83d", "type": "x"}]}"#;
    let error = with(422, refused, |client| client.create(&docs())).unwrap_err();
    let Error::Api(api) = &error else {
        panic!("{error}")
    };
    assert_eq!(api.details[0].loc, ["body", "\u{fffd}"]);
    assert_eq!(api.details[0].msg, "not \u{fffd}");

    // What is asked for is understood, too.
    let asks = r#"{"detail": [{"loc": ["body", "protocol"], "msg": "missing \ud83d"}]}"#;
    let wire = Wire::script([
        Act::Send(answer(422, asks)),
        Act::Send(answer(201, &described("new"))),
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
        let error = with(200, body, |client| client.get("docs")).unwrap_err();
        assert!(matches!(error, Error::Decode(_)), "{body}: {error}");
    }
    // And the first half of the rest is read.
    let got = with(200, r#"{"id": "1", "name": "\ud83d"}"#, |client| {
        client.get("docs")
    });
    assert_eq!(got.unwrap().name, "\u{fffd}");
}

// --- items that do not fit

/// Items that are no objects.
fn no_objects() -> Vec<Value> {
    vec![
        json!(null),
        json!(5),
        json!(1.5),
        json!(true),
        json!("name"),
        json!([]),
        json!([{"name": "x"}]),
    ]
}

/// `items` with what is no object around each of them.
fn mixed(items: &[Value]) -> Value {
    let items = items.iter().cloned();
    let mixed = items.flat_map(|item| no_objects().into_iter().chain([item]));
    mixed.chain(no_objects()).collect()
}

#[test]
fn a_list_of_tools_leaves_out_only_what_does_not_fit() {
    let body = mixed(&[
        json!({"name": "read"}),
        json!({"title": "Nameless"}),
        json!({"name": "write"}),
    ]);
    let tools = with(200, &body.to_string(), |client| {
        client.list_tools("docs", &ListTools::new())
    });
    let tools = tools.unwrap();
    let names: Vec<_> = tools.iter().map(|tool| &*tool.name).collect();
    assert_eq!(names, ["read", "", "write"]);
    assert_eq!(tools[1].title.as_deref(), Some("Nameless"));
}

#[test]
fn names_may_be_missing_or_no_strings() {
    let odd = [
        json!({}),
        json!({"name": null}),
        json!({"name": 7}),
        json!({"name": ["x"]}),
    ];
    let tools = with(200, &json!(odd).to_string(), |client| {
        client.list_tools("docs", &ListTools::new())
    });
    let tools = tools.unwrap();
    assert_eq!(tools.len(), 4);
    assert!(tools.iter().all(|tool| tool.name.is_empty()), "{tools:?}");
    assert_eq!(tools[2].extra["name"], 7);

    let stored = json!({"credentials": odd});
    let stored = with(200, &stored.to_string(), |client| {
        client.list_credentials("docs", Scope::User, &ListCredentials::new())
    });
    let stored = stored.unwrap().credentials;
    assert_eq!(stored.len(), 4);
    assert!(stored.iter().all(|own| own.name.is_empty()), "{stored:?}");
    assert_eq!(stored[3].extra["name"], json!(["x"]));

    let entries =
        json!({"connectors": [{"id": "1"}, {"id": "2", "name": null}, {"id": "3", "name": 7}]});
    let readiness = with(200, &entries.to_string(), |client| client.readiness());
    let entries = readiness.unwrap().connectors;
    assert_eq!(entries.len(), 3);
    assert!(entries.iter().all(|own| own.name.is_empty()), "{entries:?}");
}

#[test]
fn a_list_of_credentials_leaves_out_only_what_does_not_fit() {
    let body = json!({
        "credentials": mixed(&[json!({"name": "mine"}), json!({"title": "Nameless"}), json!({"name": "ours"})]),
        "connector_preset_credentials_for_auth": ["oauth2", 5, "bearer"],
        "of_2027": 1,
    });
    let stored = with(200, &body.to_string(), |client| {
        client.list_credentials("docs", Scope::Workspace, &ListCredentials::new())
    });
    let stored = stored.unwrap();
    let names: Vec<_> = stored.credentials.iter().map(|own| &*own.name).collect();
    assert_eq!(names, ["mine", "", "ours"]);
    assert_eq!(stored.extra["of_2027"], 1);
}

#[test]
fn a_readiness_leaves_out_only_what_does_not_fit() {
    let body = json!({
        "connectors": mixed(&[
            json!({"id": "1", "name": "wiki", "status": {"is_ready": true},
                   "tools": mixed(&[json!({"name": "search"}), json!({"description": "Nameless"})])}),
            json!({"name": "without ID"}),
            json!({"id": 7, "name": "odd ID"}),
            json!({"id": "2", "name": "mail", "status": "odd"}),
        ]),
        "errors": ["one"],
    });
    let readiness = with(200, &body.to_string(), |client| client.readiness()).unwrap();
    let names: Vec<_> = readiness.connectors.iter().map(|own| &*own.name).collect();
    assert_eq!(names, ["wiki", "mail"]);
    assert_eq!(readiness.errors, Some(json!(["one"])));
    assert!(readiness.connectors[0].is_ready());
    let tools = readiness.connectors[0].tools.as_ref().unwrap();
    let names: Vec<_> = tools.iter().map(|tool| &*tool.name).collect();
    assert_eq!(names, ["search", ""]);
}

#[test]
fn a_list_of_authentication_methods_leaves_out_only_what_does_not_fit() {
    let body = mixed(&[
        json!({"method_type": "bearer", "headers": [{"name": "x-key"}, 5, {"is_secret": false}]}),
        json!({}),
    ]);
    let methods = with(200, &body.to_string(), |client| {
        client.get_authentication_methods("docs")
    });
    let methods = methods.unwrap();
    assert_eq!(methods.len(), 2);
    let headers = methods[0].headers.as_ref().unwrap();
    let names: Vec<_> = headers.iter().map(|header| &*header.name).collect();
    assert_eq!(names, ["x-key", ""]);
}

#[test]
fn a_connector_keeps_what_fits_of_its_lists() {
    let body = json!({
        "id": ID, "name": "docs",
        "tools": mixed(&[json!({"name": "read"}), json!({})]),
        "connection_credentials": mixed(&[json!({"name": "mine"}), json!({})]),
        "supported_auth_methods": mixed(&[json!({"method_type": "bearer"})]),
    });
    let connector = with(200, &body.to_string(), |client| client.get("docs")).unwrap();
    let tools = connector.tools.unwrap();
    assert_eq!(
        tools.iter().map(|own| &*own.name).collect::<Vec<_>>(),
        ["read", ""]
    );
    let stored = connector.connection_credentials.unwrap();
    assert_eq!(
        stored.iter().map(|own| &*own.name).collect::<Vec<_>>(),
        ["mine", ""]
    );
    assert_eq!(connector.supported_auth_methods.unwrap().len(), 1);
}

#[test]
fn only_a_page_of_connectors_is_strict() {
    let mut items = no_objects();
    items.extend([
        json!({}),
        json!({"id": "2"}),
        json!({"name": "mail"}),
        json!({"id": 2, "name": "mail"}),
    ]);
    for item in items {
        let list = json!([{"id": "1", "name": "docs"}, item]);
        let page = json!({"items": list, "pagination": {}}).to_string();
        let error = with(200, &page, |client| {
            client.list_page(&ListConnectors::new())
        });
        let error = error.unwrap_err();
        assert!(matches!(error, Error::Decode(_)), "{item}: {error}");

        let readiness = json!({"connectors": list}).to_string();
        let readiness = with(200, &readiness, |client| client.readiness()).unwrap();
        assert_eq!(readiness.connectors[0].name, "docs", "{item}");
        let tools = with(200, &list.to_string(), |client| {
            client.list_tools("docs", &ListTools::new())
        });
        assert_eq!(tools.unwrap()[0].name, "docs", "{item}");
        let stored = json!({"credentials": list}).to_string();
        let stored = with(200, &stored, |client| {
            client.list_credentials("docs", Scope::Organization, &ListCredentials::new())
        });
        assert_eq!(stored.unwrap().credentials[0].name, "docs", "{item}");
    }
}

#[test]
fn what_is_no_list_stays_an_error() {
    for odd in ["{}", "5", "\"docs\"", "null", r#"{"detail": "no"}"#] {
        let tools = with(200, odd, |client| {
            client.list_tools("docs", &ListTools::new())
        });
        assert!(matches!(tools, Err(Error::Decode(_))), "{odd}: {tools:?}");
        let methods = with(200, odd, |client| client.get_authentication_methods("docs"));
        assert!(
            matches!(methods, Err(Error::Decode(_))),
            "{odd}: {methods:?}"
        );
    }
    for odd in [
        "{}",
        "[]",
        r#"{"connectors": {}}"#,
        r#"{"credentials": "none"}"#,
    ] {
        let readiness = with(200, odd, |client| client.readiness());
        assert!(
            matches!(readiness, Err(Error::Decode(_))),
            "{odd}: {readiness:?}"
        );
        let stored = with(200, odd, |client| {
            client.list_credentials("docs", Scope::User, &ListCredentials::new())
        });
        assert!(matches!(stored, Err(Error::Decode(_))), "{odd}: {stored:?}");
    }
    // Its items may all be left out.
    let tools = with(200, "[null, 5]", |client| {
        client.list_tools("docs", &ListTools::new())
    });
    assert!(tools.unwrap().is_empty());
}
