//! Why there was no connection.

use std::error::Error as StdError;
use std::fmt;
use std::io::ErrorKind;

use ureq::Error;

use crate::error::hints;

/// There was no connection.
#[derive(Debug)]
pub(crate) struct NotConnected {
    /// Whether the DNS lookup failed. Otherwise connecting failed.
    pub(super) in_lookup: bool,
    /// Host and port of the proxy, if there is one.
    pub(super) proxy: Option<String>,
    /// Whether the connection was meant for TLS.
    pub(super) is_https: bool,
    pub(super) cause: Error,
}

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reason {
    TimedOut,
    NoSuchHost,
    Refused,
    Unreachable,
    Certificate,
    Tls,
    /// The proxy responded with this status.
    ProxyStatus(u16),
    Other,
}

impl NotConnected {
    /// `error` as what it is: that there was no connection, or something else.
    pub(in crate::http) fn from_error(error: Error) -> Result<NotConnected, Error> {
        match error {
            Error::Other(other) => match other.downcast() {
                Ok(not_connected) => Ok(*not_connected),
                Err(other) => Err(Error::Other(other)),
            },
            error => Err(error),
        }
    }

    fn reason(&self) -> Reason {
        use ErrorKind::{
            AddrNotAvailable, ConnectionRefused, HostUnreachable, NetworkDown, NetworkUnreachable,
            PermissionDenied,
        };
        match &self.cause {
            Error::Timeout(_) => Reason::TimedOut,
            _ if self.in_lookup => Reason::NoSuchHost,
            // ureq has the status only in its text.
            Error::ConnectProxyFailed(text) => match text.rsplit('/').next().map(str::parse) {
                Some(Ok(status)) => Reason::ProxyStatus(status),
                _ => Reason::Other,
            },
            // The TLS libraries have no common type for it, and nothing in the text comes from the
            // peer.
            cause if cause.to_string().contains("certificate") => Reason::Certificate,
            Error::Io(cause) => match cause.kind() {
                ConnectionRefused => Reason::Refused,
                AddrNotAvailable | HostUnreachable | NetworkDown | NetworkUnreachable
                | PermissionDenied => Reason::Unreachable,
                kind if self.may_be_tls() && is_tls(kind) => Reason::Tls,
                _ => Reason::Other,
            },
            Error::Tls(_) if self.may_be_tls() => Reason::Tls,
            #[cfg(feature = "rustls")]
            Error::Rustls(_) if self.may_be_tls() => Reason::Tls,
            #[cfg(feature = "native-tls")]
            Error::NativeTls(_) if self.may_be_tls() => Reason::Tls,
            _ => Reason::Other,
        }
    }

    /// A proxy can close the connection too.
    fn may_be_tls(&self) -> bool {
        self.is_https && self.proxy.is_none()
    }

    pub(in crate::http) fn is_timeout(&self) -> bool {
        self.reason() == Reason::TimedOut
    }

    /// Whether the next attempt may connect.
    pub(in crate::http) fn is_transient(&self) -> bool {
        !matches!(
            self.reason(),
            Reason::Certificate | Reason::ProxyStatus(400..=499)
        )
    }

    pub(in crate::http) fn hint(&self) -> &'static str {
        match self.reason() {
            Reason::Certificate => hints::CHECK_CERTIFICATE,
            Reason::ProxyStatus(407) => hints::PROXY_LOGIN,
            _ => hints::CHECK_NETWORK,
        }
    }

    pub(in crate::http) fn into_cause(self) -> Box<dyn StdError + Send + Sync> {
        match self.reason() {
            Reason::TimedOut if self.in_lookup => "the DNS lookup took too long".into(),
            Reason::TimedOut => "connecting took too long".into(),
            _ => self.cause.into(),
        }
    }
}

/// Whether TCP worked. rustls reports its errors as `InvalidData`.
fn is_tls(kind: ErrorKind) -> bool {
    use ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, InvalidData, UnexpectedEof};
    matches!(
        kind,
        BrokenPipe | ConnectionAborted | ConnectionReset | InvalidData | UnexpectedEof
    )
}

impl fmt::Display for NotConnected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = self.reason();
        f.write_str(match reason {
            Reason::TimedOut => "timed out while connecting",
            _ => "could not connect",
        })?;
        if let Some(proxy) = &self.proxy {
            write!(f, " through the proxy {proxy}")?;
        }
        f.write_str(match reason {
            Reason::TimedOut | Reason::Other => "",
            Reason::NoSuchHost => ": no such host, or the DNS lookup failed",
            Reason::Refused => ": connection refused",
            Reason::Unreachable => ": host unreachable",
            Reason::Certificate => ": certificate not trusted",
            Reason::Tls => {
                ": TLS handshake failed: no TLS on this port, or no common version or cipher"
            }
            Reason::ProxyStatus(status) => return write!(f, ": it responded with status {status}"),
        })
    }
}

