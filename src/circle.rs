//! Listings that go in a circle.

/// Finds a circle of cursors with the memory of one (Brent's algorithm): the cursors at steps 1, 2,
/// 4, 8, … are kept in turn, and a circle comes back to one of them.
#[derive(Debug, Default)]
pub(crate) struct Circle {
    kept: Option<String>,
    steps: u64,
}

impl Circle {
    /// Whether `cursor`, the next one, is the one kept.
    pub(crate) fn closes_at(&mut self, cursor: &str) -> bool {
        if self.kept.as_deref() == Some(cursor) {
            return true;
        }
        self.steps += 1;
        if self.steps.is_power_of_two() {
            self.kept = Some(cursor.to_owned());
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_circle_of_any_length_after_any_tail_is_found() {
        for tail in [0, 1, 2, 5, 40] {
            for length in [1, 2, 3, 7, 8, 9, 100] {
                let mut circle = Circle::default();
                let step = |at: usize| {
                    if at < tail {
                        at
                    } else {
                        tail + (at - tail) % length
                    }
                };
                let found = (0..)
                    .find(|&at| circle.closes_at(&step(at).to_string()))
                    .unwrap();
                assert!(
                    found >= tail + length,
                    "tail {tail}, length {length}: found at {found}"
                );
                assert!(
                    found <= 3 * (tail + length),
                    "tail {tail}, length {length}: {found}"
                );
            }
        }
    }

    #[test]
    fn a_walk_without_circle_is_left_alone() {
        let mut circle = Circle::default();
        assert!((0..10_000).all(|at| !circle.closes_at(&at.to_string())));
    }
}
