//! How a client comes about: from the environment, a key, or every setting by hand.

#[path = "../support/mod.rs"]
mod support;

mod base_url;
#[cfg(feature = "dotenv")]
mod dotenv;
mod from_env;

use std::time::Duration;

use mistral_connectors::{ConnectorsClient, ConnectorsClientBuilder, Error};
use mockito::Server;
use support::{KEY, connector};

fn builder() -> ConnectorsClientBuilder {
    ConnectorsClient::builder()
        .api_key(KEY)
        .base_url("http://127.0.0.1:1")
}

/// The text of the configuration error that building ends with.
#[track_caller]
fn refused(builder: ConnectorsClientBuilder) -> String {
    match builder.build() {
        Err(error @ Error::Config(_)) => {
            assert_eq!(error.attempts(), 0);
            error.to_string()
        }
        other => panic!("{other:?}"),
    }
}

// --- the key

#[test]
fn without_a_key_there_is_no_client() {
    for result in [
        ConnectorsClient::builder()
            .base_url("http://127.0.0.1:1")
            .build(),
        builder().api_key("").build(),
        ConnectorsClient::new(""),
        ConnectorsClient::new(String::new()),
    ] {
        let error = result.unwrap_err();
        assert!(matches!(error, Error::MissingApiKey), "{error:?}");
        assert!(error.to_string().contains("MISTRAL_API_KEY"), "{error}");
    }
}

#[test]
fn a_key_that_no_header_can_carry_is_refused_and_not_shown() {
    for key in [
        "hidden-key\n",
        "\nhidden-key",
        "hidden\r\nx-evil: hidden",
        "hidden key",
        " hidden-key",
        "hidden-key ",
        "hidden\tkey",
        "hidden\0key",
        "hidden-schlüssel",
        "hidden🦀",
        "\u{feff}hidden-key",
        " ",
    ] {
        for text in [
            refused(builder().api_key(key)),
            ConnectorsClient::new(key).unwrap_err().to_string(),
        ] {
            assert!(text.contains("api_key"), "{key:?}: {text}");
            assert!(text.contains("MISTRAL_API_KEY"), "{key:?}: {text}");
            assert!(!text.contains("hidden"), "{key:?}: {text}");
            assert!(!text.contains(char::is_control), "{key:?}: {text:?}");
        }
    }
}

#[test]
fn a_key_with_quotes_or_whitespace_around_it_is_refused_and_the_message_says_so() {
    for (key, why) in [
        ("\"hidden\"", "quotes"),
        ("'hidden'", "quotes"),
        ("hidden\"", "quotes"),
        (" hidden", "whitespace"),
        ("hidden\n", "whitespace"),
        ("hidden\r\n", "whitespace"),
        (" \"hidden\"", "whitespace"),
    ] {
        let text = refused(builder().api_key(key));
        assert!(
            text.contains(&format!("api_key (MISTRAL_API_KEY) has {why} around it")),
            "{text}"
        );
        assert!(!text.contains("hidden"), "{text}");
    }
}

#[test]
fn any_key_of_visible_characters_is_taken() {
    let graphic: String = (0x21..0x7f_u8).map(char::from).collect();
    for key in ["k", graphic.as_str(), &"k".repeat(4000)] {
        let mut server = Server::new();
        let mock = server
            .mock("GET", "/v1/connectors/docs")
            .match_header("authorization", format!("Bearer {key}").as_str())
            .with_body(connector().to_string())
            .create();
        let client = support::builder(server.url()).api_key(key).build().unwrap();
        client.get("docs").unwrap();
        mock.assert();
    }
}

