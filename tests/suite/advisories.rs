//! The scheduled check of advisories is about what users of the crate get.

#[test]
fn the_check_of_advisories_leaves_out_what_only_the_tests_use() {
    let settings = include_str!("../../deny.toml");
    let (_, graph) = settings.split_once("[graph]\n").unwrap();
    let (graph, _) = graph.split_once("\n[").unwrap();
    let has = |line: &str| graph.lines().any(|own| own == line);
    assert!(has("exclude-dev = true"), "{graph}");
    // Everything else is looked at.
    assert!(has("all-features = true"), "{graph}");
}
