//! Hints, and what else an error tells to do: only what is true.

use std::time::Duration;

use crate::support::wire::{Act, Wire, answer_with, response};
use crate::support::{self, ID};
use mistral_connectors::{
    CallTool, ConnectorsClient, Error, ListConnectors, Method, Result, UpdateConnector,
};
use serde_json::{Value, json};

type Call = fn(&ConnectorsClient) -> Result<()>;

fn create(client: &ConnectorsClient) -> Result<()> {
    client.create(&support::docs()).map(drop)
}

fn get(client: &ConnectorsClient) -> Result<()> {
    client.get("docs").map(drop)
}

fn list(client: &ConnectorsClient) -> Result<()> {
    client.list_page(&ListConnectors::new()).map(drop)
}

fn rename(client: &ConnectorsClient) -> Result<()> {
    let change = UpdateConnector::new().name("other");
    client.update(ID, &change).map(drop)
}

fn list_tools(client: &ConnectorsClient) -> Result<()> {
    client.list_tools("docs").map(drop)
}

fn call_tool(client: &ConnectorsClient) -> Result<()> {
    client.call_tool("docs", &CallTool::new("ask")).map(drop)
}

/// What `call` fails with when the server always responds so.
#[track_caller]
fn error_of(response: Vec<u8>, call: Call) -> Error {
    let wire = Wire::script([Act::Send(response)]);
    let client = support::builder(wire.base_url()).max_retries(0);
    call(&client.build().unwrap()).unwrap_err()
}

fn detail(text: &str) -> String {
    json!({ "detail": text }).to_string()
}

/// A 422 that refuses one field.
fn refused(loc: Value, kind: &str, msg: &str) -> Vec<u8> {
    let detail = json!({"detail": [{"loc": loc, "type": kind, "msg": msg}]});
    response(422, &detail.to_string())
}

fn hint(error: &Error) -> &str {
    error.hint().unwrap_or_default()
}

// --- 401: whose login?

#[test]
fn an_expired_login_of_a_connector_does_not_blame_the_api_key() {
    for (text, call) in [
        ("The connector's login has expired", get as Call),
        ("Connector is not authenticated", get),
        ("oauth expired", get),
        ("oauth refresh error", rename),
        ("you need to reconnect", get),
        ("MCP server error: 401 Unauthorized", list_tools),
        ("Login has expired", call_tool),
        ("Token expired", call_tool),
        ("empty credentials", list_tools),
    ] {
        let error = error_of(response(401, &detail(text)), call);
        assert!(error.is_unauthorized());
        assert!(
            hint(&error).contains("connector's own login"),
            "{text}: {error}"
        );
        assert!(hint(&error).contains("get_auth_url"), "{text}: {error}");
        for blamed in ["API key", "MISTRAL_API_KEY"] {
            assert!(!hint(&error).contains(blamed), "{text}: {error}");
        }
    }
}

#[test]
fn a_refused_api_key_is_blamed_alone() {
    for (text, call) in [
        ("Unauthorized", create as Call),
        ("Unauthorized", get),
        ("Could not validate credentials", list),
        ("Invalid bearer token", get),
        ("Invalid API key", call_tool),
        ("The API key has expired", list_tools),
    ] {
        let error = error_of(response(401, &detail(text)), call);
        assert!(hint(&error).contains("MISTRAL_API_KEY"), "{text}: {error}");
        assert!(!hint(&error).contains("login"), "{text}: {error}");
    }
}

#[test]
fn a_tool_call_that_is_refused_without_a_reason_names_both_logins() {
    for call in [list_tools as Call, call_tool] {
        let error = error_of(response(401, &detail("Unauthorized")), call);
        assert!(hint(&error).contains("MISTRAL_API_KEY"), "{error}");
        assert!(hint(&error).contains("connector's own login"), "{error}");
        let error = error_of(response(403, &detail("Forbidden")), call);
        assert!(hint(&error).contains("MCP server"), "{error}");
    }
}

// --- 3xx

#[test]
fn choices_and_not_modified_are_not_called_redirects() {
    for status in [300, 304] {
        for headers in ["", "location: /elsewhere\r\n"] {
            let error = error_of(answer_with(status, headers, ""), get);
            assert_eq!(error.status(), Some(status));
            assert_eq!(error.hint(), None, "{error}");
            assert!(!error.to_string().contains("redirect"), "{error}");
        }
    }
}

// --- 422

