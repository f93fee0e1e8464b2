//! What is kept of credentials.

use serde_json::{Value, json};

/// Credentials without their secrets.
#[derive(Clone)]
pub(super) struct Kept {
    pub(super) name: String,
    pub(super) title: Value,
    pub(super) kind: String,
    /// The word in bodies.
    pub(super) scope: &'static str,
    pub(super) is_default: bool,
    /// When they were set.
    pub(super) since: String,
}

impl Kept {
    pub(super) fn to_json(&self) -> Value {
        json!({
            "name": self.name,
            "title": self.title,
            "authentication_type": self.kind,
            "scope": self.scope,
            "is_default": self.is_default,
            "status": {"status_type": "valid", "last_checked_at": self.since},
        })
    }

    /// Whether both are of one kind, of which one is the default.
    pub(super) fn is_beside(&self, other: &Kept) -> bool {
        self.scope == other.scope && self.kind == other.kind
    }
}

/// Where a kind has lost its default, the oldest that is left becomes it.
pub(super) fn complete_defaults(credentials: &mut [Kept]) {
    let mut done: Vec<Kept> = credentials.to_vec();
    done.retain(|kept| kept.is_default);
    for kept in credentials {
        if !done.iter().any(|default| default.is_beside(kept)) {
            kept.is_default = true;
            done.push(kept.clone());
        }
    }
}
