//! `CreateConnector` as JSON: read from a file, exported from a connector, and applied again.

use crate::support::{connector, docs, exchange};
use mistral_connectors::testing::FakeServer;
use mistral_connectors::{
    AuthData, AuthHeader, AuthMethod, Connector, CreateConnector, EnsureOutcome,
};
use serde_json::{Value, json};

#[track_caller]
fn read(object: &Value) -> CreateConnector {
    serde_json::from_str(&object.to_string()).unwrap_or_else(|error| panic!("{error}: {object}"))
}

#[track_caller]
fn refused(object: &Value) -> String {
    let result: Result<CreateConnector, _> = serde_json::from_value(object.clone());
    result.unwrap_err().to_string()
}

/// `docs()` in JSON with one more field.
fn with(name: &str, value: Value) -> Value {
    let mut object = json!({
        "name": "docs", "description": "Our documents", "server": "https://docs.example/mcp",
    });
    object[name] = value;
    object
}

/// Every setting, with its JSON field name and its JSON.
fn settings() -> Vec<(CreateConnector, &'static str, Value)> {
    let auth = AuthData::new("c").secret("s").scopes(["a"]);
    let auth_data = json!({"client_id": "c", "client_secret": "s", "client_scopes": ["a"]});
    let metadata = json!({"issuer": "https://i"});
    vec![
        (docs(), "name", json!("docs")),
        (
            docs().visibility("shared_org"),
            "visibility",
            json!("shared_org"),
        ),
        (docs().title("T"), "title", json!("T")),
        (docs().icon_url("https://i"), "icon_url", json!("https://i")),
        (docs().system_prompt("P"), "system_prompt", json!("P")),
        (docs().protocol("http"), "protocol", json!("http")),
        (docs().header("x", "1"), "headers", json!({"x": "1"})),
        (
            docs().global_header("x", "1"),
            "global_headers",
            json!({"x": {"value": "1"}}),
        ),
        (docs().auth_data(auth), "auth_data", auth_data),
        (
            docs().auth_method(AuthMethod::bearer().auth_header(AuthHeader::new("x"))),
            "auth_methods",
            json!([{"method_type": "bearer", "headers": [{"name": "x"}]}]),
        ),
        (
            docs().oauth2_server_metadata(metadata.clone()),
            "oauth2_server_metadata",
            metadata,
        ),
        (
            docs().oauth2_server_metadata_url("https://i"),
            "oauth2_server_metadata_url",
            json!("https://i"),
        ),
    ]
}

#[test]
fn every_setting_is_read_written_and_sent_in_the_same_form() {
    for (wanted, name, value) in settings() {
        let object = with(name, value);
        assert_eq!(read(&object), wanted, "{object}");
        assert_eq!(serde_json::to_value(&wanted).unwrap(), object);
        let request = ("POST", "/v1/connectors");
        exchange(request, Some(object), &connector(), |client| {
            client.create(&wanted)
        });
    }
}

#[test]
fn serialize_writes_secrets_but_debug_does_not() {
    let secret = "not-to-be-shown";
    for wanted in [
        docs().header("x-key", secret),
        docs().global_header("x-key", secret),
        docs().auth_data(AuthData::new("client").secret(secret)),
        docs().auth_method(AuthMethod::oauth2(AuthData::new("client").secret(secret))),
        docs().auth_method(AuthMethod::bearer().header("x-key", secret)),
    ] {
        let text = serde_json::to_string(&wanted).unwrap();
        assert!(text.contains(secret), "{text}");
        let again: CreateConnector = serde_json::from_str(&text).unwrap();
        assert_eq!(again, wanted, "{text}");
        assert!(
            !format!("{again:?} {again:#?}").contains(secret),
            "{again:?}"
        );
    }
}

