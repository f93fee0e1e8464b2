//! What the stand-in answers, and the refusals that several operations share.

use serde_json::{Value, json};

/// A status and a body.
#[derive(Clone, Debug, Default)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Value,
}

/// An answer, or a refusal, which is one too.
pub(super) type Answered = Result<Answer, Answer>;

impl Answer {
    pub(super) fn new(status: u16, body: Value) -> Self {
        Answer { status, body }
    }

    /// An answer that says one sentence, as FastAPI says it.
    pub(super) fn detail(status: u16, detail: &str) -> Self {
        Answer::new(status, json!({ "detail": detail }))
    }

    /// A success that has nothing else to tell.
    pub(super) fn message(message: &str) -> Self {
        Answer::new(200, json!({ "message": message }))
    }

    /// What a test asked for.
    pub(super) fn failure(status: u16) -> Self {
        Answer::detail(status, "the test asked for this failure")
    }

    pub(super) fn not_found() -> Self {
        Answer::detail(404, "Connector not found")
    }

    /// A request in which these [faults](fault) were found.
    pub(super) fn invalid(faults: Vec<Value>) -> Self {
        Answer::new(422, json!({ "detail": faults }))
    }
}

/// Refuses a request in which faults were found.
pub(super) fn refuse(faults: Vec<Value>) -> Result<(), Answer> {
    match faults.is_empty() {
        true => Ok(()),
        false => Err(Answer::invalid(faults)),
    }
}

/// One entry of a 422. `kind` is what FastAPI calls `type`.
pub(super) fn fault(kind: &str, loc: &[&str], msg: &str) -> Value {
    json!({"type": kind, "loc": loc, "msg": msg})
}
