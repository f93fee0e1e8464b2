//! What becomes of a request: it is recorded, made to fail, or carried out.

use std::collections::VecDeque;

use super::answer::Answer;
use super::recorded::RecordedRequest;
use super::router;
use super::state::State;

/// Everything that the stand-in keeps, and the answer that it is about to give.
#[derive(Default)]
pub(super) struct Intake {
    pub(super) api_key: String,
    pub(super) state: State,
    pub(super) failures: VecDeque<u16>,
    pub(super) requests: Vec<RecordedRequest>,
    /// The answer to the request that came last.
    pub(super) answer: Answer,
    /// How many requests came.
    pub(super) came: u64,
}

impl Intake {
    /// Records a request, and leaves the answer to it in `answer`.
    pub(super) fn take(&mut self, request: RecordedRequest) {
        self.came += 1;
        self.answer = match self.failures.pop_front() {
            Some(status) => Answer::failure(status),
            None => router::serve(&mut self.state, &self.api_key, &request),
        };
        self.requests.push(request);
    }
}