#[test]
fn unknown_parts_of_a_field_are_written_back_and_settings_can_be_added() {
    let headers = json!({"y": {"value": "2", "is_secret": false}, "z": [1, null]});
    let wanted = read(&with("global_headers", headers.clone())).global_header("x", "1");
    let mut want = headers;
    want["x"] = json!({"value": "1"});
    let written = serde_json::to_value(&wanted).unwrap();
    assert_eq!(written["global_headers"], want);
    assert_eq!(wanted.name(), "docs");
}

#[test]
fn a_null_field_is_not_set() {
    for (_, name, _) in &settings()[1..] {
        assert_eq!(read(&with(name, Value::Null)), docs(), "{name}");
    }
}

#[test]
fn an_error_names_the_field_but_does_not_show_its_value() {
    let hidden = "not-to-be-shown";
    for (_, name, fitting) in settings() {
        let unexpected = if fitting.is_string() {
            json!({ hidden: hidden })
        } else {
            json!(hidden)
        };
        let text = refused(&with(name, unexpected));
        assert!(
            text.contains(&format!("unexpected type of field `{name}`")),
            "{text}"
        );
        assert!(!text.contains(hidden), "{text}");
    }
    // `id` is a field of a response, not of a request.
    for name in ["id", "client_secret", "of_2027"] {
        let text = refused(&with(name, json!(hidden)));
        assert!(text.contains(&format!("unknown field `{name}`")), "{text}");
        assert!(!text.contains(hidden), "{text}");
    }
}

#[test]
fn name_description_and_server_are_required() {
    for name in ["name", "description", "server"] {
        let mut object = with(name, Value::Null);
        let null = refused(&object);
        object.as_object_mut().unwrap().remove(name);
        for text in [null, refused(&object)] {
            assert!(text.contains(&format!("missing field `{name}`")), "{text}");
        }
    }
    for value in [json!([]), json!(1), json!(null), json!("docs")] {
        refused(&value);
    }
}

// --- from a connector

#[test]
fn a_connector_converts_to_what_a_request_can_set_of_it() {
    let mut object = connector();
    let settable = json!({
        "title": "T", "icon_url": "https://i", "system_prompt": "P", "protocol": "turbine",
    });
    let fields = object.as_object_mut().unwrap();
    fields.extend(settable.as_object().unwrap().clone());
    // Neither credentials nor fields that only a response has.
    fields.insert("owner_id".into(), json!("owner-1"));
    fields.insert("headers".into(), json!({"x-key": "secret"}));
    let connector: Connector = serde_json::from_value(object).unwrap();
    let want = docs()
        .visibility("private")
        .title("T")
        .icon_url("https://i")
        .system_prompt("P")
        .protocol("turbine");
    assert_eq!(CreateConnector::from(&connector), want);

    let bare: Connector = serde_json::from_str(r#"{"id": "1", "name": "docs"}"#).unwrap();
    let want = CreateConnector::new("docs", "", "");
    assert_eq!(CreateConnector::from(&bare), want);
}

#[test]
fn exported_connectors_can_be_applied_again() {
    let (old, new) = (FakeServer::start(), FakeServer::start());
    old.client()
        .create(&docs().title("T").header("x", "1"))
        .unwrap();
    old.client()
        .create(&CreateConnector::new(
            "mail",
            "Our mail",
            "https://mail.example/mcp",
        ))
        .unwrap();
    let connectors = old.client().list().collect::<Result<Vec<_>, _>>().unwrap();
    let export: Vec<_> = connectors.iter().map(CreateConnector::from).collect();
    let file = serde_json::to_string(&export).unwrap();

    let wanted: Vec<CreateConnector> = serde_json::from_str(&file).unwrap();
    assert_eq!(wanted.len(), 2);
    for (wanted, connector) in wanted.iter().zip(&connectors) {
        assert!(wanted.changes(connector).differences.is_empty());
        let ensured = new.client().ensure(wanted).unwrap();
        assert_eq!(ensured.outcome, EnsureOutcome::Created);
        let ensured = new.client().ensure(wanted).unwrap();
        assert_eq!(ensured.outcome, EnsureOutcome::Unchanged);
    }
}
