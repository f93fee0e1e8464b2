//! What to do about a status: our words for what an endpoint means by it.

/// Statuses and what to do about them. What holds wherever a status comes is not repeated for every
/// endpoint.
pub(crate) type Hints = &'static [(u16, &'static str)];

/// Stands for a success that cannot be read.
pub(crate) const UNREADABLE: u16 = 200;

/// What the first of them that knows the status says.
pub(crate) fn find(hints: &[Hints], status: u16) -> Option<&'static str> {
    let mut all = hints.iter().flat_map(|hints| hints.iter());
    all.find(|(own, _)| *own == status).map(|(_, hint)| *hint)
}
