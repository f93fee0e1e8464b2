//! Which responses are a success, and what happens to redirects.

use crate::calls::{CALLS, CREATE, DELETE, GET, LIST, LIST_AT_CURSOR, error_of, result_of};
use crate::support::CONNECTOR;
use crate::support::wire::{Act, Wire, response, response_with_headers};
use mistral_connectors::Error;

// --- redirects

#[test]
fn a_redirect_is_not_followed_and_its_target_is_shown() {
    let target = Wire::script([Act::Silence]);
    let location = format!("{}/elsewhere", target.base_url());
    for status in [301, 302, 303, 307, 308] {
        for (name, call) in CALLS {
            let redirect =
                response_with_headers(status, &format!("location: {location}\r\n"), "moved");
            let error = error_of(redirect, call);
            assert_eq!(error.status(), Some(status), "{name}");
            let text = error.to_string();
            let shown = format!("redirect to {location}, which is not followed: moved");
            assert!(text.contains(&shown), "{text}");
            assert!(error.hint().unwrap().contains("base_url"), "{text}");
        }
    }
    assert_eq!(target.connections(), 0);
}

#[test]
fn a_redirect_without_a_target_is_an_error() {
    for location in ["", "location: \r\n", "location: ::not a url::\r\n"] {
        let error = error_of(response_with_headers(302, location, "moved"), GET);
        assert_eq!(error.status(), Some(302), "{location}");
        assert!(error.to_string().contains("moved"), "{error}");
    }
}

// --- success

#[test]
fn an_empty_body_is_a_success_of_a_delete_and_of_nothing_else() {
    for (status, body) in [(200, ""), (204, ""), (200, "null"), (200, " \n"), (202, "")] {
        for (name, call) in CALLS {
            let result = result_of(response(status, body), call);
            let case = format!("{status} {body:?} on {name}: {result:?}");
            if name.starts_with("delete") {
                assert!(result.is_ok(), "{case}");
            } else {
                assert!(matches!(result, Err(Error::Decode(_))), "{case}");
            }
        }
    }
}

#[test]
fn a_response_that_cannot_be_read_says_what_was_expected_and_shows_only_its_start() {
    let body = format!("Sign in{}", " please".repeat(1000));
    for (call, expected) in [
        (CREATE, "is not a connector"),
        (LIST, "is not a page of connectors"),
        (LIST_AT_CURSOR, "is not a page of connectors"),
        (DELETE, "is not a message"),
    ] {
        let text = error_of(response(200, &body), call).to_string();
        assert!(text.contains(expected), "{text}");
        assert!(text.contains("starts with \"Sign in please"), "{text}");
        assert!(text.len() < 900, "{text}");
    }
}

#[test]
fn json_is_read_with_any_content_type_and_behind_a_byte_order_mark() {
    let body = format!(" \r\n{CONNECTOR}\n");
    for (headers, body) in [
        ("", format!("\u{feff}{CONNECTOR}")),
        (
            "content-type: application/json; charset=utf-8\r\n",
            body.clone(),
        ),
        ("content-type: text/html\r\n", body.clone()),
        ("content-type: nonsense\r\n", body),
    ] {
        result_of(response_with_headers(200, headers, &body), GET).unwrap();
    }
}

#[test]
fn every_status_from_200_to_299_is_a_success() {
    for status in [200, 201, 202, 203, 206, 226, 299] {
        result_of(response(status, CONNECTOR), GET).unwrap();
        result_of(response(status, CONNECTOR), CREATE).unwrap();
    }
}
