//! How a client is made: from the environment, with an API key, or with every setting by hand.

#[path = "../support/mod.rs"]
mod support;

mod base_url;
#[cfg(feature = "dotenv")]
mod dotenv;
mod from_env;

use std::time::Duration;

use mistral_connectors::{ConnectorsClient, ConnectorsClientBuilder, Error};
use support::wire::{Act, Wire, response};
use support::{CONNECTOR, KEY};

fn builder() -> ConnectorsClientBuilder {
    ConnectorsClient::builder()
        .api_key(KEY)
        .base_url("http://127.0.0.1:1")
}

/// The text of the configuration error with which `build` fails.
#[track_caller]
fn refused(builder: ConnectorsClientBuilder) -> String {
    match builder.build() {
        Err(error @ Error::Config(_)) => {
            let text = error.to_string();
            assert!(!text.contains("hidden"), "{text}");
            assert!(!text.contains(char::is_control), "{text:?}");
            text
        }
        other => panic!("{other:?}"),
    }
}

// --- the API key

#[test]
fn an_api_key_is_required() {
    for result in [
        ConnectorsClientBuilder::default().build(),
        builder().api_key("").build(),
        ConnectorsClient::new(""),
    ] {
        let error = result.unwrap_err();
        assert!(matches!(error, Error::MissingApiKey), "{error:?}");
    }
}

#[test]
fn an_api_key_that_is_not_allowed_in_a_header_is_refused_and_not_shown() {
    for key in [
        "hidden\r\nx-evil: hidden",
        "hidden key",
        "hidden\tkey",
        "hidden\0key",
        "hidden-schlüssel",
        "hidden🦀",
        "\u{feff}hidden-key",
    ] {
        let text = refused(builder().api_key(key));
        assert!(
            text.contains("api_key (MISTRAL_API_KEY): character "),
            "{text}"
        );
        if cfg!(any(feature = "rustls", feature = "native-tls")) {
            assert_eq!(ConnectorsClient::new(key).unwrap_err().to_string(), text);
        }
    }
}

#[test]
fn an_api_key_in_quotes_or_whitespace_is_refused_with_a_message_that_says_so() {
    for (key, why) in [
        ("\"hidden\"", "quotes"),
        ("'hidden'", "quotes"),
        ("hidden\"", "quotes"),
        (" hidden", "whitespace"),
        ("hidden\n", "whitespace"),
        ("hidden\r\n", "whitespace"),
        (" \"hidden\"", "whitespace"),
        (" ", "whitespace"),
    ] {
        let text = refused(builder().api_key(key));
        let want = format!("api_key (MISTRAL_API_KEY) has {why} around it");
        assert!(text.contains(&want), "{text}");
    }
}

