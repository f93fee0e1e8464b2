//! How connections are made. This is the only file that uses ureq's `unversioned` module, which can
//! change in a minor release.
//!
//! ureq does the work. This file adds what ureq leaves out:
//!
//! - Names are looked up only for a new connection. ureq does it for every request, on a thread.
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

/// Returns an agent that makes its connections with this file.
pub(super) fn agent(config: Config) -> Agent {
    let connecting = Connecting {
        connector: Arc::new(DefaultConnector::new()),
        system: Box::new(DefaultResolver::default()),
    };
    Agent::with_parts(config, connecting, Known(no_addresses()))
}

/// A timeout that several steps share.
#[derive(Clone, Copy, Debug)]
struct Limit {
    started: Instant,
    timeout: NextTimeout,
}

impl Limit {
    fn start(timeout: NextTimeout) -> Self {
        let started = Instant::now();
        Limit { started, timeout }
    }

    fn left(&self) -> Result<NextTimeout, Error> {
        let left = self.timeout.after.saturating_sub(self.started.elapsed());
        if left.is_zero() {
            return Err(Error::Timeout(self.timeout.reason));
        }
        let after = left.into();
        Ok(NextTimeout {
            after,
            ..self.timeout
        })
    }
}

/// A resolver that returns known addresses. ureq resolves the host before it looks into its pool.
/// The agent's resolver returns none, and [`Connecting`] looks the name up if a new connection is
/// needed.
#[derive(Debug)]
struct Known(ResolvedSocketAddrs);

impl Resolver for Known {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        Ok(self.0.clone())
    }
}

fn no_addresses() -> ResolvedSocketAddrs {
    ResolvedSocketAddrs::from_fn(|_| SocketAddr::from(([0, 0, 0, 0], 0)))
}

/// ureq's connector, with one time limit for all its steps.
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
        let limit = Limit::start(NextTimeout {
            reason: Timeout::Connect,
            ..details.timeout
        });
        let config = details.config;
        let proxy = config
            .proxy()
            .filter(|proxy| !proxy.is_no_proxy(details.uri));
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
        let proxy_addrs = proxy.map_or(Ok(no_addresses()), |proxy| look_up(proxy.uri()))?;
        let addrs = match proxy {
            // This proxy looks the host up itself.
            Some(proxy) if !proxy.resolve_target() => no_addresses(),
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
        let Some(address) = ip_address(uri) else {
            return self.system.resolve(uri, config, limit.left()?);
        };
        // For an IP address, ureq would start a thread too.
        let mut found = no_addresses();
        found.push(address);
        Ok(found)
    }
}

/// The address in `uri`, if its host is an IP address.
fn ip_address(uri: &Uri) -> Option<SocketAddr> {
    let address = DefaultResolver::host_and_port(uri.scheme()?, uri.authority()?)?;
    address.parse().ok()
}

/// ureq's connection, with the limits that ureq does not enforce.
#[derive(Debug)]
struct Connection {
    transport: Box<dyn Transport>,
    /// The limit of connecting.
    limit: Limit,
}

impl Transport for Connection {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.transport.buffers()
    }

    /// Sends the output in pieces. ureq would give all of it to the socket, which starts its timeout
    /// anew whenever the peer reads a little.
    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        let limit = Limit::start(timeout);
        let mut sent = 0;
        while sent < amount {
            let rest = amount - sent;
            // A short rest is not worth a separate piece.
            let piece = if rest < 2 * PIECE { rest } else { PIECE };
            let output = self.transport.buffers().output();
            output.copy_within(sent..sent + piece, 0);
            self.transport.transmit_output(piece, limit.left()?)?;
            sent += piece;
        }
        Ok(())
    }

    /// Waits for input. ureq would give each read of the proxy's response the whole time for
    /// connecting.
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
mod tests;
