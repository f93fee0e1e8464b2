//! Answers that are too long, too deep, broken or not what they claim: an error, never a panic, and
//! the next call works.

use crate::support::wire::{Act, Wire, response};
use crate::support::{CONNECTOR, builder, client};
use mistral_connectors::{Error, ListConnectors, Result};

fn ok() -> Act {
    Act::Send(response(200, CONNECTOR))
}

/// The result of `get` against a server that does this once, after making sure that the next call
/// works and came on a connection of its own if `fresh`.
#[track_caller]
fn get_after(act: Act, fresh: bool) -> Result<String> {
    let wire = Wire::serve(move |number, _| if number == 0 { act.clone() } else { ok() });
    let client = builder(wire.base_url()).max_retries(0).build().unwrap();
    let result = client.get("docs").map(|connector| connector.name);
    assert_eq!(client.get("docs").unwrap().name, "docs");
    assert_eq!(wire.connections(), if fresh { 2 } else { 1 });
    result
}

#[test]
fn an_answer_above_the_limit_is_an_error() {
    let items = vec![CONNECTOR; 100].join(",");
    let page = format!("{{\"items\":[{items}]}}");
    let wire = Wire::script([Act::Send(response(200, &page))]);
    let limited = |bytes| {
        let client = builder(wire.base_url())
            .max_response_bytes(bytes)
            .build()
            .unwrap();
        client.list_page(&ListConnectors::new())
    };
    assert_eq!(limited(page.len() as u64).unwrap().items.len(), 100);
    let error = limited(page.len() as u64 - 1).unwrap_err();
    assert!(matches!(error, Error::Transport(_)), "{error}");
    assert!(
        error
            .to_string()
            .contains("larger than `max_response_bytes`"),
        "{error}"
    );
    assert!(error.hint().unwrap().contains("page_size"));
    assert_eq!(error.attempts(), 1);
    assert!(limited(0).is_err());
    assert!(limited(u64::MAX).is_ok());
}

#[test]
fn an_answer_without_end_is_an_error() {
    let spaces = " ".repeat(4096);
    let chunk = format!("1000\r\n{spaces}\r\n");
    for (head, body) in [
        ("", &spaces),
        ("content-length: 99999999999\r\n", &spaces),
        ("transfer-encoding: chunked\r\n", &chunk),
    ] {
        let head = format!("HTTP/1.1 200 OK\r\n{head}\r\n").into_bytes();
        let error = get_after(Act::Flood(head, body.repeat(10).into_bytes()), true).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("larger than `max_response_bytes`"),
            "{error}"
        );
    }
}

#[test]
fn an_announced_length_is_not_believed() {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{{}}",
        u64::MAX
    );
    let error = get_after(Act::SendAndClose(head.into_bytes()), true).unwrap_err();
    assert!(matches!(error, Error::Transport(_)), "{error}");
}

#[test]
fn an_error_text_without_end_keeps_its_status() {
    let head = b"HTTP/1.1 500 X\r\n\r\n".to_vec();
    let error = get_after(Act::Flood(head, b"too much ".repeat(1000)), true).unwrap_err();
    assert_eq!(error.status(), Some(500));
    assert!(error.to_string().len() < 1000, "{error}");
}

#[test]
fn a_short_limit_holds_for_errors_too() {
    let wire = Wire::script([Act::Send(response(404, "{\"detail\":\"not there\"}"))]);
    let client = builder(wire.base_url())
        .max_response_bytes(8)
        .build()
        .unwrap();
    let error = client.get("docs").unwrap_err();
    let Error::Api(error) = error else {
        panic!("{error}")
    };
    assert_eq!(error.body, "{\"detail");
}

#[test]
fn headers_without_end_are_an_error() {
    let head = b"HTTP/1.1 200 OK\r\n".to_vec();
    for line in [
        "x: y\r\n",
        "x",
        "long: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n",
    ] {
        let flood = Act::Flood(head.clone(), line.repeat(1000).into_bytes());
        let error = get_after(flood, true).unwrap_err();
        assert!(
            error.to_string().contains("not valid HTTP"),
            "{line:?}: {error}"
        );
    }
}

#[test]
fn interim_answers_without_end_are_an_error() {
    for interim in [
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n",
    ] {
        let flood = Act::Flood(vec![], interim.repeat(100).into_bytes());
        let wire = Wire::script([flood]);
        let limit = std::time::Duration::from_millis(40);
        let client = builder(wire.base_url()).timeout(limit).build().unwrap();
        assert!(client.get("docs").is_err(), "{interim:?}");
    }
}

