//! The example `ensure`.

use std::fs;
use std::path::PathBuf;

#[cfg(target_os = "linux")]
use super::full;
use super::{example, example_with, methods, run};
use crate::support::KEY;
use mistral_connectors::testing::FakeServer;
use serde_json::{Value, json};

/// A file with this content.
fn file(name: &str, content: &str) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("examples-{name}.json"));
    fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

fn description(name: &str) -> Value {
    json!({"name": name, "description": "New", "server": "https://docs.example/mcp"})
}

#[test]
fn ensure_does_what_its_plan_shows_and_then_has_nothing_to_do() {
    let server = FakeServer::start();
    server.add(json!({"name": "wiki", "description": "Old", "server": "https://old.example/mcp"}));
    server.add(description("mail"));
    let list = file(
        "plan",
        &json!(["docs", "wiki", "mail"].map(description)).to_string(),
    );
    let ensure = || example_with("ensure", &server);

    let ended = run(ensure().arg("--dry-run").arg(&list));
    assert_eq!(
        ended.stdout,
        "would create docs\n\
         would update wiki: description: \"Old\" -> \"New\"\n\
         would update wiki: server: \"https://old.example/mcp\" -> \"https://docs.example/mcp\"\n\
         unchanged mail\n\
         2 to change, 1 unchanged, 0 failed\n"
    );
    assert_eq!(ended.status, 3);
    assert_eq!(methods(&server), ["GET"; 3]);

    let ended = run(ensure().arg(&list));
    let summary = "2 changed, 1 unchanged, 0 failed\n";
    assert!(ended.stdout.ends_with(summary), "{ended:?}");
    assert_eq!((ended.status, ended.stderr.as_str()), (0, ""));
    let descriptions = server.connectors().into_iter().map(|it| it.description);
    assert_eq!(descriptions.collect::<Vec<_>>(), ["New"; 3]);

    server.clear_requests();
    for flag in [None, Some("--dry-run")] {
        let ended = run(ensure().args(flag).arg(&list));
        let summary = ", 3 unchanged, 0 failed\n";
        assert!(ended.stdout.ends_with(summary), "{ended:?}");
        assert_eq!(ended.status, 0);
    }
    assert_eq!(methods(&server), ["GET"; 6]);
}

#[test]
fn ensure_continues_after_an_entry_that_fails_and_shows_no_secret() {
    const SECRET: &str = "a-secret-of-the-server";
    let server = FakeServer::start();
    let mut private = description("private");
    private["visibility"] = json!("private");
    server.add(private);
    server
        .when("POST", "/v1/connectors")
        .times(1)
        .answer(403, json!({"detail": format!("Not with {SECRET}")}));
    let mut entries = ["private", "broken", "docs"].map(description);
    entries[0]["visibility"] = json!("shared_org");
    for entry in &mut entries {
        entry["headers"] = json!({"x-key": SECRET});
    }
    let list = file("failing", &json!(entries).to_string());

    // A failure counts more than something to do.
    let plan = run(example_with("ensure", &server).arg("--dry-run").arg(&list));
    assert_eq!(
        plan.stdout,
        "failed private: an update cannot change visibility\n\
         would create broken\n\
         would create docs\n\
         2 to change, 0 unchanged, 1 failed\n"
    );
    assert_eq!(plan.status, 1);

    let ended = run(example_with("ensure", &server).arg(&list));
    for part in [
        "failed private: ",
        "failed broken: 403 on POST",
        "created docs ",
        "1 changed, 0 unchanged, 2 failed\n",
    ] {
        assert!(ended.stdout.contains(part), "{part}: {ended:?}");
    }
    assert_eq!(ended.status, 1);
    assert!(!format!("{plan:?} {ended:?}").contains(SECRET), "{ended:?}");
}

#[test]
fn ensure_fails_if_the_api_ignores_an_update() {
    let server = FakeServer::start();
    server.add(json!({"name": "docs", "description": "Old", "server": "https://docs.example/mcp"}));
    let unchanged = json!(server.connectors()[0]);
    server
        .when("PATCH", "/v1/connectors/*")
        .answer(200, unchanged);
    let list = file("ignored", &json!([description("docs")]).to_string());
    let ended = run(example_with("ensure", &server).arg(&list));
    assert_eq!(
        ended.stdout,
        "failed docs: the API ignored an update of description\n0 changed, 0 unchanged, 1 failed\n"
    );
    assert_eq!(ended.status, 1);
}

#[test]
fn ensure_sends_nothing_before_it_understands_everything() {
    const SECRET: &str = "a-secret-of-the-server";
    let server = FakeServer::start();
    let mut typo = description("mail");
    typo["titel"] = json!(SECRET);
    let mut wrong_type = description("mail");
    wrong_type["headers"] = json!(SECRET);
    let list = |name, entries: &[Value]| file(name, &json!(entries).to_string());
    let good = list("good", &[description("docs")]);
    for (args, want) in [
        (vec!["--dry"], "usage: "),
        (vec!["--help"], "usage: "),
        (vec![&good, &good], "usage: "),
        (vec![&good, "--dry-run"], "usage: "),
        // With an API key, the file is required.
        (vec![], "usage: "),
        (vec!["--dry-run"], "usage: "),
        (vec!["not-there.json"], "not-there.json: "),
        (vec![""], ": "),
        (vec![&file("no-json", "[{")], "EOF while parsing"),
        (vec![&file("no-list", "{}")], "expected a sequence"),
        (
            vec![&list("typo", &[description("docs"), typo])],
            "unknown field `titel` at line 1",
        ),
        (
            vec![&list("wrong-type", &[description("docs"), wrong_type])],
            "unexpected type of field `headers`",
        ),
        (
            vec![&list("twice", &["docs", "mail", "docs"].map(description))],
            "`docs` is listed twice",
        ),
    ] {
        let ended = run(example_with("ensure", &server).args(&args));
        assert_eq!((ended.status, ended.stdout.as_str()), (2, ""), "{args:?}");
        assert!(ended.stderr.starts_with("ensure: "), "{args:?}: {ended:?}");
        assert!(ended.stderr.contains(want), "{args:?}: {ended:?}");
        assert_eq!(ended.stderr.lines().count(), 1, "{args:?}: {ended:?}");
        assert!(!ended.stderr.contains(SECRET), "{args:?}: {ended:?}");
    }
    let mut invalid = example("ensure");
    invalid.env("MISTRAL_API_KEY", KEY);
    invalid.env("MISTRAL_BASE_URL", "not a URL");
    assert_eq!(run(invalid.arg(&good)).status, 2);
    assert!(server.requests().is_empty());
}

#[test]
#[cfg(target_os = "linux")]
fn ensure_does_not_stop_halfway_if_its_output_is_full() {
    let server = FakeServer::start();
    let list = file(
        "full",
        &json!(["docs", "mail"].map(description)).to_string(),
    );
    let ended = run(example_with("ensure", &server).arg(list).stdout(full()));
    assert_eq!((ended.status, ended.stderr.as_str()), (0, ""));
    assert_eq!(server.connectors().len(), 2);
}
