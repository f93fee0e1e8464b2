//! A place of the API, and what is asked of it.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::answer::{Answer, Answered, fault};
use super::recorded::RecordedRequest;
use super::state::State;

/// A path, with `*` for any one segment, and what can be done there.
pub(super) struct Route {
    pub(super) path: &'static str,
    pub(super) methods: &'static [(&'static str, Operation)],
    pub(super) needs_key: bool,
}

impl Route {
    pub(super) const fn new(
        path: &'static str,
        methods: &'static [(&'static str, Operation)],
    ) -> Self {
        Route {
            path,
            methods,
            needs_key: true,
        }
    }

    /// For whoever comes, with or without the key.
    pub(super) const fn open(self) -> Self {
        Route {
            needs_key: false,
            ..self
        }
    }
}

/// Carries out a request.
pub(super) type Operation = fn(&mut State, &Asked<'_>) -> Answered;

/// A request that has found its route.
pub(super) struct Asked<'a> {
    pub(super) request: &'a RecordedRequest,
    /// What stood where the route has a `*`, decoded.
    parts: Vec<String>,
}

impl<'a> Asked<'a> {
    /// `parts` as they were sent.
    pub(super) fn new(request: &'a RecordedRequest, parts: &[&str]) -> Self {
        let decode = |part: &&str| percent_decode_str(part).decode_utf8_lossy().into_owned();
        Asked {
            request,
            parts: parts.iter().map(decode).collect(),
        }
    }

    /// What stood where the route has its first, second, … `*`, counted from 0.
    pub(super) fn part(&self, number: usize) -> &str {
        self.parts.get(number).map_or("", String::as_str)
    }

    /// The fields of the body.
    pub(super) fn body(&self) -> Result<&Map<String, Value>, Answer> {
        let body = self.request.body.as_ref();
        body.and_then(Value::as_object).ok_or_else(|| {
            Answer::invalid(vec![fault(
                "model_attributes_type",
                &["body"],
                "Input should be a valid dictionary or object to extract fields from",
            )])
        })
    }
}