#[test]
fn what_is_no_http_is_an_error() {
    for garbage in [
        "no http at all\r\n\r\n",
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
        let error = get_after(act, true).unwrap_err();
        assert!(matches!(error, Error::Transport(_)), "{garbage:?}: {error}");
    }
}

#[test]
fn every_status_is_an_answer() {
    for status in [200, 201, 202, 203, 206, 226, 299] {
        assert!(
            get_after(Act::Send(response(status, CONNECTOR)), false).is_ok(),
            "{status}"
        );
    }
    for status in [
        300, 301, 302, 303, 307, 308, 399, 400, 418, 451, 499, 500, 511, 599, 600, 999,
    ] {
        let error = get_after(Act::Send(response(status, "{}")), false).unwrap_err();
        assert_eq!(error.status(), Some(status));
    }
}

#[test]
fn bytes_after_an_answer_do_not_become_the_next_answer() {
    let poison = response(200, r#"{"id":"x","name":"poison"}"#);
    let whole = [response(200, CONNECTOR), poison.clone()].concat();
    assert_eq!(get_after(Act::Send(whole), true).unwrap(), "docs");
    let nothing = [b"HTTP/1.1 204 X\r\n\r\n".to_vec(), poison.clone()].concat();
    assert!(get_after(Act::Send(nothing), true).is_err());
    let refused = [response(404, "{}"), poison].concat();
    assert!(
        get_after(Act::Send(refused), true)
            .unwrap_err()
            .is_not_found()
    );
}

#[test]
fn a_deep_answer_is_an_error_wherever_it_is_deep() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let objects = format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
    for deep in [deep.as_str(), objects.as_str(), &"[".repeat(100_000)] {
        for body in [
            deep.to_owned(),
            format!(r#"{{"id":"1","name":"docs","extra":{deep}}}"#),
            format!(r#"{{"id":"1","name":"docs","title":{deep}}}"#),
            format!(r#"{{"id":"1","name":"docs","tools":{deep}}}"#),
            format!(r#"{{"id":{deep},"name":"docs"}}"#),
        ] {
            let error = get_after(Act::Send(response(200, &body)), false).unwrap_err();
            assert!(matches!(error, Error::Decode(_)), "{error}");
        }
        let refusal = format!(r#"{{"detail":{deep}}}"#);
        let error = get_after(Act::Send(response(404, &refusal)), false).unwrap_err();
        assert!(error.is_not_found(), "{error}");
    }
}

#[test]
fn depth_within_reason_is_kept() {
    let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
    let body = format!(r#"{{"id":"1","name":"docs","new":{deep}}}"#);
    assert_eq!(
        get_after(Act::Send(response(200, &body)), false).unwrap(),
        "docs"
    );
}

#[test]
fn what_is_no_connector_is_an_error_that_says_so() {
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
        let error = get_after(Act::Send(response(200, body)), false).unwrap_err();
        assert!(matches!(error, Error::Decode(_)), "{body:?}: {error}");
        let text = error.to_string();
        assert!(
            text.contains("200 on GET /v1/connectors/docs is not a connector"),
            "{text}"
        );
    }
}

#[test]
fn an_unreadable_answer_shows_its_start_and_where_it_fails() {
    let body = r#"{"id":"1","name":["docs"],"more":true}"#;
    let error = get_after(Act::Send(response(200, body)), false)
        .unwrap_err()
        .to_string();
    assert!(error.contains("line 1 column 38"), "{error}");
    assert!(
        error.contains(r#"the body starts with "{\"id\":\"1\""#),
        "{error}"
    );
}

#[test]
fn invalid_text_is_an_error() {
    let body = b"{\"id\":\"1\",\"name\":\"do\xffcs\"}";
    let head = format!("HTTP/1.1 200 X\r\ncontent-length: {}\r\n\r\n", body.len());
    let act = Act::Send([head.as_bytes(), body].concat());
    let error = get_after(act, false).unwrap_err();
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
    assert_eq!(wire.seen().len(), 50);
    assert_eq!(wire.connections(), 1);
}

#[cfg(feature = "gzip")]
mod gzip {
    use super::*;

    /// The head of an answer and the beginning of a compressed body that goes on with zeros:
    /// 2,064 of them for every repetition of the second part.
    fn bomb(status: u16) -> (Vec<u8>, Vec<u8>) {
        // RFC 1951 by hand: one block with fixed codes, a zero, and then "copy 258 bytes from one
        // byte back" for ever. Codes are written from their first bit, numbers from their last.
        let copy = [1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0];
        let start = [1, 1, 0, /* the zero: */ 0, 0, 1, 1, 0, 0, 0, 0];
        let pack = |bits: &[u8]| -> Vec<u8> {
            let byte = |bits: &[u8]| bits.iter().rev().fold(0, |byte, bit| byte << 1 | bit);
            bits.chunks(8).map(byte).collect()
        };
        let head = format!("HTTP/1.1 {status} X\r\ncontent-encoding: gzip\r\n\r\n");
        let gzip = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
        let first = pack(&[&start[..], &copy[..]].concat());
        (
            [head.as_bytes(), &gzip, &first].concat(),
            pack(&copy.repeat(8)),
        )
    }

    #[test]
    fn a_bomb_is_an_error_above_the_limit() {
        let (start, more) = bomb(200);
        let error = get_after(Act::Flood(start, more.repeat(1000)), true).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("larger than `max_response_bytes`"),
            "{error}"
        );
        let (start, more) = bomb(500);
        let error = get_after(Act::Flood(start, more.repeat(1000)), true).unwrap_err();
        assert_eq!(error.status(), Some(500));
    }

    /// An answer with this text, compressed.
    fn compressed(text: &str) -> Act {
        // A block without compression, as gzip allows it; its checksum is that of the text.
        let length = text.len() as u8;
        let mut gzip = vec![
            0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1, length, 0, !length, 255,
        ];
        gzip.extend(text.as_bytes());
        gzip.extend(crc32(text.as_bytes()).to_le_bytes());
        gzip.extend([length, 0, 0, 0]);
        let head = "HTTP/1.1 200 X\r\ncontent-encoding: gzip\r\ncontent-length: ";
        let head = format!("{head}{}\r\n\r\n", gzip.len());
        Act::Send([head.as_bytes(), &gzip].concat())
    }

    #[test]
    fn a_compressed_answer_is_read() {
        let act = compressed(r#"{"id":"1","name":"docs"}"#);
        assert_eq!(get_after(act, false).unwrap(), "docs");
    }

    #[test]
    fn a_whole_compressed_answer_that_does_not_decode_is_not_repeated() {
        let wire = Wire::script([compressed(r#"{"id":"1","na"#)]);
        let error = client(wire.base_url()).get("docs").unwrap_err();
        assert!(matches!(error, Error::Decode(_)), "{error}");
        assert_eq!(wire.seen().len(), 1);
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
                crc >> 1 ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 }
            })
        })
    }

    #[test]
    fn compression_that_is_none_is_an_error_at_once() {
        let head = "HTTP/1.1 200 X\r\ncontent-encoding: gzip\r\n\r\n";
        let wire = Wire::script([Act::SendAndClose(
            [head, &"rubbish".repeat(99)].concat().into(),
        )]);
        let error = client(wire.base_url()).get("docs").unwrap_err();
        assert!(
            error.to_string().contains("cannot be decompressed"),
            "{error}"
        );
        assert_eq!(wire.seen().len(), 1);
    }

    #[test]
    fn compression_that_breaks_off_is_repeated() {
        let (start, _) = bomb(200);
        let wire = Wire::script([Act::SendAndClose(start), ok()]);
        client(wire.base_url()).get("docs").unwrap();
    }
}

#[cfg(not(feature = "gzip"))]
#[test]
fn compression_that_cannot_be_read_is_named() {
    let head = "HTTP/1.1 200 X\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\n";
    let act = Act::Send([head.as_bytes(), &[0x1f, 0x8b, 8, 0]].concat());
    let error = get_after(act, false).unwrap_err();
    assert!(error.hint().unwrap().contains("gzip"), "{error}");
}

#[test]
fn a_refusal_with_a_million_parts_is_read_in_good_time() {
    // Searching each of them for each secret took minutes.
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
        let wire = Wire::script([
            Act::Send(response(400, &body)),
            Act::Send(response(200, &body)),
        ]);
        let client = builder(wire.base_url())
            .header("x-secret", secret.trim())
            .build()
            .unwrap();
        assert_eq!(client.get("docs").unwrap_err().status(), Some(400));
        assert!(matches!(client.get("docs"), Err(Error::Decode(_))));
    }
}
