//! What is repeated, and what never is.

use std::time::Duration;

use crate::support::wire::{Act, Wire, answer_with, response};
use crate::support::{CONNECTOR, ID, builder, client, docs};
use mistral_connectors::{ConnectorsClient, Error, ListConnectors, Result, UpdateConnector};

/// An answer that every operation understands.
fn ok() -> Act {
    let page = CONNECTOR.replace('}', r#","items":[]}"#);
    Act::Send(response(200, &page))
}

fn status(status: u16) -> Act {
    Act::Send(response(status, "{}"))
}

/// The API's own 404.
fn gone() -> Act {
    Act::Send(response(404, r#"{"detail": "Connector not found"}"#))
}

fn half() -> Act {
    let whole = response(200, CONNECTOR);
    Act::SendAndClose(whole[..whole.len() - 9].to_vec())
}

type Operation = fn(&ConnectorsClient) -> Result<()>;

const GET: Operation = |client| client.get("docs").map(drop);
const LIST: Operation = |client| client.list_page(&ListConnectors::new()).map(drop);
const UPDATE: Operation = |client| {
    client
        .update(ID, &UpdateConnector::new().description("new"))
        .map(drop)
};
const RENAME: Operation = |client| {
    client
        .update(ID, &UpdateConnector::new().name("docs"))
        .map(drop)
};
const DELETE: Operation = |client| client.delete(ID).map(drop);
const CREATE: Operation = |client| client.create(&docs()).map(drop);

/// The requests that `operation` takes against a server that fails once, and its result.
fn requests(operation: Operation, failure: Act) -> (usize, Result<()>) {
    let wire = Wire::script([failure, ok()]);
    let result = operation(&client(wire.base_url()));
    (wire.seen().len(), result)
}

#[test]
fn reads_and_repeatable_writes_survive_passing_failures() {
    for (name, operation) in [
        ("get", GET),
        ("list", LIST),
        ("update", UPDATE),
        ("delete", DELETE),
    ] {
        for failure in [
            Act::Reset,
            half(),
            Act::SendAndClose(vec![]),
            Act::SendAndClose(b"HTTP/1.1 200 OK\r\ncont".to_vec()),
            status(408),
            status(429),
            status(500),
            status(502),
            status(503),
            status(504),
        ] {
            let (requests, result) = requests(operation, failure.clone());
            assert!(result.is_ok(), "{name} after {failure:?}: {result:?}");
            assert_eq!(requests, 2, "{name} after {failure:?}");
        }
    }
}

#[test]
fn other_answers_are_not_repeated() {
    for code in [301, 400, 401, 403, 404, 409, 422, 501, 505] {
        for (name, operation) in [("get", GET), ("update", UPDATE), ("create", CREATE)] {
            let (requests, result) = requests(operation, status(code));
            assert_eq!(result.unwrap_err().status(), Some(code), "{name}");
            assert_eq!(requests, 1, "{name} after {code}");
        }
    }
}

#[test]
fn a_whole_answer_that_does_not_decode_is_not_repeated() {
    let (requests, result) = requests(GET, Act::Send(response(200, "{\"id\":")));
    assert!(matches!(result, Err(Error::Decode(_))), "{result:?}");
    assert_eq!(requests, 1);
}

#[test]
fn a_create_that_may_have_happened_is_not_repeated_and_says_so() {
    for failure in [
        Act::Reset,
        half(),
        Act::SendAndClose(vec![]),
        Act::Send(b"no http\r\n\r\n".to_vec()),
        Act::Send(response(201, "[]")),
        status(408),
        status(500),
        status(502),
        status(503),
        status(504),
    ] {
        let (requests, result) = requests(CREATE, failure.clone());
        let error = result.unwrap_err();
        assert_eq!(requests, 1, "{failure:?}: {error}");
        assert_eq!(error.attempts(), 1, "{failure:?}: {error}");
        assert!(
            error.to_string().contains("may have been carried out"),
            "{failure:?}: {error}"
        );
    }
}

#[test]
fn a_create_that_was_turned_away_is_repeated() {
    let (requests, result) = requests(CREATE, status(429));
    assert!(result.is_ok(), "{result:?}");
    assert_eq!(requests, 2);
}

#[test]
fn a_create_without_a_connection_is_repeated_and_says_nothing_of_having_happened() {
    // Nobody listens on the first port of all.
    let error = client("http://127.0.0.1:1").create(&docs()).unwrap_err();
    assert_eq!(error.attempts(), 3);
    assert!(error.is_connect() && !error.is_timeout(), "{error}");
    assert!(!error.to_string().contains("carried out"), "{error}");
    assert!(
        error.to_string().contains("could not connect: refused"),
        "{error}"
    );
    assert!(error.hint().unwrap().contains("base_url"), "{error}");
    let cause = std::error::Error::source(&error).unwrap();
    assert!(
        cause.is::<ureq::Error>(),
        "the cause is kept as it is: {cause:?}"
    );
}

#[test]
fn a_refused_write_says_nothing_of_having_happened() {
    for code in [400, 401, 404, 409, 422, 429, 501] {
        let wire = Wire::script([status(code)]);
        let error = client(wire.base_url()).create(&docs()).unwrap_err();
        assert!(!error.to_string().contains("carried out"), "{error}");
    }
}

#[test]
fn a_read_never_says_that_something_happened() {
    let wire = Wire::script([Act::Reset]);
    let error = client(wire.base_url()).get("docs").unwrap_err();
    assert!(!error.to_string().contains("carried out"), "{error}");
}

#[test]
fn an_open_write_is_remembered_when_the_next_attempt_is_turned_away() {
    let wire = Wire::script([Act::Reset, status(429)]);
    let error = client(wire.base_url())
        .update(ID, &UpdateConnector::new().title("t"))
        .unwrap_err();
    assert_eq!(error.status(), Some(429));
    assert!(
        error.to_string().contains("may have been carried out"),
        "{error}"
    );
}

#[test]
fn a_rename_is_not_repeated_after_500() {
    let (requests, result) = requests(RENAME, status(500));
    let error = result.unwrap_err();
    assert_eq!(requests, 1);
    assert!(error.hint().unwrap().contains("name"), "{error}");
}

#[test]
fn a_rename_is_repeated_after_anything_else_that_passes() {
    for failure in [Act::Reset, status(502), status(503), status(429)] {
        let (requests, result) = requests(RENAME, failure.clone());
        assert!(result.is_ok(), "{failure:?}: {result:?}");
        assert_eq!(requests, 2, "{failure:?}");
    }
}

#[test]
fn a_deletion_that_finds_nothing_after_it_may_have_worked_is_done() {
    for failure in [
        Act::Reset,
        half(),
        status(500),
        status(503),
        status(504),
        status(408),
    ] {
        let wire = Wire::script([failure.clone(), gone()]);
        let done = client(wire.base_url()).delete(ID);
        assert!(
            done.is_ok_and(|done| done.message.is_empty()),
            "{failure:?}"
        );
    }
}

#[test]
fn a_deletion_that_finds_nothing_from_the_start_is_not_found() {
    for turned_away in [vec![], vec![status(429)]] {
        let wire = Wire::script(turned_away.into_iter().chain([gone()]));
        assert!(
            client(wire.base_url())
                .delete(ID)
                .unwrap_err()
                .is_not_found()
        );
    }
}

#[test]
fn a_deletion_is_done_only_where_an_id_of_the_api_is_gone() {
    // The API deletes by ID: a name it does not find can be there all the same.
    let wire = Wire::script([status(503), gone()]);
    let error = client(wire.base_url()).delete("docs").unwrap_err();
    assert!(error.is_not_found() && error.may_have_happened(), "{error}");
    // And this is not the API.
    let elsewhere = Act::Send(response(404, "<html>no such site</html>"));
    let wire = Wire::script([status(503), elsewhere]);
    assert!(client(wire.base_url()).delete(ID).is_err());
}

#[test]
fn only_a_deletion_takes_nothing_for_done() {
    let wire = Wire::script([Act::Reset, gone()]);
    let error = client(wire.base_url())
        .update(ID, &UpdateConnector::new().title("t"))
        .unwrap_err();
    assert!(error.is_not_found());
    let wire = Wire::script([Act::Reset, gone()]);
    assert!(client(wire.base_url()).get(ID).unwrap_err().is_not_found());
}

#[test]
fn retries_are_as_many_as_allowed_and_counted_in_the_error() {
    for retries in [0, 1, 2, 5] {
        let wire = Wire::script([status(503)]);
        let client = builder(wire.base_url())
            .max_retries(retries)
            .build()
            .unwrap();
        let error = client.get("docs").unwrap_err();
        assert_eq!(error.attempts(), retries + 1);
        assert_eq!(wire.seen().len() as u32, retries + 1);
        let attempts = match retries {
            0 => "(1 attempt)".to_owned(),
            _ => format!("({} attempts)", retries + 1),
        };
        assert!(error.to_string().contains(&attempts), "{error}");
    }
}

#[test]
fn two_retries_are_the_default() {
    let wire = Wire::script([status(503), status(503), status(503), ok()]);
    assert_eq!(
        client(wire.base_url()).get("docs").unwrap_err().attempts(),
        3
    );
    let wire = Wire::script([status(503), status(503), ok()]);
    assert!(client(wire.base_url()).get("docs").is_ok());
}

#[test]
fn each_call_has_its_own_retries() {
    let wire = Wire::serve(|number, _| if number % 3 < 2 { status(503) } else { ok() });
    let client = client(wire.base_url());
    for _ in 0..3 {
        assert!(client.get("docs").is_ok());
    }
}

#[test]
fn a_wait_that_the_server_asks_for_is_waited() {
    for header in ["retry-after-ms: 1\r\n", "retry-after: 0.001\r\n"] {
        let wire = Wire::script([Act::Send(answer_with(429, header, "{}")), ok()]);
        // Without the header this would not fit into the time limit.
        let hour = Duration::from_secs(3600);
        let client = builder(wire.base_url())
            .retry_backoff(hour, hour)
            .build()
            .unwrap();
        assert!(client.get("docs").is_ok(), "{header}");
    }
}

#[test]
fn a_wait_that_does_not_fit_is_not_begun_and_told() {
    let day = Duration::from_secs(86_400);
    for header in [
        "retry-after: 86400\r\n",
        "retry-after-ms: 86400000\r\n",
        "retry-after-ms: 86400000\r\nretry-after: 0\r\n",
    ] {
        let wire = Wire::script([Act::Send(answer_with(429, header, "{}"))]);
        let error = client(wire.base_url()).get("docs").unwrap_err();
        assert!(error.is_rate_limited());
        assert_eq!(error.retry_after(), Some(day), "{header}");
        assert_eq!(wire.seen().len(), 1, "{header}");
    }
}

#[test]
fn a_date_to_wait_for_is_obeyed() {
    let headers = "retry-after: Fri, 31 Dec 9999 23:59:59 GMT\r\n";
    let wire = Wire::script([Act::Send(answer_with(503, headers, "{}")), ok()]);
    let error = client(wire.base_url()).get("docs").unwrap_err();
    assert!(error.retry_after() > Some(Duration::from_secs(86_400)));
    assert_eq!(wire.seen().len(), 1);
}

#[test]
fn a_wait_that_makes_no_sense_is_ignored() {
    for header in [
        "-5",
        "NaN",
        "inf",
        "",
        "soon",
        "Thu, 01 Jan 1970 00:00:00 GMT",
    ] {
        let header = format!("retry-after-ms: {header}\r\nretry-after: {header}\r\n");
        let wire = Wire::script([Act::Send(answer_with(503, &header, "{}")), ok()]);
        assert!(client(wire.base_url()).get("docs").is_ok(), "{header}");
    }
}

#[test]
fn a_backoff_that_does_not_fit_ends_the_call_with_its_failure() {
    let wire = Wire::script([status(503)]);
    let hour = Duration::from_secs(3600);
    let client = builder(wire.base_url())
        .retry_backoff(hour, hour)
        .build()
        .unwrap();
    let error = client.get("docs").unwrap_err();
    assert_eq!(error.status(), Some(503));
    assert_eq!(wire.seen().len(), 1);
}

/// A server that resets each connection at its second request.
fn impatient() -> Wire {
    let last = std::sync::Mutex::new(None);
    Wire::serve(move |_, incoming| {
        let again = last.lock().unwrap().replace(incoming.connection) == Some(incoming.connection);
        if again { Act::Reset } else { ok() }
    })
}

#[test]
fn a_request_on_a_pooled_connection_that_the_server_closes_is_retried_as_any_other() {
    for operation in [GET, UPDATE, DELETE] {
        let wire = impatient();
        let client = client(wire.base_url());
        operation(&client).unwrap();
        operation(&client).unwrap();
        assert_eq!(wire.seen().len(), 3);
    }
    let wire = impatient();
    let client = builder(wire.base_url()).max_retries(0).build().unwrap();
    client.get("docs").unwrap();
    assert_eq!(client.get("docs").unwrap_err().attempts(), 1);
}

#[test]
fn a_create_on_a_pooled_connection_that_the_server_closes_is_sent_once() {
    let wire = impatient();
    let client = client(wire.base_url());
    client.get("docs").unwrap();
    let error = client.create(&docs()).unwrap_err();
    assert!(error.may_have_happened(), "{error}");
    assert_eq!((wire.seen().len(), error.attempts()), (2, 1));
}

#[test]
fn every_repetition_is_the_same_request() {
    let wire = Wire::script([status(503), Act::Reset, ok()]);
    let update = UpdateConnector::new().description("new");
    client(wire.base_url()).update(ID, &update).unwrap();
    let seen = wire.seen();
    assert_eq!(seen.len(), 3);
    for repetition in &seen {
        assert_eq!(
            (&repetition.head, &repetition.body),
            (&seen[0].head, &seen[0].body)
        );
    }
}

#[test]
fn a_protocol_that_is_asked_for_does_not_use_up_the_retries() {
    let asks =
        r#"{"detail":[{"loc":["body","protocol"],"msg":"Field required","type":"missing"}]}"#;
    let wire = Wire::script([
        Act::Send(response(422, asks)),
        status(429),
        status(429),
        ok(),
    ]);
    client(wire.base_url()).create(&docs()).unwrap();
    let bodies: Vec<_> = wire
        .seen()
        .iter()
        .map(|seen| seen.body.contains(r#""protocol":"mcp""#))
        .collect();
    assert_eq!(bodies, [false, true, true, true]);
}

#[test]
fn a_response_without_a_length_that_does_not_decode_is_not_repeated() {
    for body in ["", "{", r#"{"id":"1","name":"do"#, "{}"] {
        let act = Act::SendAndClose(format!("HTTP/1.1 200 OK\r\n\r\n{body}").into_bytes());
        for operation in [GET, CREATE] {
            let (count, result) = requests(operation, act.clone());
            assert!(
                matches!(result, Err(Error::Decode(_))),
                "{body}: {result:?}"
            );
            assert_eq!(count, 1, "{body}");
        }
    }
}
