//! Why there was no connection.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::io::ErrorKind;

use ureq::Error;

use crate::error::hints::{CHECK_CERTIFICATE, CHECK_NETWORK, PROXY_LOGIN};

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

/// Why there was no connection, what to do about it, and whether the next attempt may connect.
type Explanation = (Cow<'static, str>, &'static str, bool);

impl NotConnected {
    /// Takes a `NotConnected` out of ureq's error, or returns the error unchanged.
    pub(in crate::http) fn from_error(error: Error) -> Result<NotConnected, Error> {
        match error {
            Error::Other(other) => match other.downcast() {
                Ok(not_connected) => Ok(*not_connected),
                Err(other) => Err(Error::Other(other)),
            },
            error => Err(error),
        }
    }

    fn explain(&self) -> Explanation {
        use ErrorKind::*;
        // A proxy can close the connection too.
        let may_be_tls = self.is_https && self.proxy.is_none();
        let why = match &self.cause {
            Error::Timeout(_) => "",
            _ if self.in_lookup => ": no such host, or the DNS lookup failed",
            Error::ConnectProxyFailed(text) => match status(text) {
                Some(status) => {
                    let hint = if status == 407 {
                        PROXY_LOGIN
                    } else {
                        CHECK_NETWORK
                    };
                    let why = format!(": it responded with status {status}");
                    return (why.into(), hint, status >= 500);
                }
                None => "",
            },
            // The TLS libraries have no common type for this, and the peer cannot influence the
            // text.
            cause if cause.to_string().contains("certificate") => {
                return (": certificate not trusted".into(), CHECK_CERTIFICATE, false);
            }
            // ureq's words for the refusal of a SOCKS proxy.
            Error::Io(cause) if self.proxy.is_some() && cause.get_ref().is_some() => {
                let said = cause.to_string();
                let is_login = cause.kind() == PermissionDenied || said.contains("auth");
                let hint = if is_login { PROXY_LOGIN } else { CHECK_NETWORK };
                return (format!(": {said}").into(), hint, !is_login);
            }
            Error::Io(cause) => match cause.kind() {
                ConnectionRefused => ": connection refused",
                AddrNotAvailable | HostUnreachable | NetworkDown | NetworkUnreachable
                | PermissionDenied => ": host unreachable",
                // rustls reports its errors as `InvalidData`.
                BrokenPipe | ConnectionAborted | ConnectionReset | InvalidData | UnexpectedEof
                    if may_be_tls =>
                {
                    TLS_FAILED
                }
                _ => "",
            },
            // The other errors that ureq has without a `Timeout` come from its TLS libraries.
            Error::HostNotFound | Error::ConnectionFailed => "",
            _ if may_be_tls => TLS_FAILED,
            _ => "",
        };
        (why.into(), CHECK_NETWORK, true)
    }

    pub(in crate::http) fn is_timeout(&self) -> bool {
        matches!(self.cause, Error::Timeout(_))
    }

    pub(in crate::http) fn is_transient(&self) -> bool {
        self.explain().2
    }

    pub(in crate::http) fn hint(&self) -> &'static str {
        self.explain().1
    }

    pub(in crate::http) fn cause(&self) -> String {
        match &self.cause {
            Error::Timeout(_) if self.in_lookup => "the DNS lookup took too long".to_owned(),
            Error::Timeout(_) => "connecting took too long".to_owned(),
            cause => cause.to_string(),
        }
    }
}

const TLS_FAILED: &str =
    ": TLS handshake failed: no TLS on this port, or no common version or cipher";

/// The status with which a proxy refused to connect. ureq has it only in its text.
fn status(text: &str) -> Option<u16> {
    text.rsplit('/').next()?.parse().ok()
}

impl fmt::Display for NotConnected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_timeout() {
            "timed out while connecting"
        } else {
            "could not connect"
        })?;
        if let Some(proxy) = &self.proxy {
            write!(f, " through the proxy {proxy}")?;
        }
        f.write_str(&self.explain().0)
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
        let network = CHECK_NETWORK;
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
                CHECK_CERTIFICATE,
                false,
            ),
            (failed(io(UnexpectedEof)), tls, network, true),
            (failed(io(InvalidData)), tls, network, true),
            (failed(io(ConnectionReset)), tls, network, true),
            (failed(Error::Tls("no")), tls, network, true),
            (
                failed(Error::ConnectionFailed),
                "could not connect",
                network,
                true,
            ),
            (through_proxy(Error::Tls("no")), proxy, network, true),
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
                through_proxy(Error::Io(io::Error::new(PermissionDenied, "login failed"))),
                &format!("{proxy}: login failed"),
                PROXY_LOGIN,
                false,
            ),
            (
                through_proxy(Error::Io(io::Error::other("no acceptable auth methods"))),
                &format!("{proxy}: no acceptable auth methods"),
                PROXY_LOGIN,
                false,
            ),
            (
                through_proxy(Error::Io(io::Error::other("TTL expired"))),
                &format!("{proxy}: TTL expired"),
                network,
                true,
            ),
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
                PROXY_LOGIN,
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
        let cause = |failed: NotConnected| failed.cause();
        assert_eq!(cause(in_lookup(slow())), "the DNS lookup took too long");
        assert_eq!(cause(failed(slow())), "connecting took too long");
        assert_eq!(
            cause(failed(Error::HostNotFound)),
            Error::HostNotFound.to_string()
        );
    }
}
