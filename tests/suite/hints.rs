//! Hints say only what is true, and errors say who caused them.

use std::time::Duration;

use crate::calls::{
    CALLS, CREATE, Call, DELETE, DELETE_BY_NAME, GET, LIST, LIST_AT_CURSOR, RENAME, UPDATE,
    UPDATE_BY_NAME, error_of,
};
use crate::support::wire::{Act, Wire, response, response_with_headers};
use crate::support::{self, ID};
use mistral_connectors::{CallTool, Error, Method, Scope, SetCredentials};
use serde_json::{Value, json};

const LIST_TOOLS: Call = |client| client.list_tools("docs").map(drop);
const CALL_TOOL: Call = |client| client.call_tool("docs", &CallTool::new("ask")).map(drop);
const SHARE: Call = |client| client.share(ID).map(drop);
const UPDATE_CREDENTIALS: Call = |client| {
    let credentials = SetCredentials::new("work");
    let updated = client.update_credentials("docs", Scope::User, &credentials);
    updated.map(drop)
};
const DELETE_CREDENTIALS: Call = |client| {
    let deleted = client.delete_credentials("docs", Scope::User, "work");
    deleted.map(drop)
};
const DELETE_ALL_CREDENTIALS: Call = |client| client.delete_all_user_credentials("docs").map(drop);

fn detail(text: &str) -> String {
    json!({ "detail": text }).to_string()
}

/// The hint about a field that a 422 refuses.
#[track_caller]
fn hint_about(loc: Value, kind: &str, msg: &str, call: Call) -> String {
    let body = json!({"detail": [{"loc": loc, "type": kind, "msg": msg}]});
    let error = error_of(response(422, &body.to_string()), call);
    hint(&error).to_owned()
}

fn hint(error: &Error) -> &str {
    error.hint().unwrap_or_default()
}

// --- the error tables of the cookbook

#[test]
fn every_row_of_the_error_tables_has_its_hint() {
    for (call, status, words) in [
        (CREATE, 401, "MISTRAL_API_KEY"),
        (GET, 401, "MISTRAL_API_KEY"),
        (LIST, 401, "MISTRAL_API_KEY"),
        (UPDATE, 401, "MISTRAL_API_KEY"),
        (DELETE, 401, "MISTRAL_API_KEY"),
        (CREATE, 409, "the name is taken"),
        (CREATE, 422, "refused"),
        (GET, 404, "`list`"),
        (LIST_AT_CURSOR, 400, "cursor"),
        (UPDATE, 404, "deleted"),
        (RENAME, 404, "deleted"),
        (RENAME, 409, "choose a different one"),
        (RENAME, 500, "choose a different one"),
        (
            DELETE,
            404,
            "already deleted, or the ID or `base_url` is wrong",
        ),
        // A name where an ID is expected.
        (UPDATE_BY_NAME, 404, "UUID"),
        (DELETE_BY_NAME, 404, "UUID"),
        (UPDATE_BY_NAME, 422, "UUID"),
        (DELETE_BY_NAME, 422, "UUID"),
        // Beyond the tables.
        (GET, 403, "not allowed"),
        (GET, 429, "max_retries"),
        (UPDATE, 409, "another connector"),
        (UPDATE, 422, "refused"),
        (LIST, 422, "parameter"),
        (LIST, 404, "base_url"),
        (CREATE, 404, "base_url"),
        (LIST_TOOLS, 403, "MCP server"),
        (LIST_TOOLS, 404, "no connector has this ID or name"),
        (CALL_TOOL, 404, "the connector or the tool does not exist"),
        (SHARE, 404, "no connector has this ID"),
        (UPDATE_CREDENTIALS, 404, "`list_credentials`"),
        (DELETE_CREDENTIALS, 404, "`list_credentials`"),
        (
            DELETE_ALL_CREDENTIALS,
            404,
            "no connector has this ID or name",
        ),
    ] {
        let error = error_of(response(status, &detail("no")), call);
        let hint = hint(&error);
        assert!(hint.contains(words), "{words}: {error}");
        assert!(error.to_string().ends_with(&format!("; hint: {hint}")));
    }
}

#[test]
fn there_is_no_hint_if_none_is_known() {
    for (call, status) in [
        (CREATE, 400),
        (GET, 400),
        (LIST, 400),
        (UPDATE, 400),
        (CREATE, 500),
        (GET, 500),
        (UPDATE, 500),
        (DELETE, 500),
        (GET, 503),
        (GET, 418),
        // It is not about updates.
        (DELETE_CREDENTIALS, 405),
        // A choice, which has a target, and not a redirect.
        (GET, 300),
        (GET, 304),
    ] {
        let headers = "location: /elsewhere\r\n";
        let error = error_of(response_with_headers(status, headers, ""), call);
        assert_eq!(error.hint(), None, "{error}");
        let text = error.to_string();
        assert!(!text.contains("hint"), "{text}");
        let has_target = text.contains("redirect to /elsewhere");
        assert_eq!(has_target, status == 300, "{text}");
    }
}

