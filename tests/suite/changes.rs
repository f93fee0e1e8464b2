//! What a connector lacks to be as it is wanted, and how wanted connectors are read from a file.

use crate::support::{ID, client, connector, docs, with_body};
use mistral_connectors::{
    AuthData, AuthMethod, Changes, Connector, CreateConnector, UpdateConnector,
};
use mockito::Server;
use serde_json::{Value, json};

/// A connector as a server of summer 2026 shows it, with these fields instead of its own; a null of
/// Rust's leaves the field out.
#[track_caller]
fn shown(fields: &[(&str, Option<Value>)]) -> Connector {
    let mut object = connector();
    object["title"] = Value::Null;
    object["icon_url"] = Value::Null;
    object["system_prompt"] = Value::Null;
    object["protocol"] = json!("mcp");
    for (name, value) in fields {
        match value {
            Some(value) => object[name] = value.clone(),
            None => drop(object.as_object_mut().unwrap().remove(*name)),
        }
    }
    serde_json::from_value(object).unwrap()
}

/// The fields of the update, those that are fixed, those that were not compared.
fn told(changes: &Changes) -> [Vec<&str>; 3] {
    let update = changes.update.as_ref().map(UpdateConnector::fields);
    [
        update.into_iter().flatten().collect(),
        changes.fixed.iter().map(String::as_str).collect(),
        changes.not_compared.iter().map(String::as_str).collect(),
    ]
}

const NOTHING: [&str; 0] = [];

#[test]
fn a_connector_that_is_as_wanted_needs_no_change() {
    let full = docs()
        .title("Documents")
        .icon_url("https://docs.example/i.png")
        .system_prompt("Be brief.")
        .visibility("private")
        .protocol("mcp")
        .extra("new", json!({"a": [1, null]}));
    let same = shown(&[
        ("title", Some(json!("Documents"))),
        ("icon_url", Some(json!("https://docs.example/i.png"))),
        ("system_prompt", Some(json!("Be brief."))),
        ("new", Some(json!({"a": [1, null]}))),
    ]);
    for wanted in [docs(), full] {
        let changes = wanted.changes(&same);
        assert_eq!(changes, Changes::default(), "{wanted:?}");
        assert!(changes.update.is_none());
    }
}

#[test]
fn only_of_a_server_are_two_spellings_of_a_url_the_same() {
    let shown = shown(&[
        ("description", Some(json!("https://docs.example/"))),
        ("server", Some(json!("https://docs.example/"))),
    ]);
    let url = "HTTPS://docs.example";
    let changes = CreateConnector::new("docs", url, url).changes(&shown);
    assert_eq!(told(&changes), [vec!["description"], vec![], vec![]]);
}

#[test]
fn every_field_that_differs_is_in_the_update_alone() {
    let other = shown(&[
        ("title", Some(json!("Old"))),
        ("icon_url", Some(json!("https://old.example"))),
        ("system_prompt", Some(json!("Talk."))),
        ("new", Some(json!(1))),
    ]);
    let plain = || CreateConnector::new("docs", "Our documents", "https://docs.example/mcp");
    for (wanted, field) in [
        (
            CreateConnector::new("docs2", "Our documents", "https://docs.example/mcp"),
            "name",
        ),
        (
            CreateConnector::new("docs", "Other", "https://docs.example/mcp"),
            "description",
        ),
        (
            CreateConnector::new("docs", "Our documents", "https://docs.example/2"),
            "server",
        ),
        (plain().title("New"), "title"),
        (plain().icon_url("https://new.example"), "icon_url"),
        (plain().system_prompt("Be brief."), "system_prompt"),
        (plain().protocol("http"), "protocol"),
        (plain().extra("new", 2), "new"),
    ] {
        let changes = wanted.changes(&other);
        assert_eq!(told(&changes), [vec![field], vec![], vec![]], "{wanted:?}");
    }
}

