//! A TCP server that does what no HTTP server would: incomplete responses, resets, drips, silence, TLS
//! with any certificate.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};

/// What the server does with one request.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Sends these bytes, and waits for the next request on the same connection.
    Send(Vec<u8>),
    /// Sends these bytes, and closes the connection properly.
    SendAndClose(Vec<u8>),
    /// Sends these bytes one at a time, and waits for the next request on the same connection.
    OneByOne(Vec<u8>),
    /// Sends the first bytes, waits until this many requests have arrived in all, and sends the other
    /// bytes. Then sends nothing until the client is gone.
    Wait(Vec<u8>, usize, Vec<u8>),
    /// Sends these bytes, then the last one again and again until the client is gone.
    Drip(Vec<u8>),
    /// Sends these bytes, and then nothing until the client is gone.
    Stall(Vec<u8>),
    /// Sends these bytes as fast as it can, then the second ones until the client is gone.
    Flood(Vec<u8>, Vec<u8>),
    /// Resets the connection.
    Reset,
    /// Sends nothing until the client is gone.
    Silence,
}

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Incoming {
    /// The number of its connection, from 0.
    pub(crate) connection: usize,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Incoming {
    /// `GET /v1/connectors`
    pub(crate) fn line(&self) -> &str {
        self.head
            .lines()
            .next()
            .unwrap_or_default()
            .trim_end_matches(" HTTP/1.1")
    }
}

pub(crate) struct Wire {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Incoming>>>,
    connections: Arc<AtomicUsize>,
    stopped: Arc<AtomicBool>,
}

impl Wire {
    /// A server that does these in turn, one for each request, and then the last one for all others.
    pub(crate) fn script(acts: impl IntoIterator<Item = Act>) -> Self {
        let acts: Vec<Act> = acts.into_iter().collect();
        Wire::serve(move |number, _| acts[number.min(acts.len() - 1)].clone())
    }

    /// A server that decides for each request, with its number from 0.
    pub(crate) fn serve(decide: impl Fn(usize, &Incoming) -> Act + Send + Sync + 'static) -> Self {
        Wire::listen(move |stream, connection, seen| talk(stream, connection, seen, &decide))
    }

    /// A proxy that accepts every tunnel, and then responds with a connector itself.
    pub(crate) fn proxy() -> Self {
        Wire::serve(|_, incoming| match incoming.line().split_once(' ') {
            Some(("CONNECT", _)) => Act::Send(b"HTTP/1.1 200 OK\r\n\r\n".to_vec()),
            _ => Act::Send(response(200, super::CONNECTOR)),
        })
    }

    /// A server that sends `bytes` on each connection after its first input, and then only reads.
    pub(crate) fn blurt(bytes: Vec<u8>) -> Self {
        Wire::listen(move |mut stream, _, _| {
            let _ = stream.read(&mut [0; 1024]);
            let _ = stream.write_all(&bytes);
            let _ = io::copy(&mut stream, &mut io::sink());
        })
    }

    /// A server that speaks TLS, and sends `bytes` for each piece of input.
    pub(crate) fn tls(config: ServerConfig, bytes: Vec<u8>) -> Self {
        let config = Arc::new(config);
        Wire::listen(move |stream, _, _| {
            let tls = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(tls, stream);
            let mut buffer = [0; 16 * 1024];
            while stream.read(&mut buffer).is_ok_and(|length| length > 0) {
                if stream.write_all(&bytes).is_err() {
                    return;
                }
            }
        })
    }

    /// A server that calls `handle` for each connection, with its number from 0.
    fn listen(
        handle: impl Fn(TcpStream, usize, &Mutex<Vec<Incoming>>) + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let wire = Wire {
            address: listener.local_addr().unwrap(),
            seen: Arc::default(),
            connections: Arc::default(),
            stopped: Arc::default(),
        };
        let (seen, connections) = (Arc::clone(&wire.seen), Arc::clone(&wire.connections));
        let (stopped, handle) = (Arc::clone(&wire.stopped), Arc::new(handle));
        thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    break;
                }
                let connection = connections.fetch_add(1, Ordering::SeqCst);
                let (seen, handle) = (Arc::clone(&seen), Arc::clone(&handle));
                thread::spawn(move || handle(stream.unwrap(), connection, &seen));
            }
        });
        wire
    }

    pub(crate) fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn seen(&self) -> Vec<Incoming> {
        self.seen.lock().unwrap().clone()
    }

    /// The method and the path of each request: `GET /v1/connectors`.
    pub(crate) fn lines(&self) -> Vec<String> {
        let seen = self.seen().into_iter();
        seen.map(|request| request.line().to_owned()).collect()
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // Wakes the accepting thread, which then ends.
        let _ = TcpStream::connect(self.address);
    }
}

