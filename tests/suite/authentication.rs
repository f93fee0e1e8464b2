//! Logins: what asking for the address and the ways to log in sends, and how the answers are read.

use crate::support::wire::{Act, Wire, response};
use crate::support::{assert_repeated, client, exchange, read_whole};
use mistral_connectors::{AuthUrl, AuthenticationMethod, AuthenticationType, Error, GetAuthUrl};
use serde_json::{Value, json};

fn url() -> Value {
    json!({"auth_url": "https://login.example/?a=b", "ttl": 600})
}

#[test]
fn the_address_of_a_login_is_asked_for_with_what_was_set() {
    let options = GetAuthUrl::new;
    for (options, query) in [
        (options(), ""),
        (
            options().app_return_url("https://app.example/a?b=c&d#e"),
            "?app_return_url=https%3A%2F%2Fapp.example%2Fa%3Fb%3Dc%26d%23e",
        ),
        (
            options().method_type(AuthenticationType::GithubApp),
            "?method_type=github_app",
        ),
        (options().method_type("new"), "?method_type=new"),
        (options().credentials_name("mine"), "?credentials_name=mine"),
        (
            options().credentials_title("Mine, é"),
            "?credentials_title=Mine%2C%20%C3%A9",
        ),
        (
            options().github_installation_link(false),
            "?github_installation_link=false",
        ),
        (
            options()
                .github_installation_link(true)
                .credentials_title("t")
                .credentials_name("n")
                .method_type("oauth2")
                .app_return_url("u"),
            "?app_return_url=u&method_type=oauth2&credentials_name=n&credentials_title=t&\
             github_installation_link=true",
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
fn the_ways_to_log_in_are_asked_for() {
    let answer = json!([{"method_type": "none", "has_default_credentials": false}]);
    let path = "/v1/connectors/docs/authentication_methods";
    let methods = exchange(("GET", path), None, &answer, |client| {
        client.get_authentication_methods("docs")
    });
    assert_eq!(methods[0].method_type, Some(AuthenticationType::None));
}

#[test]
fn both_are_asked_for_again() {
    assert_repeated("get_auth_url", &url(), |client| client.get_auth_url("docs"));
    assert_repeated("get_authentication_methods", &json!([]), |client| {
        client.get_authentication_methods("docs")
    });
}

#[test]
fn an_address_needs_only_itself() {
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
    for (status, odd) in [
        (200, "{}"),
        (200, r#"{"auth_url": null}"#),
        (200, "[]"),
        (204, ""),
    ] {
        let wire = Wire::script([Act::Send(response(status, odd))]);
        let error = client(wire.base_url()).get_auth_url("docs").unwrap_err();
        assert!(matches!(error, Error::Decode(_)), "{odd}: {error}");
        assert!(
            error.to_string().contains("an authorization URL"),
            "{odd}: {error}"
        );
    }
}

#[test]
fn a_way_to_log_in_of_every_date_is_read_and_written_back() {
    let august = json!({
        "method_type": "oauth2",
        "headers": [{"name": "Authorization", "is_required": true, "is_secret": false, "new": 1}],
        "global_headers": {"x-team": {"value": "blue", "is_secret": false}},
        "has_default_credentials": true,
        "oauth2_server_metadata": {"issuer": "https://docs.example", "scopes_supported": null},
    });
    let method: AuthenticationMethod = read_whole(&august);
    assert_eq!(method.method_type, Some(AuthenticationType::OAuth2));
    assert_eq!(method.has_default_credentials, Some(true));
    assert_eq!(
        method.global_headers.as_ref().unwrap()["x-team"]["value"],
        "blue"
    );
    let header = &method.headers.as_ref().unwrap()[0];
    assert_eq!(
        (header.is_required, header.is_secret),
        (Some(true), Some(false))
    );
    assert_eq!(header.name, "Authorization");

    let november = json!({
        "method_type": "telepathy", "headers": null, "grant_type": "client_credentials",
        "token_endpoint_auth_method": "client_secret_basic", "oauth2_server_metadata": null,
        "of_2027": [{}],
    });
    let method: AuthenticationMethod = read_whole(&november);
    assert_eq!(method.method_type.as_ref().unwrap().as_str(), "telepathy");
    assert_eq!(method.grant_type.as_deref(), Some("client_credentials"));
    assert_eq!(
        method.token_endpoint_auth_method.as_deref(),
        Some("client_secret_basic")
    );
    assert_eq!(method.has_default_credentials, None);
    assert_eq!(method.extra["of_2027"], json!([{}]));

    for odd in [
        json!({}),
        json!({"method_type": null, "headers": [], "grant_type": null}),
        json!({"method_type": 1, "headers": [{"is_required": true}], "has_default_credentials": "no"}),
    ] {
        let method: AuthenticationMethod = read_whole(&odd);
        assert_eq!(method.method_type, None);
    }
}
