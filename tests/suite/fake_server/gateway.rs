//! The fake server's gateway: MCP over Streamable HTTP, with JSON responses.

use mistral_connectors::testing::FakeServer;
use serde_json::{Value, json};
use ureq::http::Response;

/// A client of the gateway that can send anything.
struct Mcp {
    url: String,
    authorization: String,
    session: Option<String>,
    /// Replace the headers that MCP requires.
    headers: Vec<(&'static str, &'static str)>,
}

pub(super) fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder().http_status_as_error(false);
    config.build().into()
}

impl Mcp {
    fn new(server: &FakeServer, connector: &str) -> Self {
        Mcp {
            url: format!(
                "{}/v1/connectors-gateway/{connector}/mcp",
                server.base_url()
            ),
            authorization: format!("Bearer {}", server.api_key()),
            session: None,
            headers: Vec::new(),
        }
    }

    #[track_caller]
    fn open(server: &FakeServer, connector: &str) -> Self {
        let mut mcp = Mcp::new(server, connector);
        let response = mcp.send_for_response(&initialize("2025-11-25").to_string());
        assert_eq!(response.status(), 200);
        let session = response.headers()["mcp-session-id"].to_str().unwrap();
        mcp.session = Some(session.to_owned());
        mcp
    }

    #[track_caller]
    fn send_for_response(&self, body: &str) -> Response<ureq::Body> {
        let mut request = agent()
            .post(&self.url)
            .header("authorization", &self.authorization);
        let mut headers = vec![
            ("accept", "application/json, text/event-stream"),
            ("content-type", "application/json"),
        ];
        headers.retain(|(name, _)| self.headers.iter().all(|(own, _)| own != name));
        headers.extend(&self.headers);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        if let Some(session) = &self.session {
            request = request.header("mcp-session-id", session);
        }
        request.send(body).unwrap()
    }

    #[track_caller]
    fn send(&self, body: impl ToString) -> (u16, Value) {
        let mut response = self.send_for_response(&body.to_string());
        let body = response.body_mut().read_to_string().unwrap();
        let body = serde_json::from_str(&body).unwrap_or_default();
        (response.status().as_u16(), body)
    }

    /// The result of a request.
    #[track_caller]
    fn request(&self, method: &str, params: Value) -> Value {
        let (status, body) = self.send(request(method, params));
        assert_eq!(status, 200, "{body}");
        assert_eq!((&body["jsonrpc"], &body["id"]), (&json!("2.0"), &json!(7)));
        body["result"].clone()
    }

    #[track_caller]
    fn delete(&self) -> u16 {
        let mut request = agent()
            .delete(&self.url)
            .header("authorization", &self.authorization);
        if let Some(session) = &self.session {
            request = request.header("mcp-session-id", session);
        }
        request.call().unwrap().status().as_u16()
    }
}

fn initialize(version: &str) -> Value {
    let params = json!({
        "protocolVersion": version,
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    });
    request("initialize", params)
}

fn request(method: &str, params: Value) -> Value {
    json!({"jsonrpc": "2.0", "id": 7, "method": method, "params": params})
}

/// The status, the code and the message of an error.
#[track_caller]
fn error((status, body): (u16, Value)) -> (u16, i64, String) {
    let error = &body["error"];
    let code = error["code"].as_i64().unwrap_or_else(|| panic!("{body}"));
    (status, code, error["message"].as_str().unwrap().to_owned())
}

/// A server with one connector, `wiki`, with three tools.
fn server() -> FakeServer {
    let server = FakeServer::start();
    server.add(json!({"name": "wiki", "tools": [
        {"name": "ask", "inputSchema": {"type": "object"}, "answer": "42"},
        {"name": "echo", "inputSchema": {"type": "object"}},
        {"name": "draw", "inputSchema": {"type": "object"}},
    ]}));
    server
}

#[test]
fn a_session_is_opened_used_and_closed() {
    let server = server();
    let mcp = Mcp::open(&server, "wiki");
    let initialized = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
    let mut response = mcp.send_for_response(&initialized.to_string());
    assert_eq!(response.status(), 202);
    assert_eq!(response.body_mut().read_to_string().unwrap(), "");
    assert!(response.headers().get("content-type").is_none());
    assert_eq!(mcp.request("ping", json!({})), json!({}));
    assert_eq!(mcp.delete(), 200);
    let gone = (404, -32600, "Session not found".to_owned());
    assert_eq!(error(mcp.send(request("ping", json!({})))), gone);
    assert_eq!(mcp.delete(), 404);
}