#[test]
fn a_visibility_that_differs_is_fixed_and_one_that_is_not_shown_is_not_compared() {
    let wanted = docs().visibility("shared_org");
    for (visibility, fixed, not_compared) in [
        (Some(json!("private")), vec!["visibility"], vec![]),
        (Some(json!("shared_org")), vec![], vec![]),
        (Some(json!("new_word")), vec!["visibility"], vec![]),
        (Some(Value::Null), vec![], vec!["visibility"]),
        (None, vec![], vec!["visibility"]),
    ] {
        let changes = wanted.changes(&shown(&[("visibility", visibility.clone())]));
        assert_eq!(
            told(&changes),
            [vec![], fixed, not_compared],
            "{visibility:?}"
        );
    }
}

#[test]
fn what_no_answer_shows_is_not_compared() {
    // Even where the answer has a field of that name.
    let odd = shown(&[
        ("headers", Some(json!({"x-key": "other"}))),
        ("global_headers", Some(json!({}))),
        ("auth_data", Some(json!({"client_id": "client"}))),
        ("auth_methods", Some(json!([]))),
        ("secret", Some(json!("other"))),
    ]);
    for (wanted, fields) in [
        (docs().header("x-key", "v"), vec!["headers"]),
        (docs().global_header("x-key", "v"), vec!["global_headers"]),
        (docs().auth_data(AuthData::new("client")), vec!["auth_data"]),
        (docs().auth_method(AuthMethod::none()), vec!["auth_methods"]),
        (
            docs().auth_method(AuthMethod::bearer().header("x-key", "v")),
            vec!["auth_methods", "global_headers"],
        ),
        (docs().extra("secret", "v"), vec!["secret"]),
        // What this server does not know.
        (docs().extra("new", "v"), vec!["new"]),
        (
            docs().oauth2_server_metadata(json!({})),
            vec!["oauth2_server_metadata"],
        ),
        (
            docs().oauth2_server_metadata_url("https://docs.example"),
            vec!["oauth2_server_metadata_url"],
        ),
    ] {
        for connector in [&odd, &shown(&[])] {
            assert_eq!(
                told(&wanted.changes(connector)),
                [vec![], vec![], fields.clone()],
                "{wanted:?}"
            );
        }
    }
}

#[test]
fn a_title_is_missed_where_the_server_knows_titles() {
    type Wanted = fn() -> CreateConnector;
    let wanted: [(&str, Wanted); 3] = [
        ("title", || docs().title("Documents")),
        ("icon_url", || docs().icon_url("https://docs.example/i.png")),
        ("system_prompt", || docs().system_prompt("Be brief.")),
    ];
    for (name, wanted) in wanted {
        let changes = wanted().changes(&shown(&[(name, Some(Value::Null))]));
        assert_eq!(
            told(&changes),
            [vec![name], vec![], vec![]],
            "{name} is null"
        );
        let changes = wanted().changes(&shown(&[(name, None)]));
        assert_eq!(
            told(&changes),
            [vec![name], vec![], vec![]],
            "{name} is left out"
        );
        // In spring 2026 answers had neither titles nor a visibility.
        let changes = wanted().changes(&shown(&[(name, None), ("visibility", None)]));
        assert_eq!(
            told(&changes),
            [vec![], vec![], vec![name]],
            "{name} is not known"
        );
    }
}

#[test]
fn a_server_that_only_writes_its_address_differently_is_the_same() {
    for (wanted, written, same) in [
        ("https://docs.example", "https://docs.example/", true),
        (
            "HTTPS://Docs.Example:443/mcp",
            "https://docs.example/mcp",
            true,
        ),
        (
            "https://docs.example/mcp",
            "https://docs.example/MCP",
            false,
        ),
        (
            "https://docs.example/mcp",
            "https://docs.example/mcp/",
            false,
        ),
        ("https://docs.example/mcp", "http://docs.example/mcp", false),
        ("https://docs.example:8443", "https://docs.example", false),
        ("not an address", "not an address", true),
    ] {
        let wanted = CreateConnector::new("docs", "Our documents", wanted);
        let changes = wanted.changes(&shown(&[("server", Some(json!(written)))]));
        assert_eq!(changes.update.is_none(), same, "{wanted:?}, {written}");
    }
    // A server that is not shown is neither.
    let changes = docs().changes(&shown(&[("server", None)]));
    assert_eq!(told(&changes), [vec![], vec![], vec!["server"]]);
}

