//! The JSON fields of create and update requests.

use crate::support::{ID, docs};
use mistral_connectors::testing::FakeServer;
use mistral_connectors::{AuthMethod, ConnectorsClient, Protocol, UpdateConnector};
use serde_json::{Value, json};

/// The body of the only request that `call` sends.
#[track_caller]
fn sent<T>(call: impl FnOnce(&ConnectorsClient) -> T) -> Value {
    let server = FakeServer::start();
    call(&server.client());
    let requests = server.requests();
    assert_eq!(requests.len(), 1, "{requests:?}");
    requests[0].body.clone().unwrap()
}

#[track_caller]
fn updated(update: &UpdateConnector) -> Value {
    sent(|client| client.update(ID, update))
}

/// A JSON value with everything that JSON has.
fn anything() -> Value {
    json!({"client_secret": "s", "list": [1, null, {"a": true}]})
}

#[test]
fn a_create_sends_what_is_set_last() {
    for (wanted, field, value) in [
        (docs().visibility("of_2027"), "visibility", json!("of_2027")),
        (
            docs().header("x-team", "blue").header("x-room", "7"),
            "headers",
            json!({"x-team": "blue", "x-room": "7"}),
        ),
        (
            docs()
                .auth_method(AuthMethod::none())
                .auth_method(AuthMethod::bearer()),
            "auth_methods",
            json!([{"method_type": "none"}, {"method_type": "bearer"}]),
        ),
        (docs().extra("new", anything()), "new", anything()),
        (docs().extra("new", Value::Null), "new", Value::Null),
        (
            docs().title("One").extra("title", "Two"),
            "title",
            json!("Two"),
        ),
        (
            docs().extra("headers", 7).header("x-team", "blue"),
            "headers",
            json!({"x-team": "blue"}),
        ),
    ] {
        let body = sent(|client| client.create(&wanted));
        assert_eq!(body.get(field), Some(&value), "{wanted:?}");
        assert_eq!(body.as_object().unwrap().len(), 4, "{wanted:?}");
    }
}

#[test]
fn the_header_values_of_an_authentication_method_are_global_headers() {
    let method = || {
        AuthMethod::bearer()
            .header("x-team", "red")
            .header("x-team", "blue")
            .header("x-room", "7")
    };
    let declared = json!([{"name": "x-team"}, {"name": "x-room"}]);
    let values = json!({"x-team": {"value": "blue"}, "x-room": {"value": "7"}});

    let wanted = docs().global_header("x-floor", "1").auth_method(method());
    let body = sent(|client| client.create(&wanted));
    let methods = json!([{"method_type": "bearer", "headers": declared}]);
    assert_eq!(body["auth_methods"], methods);
    let mut all = values.clone();
    all["x-floor"] = json!({"value": "1"});
    assert_eq!(body["global_headers"], all);

    // In an update they are part of the method.
    let body = updated(&UpdateConnector::new().auth_method(method()));
    let method = json!({"method_type": "bearer", "headers": declared, "global_headers": values});
    assert_eq!(body, json!({"auth_methods": [method]}));
}

#[test]
fn an_update_sends_each_setting_under_its_json_field_name_and_nothing_else() {
    let update = UpdateConnector::new;
    for (update, want) in [
        (update().name("docs2"), json!({"name": "docs2"})),
        (update().description("More"), json!({"description": "More"})),
        (
            update().server("https://docs.example/2"),
            json!({"server": "https://docs.example/2"}),
        ),
        (update().title("Documents"), json!({"title": "Documents"})),
        (
            update().icon_url("https://i"),
            json!({"icon_url": "https://i"}),
        ),
        (update().system_prompt("P"), json!({"system_prompt": "P"})),
        (
            update().protocol(Protocol::Http),
            json!({"protocol": "http"}),
        ),
        (
            update()
                .auth_method(AuthMethod::none())
                .auth_method(AuthMethod::bearer()),
            json!({"auth_methods": [{"method_type": "none"}, {"method_type": "bearer"}]}),
        ),
        (
            update().extra("new", anything()),
            json!({"new": anything()}),
        ),
        (update().extra("new", Value::Null), json!({"new": null})),
        (
            update().name("docs2").title("Documents"),
            json!({"name": "docs2", "title": "Documents"}),
        ),
        (update().clear_title(), json!({"title": null})),
        (update().clear_icon_url(), json!({"icon_url": null})),
        (
            update().clear_system_prompt(),
            json!({"system_prompt": null}),
        ),
        // The last setting counts.
        (update().title("One").title("Two"), json!({"title": "Two"})),
        (update().title("One").clear_title(), json!({"title": null})),
        (update().clear_title().title("Two"), json!({"title": "Two"})),
    ] {
        assert_eq!(updated(&update), want, "{update:?}");
    }
}

#[test]
fn the_fields_of_an_update_are_listed_sorted_by_name() {
    let update = UpdateConnector::new();
    assert_eq!(update.fields().count(), 0);
    let update = update
        .title("T")
        .clear_icon_url()
        .name("n")
        .auth_method(AuthMethod::none())
        .extra("new", Value::Null);
    let fields: Vec<_> = update.fields().collect();
    assert_eq!(fields, ["auth_methods", "icon_url", "name", "new", "title"]);
}

#[test]
fn strings_are_sent_unchanged() {
    let special = "\"quotes\" \\ \u{0}\u{1f} \u{2028} é 漢 🦀 \r\n </script>";
    let large = "é".repeat(300_000);
    for text in [special, &large] {
        let body = updated(&UpdateConnector::new().description(text));
        assert!(body["description"] == text, "{} bytes", text.len());
    }
}
