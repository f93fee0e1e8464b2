use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use ureq::Proxy;
use ureq::unversioned::transport::LazyBuffers;

use super::*;

/// A resolver for which every name but `nowhere` is 127.0.0.1.
#[derive(Clone, Debug, Default)]
struct System {
    asked: Arc<Mutex<Vec<String>>>,
    takes: Duration,
}

impl Resolver for System {
    fn resolve(&self, uri: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        self.asked
            .lock()
            .unwrap()
            .push(uri.host().unwrap().to_owned());
        thread::sleep(self.takes);
        if uri.host() == Some("nowhere") {
            return Err(Error::HostNotFound);
        }
        let mut found = no_addresses();
        found.push((Ipv4Addr::LOCALHOST, uri.port_u16().unwrap()).into());
        Ok(found)
    }
}

fn agent_with(system: &System, proxy: Option<&str>, limit: Duration) -> Agent {
    let config = Agent::config_builder()
        .proxy(proxy.map(|url| Proxy::new(url).unwrap()))
        .timeout_connect(Some(limit));
    let connecting = Connecting {
        connector: Arc::new(DefaultConnector::new()),
        system: Box::new(system.clone()),
    };
    Agent::with_parts(config.build(), connecting, Known(no_addresses()))
}

const LATE: Duration = Duration::from_secs(60);

#[test]
fn a_name_is_looked_up_only_for_a_new_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        while stream.read(&mut [0; 1024]).is_ok_and(|length| length > 0) {
            let response = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
            stream.write_all(response).unwrap();
        }
    });
    let system = System::default();
    let agent = agent_with(&system, None, LATE);
    for _ in 0..3 {
        let url = format!("http://docs.example:{port}/");
        agent.get(url).call().unwrap();
    }
    assert_eq!(*system.asked.lock().unwrap(), ["docs.example"]);
}

#[test]
fn an_ip_address_needs_no_lookup() {
    for (uri, want) in [
        ("http://127.0.0.1/", Some("127.0.0.1:80")),
        ("https://[::1]/", Some("[::1]:443")),
        ("http://[::1]:8080/", Some("[::1]:8080")),
        ("http://localhost:8080/", None),
    ] {
        let want = want.map(|address| address.parse().unwrap());
        assert_eq!(ip_address(&Uri::from_static(uri)), want);
    }
}

#[test]
fn the_host_behind_a_proxy_is_not_looked_up() {
    let system = System::default();
    let agent = agent_with(&system, Some("http://proxy.example:1"), LATE);
    agent.get("http://docs.example/").call().unwrap_err();
    assert_eq!(*system.asked.lock().unwrap(), ["proxy.example"]);
}

#[test]
fn a_failed_lookup_is_marked() {
    let agent = agent_with(&System::default(), None, LATE);
    let error = agent.get("http://nowhere/").call().unwrap_err();
    let failed = NotConnected::from_error(error).unwrap();
    assert!(failed.in_lookup && failed.proxy.is_none());
    assert!(matches!(failed.cause, Error::HostNotFound));
}

#[test]
fn a_failure_to_connect_is_marked_with_its_proxy() {
    // Nothing listens on port 1.
    for proxy in [None, Some("http://me:word@proxy.example:1")] {
        let agent = agent_with(&System::default(), proxy, LATE);
        let error = agent.get("http://docs.example:1/").call().unwrap_err();
        let failed = NotConnected::from_error(error).unwrap();
        assert!(!failed.in_lookup);
        assert_eq!(failed.proxy.as_deref(), proxy.map(|_| "proxy.example:1"));
    }
}

#[test]
fn a_slow_lookup_leaves_less_time_for_the_rest() {
    let system = System {
        takes: Duration::from_millis(20),
        ..System::default()
    };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    let proxy = format!("http://proxy.example:{port}");
    for proxy in [None, Some(proxy.as_str())] {
        let agent = agent_with(&system, proxy, system.takes);
        let url = format!("http://docs.example:{port}/");
        let failed = NotConnected::from_error(agent.get(url).call().unwrap_err()).unwrap();
        assert!(matches!(failed.cause, Error::Timeout(Timeout::Connect)));
        assert!(listener.accept().is_err(), "there was no time to connect");
    }
}

#[test]
fn shutdown_ends_a_call_that_waits_for_its_response_or_for_a_proxy() {
    for proxied in [false, true] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let agent = agent_with(&System::default(), proxied.then_some(&*url), LATE);
        let call = thread::spawn({
            let agent = agent.clone();
            move || agent.get(url).call().map(drop)
        });
        let _connection = listener.accept().unwrap();
        agent.shutdown();
        assert!(call.join().unwrap().is_err());
    }
}

/// A slow connection that records what is sent and the time limits.
#[derive(Debug)]
struct Slow {
    buffers: LazyBuffers,
    sent: Arc<Mutex<(Vec<u8>, Vec<Duration>)>>,
}

impl Transport for Slow {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        assert!(amount < 2 * PIECE);
        let mut sent = self.sent.lock().unwrap();
        sent.0.extend(&self.buffers.output()[..amount]);
        sent.1.push(*timeout.after);
        thread::sleep(Duration::from_millis(1));
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.sent.lock().unwrap().1.push(*timeout.after);
        thread::sleep(Duration::from_millis(1));
        Ok(true)
    }

    fn is_open(&mut self) -> bool {
        true
    }
}

fn limited(secs: u64, reason: Timeout) -> NextTimeout {
    NextTimeout {
        after: time::Duration::from_secs(secs),
        reason,
        ..NextTimeout::default()
    }
}

#[test]
fn output_is_sent_whole_in_small_pieces_that_share_one_timeout() {
    for length in [0, 1, PIECE, 2 * PIECE - 1, 2 * PIECE, 10 * PIECE + 1] {
        let sent = Arc::default();
        let mut connection = Connection {
            transport: Box::new(Slow {
                buffers: LazyBuffers::new(1, 1_000_000),
                sent: Arc::clone(&sent),
            }),
            limit: Limit::start(limited(1, Timeout::Connect)),
        };
        let output: Vec<u8> = (0..length).map(|at| (at / 7) as u8).collect();
        connection.buffers().output()[..length].copy_from_slice(&output);
        let timeout = limited(60, Timeout::SendRequest);
        connection.transmit_output(length, timeout).unwrap();
        let sent = sent.lock().unwrap();
        assert!(sent.0 == output, "{length}");
        let pieces = if length == 0 {
            0
        } else {
            (length / PIECE).max(1)
        };
        assert_eq!(sent.1.len(), pieces, "{length}");
        assert!(sent.1.is_sorted_by(|one, next| one > next), "{:?}", sent.1);
    }
}

#[test]
fn reads_share_the_time_for_connecting_until_there_is_a_connection() {
    let timeouts = Arc::default();
    let mut connection = Connection {
        transport: Box::new(Slow {
            buffers: LazyBuffers::new(1, 1),
            sent: Arc::clone(&timeouts),
        }),
        limit: Limit::start(limited(60, Timeout::Connect)),
    };
    for _ in 0..3 {
        connection
            .await_input(limited(60, Timeout::Connect))
            .unwrap();
    }
    connection
        .await_input(limited(90, Timeout::Global))
        .unwrap();
    assert!(!connection.is_tls());
    let timeouts = &timeouts.lock().unwrap().1;
    assert!(
        timeouts[..3].is_sorted_by(|one, next| one > next),
        "{timeouts:?}"
    );
    assert_eq!(timeouts[3], Duration::from_secs(90));
}
