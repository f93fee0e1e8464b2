//! What create, get, list, update and delete send, and that their answers are read.

use crate::support::{self, ID, KEY, client, connector, page, with_body, without_body};
use mistral_connectors::testing::FakeServer;
use mistral_connectors::{
    AuthData, AuthMethod, ConnectorsClient, CreateConnector, Error, GetConnector, ListConnectors,
    Protocol, UpdateConnector, Visibility,
};
use mockito::{Matcher, Server};
use serde_json::{Value, json};

fn wanted() -> CreateConnector {
    CreateConnector::new("docs", "Our documents", "https://docs.example/mcp")
}

// --- the exact request of each operation

#[test]
fn create_posts_what_was_given_and_returns_the_connector() {
    let mut server = Server::new();
    let body = json!({
        "name": "docs",
        "description": "Our documents",
        "server": "https://docs.example/mcp",
    });
    let mock = with_body(server.mock("POST", "/v1/connectors"), body)
        .with_status(201)
        .with_body(connector().to_string())
        .create();

    let created = client(server.url()).create(&wanted()).unwrap();

    mock.assert();
    assert_eq!(created.id, ID);
    assert_eq!(created.name, "docs");
    assert_eq!(created.description, "Our documents");
    assert_eq!(created.server.as_deref(), Some("https://docs.example/mcp"));
    assert_eq!(created.created_at.as_deref(), Some("2026-02-24T10:30:00Z"));
    assert_eq!(created.visibility, Some(Visibility::Private));
}

#[test]
fn get_asks_for_one_connector_by_name_or_id() {
    for id_or_name in ["docs", ID] {
        let mut server = Server::new();
        let path = format!("/v1/connectors/{id_or_name}");
        let mock = without_body(server.mock("GET", path.as_str()))
            .with_body(connector().to_string())
            .create();

        let found = client(server.url()).get(id_or_name).unwrap();

        mock.assert();
        assert_eq!(found.id, ID, "{id_or_name}");
    }
}

#[test]
fn what_belongs_to_the_caller_is_asked_for_in_the_query_where_it_is_set() {
    let options = GetConnector::new;
    for (options, query) in [
        (options(), ""),
        (options().fetch_user_data(true), "?fetch_user_data=true"),
        (options().fetch_user_data(false), "?fetch_user_data=false"),
        (
            options().fetch_customer_data(true),
            "?fetch_customer_data=true",
        ),
        (
            options().fetch_customer_data(false).fetch_user_data(true),
            "?fetch_user_data=true&fetch_customer_data=false",
        ),
    ] {
        let mut server = Server::new();
        let path = format!("/v1/connectors/docs{query}");
        let mock = without_body(server.mock("GET", path.as_str()))
            .with_body(connector().to_string())
            .create();
        client(server.url()).get_with("docs", &options).unwrap();
        mock.assert();
    }
}

