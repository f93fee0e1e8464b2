//! The example of a build script: what it requests, how long it waits, and what it generates.
//! `.ci/run` builds its package.

mod support;

#[allow(dead_code, reason = "its `main` is for cargo")]
#[path = "../examples/build_script/build.rs"]
mod build_script;

use std::path::Path;
use std::process::Command;
use std::time::Duration;
use std::{env, fs};

use mistral_connectors::testing::FakeServer;
use serde_json::json;
use support::wire::{Act, Wire, response};
use support::{client, page};

#[track_caller]
fn table(server: &FakeServer) -> String {
    let limit = Duration::from_secs(60);
    let active = build_script::active(&server.client(), limit);
    build_script::table(active.unwrap())
}

#[test]
fn the_table_has_the_active_connectors_of_all_pages_sorted_by_name() {
    let server = FakeServer::start();
    server.page_size(1);
    for (name, active) in [("docs", true), ("off", false), ("aws", true)] {
        server.add(json!({"id": format!("id-{name}"), "name": name, "active": active}));
    }
    let rows: String = table(&server).split_whitespace().collect();
    let want = r#"[("aws","id-aws",),("docs","id-docs",),]"#;
    assert!(rows.contains(want), "{rows}");
}

#[test]
fn the_table_is_valid_rust_for_any_names() {
    let server = FakeServer::start();
    assert_eq!(
        table(&server),
        "pub const CONNECTORS: &[(&str, &str)] = &[];\n"
    );
    server.add(json!({"id": "1", "name": "\"];\nevil{\u{7}}\\", "active": true}));
    let table = table(&server);
    let name = r#""\"];\nevil{\u{7}}\\","#;
    assert!(table.lines().any(|line| line.trim() == name), "{table}");
}

#[test]
fn the_limit_holds_for_a_silent_server_and_for_endless_pages() {
    let silent = Wire::script([Act::Silence]);
    let endless = Wire::serve(|number, _| {
        let page = page(&[&format!("n{number}")], Some(&number.to_string()));
        Act::Send(response(200, &page.to_string()))
    });
    for wire in [&silent, &endless] {
        let limit = Duration::from_millis(100);
        let error = build_script::active(&client(wire.base_url()), limit).unwrap_err();
        assert!(error.is_timeout(), "{error}");
        // A warning of cargo has one line.
        assert!(!error.to_string().contains('\n'), "{error}");
    }
}

/// Only for the next test, which runs it in a process with other variables.
#[test]
#[ignore = "a part of another test"]
fn run_the_script() {
    build_script::main();
}

/// What the script prints for cargo.
#[track_caller]
fn output(folder: &Path, api_key: Option<&str>) -> String {
    let mut script = Command::new(env::current_exe().unwrap());
    script
        .args(["--exact", "run_the_script", "--ignored", "--nocapture"])
        .env("OUT_DIR", folder)
        .env("MISTRAL_BASE_URL", "http://127.0.0.1:1")
        .env_remove("MISTRAL_API_KEY")
        .envs(api_key.map(|key| ("MISTRAL_API_KEY", key)))
        .current_dir(folder);
    let output = script.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_script_runs_again_when_the_env_file_appears_or_changes() {
    let parent = Path::new(env!("CARGO_TARGET_TMPDIR")).join("build-script");
    let folder = parent.join("package");
    let _ = fs::remove_dir_all(&parent);
    fs::create_dir_all(&folder).unwrap();
    let [outer, inner] = [&parent, &folder].map(|folder| folder.join(".env"));
    let watches = |output: &str, file: &Path| {
        let line = format!("cargo::rerun-if-changed={}", file.display());
        output.lines().any(|own| own == line)
    };

    // The file that the warning recommends.
    let missing = output(&folder, None);
    assert!(missing.contains("cargo::warning=the table of connectors is empty: no API key"));
    assert!(missing.contains(".env"), "{missing}");
    assert!(watches(&missing, &inner), "{missing}");
    let table = fs::read_to_string(folder.join("connectors.rs")).unwrap();
    assert!(table.contains("= &[];"), "{table}");

    // The file that the client reads.
    fs::write(&outer, "MISTRAL_API_KEY=outer").unwrap();
    assert!(watches(&output(&folder, None), &outer));
    fs::write(&inner, "MISTRAL_API_KEY=inner").unwrap();
    assert!(watches(&output(&folder, None), &inner));

    // With an API key in the environment, no file is read.
    let with_key = output(&folder, Some("not-a-real-key"));
    assert!(!with_key.contains(".env"), "{with_key}");
}
