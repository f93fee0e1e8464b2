//! HTTP/1 on sockets: accepting connections, reading requests, writing responses.

pub(super) mod listener;
pub(super) mod request;
pub(super) mod response;
