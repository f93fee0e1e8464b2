//! A server of prepared pages, as quick as it can be: it reads no more of a request than its path.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;
use std::{process, thread};

use crate::Result;

pub const PAGE_SIZE: usize = 100;

/// Then it ends by itself, and with it the clients that still ask it.
const LIFETIME: Duration = Duration::from_secs(600);

/// An object of this API: 24 fields, of which no document knows the last two.
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

/// Serves until its input ends. A URL like `http://127.0.0.1:1234/20` is that of an API whose
/// listings have 20 pages.
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
            // A client that is gone is no error.
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
            // Without a line break it is the end of the connection.
            if input.read_line(&mut header).ok()? == 0 {
                return None;
            }
        }
        let body = answer(request.split(' ').nth(1)?, one, all)?;
        let length = body.len();
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
        );
        output.write_all((head + &body).as_bytes()).ok()?;
    }
}

/// What `/PAGES/v1/connectors?cursor=NUMBER` and `/PAGES/v1/connectors/ID` stand for.
fn answer(target: &str, one: &str, all: &str) -> Option<String> {
    let (path, query) = target.split_once('?').unwrap_or((target, "cursor=1"));
    let (pages, path) = path.strip_prefix('/')?.split_once('/')?;
    if path != "v1/connectors" {
        return Some(one.to_owned());
    }
    let page: usize = query.strip_prefix("cursor=")?.parse().ok()?;
    let next = match page < pages.parse().ok()? {
        true => format!("\"{}\"", page + 1),
        false => "null".to_owned(),
    };
    Some(format!(
        r#"{{"items":[{all}],"pagination":{{"page_size":{PAGE_SIZE},"next_cursor":{next}}}}}"#
    ))
}
