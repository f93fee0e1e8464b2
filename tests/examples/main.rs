//! The examples as their users see them: what they print, how they end, and what they change.
//!
//! `cargo test` builds them; `cargo test --test examples` alone uses those that were built last.

#[path = "../support/mod.rs"]
mod support;

mod audit;
mod ensure;

use std::env;
use std::process::{Command, Stdio};

use mistral_connectors::testing::FakeServer;
use serde_json::json;

const WITHOUT_API_KEY: &str = "MISTRAL_API_KEY is not set: using an in-process fake of the API\n";

/// An example without an API key.
fn example(name: &str) -> Command {
    let test = env::current_exe().unwrap();
    let folder = test.ancestors().nth(2).unwrap().join("examples");
    let program = folder.join(format!("{name}{}", env::consts::EXE_SUFFIX));
    assert!(program.exists(), "run `cargo build --examples` first");
    let mut command = Command::new(program);
    command
        .env_remove("MISTRAL_API_KEY")
        .env_remove("MISTRAL_BASE_URL")
        // There is no `.env` here or in a parent.
        .current_dir(env::temp_dir());
    command
}

/// An example with an API key.
fn example_with(name: &str, server: &FakeServer) -> Command {
    let mut command = example(name);
    command
        .env("MISTRAL_API_KEY", server.api_key())
        .env("MISTRAL_BASE_URL", server.base_url());
    command
}

/// How a program ended, and what it printed.
#[derive(Debug)]
struct Ended {
    status: i32,
    stdout: String,
    stderr: String,
}

