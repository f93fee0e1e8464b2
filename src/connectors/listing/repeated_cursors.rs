//! Detects listings that loop.

/// Finds repeated cursors while remembering only one (Brent's algorithm): the cursors at steps 1,
/// 2, 4, 8, … are remembered in turn, and a loop returns to one of them.
#[derive(Debug, Default)]
pub(super) struct RepeatedCursors {
    remembered: Option<String>,
    steps: u64,
}

impl RepeatedCursors {
    /// Whether the next cursor is the remembered one.
    pub(super) fn repeat_at(&mut self, cursor: &str) -> bool {
        if self.remembered.as_deref() == Some(cursor) {
            return true;
        }
        self.steps += 1;
        if self.steps.is_power_of_two() {
            self.remembered = Some(cursor.to_owned());
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_is_found_soon_and_never_too_early() {
        for tail in [0, 1, 2, 5, 40] {
            for length in [1, 2, 3, 7, 8, 9, 100] {
                let mut cursors = RepeatedCursors::default();
                let cursor = |step: usize| match step.checked_sub(tail) {
                    Some(in_loop) => tail + in_loop % length,
                    None => step,
                };
                let mut steps = 0..;
                let found = steps.find(|&step| cursors.repeat_at(&cursor(step).to_string()));
                let (found, all) = (found.unwrap(), tail + length);
                let case = format!("tail {tail}, length {length}: found at {found}");
                assert!((all..=3 * all).contains(&found), "{case}");
            }
        }
    }

    #[test]
    fn different_cursors_are_not_a_loop() {
        let mut cursors = RepeatedCursors::default();
        assert!((0..10_000).all(|step| !cursors.repeat_at(&step.to_string())));
    }
}