#[test]
fn a_server_url_that_is_too_long_is_not_called_relative() {
    for (kind, msg) in [
        ("url_too_long", "URL should have at most 2083 characters"),
        (
            "string_too_long",
            "String should have at most 2083 characters",
        ),
        ("value_error", "the URL is too long"),
    ] {
        let error = error_of(refused(json!(["body", "server"]), kind, msg), create);
        assert!(hint(&error).contains("too long"), "{error}");
        assert!(!hint(&error).contains("absolute"), "{error}");
    }
}

#[test]
fn a_server_url_that_is_missing_is_not_called_relative() {
    let missing = refused(json!(["body", "server"]), "missing", "Field required");
    let error = error_of(missing, create);
    assert!(!hint(&error).contains("absolute"), "{error}");
    assert!(hint(&error).contains("the message says which"), "{error}");
}

// --- 404

#[test]
fn a_404_that_is_not_the_apis_own_points_at_the_base_url() {
    for body in [
        r#"{"message":"no Route matched with those values"}"#,
        "{}",
        "[]",
        "404 page not found",
        "<html><title>404</title></html>",
        "",
    ] {
        for call in [create as Call, get, list, rename, call_tool] {
            let error = error_of(response(404, body), call);
            assert!(
                hint(&error).contains("does not look like a response of the API"),
                "{body}: {error}"
            );
            assert!(hint(&error).contains("base_url"), "{body}: {error}");
        }
    }
    for body in [
        detail("Connector not found"),
        json!({"object": "error", "message": "no", "type": "not_found"}).to_string(),
    ] {
        let error = error_of(response(404, &body), get);
        assert!(hint(&error).contains("`list`"), "{error}");
    }
}

#[test]
fn a_raw_request_with_a_slash_within_a_segment_is_told_so() {
    let not_found = detail("Not Found");
    for body in [not_found.as_str(), "<html>nginx</html>"] {
        let slash = error_of(response(404, body), |client| {
            client.request(Method::Get, ["v1/models"]).send().map(drop)
        });
        assert!(hint(&slash).contains("segment"), "{slash}");
        assert!(hint(&slash).contains("`/`"), "{slash}");
        let none = error_of(response(404, body), |client| {
            client
                .request(Method::Get, ["v1", "models"])
                .send()
                .map(drop)
        });
        assert!(!hint(&none).contains("segment"), "{none}");
        // A name may hold one.
        let name = error_of(response(404, body), |client| client.get("a/b").map(drop));
        assert!(!hint(&name).contains("segment"), "{name}");
    }
    let other = error_of(response(400, &not_found), |client| {
        client.request(Method::Get, ["v1/models"]).send().map(drop)
    });
    assert!(!hint(&other).contains("segment"), "{other}");
}

// --- 429

#[test]
fn a_used_up_quota_is_not_retried_and_no_wait_is_suggested() {
    let glossary = json!({"object": "error", "message": "You exceeded your current quota",
        "type": "insufficient_quota", "param": null, "code": "insufficient_quota"});
    for body in [
        glossary.clone(),
        json!({ "error": glossary }),
        json!({"message": "no", "code": "insufficient_quota"}),
        json!({"detail": "insufficient_quota"}),
        json!({"detail": [{"loc": [], "type": "insufficient_quota", "msg": "insufficient_quota"}]}),
    ] {
        let wire = Wire::script([Act::Send(response(429, &body.to_string()))]);
        let client = support::client(wire.base_url());
        for call in [get as Call, call_tool] {
            let error = call(&client).unwrap_err();
            assert_eq!(error.attempts(), 1, "{error}");
            assert!(
                error.is_rate_limited() && !error.may_have_happened(),
                "{error}"
            );
            assert!(hint(&error).contains("quota"), "{error}");
            for word in ["wait", "max_retries", "timeout"] {
                assert!(!hint(&error).contains(word), "{error}");
            }
        }
        assert_eq!(wire.seen().len(), 2);
        // A login that is waited for does not bring it back either.
        let error = client.wait_until_authenticated("docs", Duration::from_secs(60));
        assert!(error.unwrap_err().is_rate_limited());
        assert_eq!(wire.seen().len(), 3);
    }
}

#[test]
fn a_rate_limit_that_passes_is_retried_and_told_to_wait() {
    let body = detail("Requests rate limit exceeded: your quota is 5 per second");
    let wire = Wire::script([Act::Send(response(429, &body))]);
    let error = get(&support::client(wire.base_url())).unwrap_err();
    assert_eq!(error.attempts(), 3, "{error}");
    assert!(hint(&error).contains("wait"), "{error}");
}