#[test]
fn a_connector_is_reached_by_name_and_by_id() {
    let server = server();
    let id = server.connectors()[0].id.clone();
    for connector in ["wiki", &id] {
        let (_, body) = Mcp::new(&server, connector).send(initialize("2025-11-25"));
        assert_eq!(body["result"]["serverInfo"]["name"], "wiki");
        assert!(body["result"]["capabilities"]["tools"].is_object());
    }
    let (status, body) = Mcp::new(&server, "docs").send(initialize("2025-11-25"));
    assert_eq!(
        (status, &body["detail"]),
        (404, &json!("Connector not found"))
    );
}

#[test]
fn a_known_version_is_agreed_on_and_for_others_the_newest_is_offered() {
    let server = server();
    for (requested, want) in [
        ("2025-11-25", "2025-11-25"),
        ("2025-06-18", "2025-06-18"),
        ("2026-07-28", "2025-11-25"),
        ("garbage", "2025-11-25"),
    ] {
        let (_, body) = Mcp::new(&server, "wiki").send(initialize(requested));
        assert_eq!(body["result"]["protocolVersion"], want, "{requested}");
    }
    let mut mcp = Mcp::open(&server, "wiki");
    for (version, want) in [
        ("2025-11-25", 200),
        ("2025-03-26", 200),
        ("2026-07-28", 400),
    ] {
        mcp.headers = vec![("mcp-protocol-version", version)];
        assert_eq!(mcp.send(request("ping", json!({}))).0, want, "{version}");
    }
}

#[test]
fn tools_are_listed_in_pages_with_a_cursor() {
    let server = server();
    let mcp = Mcp::open(&server, "wiki");
    let page = mcp.request("tools/list", json!({}));
    assert_eq!(page["tools"].as_array().unwrap().len(), 3);
    assert_eq!(page["tools"][0]["name"], "ask");
    assert!(page["tools"][0].get("answer").is_none());
    assert!(page.get("nextCursor").is_none());
    server.page_size(2);
    let page = mcp.request("tools/list", json!({}));
    assert_eq!(page["tools"].as_array().unwrap().len(), 2);
    let last = mcp.request("tools/list", json!({"cursor": page["nextCursor"]}));
    assert_eq!(last["tools"][0]["name"], "draw");
    assert!(last.get("nextCursor").is_none());
    for cursor in [json!("x"), json!(1), json!(null)] {
        let response = mcp.send(request("tools/list", json!({"cursor": cursor})));
        let want = (200, -32602, "Invalid cursor".to_owned());
        assert_eq!(error(response), want, "{cursor}");
    }
}

#[test]
fn tools_are_called_over_mcp() {
    let server = server();
    let mcp = Mcp::open(&server, "wiki");
    for (params, is_error, text) in [
        (json!({"name": "ask"}), false, "42"),
        (
            json!({"name": "echo", "arguments": {"n": 1}}),
            false,
            r#"echo {"n":1}"#,
        ),
        (json!({"name": "write"}), true, "Unknown tool: write"),
    ] {
        let result = mcp.request("tools/call", params.clone());
        assert_eq!(result["isError"], is_error, "{params}");
        assert_eq!(result["content"][0]["text"], text, "{params}");
    }
    for params in [
        json!({}),
        json!({"name": 7}),
        json!({"name": "ask", "arguments": []}),
        json!({"name": "ask", "arguments": null}),
    ] {
        let (status, code, _) = error(mcp.send(request("tools/call", params.clone())));
        assert_eq!((status, code), (200, -32602), "{params}");
    }
}

#[test]
fn an_unknown_method_is_an_error_with_its_name() {
    let server = server();
    let mcp = Mcp::open(&server, "wiki");
    let (status, body) = mcp.send(request("resources/list", json!({})));
    let want = json!({"code": -32601, "message": "Method not found", "data": "resources/list"});
    assert_eq!((status, &body["error"]), (200, &want));
    assert_eq!(body["id"], 7);
}

