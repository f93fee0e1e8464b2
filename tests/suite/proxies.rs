//! What a proxy does, and how it can fail. Which proxy the environment names is tested in
//! `../proxy.rs`.

use std::time::{Duration, Instant};

use mistral_connectors::{ConnectorsClientBuilder, Error};

use crate::calls::{CREATE, GET};
use crate::support::builder;
use crate::support::wire::{Act, Wire, response};

/// A builder whose requests go through this proxy.
fn through(proxy: impl Into<String>) -> ConnectorsClientBuilder {
    builder("http://api.example")
        .allow_insecure_http(true)
        .proxy(proxy)
}

fn error_through(proxy: impl Into<String>) -> Error {
    GET(&through(proxy).build().unwrap()).unwrap_err()
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
        let text = error.to_string();
        assert!(
            text.contains(": proxy ") && !text.contains("hidden"),
            "{text}"
        );
    }
}

#[test]
fn the_user_name_and_the_password_are_sent_to_the_proxy_decoded() {
    let proxy = Wire::proxy();
    let url = format!("http://corp%5Cme:a%2Fb%40@{}", proxy.address());
    GET(&through(url).build().unwrap()).unwrap();
    let heads: Vec<_> = proxy.seen().into_iter().map(|seen| seen.head).collect();
    // corp\me:a/b@
    let header = "Proxy-Authorization: Basic Y29ycFxtZTphL2JA";
    assert!(heads[0].contains(header), "{heads:?}");
    assert!(!heads[1].contains("Proxy-Authorization"), "{heads:?}");
}

#[test]
fn a_proxy_that_refuses_the_password_is_an_error_that_says_so() {
    let proxy = Wire::script([Act::SendAndClose(response(407, "not with hidden"))]);
    let client = through(format!("http://user:hidden@{}", proxy.address()));
    let client = client.build().unwrap();
    for error in [GET(&client).unwrap_err(), CREATE(&client).unwrap_err()] {
        let text = error.to_string();
        let why = format!(
            "through the proxy {}: it responded with status 407",
            proxy.address()
        );
        assert!(text.contains(&why) && !text.contains("hidden"), "{text}");
        assert!(error.hint().unwrap().contains("user:password@"), "{text}");
        assert!(error.is_connect() && !error.is_transient(), "{text}");
        assert!(!error.may_have_happened(), "{text}");
        assert_eq!(error.attempts(), 1, "{text}");
    }
}

#[test]
fn a_proxy_that_cannot_reach_the_api_is_tried_again() {
    let proxy = Wire::script([Act::SendAndClose(response(502, ""))]);
    let error = error_through(proxy.base_url());
    assert!(error.to_string().contains("status 502"), "{error}");
    assert_eq!(error.attempts(), 3);
}

#[test]
fn the_error_about_a_proxy_that_cannot_be_reached_names_it_without_its_password() {
    for user in ["user:hidden", "hidden"] {
        let error = error_through(format!("http://{user}@127.0.0.1:1"));
        let text = crate::secrets::all_forms(&error);
        let why = "could not connect through the proxy 127.0.0.1:1: connection refused";
        assert!(text.contains(why) && !text.contains("hidden"), "{text}");
    }
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
#[test]
fn a_proxy_sees_only_the_host_of_an_https_request() {
    let proxy = Wire::script([Act::SendAndClose(response(502, ""))]);
    let client = builder("https://api.example").proxy(proxy.base_url());
    GET(&client.build().unwrap()).unwrap_err();
    assert_eq!(proxy.seen()[0].line(), "CONNECT api.example:443");
}

/// The error of a call with half a second for connecting, which must come long before a minute.
fn timed_out(builder: ConnectorsClientBuilder) -> Error {
    let builder = builder.connect_timeout(Duration::from_millis(500));
    let client = builder.max_retries(0).build().unwrap();
    let started = Instant::now();
    let error = GET(&client).unwrap_err();
    assert!(started.elapsed() < Duration::from_secs(20), "{error}");
    assert!(error.is_timeout() && error.is_connect(), "{error}");
    error
}

#[test]
fn a_proxy_that_never_finishes_its_response_is_a_timeout_while_connecting() {
    for act in [
        Act::Silence,
        Act::Drip(b"HTTP/1.1 200 O".to_vec()),
        Act::Drip(b"HTTP/1.1 200 OK\r\nx: y".to_vec()),
    ] {
        let proxy = Wire::script([act]);
        let error = timed_out(through(proxy.base_url()));
        let what = format!(
            "timed out while connecting through the proxy {}",
            proxy.address()
        );
        assert!(error.to_string().contains(&what), "{error}");
    }
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
#[test]
fn a_handshake_behind_a_proxy_that_never_ends_is_a_timeout_while_connecting() {
    let proxy = Wire::script([Act::Stall(b"HTTP/1.1 200 OK\r\n\r\n".to_vec())]);
    timed_out(builder("https://api.example").proxy(proxy.base_url()));
}

#[cfg(feature = "socks")]
#[test]
fn a_socks_proxy_is_used() {
    // Its responses to the greeting and to the request, and then the response from behind it.
    let handshake = b"\x05\x00\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00";
    let connector = response(200, crate::support::CONNECTOR);
    let proxy = Wire::blurt([handshake, &*connector].concat());
    for scheme in ["socks5h", "SOCKS5H"] {
        let client = through(format!("{scheme}://{}", proxy.address()));
        GET(&client.build().unwrap()).unwrap();
    }
}

#[cfg(feature = "socks")]
#[test]
fn a_socks_proxy_that_stays_silent_is_a_timeout_while_connecting() {
    for scheme in ["socks4a", "socks5h"] {
        let proxy = Wire::blurt(Vec::new());
        timed_out(through(format!("{scheme}://{}", proxy.address())));
    }
}