#[test]
fn the_last_key_counts() {
    let mut server = Server::new();
    let mock = server
        .mock("GET", "/v1/connectors/docs")
        .match_header("authorization", "Bearer second-key")
        .with_body(connector().to_string())
        .create();
    let client = support::builder(server.url()).api_key("second-key").build();
    client.unwrap().get("docs").unwrap();
    mock.assert();
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
#[test]
fn a_key_is_all_that_new_needs() {
    let client = ConnectorsClient::new(KEY).unwrap();
    let shown = format!("{client:?}");
    assert!(shown.contains("https://api.mistral.ai"), "{shown}");
    assert!(!shown.contains(KEY), "{shown}");
}

#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
#[test]
fn without_tls_what_needs_it_is_refused_and_the_features_are_named() {
    for error in [
        refused(ConnectorsClient::builder().api_key(KEY)),
        refused(builder().base_url("https://127.0.0.1:1")),
        refused(builder().root_certificate_pem("rubbish")),
        ConnectorsClient::new(KEY).unwrap_err().to_string(),
    ] {
        assert!(error.contains("`rustls`"), "{error}");
        assert!(error.contains("`native-tls`"), "{error}");
    }
}

// --- time limits

#[test]
fn a_limit_of_zero_is_refused_and_named() {
    let text = refused(builder().timeout(Duration::ZERO));
    assert!(text.contains("timeout"), "{text}");
    assert!(!text.contains("connect_timeout"), "{text}");
    let text = refused(builder().connect_timeout(Duration::ZERO));
    assert!(text.contains("connect_timeout"), "{text}");
}

#[test]
fn extreme_settings_of_repetition_are_no_panic() {
    let mut server = Server::new();
    let mock = server
        .mock("GET", "/v1/connectors/docs")
        .with_status(503)
        .expect(2)
        .create();
    // The wait does not fit into the time, so the error comes at once.
    let endless = support::builder(server.url())
        .max_retries(u32::MAX)
        .retry_backoff(Duration::MAX, Duration::MAX)
        .build()
        .unwrap();
    assert_eq!(endless.get("docs").unwrap_err().attempts(), 1);
    let never = support::builder(server.url())
        .max_retries(0)
        .build()
        .unwrap();
    assert_eq!(never.get("docs").unwrap_err().attempts(), 1);
    mock.assert();
}

#[test]
fn no_wait_between_attempts_is_a_setting_like_any_other() {
    let mut server = Server::new();
    let mock = server
        .mock("GET", "/v1/connectors/docs")
        .with_status(503)
        .expect(6)
        .create();
    let client = support::builder(server.url())
        .max_retries(5)
        .retry_backoff(Duration::ZERO, Duration::ZERO)
        .build()
        .unwrap();
    assert_eq!(client.get("docs").unwrap_err().attempts(), 6);
    mock.assert();
}

// --- headers and certificates

#[test]
fn a_header_that_cannot_be_sent_is_refused_and_its_value_not_shown() {
    for (name, value) in [
        ("", "hidden"),
        ("a b", "hidden"),
        ("a:b", "hidden"),
        ("a\r\nb", "hidden"),
        ("ä", "hidden"),
        ("x-team", "hidden\r\nx-evil: 1"),
        ("x-team", "hidden\n"),
        ("x-team", "hidden\0"),
        ("x-team", "hidden\u{7f}"),
    ] {
        let builder = builder().header(name, value);
        assert!(!format!("{builder:?}").contains("hidden"), "{name:?}");
        let text = refused(builder);
        assert!(text.contains("header"), "{name:?}: {text}");
        assert!(!text.contains("hidden"), "{name:?}: {text}");
        assert!(!text.contains(char::is_control), "{name:?}: {text:?}");
    }
    let text = refused(builder().header("x-team", "hidden\n"));
    assert!(text.contains("x-team"), "{text}");
}

#[test]
fn a_header_that_the_client_sets_itself_is_refused_and_named() {
    for name in [
        "Authorization",
        "authorization",
        "HOST",
        "accept",
        "Accept-Encoding",
        "content-type",
        "Content-Length",
        "transfer-encoding",
        "connection",
        "user-agent",
        "expect",
        "upgrade",
        "te",
        "trailer",
    ] {
        let text = refused(builder().header(name, "hidden"));
        assert!(text.contains(&name.to_lowercase()), "{name}: {text}");
        assert!(!text.contains("hidden"), "{name}: {text}");
    }
}

#[test]
fn a_user_agent_that_cannot_be_sent_is_refused_and_named() {
    for user_agent in ["a\r\nx-evil: 1", "a\nb", "a\0b"] {
        let text = refused(builder().user_agent(user_agent));
        assert!(text.contains("user_agent"), "{text}");
        assert!(!text.contains(char::is_control), "{text:?}");
    }
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
#[test]
fn a_certificate_that_is_none_is_refused_and_the_setting_named() {
    for pem in [
        &b""[..],
        b"rubbish",
        b"\xff\xfe\0",
        b"-----BEGIN CERTIFICATE-----\n%%%\n-----END CERTIFICATE-----\n",
        b"-----BEGIN CERTIFICATE-----\nAAAA\n",
        b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
    ] {
        let text = refused(builder().root_certificate_pem(pem));
        let shown = String::from_utf8_lossy(pem);
        assert!(text.contains("root_certificate_pem"), "{shown}: {text}");
    }
}

#[test]
fn more_headers_than_fit_into_a_request_are_refused() {
    let many = (0..40_000).fold(builder(), |builder, number| {
        builder.header(format!("x-{number}"), "")
    });
    let long = builder().header("x-long", "y".repeat(70_000));
    let key = builder().api_key("y".repeat(70_000));
    let user_agent = builder().user_agent("y".repeat(70_000));
    for builder in [many, long, key, user_agent] {
        let text = refused(builder);
        assert!(text.contains("api_key, user_agent and header"), "{text}");
    }
    let full = |more: usize| {
        let builder = builder()
            .api_key("k".repeat(300))
            .user_agent("u".repeat(300));
        builder.header("x", "y".repeat(65_536 - 601 + more))
    };
    full(0).build().unwrap();
    refused(full(1));
}

#[test]
fn a_header_name_that_is_a_whole_line_is_not_shown() {
    let text = refused(builder().header("Authorization: Bearer abcdefgh", ""));
    assert!(
        text.contains("header") && !text.contains("abcdefgh"),
        "{text}"
    );
}

#[test]
fn a_builder_can_be_used_more_than_once() {
    let first = builder().user_agent("one");
    let second = first.clone().timeout(Duration::from_secs(1));
    first.build().unwrap();
    second.build().unwrap();
}

#[test]
fn the_defaults_are_those_that_the_docs_name() {
    use ConnectorsClientBuilder as Builder;
    let seconds = Duration::from_secs;
    assert_eq!(Builder::DEFAULT_TIMEOUT, seconds(60));
    assert_eq!(Builder::DEFAULT_CONNECT_TIMEOUT, seconds(10));
    assert_eq!(Builder::DEFAULT_MAX_RETRIES, 2);
    assert_eq!(Builder::DEFAULT_RETRY_BACKOFF, Duration::from_millis(500));
    assert_eq!(Builder::DEFAULT_MAX_RETRY_BACKOFF, seconds(8));
    assert_eq!(Builder::DEFAULT_MAX_RESPONSE_BYTES, 16_777_216);
}