#[test]
fn a_session_is_required_and_belongs_to_one_connector() {
    let server = server();
    server.add(json!({"name": "docs"}));
    let ping = request("ping", json!({}));
    let missing = error(Mcp::new(&server, "wiki").send(&ping));
    assert_eq!((missing.0, missing.1), (400, -32600));
    let mut other = Mcp::new(&server, "docs");
    other.session = Mcp::open(&server, "wiki").session;
    let (status, body) = other.send(&ping);
    assert_eq!((status, &body["id"]), (404, &json!(null)));
    assert_eq!(body["error"]["message"], "Session not found");
    assert_eq!(body["error"]["code"], -32600);
    let second = Mcp::open(&server, "wiki");
    assert_ne!(other.session, second.session);
}

#[test]
fn what_is_not_a_message_of_mcp_is_refused() {
    let server = server();
    let mcp = Mcp::open(&server, "wiki");
    let ping = request("ping", json!({}));
    let with = |field: &str, value: Value| {
        let mut message = ping.clone();
        message[field] = value;
        message.to_string()
    };
    for (body, code) in [
        ("{".to_owned(), -32700),
        (String::new(), -32700),
        (json!([ping]).to_string(), -32600),
        (json!({"jsonrpc": "2.0"}).to_string(), -32600),
        (with("jsonrpc", json!("1.0")), -32600),
        (with("id", json!(null)), -32600),
        (with("id", json!(1.5)), -32600),
        (with("method", json!(7)), -32600),
        (with("params", json!(null)), -32600),
        (with("params", json!([])), -32600),
        (request("initialize", json!({})).to_string(), -32602),
    ] {
        let got = error(mcp.send(&body));
        assert_eq!((got.0, got.1), (400, code), "{body}");
    }
    for id in [json!("seven"), json!(-7), json!(u64::MAX)] {
        let (status, body) = mcp.send(with("id", id.clone()));
        assert_eq!((status, &body["id"]), (200, &id), "{body}");
    }
}

#[test]
fn a_client_must_send_json_and_accept_json_and_streams() {
    let server = server();
    let mut mcp = Mcp::open(&server, "wiki");
    for (name, value, want) in [
        ("accept", "application/json", 406),
        ("accept", "*/*", 406),
        ("accept", "text/event-stream, application/json", 200),
        ("content-type", "text/plain", 415),
        ("content-type", "application/json; charset=utf-8", 200),
    ] {
        mcp.headers = vec![(name, value)];
        let (status, _) = mcp.send(request("ping", json!({})));
        assert_eq!(status, want, "{name}: {value}");
    }
}

#[test]
fn the_gateway_names_its_own_reason_in_proxy_status() {
    let server = FakeServer::start();
    server.add(json!({"name": "rest", "protocol": "http"}));
    let mcp = Mcp::new(&server, "rest");
    let response = mcp.send_for_response(&initialize("2025-11-25").to_string());
    assert_eq!(response.status(), 400);
    let reason = response.headers()["proxy-status"].to_str().unwrap();
    assert!(reason.starts_with("connectors-gateway; error=http_request_error"));
    assert!(reason.contains("details=\"connector_protocol_mismatch\""));
}

#[test]
fn the_gateway_needs_the_api_key_and_has_no_get() {
    let server = server();
    let mut mcp = Mcp::new(&server, "wiki");
    let get = agent()
        .get(&mcp.url)
        .header("authorization", &mcp.authorization);
    let response = get.call().unwrap();
    assert_eq!(response.status(), 405);
    assert_eq!(response.headers()["allow"], "POST, DELETE");
    mcp.authorization = "Bearer wrong-key".to_owned();
    assert_eq!(mcp.send(initialize("2025-11-25")).0, 401);
    assert_eq!(mcp.delete(), 401);
}

#[test]
fn rules_apply_to_the_gateway_and_its_requests_are_recorded() {
    let server = server();
    let mcp = Mcp::open(&server, "wiki");
    let gateway = "/v1/connectors-gateway/wiki/mcp";
    server.when("POST", gateway).times(1).fail(503);
    assert_eq!(mcp.send(request("ping", json!({}))).0, 503);
    assert_eq!(mcp.request("ping", json!({})), json!({}));
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    assert_eq!(requests[2].body, Some(request("ping", json!({}))));
    assert_eq!(requests[2].header("mcp-session-id"), mcp.session.as_deref());
    assert_eq!(requests[2].warnings(), [""; 0]);
}