#[track_caller]
fn run(command: &mut Command) -> Ended {
    let output = command.stdin(Stdio::null()).output().unwrap();
    Ended {
        status: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A file that cannot be written to.
#[cfg(target_os = "linux")]
fn full() -> std::fs::File {
    std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap()
}

fn methods(server: &FakeServer) -> Vec<String> {
    let requests = server.requests().into_iter();
    requests.map(|request| request.method).collect()
}

// --- all examples

#[test]
fn examples_work_without_an_api_key() {
    for (name, stdout) in [
        (
            "create",
            "ID: a1b2c3d4-5678-90ab-cdef-000000000010\n\
             Name: example_create_3f2a\n\
             Description: DeepWiki MCP connector for code repository exploration\n\
             Created at: 2026-02-24T10:30:15Z\n",
        ),
        (
            "get",
            "Name: example_get_3f2a\n\
             ID: a1b2c3d4-5678-90ab-cdef-000000000010\n\
             Description: DeepWiki MCP connector for code repository exploration\n\
             \n\
             Verified: get-by-name and get-by-ID return the same connector.\n",
        ),
        (
            "update",
            "New description: DeepWiki connector for code exploration\n\
             New name: example_update_3f2a_v2\n",
        ),
        (
            "delete",
            "Delete response: Connector deleted successfully\n\
             Confirmed deleted: not found\n",
        ),
        (
            "lifecycle",
            "Created: example_lifecycle_3f2a (a1b2c3d4-5678-90ab-cdef-000000000010)\n\
             Fetched: example_lifecycle_3f2a — Ephemeral connector for testing\n\
             Listed: found among 16 connectors\n\
             Updated: Updated description for lifecycle test\n\
             Deleted: Connector deleted successfully\n\
             Verified: connector no longer exists\n",
        ),
        (
            "tools",
            "read_wiki_structure: Lists the topics of a repository's documentation\n  \
               arguments: {\"properties\":{\"repoName\":{\"type\":\"string\"}},\
             \"required\":[\"repoName\"],\"type\":\"object\"}\n\
             \n\
             Output of read_wiki_structure:\n\
             1 Overview\n2 Query processing\n3 Storage\n",
        ),
        (
            "converse",
            "(called read_wiki_structure)\n\
             An overview, query processing, and storage.\n",
        ),
        (
            "ensure",
            "updated team_docs (a1b2c3d4-5678-90ab-cdef-000000000008): description\n\
             created changelog (a1b2c3d4-5678-90ab-cdef-000000000011)\n\
             2 changed, 0 unchanged, 0 failed\n",
        ),
    ] {
        let ended = run(&mut example(name));
        assert_eq!(ended.stdout, stdout, "{name}");
        assert_eq!(ended.stderr, WITHOUT_API_KEY, "{name}");
        assert_eq!(ended.status, 0, "{name}");
    }
    for (name, parts) in [
        (
            "list",
            [
                "Page 1: 10 connectors\n  - my_deepwiki (a1b2",
                "Page 2: 5 connectors\n",
                "Total: 15 connectors\n\nActive connectors: 12\n  - my_deepwiki\n",
            ],
        ),
        (
            "authenticate",
            [
                "Open this URL in a browser: http://127.0.0.1:",
                "It is valid for 600 seconds.\n",
                "Logged in. Stored credentials:\n  - default\n",
            ],
        ),
    ] {
        let ended = run(&mut example(name));
        for part in parts {
            assert!(ended.stdout.contains(part), "{name}: {ended:?}");
        }
        assert_eq!(ended.status, 0, "{name}: {ended:?}");
    }
}

/// A server with connectors of the user and of others.
fn workspace() -> FakeServer {
    let server = FakeServer::start();
    for (name, visibility) in [
        ("my_deepwiki", "private"),
        ("docs", "shared_workspace"),
        ("gmail_connector", "shared_global"),
    ] {
        server.add(json!({"name": name, "visibility": visibility}));
    }
    server
}

#[test]
fn with_an_api_key_no_example_changes_what_it_did_not_create() {
    for name in [
        "audit",
        "authenticate",
        "converse",
        "create",
        "delete",
        "ensure",
        "get",
        "lifecycle",
        "list",
        "tools",
        "update",
    ] {
        let server = workspace();
        let before = server.connectors();
        let ended = run(&mut example_with(name, &server));
        assert_eq!(server.connectors(), before, "{name}: {ended:?}");
        for request in server.requests() {
            // Created connectors are private, with a name that says where they come from.
            if (&*request.method, &*request.path) == ("POST", "/v1/connectors") {
                let body = request.body.unwrap();
                let prefix = format!("example_{name}_");
                assert!(
                    body["name"].as_str().unwrap().starts_with(&prefix),
                    "{body}"
                );
                assert_eq!(body["visibility"], "private", "{body}");
            }
            assert!(!request.path.contains("share"), "{name}: {}", request.path);
        }
        // These two cannot succeed here: `ensure` needs a file, and there is no such tool.
        let status = match name {
            "ensure" => 2,
            "tools" => 1,
            _ => 0,
        };
        assert_eq!(ended.status, status, "{name}: {ended:?}");
    }
}

#[test]
fn an_example_that_fails_says_so_and_leaves_nothing_behind() {
    for (name, method, path) in [
        ("lifecycle", "GET", "/v1/connectors/*"),
        ("lifecycle", "GET", "/v1/connectors"),
        ("lifecycle", "PATCH", "/v1/connectors/*"),
        ("get", "GET", "/v1/connectors/*"),
        ("update", "PATCH", "/v1/connectors/*"),
        ("tools", "POST", "/v1/connectors-gateway/*/mcp"),
        ("authenticate", "GET", "/v1/connectors/*/auth_url"),
        ("converse", "POST", "/v1/conversations"),
    ] {
        let server = FakeServer::start();
        server.when(method, path).fail(403);
        let ended = run(&mut example_with(name, &server));
        assert_eq!(ended.status, 1, "{name} {method} {path}: {ended:?}");
        let error = format!("403 on {method}");
        assert!(ended.stderr.contains(&error), "{name}: {ended:?}");
        assert_eq!(server.connectors(), [], "{name} {method} {path}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn an_example_leaves_nothing_behind_if_its_output_is_full() {
    for name in ["create", "get", "update", "lifecycle"] {
        let server = FakeServer::start();
        let ended = run(example_with(name, &server).stdout(full()));
        assert_eq!(ended.status, 101, "{name}: {ended:?}");
        assert_eq!(server.connectors(), [], "{name}");
    }
}

#[test]
fn delete_fails_if_the_connector_still_exists() {
    let server = FakeServer::start();
    server
        .when("DELETE", "/v1/connectors/*")
        .answer(200, json!({"message": "Connector deleted successfully"}));
    let ended = run(&mut example_with("delete", &server));
    assert_eq!(ended.status, 1, "{ended:?}");
    assert!(ended.stderr.contains("still exists"), "{ended:?}");
}

#[test]
fn authenticate_logs_in_at_the_connector_that_is_named() {
    let server = workspace();
    let ended = run(example_with("authenticate", &server).arg("docs"));
    assert_eq!(ended.status, 0, "{ended:?}");
    let path = "/v1/connectors/docs/auth_url";
    assert_eq!(server.requests()[0].path, path);
    assert!(!methods(&server).contains(&"POST".to_owned()));
}
