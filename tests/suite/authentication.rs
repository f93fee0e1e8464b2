//! Logins: requesting an authorization URL and authentication methods, and reading the responses.

use crate::support::{assert_retried, exchange, read_whole, with_response};
use mistral_connectors::{AuthUrl, AuthenticationMethod, AuthenticationType, Error, GetAuthUrl};
use serde_json::{Value, json};

fn url() -> Value {
    json!({"auth_url": "https://login.example/?a=b", "ttl": 600})
}

// --- the authorization URL

#[test]
fn an_authorization_url_is_requested_with_what_was_set_and_nothing_else() {
    let options = GetAuthUrl::new;
    for (options, query) in [
        (options(), ""),
        (
            options().method_type(AuthenticationType::GithubApp),
            "?method_type=github_app",
        ),
        (options().method_type("new"), "?method_type=new"),
        (
            options().github_installation_link(false),
            "?github_installation_link=false",
        ),
        (
            options()
                .app_return_url("https://app.example/a?b=c&d#e")
                .credentials_name("mine")
                .credentials_title("Mine, é")
                .github_installation_link(true),
            "?app_return_url=https%3A%2F%2Fapp.example%2Fa%3Fb%3Dc%26d%23e&credentials_name=mine&\
             credentials_title=Mine%2C%20%C3%A9&github_installation_link=true",
        ),
    ] {
        let path = format!("/v1/connectors/docs/auth_url{query}");
        let login = exchange(("GET", &path), None, &url(), |client| {
            client.get_auth_url_with("docs", &options)
        });
        assert_eq!(login.auth_url, "https://login.example/?a=b");
        assert_eq!(login.ttl, Some(600));
    }
}

#[test]
fn everything_but_the_authorization_url_is_optional() {
    for (value, ttl) in [
        (url(), Some(600)),
        (
            json!({"auth_url": "", "ttl": -1, "of_2027": null}),
            Some(-1),
        ),
        (json!({"auth_url": "u", "ttl": null}), None),
        (json!({"auth_url": "u", "ttl": 1.5}), None),
        (json!({"auth_url": "u"}), None),
    ] {
        let login: AuthUrl = read_whole(&value);
        assert_eq!(login.ttl, ttl, "{value}");
    }
    for (status, body) in [
        (200, "{}"),
        (200, r#"{"auth_url": null}"#),
        (200, "[]"),
        (204, ""),
    ] {
        let error = with_response(status, body, |client| client.get_auth_url("docs")).unwrap_err();
        assert!(matches!(error, Error::Decode(_)), "{body}: {error}");
        let text = error.to_string();
        assert!(text.contains("an authorization URL"), "{body}: {text}");
    }
}

// --- authentication methods

#[test]
fn authentication_methods_are_requested() {
    let methods = json!([{"method_type": "none", "has_default_credentials": false}]);
    let path = "/v1/connectors/docs/authentication_methods";
    let methods = exchange(("GET", path), None, &methods, |client| {
        client.get_authentication_methods("docs")
    });
    assert_eq!(methods[0].method_type, Some(AuthenticationType::None));
}

#[test]
fn both_requests_are_retried() {
    assert_retried("get_auth_url", &url(), |client| client.get_auth_url("docs"));
    assert_retried("get_authentication_methods", &json!([]), |client| {
        client.get_authentication_methods("docs")
    });
}

#[test]
fn an_authentication_method_of_api_2026_08_is_read_and_written_back() {
    let method: AuthenticationMethod = read_whole(&json!({
        "method_type": "oauth2",
        "headers": [{"name": "Authorization", "is_required": true, "is_secret": false, "new": 1}],
        "global_headers": {"x-team": {"value": "blue", "is_secret": false}},
        "has_default_credentials": true,
        "oauth2_server_metadata": {"issuer": "https://docs.example", "scopes_supported": null},
    }));
    assert_eq!(method.method_type, Some(AuthenticationType::OAuth2));
    assert_eq!(method.has_default_credentials, Some(true));
    let global = method.global_headers.as_ref().unwrap();
    assert_eq!(global["x-team"]["value"], "blue");
    let header = &method.headers.as_ref().unwrap()[0];
    assert_eq!(header.name, "Authorization");
    assert_eq!(header.is_required, Some(true));
    assert_eq!(header.is_secret, Some(false));
}

#[test]
fn an_authentication_method_of_api_2026_11_is_read_and_written_back() {
    let method: AuthenticationMethod = read_whole(&json!({
        "method_type": "telepathy", "headers": null, "grant_type": "client_credentials",
        "token_endpoint_auth_method": "client_secret_basic", "oauth2_server_metadata": null,
        "of_2027": [{}],
    }));
    assert_eq!(method.method_type, Some("telepathy".into()));
    assert_eq!(method.grant_type.as_deref(), Some("client_credentials"));
    let auth_method = method.token_endpoint_auth_method.as_deref();
    assert_eq!(auth_method, Some("client_secret_basic"));
    assert_eq!(method.has_default_credentials, None);
    assert_eq!(method.extra["of_2027"], json!([{}]));
}

#[test]
fn every_field_of_an_authentication_method_is_optional() {
    for value in [
        json!({}),
        json!({"method_type": null, "headers": [], "grant_type": null}),
        json!({"method_type": 1, "headers": [{"is_required": true}], "has_default_credentials": "no"}),
    ] {
        let method: AuthenticationMethod = read_whole(&value);
        assert_eq!(method.method_type, None);
    }
}
