//! What goes to the `log` crate: a line for every request and every repetition, and no secret.

mod support;

use std::sync::Mutex;

use log::{Level, LevelFilter, Log, Metadata, Record};
use mistral_connectors::{AuthData, ListConnectors, UpdateConnector};
use support::mcp::{self, SESSION};
use support::wire::{Act, Wire, answer_with, response};
use support::{CONNECTOR, ID, KEY, builder, client, docs};

struct Recorder(Mutex<Vec<(Level, String)>>);

impl Log for Recorder {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("mistral_connectors")
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            self.0
                .lock()
                .unwrap()
                .push((record.level(), record.args().to_string()));
        }
    }

    fn flush(&self) {}
}

static RECORDER: Recorder = Recorder(Mutex::new(Vec::new()));

/// The lines of `work`. One test at a time: there is one logger for all.
fn lines(work: impl FnOnce()) -> Vec<(Level, String)> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock().unwrap();
    let _ = log::set_logger(&RECORDER);
    log::set_max_level(LevelFilter::Trace);
    RECORDER.0.lock().unwrap().clear();
    work();
    std::mem::take(&mut RECORDER.0.lock().unwrap())
}

#[test]
fn a_request_is_one_line_at_debug() {
    let wire = Wire::script([Act::Send(response(200, CONNECTOR))]);
    let lines = lines(|| drop(client(wire.base_url()).get("docs").unwrap()));
    let [(Level::Debug, line)] = lines.as_slice() else {
        panic!("{lines:?}")
    };
    assert!(
        line.starts_with("GET /v1/connectors/docs: 200 after "),
        "{line}"
    );
    assert!(line.ends_with("(attempt 1)"), "{line}");
}

