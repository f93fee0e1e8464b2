//! Responses are read from every version of the API, with missing, unknown and unexpected values.

use std::fmt::{Debug, Display};
use std::hash::Hash;
use std::str::FromStr;

use crate::support::{ID, read_whole};
use mistral_connectors::types::{AuthActionKind, CredentialsState};
use mistral_connectors::{
    AuthenticationType, Connector, ConnectorPage, OwnerType, Protocol, Visibility,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// The smallest connector, with one more field.
fn with(name: &str, value: Value) -> Connector {
    let mut connector = json!({"id": ID, "name": "docs"});
    connector[name] = value;
    serde_json::from_value(connector).unwrap()
}

fn written<T: Serialize>(value: &T) -> Value {
    // Through a string: in a `Value`, a field that is written twice would not show.
    let text = serde_json::to_string(value).unwrap();
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value.to_string().len(), text.len(), "{text}");
    value
}

// --- the versions of the API

fn of_api_2026_03() -> Value {
    json!({
        "id": ID,
        "name": "my_deepwiki",
        "description": "Explores code repositories",
        "created_at": "2026-02-24T10:30:00Z",
        "modified_at": "2026-02-24T10:31:00.123456Z",
        "server": "https://mcp.deepwiki.com/mcp",
        "auth_type": "oauth2",
        "tools": [{
            "id": "tool-1",
            "name": "read_wiki_structure",
            "description": "Lists the topics",
            "system_prompt": null,
            "locale": {"name": {"en": "Structure"}, "description": {"en": "Topics"}},
            "jsonschema": {"type": "object", "properties": {"repoName": {"type": "string"}}},
            "execution_config": {"type": "mcp", "timeout": 30},
            "visibility": "shared_org",
            "created_at": "2026-02-24T10:30:00Z",
            "modified_at": "2026-02-24T10:30:00Z",
            "active": true,
        }],
    })
}

fn of_api_2026_08() -> Value {
    json!({
        "id": ID,
        "name": "my_deepwiki",
        "title": "DeepWiki",
        "description": "Explores code repositories",
        "created_at": "2026-07-01T08:00:00+02:00",
        "modified_at": "2026-07-02T08:00:00+02:00",
        "server": "https://mcp.deepwiki.com/mcp",
        "protocol": "turbine",
        "icon_url": null,
        "server_card": {"name": "com.deepwiki/mcp", "version": "1.0.0", "capabilities": {}},
        "owner_id": "owner-1",
        "owner_type": "workspace",
        "visibility": "shared_workspace",
        "creator_id": "user-1",
        "locale": {"name": {"pt-BR": "DeepWiki"}, "description": {}, "usage_sentence": {}},
        "system_prompt": "Be brief.",
        "supported_auth_methods": [{"method_type": "none", "has_default_credentials": false}],
        "connection_preferences": [{"name": "default", "tool_configuration": {"include": ["a"]}}],
        "connection_credentials": [{
            "name": "mine", "authentication_type": "bearer", "scope": "user", "is_default": true,
        }],
        "active": true,
        "private_tool_execution": false,
        "mistral": false,
        "is_authenticated": true,
        "tools": null,
        "system_prompt_route": null,
        "connection_config": {"type": "mcp", "signed": false},
        "execution_env": {"tools": [], "tool_execution_data": {}, "errors": []},
    })
}

fn of_api_2026_11() -> Value {
    json!({
        "id": ID,
        "name": "my_deepwiki",
        "title": null,
        "description": "Explores code repositories",
        "created_at": "2026-11-01T08:00:00Z",
        "modified_at": "2026-11-01T08:00:00Z",
        "server": null,
        "protocol": "http",
        "supports_mcp": false,
        "icon_url": "https://deepwiki.com/icon.png",
        "owner_id": null,
        "owner_type": "org",
        "visibility": "shared_org",
        "creator_id": "user-1",
        "private_tool_execution": true,
        "mistral": true,
        "is_authenticated": null,
        "supported_auth_methods": [],
        "blocked_by": ["workspace", "site"],
        "openapi_spec": {"openapi": "3.1.0", "paths": {}},
        "tools": [{"name": "search", "inputSchema": {"type": "object"}, "_meta": null}],
    })
}

