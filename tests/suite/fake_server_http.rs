//! What the fake server understands of HTTP.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use mistral_connectors::testing::FakeServer;
use serde_json::{Value, json};

/// Longer than a test may take.
pub(crate) const LONG: Duration = Duration::from_secs(60);

/// A connection to a fake server.
pub(crate) struct Connection(pub(crate) BufReader<TcpStream>);

#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    head: String,
    body: String,
}

impl Connection {
    #[track_caller]
    pub(crate) fn open(server: &FakeServer) -> Self {
        let url = server.base_url();
        let stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
        // A test that waits for something that does not come must fail.
        stream.set_read_timeout(Some(LONG)).unwrap();
        Connection(BufReader::new(stream))
    }

    #[track_caller]
    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        self.0.get_mut().write_all(bytes.as_ref()).unwrap();
        self
    }

    /// The lines up to an empty one.
    #[track_caller]
    fn head(&mut self) -> String {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            let length = self.0.read_line(&mut head).unwrap();
            assert_ne!(length, 0, "the connection was closed after {head:?}");
        }
        head
    }

    #[track_caller]
    fn response_to(&mut self, method: &str) -> Response {
        let head = self.head();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let length = length.map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; if method == "HEAD" { 0 } else { length }];
        self.0.read_exact(&mut body).unwrap();
        Response {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head,
            body: String::from_utf8(body).unwrap(),
        }
    }

    #[track_caller]
    pub(crate) fn response(&mut self) -> Response {
        self.response_to("")
    }

    #[track_caller]
    pub(crate) fn assert_closed(&mut self) {
        let mut rest = Vec::new();
        // A reset also closes the connection.
        let _ = self.0.read_to_end(&mut rest);
        assert_eq!(String::from_utf8_lossy(&rest), "");
    }
}

/// A request line, and the headers that every request needs.
fn head(server: &FakeServer, line: &str) -> String {
    let key = server.api_key();
    format!("{line}\r\nhost: localhost\r\nauthorization: Bearer {key}\r\n")
}

pub(crate) fn get_docs(server: &FakeServer) -> String {
    head(server, "GET /v1/connectors/docs HTTP/1.1") + "\r\n"
}

pub(crate) fn server() -> FakeServer {
    let server = FakeServer::start();
    server.add(json!({"name": "docs"}));
    server
}

fn docs() -> Value {
    json!({"name": "mail", "description": "d", "server": "https://mail.example/mcp"})
}

// --- requests

#[test]
fn a_connection_is_kept_open_for_further_requests() {
    let server = server();
    let mut connection = Connection::open(&server);
    for _ in 0..3 {
        let response = connection.send(get_docs(&server)).response();
        assert_eq!(response.status, 200);
        assert!(response.body.contains("docs"));
    }
    let missing = get_docs(&server).replace("docs", "mail");
    assert_eq!(connection.send(missing).response().status, 404);
    assert_eq!(connection.send(get_docs(&server)).response().status, 200);
}

#[test]
fn requests_that_are_sent_at_once_are_answered_in_their_order() {
    let server = server();
    let other = get_docs(&server).replace("docs", "mail");
    let both = get_docs(&server) + &other;
    let mut connection = Connection::open(&server);
    assert_eq!(connection.send(both).response().status, 200);
    assert_eq!(connection.response().status, 404);
}

#[test]
fn a_client_that_asks_for_it_gets_its_connection_closed() {
    let server = server();
    let request = head(&server, "GET /v1/connectors/docs HTTP/1.1") + "Connection: Close\r\n\r\n";
    let mut connection = Connection::open(&server);
    let response = connection.send(request).response();
    assert_eq!(response.status, 200);
    assert!(response.head.contains("connection: close"));
    connection.assert_closed();
}

#[test]
fn a_request_can_arrive_byte_by_byte() {
    let server = server();
    let mut connection = Connection::open(&server);
    for byte in get_docs(&server).bytes() {
        connection.send([byte]);
    }
    assert_eq!(connection.response().status, 200);
}

#[test]
fn a_body_can_be_sent_in_chunks() {
    let server = server();
    let body = docs().to_string();
    let (first, rest) = body.split_at(20);
    let request = head(&server, "POST /v1/connectors HTTP/1.1")
        + "content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
        + &format!("{:x};name=value\r\n{first}\r\n", first.len())
        + &format!("{:X}\r\n{rest}\r\n", rest.len())
        + "0\r\nx-trailer: a\r\n\r\n";
    let mut connection = Connection::open(&server);
    assert_eq!(connection.send(request).response().status, 201);
    assert_eq!(server.requests()[0].body, Some(docs()));
    // The next request begins where the chunks end.
    assert_eq!(connection.send(get_docs(&server)).response().status, 200);
}

#[test]
fn a_client_that_waits_for_100_continue_gets_it() {
    let server = server();
    let body = docs().to_string();
    let request = head(&server, "POST /v1/connectors HTTP/1.1")
        + "content-type: application/json\r\nexpect: 100-continue\r\n"
        + &format!("content-length: {}\r\n\r\n", body.len());
    let mut connection = Connection::open(&server);
    let interim = connection.send(request).head();
    assert!(interim.starts_with("HTTP/1.1 100 "), "{interim}");
    assert!(server.requests().is_empty());
    assert_eq!(connection.send(body).response().status, 201);
}

#[test]
fn a_response_to_http_1_0_closes_the_connection() {
    let server = server();
    let request = head(&server, "GET /v1/connectors/docs HTTP/1.0") + "\r\n";
    let mut connection = Connection::open(&server);
    let response = connection.send(request).response();
    assert_eq!(response.status, 200);
    assert!(response.body.contains("docs"));
    connection.assert_closed();
}

