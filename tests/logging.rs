//! What goes to the `log` crate: a line for every request and every retry, without secrets.

mod support;

use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use log::{Level, LevelFilter, Log, Metadata, Record};
use mistral_connectors::{AuthData, Connector, ConnectorsClient, Error, ListConnectors, Result};
use serde_json::json;
use support::mcp::{self, SESSION};
use support::wire::{Act, Wire, not_found, respond, response, response_with_headers};
use support::{CONNECTOR, ID, KEY, builder, client, connector, docs};

type Line = (Level, String);

struct Recorder(Mutex<Vec<Line>>);

impl Log for Recorder {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("mistral_connectors")
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            let line = (record.level(), record.args().to_string());
            self.0.lock().unwrap().push(line);
        }
    }

    fn flush(&self) {}
}

static RECORDER: Recorder = Recorder(Mutex::new(Vec::new()));

/// The lines that `work` logs. One test at a time, because there is one logger for all.
fn lines(work: impl FnOnce()) -> Vec<Line> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock().unwrap();
    let _ = log::set_logger(&RECORDER);
    log::set_max_level(LevelFilter::Trace);
    RECORDER.0.lock().unwrap().clear();
    work();
    std::mem::take(&mut RECORDER.0.lock().unwrap())
}

/// The only line that `work` logs, which has to be at `debug`.
#[track_caller]
fn debug_line(work: impl FnOnce()) -> String {
    let mut lines = lines(work);
    assert!(matches!(lines.as_slice(), [(Level::Debug, _)]), "{lines:?}");
    lines.remove(0).1
}

// --- requests and retries

#[test]
fn a_request_is_one_line_at_debug() {
    let wire = Wire::script([Act::Send(response(200, CONNECTOR))]);
    let line = debug_line(|| drop(client(wire.base_url()).get("docs").unwrap()));
    let start = "GET /v1/connectors/docs: 200 after ";
    assert!(line.starts_with(start), "{line}");
    assert!(line.ends_with("(attempt 1)"), "{line}");
}

#[test]
fn a_request_without_a_response_is_one_line_at_debug() {
    let wire = Wire::script([Act::Reset]);
    let client = builder(wire.base_url()).max_retries(0).build().unwrap();
    let line = debug_line(|| drop(client.get("docs").unwrap_err()));
    let start = "GET /v1/connectors/docs: connection lost after ";
    assert!(line.starts_with(start), "{line}");
}

