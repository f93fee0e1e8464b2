//! How connections are made. This is the only file that uses ureq's `unversioned` module, which can
//! change in a minor release.
//!
//! ureq does the work. This file adds what ureq leaves out:
//!
//! - Names are only looked up for a new connection. ureq does it for every request, on a thread.
//! - Looking up names, TCP, the proxy and TLS share one time limit.
//! - Data is sent in small pieces, so a peer that reads slowly cannot stretch the time limit.
//! - Errors say that there was no connection, and through which proxy.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, DefaultConnector, NextTimeout, Transport, time,
};
use ureq::{Agent, Error, Timeout};

use super::NotConnected;

/// Data is sent in pieces of about this many bytes. The socket gets the remaining time anew for each.
const PIECE: usize = 4096;

/// An agent that makes its connections here.
pub(super) fn agent(config: Config) -> Agent {
    let connecting = Connecting {
        connector: Arc::new(DefaultConnector::new()),
        system: Box::new(DefaultResolver::default()),
    };
    Agent::with_parts(config, connecting, Known(none()))
}

/// The time limit of one new connection, from the name lookup to the TLS handshake.
#[derive(Clone, Copy, Debug)]
struct Limit {
    started: Instant,
    timeout: NextTimeout,
}

impl Limit {
    fn left(&self) -> Result<NextTimeout, Error> {
        let left = remaining(self.timeout, self.started);
        if left.after.is_zero() {
            return Err(Error::Timeout(Timeout::Connect));
        }
        Ok(NextTimeout {
            reason: Timeout::Connect,
            ..left
        })
    }
}

fn remaining(timeout: NextTimeout, started: Instant) -> NextTimeout {
    NextTimeout {
        after: timeout.after.saturating_sub(started.elapsed()).into(),
        ..timeout
    }
}

/// A resolver that knows its answer. ureq asks one before it looks into its pool: that one knows
/// nothing, and [`Connecting`] looks the name up if a connection is needed.
#[derive(Debug)]
struct Known(ResolvedSocketAddrs);

impl Resolver for Known {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        Ok(self.0.clone())
    }
}

fn none() -> ResolvedSocketAddrs {
    ResolvedSocketAddrs::from_fn(|_| SocketAddr::from(([0, 0, 0, 0], 0)))
}

/// ureq's connector, with one time limit for all that it does.
#[derive(Debug)]
struct Connecting {
    connector: Arc<DefaultConnector>,
    system: Box<dyn Resolver>,
}

impl Connector for Connecting {
    type Out = Connection;

    fn connect(
        &self,
        details: &ConnectionDetails,
        chained: Option<()>,
    ) -> Result<Option<Connection>, Error> {
        let limit = Limit {
            started: Instant::now(),
            timeout: details.timeout,
        };
        let config = details.config;
        let proxy = config.proxy().filter(|it| !it.is_no_proxy(details.uri));
        let not_connected = |in_lookup, cause| {
            Error::Other(Box::new(NotConnected {
                in_lookup,
                proxy: proxy.map(|proxy| format!("{}:{}", proxy.host(), proxy.port())),
                is_https: details.uri.scheme_str() == Some("https"),
                cause,
            }))
        };
        let look_up = |uri| {
            let found = self.look_up(uri, config, limit);
            found.map_err(|cause| not_connected(true, cause))
        };
        let proxy_addrs = proxy.map_or(Ok(none()), |proxy| look_up(proxy.uri()))?;
        let addrs = match proxy {
            // This proxy looks the host up itself.
            Some(proxy) if !proxy.resolve_target() => none(),
            _ => look_up(details.uri)?,
        };
        let connect = || {
            let connector = Arc::clone(&self.connector);
            let connect_to_proxy = move |details: &ConnectionDetails| {
                let transport = connector.connect(details, None)?;
                let transport = transport.ok_or(Error::ConnectionFailed)?;
                Ok(Box::new(Connection { transport, limit }) as Box<dyn Transport>)
            };
            let details = ConnectionDetails {
                uri: details.uri,
                addrs,
                config,
                // The TLS settings are those of the agent: ureq has to prepare them only once.
                request_level: false,
                resolver: &Known(proxy_addrs),
                now: time::Instant::now(),
                timeout: limit.left()?,
                current_time: Arc::clone(&details.current_time),
                run_connector: Arc::new(connect_to_proxy),
                register_shutdown: Arc::clone(&details.register_shutdown),
            };
            self.connector.connect(&details, chained)
        };
        let transport = connect().map_err(|cause| not_connected(false, cause))?;
        Ok(transport.map(|transport| Connection { transport, limit }))
    }
}