// --- 401

#[test]
fn an_expired_login_of_a_connector_does_not_blame_the_api_key() {
    for (text, call) in [
        ("The connector's login has expired", GET),
        ("Connector is not authenticated", GET),
        ("oauth expired", GET),
        ("oauth refresh error", RENAME),
        ("you need to reconnect", GET),
        ("MCP server error: 401 Unauthorized", LIST_TOOLS),
        ("Login has expired", CALL_TOOL),
        ("Token expired", CALL_TOOL),
        ("empty credentials", LIST_TOOLS),
        ("The MCP server refused the API key", CALL_TOOL),
        ("The connector's API key is not valid any more", LIST_TOOLS),
        (
            "Credentials `work` (api_key) of the connector were refused",
            GET,
        ),
    ] {
        let error = error_of(response(401, &detail(text)), call);
        let hint = hint(&error);
        assert!(hint.contains("connector's own login"), "{error}");
        assert!(hint.contains("get_auth_url"), "{error}");
        assert!(
            !hint.contains("API key") && !hint.contains("API_KEY"),
            "{error}"
        );
    }
}

#[test]
fn a_refused_api_key_does_not_blame_the_login_of_a_connector() {
    for (text, call) in [
        ("Unauthorized", CREATE),
        ("", GET),
        ("Could not validate credentials", LIST),
        ("Invalid bearer token", GET),
        ("Invalid API key", CALL_TOOL),
        ("The API key has expired", LIST_TOOLS),
    ] {
        let error = error_of(response(401, &detail(text)), call);
        assert!(hint(&error).contains("MISTRAL_API_KEY"), "{error}");
        assert!(!hint(&error).contains("login"), "{error}");
    }
}

#[test]
fn a_tool_call_that_is_refused_without_a_reason_names_both_logins() {
    for call in [LIST_TOOLS, CALL_TOOL] {
        let error = error_of(response(401, &detail("Unauthorized")), call);
        assert!(hint(&error).contains("MISTRAL_API_KEY"), "{error}");
        assert!(hint(&error).contains("connector's own login"), "{error}");
    }
}

// --- 422

#[test]
fn the_hint_about_a_refused_field_is_about_that_field() {
    for call in [CREATE, UPDATE, UPDATE_BY_NAME] {
        let server = json!(["body", "server"]);
        assert!(hint_about(server, "url_parsing", "no", call).contains("absolute URL"));
        let other = hint_about(json!(["body", "name"]), "x", "no", call);
        assert!(other.contains("the message says which"), "{other}");
    }
    let id = hint_about(json!(["path", "connector_id"]), "x", "no", UPDATE_BY_NAME);
    assert!(id.contains("UUID"), "{id}");
}

#[test]
fn a_server_url_that_is_too_long_or_missing_is_not_called_relative() {
    let too_long = "too long";
    for (kind, msg, words) in [
        (
            "url_too_long",
            "URL should have at most 2083 characters",
            too_long,
        ),
        (
            "string_too_long",
            "String should have at most 9 characters",
            too_long,
        ),
        ("value_error", "the URL is too long", too_long),
        ("missing", "Field required", "the message says which"),
    ] {
        let hint = hint_about(json!(["body", "server"]), kind, msg, CREATE);
        assert!(hint.contains(words) && !hint.contains("absolute"), "{hint}");
    }
}

#[test]
fn no_hint_points_at_the_message_of_a_refusal_without_one() {
    for body in ["", "{}", "null", "[]", r#"{"detail":[]}"#] {
        let error = error_of(response(422, body), GET);
        assert_eq!(error.hint(), None, "{body}: {error}");
    }
    for body in [r#"{"detail":"no such page"}"#, "no such page"] {
        let error = error_of(response(422, body), GET);
        assert!(hint(&error).contains("the message says"), "{error}");
    }
}

// --- 404

#[test]
fn a_404_that_does_not_come_from_the_api_points_at_the_base_url() {
    for body in [
        r#"{"message":"no Route matched with those values"}"#,
        "404 page not found",
        "<html><title>404</title></html>",
        "",
    ] {
        for (_, call) in CALLS.into_iter().chain([("", CALL_TOOL)]) {
            let error = error_of(response(404, body), call);
            let want = "this does not look like a response from the API: check `base_url`";
            assert_eq!(hint(&error), want, "{error}");
        }
    }
}

#[test]
fn a_slash_within_a_path_segment_is_explained_if_nothing_is_found() {
    let slash: Call = |client| client.request(Method::Get, ["v1/models"]).send().map(drop);
    let none: Call = |client| {
        client
            .request(Method::Get, ["v1", "models"])
            .send()
            .map(drop)
    };
    // A name can contain one.
    let name: Call = |client| client.get("a/b").map(drop);
    for (status, call, explained) in [
        (404, slash, true),
        (400, slash, false),
        (404, none, false),
        (404, name, false),
    ] {
        for body in [detail("Not Found"), "<html>nginx</html>".to_owned()] {
            let error = error_of(response(status, &body), call);
            assert_eq!(
                hint(&error).contains("must not contain `/`"),
                explained,
                "{error}"
            );
        }
    }
}

