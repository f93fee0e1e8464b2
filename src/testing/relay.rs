//! What stands between clients and mockito, for the two things that mockito cannot do: to keep one
//! answer back without keeping up all others, and to stop listening.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How an answer gets to its client.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Manner {
    /// It is kept back for this long.
    pub(super) delay: Duration,
    /// The connection breaks off before it is whole.
    pub(super) lost: bool,
}

/// Passes on requests as they come, and answers as they are, each in its [`Manner`].
pub(super) struct Relay {
    address: SocketAddr,
    stopped: Arc<AtomicBool>,
    /// Behind a lock for the sake of tests that catch panics.
    accepting: Mutex<Option<JoinHandle<()>>>,
}

impl Relay {
    /// Listens for clients of `server`, which closes every connection after one answer.
    pub(super) fn start(
        server: SocketAddr,
        manner: impl Fn(&[u8]) -> Manner + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let stopped = Arc::new(AtomicBool::new(false));
        let (manner, stop) = (Arc::new(manner), Arc::clone(&stopped));
        let accepting = spawn("accepts", move || {
            for client in listener.incoming() {
                if stop.load(Ordering::SeqCst) {
                    break;
                }
                let manner = Arc::clone(&manner);
                // A client that cannot be served sees its connection closed.
                let _ = client.and_then(|client| {
                    spawn("answers", move || {
                        let _ = relay(&client, server, &*manner);
                    })
                });
            }
        })?;
        Ok(Relay {
            address,
            stopped,
            accepting: Mutex::new(Some(accepting)),
        })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }
}

/// From here on, nobody is listening.
impl Drop for Relay {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        let woken = TcpStream::connect(self.address);
        let accepting = self
            .accepting
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        if let (Ok(_), Some(accepting)) = (woken, accepting.take()) {
            let _ = accepting.join();
        }
    }
}

fn relay(
    client: &TcpStream,
    server: SocketAddr,
    manner: &dyn Fn(&[u8]) -> Manner,
) -> io::Result<()> {
    let mut upstream = TcpStream::connect(server)?;
    let (mut from, mut to) = (client.try_clone()?, upstream.try_clone()?);
    spawn("asks", move || {
        let _ = io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Write);
    })?;
    let mut answer = Vec::new();
    upstream.read_to_end(&mut answer)?;
    let Manner { delay, lost } = manner(&answer);
    thread::sleep(delay);
    if lost {
        answer.pop();
    }
    (&mut &*client).write_all(&answer)?;
    client.shutdown(Shutdown::Both)
}

fn spawn(what: &str, work: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    thread::Builder::new()
        .name(format!("fake server {what}"))
        .spawn(work)
}