#[test]
fn a_response_to_head_has_a_length_and_no_body() {
    let server = server();
    let request = head(&server, "HEAD /v1/connectors/docs HTTP/1.1") + "\r\n";
    let mut connection = Connection::open(&server);
    let response = connection.send(request).response_to("HEAD");
    // FastAPI has no HEAD unless an operation declares it.
    assert_eq!(response.status, 405);
    assert!(!response.head.contains("content-length: 0"));
    assert_eq!(connection.send(get_docs(&server)).response().status, 200);
    assert_eq!(server.requests()[0].method, "HEAD");
}

#[test]
fn options_and_other_methods_are_refused_with_the_allowed_ones() {
    let server = server();
    let mut connection = Connection::open(&server);
    for method in ["OPTIONS", "PUT", "TRACE", "FETCH"] {
        let request = head(&server, &format!("{method} /v1/connectors/docs HTTP/1.1")) + "\r\n";
        let response = connection.send(request).response();
        assert_eq!(response.status, 405, "{method}");
        let allow = "allow: GET, PATCH, DELETE\r\n";
        assert!(response.head.contains(allow), "{}", response.head);
    }
}

#[test]
fn a_target_can_be_a_whole_url() {
    let server = server();
    let line = "GET http://localhost/v1/connectors?page_size=1 HTTP/1.1";
    let request = head(&server, line) + "\r\n";
    assert_eq!(
        Connection::open(&server).send(request).response().status,
        200
    );
    assert_eq!(server.requests()[0].path, "/v1/connectors");
    assert_eq!(server.requests()[0].query.len(), 1);
}

#[test]
fn ureq_works_without_the_client() {
    let server = server();
    let url = format!("{}/v1/connectors", server.base_url());
    let key = format!("Bearer {}", server.api_key());
    let agent = ureq::agent();
    let created = agent
        .post(&url)
        .header("authorization", &key)
        .header("content-type", "application/json")
        .send(docs().to_string());
    assert_eq!(created.unwrap().status(), 201);
    for name in ["docs", "mail"] {
        let request = agent.get(format!("{url}/{name}"));
        let mut response = request.header("authorization", &key).call().unwrap();
        let body = response.body_mut().read_to_string().unwrap();
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body["name"], name);
    }
}

// --- refusals

#[test]
fn what_is_not_http_is_refused_with_400_and_a_reason() {
    let server = server();
    for (case, bytes) in [
        ("words", "what is this\r\n\r\n".as_bytes()),
        ("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
        ("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        ("a version", b"GET / HTTP/9.9\r\n\r\n"),
        ("a header", b"GET / HTTP/1.1\r\nno header\r\n\r\n"),
        ("a length", b"POST / HTTP/1.1\r\ncontent-length: +5\r\n\r\n"),
        (
            "two lengths",
            b"POST / HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
        ),
        (
            "a length and chunks",
            b"POST / HTTP/1.1\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n",
        ),
        (
            "the length of a chunk",
            b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nx\r\n",
        ),
        (
            "the end of a chunk",
            b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n1\r\nabc\r\n",
        ),
    ] {
        let mut connection = Connection::open(&server);
        let response = connection.send(bytes).response();
        assert_eq!(response.status, 400, "{case}");
        let body: Value = serde_json::from_str(&response.body).unwrap();
        assert!(body["detail"].is_string(), "{case}: {body}");
        connection.0.get_ref().shutdown(Shutdown::Write).unwrap();
        connection.assert_closed();
    }
    assert!(server.requests().is_empty());
    server.client().get("docs").unwrap();
}

#[test]
fn a_request_that_ends_early_is_refused() {
    let server = server();
    let with_body = head(&server, "POST /v1/connectors HTTP/1.1") + "content-length: 9\r\n\r\n{";
    for request in ["GET /v1/conn", &with_body] {
        let mut connection = Connection::open(&server);
        connection.send(request);
        connection.0.get_ref().shutdown(Shutdown::Write).unwrap();
        assert_eq!(connection.response().status, 400, "{request}");
        connection.assert_closed();
    }
    assert!(server.requests().is_empty());
}

#[test]
fn heads_and_bodies_have_limits() {
    let server = server();
    let line = "GET / HTTP/1.1\r\n";
    for (case, request, want) in [
        ("a long path", format!("GET /{} ", "x".repeat(70_000)), 431),
        (
            "a long header",
            format!("{line}x-long: {}", "x".repeat(70_000)),
            431,
        ),
        (
            "many headers",
            format!("{line}{}\r\n", "x-one: 1\r\n".repeat(101)),
            431,
        ),
        (
            "a long body",
            "POST / HTTP/1.1\r\ncontent-length: 99999999999\r\n\r\n".to_owned(),
            413,
        ),
        (
            "a length that is no number of this machine",
            format!(
                "POST / HTTP/1.1\r\ncontent-length: {}\r\n\r\n",
                "9".repeat(40)
            ),
            413,
        ),
        (
            "a long chunk",
            "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nFFFFFFFF\r\n".to_owned(),
            413,
        ),
        (
            "another encoding",
            "POST / HTTP/1.1\r\ntransfer-encoding: gzip, chunked\r\n\r\n".to_owned(),
            501,
        ),
    ] {
        let mut connection = Connection::open(&server);
        let response = connection.send(request).response();
        assert_eq!(response.status, want, "{case}: {}", response.body);
    }
    let longest = format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(60_000));
    assert_eq!(
        Connection::open(&server).send(longest).response().status,
        404
    );
}
