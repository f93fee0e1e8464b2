//! Why a request has no answer, and what that means. Names ureq, as the transport does: its errors
//! are what is read here.

use std::error::Error as StdError;
use std::io;

use ureq::http::Uri;

use crate::connection::NotConnected;
use crate::hints::{CHECK_CERTIFICATE, CHECK_NETWORK, RAISE_LIMIT, RAISE_TIMEOUT};
use crate::retry::Outcome;

/// A certificate is the same at the next attempt.
const NOT_TRUSTED: &str = "could not connect: certificate not trusted";

/// Why there is no answer.
#[derive(Debug)]
pub(crate) struct Failure {
    /// In the words of an error.
    pub(crate) what: &'static str,
    pub(crate) hint: Option<&'static str>,
    pub(crate) outcome: Outcome,
    pub(crate) timeout: bool,
    /// There was never a connection.
    pub(crate) unconnected: bool,
    /// A connection kept from an earlier request broke off before any answer: the server may just
    /// have been done with it.
    pub(crate) stale: bool,
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
    /// Likewise, on a connection kept from an earlier request.
    RequestOnKept,
    /// The head of the answer came.
    Answer,
}

impl Failure {
    /// The time ran out.
    pub(crate) fn timed_out(reached: Reached) -> Self {
        let (cause, outcome) = match reached {
            Reached::Nothing => ("no time was left to connect", Outcome::Unsent),
            Reached::Server => ("no time was left to send the request", Outcome::Unsent),
            Reached::Request | Reached::RequestOnKept => {
                ("no answer came in time", Outcome::Unusable)
            }
            Reached::Answer => ("the answer did not end in time", Outcome::Unusable),
        };
        Failure {
            what: "timed out",
            hint: Some(RAISE_TIMEOUT),
            outcome,
            timeout: true,
            unconnected: false,
            stale: false,
            cause: cause.into(),
        }
    }

    /// There was no connection. `cut_short` says whether connecting got less time than it is meant
    /// to.
    pub(crate) fn not_connected(failed: NotConnected, uri: &Uri, cut_short: bool) -> Self {
        let what = why_not_connected(&failed, uri);
        let NotConnected { lookup, cause } = failed;
        let timeout = matches!(cause, ureq::Error::Timeout(_));
        let (hint, outcome) = match what {
            NOT_TRUSTED => (CHECK_CERTIFICATE, Outcome::Hopeless),
            // Connecting took the time of the whole call; what is left of it would not do.
            _ if timeout && cut_short => (CHECK_NETWORK, Outcome::Hopeless),
            _ => (CHECK_NETWORK, Outcome::Unsent),
        };
        Failure {
            what,
            hint: Some(hint),
            outcome,
            timeout,
            unconnected: true,
            stale: false,
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
            what,
            hint,
            outcome,
            timeout: false,
            unconnected: false,
            stale: reached == Reached::RequestOnKept && outcome == Outcome::BrokenOff,
            cause: error.into(),
        }
    }
}

/// In the words of an error.
fn why_not_connected(failed: &NotConnected, uri: &Uri) -> &'static str {
    match &failed.cause {
        ureq::Error::Timeout(_) => "timed out connecting",
        _ if failed.lookup => "could not connect: no such host, or its name cannot be looked up",
        ureq::Error::ConnectProxyFailed(_) => "could not connect through the proxy",
        ureq::Error::Io(cause) if cause.kind() == io::ErrorKind::ConnectionRefused => {
            "could not connect: refused"
        }
        ureq::Error::Io(cause) if is_unreachable(cause.kind()) => "could not connect: unreachable",
        // The TLS libraries have no common type for it, and nothing of this text is the other
        // side's.
        cause if cause.to_string().contains("certificate") => NOT_TRUSTED,
        cause if uri.scheme_str() == Some("https") && fails_in_tls(cause) => {
            "could not connect: no TLS at this port, or none that both sides know"
        }
        _ => "could not connect",
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

    fn found(cause: Error) -> NotConnected {
        let lookup = false;
        NotConnected { lookup, cause }
    }

    fn not_found(cause: Error) -> NotConnected {
        let lookup = true;
        NotConnected { lookup, cause }
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
        let proxy = Error::ConnectProxyFailed("no".into());
        let no_host = "could not connect: no such host, or its name cannot be looked up";
        let refused = "could not connect: refused";
        let unreachable = "could not connect: unreachable";
        let no_proxy = "could not connect through the proxy";
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
            (found(proxy), &https, no_proxy),
            (found(Error::Io(certificate)), &https, NOT_TRUSTED),
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
                NOT_TRUSTED => (CHECK_CERTIFICATE, Outcome::Hopeless),
                _ => (CHECK_NETWORK, Outcome::Unsent),
            };
            assert_eq!(failure.hint, Some(hint), "{case}");
            assert_eq!(failure.outcome, outcome, "{case}");
            assert!(failure.unconnected && !failure.stale, "{case}");
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
        use Reached::{Answer, Nothing, Request, RequestOnKept, Server};
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
            (RequestOnKept, late(), "timed out", slow, Unusable),
            (Answer, late(), "timed out", slow, Unusable),
            (Nothing, reset(), broken, None, Unsent),
            (Server, reset(), broken, None, Unsent),
            (Request, reset(), broken, None, BrokenOff),
            (RequestOnKept, reset(), broken, None, BrokenOff),
            (Answer, reset(), broken, None, BrokenOff),
            (Request, long(), odd, network, Unusable),
            (RequestOnKept, long(), odd, network, Unusable),
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
            // Only a kept connection can have been closed before it was used.
            let stale = reached == RequestOnKept && outcome == BrokenOff;
            assert_eq!(failure.stale, stale, "{case}");
        }
    }
}
