//! Why a request has no answer, and what that means. Names ureq, as the transport does: its errors
//! are what is read here.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::io;

use ureq::http::Uri;

use crate::connection::NotConnected;
use crate::retry::Outcome;

const RAISE_TIMEOUT: &str = "if the server is just slow, raise `timeout`";
const CHECK_NETWORK: &str =
    "check the network, `base_url`, and the proxy variables (HTTPS_PROXY, NO_PROXY)";
const PROXY_USER: &str =
    "put the user name and password into the URL of the proxy: http://user:password@host:port";
const TRUST: &str = "if a proxy re-signs TLS here, enable the feature `platform-verifier` or name its \
                     certificate with `root_certificate_pem`; otherwise the server's certificate is \
                     at fault";
const RAISE_LIMIT: &str =
    "raise `max_response_bytes`, or ask for less where there is a `page_size`";

/// A certificate is the same at the next attempt.
const NOT_TRUSTED: &str = "certificate not trusted";

/// Why there is no answer.
#[derive(Debug)]
pub(crate) struct Failure {
    /// In the words of an error.
    pub(crate) what: Cow<'static, str>,
    pub(crate) hint: Option<&'static str>,
    pub(crate) outcome: Outcome,
    pub(crate) timeout: bool,
    /// There was never a connection.
    pub(crate) unconnected: bool,
    pub(crate) cause: Box<dyn StdError + Send + Sync>,
}

/// How far an attempt got that had a connection, or did not come to need one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Reached {
    /// Nothing was tried.
    Nothing,
    /// There was a connection, but nothing was sent on it that could be carried out.
    Server,
    /// The request was sent, or a part of it.
    Request,
    /// The head of the answer came.
    Answer,
}

impl Failure {
    /// The time ran out.
    pub(crate) fn timed_out(reached: Reached) -> Self {
        let (cause, outcome) = match reached {
            Reached::Nothing => ("no time was left to connect", Outcome::Unsent),
            Reached::Server => ("no time was left to send the request", Outcome::Unsent),
            Reached::Request => ("no answer came in time", Outcome::Unusable),
            Reached::Answer => ("the answer did not end in time", Outcome::Unusable),
        };
        Failure {
            what: "timed out".into(),
            hint: Some(RAISE_TIMEOUT),
            outcome,
            timeout: true,
            unconnected: false,
            cause: cause.into(),
        }
    }

    /// There was no connection. `cut_short` says whether connecting got less time than it is meant
    /// to.
    pub(crate) fn not_connected(failed: NotConnected, uri: &Uri, cut_short: bool) -> Self {
        let NotConnected {
            lookup,
            proxy,
            cause,
        } = failed;
        let timeout = matches!(cause, ureq::Error::Timeout(_));
        // A proxy can close the connection as well.
        let is_tls = uri.scheme_str() == Some("https") && proxy.is_none();
        let status = proxy_status(&cause);
        let why = match (timeout, status) {
            (true, _) => Cow::Borrowed(""),
            (_, Some(status)) => format!("it responded with status {status}").into(),
            _ if lookup => "no such host, or its name cannot be looked up".into(),
            _ => why_not_connected(&cause, is_tls).into(),
        };
        let (hint, outcome) = match status {
            _ if why == NOT_TRUSTED => (TRUST, Outcome::Hopeless),
            Some(407) => (PROXY_USER, Outcome::Hopeless),
            Some(400..=499) => (CHECK_NETWORK, Outcome::Hopeless),
            // Connecting took the time of the whole call; what is left of it would not do.
            _ if timeout && cut_short => (CHECK_NETWORK, Outcome::Hopeless),
            _ => (CHECK_NETWORK, Outcome::Unsent),
        };
        let failed = match timeout {
            true => "timed out connecting",
            false => "could not connect",
        };
        let through = proxy.map(|proxy| format!(" through the proxy {proxy}"));
        let through = through.unwrap_or_default();
        let colon = if why.is_empty() { "" } else { ": " };
        Failure {
            what: format!("{failed}{through}{colon}{why}").into(),
            hint: Some(hint),
            outcome,
            timeout,
            unconnected: true,
            cause: match timeout {
                true if lookup => "looking up the host's name took too long".into(),
                true => "connecting took too long".into(),
                false => cause.into(),
            },
        }
    }

    /// `error` came after connecting.
    pub(crate) fn broken_off(error: ureq::Error, reached: Reached) -> Self {
        let (what, hint, outcome) = match &error {
            ureq::Error::Timeout(_) => return Failure::timed_out(reached),
            ureq::Error::BodyExceedsLimit(_) => (
                "the answer is larger than `max_response_bytes`",
                Some(RAISE_LIMIT),
                Outcome::Unusable,
            ),
            ureq::Error::Protocol(_) | ureq::Error::LargeResponseHeader(..) => (
                "the answer is not valid HTTP",
                Some(CHECK_NETWORK),
                Outcome::Unusable,
            ),
            #[cfg(feature = "gzip")]
            ureq::Error::Decompress(_, cause) if cause.kind() != io::ErrorKind::UnexpectedEof => {
                ("the answer cannot be decompressed", None, Outcome::Unusable)
            }
            _ if matches!(reached, Reached::Nothing | Reached::Server) => {
                ("the connection broke off", None, Outcome::Unsent)
            }
            _ => ("the connection broke off", None, Outcome::BrokenOff),
        };
        Failure {
            what: what.into(),
            hint,
            outcome,
            timeout: false,
            unconnected: false,
            cause: error.into(),
        }
    }
}

