//! Responses that are too long, too deep, broken or not HTTP: an error, never a panic, and the next
//! call works.

use std::time::Duration;

use crate::support::wire::{Act, Wire, response};
use crate::support::{CONNECTOR, builder, client, with_response};
use mistral_connectors::{Error, ListConnectors, Result};

/// The result of `get` against a server that does this once. The next call works, on a new
/// connection.
#[track_caller]
fn get_after(act: Act) -> Result<String> {
    let ok = Act::Send(response(200, CONNECTOR));
    let wire = Wire::script([act, ok]);
    let client = builder(wire.base_url()).max_retries(0).build().unwrap();
    let result = client.get("docs").map(|connector| connector.name);
    assert_eq!(client.get("docs").unwrap().name, "docs");
    assert_eq!(wire.connections(), 2);
    result
}

/// A response whose head is followed by these bytes again and again.
fn flood(head: &str, body: &str) -> Act {
    let head = format!("HTTP/1.1 {head}\r\n\r\n");
    Act::Flood(head.into_bytes(), body.repeat(100).into_bytes())
}

#[track_caller]
fn get(status: u16, body: &str) -> Result<String> {
    with_response(status, body, |client| client.get("docs")).map(|connector| connector.name)
}

// --- too long

#[test]
fn a_response_above_the_limit_is_an_error() {
    let items = vec![CONNECTOR; 100].join(",");
    let page = format!("{{\"items\":[{items}]}}");
    let wire = Wire::script([Act::Send(response(200, &page))]);
    let limited = |bytes| {
        let client = builder(wire.base_url()).max_response_bytes(bytes).build();
        client.unwrap().list_page(&ListConnectors::new())
    };
    assert_eq!(limited(page.len() as u64).unwrap().items.len(), 100);
    assert!(limited(u64::MAX).is_ok());
    assert!(limited(0).is_err());
    let error = limited(page.len() as u64 - 1).unwrap_err();
    assert!(matches!(error, Error::Transport(_)), "{error}");
    let text = error.to_string();
    assert!(text.contains("larger than `max_response_bytes`"), "{text}");
    assert!(error.hint().unwrap().contains("page_size"));
    assert_eq!(error.attempts(), 1);
}

#[test]
fn a_response_without_end_is_an_error() {
    let spaces = " ".repeat(4096);
    let chunk = format!("1000\r\n{spaces}\r\n");
    for (head, body) in [
        ("200 OK", &spaces),
        ("200 OK\r\ncontent-length: 99999999999", &spaces),
        ("200 OK\r\ntransfer-encoding: chunked", &chunk),
    ] {
        let text = get_after(flood(head, body)).unwrap_err().to_string();
        assert!(text.contains("larger than `max_response_bytes`"), "{text}");
    }
}

