//! Which base URLs are accepted.

use mistral_connectors::Error;
use mockito::Server;

use crate::support::connector;
use crate::{builder, refused};

#[test]
fn an_address_that_cannot_be_used_is_shown_where_it_can_hold_no_password() {
    let shown = |url: &str| refused(builder().base_url(url));
    assert!(shown("api.mistral.ai").contains("(\"api.mistral.ai\")"));
    for url in [
        "https://me:hidden@h",
        "https://h?key=hidden",
        "https://h#hidden",
    ] {
        assert!(!shown(url).contains("hidden"), "{url}");
    }
}

#[test]
fn an_address_with_quotes_or_whitespace_around_it_is_refused_and_the_message_says_so() {
    for (url, why) in [
        ("\"https://h\"", "quotes"),
        ("'https://h'", "quotes"),
        (" https://h", "whitespace"),
        ("https://h\n", "whitespace"),
        ("https://h ", "whitespace"),
    ] {
        let text = refused(builder().base_url(url));
        assert!(text.contains(&format!("has {why} around it")), "{text}");
        assert!(
            text.contains("base_url (MISTRAL_BASE_URL) (\"") && text.contains("https://h"),
            "{text}"
        );
    }
    let text = refused(builder().base_url("'https://me:hidden@h'"));
    assert!(
        text.contains("quotes") && !text.contains("hidden"),
        "{text}"
    );
}

#[test]
fn an_address_may_end_in_the_version_of_the_api() {
    let mut server = Server::new();
    let mock = server
        .mock("GET", "/v1/connectors/docs")
        .with_body(connector().to_string())
        .expect(2)
        .create();
    for end in ["/v1", "/v1/"] {
        let client = builder().base_url(server.url() + end).build().unwrap();
        client.get("docs").unwrap();
    }
    mock.assert();
}

#[test]
fn an_address_that_cannot_be_used_is_refused_and_the_setting_named() {
    for (why, urls) in [
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
            "has a port that does not exist",
            &[
                "http://127.0.0.1:65536",
                "http://127.0.0.1:99999",
                "http://127.0.0.1:port",
                "http://127.0.0.1:-1",
                "http://127.0.0.1:+443",
                "http://127.0.0.1:",
                "https://[::1]443",
                "https://[::1]:port",
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
                "http://user:word@127.0.0.1",
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
            "whitespace",
            &[
                " ",
                " http://127.0.0.1",
                "http://127.0.0.1 ",
                "http://127.0.0.1\r\n",
            ],
        ),
    ] {
        for url in urls {
            let text = refused(builder().base_url(*url));
            assert!(text.contains("base_url"), "{url:?}: {text}");
            assert!(text.contains(why), "{url:?}: {text}");
            assert!(!text.contains("hidden"), "{url:?}: {text}");
            assert!(!text.contains(char::is_control), "{url:?}: {text:?}");
        }
    }
    // What is allowed is plain http, not any scheme.
    let text = refused(
        builder()
            .base_url("ftp://10.0.0.1")
            .allow_insecure_http(true),
    );
    assert!(text.contains("begins with https://"), "{text}");
}

#[test]
fn an_address_too_long_for_a_url_is_no_panic() {
    let url = format!("http://127.0.0.1:1/{}", "x".repeat(100_000));
    assert!(refused(builder().base_url(url)).contains("base_url"));
    // Long enough to be one, but with no room for a path.
    let url = format!("http://127.0.0.1:1/{}", "x".repeat(65_510));
    let client = builder().base_url(url).build().unwrap();
    let error = client.get("docs").unwrap_err();
    assert!(matches!(error, Error::InvalidRequest(_)), "{error:?}");
}

#[test]
fn a_password_in_an_address_is_not_shown() {
    for url in [
        "https://user:hidden@example.com",
        "http://hidden@127.0.0.1",
        "https://example.com/?key=hidden",
    ] {
        let builder = builder().base_url(url);
        assert!(!format!("{builder:?}").contains("hidden"), "{url}");
        assert!(!refused(builder).contains("hidden"), "{url}");
    }
}

#[test]
fn plain_http_is_for_loopback_unless_it_is_allowed() {
    for url in [
        "http://127.0.0.1:1",
        "http://127.1.2.3",
        "http://localhost",
        "http://LOCALHOST:1/x",
        "http://[::1]:1",
        "HTTP://127.0.0.1",
    ] {
        builder().base_url(url).build().unwrap();
    }
    for url in ["http://example.com", "http://10.0.0.1:8080/x"] {
        let text = refused(builder().base_url(url));
        assert!(text.contains("allow_insecure_http"), "{text}");
        let text = refused(builder().base_url(url).allow_insecure_http(false));
        assert!(text.contains("allow_insecure_http"), "{text}");
        let allowed = builder().base_url(url).allow_insecure_http(true);
        allowed.build().unwrap();
    }
}