impl Connecting {
    fn look_up(
        &self,
        uri: &Uri,
        config: &Config,
        limit: Limit,
    ) -> Result<ResolvedSocketAddrs, Error> {
        // ureq would start a thread for an IP address too.
        match ip_address(uri) {
            Some(address) => {
                let mut found = none();
                found.push(address);
                Ok(found)
            }
            None => self.system.resolve(uri, config, limit.left()?),
        }
    }
}

/// The address in `uri`, if its host is an IP address.
fn ip_address(uri: &Uri) -> Option<SocketAddr> {
    let address = DefaultResolver::host_and_port(uri.scheme()?, uri.authority()?)?;
    address.parse().ok()
}

/// ureq's connection, with the limits that ureq does not keep.
#[derive(Debug)]
struct Connection {
    transport: Box<dyn Transport>,
    limit: Limit,
}

impl Transport for Connection {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.transport.buffers()
    }

    /// Sends the output in pieces. ureq would give all of it to the socket, which starts its timeout
    /// anew whenever the peer reads a little.
    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        let started = Instant::now();
        let mut sent = 0;
        while sent < amount {
            let piece = match amount - sent {
                // A short rest is not worth a piece of its own.
                left if left < 2 * PIECE => left,
                _ => PIECE,
            };
            let output = self.transport.buffers().output();
            output.copy_within(sent..sent + piece, 0);
            let timeout = remaining(timeout, started);
            self.transport.transmit_output(piece, timeout)?;
            sent += piece;
        }
        Ok(())
    }

    /// Waits for input. ureq would give every read of a proxy's response the whole time for connecting.
    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let timeout = match timeout.reason {
            Timeout::Connect => self.limit.left()?,
            _ => timeout,
        };
        self.transport.await_input(timeout)
    }

    fn is_open(&mut self) -> bool {
        self.transport.is_open()
    }

    fn is_tls(&self) -> bool {
        self.transport.is_tls()
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{Ipv4Addr, TcpListener, TcpStream};
    use std::sync::Mutex;
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    use ureq::Proxy;
    use ureq::unversioned::transport::LazyBuffers;

    use super::*;

    /// The system, as far as looking up names goes. Every name is 127.0.0.1.
    #[derive(Clone, Debug, Default)]
    struct System {
        asked: Arc<Mutex<Vec<String>>>,
        takes: Duration,
    }

    impl Resolver for System {
        fn resolve(
            &self,
            uri: &Uri,
            _: &Config,
            _: NextTimeout,
        ) -> Result<ResolvedSocketAddrs, Error> {
            self.asked
                .lock()
                .unwrap()
                .push(uri.host().unwrap().to_owned());
            thread::sleep(self.takes);
            if uri.host() == Some("nowhere") {
                return Err(Error::HostNotFound);
            }
            let mut found = none();
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
        Agent::with_parts(config.build(), connecting, Known(none()))
    }

    /// Sends `response` on every connection, once something was received. Reports each connection.
    fn serve(response: &'static str) -> (u16, mpsc::Receiver<TcpStream>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let open = stream.try_clone().unwrap();
                if stream.read(&mut [0; 1024]).is_err() || sender.send(open).is_err() {
                    return;
                }
                thread::spawn(move || {
                    while stream.write_all(response.as_bytes()).is_ok()
                        && stream.read(&mut [0; 1024]).is_ok_and(|length| length > 0)
                    {
                    }
                });
            }
        });
        (port, receiver)
    }

    const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
    const LATE: Duration = Duration::from_secs(60);

    #[test]
    fn a_name_is_looked_up_for_a_new_connection_and_not_for_a_pooled_one() {
        let (port, _connections) = serve(OK);
        let system = System::default();
        let agent = agent_with(&system, None, LATE);
        for _ in 0..3 {
            agent
                .get(format!("http://docs.example:{port}/"))
                .call()
                .unwrap();
        }
        assert_eq!(*system.asked.lock().unwrap(), ["docs.example"]);
    }

    #[test]
    fn an_ip_address_is_not_looked_up() {
        let (port, _connections) = serve(OK);
        let system = System::default();
        let agent = agent_with(&system, None, LATE);
        agent
            .get(format!("http://127.0.0.1:{port}/"))
            .call()
            .unwrap();
        assert!(system.asked.lock().unwrap().is_empty());
        for (uri, want) in [
            ("http://127.0.0.1/", "127.0.0.1:80"),
            ("https://[::1]/", "[::1]:443"),
            ("http://[::1]:8080/", "[::1]:8080"),
        ] {
            assert_eq!(ip_address(&Uri::from_static(uri)), want.parse().ok());
        }
    }

    #[test]
    fn only_the_proxy_looks_up_the_host() {
        let (port, _connections) = serve("HTTP/1.1 200 OK\r\n\r\n");
        let system = System::default();
        let proxy = format!("http://proxy.example:{port}");
        let agent = agent_with(&system, Some(&proxy), LATE);
        // What follows the response to CONNECT is the same again, and has no length.
        agent.get("http://docs.example/").call().unwrap();
        assert_eq!(*system.asked.lock().unwrap(), ["proxy.example"]);
    }

    #[test]
    fn a_name_that_is_not_found_is_marked() {
        let agent = agent_with(&System::default(), None, LATE);
        let error = agent.get("http://nowhere/").call().unwrap_err();
        let failed = NotConnected::from_error(error).unwrap();
        assert!(failed.in_lookup && failed.proxy.is_none());
        assert!(matches!(failed.cause, Error::HostNotFound));
    }

    #[test]
    fn a_connection_that_fails_is_marked_with_the_proxy_it_was_for() {
        // Nobody listens on the first port.
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
        let (port, connections) = serve(OK);
        let (host, proxy) = (
            format!("http://docs.example:{port}/"),
            format!("http://p:{port}"),
        );
        for proxy in [None, Some(proxy.as_str())] {
            let agent = agent_with(&system, proxy, system.takes);
            let error = agent.get(&host).call().unwrap_err();
            let failed = NotConnected::from_error(error).unwrap();
            assert!(matches!(failed.cause, Error::Timeout(Timeout::Connect)));
        }
        assert!(
            connections.try_recv().is_err(),
            "there was no time to connect"
        );
    }

    #[test]
    fn shutdown_ends_a_call_that_waits_for_its_response_or_for_a_proxy() {
        for proxied in [false, true] {
            let (port, connections) = serve("HTTP/1.1 200");
            let url = format!("http://127.0.0.1:{port}");
            let agent = agent_with(&System::default(), proxied.then_some(&*url), LATE);
            let call = thread::spawn({
                let (agent, url) = (agent.clone(), url.clone());
                move || agent.get(url).call().map(drop)
            });
            let _connection = connections.recv().unwrap();
            agent.shutdown();
            assert!(call.join().unwrap().is_err());
        }
    }

    /// Takes a while for everything, and notes how much it was given and for how long.
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
                limit: Limit {
                    started: Instant::now(),
                    timeout: limited(1, Timeout::Connect),
                },
            };
            let output: Vec<u8> = (0..length).map(|at| (at / 7) as u8).collect();
            connection.buffers().output()[..length].copy_from_slice(&output);
            let timeout = limited(60, Timeout::SendRequest);
            connection.transmit_output(length, timeout).unwrap();
            let sent = sent.lock().unwrap();
            assert!(sent.0 == output, "{length}");
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
            limit: Limit {
                started: Instant::now(),
                timeout: limited(60, Timeout::Connect),
            },
        };
        for _ in 0..3 {
            connection
                .await_input(limited(60, Timeout::Connect))
                .unwrap();
        }
        connection
            .await_input(limited(90, Timeout::Global))
            .unwrap();
        let timeouts = &timeouts.lock().unwrap().1;
        assert!(
            timeouts[..3].is_sorted_by(|one, next| one > next),
            "{timeouts:?}"
        );
        assert_eq!(timeouts[3], Duration::from_secs(90));
    }
}
