//! JSON: how the bodies of requests are made.

pub(crate) mod body;