#[test]
fn a_description_that_is_not_shown_is_not_taken_for_an_empty_one() {
    let changes = docs().changes(&shown(&[("description", None)]));
    assert_eq!(told(&changes), [vec![], vec![], vec!["description"]]);
    let changes = docs().changes(&shown(&[("description", Some(json!("")))]));
    assert_eq!(told(&changes), [vec!["description"], vec![], vec![]]);
}

#[test]
fn several_differences_come_at_once_with_sorted_names() {
    let wanted = CreateConnector::new("docs2", "Other", "https://docs.example/mcp")
        .title("Documents")
        .visibility("shared_org")
        .header("x-key", "v")
        .auth_data(AuthData::new("client"))
        .extra("another", 1);
    let changes = wanted.changes(&shown(&[]));
    assert_eq!(
        told(&changes),
        [
            vec!["description", "name", "title"],
            vec!["visibility"],
            vec!["another", "auth_data", "headers"],
        ]
    );
}

#[test]
fn the_update_sends_exactly_what_differs() {
    let wanted = docs()
        .title("Documents")
        .header("x-key", "v")
        .extra("new", json!([1]));
    let changes = wanted.changes(&shown(&[
        ("description", Some(json!("Old"))),
        ("new", Some(json!([2]))),
    ]));
    let body = json!({"description": "Our documents", "title": "Documents", "new": [1]});
    let mut server = Server::new();
    let path = format!("/v1/connectors/{ID}");
    let mock = with_body(server.mock("PATCH", path.as_str()), body)
        .with_body(connector().to_string())
        .create();
    client(server.url())
        .update(ID, &changes.update.unwrap())
        .unwrap();
    mock.assert();
}

#[test]
fn the_fields_of_an_update_are_the_names_it_sends() {
    let change = UpdateConnector::new();
    assert_eq!(change.fields().collect::<Vec<_>>(), NOTHING);
    let change = change
        .title("T")
        .clear_icon_url()
        .name("n")
        .auth_method(AuthMethod::none())
        .extra("new", Value::Null);
    let fields: Vec<_> = change.fields().collect();
    assert_eq!(fields, ["auth_methods", "icon_url", "name", "new", "title"]);
}

// --- read from a file

#[track_caller]
fn read(object: Value) -> CreateConnector {
    // Both ways, since one knows the places of what it reads and the other does not.
    let read: CreateConnector = serde_json::from_str(&object.to_string()).unwrap();
    assert_eq!(read, serde_json::from_value(object).unwrap());
    read
}

#[track_caller]
fn refused(text: &str) -> String {
    serde_json::from_str::<CreateConnector>(text)
        .unwrap_err()
        .to_string()
}

/// The three required fields and one more.
fn with(name: &str, value: Value) -> Value {
    let mut object = json!({
        "name": "docs", "description": "Our documents", "server": "https://docs.example/mcp",
    });
    object[name] = value;
    object
}