/// The status with which a proxy refused to connect. ureq only has it as text.
fn proxy_status(error: &ureq::Error) -> Option<u16> {
    match error {
        ureq::Error::ConnectProxyFailed(why) => why.rsplit('/').next()?.parse().ok(),
        _ => None,
    }
}

/// In the words of an error. Empty if all is said by "could not connect".
fn why_not_connected(cause: &ureq::Error, is_tls: bool) -> &'static str {
    match cause {
        ureq::Error::Io(cause) if cause.kind() == io::ErrorKind::ConnectionRefused => "refused",
        ureq::Error::Io(cause) if is_unreachable(cause.kind()) => "unreachable",
        // The TLS libraries have no common type for it, and nothing of this text is the other
        // side's.
        cause if cause.to_string().contains("certificate") => NOT_TRUSTED,
        cause if is_tls && fails_in_tls(cause) => {
            "no TLS at this port, or none that both sides know"
        }
        _ => "",
    }
}

/// Whether TCP had come about. (`InvalidData` is how rustls says what is wrong.)
fn fails_in_tls(error: &ureq::Error) -> bool {
    use io::ErrorKind::{
        BrokenPipe, ConnectionAborted, ConnectionReset, InvalidData, UnexpectedEof,
    };
    match error {
        ureq::Error::Io(cause) => matches!(
            cause.kind(),
            BrokenPipe | ConnectionAborted | ConnectionReset | InvalidData | UnexpectedEof
        ),
        ureq::Error::Tls(_) => true,
        #[cfg(feature = "rustls")]
        ureq::Error::Rustls(_) => true,
        #[cfg(feature = "native-tls")]
        ureq::Error::NativeTls(_) => true,
        _ => false,
    }
}