#[test]
fn connectors_of_every_api_version_fit_their_fields() {
    for value in [of_api_2026_03(), of_api_2026_08(), of_api_2026_11()] {
        let connector: Connector = read_whole(&value);
        assert!(connector.extra.is_empty(), "{:?}", connector.extra);
        for tool in connector.tools.iter().flatten() {
            assert!(tool.extra.is_empty(), "{:?}", tool.extra);
        }
    }

    let connector: Connector = read_whole(&of_api_2026_03());
    assert_eq!(connector.id, ID);
    assert_eq!(connector.auth_type.as_deref(), Some("oauth2"));
    assert_eq!(connector.visibility, None);
    let tools = connector.tools.unwrap();
    assert_eq!(tools[0].description.as_deref(), Some("Lists the topics"));
    assert_eq!(tools[0].input_schema().unwrap()["type"], "object");

    let connector: Connector = read_whole(&of_api_2026_08());
    assert_eq!(connector.title.as_deref(), Some("DeepWiki"));
    assert_eq!(connector.icon_url, None);
    assert_eq!(connector.visibility, Some(Visibility::SharedWorkspace));
    assert_eq!(connector.protocol, Some(Protocol::from("turbine")));
    assert_eq!(connector.owner_type, Some(OwnerType::Workspace));
    assert_eq!(connector.active, Some(true));
    assert_eq!(connector.private_tool_execution, Some(false));
    assert_eq!(connector.server_card.unwrap()["version"], "1.0.0");
    let methods = connector.supported_auth_methods.unwrap();
    assert_eq!(methods[0].method_type, Some(AuthenticationType::None));
    let preferences = connector.connection_preferences.unwrap();
    assert_eq!(preferences[0].name.as_deref(), Some("default"));
    let credentials = connector.connection_credentials.unwrap();
    assert_eq!(credentials[0].scope, Some(OwnerType::User));

    let connector: Connector = read_whole(&of_api_2026_11());
    assert_eq!(connector.server, None);
    assert_eq!(connector.supports_mcp, Some(false));
    assert_eq!(connector.supported_auth_methods, Some(Vec::new()));
    let blocked_by = [OwnerType::Workspace, OwnerType::from("site")];
    assert_eq!(connector.blocked_by, Some(blocked_by.to_vec()));
    assert_eq!(connector.openapi_spec.unwrap()["openapi"], "3.1.0");
    let tools = connector.tools.unwrap();
    assert_eq!(tools[0].input_schema(), Some(&json!({"type": "object"})));
}

// --- missing and unexpected values

/// Fields of a connector that an object or a number does not fit.
const TYPED: &str = "description title created_at modified_at server protocol icon_url owner_id \
    owner_type visibility creator_id system_prompt supported_auth_methods connection_preferences \
    connection_credentials active private_tool_execution mistral is_authenticated tools \
    system_prompt_route supports_mcp blocked_by auth_type";

/// Fields of a connector that every value fits.
const UNTYPED: &str = "server_card locale connection_config execution_env openapi_spec";

#[test]
fn a_connector_needs_only_an_id_and_a_name() {
    let bare: Connector = read_whole(&json!({"id": "", "name": ""}));
    assert_eq!((&*bare.id, &*bare.name, &*bare.description), ("", "", ""));
    for value in [json!(null), json!([]), json!("docs"), json!(1)] {
        let error = serde_json::from_value::<Connector>(value).unwrap_err();
        assert!(error.to_string().contains("a connector"), "{error}");
    }
    for field in ["id", "name"] {
        for unexpected in [json!(null), json!(7), json!(["docs"]), json!({"a": "docs"})] {
            let mut value = of_api_2026_11();
            value[field] = unexpected;
            let error = serde_json::from_value::<Connector>(value).unwrap_err();
            let want = "expected a connector with `id` and `name`";
            assert!(error.to_string().contains(want), "{field}: {error}");
        }
        let mut value = of_api_2026_11();
        value.as_object_mut().unwrap().remove(field);
        serde_json::from_value::<Connector>(value).unwrap_err();
    }
}

#[test]
fn missing_and_null_fields_are_none() {
    let bare: Connector = read_whole(&json!({"id": ID, "name": "docs"}));
    assert_eq!(bare.title, None);
    for name in [TYPED, UNTYPED].iter().flat_map(|names| names.split(' ')) {
        assert_eq!(with(name, Value::Null), bare, "{name}");
    }
}

#[test]
fn a_value_of_an_unexpected_type_is_in_extra_and_the_rest_is_read() {
    let bare: Connector = read_whole(&json!({"id": ID, "name": "docs"}));
    for name in TYPED.split(' ') {
        for value in [json!(7), json!({"en": "Docs"})] {
            let mut connector = with(name, value.clone());
            assert_eq!(connector.extra[name], value, "{name}");
            assert_eq!(written(&connector)[name], value, "{name}");
            connector.extra.clear();
            assert_eq!(connector, bare, "{name}");
        }
    }
}

