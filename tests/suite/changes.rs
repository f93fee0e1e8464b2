//! What `changes` finds when it compares a description with a connector.

use crate::support::{ID, connector, docs, exchange};
use mistral_connectors::{
    AuthData, AuthMethod, Changes, Connector, CreateConnector, Difference, UpdateConnector,
};
use serde_json::{Value, json};

/// A connector that fits `docs()`, as API 2026-08 shows it, with these fields in place of its own.
/// `None` removes a field.
#[track_caller]
fn shown(fields: &[(&str, Option<Value>)]) -> Connector {
    let mut object = connector();
    for name in ["title", "icon_url", "system_prompt"] {
        object[name] = Value::Null;
    }
    object["protocol"] = json!("mcp");
    for (name, value) in fields {
        match value {
            Some(value) => object[name] = value.clone(),
            None => drop(object.as_object_mut().unwrap().remove(*name)),
        }
    }
    serde_json::from_value(object).unwrap()
}

/// Asserts that these fields are updated, these are fixed, and these are not compared.
#[track_caller]
fn assert_changes(
    wanted: &CreateConnector,
    connector: &Connector,
    [updated, fixed, not_compared]: [&[&str]; 3],
) {
    let changes = wanted.changes(connector);
    let update = changes.update.as_ref().map(UpdateConnector::fields);
    let fields: Vec<_> = update.into_iter().flatten().collect();
    assert_eq!(fields, updated, "updated: {wanted:?}, {connector:?}");
    assert_eq!(changes.fixed, fixed, "fixed: {wanted:?}, {connector:?}");
    assert_eq!(
        changes.not_compared, not_compared,
        "not compared: {wanted:?}, {connector:?}"
    );
    // Every field that is updated or fixed has its difference, and no other field has one.
    let mut differences = [updated, fixed].concat();
    differences.sort_unstable();
    let names = changes.differences.iter().map(|own| own.field.as_str());
    assert_eq!(names.collect::<Vec<_>>(), differences, "{wanted:?}");
}

#[test]
fn a_connector_that_matches_needs_no_changes() {
    let same = shown(&[
        ("title", Some(json!("Documents"))),
        ("icon_url", Some(json!("https://docs.example/i.png"))),
        ("system_prompt", Some(json!("Be brief."))),
        ("new", Some(json!({"a": [1, null]}))),
    ]);
    let full = docs()
        .title("Documents")
        .icon_url("https://docs.example/i.png")
        .system_prompt("Be brief.")
        .visibility("private")
        .protocol("mcp")
        .extra("new", json!({"a": [1, null]}));
    for wanted in [docs(), full] {
        assert_eq!(wanted.changes(&same), Changes::default(), "{wanted:?}");
    }
}

#[test]
fn a_field_that_differs_is_updated_alone() {
    let other = shown(&[
        ("title", Some(json!("Old"))),
        ("icon_url", Some(json!("https://old.example"))),
        ("system_prompt", Some(json!("Talk."))),
        ("new", Some(json!(1))),
    ]);
    for (wanted, field) in [
        (docs().extra("name", "docs2"), "name"),
        (docs().extra("description", "Other"), "description"),
        (docs().extra("server", "https://docs.example/2"), "server"),
        (docs().title("New"), "title"),
        (docs().icon_url("https://new.example"), "icon_url"),
        (docs().system_prompt("Be brief."), "system_prompt"),
        (docs().protocol("http"), "protocol"),
        (docs().extra("new", 2), "new"),
    ] {
        assert_changes(&wanted, &other, [&[field], &[], &[]]);
    }
}

#[test]
fn differences_show_the_current_and_the_wanted_value() {
    let wanted = docs()
        .title("New")
        .visibility("shared_org")
        .extra("new", json!([2]));
    let connector = shown(&[
        ("description", Some(json!("Old"))),
        ("new", Some(json!({"a": 1}))),
        ("title", None),
    ]);
    let differences = wanted.changes(&connector).differences;
    let shown = |own: Difference| (own.field, own.current, own.wanted);
    assert_eq!(
        differences.into_iter().map(shown).collect::<Vec<_>>(),
        [
            (
                "description".to_owned(),
                Some(json!("Old")),
                json!("Our documents")
            ),
            ("new".to_owned(), Some(json!({"a": 1})), json!([2])),
            ("title".to_owned(), None, json!("New")),
            (
                "visibility".to_owned(),
                Some(json!("private")),
                json!("shared_org")
            ),
        ]
    );
}

#[test]
fn differences_never_show_a_secret() {
    let secret = "not-to-be-shown";
    let of_request = docs()
        .header("x-key", secret)
        .global_header("x-key", secret)
        .auth_data(AuthData::new("client").secret(secret))
        .auth_method(AuthMethod::bearer().header("x-key", secret))
        .extra("api_key", secret)
        .extra("login", json!({"token": secret}));
    let of_response = [
        ("login", Some(json!({"user": 1}))),
        ("api_key", Some(Value::Null)),
    ];
    let in_response = [("login", Some(json!({"client_secret": secret})))];
    for (wanted, connector) in [
        (of_request, shown(&of_response)),
        (
            docs().extra("login", json!({"user": 1})),
            shown(&in_response),
        ),
    ] {
        let changes = wanted.changes(&connector);
        assert_eq!(changes.differences, [], "{wanted:?}");
        assert!(changes.not_compared.contains(&"login".to_owned()));
        assert!(!format!("{changes:?}").contains(secret), "{changes:?}");
    }
}