impl StdError for NotConnected {}

#[cfg(test)]
mod tests {
    use std::io;

    use ureq::Timeout;

    use super::*;

    fn io(kind: ErrorKind) -> Error {
        Error::Io(kind.into())
    }

    fn failed(cause: Error) -> NotConnected {
        NotConnected {
            in_lookup: false,
            proxy: None,
            is_https: true,
            cause,
        }
    }

    fn in_lookup(cause: Error) -> NotConnected {
        NotConnected {
            in_lookup: true,
            ..failed(cause)
        }
    }

    fn over_http(cause: Error) -> NotConnected {
        NotConnected {
            is_https: false,
            ..failed(cause)
        }
    }

    fn through_proxy(cause: Error) -> NotConnected {
        NotConnected {
            proxy: Some("proxy:3128".to_owned()),
            ..failed(cause)
        }
    }

    fn proxy_says(text: &str) -> NotConnected {
        through_proxy(Error::ConnectProxyFailed(text.to_owned()))
    }

    #[test]
    fn each_reason_has_its_message_and_its_hint() {
        use ErrorKind::*;
        let slow = || Error::Timeout(Timeout::Connect);
        let certificate = io::Error::new(InvalidData, "invalid peer certificate: Expired");
        let network = hints::CHECK_NETWORK;
        let no_host = "could not connect: no such host, or the DNS lookup failed";
        let refused = "could not connect: connection refused";
        let unreachable = "could not connect: host unreachable";
        let tls = "could not connect: TLS handshake failed: no TLS on this port, or no common \
                   version or cipher";
        let proxy = "could not connect through the proxy proxy:3128";
        for (failed, message, hint, is_transient) in [
            (in_lookup(Error::HostNotFound), no_host, network, true),
            (in_lookup(io(Other)), no_host, network, true),
            (failed(io(ConnectionRefused)), refused, network, true),
            (over_http(io(ConnectionRefused)), refused, network, true),
            (failed(io(NetworkUnreachable)), unreachable, network, true),
            (failed(io(HostUnreachable)), unreachable, network, true),
            (failed(io(NetworkDown)), unreachable, network, true),
            (failed(io(AddrNotAvailable)), unreachable, network, true),
            (failed(io(PermissionDenied)), unreachable, network, true),
            (
                failed(Error::Io(certificate)),
                "could not connect: certificate not trusted",
                hints::CHECK_CERTIFICATE,
                false,
            ),
            (failed(io(UnexpectedEof)), tls, network, true),
            (failed(io(InvalidData)), tls, network, true),
            (failed(io(ConnectionReset)), tls, network, true),
            (failed(Error::Tls("no")), tls, network, true),
            (failed(io(Other)), "could not connect", network, true),
            (
                over_http(io(ConnectionReset)),
                "could not connect",
                network,
                true,
            ),
            (failed(slow()), "timed out while connecting", network, true),
            (
                in_lookup(slow()),
                "timed out while connecting",
                network,
                true,
            ),
            (through_proxy(io(ConnectionReset)), proxy, network, true),
            (
                proxy_says("proxy server did not respond"),
                proxy,
                network,
                true,
            ),
            (
                through_proxy(io(ConnectionRefused)),
                &format!("{proxy}: connection refused"),
                network,
                true,
            ),
            (
                proxy_says("proxy server responded 502/502"),
                &format!("{proxy}: it responded with status 502"),
                network,
                true,
            ),
            (
                proxy_says("proxy server responded 403/403"),
                &format!("{proxy}: it responded with status 403"),
                network,
                false,
            ),
            (
                proxy_says("proxy server responded 407/407"),
                &format!("{proxy}: it responded with status 407"),
                hints::PROXY_LOGIN,
                false,
            ),
            (
                through_proxy(slow()),
                "timed out while connecting through the proxy proxy:3128",
                network,
                true,
            ),
        ] {
            let case = format!("{failed:?}");
            assert_eq!(failed.to_string(), message, "{case}");
            assert_eq!(failed.hint(), hint, "{case}");
            assert_eq!(failed.is_transient(), is_transient, "{case}");
            assert_eq!(
                failed.is_timeout(),
                message.starts_with("timed out"),
                "{case}"
            );
        }
    }

    #[test]
    fn the_cause_of_a_timeout_says_what_took_too_long() {
        let slow = || Error::Timeout(Timeout::Connect);
        let cause = |failed: NotConnected| failed.into_cause().to_string();
        assert_eq!(cause(in_lookup(slow())), "the DNS lookup took too long");
        assert_eq!(cause(failed(slow())), "connecting took too long");
        assert_eq!(
            cause(failed(Error::HostNotFound)),
            Error::HostNotFound.to_string()
        );
    }
}
