//! The example `audit`.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

#[cfg(target_os = "linux")]
use super::full;
use super::{WITHOUT_API_KEY, example, example_with, run};
use mistral_connectors::Connector;
use mistral_connectors::testing::FakeServer;
use serde_json::json;

#[test]
fn audit_prints_everything_as_json_lines() {
    let server = FakeServer::start();
    server.add(json!({"name": "a\nb", "visibility": "shared_org", "new": [1, null]}));
    server.add(json!({"name": "off", "active": false}));
    let ended = run(&mut example_with("audit", &server));
    let read = |line| serde_json::from_str::<Connector>(line).unwrap();
    let connectors: Vec<_> = ended.stdout.lines().map(read).collect();
    assert_eq!(connectors, server.connectors());
    assert_eq!((ended.status, ended.stderr.as_str()), (0, ""));

    let ended = run(&mut example("audit"));
    assert_eq!(ended.stdout.lines().count(), 15);
    assert_eq!((ended.status, ended.stderr.as_str()), (0, WITHOUT_API_KEY));
}

#[test]
fn audit_prints_a_table_that_stays_in_shape() {
    let server = FakeServer::start();
    let new = "2026-02-24T10:30:00Z";
    server.add(json!({
        "id": "1", "name": "docs", "visibility": "shared_workspace", "active": true,
        "owner_type": "workspace", "modified_at": new,
    }));
    server.add(json!({
        "id": "x".repeat(40), "name": "é\u{1b}[2J\r\n\u{202e}\"quoted'\\".to_owned() + &"é".repeat(40),
        "visibility": "shared_with_everybody", "active": false, "owner_type": "user",
        "modified_at": "2026-02-24T10:30:00.123456Z",
    }));
    server.add(json!({"id": "2", "name": "mail", "modified_at": new}));
    let ended = run(example_with("audit", &server).arg("--table"));
    assert_eq!((ended.status, ended.stderr.as_str()), (0, ""));
    assert_eq!(
        ended.stdout.lines().collect::<Vec<_>>(),
        [
            "NAME                          ID                                    VISIBILITY        ACTIVE  OWNER      MODIFIED",
            "docs                          1                                     shared_workspace  yes     workspace  2026-02-24T10:30:00Z",
            "é�[2J���\"quoted'\\éééééééééé…  xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…  shared_with_eve…  no      user       2026-02-24T10:30:00…",
            "mail                          2                                     -                 -       -          2026-02-24T10:30:00Z",
        ]
    );
}

#[test]
fn audit_prints_what_it_has_and_then_the_error() {
    let server = FakeServer::start();
    for _ in 0..101 {
        server.add(json!({}));
    }
    server.when("GET", "/v1/connectors").skip(1).fail(400);
    let ended = run(&mut example_with("audit", &server));
    assert_eq!((ended.status, ended.stdout.lines().count()), (1, 100));
    let error = "audit: 400 on GET";
    assert!(ended.stderr.starts_with(error), "{ended:?}");

    let ended = run(example_with("audit", &server).arg("--json"));
    assert_eq!((ended.status, ended.stdout.as_str()), (2, ""));
    assert_eq!(ended.stderr, "usage: audit [--table]\n");
}

#[test]
fn audit_stops_quietly_if_its_output_is_closed() {
    let server = FakeServer::start();
    for _ in 0..300 {
        // More than fits into a pipe.
        server.add(json!({"description": "long ".repeat(200)}));
    }
    let mut audit = example_with("audit", &server)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    // Closed at the semicolon.
    BufReader::new(audit.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert_eq!(audit.wait().unwrap().code(), Some(0));
    let mut stderr = String::new();
    audit.stderr.unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!(stderr, "");
}

#[test]
#[cfg(target_os = "linux")]
fn audit_fails_if_its_output_is_full() {
    let ended = run(example("audit").stdout(full()));
    assert_eq!(ended.status, 1);
    let error = "No space left on device";
    assert!(ended.stderr.contains(error), "{ended:?}");
}