#[test]
fn an_error_whose_body_is_above_the_limit_keeps_its_status() {
    let error = get_after(flood("500 X", &"too much ".repeat(100))).unwrap_err();
    assert_eq!(error.status(), Some(500));
    assert!(error.to_string().len() < 1000, "{error}");

    let wire = Wire::script([Act::Send(response(404, r#"{"detail":"not there"}"#))]);
    let client = builder(wire.base_url()).max_response_bytes(8).build();
    let Err(Error::Api(error)) = client.unwrap().get("docs") else {
        panic!("not an error of the API")
    };
    assert_eq!(error.body, "{\"detail");
}

#[test]
fn headers_without_end_are_an_error() {
    for line in ["x: y\r\n", "x", &format!("long: {}\r\n", "x".repeat(50))] {
        let act = Act::Flood(
            b"HTTP/1.1 200 OK\r\n".to_vec(),
            line.repeat(1000).into_bytes(),
        );
        let text = get_after(act).unwrap_err().to_string();
        assert!(text.contains("not valid HTTP"), "{line:?}: {text}");
    }
}

#[test]
fn interim_responses_without_end_are_an_error() {
    for interim in [
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n",
    ] {
        let flood = Act::Flood(vec![], interim.repeat(100).into_bytes());
        let wire = Wire::script([flood]);
        let client = client(wire.base_url()).with_timeout(Duration::from_millis(40));
        assert!(client.get("docs").is_err(), "{interim:?}");
    }
}

#[test]
fn a_response_with_a_million_parts_is_read_quickly() {
    // Searching each part for each secret would take minutes.
    let secret = "a/long&\"secret\" ".repeat(250);
    for body in [
        format!(
            r#"{{"detail":[{{"msg":"x","loc":[{}1]}}]}}"#,
            "1,".repeat(500_000)
        ),
        format!(r#"{{"detail":[{}1]}}"#, r#"{"msg":"y"},"#.repeat(80_000)),
        format!(r#"{{"detail":"{}"}}"#, "%41&amp;".repeat(120_000)),
        format!(r#"[{}1]"#, r#"{"a":0},"#.repeat(120_000)),
    ] {
        for (status, is_decode) in [(400, false), (200, true)] {
            let wire = Wire::script([Act::Send(response(status, &body))]);
            let client = builder(wire.base_url()).header("x-secret", secret.trim());
            let error = client.build().unwrap().get("docs").unwrap_err();
            assert_eq!(error.status(), Some(status));
            assert_eq!(matches!(error, Error::Decode(_)), is_decode);
        }
    }
}

// --- not HTTP, or broken

#[test]
fn a_response_that_is_not_valid_http_is_an_error() {
    for garbage in [
        "not http at all\r\n\r\n",
        "\0\0\0\0\r\n\r\n",
        "HTTP/9.9 200 OK\r\n\r\n",
        "HTTP/1.1 -1 OK\r\n\r\n",
        "HTTP/1.1 99999 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\n: no name\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\ncontent-length: 99999999999999999999999\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n{}\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n-1\r\n{}\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}no line break",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{",
    ] {
        let act = Act::SendAndClose(garbage.as_bytes().to_vec());
        let error = get_after(act).unwrap_err();
        assert!(matches!(error, Error::Transport(_)), "{garbage:?}: {error}");
    }
}

#[test]
fn every_status_from_300_is_an_error_with_this_status() {
    for status in [
        300, 303, 308, 399, 400, 418, 451, 499, 500, 511, 599, 600, 999,
    ] {
        let wire = Wire::script([Act::Send(response(status, "{}"))]);
        let client = builder(wire.base_url()).max_retries(0).build();
        let error = client.unwrap().get("docs").unwrap_err();
        assert_eq!(error.status(), Some(status));
    }
}

#[test]
fn bytes_after_a_response_do_not_become_the_next_response() {
    let poison = response(200, r#"{"id":"x","name":"poison"}"#);
    let then_poison = |response: Vec<u8>| Act::Send([response, poison.clone()].concat());
    let name = get_after(then_poison(response(200, CONNECTOR)));
    assert_eq!(name.unwrap(), "docs");
    let empty = get_after(then_poison(b"HTTP/1.1 204 X\r\n\r\n".to_vec()));
    assert!(matches!(empty, Err(Error::Decode(_))), "{empty:?}");
    let refused = get_after(then_poison(response(404, "{}")));
    assert!(refused.unwrap_err().is_not_found());
}

// --- not a connector

#[test]
fn deeply_nested_json_is_an_error_wherever_it_is() {
    let lists = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let objects = format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
    for deep in [&lists, &objects, &"[".repeat(100_000)] {
        for body in [
            deep.to_owned(),
            format!(r#"{{"id":"1","name":"docs","extra":{deep}}}"#),
            format!(r#"{{"id":"1","name":"docs","title":{deep}}}"#),
            format!(r#"{{"id":"1","name":"docs","tools":{deep}}}"#),
            format!(r#"{{"id":{deep},"name":"docs"}}"#),
        ] {
            let error = get(200, &body).unwrap_err();
            assert!(matches!(error, Error::Decode(_)), "{error}");
        }
        let error = get(404, &format!(r#"{{"detail":{deep}}}"#)).unwrap_err();
        assert!(error.is_not_found(), "{error}");
    }
    // A hundred levels are fine.
    let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
    get(200, &format!(r#"{{"id":"1","name":"docs","new":{deep}}}"#)).unwrap();
}

#[test]
fn a_response_that_is_not_a_connector_is_an_error_that_says_so() {
    for body in [
        "<html><body>Welcome</body></html>",
        "",
        " ",
        "null",
        "true",
        "1",
        "\"docs\"",
        "[]",
        "{}",
        r#"{"id":"1"}"#,
        r#"{"id":"1","name":null}"#,
        r#"{"id":1,"name":"docs"}"#,
        r#"{"id":"1","name":"docs"}{}"#,
        r#"{"id":"1","name":"docs""#,
        r#"{"id":"1","name":"do"#,
        "{",
        r#"{"id":"1","name":"docs","n":1e999}"#,
        "\u{feff}\u{feff}{}",
    ] {
        let error = get(200, body).unwrap_err();
        assert!(matches!(error, Error::Decode(_)), "{body:?}: {error}");
        let text = error.to_string();
        let want = "200 on GET /v1/connectors/docs is not a connector";
        assert!(text.contains(want), "{text}");
    }
}

#[test]
fn an_unreadable_response_shows_its_start_and_where_it_fails() {
    let error = get(200, r#"{"id":"1","name":["docs"],"more":true}"#).unwrap_err();
    let text = error.to_string();
    assert!(text.contains("line 1 column 38"), "{text}");
    let start = r#"the body starts with "{\"id\":\"1\""#;
    assert!(text.contains(start), "{text}");
}

#[test]
fn a_response_that_is_not_utf_8_is_an_error() {
    let body = b"{\"id\":\"1\",\"name\":\"do\xffcs\"}";
    let head = format!("HTTP/1.1 200 X\r\ncontent-length: {}\r\n\r\n", body.len());
    let wire = Wire::script([Act::Send([head.as_bytes(), body].concat())]);
    let error = client(wire.base_url()).get("docs").unwrap_err();
    assert!(error.to_string().contains("utf-8"), "{error}");
}

#[test]
fn fifty_pages_use_one_connection() {
    let wire = Wire::serve(|number, _| {
        let cursor = if number < 49 {
            format!("\"{number}\"")
        } else {
            "null".to_owned()
        };
        let page = format!(r#"{{"items":[{CONNECTOR}],"pagination":{{"next_cursor":{cursor}}}}}"#);
        Act::Send(response(200, &page))
    });
    let listed = client(wire.base_url()).list();
    assert_eq!(listed.map(Result::unwrap).count(), 50);
    assert_eq!((wire.seen().len(), wire.connections()), (50, 1));
}

// --- compression

#[cfg(not(feature = "gzip"))]
#[test]
fn compression_that_cannot_be_read_is_named() {
    let head = "HTTP/1.1 200 X\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\n";
    let act = Act::Send([head.as_bytes(), &[0x1f, 0x8b, 8, 0]].concat());
    let wire = Wire::script([act]);
    let error = client(wire.base_url()).get("docs").unwrap_err();
    assert!(error.hint().unwrap().contains("gzip"), "{error}");
}

#[cfg(feature = "gzip")]
mod gzip {
    use super::*;

    const HEAD: &str = "content-encoding: gzip\r\n\r\n";

    /// A head with the start of a compressed body, and a second part. Each copy of the second part
    /// adds 2,064 zeros.
    fn bomb(status: u16) -> (Vec<u8>, Vec<u8>) {
        // RFC 1951 by hand: one block with fixed codes, a zero, and then "copy 258 bytes from one
        // byte back" forever. Codes are written from their first bit, numbers from their last.
        let copy = [1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0];
        let start = [1, 1, 0, /* the zero: */ 0, 0, 1, 1, 0, 0, 0, 0];
        let pack = |bits: &[u8]| -> Vec<u8> {
            let byte = |bits: &[u8]| bits.iter().rev().fold(0, |byte, bit| byte << 1 | bit);
            bits.chunks(8).map(byte).collect()
        };
        let head = format!("HTTP/1.1 {status} X\r\n{HEAD}");
        let gzip = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
        let first = pack(&[&start[..], &copy[..]].concat());
        (
            [head.as_bytes(), &gzip, &first].concat(),
            pack(&copy.repeat(8)),
        )
    }

    #[test]
    fn the_limit_counts_decompressed_bytes() {
        let (start, more) = bomb(200);
        let error = get_after(Act::Flood(start, more.repeat(1000))).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("larger than `max_response_bytes`"), "{text}");
        let (start, more) = bomb(500);
        let error = get_after(Act::Flood(start, more.repeat(1000))).unwrap_err();
        assert_eq!(error.status(), Some(500));
    }

    #[test]
    fn a_status_without_a_body_is_not_half_a_compressed_one() {
        let act = Act::Send(format!("HTTP/1.1 204 X\r\n{HEAD}").into_bytes());
        let wire = Wire::script([act]);
        let deleted = client(wire.base_url()).delete("docs").unwrap();
        assert_eq!(deleted.message, "");
    }

    /// A response with this text, compressed.
    fn compressed(text: &str) -> Act {
        // A block without compression, as gzip allows it.
        let length = text.len() as u8;
        let mut gzip = vec![
            0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1, length, 0, !length, 255,
        ];
        gzip.extend(text.as_bytes());
        gzip.extend(crc32(text.as_bytes()).to_le_bytes());
        gzip.extend([length, 0, 0, 0]);
        let head = format!("HTTP/1.1 200 X\r\ncontent-length: {}\r\n{HEAD}", gzip.len());
        Act::Send([head.as_bytes(), &gzip].concat())
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
                crc >> 1 ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 }
            })
        })
    }

    #[test]
    fn a_compressed_response_is_read() {
        let wire = Wire::script([compressed(CONNECTOR)]);
        assert_eq!(client(wire.base_url()).get("docs").unwrap().name, "docs");
    }

    #[test]
    fn a_compressed_response_that_cannot_be_read_is_not_retried() {
        let garbage = format!("HTTP/1.1 200 X\r\n{HEAD}{}", "garbage".repeat(99));
        for (act, want) in [
            (compressed(r#"{"id":"1","na"#), "is not a connector"),
            (
                Act::SendAndClose(garbage.into_bytes()),
                "cannot be decompressed",
            ),
        ] {
            let wire = Wire::script([act]);
            let error = client(wire.base_url()).get("docs").unwrap_err();
            assert!(error.to_string().contains(want), "{error}");
            assert_eq!(wire.seen().len(), 1);
        }
    }

    #[test]
    fn a_compressed_response_that_breaks_off_is_retried() {
        let (start, _) = bomb(200);
        let wire = Wire::script([Act::SendAndClose(start), compressed(CONNECTOR)]);
        client(wire.base_url()).get("docs").unwrap();
    }
}
