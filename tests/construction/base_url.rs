//! Which base URLs are accepted. How they are normalized is tested in `src/http/connection/url.rs`.

use mistral_connectors::Error;

use crate::support::CONNECTOR;
use crate::support::wire::{Act, Wire, response};
use crate::{builder, refused};

#[test]
fn a_base_url_can_end_with_the_version_of_the_api() {
    for end in ["", "/", "/v1", "/v1/"] {
        let wire = Wire::script([Act::Send(response(200, CONNECTOR))]);
        let client = builder().base_url(wire.base_url() + end).build().unwrap();
        client.get("docs").unwrap();
        assert_eq!(wire.seen()[0].line(), "GET /v1/connectors/docs");
    }
}

#[test]
fn a_base_url_that_cannot_be_used_is_refused_and_shown_unless_it_can_hold_a_password() {
    let cases = [
        (
            "must be a URL that begins with https://",
            &[
                "",
                "127.0.0.1",
                "localhost:1234",
                "api.mistral.ai",
                "//127.0.0.1",
                "ftp://127.0.0.1",
                "file://host/etc/passwd",
                "file:///etc/passwd",
                "http://",
                "https://",
                "http:///v1",
                "http://127.0.0.1:1:2",
                "http://[::1",
                "http://127.0.0.1/a b",
                "http://127.0.0.1/\u{0}",
                "http://example.com\\@127.0.0.1",
            ][..],
        ),
        ("must name a host", &["https://:443"]),
        (
            "has an invalid port",
            &[
                "http://127.0.0.1:65536",
                "http://127.0.0.1:port",
                "http://127.0.0.1:",
                "https://[::1]443",
            ],
        ),
        (
            "must not have a query",
            &[
                "http://127.0.0.1?x=1",
                "https://h/?hidden=1",
                "http://127.0.0.1/#hidden",
            ],
        ),
        (
            "must not have a user name",
            &[
                "http://user@127.0.0.1",
                "https://hidden@h",
                "https://user:hidden@h/",
                "http://127.0.0.1@example.com",
            ],
        ),
        (
            "allow_insecure_http",
            &[
                "http://example.com",
                "http://10.0.0.1",
                "http://0.0.0.0",
                "http://[2001:db8::1]",
                "http://127.0.0.1.example.com",
                "http://localhost.example.com",
            ],
        ),
        (
            "has whitespace around it",
            &[" ", " http://h", "http://h ", "http://h\r\n"],
        ),
        (
            "has quotes around it",
            &["\"https://h\"", "'https://h'", "'https://me:hidden@h'"],
        ),
    ];
    for (why, urls) in cases {
        for url in urls {
            let builder = builder().base_url(*url);
            assert!(!format!("{builder:?}").contains("hidden"), "{url:?}");
            let text = refused(builder);
            assert!(text.contains(why), "{url:?}: {text}");
            let start = match url {
                url if url.contains(['@', '?', '#']) => String::new(),
                url => format!("({:?}) ", url.trim().replace('\0', "")),
            };
            let start = format!("invalid configuration: base_url (MISTRAL_BASE_URL) {start}");
            assert!(text.starts_with(&start), "{text}");
        }
    }
}

#[test]
fn plain_http_to_another_machine_has_to_be_allowed() {
    for url in ["http://127.1.2.3", "http://LOCALHOST:1/x", "http://[::1]:1"] {
        builder().base_url(url).build().unwrap();
    }
    for url in ["http://example.com", "http://10.0.0.1:8080/x"] {
        let builder = builder().base_url(url);
        refused(builder.clone().allow_insecure_http(false));
        builder.allow_insecure_http(true).build().unwrap();
    }
    // Other schemes are not.
    let ftp = builder().base_url("ftp://10.0.0.1");
    let text = refused(ftp.allow_insecure_http(true));
    assert!(text.contains("begins with https://"), "{text}");
}

#[test]
fn a_base_url_that_is_too_long_is_refused() {
    let url = format!("http://127.0.0.1:1/{}", "x".repeat(100_000));
    assert!(refused(builder().base_url(url)).contains("base_url"));
    // It is a URL, but leaves no room for a path.
    let url = format!("http://127.0.0.1:1/{}", "x".repeat(65_510));
    let client = builder().base_url(url).build().unwrap();
    let error = client.get("docs").unwrap_err();
    assert!(matches!(error, Error::InvalidRequest(_)), "{error:?}");
}