#[test]
fn every_field_is_read_as_its_setter_sets_it() {
    for (object, wanted) in [
        (with("name", json!("docs")), docs()),
        (
            with("visibility", json!("shared_org")),
            docs().visibility("shared_org"),
        ),
        (with("title", json!("T")), docs().title("T")),
        (
            with("icon_url", json!("https://i")),
            docs().icon_url("https://i"),
        ),
        (with("system_prompt", json!("P")), docs().system_prompt("P")),
        (with("protocol", json!("http")), docs().protocol("http")),
        (with("headers", json!({"x": "1"})), docs().header("x", "1")),
        (
            with("global_headers", json!({"x": {"value": "1"}})),
            docs().global_header("x", "1"),
        ),
        (
            with(
                "auth_data",
                json!({"client_id": "c", "client_secret": "s", "client_scopes": ["a"]}),
            ),
            docs().auth_data(AuthData::new("c").secret("s").scopes(["a"])),
        ),
        (
            with("auth_methods", json!([{"method_type": "bearer"}])),
            docs().auth_method(AuthMethod::bearer()),
        ),
        (
            with("oauth2_server_metadata", json!({"issuer": "https://i"})),
            docs().oauth2_server_metadata(json!({"issuer": "https://i"})),
        ),
        (
            with("oauth2_server_metadata_url", json!("https://i")),
            docs().oauth2_server_metadata_url("https://i"),
        ),
    ] {
        let found = read(object.clone());
        assert_eq!(found, wanted, "{object}");
        assert_eq!(found.name(), "docs");
    }
    // What was read is added to.
    let found = read(with("headers", json!({"x": "1"}))).header("y", "2");
    assert_eq!(found, docs().header("x", "1").header("y", "2"));
}

#[test]
fn what_is_read_is_sent_as_it_was_written() {
    let object = json!({
        "name": "docs", "description": "d", "server": "https://docs.example/mcp", "visibility": "private",
        "headers": {"x": "1"}, "global_headers": {"y": {"value": "2", "is_secret": false}},
        "auth_data": {"client_id": "c", "client_secret": "s", "new": [1, null]},
        "auth_methods": [{"method_type": "oauth2", "auth_data": {"client_id": "c"}}],
    });
    let mut server = Server::new();
    let mock = with_body(server.mock("POST", "/v1/connectors"), object.clone())
        .with_body(connector().to_string())
        .create();
    client(server.url()).create(&read(object)).unwrap();
    mock.assert();
}

#[test]
fn a_null_is_not_set() {
    for name in [
        "visibility",
        "title",
        "icon_url",
        "system_prompt",
        "protocol",
        "headers",
        "global_headers",
        "auth_data",
        "auth_methods",
        "oauth2_server_metadata",
        "oauth2_server_metadata_url",
    ] {
        assert_eq!(read(with(name, Value::Null)), docs(), "{name}");
    }
}

#[test]
fn what_cannot_be_read_is_named_and_not_shown() {
    let hidden = "not-to-be-shown";
    for (name, form) in [
        ("name", "a text"),
        ("title", "a text"),
        ("visibility", "a text"),
        ("headers", "an object"),
        ("global_headers", "an object"),
        ("auth_data", "an object"),
        ("auth_methods", "a list"),
    ] {
        let value = match form {
            "a text" => json!({ hidden: hidden }),
            _ => json!(hidden),
        };
        let text = refused(&with(name, value).to_string());
        assert!(
            text.contains(&format!("field `{name}` is not {form}")),
            "{text}"
        );
        assert!(!text.contains("shown"), "{text}");
    }
    let text = refused(&with("client_secret", json!(hidden)).to_string());
    assert!(text.contains("unknown field `client_secret`"), "{text}");
    assert!(!text.contains("shown"), "{text}");
    // The names of an answer are not those of a request.
    assert!(refused(&with("id", json!("1")).to_string()).contains("unknown field `id`"));
}

#[test]
fn what_is_missing_or_there_twice_is_named() {
    for name in ["name", "description", "server"] {
        let mut object = with("title", json!("T"));
        object.as_object_mut().unwrap().remove(name);
        let text = refused(&object.to_string());
        assert!(text.contains(&format!("missing field `{name}`")), "{text}");
        let text = refused(&with(name, Value::Null).to_string());
        assert!(text.contains(&format!("missing field `{name}`")), "{text}");
    }
    for twice in [
        r#""title": "a", "title": "b""#,
        r#""title": "a", "title": null"#,
        r#""title": null, "title": "a""#,
    ] {
        let text = refused(&format!(
            r#"{{"name": "n", "description": "d", "server": "s", {twice}}}"#
        ));
        assert!(text.contains("duplicate field `title`"), "{text}");
    }
    for odd in ["[]", "1", "null", r#""docs""#] {
        assert!(refused(odd).contains("a connector to be created"), "{odd}");
    }
}
