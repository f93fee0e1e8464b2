//! A server of prepared pages, as fast as possible: it reads only the path of a request.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;
use std::{process, thread};

use crate::Result;

pub const PAGE_SIZE: usize = 100;

/// After this time the server ends, and with it all clients that still use it.
const LIFETIME: Duration = Duration::from_secs(600);

/// A connector with 24 fields. No description of the API has the last two.
const CONNECTOR: &str = r#"{
    "id":"a1b2c3d4-5678-90ab-cdef-NUMBER",
    "name":"connector_NUMBER",
    "title":"A connector",
    "description":"Answers questions about code repositories and their documentation",
    "created_at":"2026-02-24T10:30:00Z",
    "modified_at":"2026-08-13T08:00:00Z",
    "server":"https://mcp.example.com/mcp",
    "protocol":"mcp",
    "icon_url":null,
    "owner_id":"0a0b0c0d-5678-90ab-cdef-1234567890ab",
    "owner_type":"workspace",
    "visibility":"shared_workspace",
    "creator_id":"1a1b1c1d-5678-90ab-cdef-1234567890ab",
    "system_prompt":null,
    "supported_auth_methods":[{
        "method_type":"bearer",
        "headers":[{"name":"Authorization","is_required":true,"is_secret":true}],
        "has_default_credentials":false
    }],
    "connection_preferences":[],
    "connection_credentials":[{
        "name":"default",
        "title":null,
        "authentication_type":"bearer",
        "scope":"workspace",
        "status":{"status_type":"valid","last_checked_at":"2026-08-12T17:45:00Z"},
        "is_default":true
    }],
    "active":true,
    "private_tool_execution":false,
    "mistral":false,
    "is_authenticated":true,
    "supports_mcp":true,
    "region":"eu-west",
    "usage":{"calls":1204,"last_called_at":"2026-08-12T17:45:00Z"}
}"#;

/// Serves until its input ends. With the base URL `http://127.0.0.1:1234/20`, listings have 20 pages.
pub fn serve() -> Result<()> {
    let compact: String = CONNECTOR.lines().map(str::trim).collect();
    let connector = |number| compact.replace("NUMBER", &format!("{number:012}"));
    let items: Vec<_> = (0..PAGE_SIZE).map(connector).collect();
    let (one, all) = (items[0].clone(), items.join(","));
    let prepared = Arc::new((one, all));

    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("http://{}", listener.local_addr()?);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let prepared = Arc::clone(&prepared);
            // A client that closes its connection is not an error.
            thread::spawn(move || talk(&stream, &prepared.0, &prepared.1));
        }
    });
    thread::spawn(|| {
        thread::sleep(LIFETIME);
        process::exit(1);
    });
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

fn talk(stream: &TcpStream, one: &str, all: &str) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let (mut input, mut output) = (BufReader::new(stream), stream);
    loop {
        let mut request = String::new();
        input.read_line(&mut request).ok()?;
        let mut header = String::new();
        while header != "\r\n" {
            header.clear();
            // Nothing is left to read when the connection is closed.
            if input.read_line(&mut header).ok()? == 0 {
                return None;
            }
        }
        let body = respond(request.split(' ').nth(1)?, one, all)?;
        let length = body.len();
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
        );
        output.write_all((head + &body).as_bytes()).ok()?;
    }
}

/// The body of the response to `/PAGES/v1/connectors?cursor=NUMBER` or `/PAGES/v1/connectors/ID`.
fn respond(target: &str, one: &str, all: &str) -> Option<String> {
    let (path, query) = target.split_once('?').unwrap_or((target, "cursor=1"));
    let (pages, path) = path.strip_prefix('/')?.split_once('/')?;
    if path != "v1/connectors" {
        return Some(one.to_owned());
    }
    let page: usize = query.strip_prefix("cursor=")?.parse().ok()?;
    let next = if page < pages.parse().ok()? {
        format!("\"{}\"", page + 1)
    } else {
        "null".to_owned()
    };
    Some(format!(
        r#"{{"items":[{all}],"pagination":{{"page_size":{PAGE_SIZE},"next_cursor":{next}}}}}"#
    ))
}