#[test]
fn an_api_key_of_visible_ascii_characters_is_sent_as_it_is() {
    let visible: String = (0x21..0x7f_u8).map(char::from).collect();
    for key in ["k", visible.as_str(), &"k".repeat(4000)] {
        let wire = Wire::script([Act::Send(response(200, CONNECTOR))]);
        // The last one counts.
        let client = support::builder(wire.base_url()).api_key(key);
        client.build().unwrap().get("docs").unwrap();
        let head = &wire.seen()[0].head;
        assert!(
            head.lines()
                .any(|line| line == format!("authorization: Bearer {key}"))
        );
    }
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
#[test]
fn new_needs_only_an_api_key() {
    let client = format!("{:?}", ConnectorsClient::new(KEY).unwrap());
    assert!(client.contains("https://api.mistral.ai"), "{client}");
    assert!(!client.contains(KEY), "{client}");
}

#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
#[test]
fn without_tls_what_needs_it_is_refused_and_the_features_are_named() {
    for text in [
        refused(ConnectorsClient::builder().api_key(KEY)),
        refused(builder().base_url("https://127.0.0.1:1")),
        refused(builder().root_certificate_pem("garbage")),
        ConnectorsClient::new(KEY).unwrap_err().to_string(),
    ] {
        assert!(
            text.contains("`rustls`") && text.contains("`native-tls`"),
            "{text}"
        );
    }
}

// --- limits and retries

#[test]
fn a_timeout_of_zero_is_refused() {
    let text = refused(builder().timeout(Duration::ZERO));
    assert!(text.contains(": timeout must"), "{text}");
    let text = refused(builder().connect_timeout(Duration::ZERO));
    assert!(text.contains(": connect_timeout must"), "{text}");
}

#[test]
fn extreme_settings_of_retries_work() {
    let (zero, longest) = (Duration::ZERO, Duration::MAX);
    for (retries, backoff, attempts) in [(0, zero, 1), (5, zero, 6), (u32::MAX, longest, 1)] {
        let wire = Wire::script([Act::Send(response(503, "{}"))]);
        let client = builder().base_url(wire.base_url()).max_retries(retries);
        let client = client.retry_backoff(backoff, backoff).build().unwrap();
        let error = client.get("docs").unwrap_err();
        assert_eq!(error.attempts(), attempts, "{error}");
    }
}

#[test]
fn the_defaults_are_those_in_the_docs() {
    use ConnectorsClientBuilder as Builder;
    let seconds = Duration::from_secs;
    assert_eq!(Builder::DEFAULT_BASE_URL, "https://api.mistral.ai");
    assert_eq!(Builder::DEFAULT_TIMEOUT, seconds(60));
    assert_eq!(Builder::DEFAULT_CONNECT_TIMEOUT, seconds(10));
    assert_eq!(Builder::DEFAULT_MAX_RETRIES, 2);
    assert_eq!(Builder::DEFAULT_RETRY_BACKOFF, Duration::from_millis(500));
    assert_eq!(Builder::DEFAULT_MAX_RETRY_BACKOFF, seconds(8));
    assert_eq!(Builder::DEFAULT_MAX_RESPONSE_BYTES, 16_777_216);
}

#[test]
fn a_builder_can_be_cloned_and_changed() {
    let first = builder().user_agent("one");
    let second = first.clone().timeout(Duration::from_secs(1));
    first.build().unwrap();
    second.build().unwrap();
}

// --- headers and certificates

#[test]
fn a_header_that_cannot_be_sent_is_refused_and_its_value_is_not_shown() {
    for (name, value) in [
        ("", "hidden"),
        ("a b", "hidden"),
        ("a:b", "hidden"),
        ("a\r\nb", "hidden"),
        ("ä", "hidden"),
        ("Authorization: Bearer hidden", ""),
        ("x-team", "hidden\r\nx-evil: 1"),
        ("x-team", "hidden\n"),
        ("x-team", "hidden\0"),
        ("x-team", "hidden\u{7f}"),
    ] {
        let text = refused(builder().header(name, value));
        let is_named = text.contains("the value of `x-team`");
        assert_eq!(is_named, name == "x-team", "{text}");
        assert!(text.contains(": header: "), "{text}");
    }
}

#[test]
fn a_header_that_the_client_sets_itself_is_refused() {
    for name in [
        "Authorization",
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
        assert!(
            text.contains(&format!("`{}`", name.to_lowercase())),
            "{text}"
        );
    }
}

#[test]
fn a_user_agent_that_cannot_be_sent_is_refused() {
    for user_agent in ["a\r\nx-evil: 1", "a\nb", "a\0b"] {
        let text = refused(builder().user_agent(user_agent));
        assert!(text.contains(": user_agent "), "{text}");
    }
}

#[test]
fn headers_of_more_than_64_kib_are_refused() {
    let many = (0..40_000).fold(builder(), |builder, number| {
        builder.header(format!("x-{number}"), "")
    });
    let with = |bytes: usize| builder().header("x", "y".repeat(bytes));
    with(65_000).build().unwrap();
    for builder in [
        many,
        with(65_536),
        builder().api_key("y".repeat(70_000)),
        builder().user_agent("y".repeat(70_000)),
    ] {
        let text = refused(builder);
        assert!(text.contains(": header: "), "{text}");
    }
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
#[test]
fn a_certificate_that_is_not_valid_is_refused() {
    for pem in [
        &b""[..],
        b"garbage",
        b"\xff\xfe\0",
        b"-----BEGIN CERTIFICATE-----\n%%%\n-----END CERTIFICATE-----\n",
        b"-----BEGIN CERTIFICATE-----\nAAAA\n",
        b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
    ] {
        let text = refused(builder().root_certificate_pem(pem));
        assert!(
            text.contains("root_certificate_pem contains no valid"),
            "{text}"
        );
    }
}
