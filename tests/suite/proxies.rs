//! What a proxy does, and fails to do. Which one the environment names is in `../proxy.rs`.

use std::error::Error as _;
use std::time::{Duration, Instant};

use mistral_connectors::{ConnectorsClientBuilder, Error};

use crate::support::wire::{Act, Wire, response};
use crate::support::{CONNECTOR, builder, docs};

const PASSWORD: &str = "password-of-the-proxy";

/// A builder whose requests go through this proxy.
fn through(proxy: impl Into<String>) -> ConnectorsClientBuilder {
    builder("http://api.example")
        .allow_insecure_http(true)
        .proxy(proxy)
}

fn with_password(proxy: &Wire) -> String {
    format!("http://user:{PASSWORD}@{}", proxy.address())
}

#[test]
fn a_proxy_of_the_builder_that_cannot_be_used_is_refused() {
    for url in [
        "",
        "ftp://h",
        "http://user:hidden@h:port",
        "'http://hidden@h'",
    ] {
        let builder = through(url);
        assert!(!format!("{builder:?}").contains("hidden"), "{url}");
        let error = builder.build().unwrap_err();
        assert!(matches!(error, Error::Config(_)), "{url}: {error:?}");
        assert!(error.to_string().contains(": proxy "), "{error}");
        assert!(!error.to_string().contains("hidden"), "{error}");
    }
}

#[test]
fn the_user_name_and_the_password_go_to_the_proxy_decoded() {
    let proxy = Wire::proxy();
    let client = through(format!("http://corp%5Cme:a%2Fb%40@{}", proxy.address()));
    client.build().unwrap().get("docs").unwrap();
    let head = &proxy.seen()[0].head;
    // corp\me:a/b@
    let wanted = "Proxy-Authorization: Basic Y29ycFxtZTphL2JA";
    assert!(head.contains(wanted), "{head}");
    assert!(!proxy.seen()[1].head.contains("Proxy-Authorization"));
}

#[test]
fn a_proxy_that_wants_a_password_is_an_error_that_says_so() {
    let refusal = response(407, &format!("not with {PASSWORD}"));
    let proxy = Wire::script([Act::SendAndClose(refusal)]);
    let client = through(with_password(&proxy)).build().unwrap();
    for error in [
        client.get("docs").unwrap_err(),
        client.create(&docs()).unwrap_err(),
    ] {
        let text = error.to_string();
        let what = format!(
            "could not connect through the proxy {}: it responded with status 407",
            proxy.address()
        );
        assert!(text.contains(&what), "{text}");
        assert!(error.hint().unwrap().contains("user:password@"), "{text}");
        assert!(
            !text.contains(PASSWORD) && !text.contains("carried out"),
            "{text}"
        );
        assert!(error.is_connect(), "{text}");
        assert_eq!(error.attempts(), 1, "{text}");
    }
}

#[test]
fn a_proxy_that_cannot_reach_the_api_is_asked_again() {
    let proxy = Wire::script([Act::SendAndClose(response(502, ""))]);
    let error = through(proxy.base_url()).build().unwrap().get("docs");
    let error = error.unwrap_err();
    assert!(error.to_string().contains("status 502"), "{error}");
    assert_eq!(error.attempts(), 3);
}

#[test]
fn the_error_of_a_proxy_that_cannot_be_reached_names_it_without_its_password() {
    for url in [
        "http://user:hidden@127.0.0.1:1",
        "http://hidden@127.0.0.1:1",
    ] {
        let error = through(url).build().unwrap().get("docs").unwrap_err();
        let text = format!("{error} {:?}", error.source());
        let what = "could not connect through the proxy 127.0.0.1:1: refused";
        assert!(text.contains(what), "{text}");
        assert!(!text.contains("hidden"), "{text}");
    }
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
#[test]
fn a_proxy_is_told_of_https_only_the_host() {
    let proxy = Wire::script([Act::SendAndClose(response(502, ""))]);
    let client = builder("https://api.example").proxy(proxy.base_url());
    client.build().unwrap().get("docs").unwrap_err();
    assert_eq!(proxy.seen()[0].line(), "CONNECT api.example:443");
}

/// The error of a call with a limit of half a second, which must come long before a minute.
fn timed_out(builder: ConnectorsClientBuilder) -> Error {
    let client = builder.timeout(Duration::from_millis(500)).build().unwrap();
    let begun = Instant::now();
    let error = client.get("docs").unwrap_err();
    assert!(begun.elapsed() < Duration::from_secs(5), "{error}");
    assert!(error.is_timeout() && error.is_connect(), "{error}");
    error
}

#[test]
fn a_proxy_that_never_finishes_its_response_is_a_timeout_of_connecting() {
    for act in [
        Act::Silence,
        Act::Drip(b"HTTP/1.1 200 O".to_vec()),
        Act::Drip(b"HTTP/1.1 200 OK\r\nx: y".to_vec()),
    ] {
        let proxy = Wire::script([act]);
        let error = timed_out(through(proxy.base_url()));
        let what = format!("through the proxy {}", proxy.address());
        assert!(error.to_string().contains(&what), "{error}");
    }
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
#[test]
fn a_handshake_behind_a_proxy_that_never_ends_is_a_timeout_of_connecting() {
    let proxy = Wire::script([Act::Stall(b"HTTP/1.1 200 OK\r\n\r\n".to_vec())]);
    timed_out(builder("https://api.example").proxy(proxy.base_url()));
}

#[cfg(feature = "socks")]
#[test]
fn a_socks_proxy_is_used() {
    // What it says to the greeting and to the request, and then the response from behind it.
    let says = b"\x05\x00\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00";
    let proxy = Wire::blurt([says, &*response(200, CONNECTOR)].concat());
    for scheme in ["socks5h", "SOCKS5H"] {
        let client = through(format!("{scheme}://{}", proxy.address())).build();
        assert_eq!(client.unwrap().get("docs").unwrap().name, "docs");
    }
}

#[cfg(feature = "socks")]
#[test]
fn a_socks_proxy_that_says_nothing_is_a_timeout_of_connecting() {
    for scheme in ["socks4a", "socks5h"] {
        let proxy = Wire::blurt(Vec::new());
        timed_out(through(format!("{scheme}://{}", proxy.address())));
    }
}
