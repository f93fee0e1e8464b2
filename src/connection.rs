//! How names are looked up and connections made: the only file that uses ureq's `unversioned`
//! module, which may change in a minor release. It forwards to ureq's own resolver and connector,
//! and keeps what they know and ureq's errors do not say.
//!
//! ureq works on the thread of the call from its beginning to its end, so what is learned about an
//! exchange is kept with the thread.

use std::cell::Cell;
use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ureq::Agent;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, DefaultConnector, NextTimeout, Transport,
};

/// How long a looked-up address is good: a listing needs one lookup, and a host that moves is found
/// again soon.
const REMEMBERED: Duration = Duration::from_secs(10);

/// What is known of the exchange that this thread has begun last.
#[derive(Clone, Copy, Default)]
struct Exchange {
    connected: bool,
    ended: bool,
}

thread_local! {
    static EXCHANGE: Cell<Exchange> = const {
        Cell::new(Exchange { connected: false, ended: false })
    };
}

fn note(change: impl FnOnce(&mut Exchange)) {
    let mut exchange = EXCHANGE.get();
    change(&mut exchange);
    EXCHANGE.set(exchange);
}

/// Forgets the exchange before.
pub(crate) fn begin() {
    EXCHANGE.set(Exchange::default());
}

/// Whether a connection was made for this exchange; otherwise it has a kept one, or none.
pub(crate) fn is_new() -> bool {
    EXCHANGE.get().connected
}

/// Whether no more input was to be had: the other side has closed the connection, it broke off, or
/// the time for waiting ran out.
pub(crate) fn has_ended() -> bool {
    EXCHANGE.get().ended
}

/// An agent whose errors say when there was no connection.
pub(crate) fn agent(config: Config) -> Agent {
    let addresses = Addresses::default();
    let lookup = Lookup {
        addresses: addresses.clone(),
        system: Box::new(DefaultResolver::default()),
    };
    let connecting = Connecting {
        addresses,
        connector: DefaultConnector::new(),
    };
    Agent::with_parts(config, connecting, lookup)
}

/// There was no connection: what every error of this file says of itself.
#[derive(Debug)]
pub(crate) struct NotConnected {
    /// Whether the name of the host could not be looked up.
    pub(crate) lookup: bool,
    pub(crate) cause: ureq::Error,
}

impl NotConnected {
    fn mark(cause: ureq::Error, lookup: bool) -> ureq::Error {
        match Self::of(cause) {
            Ok(marked) => ureq::Error::Other(Box::new(marked)),
            Err(cause) => ureq::Error::Other(Box::new(NotConnected { lookup, cause })),
        }
    }

    /// `error` as what it is: that there was no connection, or something else.
    pub(crate) fn of(error: ureq::Error) -> Result<NotConnected, ureq::Error> {
        match error {
            ureq::Error::Other(other) => match other.downcast() {
                Ok(marked) => Ok(*marked),
                Err(other) => Err(ureq::Error::Other(other)),
            },
            error => Err(error),
        }
    }
}

impl fmt::Display for NotConnected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.cause.fmt(f)
    }
}

impl std::error::Error for NotConnected {}

/// The addresses of the hosts that were looked up lately: the API's, and that of a proxy.
#[derive(Clone, Debug, Default)]
struct Addresses(Arc<Mutex<Vec<Known>>>);

#[derive(Debug)]
struct Known {
    /// Of a host, as far as its scheme and authority go.
    host: Uri,
    addresses: Vec<SocketAddr>,
    since: Instant,
}

impl Known {
    fn is(&self, host: &Uri) -> bool {
        self.host.scheme() == host.scheme() && self.host.authority() == host.authority()
    }
}

impl Addresses {
    fn lock(&self) -> MutexGuard<'_, Vec<Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds what is known of `host` to `found`.
    fn recall(&self, host: &Uri, found: &mut ResolvedSocketAddrs) {
        let mut known = self.lock();
        known.retain(|known| known.since.elapsed() < REMEMBERED);
        if let Some(known) = known.iter().find(|known| known.is(host)) {
            known
                .addresses
                .iter()
                .for_each(|address| found.push(*address));
        }
    }

    fn remember(&self, host: &Uri, found: &ResolvedSocketAddrs) {
        self.forget(host);
        self.lock().push(Known {
            host: host.clone(),
            addresses: found.to_vec(),
            since: Instant::now(),
        });
    }

    fn forget(&self, host: &Uri) {
        self.lock().retain(|known| !known.is(host));
    }
}

/// ureq's resolver, which on its own starts a thread and asks the system for every request.
#[derive(Debug)]
struct Lookup {
    addresses: Addresses,
    system: Box<dyn Resolver>,
}

impl Resolver for Lookup {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let mut found = self.empty();
        if let Some(address) = address(uri) {
            found.push(address);
            return Ok(found);
        }
        self.addresses.recall(uri, &mut found);
        if found.is_empty() {
            found = self
                .system
                .resolve(uri, config, timeout)
                .map_err(|error| NotConnected::mark(error, true))?;
            self.addresses.remember(uri, &found);
        }
        Ok(found)
    }
}

