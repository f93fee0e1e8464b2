//! The scheduled check of advisories covers what users of the crate get.

#[test]
fn the_check_of_advisories_covers_all_features_but_no_dev_dependencies() {
    let settings = include_str!("../../deny.toml");
    let (_, graph) = settings.split_once("[graph]\n").unwrap();
    let (graph, _) = graph.split_once("\n[").unwrap();
    for line in ["exclude-dev = true", "all-features = true"] {
        assert!(graph.lines().any(|own| own == line), "{line}: {graph}");
    }
}