#[test]
fn a_page_size_that_is_not_an_i64_is_in_extra() {
    for (number, want) in [
        ("-9223372036854775808", Some(i64::MIN)),
        ("9223372036854775807", Some(i64::MAX)),
        ("9223372036854775808", None),
        ("18446744073709551616", None),
        ("1.5", None),
        ("\"10\"", None),
    ] {
        let text = format!(r#"{{"pagination":{{"page_size":{number}}}}}"#);
        let page: ConnectorPage = serde_json::from_str(&text).unwrap();
        assert_eq!(page.pagination.page_size, want, "{number}");
        let is_in_extra = page.pagination.extra.contains_key("page_size");
        assert_eq!(is_in_extra, want.is_none(), "{number}");
    }
}

#[test]
fn unknown_fields_are_in_extra_under_their_exact_names() {
    let unknown = json!({"Name": "x", "extra": "y", "ID": 1, "of_2027": [1, {"a": null}]});
    let mut value = unknown.clone();
    value["id"] = json!(ID);
    value["name"] = json!("docs");
    let connector: Connector = read_whole(&value);
    assert_eq!(connector.name, "docs");
    assert_eq!(Value::from(connector.extra), unknown);
}

#[test]
fn a_field_that_is_set_takes_the_place_of_its_unexpected_value() {
    let mut connector = with("title", json!(1));
    connector.title = Some("Documents".to_owned());
    assert_eq!(written(&connector)["title"], "Documents");
    connector.title = None;
    assert_eq!(written(&connector)["title"], 1);

    let mut page: ConnectorPage = read_whole(&json!({"items": []}));
    page.pagination.next_cursor = Some("a".to_owned());
    let want = json!({"items": [], "pagination": {"next_cursor": "a"}});
    assert_eq!(written(&page), want);
}

// --- open enums

#[track_caller]
fn assert_open_enum<T>(known: &[(&str, T)], other: fn(String) -> T)
where
    T: for<'a> From<&'a str> + From<String> + FromStr + AsRef<str> + Display + Debug,
    T: Clone + Eq + Hash + Serialize + DeserializeOwned + Send + Sync + 'static,
    <T as FromStr>::Err: Debug,
{
    let unknown = ["of_2027", "", "Private", "привет"];
    let unknown = unknown.map(|value| (value, other(value.to_owned())));
    for (value, variant) in known.iter().chain(&unknown) {
        assert_eq!(T::from(*value), *variant);
        assert_eq!(T::from((*value).to_owned()), *variant);
        assert_eq!(value.parse::<T>().unwrap(), *variant);
        assert_eq!(variant.as_ref(), *value);
        assert_eq!(format!("{variant:>20}"), format!("{value:>20}"));
        assert_eq!(serde_json::to_value(variant).unwrap(), *value);
        let read: T = serde_json::from_value(json!(value)).unwrap();
        assert_eq!(read, *variant);
    }
    // Equality is derived, so known values have to be converted.
    for (value, variant) in known {
        assert_ne!(other((*value).to_owned()), *variant);
    }
    assert!(serde_json::from_value::<T>(json!(7)).is_err());
}

#[test]
fn open_enums_convert_known_values_to_variants_and_keep_unknown_ones() {
    let visibilities = [
        ("private", Visibility::Private),
        ("shared_workspace", Visibility::SharedWorkspace),
        ("shared_org", Visibility::SharedOrg),
        ("shared_global", Visibility::SharedGlobal),
    ];
    assert_open_enum(&visibilities, Visibility::Other);
    let owners = [
        ("user", OwnerType::User),
        ("org", OwnerType::Org),
        ("workspace", OwnerType::Workspace),
        ("system", OwnerType::System),
    ];
    assert_open_enum(&owners, OwnerType::Other);
    let protocols = [("mcp", Protocol::Mcp), ("http", Protocol::Http)];
    assert_open_enum(&protocols, Protocol::Other);
    let methods = [
        ("oauth2", AuthenticationType::OAuth2),
        ("bearer", AuthenticationType::Bearer),
        ("none", AuthenticationType::None),
        ("github_app", AuthenticationType::GithubApp),
        ("slack_app", AuthenticationType::SlackApp),
    ];
    assert_open_enum(&methods, AuthenticationType::Other);
    let states = [
        ("valid", CredentialsState::Valid),
        ("invalid", CredentialsState::Invalid),
        ("error", CredentialsState::Error),
    ];
    assert_open_enum(&states, CredentialsState::Other);
    let actions = [
        ("oauth", AuthActionKind::OAuth),
        ("credentials_setup", AuthActionKind::CredentialsSetup),
    ];
    assert_open_enum(&actions, AuthActionKind::Other);
}
