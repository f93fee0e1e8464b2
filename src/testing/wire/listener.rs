//! The threads and sockets of a fake server: one thread accepts connections, and every connection
//! has its own thread. All of them end when the [`Listener`] is dropped.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::request::{ReadError, Reader};
use super::response::Response;
use crate::testing::service::Service;

/// How long the server waits before it tries again after a failure of the operating system, for
/// example when the process has too many open files.
const PAUSE: Duration = Duration::from_millis(10);
/// How much of a refused request is read, so that the client gets to see the response.
const MAX_UNREAD: u64 = 16 * 1024 * 1024;

/// Locks a mutex even if a test has panicked while it held the lock.
pub(in crate::testing) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(in crate::testing) struct Listener {
    address: SocketAddr,
    connections: Arc<Connections>,
    /// In a mutex only because tests that catch panics require it.
    accepting: Mutex<Option<JoinHandle<()>>>,
}

impl Listener {
    /// Serves on a free loopback port.
    pub(in crate::testing) fn start(service: Arc<Mutex<Service>>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let connections = Arc::new(Connections::default());
        let own = Arc::clone(&connections);
        let accepting = thread::Builder::new()
            .name("fake server".to_owned())
            .spawn(move || accept(&listener, &own, &service))?;
        Ok(Listener {
            address,
            connections,
            accepting: Mutex::new(Some(accepting)),
        })
    }

    pub(in crate::testing) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.connections.stop();
        let Some(accepting) = lock(&self.accepting).take() else {
            return;
        };
        // A connection wakes the accepting thread. If no socket is left for it, it is better to
        // leave that thread behind than to hang.
        for _ in 0..100 {
            if accepting.is_finished() || TcpStream::connect(self.address).is_ok() {
                let _ = accepting.join();
                return;
            }
            thread::sleep(PAUSE);
        }
    }
}

/// The open connections.
#[derive(Default)]
struct Connections {
    open: Mutex<Open>,
    changed: Condvar,
}

#[derive(Default)]
struct Open {
    stopped: bool,
    accepted: u64,
    streams: HashMap<u64, Arc<TcpStream>>,
}

impl Connections {
    /// Registers a connection. `None` if the server has stopped.
    fn register(&self, stream: TcpStream) -> Option<Connection<'_>> {
        let mut open = lock(&self.open);
        if open.stopped {
            return None;
        }
        let stream = Arc::new(stream);
        open.accepted += 1;
        let number = open.accepted;
        open.streams.insert(number, Arc::clone(&stream));
        Some(Connection {
            connections: self,
            number,
            stream,
        })
    }

    /// Ends all connections and delays.
    fn stop(&self) {
        let mut open = lock(&self.open);
        open.stopped = true;
        for stream in open.streams.values() {
            let _ = stream.shutdown(Shutdown::Both);
        }
        self.changed.notify_all();
    }

    fn is_stopped(&self) -> bool {
        lock(&self.open).stopped
    }
}

/// A connection, which is open until this value is dropped or the server stops.
struct Connection<'a> {
    connections: &'a Connections,
    number: u64,
    stream: Arc<TcpStream>,
}

impl Connection<'_> {
    /// Waits this long, or until the server stops.
    fn wait(&self, delay: Duration) {
        if delay.is_zero() {
            return;
        }
        let open = lock(&self.connections.open);
        let changed = &self.connections.changed;
        let _ = changed.wait_timeout_while(open, delay, |open| !open.stopped);
    }

    fn send(&self, bytes: &[u8]) -> io::Result<()> {
        (&*self.stream).write_all(bytes)
    }

    /// Receives requests and sends responses until one side closes the connection.
    fn serve(&self, service: &Mutex<Service>) -> io::Result<()> {
        self.stream.set_nodelay(true)?;
        let mut reader = Reader::new(&self.stream);
        loop {
            let request = match reader.next() {
                Ok(request) => request,
                Err(ReadError::Closed) => return Ok(()),
                Err(ReadError::Refused(status, reason)) => {
                    return self.refuse(&Response::detail(status, &reason));
                }
            };
            let is_head = request.method == "HEAD";
            let keep_alive = request.keep_alive;
            let reply = Service::handle(service, request);
            self.wait(reply.delay);
            let mut bytes = reply.response.to_bytes(is_head, keep_alive);
            if reply.is_lost {
                bytes.pop();
            }
            self.send(&bytes)?;
            if reply.is_lost || !keep_alive {
                return Ok(());
            }
        }
    }

    /// Sends a last response. The rest of the request is read, because closing a socket with
    /// unread data resets the connection, and the client might lose the response.
    fn refuse(&self, response: &Response) -> io::Result<()> {
        self.send(&response.to_bytes(false, false))?;
        self.stream.shutdown(Shutdown::Write)?;
        self.stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        let mut unread = (&*self.stream).take(MAX_UNREAD);
        io::copy(&mut unread, &mut io::sink())?;
        Ok(())
    }
}

impl Drop for Connection<'_> {
    fn drop(&mut self) {
        lock(&self.connections.open).streams.remove(&self.number);
    }
}

fn accept(listener: &TcpListener, connections: &Connections, service: &Mutex<Service>) {
    // The scope ends when all threads in it have ended.
    thread::scope(|scope| {
        for stream in listener.incoming() {
            let Ok(stream) = stream else {
                if connections.is_stopped() {
                    return;
                }
                thread::sleep(PAUSE);
                continue;
            };
            let Some(connection) = connections.register(stream) else {
                return;
            };
            // If no thread can be started, the connection is closed.
            let _ = thread::Builder::new()
                .name("fake server connection".to_owned())
                .spawn_scoped(scope, move || connection.serve(service));
        }
    });
}