#[test]
fn the_line_of_a_listing_tells_the_page_and_the_request_id() {
    let first = r#"{"items":[],"pagination":{"next_cursor":"c-2"}}"#;
    let wire = Wire::script([
        Act::Send(answer_with(200, "x-request-id: 7f3a\r\n", first)),
        Act::Send(response(200, r#"{"items":[]}"#)),
    ]);
    let client = client(wire.base_url());
    let lines = lines(|| assert_eq!(client.list().count(), 0));
    let (first, second) = (&lines[0].1, &lines[1].1);
    assert!(
        first.starts_with("GET /v1/connectors (first page): 200 after "),
        "{first}"
    );
    assert!(first.ends_with("(attempt 1, request id 7f3a)"), "{first}");
    assert!(
        second.starts_with("GET /v1/connectors (page at cursor c-2): 200"),
        "{second}"
    );
}

#[test]
fn an_ephemeral_connector_that_stays_is_warned_of_with_its_id() {
    let wire = Wire::script([Act::Send(response(201, CONNECTOR)), Act::Reset]);
    let client = client(wire.base_url());
    let lines = lines(|| drop(client.create_ephemeral(&docs()).unwrap()));
    let (level, warning) = lines.last().unwrap();
    assert_eq!(*level, Level::Warn);
    assert!(
        warning.contains(&format!("connector {ID} was not deleted")),
        "{warning}"
    );
    assert!(warning.contains("broke off"), "{warning}");
}

#[test]
fn an_ephemeral_connector_that_is_gone_already_is_not_warned_of() {
    let gone = response(404, r#"{"detail":"Connector not found"}"#);
    let wire = Wire::script([Act::Send(response(201, CONNECTOR)), Act::Send(gone)]);
    let lines = lines(|| drop(client(wire.base_url()).create_ephemeral(&docs()).unwrap()));
    assert_eq!(wire.seen().len(), 2);
    assert!(
        lines.iter().all(|(level, _)| *level == Level::Debug),
        "{lines:?}"
    );
}

#[test]
fn an_ephemeral_connector_whose_delete_a_gateway_answers_with_404_is_warned_of() {
    for gateway in [
        r#"{"message":"no Route matched with those values"}"#,
        "<html>nginx</html>",
        "{}",
    ] {
        let wire = Wire::script([
            Act::Send(response(201, CONNECTOR)),
            Act::Send(response(404, gateway)),
        ]);
        let client = client(wire.base_url());
        let lines = lines(|| drop(client.create_ephemeral(&docs()).unwrap()));
        let (level, warning) = lines.last().unwrap();
        assert_eq!(*level, Level::Warn, "{gateway}: {lines:?}");
        assert!(
            warning.contains(&format!("connector {ID} was not deleted")) && warning.contains("404"),
            "{warning}"
        );
    }
}

#[test]
fn an_mcp_session_that_is_not_ended_is_warned_of_without_its_id() {
    let wire = Wire::serve(|_, incoming| match incoming.line() {
        line if line.starts_with("DELETE") => Act::Send(response(403, SESSION)),
        _ => mcp::handshake(&mcp::message(incoming)).unwrap(),
    });
    let lines = lines(|| drop(mcp::open(&wire)));
    let (level, warning) = lines.last().unwrap();
    assert_eq!(*level, Level::Warn);
    assert!(
        warning.starts_with("an MCP session was not ended: 403 on DELETE"),
        "{warning}"
    );
    assert!(!warning.contains(SESSION), "{warning}");
}

#[test]
fn the_line_of_an_mcp_request_tells_the_method() {
    let wire = mcp::server(|message| Act::Send(response(200, &mcp::says(message, "ok"))));
    let lines = lines(|| drop(mcp::open(&wire).request("tools/call", ()).unwrap()));
    let start = format!("POST {} (tools/call): 200 after ", mcp::PATH);
    let starts = |line: &str| line.starts_with(&start);
    let found = lines.iter().find(|(_, line)| starts(line));
    assert_eq!(
        found.map(|(level, _)| *level),
        Some(Level::Debug),
        "{lines:?}"
    );
}

#[test]
fn a_request_without_answer_is_one_line_at_debug() {
    let wire = Wire::script([Act::Reset]);
    let client = builder(wire.base_url()).max_retries(0).build().unwrap();
    let lines = lines(|| drop(client.get("docs").unwrap_err()));
    let [(Level::Debug, line)] = lines.as_slice() else {
        panic!("{lines:?}")
    };
    assert!(
        line.starts_with("GET /v1/connectors/docs: the connection broke off after "),
        "{line}"
    );
}

#[test]
fn a_repetition_is_one_line_at_warn_with_its_reason() {
    let busy = r#"{"detail":"overloaded"}"#;
    let wire = Wire::script([
        Act::Send(response(503, busy)),
        Act::Send(response(200, CONNECTOR)),
    ]);
    let lines = lines(|| drop(client(wire.base_url()).get("docs").unwrap()));
    let levels: Vec<_> = lines.iter().map(|(level, _)| *level).collect();
    assert_eq!(
        levels,
        [Level::Debug, Level::Warn, Level::Debug],
        "{lines:?}"
    );
    let warning = &lines[1].1;
    assert!(
        warning.starts_with("GET /v1/connectors/docs: 503 (attempt 1); retrying in "),
        "{warning}"
    );
    assert!(!warning.contains("overloaded"), "no body: {warning}");
    assert!(lines[2].1.ends_with("(attempt 2)"), "{lines:?}");
}

#[test]
fn no_line_shows_a_secret() {
    let echo = format!(r#"{{"detail":"{KEY} hush-hush mcp-secret {CONNECTOR:?}"}}"#);
    for status in [200, 400, 503] {
        let wire = Wire::script([Act::Send(response(status, &echo))]);
        let client = builder(wire.base_url())
            .header("x-team", "hush-hush")
            .build()
            .unwrap();
        let wanted = docs()
            .header("x-mcp", "mcp-secret")
            .auth_data(AuthData::new("client").secret("mcp-secret"));
        let lines = lines(|| {
            client.create(&wanted).unwrap_err();
            client.get(KEY).unwrap_err();
            client
                .update(ID, &UpdateConnector::new().title("mcp-secret"))
                .ok();
            client.list_page(&ListConnectors::new().cursor(KEY)).ok();
        });
        assert!(lines.len() >= 4, "{lines:?}");
        for (_, line) in lines {
            assert!(!line.contains(KEY) && !line.contains("hush-hush"), "{line}");
            assert!(
                !line.contains("POST") || !line.contains("mcp-secret"),
                "{line}"
            );
        }
    }
}

#[test]
fn a_repetition_without_answer_names_its_reason_too() {
    // Nobody listens on the first port of all.
    let client = builder("http://127.0.0.1:1")
        .max_retries(1)
        .build()
        .unwrap();
    let lines = lines(|| drop(client.get("docs").unwrap_err()));
    let warning = &lines[1].1;
    assert!(
        warning.contains("docs: could not connect: refused (attempt 1); retrying in "),
        "{warning}"
    );
}