#[test]
fn a_wait_of_ages_is_not_told_in_seconds() {
    for header in [
        "retry-after-ms: 1e308",
        "retry-after: 1e300",
        "retry-after: 99999999999",
    ] {
        for status in [429, 503] {
            let error = error_of(answer_with(status, &format!("{header}\r\n"), "{}"), get);
            let text = error.to_string();
            assert!(text.contains("asks to wait more than a year)"), "{text}");
            assert!(!text.contains("18446744073709552000"), "{text}");
        }
    }
    let error = error_of(answer_with(503, "retry-after: 31536000\r\n", "{}"), get);
    assert!(error.to_string().contains("31536000 s"), "{error}");
}

// --- pages instead of JSON

#[test]
fn of_a_web_page_its_title_or_its_first_words_are_told() {
    for (page, told) in [
        (
            "<!DOCTYPE html>\r\n<html><head><title>502 Bad Gateway</title></head>\n<body>nginx</body></html>",
            "502 Bad Gateway",
        ),
        (
            "<html><body><h1>Blocked</h1> by <b>your</b> company</body></html>",
            "Blocked by your company",
        ),
        ("<HTML><TITLE>\nSign in\n</TITLE></HTML>", "Sign in"),
        (
            "<html><title></title><script>let a;</script><p>Away",
            "Away",
        ),
    ] {
        for status in [400, 401, 403, 404, 409, 422, 500, 502, 503] {
            let error = error_of(response(status, page), get);
            let text = error.to_string();
            let start = format!("{status} on GET /v1/connectors/docs: {told} (");
            assert!(text.starts_with(&start), "{text}");
            assert!(text.contains("does not look like the API"), "{text}");
            assert!(!text.contains('<') && !text.contains("let a"), "{text}");
            // The whole of it is there for those who look.
            let Error::Api(error) = error else {
                panic!("{error:?}")
            };
            assert!(
                error.body.to_lowercase().contains("<html>"),
                "{}",
                error.body
            );
        }
    }
}

#[test]
fn what_a_web_page_means_is_not_guessed() {
    for (status, call) in [
        (401, get as Call),
        (403, get),
        (409, create),
        (422, create),
        (500, rename),
    ] {
        let error = error_of(response(status, "<html><title>no</title></html>"), call);
        assert_eq!(error.hint(), None, "{error}");
    }
}

// --- the gateway's own reason

#[test]
fn the_reason_of_the_connectors_gateway_is_told() {
    for (header, status, told) in [
        (
            r#"connectors-gateway; error=http_request_error; status-code=400; details="connector_protocol_mismatch""#,
            400,
            "connectors gateway: http_request_error (connector_protocol_mismatch)",
        ),
        (
            r#"edge; error=x, connectors-gateway; details="rate_limit_reached"; error=http_request_denied"#,
            429,
            "connectors gateway: http_request_denied (rate_limit_reached)",
        ),
        (
            r#""connectors-gateway"; received-status=7; error="destination_unavailable""#,
            502,
            "connectors gateway: destination_unavailable (1 attempt",
        ),
    ] {
        let headers = format!("proxy-status: {header}\r\n");
        let error = error_of(answer_with(status, &headers, &detail("failed")), get);
        let text = error.to_string();
        assert!(text.contains(&format!(": failed; {told}")), "{text}");
        let Error::Api(error) = error else {
            panic!("{error:?}")
        };
        assert!(
            error.message.contains("connectors gateway"),
            "{}",
            error.message
        );
    }
}

#[test]
fn the_gateways_reason_is_found_in_any_of_several_headers() {
    let headers = "proxy-status: edge; error=x\r\nproxy-status: connectors-gateway; error=y\r\n";
    let error = error_of(answer_with(500, headers, &detail("failed")), get);
    assert!(
        error.to_string().contains("connectors gateway: y"),
        "{error}"
    );
}

#[test]
fn what_other_proxies_say_is_not_told() {
    for (header, status) in [
        ("edge; error=gossip", 502),
        ("connectors-gateway-2; error=gossip", 502),
        (r#"edge; details="connectors-gateway; error=gossip""#, 502),
        (r#"edge; details=", connectors-gateway; error=gossip""#, 502),
        ("connectors-gateway; next-hop=gossip", 502),
        ("connectors-gateway; error=gossip", 302),
    ] {
        let headers = format!("proxy-status: {header}\r\n");
        let error = error_of(answer_with(status, &headers, &detail("failed")), get);
        assert!(!error.to_string().contains("gossip"), "{header}: {error}");
    }
}