#[test]
fn a_visibility_that_differs_is_fixed_and_a_hidden_one_is_not_compared() {
    let wanted = docs().visibility("shared_org");
    let [fixed, not_compared]: [[&[&str]; 3]; 2] =
        [[&[], &["visibility"], &[]], [&[], &[], &["visibility"]]];
    for (visibility, want) in [
        (Some(json!("private")), fixed),
        (Some(json!("new_value")), fixed),
        (Some(json!("shared_org")), [&[] as &[&str]; 3]),
        (Some(Value::Null), not_compared),
        (None, not_compared),
    ] {
        assert_changes(&wanted, &shown(&[("visibility", visibility)]), want);
    }
}

#[test]
fn fields_that_a_response_does_not_show_are_not_compared() {
    // Even if a field of the response has the same name.
    let same_names = shown(&[
        ("headers", Some(json!({"x-key": "other"}))),
        ("global_headers", Some(json!({}))),
        ("auth_data", Some(json!({"client_id": "client"}))),
        ("auth_methods", Some(json!([]))),
        ("secret", Some(json!("other"))),
    ]);
    let url = "https://docs.example";
    let cases: [(CreateConnector, &[&str]); 9] = [
        (docs().header("x-key", "v"), &["headers"]),
        (docs().global_header("x-key", "v"), &["global_headers"]),
        (docs().auth_data(AuthData::new("client")), &["auth_data"]),
        (docs().auth_method(AuthMethod::none()), &["auth_methods"]),
        (
            docs().auth_method(AuthMethod::bearer().header("x-key", "v")),
            &["auth_methods", "global_headers"],
        ),
        (docs().extra("secret", "v"), &["secret"]),
        // Unknown to this version of the API.
        (docs().extra("new", "v"), &["new"]),
        (
            docs().oauth2_server_metadata(json!({})),
            &["oauth2_server_metadata"],
        ),
        (
            docs().oauth2_server_metadata_url(url),
            &["oauth2_server_metadata_url"],
        ),
    ];
    for (wanted, fields) in &cases {
        for connector in [&same_names, &shown(&[])] {
            assert_changes(wanted, connector, [&[], &[], fields]);
        }
    }
}

#[test]
fn a_missing_title_differs_if_this_version_of_the_api_has_titles() {
    for (name, wanted) in [
        ("title", docs().title("Documents")),
        ("icon_url", docs().icon_url("https://docs.example/i.png")),
        ("system_prompt", docs().system_prompt("Be brief.")),
    ] {
        for absent in [Some(Value::Null), None] {
            assert_changes(&wanted, &shown(&[(name, absent)]), [&[name], &[], &[]]);
        }
        // API 2026-03 has neither titles nor a visibility.
        let old = shown(&[(name, None), ("visibility", None)]);
        assert_changes(&wanted, &old, [&[], &[], &[name]]);
    }
}

#[test]
fn a_null_that_the_response_leaves_out_is_not_a_difference() {
    let wanted = docs().extra("title", Value::Null);
    assert_changes(&wanted, &shown(&[("title", None)]), [&[], &[], &[]]);
}

/// Otherwise `ensure` would send an empty server.
#[test]
fn the_description_of_a_connector_without_a_server_changes_nothing() {
    for server in [Some(Value::Null), None] {
        let connector = shown(&[("server", server)]);
        let exported = CreateConnector::from(&connector);
        assert_changes(&exported, &connector, [&[], &[], &["server"]]);
    }
}

#[test]
fn only_servers_are_compared_as_urls() {
    for (wanted, current, same) in [
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
        ("not a URL", "not a URL", true),
    ] {
        let wanted = docs().extra("server", wanted);
        let updated: &[&str] = if same { &[] } else { &["server"] };
        let current = shown(&[("server", Some(json!(current)))]);
        assert_changes(&wanted, &current, [updated, &[], &[]]);
    }
    let wanted = docs().extra("description", "HTTPS://docs.example");
    let current = shown(&[("description", Some(json!("https://docs.example/")))]);
    assert_changes(&wanted, &current, [&["description"], &[], &[]]);
}

#[test]
fn a_missing_description_is_not_an_empty_one() {
    for name in ["description", "server"] {
        assert_changes(&docs(), &shown(&[(name, None)]), [&[], &[], &[name]]);
    }
    let empty = shown(&[("description", Some(json!("")))]);
    assert_changes(&docs(), &empty, [&["description"], &[], &[]]);
}

#[test]
fn all_differences_are_found_at_once_and_sorted_by_name() {
    let wanted = CreateConnector::new("docs2", "Other", "https://docs.example/mcp")
        .title("Documents")
        .visibility("shared_org")
        .header("x-key", "v")
        .auth_data(AuthData::new("client"))
        .extra("another", 1);
    let want: [&[&str]; 3] = [
        &["description", "name", "title"],
        &["visibility"],
        &["another", "auth_data", "headers"],
    ];
    assert_changes(&wanted, &shown(&[]), want);
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
    let path = format!("/v1/connectors/{ID}");
    exchange(("PATCH", &path), Some(body), &connector(), |client| {
        client.update(ID, &changes.update.unwrap())
    });
}
