//! The examples as their users see them: programs, with what they print and how they end.
//!
//! `cargo test` builds them; `cargo test --test examples` alone takes those that were built last.

mod support;

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use mistral_connectors::Connector;
use mistral_connectors::testing::FakeServer;
use serde_json::{Value, json};
use support::wire::{Act, Wire, response};
use support::{ID, KEY};

/// An example as it is started by somebody without a key.
fn example(name: &str) -> Command {
    let test = env::current_exe().unwrap();
    let folder = test.ancestors().nth(2).unwrap().join("examples");
    let program = folder.join(format!("{name}{}", env::consts::EXE_SUFFIX));
    assert!(
        program.exists(),
        "{program:?}: `cargo build --examples` makes it"
    );
    let mut command = Command::new(program);
    command
        .env_remove("MISTRAL_API_KEY")
        .env_remove("MISTRAL_BASE_URL")
        // No `.env` is here or above.
        .current_dir(env::temp_dir());
    command
}

/// An example as it is started by somebody with a key.
fn example_at(name: &str, base_url: String, key: &str) -> Command {
    let mut command = example(name);
    command
        .env("MISTRAL_API_KEY", key)
        .env("MISTRAL_BASE_URL", base_url);
    command
}

fn example_with(name: &str, server: &FakeServer) -> Command {
    example_at(name, server.base_url(), server.api_key())
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

/// Where nothing can be written to.
#[cfg(target_os = "linux")]
fn full() -> fs::File {
    fs::File::options().write(true).open("/dev/full").unwrap()
}

const WITHOUT_A_KEY: &str = "MISTRAL_API_KEY is not set: talking to an in-process stand-in\n";

fn methods(server: &FakeServer) -> Vec<String> {
    server
        .requests()
        .into_iter()
        .map(|asked| asked.method)
        .collect()
}

// --- the recipes

#[test]
fn the_recipes_work_without_a_key() {
    let names = ["my_deepwiki", "gmail_connector"].map(str::to_owned);
    let names = names
        .into_iter()
        .chain((2..15).map(|number| format!("connector_{number}")));
    let names: Vec<_> = names.collect();
    let id = |number| format!("a1b2c3d4-5678-90ab-cdef-{number:012x}");
    let page = (1..).zip(&names[..10]);
    let page = page.map(|(number, name)| format!("  - {name} ({})\n", id(number)));
    let page: String = page.collect();
    let active = names.iter().enumerate().filter(|(at, _)| at % 5 != 4);
    let active: String = active.map(|(_, name)| format!("  - {name}\n")).collect();
    let list = format!(
        "Page 1: 10 connectors\n{page}Next page: 5 connectors\n\nTotal: 15 connectors\n\n\
         Active connectors: 12\n{active}"
    );
    for (name, stdout) in [
        (
            "create",
            "ID: a1b2c3d4-5678-90ab-cdef-000000000001\n\
             Name: my_deepwiki\n\
             Description: DeepWiki MCP connector for code repository exploration\n\
             Created at: 2026-02-24T10:30:00Z\n",
        ),
        (
            "get",
            "Name: my_deepwiki\n\
             ID: a1b2c3d4-5678-90ab-cdef-000000000001\n\
             Description: DeepWiki MCP connector for code repository exploration\n\
             \n\
             Verified: get-by-name and get-by-ID return the same connector.\n",
        ),
        ("list", &list),
        (
            "update",
            "New description: Updated: DeepWiki connector for code exploration\n\
             New name: my_deepwiki_v2\n",
        ),
        (
            "delete",
            "Delete response: Connector deleted successfully\nConfirmed deleted: 404\n",
        ),
        (
            "lifecycle",
            "Created: lifecycle_test (a1b2c3d4-5678-90ab-cdef-00000000000f)\n\
             Fetched: lifecycle_test — Ephemeral connector for testing\n\
             Listed: found among 15 connectors\n\
             Updated: Updated description for lifecycle test\n\
             Deleted: Connector deleted successfully\n\
             Verified: connector no longer exists\n",
        ),
    ] {
        let ended = run(&mut example(name));
        assert_eq!(ended.stdout, stdout, "{name}");
        assert_eq!(
            (ended.status, ended.stderr.as_str()),
            (0, WITHOUT_A_KEY),
            "{name}"
        );
    }
}

#[test]
fn lifecycle_leaves_nothing_behind_whatever_fails() {
    for (method, path) in [
        ("GET", "/v1/connectors/*"),
        ("GET", "/v1/connectors"),
        ("PATCH", "/v1/connectors/*"),
    ] {
        let server = FakeServer::start();
        server.when(method, path).fail(403);
        let ended = run(&mut example_with("lifecycle", &server));
        assert_eq!(ended.status, 1, "{method} {path}: {ended:?}");
        assert!(
            ended.stdout.starts_with("Created: "),
            "{method} {path}: {ended:?}"
        );
        assert!(
            ended.stderr.contains(&format!("403 on {method}")),
            "{ended:?}"
        );
        assert_eq!(server.connectors(), [], "{method} {path}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn lifecycle_leaves_nothing_behind_when_its_output_is_full() {
    let server = FakeServer::start();
    let ended = run(example_with("lifecycle", &server).stdout(full()));
    assert_eq!(ended.status, 101, "{ended:?}");
    assert_eq!(methods(&server), ["POST", "DELETE"]);
    assert_eq!(server.connectors(), []);
}

// --- ensure

/// A file of its own with this content.
fn file(name: &str, content: &str) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("examples-{name}.json"));
    fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

fn wanted(name: &str) -> Value {
    json!({"name": name, "description": "As wanted", "server": "https://docs.example/mcp"})
}

#[test]
fn ensure_shows_a_sample_where_there_is_neither_a_file_nor_a_key() {
    let ended = run(&mut example("ensure"));
    assert_eq!(
        ended.stdout,
        "~ update my_deepwiki: description\n\
         + create docs\n\
         1 created, 1 updated, 0 unchanged, 0 failed\n\
         \n\
         = unchanged my_deepwiki\n\
         = unchanged docs\n\
         0 created, 0 updated, 2 unchanged, 0 failed\n"
    );
    assert!(
        ended.stderr.contains("usage: ensure [--dry-run] FILE"),
        "{ended:?}"
    );
    assert_eq!(ended.status, 0);

    let ended = run(example("ensure").arg("--dry-run"));
    assert_eq!(
        ended.stdout,
        "~ update my_deepwiki: description\n\
         + create docs\n\
         1 to be created, 1 to be updated, 0 unchanged, 0 failed\n"
    );
    assert_eq!(ended.status, 3);
}

#[test]
fn ensure_makes_what_its_plan_shows_and_then_has_nothing_to_do() {
    let server = FakeServer::start();
    server.add(json!({"name": "wiki", "description": "Old", "server": "https://old.example/mcp"}));
    server.add(wanted("mail"));
    let list: Vec<_> = ["docs", "wiki", "mail"].map(wanted).into();
    let list = file("plan", &json!(list).to_string());
    let ensure = || example_with("ensure", &server);

    let plan = "+ create docs\n~ update wiki: description, server\n= unchanged mail\n";
    let ended = run(ensure().arg("--dry-run").arg(&list));
    assert_eq!(ended.status, 3);
    assert_eq!(
        ended.stdout,
        format!("{plan}1 to be created, 1 to be updated, 1 unchanged, 0 failed\n")
    );
    assert_eq!(methods(&server), ["GET"; 3]);

    let ended = run(ensure().arg(&list));
    assert_eq!(ended.status, 0);
    assert_eq!(
        ended.stdout,
        format!("{plan}1 created, 1 updated, 1 unchanged, 0 failed\n")
    );
    assert_eq!(ended.stderr, "");
    let descriptions = server.connectors().into_iter().map(|it| it.description);
    assert_eq!(descriptions.collect::<Vec<_>>(), ["As wanted"; 3]);

    server.clear_requests();
    for flag in [None, Some("--dry-run")] {
        let ended = run(ensure().args(flag).arg(&list));
        assert_eq!(ended.status, 0);
        assert!(
            ended.stdout.ends_with(", 3 unchanged, 0 failed\n"),
            "{ended:?}"
        );
    }
    assert_eq!(methods(&server), ["GET"; 6]);
}

#[test]
fn ensure_goes_on_after_an_entry_that_fails_and_shows_no_secret() {
    const SECRET: &str = "key-of-the-server-that-nobody-may-see";
    let server = FakeServer::start();
    let mut x = wanted("x");
    x["visibility"] = json!("private");
    server.add(x);
    server
        .when("POST", "/v1/connectors")
        .times(1)
        .answer(403, json!({"detail": format!("Not with {SECRET}")}));
    let mut entries = ["x", "broken", "docs", "mail"].map(wanted);
    entries[0]["visibility"] = json!("shared_org");
    for entry in &mut entries {
        entry["headers"] = json!({"x-key": SECRET});
    }
    server.add(entries[3].clone());
    let list = file("failing", &json!(entries).to_string());

    // What cannot be done weighs more than what is to be done.
    let ended = run(example_with("ensure", &server).arg("--dry-run").arg(&list));
    assert_eq!(
        ended.stdout,
        "! cannot change x: visibility; not compared: headers\n\
         + create broken\n\
         + create docs\n\
         = unchanged mail; not compared: headers\n\
         2 to be created, 0 to be updated, 1 unchanged, 1 failed\n"
    );
    assert_eq!((ended.status, ended.stderr.as_str()), (1, ""));

    let ended = run(example_with("ensure", &server).arg(&list));
    let lines: Vec<_> = ended.stdout.lines().collect();
    assert_eq!(
        lines[0],
        "! cannot change x: visibility; not compared: headers"
    );
    assert!(
        lines[1].starts_with("! failed broken: 403 on POST"),
        "{}",
        lines[1]
    );
    assert_eq!(
        lines[2..],
        [
            "+ create docs",
            "= unchanged mail; not compared: headers",
            "1 created, 0 updated, 1 unchanged, 2 failed"
        ]
    );
    assert_eq!((ended.status, ended.stderr.as_str()), (1, ""));
    assert!(!ended.stdout.contains(SECRET), "{}", ended.stdout);
}

#[test]
fn ensure_fails_where_the_server_ignored_an_update() {
    let there = |title: &str, description: &str| {
        let mut there = wanted("docs");
        there["id"] = json!(ID);
        there["title"] = json!(title);
        there["description"] = json!(description);
        Act::Send(response(200, &there.to_string()))
    };
    let mut entry = wanted("docs");
    entry["title"] = json!("New");
    let list = file("ignored", &json!([entry]).to_string());
    for (before, after, line) in [
        (
            there("Old", "As wanted"),
            there("Old", "As wanted"),
            "! cannot change docs; ignored by the server: title",
        ),
        (
            there("Old", "old"),
            there("Old", "As wanted"),
            "! update docs: description; ignored by the server: title",
        ),
    ] {
        let wire = Wire::serve(move |_, request| match request.line().starts_with("GET") {
            true => before.clone(),
            false => after.clone(),
        });
        let ended = run(example_at("ensure", wire.base_url(), KEY).arg(&list));
        assert_eq!(
            ended.stdout,
            format!("{line}\n0 created, 0 updated, 0 unchanged, 1 failed\n")
        );
        assert_eq!((ended.status, ended.stderr.as_str()), (1, ""));
    }
}

#[test]
fn ensure_sends_nothing_before_it_understands_everything() {
    const SECRET: &str = "key-of-the-server-that-nobody-may-see";
    let server = FakeServer::start();
    let mut typing_error = wanted("mail");
    typing_error["headers"] = json!({"x-key": SECRET});
    typing_error["titel"] = json!(SECRET);
    let mut wrong_type = wanted("mail");
    wrong_type["headers"] = json!(SECRET);
    let list = |name, entries: &[Value]| file(name, &json!(entries).to_string());
    let good = list("good", &[wanted("docs")]);
    for (args, want) in [
        (vec!["--dry"], "usage: "),
        (vec!["--help"], "usage: "),
        (vec![&good, &good], "usage: "),
        (vec![&good, "--dry-run", "--dry-run"], "usage: "),
        // A sample is nothing for somebody's workspace.
        (vec![], "usage: "),
        (vec!["--dry-run"], "usage: "),
        (vec!["not-there.json"], "not-there.json: "),
        (vec![""], ": "),
        (vec![&file("no-json", "[{")], "EOF while parsing"),
        (vec![&file("no-list", "{}")], "expected a sequence"),
        (
            vec![&list("typing-error", &[wanted("docs"), typing_error])],
            "unknown field `titel` at line 1",
        ),
        (
            vec![&list("wrong-type", &[wanted("docs"), wrong_type])],
            "field `headers` is not an object",
        ),
        (
            vec![&list("twice", &["docs", "mail", "docs"].map(wanted))],
            "`docs` is listed twice",
        ),
    ] {
        let ended = run(example_with("ensure", &server).args(&args));
        assert_eq!(
            (ended.status, ended.stdout.as_str()),
            (2, ""),
            "{args:?}: {ended:?}"
        );
        assert!(ended.stderr.starts_with("ensure: "), "{args:?}: {ended:?}");
        assert!(ended.stderr.contains(want), "{args:?}: {ended:?}");
        assert_eq!(ended.stderr.lines().count(), 1, "{args:?}: {ended:?}");
        assert!(!ended.stderr.contains(SECRET), "{args:?}: {ended:?}");
    }
    let mut unusable = example_at("ensure", "not a URL".to_owned(), KEY);
    assert_eq!(run(unusable.arg(&good)).status, 2);
    assert_eq!(methods(&server), [""; 0]);
}

#[test]
#[cfg(target_os = "linux")]
fn ensure_goes_on_when_its_output_is_full() {
    let server = FakeServer::start();
    let list = file("full", &json!(["docs", "mail"].map(wanted)).to_string());
    let ended = run(example_with("ensure", &server).arg(list).stdout(full()));
    assert_eq!((ended.status, ended.stderr.as_str()), (0, ""));
    assert_eq!(server.connectors().len(), 2);
}

// --- audit

#[test]
fn audit_prints_json_lines_where_nobody_watches() {
    let ended = run(&mut example("audit"));
    assert_eq!((ended.status, ended.stderr.as_str()), (0, WITHOUT_A_KEY));
    let read = |line| serde_json::from_str::<Connector>(line).unwrap();
    let connectors: Vec<_> = ended.stdout.lines().map(read).collect();
    assert_eq!(connectors.len(), 15);
    assert_eq!(connectors[0].name, "my_deepwiki");
    let inactive = |it: &&Connector| it.active == Some(false);
    assert_eq!(connectors.iter().filter(inactive).count(), 3);

    // Whatever the API says is there, on one line.
    let server = FakeServer::start();
    server.add(json!({"name": "a\nb", "visibility": "shared_org", "new": [1, null]}));
    let ended = run(&mut example_with("audit", &server));
    assert_eq!(
        ended.stdout.lines().map(read).collect::<Vec<_>>(),
        server.connectors()
    );
    assert_eq!(server.requests().len(), 1);
    assert_eq!(server.requests()[0].query, []);
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
fn audit_prints_what_it_has_and_the_error() {
    let server = FakeServer::start();
    for number in 0..101 {
        server.add(json!({"name": format!("n{number}")}));
    }
    server
        .when("GET", "/v1/connectors")
        .skip(1)
        .answer(400, json!({"detail": "Invalid cursor"}));
    let ended = run(&mut example_with("audit", &server));
    assert_eq!((ended.status, ended.stdout.lines().count()), (1, 100));
    assert!(
        ended.stderr.starts_with("audit: 400 on GET"),
        "{}",
        ended.stderr
    );

    for args in [["--help"], ["--json"]] {
        let ended = run(example("audit").args(args));
        assert_eq!((ended.status, ended.stdout.as_str()), (2, ""));
        assert_eq!(ended.stderr, "usage: audit [--table]\n");
    }
}

/// A server with this many connectors, which it makes when they are asked for, 100 a page. `before`
/// is called with the number of each page before it is sent.
fn large(count: usize, before: impl Fn(usize) + Send + Sync + 'static) -> Wire {
    let text = "long ".repeat(20);
    let connector = move |number: usize| {
        format!(r#"{{"id":"{number}","name":"n{number}","description":"{text}","new":[{number}]}}"#)
    };
    Wire::serve(move |page, _| {
        before(page);
        let items: Vec<_> = (page * 100..(page + 1) * 100).map(&connector).collect();
        let next = ((page + 1) * 100 < count).then_some(page);
        let pagination = json!({"next_cursor": next.map(|page| page.to_string())});
        let items = items.join(",");
        let body = format!(r#"{{"items":[{items}],"pagination":{pagination}}}"#);
        Act::Send(response(200, &body))
    })
}

#[test]
fn audit_stops_quietly_when_its_output_is_closed() {
    for flag in [None, Some("--table")] {
        let wire = large(1_000_000, |_| {});
        let mut audit = example_at("audit", wire.base_url(), KEY)
            .args(flag)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        // Dropped at the semicolon.
        BufReader::new(audit.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        assert!(line.ends_with('\n'));
        assert_eq!(audit.wait().unwrap().code(), Some(0));
        let mut stderr = String::new();
        audit.stderr.unwrap().read_to_string(&mut stderr).unwrap();
        assert_eq!(stderr, "");
        assert!(wire.seen().len() < 10_000);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn audit_says_so_when_its_output_is_full() {
    let ended = run(example("audit").stdout(full()));
    assert_eq!(ended.status, 1);
    assert!(
        ended.stderr.contains("No space left on device"),
        "{ended:?}"
    );
}

/// The peak memory, in KiB, of an audit of this many connectors.
#[cfg(target_os = "linux")]
fn peak(count: usize) -> u64 {
    use std::sync::{Mutex, mpsc};
    use std::thread;

    // Before the last page is sent, somebody looks at what the audit has used.
    let (at_last, looking) = mpsc::channel();
    let (go_on, looked) = mpsc::channel::<()>();
    let ended = at_last.clone();
    let channels = Mutex::new((at_last, looked));
    let wire = large(count, move |page| {
        if (page + 1) * 100 == count {
            let (at_last, looked) = &*channels.lock().unwrap();
            at_last.send(()).unwrap();
            looked.recv().unwrap();
        }
    });
    let mut audit = example_at("audit", wire.base_url(), KEY)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(audit.stdout.take().unwrap()).lines();
    let lines = thread::spawn(move || {
        let count = lines.map(Result::unwrap).count();
        // Also of one that failed before.
        let _ = ended.send(());
        count
    });
    looking.recv().unwrap();
    let status = fs::read_to_string(format!("/proc/{}/status", audit.id())).unwrap();
    go_on.send(()).unwrap();
    assert_eq!(audit.wait().unwrap().code(), Some(0));
    assert_eq!(lines.join().unwrap(), count);
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kib = line.unwrap().split_whitespace().nth(1).unwrap();
    kib.parse().unwrap()
}

#[test]
#[cfg(target_os = "linux")]
fn audit_lists_100_000_within_the_memory_of_1_000() {
    let (few, many) = (peak(1_000), peak(100_000));
    // 99,000 connectors in hand would be 160 MiB more.
    assert!(many < few + 2 * 1024, "{few} KiB, {many} KiB");
}

#[test]
fn tools_are_listed_and_one_is_called() {
    let ended = run(&mut example("tools"));
    assert_eq!(ended.status, 0, "{ended:?}");
    for line in [
        "read_wiki_structure: The topics of a repository's documentation",
        "    takes {\"required\":[\"repoName\"],\"type\":\"object\"}",
        "read_wiki_structure says:",
        "2 Query processing",
    ] {
        assert!(
            ended.stdout.lines().any(|own| own == line),
            "{line}: {ended:?}"
        );
    }
}

#[test]
fn a_user_is_logged_in_and_told_what_to_do_next() {
    let ended = run(&mut example("authenticate"));
    assert_eq!(ended.status, 0, "{ended:?}");
    assert!(
        ended
            .stdout
            .contains("Open within 600 seconds: http://127.0.0.1:")
    );
    assert!(
        ended
            .stdout
            .contains("Kept for my_deepwiki:\n    default\nNext: ")
    );
    let mut with_token = example("authenticate");
    let ended = run(with_token.env("CONNECTOR_TOKEN", "a-token-to-be-kept"));
    assert!(ended.stdout.contains("    from_environment\n"), "{ended:?}");
    assert!(!format!("{ended:?}").contains("a-token-to-be-kept"));
}

#[test]
fn a_question_is_answered_with_a_connector_that_is_gone_afterwards() {
    let ended = run(&mut example("converse"));
    assert_eq!(ended.status, 0, "{ended:?}");
    let want = "(used read_wiki_structure)\nAn overview, query processing, storage.\n\
                Cleaned up: Connector deleted successfully\n";
    assert_eq!(ended.stdout, want);
    // With a key, against something that answers like the API.
    let server = FakeServer::start();
    let ended = run(&mut example_with("converse", &server));
    assert_eq!(ended.status, 0, "{ended:?}");
    assert!(server.connectors().is_empty());
    assert!(methods(&server).contains(&"POST".to_owned()));
}
