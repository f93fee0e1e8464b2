//! What `testing::FakeServer` promises to the unit tests of other crates.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use mistral_connectors::testing::FakeServer;
use mistral_connectors::{ConnectorsClient, CreateConnector, ListConnectors};
use serde_json::{Value, json};

mod connectors;
mod credentials;
mod gateway;
mod http;
mod listings;
mod login;
mod refusals;
mod requests;
mod rules;
mod servers;
mod tools;

const URL: &str = "https://docs.example/mcp";

/// Longer than a test may take.
const LONG: Duration = Duration::from_secs(60);

/// A server with one connector, `docs`.
fn server() -> FakeServer {
    let server = FakeServer::start();
    server.add(json!({"name": "docs"}));
    server
}

#[track_caller]
fn create(client: &ConnectorsClient, name: &str) -> String {
    let connector = CreateConnector::new(name, "d", URL);
    client.create(&connector).unwrap().id
}

#[track_caller]
fn names(client: &ConnectorsClient, options: &ListConnectors) -> Vec<String> {
    let connectors = client.list_with(options);
    connectors
        .map(|connector| connector.unwrap().name)
        .collect()
}

/// A connection that can send what the client of this crate would not send.
struct Connection(BufReader<TcpStream>);

#[derive(Debug)]
struct Response {
    status: u16,
    head: String,
    body: String,
}

impl Connection {
    #[track_caller]
    fn open(server: &FakeServer) -> Self {
        let url = server.base_url();
        let stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
        // A test that waits for something that does not come must fail.
        stream.set_read_timeout(Some(LONG)).unwrap();
        Connection(BufReader::new(stream))
    }

    #[track_caller]
    fn send(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
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
    fn response(&mut self) -> Response {
        self.response_to("")
    }

    /// Everything that still arrives.
    fn rest(&mut self) -> String {
        let mut rest = Vec::new();
        // A reset also closes the connection.
        let _ = self.0.read_to_end(&mut rest);
        String::from_utf8_lossy(&rest).into_owned()
    }

    #[track_caller]
    fn assert_closed(&mut self) {
        assert_eq!(self.rest(), "");
    }
}

/// A request line, and the headers that every request needs.
fn head(api_key: &str, line: &str) -> String {
    format!("{line}\r\nhost: localhost\r\nauthorization: Bearer {api_key}\r\n")
}

fn get_docs(server: &FakeServer) -> String {
    head(server.api_key(), "GET /v1/connectors/docs HTTP/1.1") + "\r\n"
}

/// Sends a request without waiting for its response.
#[track_caller]
fn begin(server: &FakeServer, key: &str, (method, target): (&str, &str), body: &str) -> Connection {
    let head = head(key, &format!("{method} {target} HTTP/1.1"));
    let mut connection = Connection::open(server);
    connection.send(format!(
        "{head}connection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    ));
    connection
}

/// The status and the body of the response to a request with this API key.
#[track_caller]
fn raw_as(server: &FakeServer, key: &str, method: &str, target: &str) -> (u16, Value) {
    let response = begin(server, key, (method, target), "").response();
    (
        response.status,
        serde_json::from_str(&response.body).unwrap(),
    )
}

/// The status and the body of the response.
#[track_caller]
fn raw(server: &FakeServer, method: &str, target: &str, body: &str) -> (u16, Value) {
    let response = begin(server, server.api_key(), (method, target), body).response();
    (
        response.status,
        serde_json::from_str(&response.body).unwrap(),
    )
}

/// The places that a 422 names.
#[track_caller]
fn places((status, body): (u16, Value)) -> Vec<String> {
    assert_eq!(status, 422, "{body}");
    let details = body["detail"].as_array().unwrap();
    let place = |detail: &Value| {
        let parts = detail["loc"].as_array().unwrap();
        // The index of an item in a list is a number.
        let part = |part: &Value| part.as_str().map_or(part.to_string(), str::to_owned);
        parts.iter().map(part).collect::<Vec<_>>().join(".")
    };
    details.iter().map(place).collect()
}
