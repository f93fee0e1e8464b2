//! Why an attempt failed.

use std::fmt;

use crate::error::hints;

use super::connection::NotConnected;
use super::response::Response;

/// Why an attempt failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// There was no connection.
    NotConnected(NotConnected),
    /// The call ran out of time.
    TimedOut { sent: bool },
    /// The connection was lost before the response was complete.
    Lost(ureq::Error),
    /// An event stream ended before the response that was expected in it.
    StreamEnded,
    /// The client was shut down.
    ShutDown { sent: bool },
    /// The response cannot be used.
    Unusable {
        what: &'static str,
        hint: Option<&'static str>,
        cause: ureq::Error,
    },
    /// The status of the response is not a success.
    Refused(Box<Response>),
}

impl Failure {
    pub(crate) fn too_large(limit: u64) -> Self {
        Failure::Unusable {
            what: "the response is larger than `max_response_bytes`",
            hint: Some(hints::RAISE_LIMIT),
            cause: ureq::Error::BodyExceedsLimit(limit),
        }
    }

    pub(crate) fn of(error: ureq::Error) -> Self {
        let error = match NotConnected::from_error(error) {
            Ok(failed) => return Failure::NotConnected(failed),
            Err(error) => error,
        };
        let (what, hint) = match &error {
            ureq::Error::Timeout(_) => return Failure::TimedOut { sent: true },
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
            Failure::NotConnected(_) => false,
            Failure::TimedOut { sent } | Failure::ShutDown { sent } => *sent,
            Failure::Refused(response) => match response.status {
                408 => true,
                status => status >= 500 && status != 501,
            },
            Failure::Lost(_) | Failure::StreamEnded | Failure::Unusable { .. } => true,
        }
    }

    pub(crate) fn is_timeout(&self) -> bool {
        match self {
            Failure::NotConnected(failed) => failed.is_timeout(),
            Failure::TimedOut { .. } => true,
            _ => false,
        }
    }

    /// Whether the same call may succeed later.
    pub(crate) fn is_transient(&self) -> bool {
        match self {
            Failure::NotConnected(failed) => failed.is_transient(),
            Failure::TimedOut { .. } | Failure::Lost(_) | Failure::StreamEnded => true,
            _ => false,
        }
    }

    pub(crate) fn hint(&self) -> Option<&'static str> {
        match self {
            Failure::NotConnected(failed) => Some(failed.hint()),
            Failure::TimedOut { .. } => Some(hints::RAISE_TIMEOUT),
            Failure::Unusable { hint, .. } => *hint,
            _ => None,
        }
    }

    /// The cause of a failure without a response.
    pub(crate) fn cause(&self) -> String {
        match self {
            Failure::NotConnected(failed) => failed.cause(),
            Failure::Lost(cause) | Failure::Unusable { cause, .. } => cause.to_string(),
            Failure::TimedOut { sent: true } => "the response was not complete in time".to_owned(),
            Failure::TimedOut { sent: false } => "no time was left".to_owned(),
            Failure::StreamEnded => "the server closed the event stream".to_owned(),
            Failure::ShutDown { .. } => "`shutdown` was called".to_owned(),
            Failure::Refused(response) => response.reason().to_owned(),
        }
    }
}

/// What failed, in a few words.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::NotConnected(failed) => failed.fmt(f),
            Failure::TimedOut { .. } => f.write_str("timed out"),
            Failure::Lost(_) => f.write_str("connection lost"),
            Failure::StreamEnded => f.write_str("the event stream ended before the response"),
            Failure::ShutDown { .. } => f.write_str("the client was shut down"),
            Failure::Unusable { what, .. } => f.write_str(what),
            Failure::Refused(response) => write!(f, "status {}", response.status),
        }
    }
}
