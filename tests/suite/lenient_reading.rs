//! A list is not lost because of one item that does not fit.

use crate::support::{ID, answered};
use mistral_connectors::{Error, ListConnectors, ListCredentials, ListTools, Scope};
use serde_json::{Value, json};

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
    let tools = answered(200, &body.to_string(), |client| client.list_tools("docs"));
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
    let tools = answered(200, &json!(odd).to_string(), |client| {
        client.list_tools("docs")
    });
    let tools = tools.unwrap();
    assert_eq!(tools.len(), 4);
    assert!(tools.iter().all(|tool| tool.name.is_empty()), "{tools:?}");
    assert_eq!(tools[2].extra["name"], 7);

    let stored = json!({"credentials": odd});
    let stored = answered(200, &stored.to_string(), |client| {
        client.list_credentials("docs", Scope::User)
    });
    let stored = stored.unwrap().credentials;
    assert_eq!(stored.len(), 4);
    assert!(stored.iter().all(|own| own.name.is_empty()), "{stored:?}");
    assert_eq!(stored[3].extra["name"], json!(["x"]));

    let entries =
        json!({"connectors": [{"id": "1"}, {"id": "2", "name": null}, {"id": "3", "name": 7}]});
    let readiness = answered(200, &entries.to_string(), |client| client.readiness());
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
    let stored = answered(200, &body.to_string(), |client| {
        client.list_credentials("docs", Scope::Workspace)
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
    let readiness = answered(200, &body.to_string(), |client| client.readiness()).unwrap();
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
    let methods = answered(200, &body.to_string(), |client| {
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
    let connector = answered(200, &body.to_string(), |client| client.get("docs")).unwrap();
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
        let error = answered(200, &page, |client| {
            client.list_page(&ListConnectors::new())
        });
        let error = error.unwrap_err();
        assert!(matches!(error, Error::Decode(_)), "{item}: {error}");

        let readiness = json!({"connectors": list}).to_string();
        let readiness = answered(200, &readiness, |client| client.readiness()).unwrap();
        assert_eq!(readiness.connectors[0].name, "docs", "{item}");
        let tools = answered(200, &list.to_string(), |client| client.list_tools("docs"));
        assert_eq!(tools.unwrap()[0].name, "docs", "{item}");
        let stored = json!({"credentials": list}).to_string();
        let stored = answered(200, &stored, |client| {
            client.list_credentials("docs", Scope::Organization)
        });
        assert_eq!(stored.unwrap().credentials[0].name, "docs", "{item}");
    }
}

#[test]
fn what_is_no_list_stays_an_error() {
    for odd in ["{}", "5", "\"docs\"", "null", r#"{"detail": "no"}"#] {
        let tools = answered(200, odd, |client| client.list_tools("docs"));
        assert!(matches!(tools, Err(Error::Decode(_))), "{odd}: {tools:?}");
        let methods = answered(200, odd, |client| client.get_authentication_methods("docs"));
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
        let readiness = answered(200, odd, |client| client.readiness());
        assert!(
            matches!(readiness, Err(Error::Decode(_))),
            "{odd}: {readiness:?}"
        );
        let stored = answered(200, odd, |client| {
            client.list_credentials("docs", Scope::User)
        });
        assert!(matches!(stored, Err(Error::Decode(_))), "{odd}: {stored:?}");
    }
    // Its items may all be left out.
    let tools = answered(200, "[null, 5]", |client| client.list_tools("docs"));
    assert!(tools.unwrap().is_empty());
}