#[test]
fn find_gives_none_only_where_the_api_itself_says_that_there_is_none() {
    let found = connector().to_string();
    for (status, body, want) in [
        (200, found.as_str(), Some(true)),
        (404, r#"{"detail": "Connector not found"}"#, Some(false)),
        (404, "<html>nginx</html>", None),
        (404, "", None),
        (403, r#"{"detail": "Forbidden"}"#, None),
        (401, r#"{"detail": "Unauthorized"}"#, None),
        (410, r#"{"detail": "gone"}"#, None),
        (500, r#"{"detail": "Connector not found"}"#, None),
        (200, "<html>sign in</html>", None),
    ] {
        let mut server = Server::new();
        let mock = without_body(server.mock("GET", "/v1/connectors/docs"))
            .with_status(status)
            .with_body(body)
            .create();
        let client = support::builder(server.url())
            .max_retries(0)
            .build()
            .unwrap();
        let result = client.find("docs");
        mock.assert();
        match (&result, want) {
            (Ok(connector), Some(want)) => assert_eq!(connector.is_some(), want, "{status} {body}"),
            (Err(error), None) => assert_eq!(error.status(), Some(status as u16), "{body}"),
            _ => panic!("{status} {body}: {result:?}"),
        }
    }
    let nobody = support::builder("http://127.0.0.1:1")
        .max_retries(0)
        .build()
        .unwrap();
    assert!(nobody.find("docs").unwrap_err().is_connect());
    assert!(matches!(nobody.find(""), Err(Error::InvalidRequest(_))));
}

#[test]
fn update_patches_what_was_set_and_returns_the_connector() {
    let mut server = Server::new();
    let path = format!("/v1/connectors/{ID}");
    let body = json!({"description": "All our documents"});
    let mock = with_body(server.mock("PATCH", path.as_str()), body)
        .with_body(connector().to_string())
        .create();

    let change = UpdateConnector::new().description("All our documents");
    let updated = client(server.url()).update(ID, &change).unwrap();

    mock.assert();
    assert_eq!(updated.name, "docs");
}

#[test]
fn delete_deletes_by_id_and_returns_the_servers_words() {
    let mut server = Server::new();
    let path = format!("/v1/connectors/{ID}");
    let mock = without_body(server.mock("DELETE", path.as_str()))
        .with_body(r#"{"message": "gone for good"}"#)
        .create();

    let answer = client(server.url()).delete(ID).unwrap();

    mock.assert();
    assert_eq!(answer.message, "gone for good");
}

#[test]
fn a_listing_asks_for_the_collection_and_returns_a_page() {
    let mut server = Server::new();
    let mock = without_body(server.mock("GET", "/v1/connectors"))
        .with_body(page(&["docs", "mail"], Some("next")).to_string())
        .create();

    let page = client(server.url())
        .list_page(&ListConnectors::new())
        .unwrap();

    mock.assert();
    assert_eq!(page.items.len(), 2);
    assert_eq!(page.items[1].name, "mail");
    assert_eq!(page.pagination.next_cursor.as_deref(), Some("next"));
    assert_eq!(page.pagination.page_size, Some(100));
}

#[test]
fn a_listing_sends_its_options_in_the_query() {
    let mut server = Server::new();
    let query = "/v1/connectors?page_size=10&cursor=a%2Fb%3D%3D%26c&active=true&\
                 query_filters=%7B%22active%22%3Atrue%7D";
    let mock = without_body(server.mock("GET", query))
        .with_body(page(&[], None).to_string())
        .create();

    let options = ListConnectors::new()
        .page_size(10)
        .cursor("a/b==&c")
        .active(true);
    client(server.url()).list_page(&options).unwrap();

    mock.assert();
}

// --- bodies

/// The body of the only request that `call` sends.
#[track_caller]
fn sent(call: impl FnOnce(&ConnectorsClient)) -> Value {
    let server = FakeServer::start();
    call(&server.client());
    let requests = server.requests();
    assert_eq!(requests.len(), 1, "{requests:?}");
    requests[0].body.clone().unwrap()
}

#[test]
fn every_setting_of_a_new_connector_goes_by_its_own_name() {
    let auth = AuthData::new("our-client");
    for (request, field, want) in [
        (
            wanted().visibility(Visibility::SharedWorkspace),
            "visibility",
            json!("shared_workspace"),
        ),
        (
            wanted().visibility("for_some"),
            "visibility",
            json!("for_some"),
        ),
        (wanted().title("Documents"), "title", json!("Documents")),
        (
            wanted().icon_url("https://docs.example/i.png"),
            "icon_url",
            json!("https://docs.example/i.png"),
        ),
        (
            wanted().system_prompt("Be brief."),
            "system_prompt",
            json!("Be brief."),
        ),
        (
            wanted().header("x-team", "blue").header("x-room", "7"),
            "headers",
            json!({"x-team": "blue", "x-room": "7"}),
        ),
        (
            wanted().auth_data(auth.clone()),
            "auth_data",
            json!({"client_id": "our-client"}),
        ),
        (
            wanted().auth_data(auth.secret("nothing-secret")),
            "auth_data",
            json!({"client_id": "our-client", "client_secret": "nothing-secret"}),
        ),
        (wanted().protocol(Protocol::Mcp), "protocol", json!("mcp")),
        (wanted().protocol("smoke"), "protocol", json!("smoke")),
        (
            wanted().auth_data(AuthData::new("our-client").scopes(["read", "write"])),
            "auth_data",
            json!({"client_id": "our-client", "client_scopes": ["read", "write"]}),
        ),
        (
            wanted()
                .global_header("x-team", "blue")
                .global_header("x-room", "7"),
            "global_headers",
            json!({"x-team": {"value": "blue"}, "x-room": {"value": "7"}}),
        ),
        (
            wanted()
                .auth_method(AuthMethod::none())
                .auth_method(AuthMethod::bearer()),
            "auth_methods",
            json!([{"method_type": "none"}, {"method_type": "bearer"}]),
        ),
        (
            wanted().auth_method(AuthMethod::oauth2(
                AuthData::new("our-client")
                    .secret("nothing-secret")
                    .scopes(["read"]),
            )),
            "auth_methods",
            json!([{"method_type": "oauth2", "grant_type": "authorization_code", "auth_data": {
                "client_id": "our-client", "client_secret": "nothing-secret", "client_scopes": ["read"],
            }}]),
        ),
        (
            wanted().oauth2_server_metadata(json!({"issuer": "https://docs.example"})),
            "oauth2_server_metadata",
            json!({"issuer": "https://docs.example"}),
        ),
        (
            wanted().oauth2_server_metadata_url("https://docs.example/oauth"),
            "oauth2_server_metadata_url",
            json!("https://docs.example/oauth"),
        ),
        (
            wanted().extra(
                "new",
                json!({"client_secret": "s", "list": [1, null, {"a": true}]}),
            ),
            "new",
            json!({"client_secret": "s", "list": [1, null, {"a": true}]}),
        ),
        (wanted().extra("new", Value::Null), "new", Value::Null),
        // The last word counts, by whichever way it is said.
        (
            wanted().title("One").extra("title", "Two"),
            "title",
            json!("Two"),
        ),
        (
            wanted().extra("headers", 7).header("x-team", "blue"),
            "headers",
            json!({"x-team": "blue"}),
        ),
    ] {
        let body = sent(|client| {
            let _ = client.create(&request);
        });
        let mut expected = json!({
            "name": "docs",
            "description": "Our documents",
            "server": "https://docs.example/mcp",
        });
        expected[field] = want;
        assert_eq!(body, expected, "{field}");
    }
}

#[test]
fn the_headers_of_a_new_connectors_login_are_those_of_all_its_users() {
    let method = AuthMethod::bearer()
        .header("x-team", "blue")
        .header("x-room", "7");
    let request = wanted().global_header("x-floor", "1").auth_method(method);
    let body = sent(|client| drop(client.create(&request)));
    assert_eq!(
        body,
        json!({
            "name": "docs",
            "description": "Our documents",
            "server": "https://docs.example/mcp",
            "auth_methods": [{"method_type": "bearer", "headers": [{"name": "x-team"}, {"name": "x-room"}]}],
            "global_headers": {
                "x-floor": {"value": "1"}, "x-team": {"value": "blue"}, "x-room": {"value": "7"},
            },
        })
    );
}

#[test]
fn a_header_of_a_login_that_is_set_twice_is_named_once() {
    let method = || {
        AuthMethod::bearer()
            .header("x-team", "blue")
            .header("x-team", "red")
    };
    let change = UpdateConnector::new().auth_method(method());
    let body = sent(|client| drop(client.update(ID, &change)));
    assert_eq!(
        body,
        json!({"auth_methods": [{
            "method_type": "bearer",
            "headers": [{"name": "x-team"}],
            "global_headers": {"x-team": {"value": "red"}},
        }]})
    );
}

#[test]
fn every_setting_of_a_change_goes_by_its_own_name_and_alone() {
    let change = UpdateConnector::new;
    for (change, want) in [
        (change().name("docs2"), json!({"name": "docs2"})),
        (change().description("More"), json!({"description": "More"})),
        (
            change().server("https://docs.example/2"),
            json!({"server": "https://docs.example/2"}),
        ),
        (change().title("Documents"), json!({"title": "Documents"})),
        (
            change().icon_url("https://docs.example/i.png"),
            json!({"icon_url": "https://docs.example/i.png"}),
        ),
        (
            change().system_prompt("Be brief."),
            json!({"system_prompt": "Be brief."}),
        ),
        (
            change().protocol(Protocol::Http),
            json!({"protocol": "http"}),
        ),
        (
            change()
                .auth_method(AuthMethod::none())
                .auth_method(AuthMethod::oauth2(AuthData::new("c"))),
            json!({"auth_methods": [
                {"method_type": "none"},
                {"method_type": "oauth2", "grant_type": "authorization_code", "auth_data": {"client_id": "c"}},
            ]}),
        ),
        (
            change().auth_method(
                AuthMethod::bearer()
                    .header("x-team", "blue")
                    .header("x-room", "7"),
            ),
            json!({"auth_methods": [{
                "method_type": "bearer",
                "headers": [{"name": "x-team"}, {"name": "x-room"}],
                "global_headers": {"x-team": {"value": "blue"}, "x-room": {"value": "7"}},
            }]}),
        ),
        (
            change().extra("new", json!([{"secret": "s"}])),
            json!({"new": [{"secret": "s"}]}),
        ),
        (change().extra("new", Value::Null), json!({"new": null})),
        (
            change().name("docs2").title("Documents"),
            json!({"name": "docs2", "title": "Documents"}),
        ),
        // The last word counts.
        (change().title("One").title("Two"), json!({"title": "Two"})),
        (change().title("One").clear_title(), json!({"title": null})),
        (change().clear_title().title("Two"), json!({"title": "Two"})),
        // An empty text is a text.
        (change().description(""), json!({"description": ""})),
    ] {
        let body = sent(|client| {
            let _ = client.update(ID, &change);
        });
        assert_eq!(body, want, "{change:?}");
    }
}

#[test]
fn clearing_a_field_sends_an_explicit_null() {
    for (change, want) in [
        (UpdateConnector::new().clear_title(), json!({"title": null})),
        (
            UpdateConnector::new().clear_icon_url(),
            json!({"icon_url": null}),
        ),
        (
            UpdateConnector::new().clear_system_prompt(),
            json!({"system_prompt": null}),
        ),
    ] {
        let body = sent(|client| {
            let _ = client.update(ID, &change);
        });
        assert_eq!(body, want);
    }
}

#[test]
fn an_update_of_nothing_is_refused_and_sends_nothing() {
    let server = FakeServer::start();
    let error = server
        .client()
        .update(ID, &UpdateConnector::new())
        .unwrap_err();
    assert!(matches!(error, Error::InvalidRequest(_)), "{error}");
    assert_eq!(error.attempts(), 0);
    assert!(server.requests().is_empty());
}

#[test]
fn text_of_any_kind_arrives_as_it_was_given() {
    let text = "\"quotes\" \\ \u{0}\u{1f} \u{2028} é 漢 🦀 \r\n </script>";
    let body = sent(|client| {
        let change = UpdateConnector::new().description(text);
        let _ = client.update(ID, &change);
    });
    assert_eq!(body, json!({"description": text}));
}

#[test]
fn a_large_body_arrives_whole() {
    let text = "é".repeat(300_000);
    let body = sent(|client| {
        let change = UpdateConnector::new().system_prompt(&text);
        let _ = client.update(ID, &change);
    });
    assert_eq!(body["system_prompt"].as_str(), Some(text.as_str()));
}

// --- addresses and headers

#[test]
fn a_base_url_with_a_path_goes_before_every_request() {
    for ending in ["", "/", "//"] {
        let mut server = Server::new();
        let get = server
            .mock("GET", "/proxy/mistral/v1/connectors/docs")
            .with_body(connector().to_string())
            .create();
        let list = server
            .mock("GET", "/proxy/mistral/v1/connectors?page_size=2")
            .with_body(page(&[], None).to_string())
            .create();
        let client = support::builder(server.url())
            .base_url(format!("{}/proxy/mistral{ending}", server.url()))
            .build()
            .unwrap();

        client.get("docs").unwrap();
        client
            .list_page(&ListConnectors::new().page_size(2))
            .unwrap();

        get.assert();
        list.assert();
    }
}

#[test]
fn headers_of_the_caller_go_with_every_request() {
    let mut server = Server::new();
    let mut mocks = Vec::new();
    for (method, path, answer) in [
        ("POST", "/v1/connectors", connector()),
        ("GET", "/v1/connectors", page(&[], None)),
        ("GET", "/v1/connectors/docs", connector()),
        ("PATCH", "/v1/connectors/docs", connector()),
        ("DELETE", "/v1/connectors/docs", json!({})),
    ] {
        mocks.push(
            server
                .mock(method, path)
                .match_header("x-team", "blue")
                .match_header("x-trace", "1")
                .match_header("user-agent", "our-program/1.0")
                .match_header("authorization", format!("Bearer {KEY}").as_str())
                .with_body(answer.to_string())
                .create(),
        );
    }
    let client = support::builder(server.url())
        .header("X-Team", "blue")
        .header("x-trace", "1")
        .user_agent("our-program/1.0")
        .build()
        .unwrap();

    client.create(&wanted()).unwrap();
    client.list_page(&ListConnectors::new()).unwrap();
    client.get("docs").unwrap();
    client
        .update("docs", &UpdateConnector::new().title("x"))
        .unwrap();
    client.delete("docs").unwrap();

    for mock in mocks {
        mock.assert();
    }
}

#[test]
fn a_header_given_twice_is_sent_twice() {
    let mut server = Server::new();
    let mock = server
        .mock("GET", "/v1/connectors/docs")
        .match_request(|request| request.header("x-tag") == ["one", "two"])
        .with_body(connector().to_string())
        .create();
    let client = support::builder(server.url())
        .header("x-tag", "one")
        .header("x-tag", "two")
        .build()
        .unwrap();
    client.get("docs").unwrap();
    mock.assert();
}

// --- the protocol

#[test]
fn a_secret_like_the_word_does_not_hide_that_the_protocol_is_asked_for() {
    let mut server = mockito::Server::new();
    let refusal = json!({"detail": [{"loc": ["body", "protocol"], "msg": "Field required"}]});
    let first = server
        .mock("POST", "/v1/connectors")
        .with_status(422)
        .with_body(refusal.to_string())
        .expect(1)
        .create();
    let second = server
        .mock("POST", "/v1/connectors")
        .match_body(Matcher::PartialJson(json!({"protocol": "mcp"})))
        .with_body(connector().to_string())
        .expect(1)
        .create();
    let client = support::builder(server.url())
        .header("x-team", "protocol")
        .build()
        .unwrap();
    client.create(&wanted()).unwrap();
    first.assert();
    second.assert();
}
