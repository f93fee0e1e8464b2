//! A list is not lost because of one item that does not fit.

use crate::support::{ID, with_response};
use mistral_connectors::{Connector, Error, Scope};
use serde_json::{Value, json};

/// Items that are not objects.
fn unexpected_items() -> Vec<Value> {
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

/// `items` with unexpected ones around each of them.
fn mixed(items: &[Value]) -> Value {
    let items = items.iter().cloned();
    let mixed = items.flat_map(|item| unexpected_items().into_iter().chain([item]));
    mixed.chain(unexpected_items()).collect()
}

/// Items with a name, without one, and with unexpected ones.
fn named() -> Value {
    mixed(&[
        json!({"name": "read"}),
        json!({"title": "Nameless"}),
        json!({"name": null}),
        json!({"name": 7}),
        json!({"name": "write"}),
    ])
}

/// The names of `named()` as they are read.
const NAMES: [&str; 5] = ["read", "", "", "", "write"];

#[test]
fn a_list_of_tools_leaves_out_only_items_that_do_not_fit() {
    let body = named().to_string();
    let tools = with_response(200, &body, |client| client.list_tools("docs")).unwrap();
    let names: Vec<_> = tools.iter().map(|tool| &*tool.name).collect();
    assert_eq!(names, NAMES);
    assert_eq!(tools[1].title.as_deref(), Some("Nameless"));
    assert_eq!(tools[3].extra["name"], 7);
    // It can also be all items.
    let tools = with_response(200, "[null, 5]", |client| client.list_tools("docs"));
    assert!(tools.unwrap().is_empty());
}

#[test]
fn a_list_of_credentials_leaves_out_only_items_that_do_not_fit() {
    let body = json!({
        "credentials": named(),
        "connector_preset_credentials_for_auth": ["oauth2", 5, "bearer"],
        "of_2027": 1,
    });
    let list = with_response(200, &body.to_string(), |client| {
        client.list_credentials("docs", Scope::Workspace)
    });
    let list = list.unwrap();
    let names: Vec<_> = list.iter().map(|own| &*own.name).collect();
    assert_eq!(names, NAMES);
    assert_eq!(list.credentials[3].extra["name"], 7);
    let preset = list.connector_preset_credentials_for_auth.unwrap();
    assert_eq!(preset, ["oauth2".into(), "bearer".into()]);
    assert_eq!(list.extra["of_2027"], 1);
}

#[test]
fn readiness_leaves_out_only_items_that_do_not_fit() {
    let body = json!({
        "connectors": mixed(&[
            json!({"id": "1", "name": "wiki", "status": {"is_ready": true}, "tools": named()}),
            json!({"name": "without an ID"}),
            json!({"id": 7, "name": "unexpected ID"}),
            json!({"id": "2", "status": "unexpected"}),
            json!({"id": "3", "name": null}),
        ]),
        "errors": ["one"],
    });
    let readiness = with_response(200, &body.to_string(), |client| client.readiness()).unwrap();
    let ids: Vec<_> = readiness.iter().map(|own| (&*own.id, &*own.name)).collect();
    assert_eq!(ids, [("1", "wiki"), ("2", ""), ("3", "")]);
    assert_eq!(readiness.errors, Some(json!(["one"])));
    assert!(readiness.connectors[0].is_ready());
    let tools = readiness.connectors[0].tools.as_ref().unwrap();
    let names: Vec<_> = tools.iter().map(|tool| &*tool.name).collect();
    assert_eq!(names, NAMES);
}

#[test]
fn a_list_of_authentication_methods_leaves_out_only_items_that_do_not_fit() {
    let body = mixed(&[
        json!({"method_type": "bearer", "headers": named()}),
        json!({}),
    ]);
    let methods = with_response(200, &body.to_string(), |client| {
        client.get_authentication_methods("docs")
    });
    let methods = methods.unwrap();
    assert_eq!(methods.len(), 2);
    let headers = methods[0].headers.as_ref().unwrap();
    let names: Vec<_> = headers.iter().map(|header| &*header.name).collect();
    assert_eq!(names, NAMES);
}

#[test]
fn the_lists_of_a_connector_leave_out_only_items_that_do_not_fit() {
    let body = json!({
        "id": ID, "name": "docs",
        "tools": named(),
        "connection_credentials": named(),
        "supported_auth_methods": mixed(&[json!({"method_type": "bearer"})]),
    });
    let connector: Connector =
        with_response(200, &body.to_string(), |client| client.get("docs")).unwrap();
    let tools = connector.tools.unwrap();
    let names: Vec<_> = tools.iter().map(|own| &*own.name).collect();
    assert_eq!(names, NAMES);
    let credentials = connector.connection_credentials.unwrap();
    let names: Vec<_> = credentials.iter().map(|own| &*own.name).collect();
    assert_eq!(names, NAMES);
    assert_eq!(connector.supported_auth_methods.unwrap().len(), 1);
}

#[test]
fn only_a_page_of_connectors_is_strict() {
    let mut items = unexpected_items();
    items.extend([
        json!({}),
        json!({"id": "2"}),
        json!({"name": "mail"}),
        json!({"id": 2, "name": "mail"}),
        json!({"id": null, "name": "mail"}),
    ]);
    for item in items {
        let page = json!({"items": [{"id": "1", "name": "docs"}, item]});
        let page = with_response(200, &page.to_string(), |client| {
            client.list().next().unwrap()
        });
        let error = page.unwrap_err();
        assert!(matches!(error, Error::Decode(_)), "{item}: {error}");
        assert!(error.to_string().contains("a connector"), "{item}: {error}");
    }
}

#[test]
fn a_response_that_is_not_a_list_is_an_error() {
    for body in ["{}", "5", "\"docs\"", "null", r#"{"detail": "no"}"#] {
        let tools = with_response(200, body, |client| client.list_tools("docs"));
        assert!(matches!(tools, Err(Error::Decode(_))), "{body}: {tools:?}");
        let methods = with_response(200, body, |client| {
            client.get_authentication_methods("docs")
        });
        assert!(matches!(methods, Err(Error::Decode(_))), "{methods:?}");
    }
    for body in ["{}", "[]", r#"{"credentials": "none"}"#] {
        let list = with_response(200, body, |client| {
            client.list_credentials("docs", Scope::User)
        });
        assert!(matches!(list, Err(Error::Decode(_))), "{body}: {list:?}");
    }
}
