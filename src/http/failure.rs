//! Why an attempt failed.

use std::error::Error as StdError;
use std::fmt;

use crate::error::hints;

use super::connection::NotConnected;
use super::response::Response;

/// Why an attempt failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// There was no connection.
    NotConnected(NotConnected),
    /// The time of the call ran out.
    TimedOut(Progress),
    /// The connection was lost before the response was complete.
    Lost(ureq::Error),
    /// The client was shut down.
    ShutDown { sent: bool },
    /// What came back is not a response that can be used.
    Unusable {
        what: &'static str,
        hint: Option<&'static str>,
        cause: ureq::Error,
    },
    /// The status of the response is not a success.
    Refused(Box<Response>),
}

/// How much of the exchange had happened when the time ran out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    NotSent,
    Sent,
    Responding,
}

impl Failure {
    /// `error` came instead of the head of a response.
    pub(super) fn without_response(error: ureq::Error) -> Self {
        match NotConnected::from_error(error) {
            Ok(failed) => Failure::NotConnected(failed),
            Err(ureq::Error::Timeout(_)) => Failure::TimedOut(Progress::Sent),
            Err(error) => Failure::of(error),
        }
    }

    /// `error` came while the body of a response was read.
    pub(super) fn while_reading(error: ureq::Error) -> Self {
        match error {
            ureq::Error::Timeout(_) => Failure::TimedOut(Progress::Responding),
            error => Failure::of(error),
        }
    }

    pub(super) fn too_large() -> Self {
        Failure::Unusable {
            what: "the response is larger than `max_response_bytes`",
            hint: Some(hints::RAISE_LIMIT),
            cause: ureq::Error::BodyExceedsLimit(0),
        }
    }

    fn of(error: ureq::Error) -> Self {
        let (what, hint) = match &error {
            ureq::Error::Protocol(_) | ureq::Error::LargeResponseHeader(..) => {
                ("the response is not valid HTTP", Some(hints::CHECK_NETWORK))
            }
            #[cfg(feature = "gzip")]
            ureq::Error::Decompress(_, cause)
                if cause.kind() != std::io::ErrorKind::UnexpectedEof =>
            {
                ("the response cannot be decompressed", None)
            }
            _ => return Failure::Lost(error),
        };
        Failure::Unusable {
            what,
            hint,
            cause: error,
        }
    }

    /// Whether the server may have processed the request although the attempt failed.
    pub(crate) fn may_have_been_processed(&self) -> bool {
        match self {
            Failure::NotConnected(_) | Failure::TimedOut(Progress::NotSent) => false,
            Failure::ShutDown { sent } => *sent,
            Failure::Refused(response) => match response.status {
                408 => true,
                status => status >= 500 && status != 501,
            },
            Failure::TimedOut(_) | Failure::Lost(_) | Failure::Unusable { .. } => true,
        }
    }

    pub(crate) fn is_timeout(&self) -> bool {
        match self {
            Failure::NotConnected(failed) => failed.is_timeout(),
            Failure::TimedOut(_) => true,
            _ => false,
        }
    }

    /// Whether the same call may succeed later.
    pub(crate) fn is_transient(&self) -> bool {
        match self {
            Failure::NotConnected(failed) => failed.is_timeout() || failed.is_transient(),
            Failure::TimedOut(_) | Failure::Lost(_) => true,
            _ => false,
        }
    }

    pub(crate) fn hint(&self) -> Option<&'static str> {
        match self {
            Failure::NotConnected(failed) => Some(failed.hint()),
            Failure::TimedOut(_) => Some(hints::RAISE_TIMEOUT),
            Failure::Unusable { hint, .. } => *hint,
            _ => None,
        }
    }

    /// The cause of a failure without a response.
    pub(crate) fn into_cause(self) -> Box<dyn StdError + Send + Sync> {
        match self {
            Failure::NotConnected(failed) => failed.into_cause(),
            Failure::Lost(cause) | Failure::Unusable { cause, .. } => cause.into(),
            Failure::TimedOut(Progress::NotSent) => "no time was left to send the request".into(),
            Failure::TimedOut(Progress::Sent) => "no response came in time".into(),
            Failure::TimedOut(Progress::Responding) => "the response did not end in time".into(),
            Failure::ShutDown { .. } => "`shutdown` was called".into(),
            Failure::Refused(_) => "there was a response".into(),
        }
    }
}

/// What failed, in a few words.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::NotConnected(failed) => failed.fmt(f),
            Failure::TimedOut(_) => f.write_str("timed out"),
            Failure::Lost(_) => f.write_str("connection lost"),
            Failure::ShutDown { .. } => f.write_str("the client was shut down"),
            Failure::Unusable { what, .. } => f.write_str(what),
            Failure::Refused(response) => write!(f, "status {}", response.status),
        }
    }
}
