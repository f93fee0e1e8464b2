//! What the fake server understands of HTTP.

use std::net::Shutdown;

use super::{Connection, Response, get_docs, head, raw, server};
use serde_json::{Value, json};

fn mail() -> Value {
    json!({"name": "mail", "description": "d", "server": "https://mail.example/mcp"})
}

// --- requests

#[test]
fn a_connection_stays_open_for_further_requests() {
    let server = server();
    let mut connection = Connection::open(&server);
    let missing = get_docs(&server).replace("docs", "mail");
    for _ in 0..3 {
        let response = connection.send(get_docs(&server)).response();
        assert_eq!(response.status, 200);
        assert!(response.body.contains("docs"));
        assert_eq!(connection.send(&missing).response().status, 404);
    }
}

#[test]
fn requests_that_are_sent_at_once_get_their_responses_in_order() {
    let server = server();
    let missing = get_docs(&server).replace("docs", "mail");
    let mut connection = Connection::open(&server);
    connection.send(get_docs(&server) + &missing);
    assert_eq!(connection.response().status, 200);
    assert_eq!(connection.response().status, 404);
}

#[test]
fn a_client_that_asks_for_it_gets_its_connection_closed() {
    let server = server();
    for (line, more) in [
        ("GET /v1/connectors/docs HTTP/1.1", "Connection: Close\r\n"),
        ("GET /v1/connectors/docs HTTP/1.0", ""),
    ] {
        let mut connection = Connection::open(&server);
        connection.send(head(server.api_key(), line) + more + "\r\n");
        let response = connection.response();
        assert_eq!(response.status, 200, "{line}");
        assert!(response.body.contains("docs"), "{line}");
        assert!(response.head.contains("connection: close"), "{line}");
        connection.assert_closed();
    }
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
    let body = mail().to_string();
    let (first, rest) = body.split_at(20);
    let request = head(server.api_key(), "POST /v1/connectors HTTP/1.1")
        + "content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
        + &format!("{:x};name=value\r\n{first}\r\n", first.len())
        + &format!("{:X}\r\n{rest}\r\n", rest.len())
        + "0\r\nx-trailer: a\r\n\r\n";
    let mut connection = Connection::open(&server);
    assert_eq!(connection.send(request).response().status, 201);
    assert_eq!(server.requests()[0].body, Some(mail()));
    // The next request begins where the chunks end.
    assert_eq!(connection.send(get_docs(&server)).response().status, 200);
}

#[test]
fn a_client_that_waits_for_100_continue_gets_it() {
    let server = server();
    let body = mail().to_string();
    let request = head(server.api_key(), "POST /v1/connectors HTTP/1.1")
        + "content-type: application/json\r\nexpect: 100-continue\r\n"
        + &format!("content-length: {}\r\n\r\n", body.len());
    let mut connection = Connection::open(&server);
    let interim = connection.send(request).head();
    assert!(interim.starts_with("HTTP/1.1 100 "), "{interim}");
    assert!(server.requests().is_empty());
    assert_eq!(connection.send(body).response().status, 201);
}

#[test]
fn a_response_to_head_has_a_length_and_no_body() {
    let server = server();
    let mut connection = Connection::open(&server);
    connection.send(head(server.api_key(), "HEAD /v1/connectors/docs HTTP/1.1") + "\r\n");
    let response = connection.response_to("HEAD");
    // FastAPI has no HEAD unless an operation declares it.
    assert_eq!(response.status, 405);
    assert!(!response.head.contains("content-length: 0"));
    assert_eq!(connection.send(get_docs(&server)).response().status, 200);
    assert_eq!(server.requests()[0].method, "HEAD");
}

#[test]
fn other_methods_are_refused_with_the_allowed_ones() {
    let server = server();
    for method in ["OPTIONS", "PUT", "TRACE", "FETCH"] {
        let line = format!("{method} /v1/connectors/docs HTTP/1.1");
        let mut connection = Connection::open(&server);
        connection.send(head(server.api_key(), &line) + "\r\n");
        let response = connection.response();
        assert_eq!(response.status, 405, "{method}");
        let allow = "allow: GET, PATCH, DELETE\r\n";
        assert!(response.head.contains(allow), "{}", response.head);
    }
}

#[test]
fn a_target_can_be_a_whole_url() {
    let server = server();
    let target = "http://localhost/v1/connectors?page_size=1";
    assert_eq!(raw(&server, "GET", target, "").0, 200);
    assert_eq!(server.requests()[0].path, "/v1/connectors");
    assert_eq!(server.requests()[0].query.len(), 1);
}

// --- refusals

#[track_caller]
fn assert_refused(case: &str, response: &Response, status: u16) {
    assert_eq!(response.status, status, "{case}: {}", response.body);
    let body: Value = serde_json::from_str(&response.body).unwrap();
    assert!(body["detail"].is_string(), "{case}: {body}");
}

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
        assert_refused(case, &connection.send(bytes).response(), 400);
        connection.0.get_ref().shutdown(Shutdown::Write).unwrap();
        connection.assert_closed();
    }
    assert!(server.requests().is_empty());
    server.client().get("docs").unwrap();
}

#[test]
fn a_request_that_ends_early_is_refused() {
    let server = server();
    for request in [
        "GET /v1/conn",
        "POST /v1/connectors HTTP/1.1\r\ncontent-length: 9\r\n\r\n{",
    ] {
        let mut connection = Connection::open(&server);
        connection.send(request);
        connection.0.get_ref().shutdown(Shutdown::Write).unwrap();
        assert_refused(request, &connection.response(), 400);
        connection.assert_closed();
    }
    assert!(server.requests().is_empty());
}

#[test]
fn heads_and_bodies_have_limits() {
    let server = server();
    let (get, post) = ("GET / HTTP/1.1\r\n", "POST / HTTP/1.1\r\n");
    let long = "x".repeat(70_000);
    let headers = "x-one: 1\r\n".repeat(101);
    let number = "9".repeat(40);
    for (case, request, want) in [
        ("a long path", format!("GET /{long} "), 431),
        ("a long header", format!("{get}x-long: {long}"), 431),
        ("many headers", format!("{get}{headers}\r\n"), 431),
        (
            "a long body",
            format!("{post}content-length: 99999999999\r\n\r\n"),
            413,
        ),
        (
            "a length that does not fit into an integer",
            format!("{post}content-length: {number}\r\n\r\n"),
            413,
        ),
        (
            "a long chunk",
            format!("{post}transfer-encoding: chunked\r\n\r\nFFFFFFFF\r\n"),
            413,
        ),
        (
            "another encoding",
            format!("{post}transfer-encoding: gzip, chunked\r\n\r\n"),
            501,
        ),
        (
            "two encodings",
            format!("{post}transfer-encoding: chunked\r\ntransfer-encoding: gzip\r\n\r\n"),
            501,
        ),
    ] {
        let mut connection = Connection::open(&server);
        assert_refused(case, &connection.send(request).response(), want);
    }
    let longest = format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(60_000));
    let mut connection = Connection::open(&server);
    assert_eq!(connection.send(longest).response().status, 404);
}