// --- 429

#[test]
fn an_exhausted_quota_is_not_retried_and_its_hint_does_not_suggest_waiting() {
    let glossary = json!({"object": "error", "message": "You exceeded your current quota",
        "type": "insufficient_quota", "param": null, "code": "insufficient_quota"});
    for body in [
        glossary.clone(),
        json!({ "error": glossary }),
        json!({"message": "no", "code": "insufficient_quota"}),
        json!({"detail": "insufficient_quota"}),
        json!({"detail": [{"loc": ["body"], "type": "insufficient_quota", "msg": "no"}]}),
        json!({"errors": [{"code": "insufficient_quota"}]}),
        json!("insufficient_quota"),
    ] {
        let wire = Wire::script([Act::Send(response(429, &body.to_string()))]);
        let client = support::client(wire.base_url());
        let minute = Duration::from_secs(60);
        for error in [
            GET(&client).unwrap_err(),
            CALL_TOOL(&client).unwrap_err(),
            client.wait_until_authenticated("docs", minute).unwrap_err(),
        ] {
            assert_eq!(error.attempts(), 1, "{error}");
            assert!(error.is_rate_limited() && !error.is_transient(), "{error}");
            assert!(!error.may_have_happened(), "{error}");
            assert!(hint(&error).contains("quota"), "{error}");
            for words in ["wait", "max_retries", "timeout"] {
                assert!(!hint(&error).contains(words), "{error}");
            }
        }
        assert_eq!(wire.seen().len(), 3);
    }
}

#[test]
fn a_rate_limit_that_mentions_a_quota_is_retried_and_its_hint_suggests_waiting() {
    let body = detail("Requests rate limit exceeded: your quota is 5 per second");
    let wire = Wire::script([Act::Send(response(429, &body))]);
    let error = GET(&support::client(wire.base_url())).unwrap_err();
    assert_eq!(error.attempts(), 3, "{error}");
    assert!(
        error.is_transient() && hint(&error).contains("wait"),
        "{error}"
    );
}

// --- web pages

#[test]
fn a_web_page_is_shown_by_its_title_or_its_first_words() {
    for (page, shown) in [
        (
            "<!DOCTYPE html>\r\n<html><head><title>502 Bad Gateway</title></head>\n<body>nginx",
            "502 Bad Gateway",
        ),
        (
            "<html><body><h1>Blocked</h1> by <b>your</b> company</body></html>",
            "Blocked by your company",
        ),
    ] {
        for status in [400, 401, 403, 404, 409, 422, 500, 502, 503] {
            let error = error_of(response(status, page), GET);
            let text = error.to_string();
            let start =
                format!("{status} on GET /v1/connectors/docs: {shown} (a web page, not the API)");
            assert!(text.starts_with(&start) && !text.contains('<'), "{text}");
            let Error::Api(error) = error else {
                panic!("{error:?}")
            };
            assert!(error.body.contains("<html>"), "{}", error.body);
        }
    }
}

#[test]
fn a_web_page_gets_no_hint_about_what_the_api_means_by_the_status() {
    for (status, call) in [
        (401, GET),
        (403, GET),
        (409, CREATE),
        (422, CREATE),
        (500, RENAME),
    ] {
        let error = error_of(response(status, "<html><title>no</title></html>"), call);
        assert_eq!(error.hint(), None, "{error}");
    }
    // Neither does other text, for the statuses that are about the API key.
    for status in [401, 403] {
        let error = error_of(response(status, "blocked by your company"), GET);
        assert_eq!(error.hint(), None, "{error}");
        let error = error_of(response(status, ""), GET);
        assert!(hint(&error).contains("key"), "{error}");
    }
}

// --- the connectors gateway

#[test]
fn the_reason_that_the_connectors_gateway_gives_is_shown() {
    let own = "proxy-status: connectors-gateway; error=denied; details=\"rate_limit_reached\"\r\n";
    let others = "proxy-status: edge; error=x\r\n";
    for (status, headers, shown) in [
        (429, own.to_owned(), true),
        (502, format!("{others}{own}"), true),
        (502, others.to_owned(), false),
        (302, own.to_owned(), false),
    ] {
        let error = error_of(
            response_with_headers(status, &headers, &detail("failed")),
            GET,
        );
        let reason = if shown {
            "; connectors gateway: denied (rate_limit_reached)"
        } else {
            ""
        };
        let text = error.to_string();
        assert!(
            text.contains(&format!(": failed{reason} (1 attempt")),
            "{text}"
        );
        let Error::Api(error) = error else {
            panic!("{error:?}")
        };
        assert_eq!(error.message, format!("failed{reason}"));
    }
}
