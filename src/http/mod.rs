//! How requests are sent: one deadline per call, attempts, retry rules, and one exchange.

mod call;
mod connection;
mod exchange;
mod failure;
mod headers;
mod report;
mod request;
mod response;
mod retry;
mod retry_after;

pub(crate) use call::{Call, MAX_TIMEOUT};
pub(crate) use connection::{ProxySetting, base_url, environment_variable, same_url, wrapping};
pub(crate) use exchange::{Http, Settings};
pub(crate) use failure::Failure;
pub(crate) use report::Report;
pub use request::Method;
pub(crate) use request::{MAX_CURSOR_BYTES, Query, Request, is_uuid};
pub(crate) use response::{Body, Response};
pub(crate) use retry::{Retry, RetryPolicy};
