//! How answers are read and written: in all three shapes of 2026, and in shapes nobody has seen.

use mistral_connectors::types::{CredentialsState, Pagination};
use mistral_connectors::{
    AuthenticationMethod, AuthenticationType, Connector, ConnectorPage, Credentials,
    CredentialsList, MessageResponse, OwnerType, Protocol, Tool, Visibility,
};
use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{Deserialize, Deserializer, IntoDeserializer, Visitor};
use serde_json::{Value, json};

const ID: &str = "a1b2c3d4-5678-90ab-cdef-1234567890ab";

/// As the published API of 10 April 2026 describes it.
fn april() -> Value {
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

/// As the published API of 13 August 2026 describes it.
fn august() -> Value {
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

/// As the official Python client of November 2026 expects it.
fn november() -> Value {
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

fn shapes() -> [(&'static str, Value); 3] {
    [
        ("April", april()),
        ("August", august()),
        ("November", november()),
    ]
}

#[track_caller]
fn read(value: &Value) -> Connector {
    serde_json::from_str(&value.to_string()).unwrap()
}

#[track_caller]
fn write(connector: &Connector) -> Value {
    // Through text: in a `Value` a key that is written twice would go unnoticed.
    let text = serde_json::to_string(connector).unwrap();
    let value: Value = serde_json::from_str(&text).unwrap();
    let fields = value.as_object().unwrap();
    for name in fields.keys() {
        let key = format!("\"{name}\":");
        let count = |value: &Value| value.to_string().matches(&key).count();
        let nested: usize = fields.values().map(count).sum();
        assert_eq!(text.matches(&key).count(), 1 + nested, "{name} in {text}");
    }
    value
}

/// The smallest connector, with one more field.
fn with(name: &str, value: Value) -> Value {
    let mut connector = json!({"id": ID, "name": "docs"});
    connector[name] = value;
    connector
}

// --- the three shapes

#[test]
fn a_connector_of_april_is_read() {
    let connector = read(&april());
    assert_eq!(connector.id, ID);
    assert_eq!(connector.name, "my_deepwiki");
    assert_eq!(connector.description, "Explores code repositories");
    assert_eq!(
        connector.server.as_deref(),
        Some("https://mcp.deepwiki.com/mcp")
    );
    assert_eq!(connector.auth_type.as_deref(), Some("oauth2"));
    assert_eq!(
        connector.modified_at.as_deref(),
        Some("2026-02-24T10:31:00.123456Z")
    );
    assert_eq!(connector.visibility, None);
    assert_eq!(connector.protocol, None);
    let tools = connector.tools.unwrap();
    assert_eq!(tools[0].name, "read_wiki_structure");
    assert_eq!(tools[0].description.as_deref(), Some("Lists the topics"));
    assert_eq!(tools[0].execution_config.as_ref().unwrap()["timeout"], 30);
    assert!(connector.extra.is_empty(), "{:?}", connector.extra);
}

#[test]
fn a_connector_of_august_is_read() {
    let connector = read(&august());
    assert_eq!(connector.title.as_deref(), Some("DeepWiki"));
    assert_eq!(
        connector.created_at.as_deref(),
        Some("2026-07-01T08:00:00+02:00")
    );
    assert_eq!(
        connector.protocol,
        Some(Protocol::Other("turbine".to_owned()))
    );
    assert_eq!(connector.visibility, Some(Visibility::SharedWorkspace));
    assert_eq!(connector.icon_url, None);
    assert_eq!(connector.owner_type, Some(OwnerType::Workspace));
    assert_eq!(connector.owner_id.as_deref(), Some("owner-1"));
    assert_eq!(connector.creator_id.as_deref(), Some("user-1"));
    assert_eq!(connector.system_prompt.as_deref(), Some("Be brief."));
    assert_eq!(connector.active, Some(true));
    assert_eq!(connector.private_tool_execution, Some(false));
    assert_eq!(connector.mistral, Some(false));
    assert_eq!(connector.is_authenticated, Some(true));
    assert_eq!(connector.auth_type, None);
    assert_eq!(connector.supports_mcp, None);
    assert_eq!(connector.tools, None);
    assert_eq!(connector.server_card.unwrap()["version"], "1.0.0");
    assert_eq!(connector.locale.unwrap()["name"]["pt-BR"], "DeepWiki");
    assert_eq!(connector.connection_config.unwrap()["type"], "mcp");
    assert_eq!(
        connector.execution_env.unwrap()["tool_execution_data"],
        json!({})
    );
    let methods = connector.supported_auth_methods.unwrap();
    assert_eq!(methods[0].method_type, Some(AuthenticationType::None));
    assert_eq!(methods[0].has_default_credentials, Some(false));
    let preferences = connector.connection_preferences.unwrap();
    assert_eq!(preferences[0].name.as_deref(), Some("default"));
    assert_eq!(
        preferences[0].tool_configuration,
        Some(json!({"include": ["a"]}))
    );
    let credentials = connector.connection_credentials.unwrap();
    assert_eq!(credentials[0].name, "mine");
    assert_eq!(credentials[0].scope, Some(OwnerType::User));
    assert_eq!(credentials[0].is_default, Some(true));
    assert!(connector.extra.is_empty(), "{:?}", connector.extra);
}

#[test]
fn a_connector_of_november_is_read() {
    let connector = read(&november());
    assert_eq!(connector.server, None);
    assert_eq!(connector.title, None);
    assert_eq!(connector.protocol, Some(Protocol::Http));
    assert_eq!(connector.supports_mcp, Some(false));
    assert_eq!(connector.visibility, Some(Visibility::SharedOrg));
    assert_eq!(connector.private_tool_execution, Some(true));
    assert_eq!(connector.mistral, Some(true));
    assert_eq!(connector.is_authenticated, None);
    assert_eq!(connector.active, None);
    let tools = connector.tools.unwrap();
    assert_eq!(tools[0].name, "search");
    assert_eq!(tools[0].description, None);
    assert_eq!(tools[0].input_schema(), Some(&json!({"type": "object"})));
    assert_eq!(connector.owner_type, Some(OwnerType::Org));
    assert_eq!(connector.supported_auth_methods, Some(Vec::new()));
    assert_eq!(
        connector.blocked_by,
        Some(vec![
            OwnerType::Workspace,
            OwnerType::Other("site".to_owned())
        ])
    );
    assert_eq!(connector.openapi_spec.unwrap()["openapi"], "3.1.0");
    assert!(connector.extra.is_empty(), "{:?}", connector.extra);
}

#[test]
fn what_was_read_is_written_back_in_every_shape() {
    for (shape, value) in shapes() {
        let connector = read(&value);
        let written = write(&connector);
        assert_eq!(read(&written), connector, "{shape}");
        assert_eq!(written, value, "{shape}");
    }
}

#[test]
fn a_page_of_every_shape_is_read_and_written_back() {
    for (shape, value) in shapes() {
        let value = json!({
            "items": [value],
            "pagination": {"next_cursor": "c2", "page_size": 10, "total": 11},
            "took_ms": 3,
        });
        let page: ConnectorPage = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(page.items[0].id, ID, "{shape}");
        assert_eq!(page.pagination.next_cursor.as_deref(), Some("c2"));
        assert_eq!(page.pagination.page_size, Some(10));
        assert_eq!(page.pagination.extra["total"], 11);
        assert_eq!(page.extra["took_ms"], 3);
        let written = serde_json::to_value(&page).unwrap();
        assert_eq!(written, value, "{shape}");
    }
}

// --- what must be there

#[test]
fn a_connector_needs_only_an_id_and_a_name() {
    let connector = read(&json!({"id": "1", "name": "docs"}));
    assert_eq!((&*connector.id, &*connector.name), ("1", "docs"));
    assert_eq!(connector.description, "");
    assert_eq!(connector.server, None);
    assert_eq!(connector.created_at, None);
    assert_eq!(connector.visibility, None);
    assert_eq!(connector.tools, None);
    assert!(connector.extra.is_empty());
}

#[test]
fn a_connector_without_a_usable_id_or_name_is_an_error_that_names_it() {
    for field in ["id", "name"] {
        for odd in [
            None,
            Some(json!(null)),
            Some(json!(7)),
            Some(json!(true)),
            Some(json!(["docs"])),
            Some(json!({"value": "docs"})),
        ] {
            let mut value = april();
            let fields = value.as_object_mut().unwrap();
            match odd.clone() {
                None => drop(fields.remove(field)),
                Some(odd) => drop(fields.insert(field.to_owned(), odd)),
            }
            let error = serde_json::from_value::<Connector>(value).unwrap_err();
            let error = error.to_string();
            assert!(error.contains("a connector"), "{field} {odd:?}: {error}");
            assert!(
                error.contains(&format!("`{field}`")),
                "{field} {odd:?}: {error}"
            );
        }
    }
}

#[test]
fn what_is_no_object_is_no_connector() {
    for value in [json!(null), json!([]), json!("docs"), json!(1), json!(true)] {
        let error = serde_json::from_value::<Connector>(value.clone()).unwrap_err();
        assert!(
            error.to_string().contains("a connector"),
            "{value}: {error}"
        );
    }
}

#[test]
fn an_empty_id_or_name_is_the_servers_business() {
    let connector = read(&json!({"id": "", "name": ""}));
    assert_eq!((&*connector.id, &*connector.name), ("", ""));
}

#[test]
fn missing_and_null_fields_are_none() {
    let names = [
        "description",
        "server",
        "visibility",
        "auth_type",
        "created_at",
        "modified_at",
        "title",
        "icon_url",
        "protocol",
        "system_prompt",
        "active",
        "supports_mcp",
        "is_authenticated",
        "private_tool_execution",
        "mistral",
        "owner_type",
        "owner_id",
        "creator_id",
        "tools",
        "server_card",
        "locale",
        "supported_auth_methods",
        "connection_preferences",
        "connection_credentials",
        "system_prompt_route",
        "connection_config",
        "execution_env",
        "blocked_by",
        "openapi_spec",
    ];
    let bare = read(&json!({"id": ID, "name": "docs"}));
    for name in names {
        assert_eq!(read(&with(name, json!(null))), bare, "{name}");
    }
}

// --- what nobody has seen yet

#[test]
fn unknown_fields_are_kept_and_written_back() {
    for value in [
        json!(null),
        json!(0),
        json!(-1),
        json!(u64::MAX),
        json!(1.5),
        json!(""),
        json!([1, [2, {"three": null}]]),
        json!({"id": 1, "name": {"nested": true}}),
    ] {
        let connector = read(&with("of_2027", value.clone()));
        assert_eq!(connector.extra["of_2027"], value);
        assert_eq!(write(&connector)["of_2027"], value);
    }
}

#[test]
fn fields_are_told_apart_by_their_exact_names() {
    let connector = read(&json!({"id": ID, "name": "docs", "Name": "x", "extra": "y", "ID": 1}));
    assert_eq!(connector.name, "docs");
    assert_eq!(connector.extra["Name"], "x");
    assert_eq!(connector.extra["extra"], "y");
    assert_eq!(connector.extra["ID"], 1);
    assert_eq!(write(&connector)["extra"], "y");
}

#[test]
fn words_nobody_knew_are_kept_and_written_back() {
    for word in ["shared_universe", "", "Private", "привет"] {
        let connector = read(&with("visibility", json!(word)));
        assert_eq!(
            connector.visibility,
            Some(Visibility::Other(word.to_owned()))
        );
        assert_eq!(write(&connector)["visibility"], word);
        let connector = read(&with("protocol", json!(word)));
        assert_eq!(connector.protocol, Some(Protocol::Other(word.to_owned())));
        assert_eq!(write(&connector)["protocol"], word);
    }
}

#[test]
fn known_words_are_read_and_written_as_the_api_spells_them() {
    for (word, visibility) in [
        ("private", Visibility::Private),
        ("shared_workspace", Visibility::SharedWorkspace),
        ("shared_org", Visibility::SharedOrg),
        ("shared_global", Visibility::SharedGlobal),
    ] {
        let connector = read(&with("visibility", json!(word)));
        assert_eq!(connector.visibility, Some(visibility.clone()));
        assert_eq!(write(&connector)["visibility"], word);
        assert_eq!(Visibility::from(word), visibility);
        assert_eq!(visibility.to_string(), word);
        assert_eq!(visibility.as_str(), word);
        assert_eq!(serde_json::to_value(&visibility).unwrap(), word);
        let read: Visibility = serde_json::from_value(json!(word)).unwrap();
        assert_eq!(read, visibility);
    }
    for (word, protocol) in [("mcp", Protocol::Mcp), ("http", Protocol::Http)] {
        let connector = read(&with("protocol", json!(word)));
        assert_eq!(connector.protocol, Some(protocol.clone()));
        assert_eq!(Protocol::from(word.to_owned()), protocol);
        assert_eq!(protocol.to_string(), word);
        assert_eq!(write(&connector)["protocol"], word);
    }
}

#[test]
fn a_value_of_another_type_is_kept_under_its_name_and_the_rest_survives() {
    let odd = [
        ("description", json!(1)),
        ("description", json!({"en": "Docs"})),
        ("server", json!({"url": "https://docs.example"})),
        ("visibility", json!(["private"])),
        ("auth_type", json!(2)),
        ("created_at", json!(1_771_929_000)),
        ("modified_at", json!(1_771_929_000.5)),
        ("title", json!({"en": "Docs"})),
        ("icon_url", json!(false)),
        ("protocol", json!({"kind": "mcp"})),
        ("system_prompt", json!(["a", "b"])),
        ("active", json!("true")),
        ("supports_mcp", json!(1)),
        ("is_authenticated", json!({"user": true})),
        ("private_tool_execution", json!("no")),
        ("mistral", json!([])),
        ("owner_type", json!(7)),
        ("owner_id", json!(u64::MAX)),
        ("creator_id", json!(-7)),
        ("tools", json!({"read": {}})),
        ("tools", json!("read")),
        ("tools", json!(12)),
    ];
    for (name, value) in odd {
        let mut whole = august();
        whole[name] = value.clone();
        let connector = read(&whole);
        assert_eq!(connector.extra[name], value, "{name}");
        assert_eq!(connector.name, "my_deepwiki", "{name}");
        let written = write(&connector);
        assert_eq!(written[name], value, "{name}");
        assert_eq!(read(&written), connector, "{name}");
        assert_eq!(written, whole, "{name}");
    }
}

#[test]
fn open_enums_are_equal_and_hash_alike_when_their_words_are() {
    use std::hash::{BuildHasher, RandomState};
    let (known, other) = (Visibility::Private, Visibility::Other("private".into()));
    assert_eq!(known, other);
    let state = RandomState::new();
    assert_eq!(state.hash_one(&known), state.hash_one(&other));
    assert_ne!(known, Visibility::Other("Private".into()));
    assert_ne!(Visibility::SharedOrg, Visibility::SharedGlobal);
    assert_eq!(OwnerType::from("org"), OwnerType::Other("org".into()));
}

#[test]
fn an_odd_value_leaves_its_field_empty() {
    let connector = read(&with("title", json!(1)));
    assert_eq!(connector.title, None);
    let connector = read(&with("description", json!(1)));
    assert_eq!(connector.description, "");
    let connector = read(&with("active", json!("yes")));
    assert_eq!(connector.active, None);
}

#[test]
fn a_field_that_is_set_over_an_odd_value_is_written_once() {
    let mut connector = read(&with("title", json!(1)));
    connector.title = Some("Documents".to_owned());
    let text = serde_json::to_string(&connector).unwrap();
    assert_eq!(text.matches("\"title\":").count(), 1, "{text}");
}

#[test]
fn a_field_that_is_emptied_is_not_written() {
    let mut connector = read(&with("title", json!("Documents")));
    connector.title = None;
    assert_eq!(write(&connector), json!({"id": ID, "name": "docs"}));
    // Nor does a null that was read hide what somebody puts in its place.
    let mut connector = read(&with("title", json!(null)));
    connector.extra.insert("title".into(), json!(1));
    assert_eq!(write(&connector)["title"], 1);
}

#[test]
fn a_description_that_is_set_over_an_odd_value_is_written() {
    let mut connector = read(&with("description", json!(1)));
    connector.description = "Documents".to_owned();
    assert_eq!(write(&connector)["description"], "Documents");
}

// --- tools

#[test]
fn items_that_do_not_fit_are_left_out_of_a_list() {
    let good = json!({
        "name": "read", "title": null, "description": "Reads", "active": 1,
        "inputSchema": {"a": null}, "new": [null, {"b": null}],
    });
    for odd in [json!(null), json!("read"), json!(1), json!([null])] {
        for (tools, want) in [
            (json!([odd]), json!([])),
            (json!([good, odd]), json!([good])),
            (json!([odd, good]), json!([good])),
            (json!([good, odd, good, odd]), json!([good, good])),
        ] {
            let connector = read(&with("tools", tools.clone()));
            assert_eq!(write(&connector)["tools"], want, "{tools}");
            assert!(connector.extra.is_empty(), "{tools}");
        }
    }
    for (name, list, want) in [
        ("blocked_by", json!(["user", null]), json!(["user"])),
        (
            "connection_credentials",
            json!([{"name": "a", "status": {"last_checked_at": null}}, 1]),
            json!([{"name": "a", "status": {"last_checked_at": null}}]),
        ),
        (
            "supported_auth_methods",
            json!([{"method_type": null, "headers": [{"name": "x", "is_secret": null}, 1]}, [null]]),
            json!([{"method_type": null, "headers": [{"name": "x", "is_secret": null}]}]),
        ),
        (
            "connection_preferences",
            json!([{"name": null, "tool_configuration": null}, 5]),
            json!([{"name": null, "tool_configuration": null}]),
        ),
    ] {
        let connector = read(&with(name, list.clone()));
        assert_eq!(write(&connector)[name], want, "{list}");
    }
}

#[test]
fn a_tool_without_a_name_goes_back_as_it_was() {
    for tool in [
        json!({"name": null, "title": null, "description": "x", "other": [1, null]}),
        json!({"name": 1, "title": 2, "active": true, "inputSchema": {"a": null}}),
        json!({"description": "nameless", "more": null}),
        json!({"name": {"en": null}, "visibility": "private", "jsonschema": null}),
        json!({}),
    ] {
        let tools = json!([{"name": "good"}, tool]);
        let connector = read(&with("tools", tools.clone()));
        assert_eq!(connector.tools.as_ref().unwrap()[1].name, "", "{tools}");
        assert_eq!(write(&connector)["tools"], tools);
    }
}

#[test]
fn a_tool_is_read_in_all_three_forms() {
    let schema = json!({"type": "object", "properties": {"q": {"type": "string"}}});
    for tool in [
        april()["tools"][0].clone(),
        json!({
            "name": "ask", "title": "Ask", "description": null, "inputSchema": schema,
            "outputSchema": null, "icons": [{"src": "x"}], "annotations": {"readOnlyHint": true},
            "_meta": {"ui": null}, "execution": {"taskSupport": "optional"},
        }),
        json!({"name": "ask", "description": "Asks", "annotations": null, "inputSchema": "q: string"}),
        json!({"name": "ask", "input_schema": schema}),
        json!({"name": "ask", "input_schema": null, "parameters": schema}),
    ] {
        let read: Tool = serde_json::from_value(tool.clone()).unwrap();
        let spellings = ["inputSchema", "jsonschema", "input_schema", "parameters"];
        let want = spellings
            .iter()
            .find_map(|name| tool.get(name).filter(|v| !v.is_null()));
        assert!(want.is_some());
        assert_eq!(read.input_schema(), want, "{tool}");
        assert_eq!(serde_json::to_value(&read).unwrap(), tool);
    }
    let bare: Tool = serde_json::from_str(r#"{"name":"ask","inputSchema":null}"#).unwrap();
    assert_eq!(bare.input_schema(), None);
}

#[test]
fn an_odd_description_does_not_make_a_tool_odd() {
    let tools = json!([{"name": "read", "description": {"en": "Reads"}}]);
    let connector = read(&with("tools", tools.clone()));
    let list = connector.tools.as_ref().unwrap();
    assert_eq!(list[0].description, None);
    assert_eq!(list[0].extra["description"], json!({"en": "Reads"}));
    assert_eq!(write(&connector)["tools"], tools);
}

#[test]
fn an_empty_list_of_tools_is_not_the_same_as_none() {
    assert_eq!(read(&with("tools", json!([]))).tools, Some(Vec::new()));
    assert_eq!(read(&with("tools", json!(null))).tools, None);
    assert_eq!(write(&read(&with("tools", json!([]))))["tools"], json!([]));
}

// --- other formats than JSON

/// A format that says with `visit_none` and `visit_some` what is null, as CBOR does.
struct WithOptions {
    value: Value,
    is_some: bool,
}

fn with_options(value: Value) -> WithOptions {
    WithOptions {
        value,
        is_some: false,
    }
}

impl<'de> Deserializer<'de> for WithOptions {
    type Error = serde::de::value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self.value {
            Value::Null => visitor.visit_none(),
            value if !self.is_some => visitor.visit_some(WithOptions {
                value,
                is_some: true,
            }),
            Value::Bool(value) => visitor.visit_bool(value),
            Value::Number(number) => visitor.visit_i64(number.as_i64().unwrap()),
            Value::String(text) => visitor.visit_string(text),
            Value::Array(items) => {
                visitor.visit_seq(SeqDeserializer::new(items.into_iter().map(with_options)))
            }
            Value::Object(fields) => visitor.visit_map(MapDeserializer::new(
                fields
                    .into_iter()
                    .map(|(name, value)| (name, with_options(value))),
            )),
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl IntoDeserializer<'_, serde::de::value::Error> for WithOptions {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

#[test]
fn what_other_formats_say_of_null_is_understood() {
    for page in [
        json!({"items": null, "pagination": null}),
        json!({"items": [], "pagination": {"next_cursor": null, "page_size": null}}),
        json!({"items": [{"id": "1", "name": "b", "title": null, "server_card": null,
            "active": true, "tools": [{"name": "t"}], "new": null}], "pagination": {"page_size": 5}}),
    ] {
        let read = ConnectorPage::deserialize(with_options(page.clone())).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), page);
    }
    Connector::deserialize(with_options(json!(null))).unwrap_err();
}

// --- repeated keys, numbers, nesting

#[test]
fn of_a_key_that_occurs_twice_the_last_counts() {
    for (text, want) in [
        (
            r#"{"id":"1","id":"2","name":"a","name":"b"}"#,
            json!({"id": "2", "name": "b"}),
        ),
        (
            r#"{"id":"1","name":"b","title":"one","title":"two"}"#,
            json!({"id": "1", "name": "b", "title": "two"}),
        ),
        (
            r#"{"id":"1","name":"b","title":5,"title":"two"}"#,
            json!({"id": "1", "name": "b", "title": "two"}),
        ),
        (
            r#"{"id":"1","name":"b","title":"one","title":5}"#,
            json!({"id": "1", "name": "b", "title": 5}),
        ),
        (
            r#"{"id":"1","name":"b","title":"one","title":null}"#,
            json!({"id": "1", "name": "b", "title": null}),
        ),
        (
            r#"{"id":"1","name":"b","description":7,"description":"d"}"#,
            json!({"id": "1", "name": "b", "description": "d"}),
        ),
        (
            r#"{"id":"1","name":"b","new":1,"new":2}"#,
            json!({"id": "1", "name": "b", "new": 2}),
        ),
        (
            r#"{"id":7,"id":"1","name":"b"}"#,
            json!({"id": "1", "name": "b"}),
        ),
    ] {
        let connector: Connector = serde_json::from_str(text).unwrap();
        assert_eq!(write(&connector), want, "{text}");
    }
    assert!(serde_json::from_str::<Connector>(r#"{"id":"1","name":"b","id":7}"#).is_err());
}

#[test]
fn of_every_kind_of_field_the_last_value_counts() {
    for (field, value) in [
        ("title", r#""a""#),
        ("description", r#""a""#),
        ("protocol", r#""mcp""#),
        ("active", "true"),
        ("server_card", r#"{"a":1}"#),
        ("tools", r#"[{"name":"t"}]"#),
        ("blocked_by", r#"["user"]"#),
    ] {
        let read_twice = |first: &str, last: &str| {
            let text = format!(r#"{{"id":"1","name":"b","{field}":{first},"{field}":{last}}}"#);
            serde_json::from_str::<Connector>(&text).unwrap()
        };
        let once = |value: &str| {
            let text = format!(r#"{{"id":"1","name":"b","{field}":{value}}}"#);
            serde_json::from_str::<Connector>(&text).unwrap()
        };
        for (first, last) in [
            ("1.5", value),
            ("null", value),
            (value, "null"),
            (value, "1.5"),
        ] {
            let connector = read_twice(first, last);
            assert_eq!(connector, once(last), "{field}: {first}, {last}");
            assert_eq!(
                write(&connector),
                write(&once(last)),
                "{field}: {first}, {last}"
            );
        }
    }
    for text in [
        r#"{"id":"1","name":"b","id":null}"#,
        r#"{"id":"1","name":"b","id":[]}"#,
    ] {
        serde_json::from_str::<Connector>(text).unwrap_err();
    }
}

#[test]
fn of_a_page_that_says_things_twice_the_last_counts() {
    let one = r#"{"id":"1","name":"a"}"#;
    let two = r#"{"id":"2","name":"b"}"#;
    for (last, want) in [
        (r#""items":null"#.to_owned(), ""),
        (format!(r#""items":[{two}]"#), "2"),
    ] {
        let text = format!(r#"{{"items":[{one}],{last}}}"#);
        let page: ConnectorPage = serde_json::from_str(&text).unwrap();
        let ids: String = page.items.iter().map(|item| item.id.as_str()).collect();
        assert_eq!(ids, want, "{text}");
    }
    let text = r#"{"pagination":{"next_cursor":"a","page_size":5,"new":1},"pagination":{}}"#;
    let page: ConnectorPage = serde_json::from_str(text).unwrap();
    assert_eq!(page.pagination, Pagination::default());
    let text = r#"{"page_size":5,"page_size":null}"#;
    let pagination: Pagination = serde_json::from_str(text).unwrap();
    assert_eq!(pagination.page_size, None);
}

#[test]
fn of_a_cursor_that_occurs_twice_the_last_counts() {
    for (text, want) in [
        (r#"{"next_cursor":"a","next_cursor":"b"}"#, Some("b")),
        (r#"{"next_cursor":null,"next_cursor":"b"}"#, Some("b")),
        (r#"{"next_cursor":"a","next_cursor":null}"#, None),
    ] {
        let pagination: Pagination = serde_json::from_str(text).unwrap();
        assert_eq!(pagination.next_cursor.as_deref(), want, "{text}");
    }
}

#[test]
fn page_sizes_are_read_signed_and_wide() {
    for (number, want) in [
        ("10", Some(10)),
        ("0", Some(0)),
        ("-1", Some(-1)),
        ("9223372036854775807", Some(i64::MAX)),
        ("-9223372036854775808", Some(i64::MIN)),
        ("9223372036854775808", None),
        ("18446744073709551616", None),
        ("1.5", None),
        ("\"10\"", None),
        ("[10]", None),
    ] {
        let text = format!(r#"{{"items":[],"pagination":{{"page_size":{number}}}}}"#);
        let page: ConnectorPage = serde_json::from_str(&text).unwrap();
        assert_eq!(page.pagination.page_size, want, "{number}");
        let kept = page.pagination.extra.get("page_size");
        assert_eq!(kept.is_some(), want.is_none(), "{number}");
    }
}

#[test]
fn numbers_of_any_size_do_no_harm() {
    for number in [
        "9223372036854775807",
        "18446744073709551615",
        "123456789012345678901234567890",
        "-123456789012345678901234567890",
        "1e300",
        "-0.0",
    ] {
        let text = format!(r#"{{"id":"1","name":"b","title":{number},"new":{number}}}"#);
        let connector: Connector = serde_json::from_str(&text).unwrap();
        assert_eq!(connector.title, None, "{number}");
        assert_eq!(connector.extra["title"], connector.extra["new"], "{number}");
    }
}

// --- the smaller answers

#[test]
fn a_page_that_is_none_is_refused_with_what_one_is() {
    let item = "expected a connector";
    for (text, want) in [
        (r#"{"items":{}}"#, "expected a list, each item a connector"),
        (r#"{"items":"a"}"#, "expected a list, each item a connector"),
        (r#"{"items":[null]}"#, item),
        (r#"{"items":[true]}"#, item),
        (r#"{"items":[5]}"#, "integer `5`, expected a connector"),
        (r#"{"items":[-5]}"#, "integer `-5`, expected a connector"),
        (
            r#"{"items":[0.5]}"#,
            "floating point `0.5`, expected a connector",
        ),
        (
            "null",
            "null, expected a page of connectors at line 1 column 4",
        ),
        (r#"{"items":["a"]}"#, item),
        (r#"{"items":[[]]}"#, item),
        (r#"{"items":[{"id":"1"}]}"#, item),
        (
            r#"{"items":[],"pagination":[]}"#,
            "expected a page's place in its listing",
        ),
        (
            r#"{"items":[],"pagination":{"next_cursor":7}}"#,
            "invalid type: integer `7`, expected a text",
        ),
    ] {
        let error = serde_json::from_str::<ConnectorPage>(text).unwrap_err();
        assert!(error.to_string().contains(want), "{text}: {error}");
    }
}

#[test]
fn a_page_is_what_has_items_or_pagination() {
    for text in [
        r#"{"items":[]}"#,
        r#"{"items":null}"#,
        r#"{"pagination":{}}"#,
        r#"{"pagination":null,"status":"ok"}"#,
    ] {
        let page: ConnectorPage = serde_json::from_str(text).unwrap();
        assert!(page.items.is_empty(), "{text}");
        assert_eq!(serde_json::to_string(&page).unwrap(), text);
    }
    for text in ["{}", r#"{"status":"ok"}"#, r#"{"data":[]}"#] {
        let error = serde_json::from_str::<ConnectorPage>(text).unwrap_err();
        let want = "expected a page of connectors with `items` or `pagination`";
        assert!(error.to_string().starts_with(want), "{text}: {error}");
    }
}

#[test]
fn a_number_in_serde_jsons_own_clothes_is_no_object() {
    // So it is handed over where some crate has switched on `arbitrary_precision`.
    let number = r#"{"$serde_json::private::Number":"1.5"}"#;
    assert!(serde_json::from_str::<Vec<AuthenticationMethod>>(number).is_err());
    assert!(serde_json::from_str::<MessageResponse>(number).is_err());
    let text = format!(r#"{{"id":"1","name":"b","active":{number}}}"#);
    let connector: Connector = serde_json::from_str(&text).unwrap();
    assert_eq!(connector.active, None);
    assert_eq!(serde_json::to_string(&connector).unwrap(), text);
}

#[test]
fn what_is_set_in_an_answer_is_written_and_what_never_was_is_not() {
    let write = |page: &ConnectorPage| serde_json::to_value(page).unwrap();
    let mut page: ConnectorPage = serde_json::from_str(r#"{"items":[]}"#).unwrap();
    assert_eq!(write(&page), json!({"items": []}));
    page.pagination.next_cursor = Some("a".into());
    let want = json!({"items": [], "pagination": {"next_cursor": "a"}});
    assert_eq!(write(&page), want);
    page.pagination = Pagination::default();
    page.pagination.extra.insert("new".into(), json!(1));
    assert_eq!(write(&page)["pagination"], json!({"new": 1}));
}

#[test]
fn credentials_and_their_state_are_read() {
    let value = json!({
        "credentials": [{
            "name": "mine", "title": "Mine", "authentication_type": "oauth2", "scope": "user",
            "is_default": true,
            "status": {
                "status_type": "error", "last_checked_at": "2026-08-13T08:00:00Z",
                "error_http_code": 502, "error_message": "MCP server error",
            },
        }],
        "connector_preset_credentials_for_auth": ["bearer", "webhook"],
    });
    let list: CredentialsList = serde_json::from_value(value.clone()).unwrap();
    let credentials: Vec<&Credentials> = (&list).into_iter().collect();
    let status = credentials[0].status.as_ref().unwrap();
    assert_eq!(status.status_type, Some(CredentialsState::Error));
    assert_eq!(status.error_http_code, Some(502));
    let preset = list.connector_preset_credentials_for_auth.as_ref().unwrap();
    assert_eq!(preset[1], AuthenticationType::Other("webhook".to_owned()));
    assert_eq!(serde_json::to_value(&list).unwrap(), value);
    for odd in [json!({}), json!({"credentials": 1})] {
        assert!(serde_json::from_value::<CredentialsList>(odd).is_err());
    }
}

#[test]
fn an_authentication_method_needs_nothing() {
    let value = json!({
        "method_type": "github_app", "global_headers": {"x": {"value": "y"}},
        "headers": [{"name": "Authorization", "is_required": true, "is_secret": null}],
        "has_default_credentials": true, "oauth2_server_metadata": {"issuer": null},
    });
    let method: AuthenticationMethod = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(method.method_type, Some(AuthenticationType::GithubApp));
    assert_eq!(method.headers.as_ref().unwrap()[0].is_secret, None);
    assert_eq!(serde_json::to_value(&method).unwrap(), value);
    assert!(serde_json::from_str::<AuthenticationMethod>("{}").is_ok());
}

#[test]
fn a_message_needs_nothing() {
    for (value, want) in [
        (json!({"message": "gone"}), "gone"),
        (json!({"message": null}), ""),
        (json!({}), ""),
        (json!({"message": 1}), ""),
        (json!({"status": "ok"}), ""),
    ] {
        let message: MessageResponse = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(message.message, want, "{value}");
    }
    let message: MessageResponse =
        serde_json::from_value(json!({"message": {"en": "gone"}, "n": 1})).unwrap();
    assert_eq!(message.extra["message"]["en"], "gone");
    assert_eq!(
        serde_json::to_value(&message).unwrap(),
        json!({"message": {"en": "gone"}, "n": 1})
    );
}

#[test]
fn a_tool_needs_nothing() {
    let tool: Tool = serde_json::from_value(json!({"name": "read"})).unwrap();
    assert_eq!(tool.description, None);
    let tool: Tool = serde_json::from_value(json!({"description": "x"})).unwrap();
    assert_eq!(tool.name, "");
}

#[test]
fn answers_can_be_read_from_a_value_a_slice_and_a_reader() {
    let text = august().to_string();
    let connector = read(&august());
    let from_value: Connector = serde_json::from_value(august()).unwrap();
    let from_slice: Connector = serde_json::from_slice(text.as_bytes()).unwrap();
    let from_reader: Connector = serde_json::from_reader(text.as_bytes()).unwrap();
    assert_eq!(from_value, connector);
    assert_eq!(from_slice, connector);
    assert_eq!(from_reader, connector);
}

#[test]
fn answers_can_be_cloned_compared_and_printed() {
    fn check<T: Clone + PartialEq + std::fmt::Debug>(value: T, shown: &str) {
        assert_eq!(value.clone(), value);
        assert!(format!("{value:?}").contains(shown), "{value:?}");
    }
    check(read(&august()), "my_deepwiki");
    check(read(&april()).tools.unwrap(), "read_wiki_structure");
    check(Pagination::default(), "next_cursor");
    check(Visibility::SharedOrg, "SharedOrg");
    check(Protocol::Mcp, "Mcp");
    let message: MessageResponse = serde_json::from_str(r#"{"message": "gone"}"#).unwrap();
    check(message, "gone");
    assert_ne!(read(&april()), read(&august()));
}
