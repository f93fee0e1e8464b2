//! What a test asked of some requests: which ones, and what becomes of them.

use super::answer::Answer;
use super::path;
use super::recorded::RecordedRequest;
use super::relay::Manner;

/// Which requests a rule takes, and how they are answered.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) method: String,
    /// With `*` for any one segment.
    pub(super) path: String,
    pub(super) skip: usize,
    /// Without a number: for good.
    pub(super) times: Option<usize>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) manner: Manner,
    /// Without an answer of its own, the request is carried out.
    pub(super) answer: Option<Answer>,
}

impl Rule {
    pub(super) fn new(method: String, path: String) -> Self {
        Rule {
            method,
            path,
            skip: 0,
            times: None,
            headers: Vec::new(),
            manner: Manner::default(),
            answer: None,
        }
    }

    fn matches(&self, request: &RecordedRequest) -> bool {
        self.method == request.method && path::parts(&self.path, &request.path).is_some()
    }

    /// Counts a request that matches, and says whether it is one of those that are meant.
    fn takes(&mut self) -> bool {
        if let Some(skip) = self.skip.checked_sub(1) {
            self.skip = skip;
            return false;
        }
        match &mut self.times {
            None => true,
            Some(times) => match times.checked_sub(1) {
                Some(left) => {
                    *times = left;
                    true
                }
                None => false,
            },
        }
    }
}

/// All rules, in the order in which they were put in force. A rule's number is its place.
#[derive(Debug, Default)]
pub(super) struct Rules(Vec<Rule>);

impl Rules {
    /// The number of the rule that is put in force next.
    pub(super) fn next_number(&self) -> usize {
        self.0.len()
    }

    pub(super) fn put_in_force(&mut self, rule: Rule) {
        self.0.push(rule);
    }

    /// The first rule that takes this request, with its number.
    pub(super) fn take(&mut self, request: &RecordedRequest) -> Option<(usize, &Rule)> {
        let number = self
            .0
            .iter_mut()
            .position(|rule| rule.matches(request) && rule.takes())?;
        Some((number, self.0.get(number)?))
    }

    /// How the answers of a rule get to their clients.
    pub(super) fn manner(&self, number: usize) -> Manner {
        self.0
            .get(number)
            .map_or_else(Manner::default, |rule| rule.manner)
    }
}