#[test]
fn the_line_of_a_listing_shows_the_page_and_the_request_id() {
    let first = r#"{"items":[],"pagination":{"next_cursor":"c-2"}}"#;
    let wire = Wire::script([
        Act::Send(response_with_headers(200, "x-request-id: 7f3a\r\n", first)),
        Act::Send(response(200, r#"{"items":[]}"#)),
    ]);
    let client = client(wire.base_url());
    let lines = lines(|| assert_eq!(client.list().count(), 0));
    let [(_, first), (_, second)] = lines.as_slice() else {
        panic!("{lines:?}")
    };
    let start = "GET /v1/connectors (first page): 200 after ";
    assert!(first.starts_with(start), "{first}");
    assert!(first.ends_with("(attempt 1, request ID 7f3a)"), "{first}");
    let start = "GET /v1/connectors (page at cursor c-2): 200 after ";
    assert!(second.starts_with(start), "{second}");
}

#[test]
fn a_retry_is_one_line_at_warn_with_its_reason() {
    let busy = respond(503, &json!({"detail": "overloaded"}));
    let wire = Wire::script([busy, Act::Send(response(200, CONNECTOR))]);
    let lines = lines(|| drop(client(wire.base_url()).get("docs").unwrap()));
    let [
        (Level::Debug, _),
        (Level::Warn, retry),
        (Level::Debug, second),
    ] = lines.as_slice()
    else {
        panic!("{lines:?}")
    };
    let start = "GET /v1/connectors/docs: status 503 (attempt 1); retrying in ";
    assert!(retry.starts_with(start), "{retry}");
    assert!(!retry.contains("overloaded"), "a body: {retry}");
    assert!(second.ends_with("(attempt 2)"), "{second}");
}

#[test]
fn a_retry_without_a_response_has_its_reason_too() {
    // Nothing listens on port 1.
    let builder = builder("http://127.0.0.1:1").max_retries(1);
    let client = builder.build().unwrap();
    let lines = lines(|| drop(client.get("docs").unwrap_err()));
    let want = "docs: could not connect: connection refused (attempt 1); retrying in ";
    assert!(lines[1].1.contains(want), "{lines:?}");
}

#[test]
fn no_line_shows_a_secret() {
    let echo = format!(r#"{{"detail":"{KEY} hush-hush mcp-secret {CONNECTOR:?}"}}"#);
    for status in [200, 400, 503] {
        let wire = Wire::script([Act::Send(response(status, &echo))]);
        let builder = builder(wire.base_url()).header("x-team", "hush-hush");
        let client = builder.build().unwrap();
        let wanted = docs()
            .header("x-mcp", "mcp-secret")
            .auth_data(AuthData::new("client").secret("mcp-secret"));
        let lines = lines(|| {
            client.create(&wanted).unwrap_err();
            client.get(KEY).unwrap_err();
            client.get("hush-hush").unwrap_err();
            let options = ListConnectors::new().cursor(KEY);
            client.list_page(&options).unwrap_err();
        });
        assert!(lines.len() >= 4, "{lines:?}");
        for (_, line) in lines {
            for secret in [KEY, "hush-hush", "mcp-secret"] {
                assert!(!line.contains(secret), "{line}");
            }
        }
    }
}

// --- ephemeral connectors

/// What the drop of an ephemeral connector with this secret logs if its deletion fails like this.
fn lines_of_drop(deletion: Act) -> Vec<Line> {
    let wire = Wire::script([respond(201, &connector()), deletion]);
    let client = client(wire.base_url());
    let wanted = docs().header("x-mcp", "mcp-secret");
    let lines = lines(|| drop(client.create_ephemeral(&wanted).unwrap()));
    assert_eq!(wire.lines().len(), 2);
    lines
}

#[test]
fn an_ephemeral_connector_that_is_not_deleted_is_a_warning_with_its_id() {
    for (deletion, reason) in [
        (Act::Reset, "connection lost"),
        // A 404 that is not from the API.
        (
            respond(
                404,
                &json!({"message": "no Route matched with those values"}),
            ),
            "404",
        ),
        (Act::Send(response(404, "<html>nginx</html>")), "404"),
        (respond(404, &json!({})), "404"),
        (
            respond(403, &json!({"detail": "mcp-secret"})),
            "403 on DELETE /v1/connectors/a1b2c3d4-5678-90ab-cdef-1234567890ab: [redacted]",
        ),
    ] {
        let lines = lines_of_drop(deletion);
        let Some((Level::Warn, warning)) = lines.last() else {
            panic!("{lines:?}")
        };
        let start = format!("the ephemeral connector {ID} was not deleted: ");
        assert!(warning.starts_with(&start), "{warning}");
        assert!(warning.contains(reason), "{warning}");
    }
}

#[test]
fn an_ephemeral_connector_that_somebody_else_deleted_is_not_a_warning() {
    let lines = lines_of_drop(not_found());
    let is_debug = |(level, _): &Line| *level == Level::Debug;
    assert!(lines.iter().all(is_debug), "{lines:?}");
}

// --- shutdown

/// The error of a call during whose wait the client is shut down. The call is known to wait because
/// it has logged this.
fn shut_down_in_wait(
    act: Act,
    logged: &str,
    call: fn(&ConnectorsClient) -> Result<Connector>,
) -> Error {
    let wire = Wire::script([act]);
    let hour = Duration::from_secs(3600);
    let builder = builder(wire.base_url()).timeout(hour);
    let client = builder.retry_backoff(hour / 2, hour / 2).build().unwrap();
    let mut result = None;
    let is_logged = || {
        RECORDER
            .0
            .lock()
            .unwrap()
            .iter()
            .any(|own| own.1.contains(logged))
    };
    let started = Instant::now();
    lines(|| {
        thread::scope(|scope| {
            let call = scope.spawn(|| call(&client));
            while !is_logged() {
                assert!(started.elapsed() < hour / 60, "nothing is logged");
                thread::yield_now();
            }
            client.shutdown();
            result = Some(call.join().unwrap());
        });
    });
    assert!(started.elapsed() < hour / 30);
    result.unwrap().unwrap_err()
}

#[test]
fn shutdown_ends_the_wait_before_a_retry_or_a_poll() {
    let busy = respond(503, &json!({}));
    let retried = shut_down_in_wait(busy, "retrying in", |client| client.get("docs"));
    let mut not_logged_in = connector();
    not_logged_in["is_authenticated"] = json!(false);
    let polled = shut_down_in_wait(respond(200, &not_logged_in), "200 after", |client| {
        client.wait_until_authenticated("docs", Duration::from_secs(3600))
    });
    for error in [retried, polled] {
        assert!(matches!(error, Error::Transport(_)), "{error}");
        assert!(error.to_string().contains("shut down"), "{error}");
        assert!(!error.is_timeout(), "{error}");
    }
}

#[test]
fn a_line_is_searched_for_secrets_as_a_whole() {
    let failed = response_with_headers(503, "x-request-id: r-1\r\n", "{}");
    for secret in [
        "docs: 503 after",
        ", request id r-1)",
        "docs: 503 (attempt 1); retrying in",
    ] {
        let wire = Wire::script([
            Act::Send(failed.clone()),
            Act::Send(response(200, CONNECTOR)),
        ]);
        let client = builder(wire.base_url()).header("x-team", secret);
        let client = client.build().unwrap();
        let lines = lines(|| drop(client.get("docs").unwrap()));
        let shown = |text: &str| lines.iter().any(|(_, line)| line.contains(text));
        assert!(shown("[redacted]") && !shown(secret), "{secret}: {lines:?}");
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
fn an_mcp_session_id_that_is_repeated_as_the_request_id_is_not_logged() {
    let headers = format!("mcp-session-id: {SESSION}\r\nx-request-id: {SESSION}\r\n");
    let wire = Wire::serve(move |_, incoming| {
        let message = mcp::message(incoming);
        match message["method"].as_str() {
            Some("initialize") => mcp::opened(&message, &headers),
            _ => mcp::handshake(&message).unwrap(),
        }
    });
    let lines = lines(|| drop(mcp::open(&wire)));
    assert!(
        lines.iter().any(|(_, line)| line.contains("[redacted]")),
        "{lines:?}"
    );
    assert!(
        lines.iter().all(|(_, line)| !line.contains(SESSION)),
        "{lines:?}"
    );
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