fn talk(
    mut stream: TcpStream,
    connection: usize,
    seen: &Mutex<Vec<Incoming>>,
    decide: &dyn Fn(usize, &Incoming) -> Act,
) {
    stream.set_nodelay(true).unwrap();
    while let Some((incoming, length)) = peek_request(&stream, connection) {
        let act = {
            let mut seen = seen.lock().unwrap();
            seen.push(incoming.clone());
            decide(seen.len() - 1, &incoming)
        };
        // A socket that is closed before everything is read resets its connection.
        let unread = usize::from(matches!(act, Act::Reset));
        if stream.read_exact(&mut vec![0; length - unread]).is_err() {
            return;
        }
        let open = match act {
            Act::Send(bytes) => stream.write_all(&bytes).is_ok(),
            Act::SendAndClose(bytes) => {
                let _ = stream.write_all(&bytes);
                let _ = stream.shutdown(Shutdown::Write);
                false
            }
            Act::OneByOne(bytes) => bytes.iter().all(|byte| stream.write_all(&[*byte]).is_ok()),
            Act::Wait(first, requests, then) => {
                let _ = stream.write_all(&first);
                while seen.lock().unwrap().len() < requests {
                    thread::sleep(Duration::from_millis(1));
                }
                let _ = stream.write_all(&then);
                let _ = stream.read(&mut [0]);
                false
            }
            Act::Drip(bytes) => {
                let last = [*bytes.last().unwrap()];
                let mut sent = stream.write_all(&bytes);
                while sent.is_ok() {
                    thread::sleep(Duration::from_millis(1));
                    sent = stream.write_all(&last);
                }
                false
            }
            Act::Flood(bytes, again) => {
                let mut sent = stream.write_all(&bytes);
                while sent.is_ok() {
                    sent = stream.write_all(&again);
                }
                false
            }
            Act::Reset => false,
            Act::Stall(bytes) => {
                let _ = stream.write_all(&bytes);
                let _ = io::copy(&mut stream, &mut io::sink());
                false
            }
            Act::Silence => {
                let _ = io::copy(&mut stream, &mut io::sink());
                false
            }
        };
        if !open {
            return;
        }
    }
}

/// The next request and its length, left in the socket. `None` if the client is gone.
fn peek_request(stream: &TcpStream, connection: usize) -> Option<(Incoming, usize)> {
    let mut buffer = vec![0; 256 * 1024];
    loop {
        let filled = stream.peek(&mut buffer).ok().filter(|&filled| filled > 0)?;
        let text = String::from_utf8_lossy(&buffer[..filled]).into_owned();
        if let Some((head, rest)) = text.split_once("\r\n\r\n") {
            let announced = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            let announced: usize = announced.map_or(0, |length| length.parse().unwrap());
            if rest.len() >= announced {
                let body = rest[..announced].to_owned();
                let length = head.len() + 4 + announced;
                return Some((
                    Incoming {
                        connection,
                        head: head.to_owned(),
                        body,
                    },
                    length,
                ));
            }
        }
        thread::sleep(Duration::from_millis(1));
    }
}

/// Sends a response with this status and JSON body.
pub(crate) fn respond(status: u16, body: &Value) -> Act {
    Act::Send(response(status, &body.to_string()))
}

/// Sends the API's own 404.
pub(crate) fn not_found() -> Act {
    respond(404, &json!({"detail": "Connector not found"}))
}

/// A response with this status and JSON body.
pub(crate) fn response(status: u16, body: &str) -> Vec<u8> {
    response_with_headers(status, "", body)
}

/// A response with more header lines, each with a line break at its end.
pub(crate) fn response_with_headers(status: u16, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\n{headers}\r\n");
    [head.as_bytes(), body.as_bytes()].concat()
}