fn is_unreachable(kind: io::ErrorKind) -> bool {
    use io::ErrorKind::{
        AddrNotAvailable, HostUnreachable, NetworkDown, NetworkUnreachable, PermissionDenied,
    };
    matches!(
        kind,
        AddrNotAvailable | HostUnreachable | NetworkDown | NetworkUnreachable | PermissionDenied
    )
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use ureq::{Error, Timeout};

    use super::*;

    fn io(kind: ErrorKind) -> Error {
        Error::Io(kind.into())
    }

    fn not_connected(lookup: bool, proxy: Option<&str>, cause: Error) -> NotConnected {
        NotConnected {
            lookup,
            proxy: proxy.map(str::to_owned),
            cause,
        }
    }

    fn found(cause: Error) -> NotConnected {
        not_connected(false, None, cause)
    }

    fn not_found(cause: Error) -> NotConnected {
        not_connected(true, None, cause)
    }

    fn proxied(cause: Error) -> NotConnected {
        not_connected(false, Some("proxy:3128"), cause)
    }

    fn slow() -> Error {
        Error::Timeout(Timeout::Connect)
    }

    #[test]
    fn each_kind_of_failed_connection_has_its_words() {
        use ErrorKind::*;
        let http = Uri::from_static("http://docs.example");
        let https = Uri::from_static("https://docs.example");
        let certificate = io::Error::new(InvalidData, "invalid peer certificate: Expired");
        let refuses = || Error::ConnectProxyFailed("proxy server responded 502/502".into());
        let silent = Error::ConnectProxyFailed("proxy server did not respond".into());
        let no_trust = "could not connect: certificate not trusted";
        let no_proxy = "could not connect through the proxy proxy:3128";
        let no_host = "could not connect: no such host, or its name cannot be looked up";
        let refused = "could not connect: refused";
        let unreachable = "could not connect: unreachable";
        let no_tls = "could not connect: no TLS at this port, or none that both sides know";
        for (failed, uri, what) in [
            (not_found(Error::HostNotFound), &http, no_host),
            (not_found(io(Other)), &https, no_host),
            (found(io(ConnectionRefused)), &http, refused),
            (found(io(ConnectionRefused)), &https, refused),
            (found(io(NetworkUnreachable)), &http, unreachable),
            (found(io(HostUnreachable)), &https, unreachable),
            (found(io(NetworkDown)), &https, unreachable),
            (found(io(AddrNotAvailable)), &https, unreachable),
            (found(io(PermissionDenied)), &https, unreachable),
            (proxied(silent), &https, no_proxy),
            (proxied(io(ConnectionReset)), &https, no_proxy),
            (
                proxied(refuses()),
                &https,
                &format!("{no_proxy}: it responded with status 502"),
            ),
            (
                proxied(io(ConnectionRefused)),
                &https,
                &format!("{no_proxy}: refused"),
            ),
            (
                proxied(slow()),
                &https,
                "timed out connecting through the proxy proxy:3128",
            ),
            (found(Error::Io(certificate)), &https, no_trust),
            (found(io(UnexpectedEof)), &https, no_tls),
            (found(io(InvalidData)), &https, no_tls),
            (found(io(Other)), &http, "could not connect"),
            (found(io(Other)), &https, "could not connect"),
            (found(io(ConnectionReset)), &https, no_tls),
            (found(io(ConnectionReset)), &http, "could not connect"),
            (found(Error::Tls("no")), &https, no_tls),
            (found(Error::HostNotFound), &https, "could not connect"),
            (found(slow()), &http, "timed out connecting"),
            (not_found(slow()), &https, "timed out connecting"),
        ] {
            let (case, lookup) = (format!("{failed:?} {uri}"), failed.lookup);
            let failure = Failure::not_connected(failed, uri, false);
            assert_eq!(failure.what, what, "{case}");
            let (hint, outcome) = match what {
                _ if what == no_trust => (TRUST, Outcome::Hopeless),
                _ => (CHECK_NETWORK, Outcome::Unsent),
            };
            assert_eq!(failure.hint, Some(hint), "{case}");
            assert_eq!(failure.outcome, outcome, "{case}");
            assert!(failure.unconnected, "{case}");
            let timeout = what.starts_with("timed out");
            assert_eq!(failure.timeout, timeout, "{case}");
            let cause = failure.cause.to_string();
            assert_eq!(cause.ends_with("took too long"), timeout, "{case}: {cause}");
            assert_eq!(
                cause.contains("looking up"),
                timeout && lookup,
                "{case}: {cause}"
            );
        }
    }

    #[test]
    fn a_proxy_that_refuses_is_not_asked_again() {
        let uri = Uri::from_static("https://docs.example");
        for (status, hint) in [(407, PROXY_USER), (403, CHECK_NETWORK)] {
            let cause =
                Error::ConnectProxyFailed(format!("proxy server responded {status}/{status}"));
            let failure = Failure::not_connected(proxied(cause), &uri, false);
            assert_eq!(failure.outcome, Outcome::Hopeless);
            assert_eq!(failure.hint, Some(hint));
        }
    }

    #[test]
    fn connecting_is_hopeless_if_it_took_the_time_of_the_whole_call() {
        use ErrorKind::*;
        use Outcome::{Hopeless, Unsent};
        let uri = Uri::from_static("https://docs.example");
        for (failed, cut_short, outcome) in [
            (found(slow()), true, Hopeless),
            (not_found(slow()), true, Hopeless),
            (found(slow()), false, Unsent),
            (found(io(ConnectionRefused)), true, Unsent),
            (not_found(io(Other)), true, Unsent),
        ] {
            let case = format!("{failed:?} {cut_short}");
            let failure = Failure::not_connected(failed, &uri, cut_short);
            assert_eq!(failure.outcome, outcome, "{case}");
            assert_eq!(failure.hint, Some(CHECK_NETWORK), "{case}");
        }
    }

    #[test]
    fn how_far_an_attempt_got_decides_what_its_failure_means() {
        use Outcome::{BrokenOff, Unsent, Unusable};
        use Reached::{Answer, Nothing, Request, Server};
        let reset = || io(ErrorKind::ConnectionReset);
        let late = || Error::Timeout(Timeout::Global);
        let (broken, slow) = ("the connection broke off", Some(RAISE_TIMEOUT));
        let (odd, network) = ("the answer is not valid HTTP", Some(CHECK_NETWORK));
        let long = || Error::LargeResponseHeader(2, 1);
        let larger = || Error::BodyExceedsLimit(1);
        let large = "the answer is larger than `max_response_bytes`";
        let limit = Some(RAISE_LIMIT);
        for (reached, error, what, hint, outcome) in [
            (Nothing, late(), "timed out", slow, Unsent),
            (Server, late(), "timed out", slow, Unsent),
            (Request, late(), "timed out", slow, Unusable),
            (Answer, late(), "timed out", slow, Unusable),
            (Nothing, reset(), broken, None, Unsent),
            (Server, reset(), broken, None, Unsent),
            (Request, reset(), broken, None, BrokenOff),
            (Answer, reset(), broken, None, BrokenOff),
            (Request, long(), odd, network, Unusable),
            (Answer, larger(), large, limit, Unusable),
        ] {
            let case = format!("{reached:?}: {error:?}");
            let failure = Failure::broken_off(error, reached);
            assert_eq!(failure.what, what, "{case}");
            assert_eq!(failure.hint, hint, "{case}");
            assert_eq!(failure.outcome, outcome, "{case}");
            assert!(!failure.unconnected, "{case}");
            let timeout = what == "timed out";
            assert_eq!(failure.timeout, timeout, "{case}");
            let cause = failure.cause.to_string();
            assert_eq!(cause.contains("time"), timeout, "{case}: {cause}");
        }
    }
}