/// The address that stands in the place of a host's name.
fn address(uri: &Uri) -> Option<SocketAddr> {
    DefaultResolver::host_and_port(uri.scheme()?, uri.authority()?)?
        .parse()
        .ok()
}

/// ureq's connector.
#[derive(Debug)]
struct Connecting {
    addresses: Addresses,
    connector: DefaultConnector,
}

impl Connector for Connecting {
    type Out = Connection;

    fn connect(
        &self,
        details: &ConnectionDetails,
        chained: Option<()>,
    ) -> Result<Option<Connection>, ureq::Error> {
        match self.connector.connect(details, chained) {
            Ok(transport) => {
                note(|exchange| exchange.connected = true);
                Ok(transport.map(Connection))
            }
            Err(error) => {
                self.addresses.forget(details.uri);
                Err(NotConnected::mark(error, false))
            }
        }
    }
}

/// ureq's connection.
#[derive(Debug)]
struct Connection(Box<dyn Transport>);

impl Transport for Connection {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.0.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        self.0.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        let result = self.0.await_input(timeout);
        if !matches!(result, Ok(true)) {
            note(|exchange| exchange.ended = true);
        }
        result
    }

    fn is_open(&mut self) -> bool {
        self.0.is_open()
    }

    fn is_tls(&self) -> bool {
        self.0.is_tls()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// The system, as far as looking up names goes. Knows every name but one.
    #[derive(Clone, Debug, Default)]
    struct System(Arc<AtomicUsize>);

    impl Resolver for System {
        fn resolve(
            &self,
            uri: &Uri,
            _: &Config,
            _: NextTimeout,
        ) -> Result<ResolvedSocketAddrs, ureq::Error> {
            self.0.fetch_add(1, Ordering::Relaxed);
            let mut found = self.empty();
            match uri.host() {
                Some("nowhere") => Err(ureq::Error::HostNotFound),
                _ => {
                    found.push(SocketAddr::from(([127, 0, 0, 1], 1)));
                    Ok(found)
                }
            }
        }
    }

    /// How often the system is asked when these are looked up one after the other.
    fn asked(lookup: &Lookup, system: &System, uris: &[&'static str]) -> usize {
        let before = system.0.load(Ordering::Relaxed);
        for uri in uris {
            let _ = lookup.resolve(
                &Uri::from_static(uri),
                &Config::default(),
                NextTimeout::default(),
            );
        }
        system.0.load(Ordering::Relaxed) - before
    }

    fn lookup() -> (Lookup, System) {
        let system = System::default();
        let lookup = Lookup {
            addresses: Addresses::default(),
            system: Box::new(system.clone()),
        };
        (lookup, system)
    }

    #[test]
    fn the_system_is_asked_once_for_a_host() {
        let (lookup, system) = lookup();
        let paths = ["http://a/1", "http://a/2", "http://A/3"];
        assert_eq!(asked(&lookup, &system, &paths), 1);
        let others = ["https://a/", "http://a:81/", "http://b/", "https://a/x"];
        assert_eq!(asked(&lookup, &system, &others), 3);
    }

    #[test]
    fn the_system_is_asked_again_after_a_while() {
        let (lookup, system) = lookup();
        asked(&lookup, &system, &["http://a/"]);
        lookup.addresses.lock()[0].since -= REMEMBERED;
        assert_eq!(asked(&lookup, &system, &["http://a/"]), 1);
        assert_eq!(lookup.addresses.lock().len(), 1);
    }

    #[test]
    fn a_host_that_is_not_found_is_looked_for_every_time() {
        let (lookup, system) = lookup();
        assert_eq!(asked(&lookup, &system, &["http://nowhere/"; 3]), 3);
    }

    #[test]
    fn an_address_needs_no_lookup() {
        let (lookup, system) = lookup();
        let addresses = ["http://127.0.0.1/", "https://[::1]/", "http://[::1]:8080/"];
        assert_eq!(asked(&lookup, &system, &addresses), 0);
        for (uri, want) in [
            ("http://127.0.0.1/", "127.0.0.1:80"),
            ("https://[::1]/", "[::1]:443"),
            ("http://[::1]:8080/", "[::1]:8080"),
        ] {
            assert_eq!(address(&Uri::from_static(uri)), want.parse().ok(), "{uri}");
        }
    }

    #[test]
    fn the_address_of_a_host_that_cannot_be_reached_is_forgotten() {
        let addresses = Addresses::default();
        let (other, _) = lookup();
        let agent = Agent::with_parts(
            Config::default(),
            Connecting {
                addresses: addresses.clone(),
                connector: DefaultConnector::new(),
            },
            Lookup {
                addresses: addresses.clone(),
                ..other
            },
        );
        let mut known = ResolvedSocketAddrs::from_fn(|_| SocketAddr::from(([0, 0, 0, 0], 0)));
        known.push(SocketAddr::from(([127, 0, 0, 1], 1)));
        addresses.remember(&Uri::from_static("http://elsewhere/"), &known);
        // Nobody listens on the first port of all.
        let error = agent.get("http://a/").call().unwrap_err();
        assert!(!NotConnected::of(error).unwrap().lookup);
        assert_eq!(addresses.lock().len(), 1);
    }
}
