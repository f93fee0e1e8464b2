//! Paths with a place holder.

/// The parts of `path`, as they were sent, that stand where `pattern` has a `*`; `None` if the two
/// do not match. A `*` stands for one whole segment, which is not empty.
pub(super) fn parts<'a>(pattern: &str, path: &'a str) -> Option<Vec<&'a str>> {
    let mut segments = path.split('/');
    let mut parts = Vec::new();
    for wanted in pattern.split('/') {
        match (wanted, segments.next()?) {
            ("*", "") => return None,
            ("*", part) => parts.push(part),
            (wanted, segment) if wanted == segment => {}
            _ => return None,
        }
    }
    segments.next().is_none().then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_one_segment() {
        for (pattern, path, want) in [
            ("/v1/connectors", "/v1/connectors", Some(&[][..])),
            ("/v1/connectors", "/v1/connectors/", None),
            ("/v1/connectors", "/v1/connectors/docs", None),
            ("/v1/connectors/*", "/v1/connectors/docs", Some(&["docs"])),
            ("/v1/connectors/*", "/v1/connectors/a%2Fb", Some(&["a%2Fb"])),
            ("/v1/connectors/*", "/v1/connectors/", None),
            ("/v1/connectors/*", "/v1/connectors", None),
            ("/v1/connectors/*", "/v1/connectors/docs/tools", None),
            (
                "/v1/*/*",
                "/v1/connectors/docs",
                Some(&["connectors", "docs"]),
            ),
            ("/v1/connectors/a*", "/v1/connectors/ab", None),
            ("/v1/connectors/a%2Fb", "/v1/connectors/a%2fb", None),
        ] {
            assert_eq!(parts(pattern, path).as_deref(), want, "{pattern} {path}");
        }
    }
}
