//! What becomes of a request: it is recorded, made to fail, taken by a rule, or carried out.

use std::collections::VecDeque;

use super::answer::Answer;
use super::recorded::RecordedRequest;
use super::router;
use super::rules::Rules;
use super::state::State;

/// Everything that the stand-in keeps, and the answer that it is about to give.
#[derive(Default)]
pub(super) struct Intake {
    api_key: String,
    pub(super) state: State,
    /// How often the next requests fail, and with which status.
    pub(super) failures: VecDeque<(usize, u16)>,
    pub(super) rules: Rules,
    pub(super) requests: Vec<RecordedRequest>,
    /// The answer to the request that came last.
    pub(super) answer: Answer,
    /// The number of the rule that took it.
    pub(super) taken_by: Option<usize>,
    /// How many requests came.
    pub(super) came: u64,
}

impl Intake {
    pub(super) fn new(api_key: &str) -> Self {
        Intake {
            api_key: api_key.to_owned(),
            ..Intake::default()
        }
    }

    /// Records a request, and leaves the answer to it in `answer`.
    pub(super) fn take(&mut self, request: RecordedRequest) {
        self.came += 1;
        self.taken_by = None;
        let mut answer = self.next_failure().map(Answer::failure);
        if answer.is_none() {
            if let Some((number, rule)) = self.rules.take(&request) {
                self.taken_by = Some(number);
                answer = rule.answer.clone();
            }
        }
        self.answer =
            answer.unwrap_or_else(|| router::serve(&mut self.state, &self.api_key, &request));
        self.requests.push(request);
    }

    fn next_failure(&mut self) -> Option<u16> {
        while let Some((times, status)) = self.failures.front_mut() {
            if let Some(left) = times.checked_sub(1) {
                *times = left;
                return Some(*status);
            }
            self.failures.pop_front();
        }
        None
    }
}
