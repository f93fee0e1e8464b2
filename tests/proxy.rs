//! Which proxy the environment names. What a proxy does is tested in `suite/proxies.rs`.

mod support;

use std::env;
use std::ffi::OsStr;
use std::process::Command;

use mistral_connectors::testing::FakeServer;
use support::wire::{Act, Wire, response};
use support::{CONNECTOR, builder, docs};

const CHILD: &str = "prints_what_calls_return";

/// The other tests run this one in a process of its own, because only that has the variables.
#[test]
#[ignore = "the other tests run it"]
fn prints_what_calls_return() {
    let builder = builder(env::var("TARGET").unwrap());
    let builder = builder.allow_insecure_http(env::var("INSECURE").is_ok());
    let builder = match env::var("BUILDER") {
        Ok(url) if url.is_empty() => builder.no_proxy(),
        Ok(url) => builder.proxy(url),
        Err(_) => builder,
    };
    let client = match builder.build() {
        Ok(client) => client,
        Err(error) => return println!("build: {error:?}"),
    };
    println!("get: {:?}", client.get("docs").map(|docs| docs.name));
    println!("create: {:?}", client.create(&docs()).map(|docs| docs.name));
    let server = FakeServer::start();
    let status = server.client().get("docs").unwrap_err().status();
    println!("fake: {status:?}");
}

/// What the child prints with these variables and no other proxy variables.
fn child<V: AsRef<OsStr> + Copy>(target: &str, variables: &[(&str, V)]) -> String {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", CHILD, "--ignored", "--nocapture"]);
    for name in ["ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    command
        .env("TARGET", target)
        .envs(variables.iter().copied());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Asserts that the calls of a child with these variables succeed.
#[track_caller]
fn succeeds(target: &str, variables: &[(&str, &str)]) {
    let printed = child(target, variables);
    assert!(
        printed.contains(r#"get: Ok("docs")"#),
        "{variables:?}: {printed}"
    );
}

const INSECURE: (&str, &str) = ("INSECURE", "");

/// A base URL that only a proxy can reach.
const BEHIND: &str = "http://api.example";

/// A target that responds to everything with a connector.
fn target() -> Wire {
    Wire::script([Act::Send(response(200, CONNECTOR))])
}

#[test]
fn a_proxy_of_the_environment_opens_a_tunnel_and_does_not_get_the_api_key() {
    let proxy = Wire::proxy();
    succeeds(BEHIND, &[INSECURE, ("HTTP_PROXY", &proxy.base_url())]);
    assert_eq!(
        proxy.lines(),
        [
            "CONNECT api.example:80",
            "GET /v1/connectors/docs",
            "POST /v1/connectors"
        ]
    );
    assert!(!proxy.seen()[0].head.contains("Bearer"));
}

#[test]
fn the_first_proxy_variable_that_is_not_empty_counts() {
    let names = [
        "ALL_PROXY",
        "all_proxy",
        "HTTPS_PROXY",
        "https_proxy",
        "HTTP_PROXY",
        "http_proxy",
    ];
    // On Windows, variables whose names differ only in case are the same.
    let step = if cfg!(windows) { 2 } else { 1 };
    let names: Vec<_> = names.into_iter().step_by(step).collect();
    for first in 0..names.len() {
        let proxy = Wire::proxy();
        let url = proxy.base_url();
        let value = |at: usize| match at {
            _ if at < first => "",
            _ if at == first => &*url,
            _ => "http://127.0.0.1:1",
        };
        let names = names.iter().enumerate();
        let mut variables: Vec<_> = names.map(|(at, name)| (*name, value(at))).collect();
        variables.push(INSECURE);
        succeeds(BEHIND, &variables);
    }
}

#[test]
fn a_proxy_variable_that_cannot_be_used_is_an_error_and_nothing_is_sent() {
    let not_a_url = "is not a proxy URL";
    let mut unusable = vec![
        ("\"http://127.0.0.1:1\"", "has quotes around it"),
        ("'http://user:hidden@127.0.0.1:1'", "has quotes around it"),
        ("http://127.0.0.1:1 ", "has whitespace around it"),
        (" ", "has whitespace around it"),
        ("ftp://127.0.0.1:1", not_a_url),
        ("http://corp\\user:hidden@127.0.0.1:1", not_a_url),
        ("http://user:hidden/word@127.0.0.1:1", not_a_url),
        ("http://user:1/hidden@127.0.0.1:1", not_a_url),
        ("http://user:1#hidden@127.0.0.1:1", not_a_url),
        ("http://user:hidden%ff@127.0.0.1:1", not_a_url),
        ("http://127.0.0.1:99999", not_a_url),
        ("http://127.0.0.1:port", not_a_url),
        ("http://:8080", not_a_url),
        ("http://", not_a_url),
    ];
    if !cfg!(feature = "socks") {
        unusable.push(("socks5://user:hidden@127.0.0.1:1", "the feature `socks`"));
        unusable.push(("socks4a://127.0.0.1:1", "the feature `socks`"));
    }
    if !cfg!(any(feature = "rustls", feature = "native-tls")) {
        unusable.push(("https://user:hidden@127.0.0.1:1", "the feature `rustls`"));
    }
    let target = target();
    for (value, why) in unusable {
        let printed = child(&target.base_url(), &[INSECURE, ("HTTPS_PROXY", value)]);
        let error = "build: invalid configuration: HTTPS_PROXY ";
        assert!(
            printed.contains(error) && printed.contains(why),
            "{value}: {printed}"
        );
        assert!(!printed.contains("hidden"), "{printed}");
    }
    assert_eq!(target.connections(), 0);
}

#[cfg(unix)]
#[test]
fn a_proxy_variable_that_is_not_unicode_is_an_error() {
    use std::os::unix::ffi::OsStrExt;

    let value = OsStr::from_bytes(b"http://127.0.0.1:1\xff");
    let variables = [("INSECURE", OsStr::new("")), ("http_proxy", value)];
    let printed = child("http://127.0.0.1:1", &variables);
    let want = "build: invalid configuration: the environment variable http_proxy is not valid";
    assert!(printed.contains(want), "{printed}");
}

#[test]
fn hosts_in_no_proxy_are_reached_directly_despite_whitespace_around_them() {
    for (name, value) in [
        ("NO_PROXY", "127.0.0.1"),
        ("NO_PROXY", "a.example, 127.0.0.1"),
        ("NO_PROXY", " 127.0.0.1 ,\t.b.example"),
        ("NO_PROXY", "a.example 127.0.0.1"),
        ("NO_PROXY", "*"),
        ("no_proxy", "a.example,\n127.0.0.1"),
    ] {
        let (proxy, target) = (Wire::proxy(), target());
        let variables = [INSECURE, ("ALL_PROXY", &proxy.base_url()), (name, value)];
        succeeds(&target.base_url(), &variables);
        let connections = (proxy.connections(), target.connections());
        assert_eq!(connections, (0, 1), "{value}");
    }
}

#[test]
fn hosts_that_are_not_in_no_proxy_are_reached_through_the_proxy() {
    let (proxy, target) = (Wire::proxy(), target());
    let no_proxy = ("NO_PROXY", "a.example, ,27.0.0.1");
    let variables = [INSECURE, ("ALL_PROXY", &proxy.base_url()), no_proxy];
    succeeds(&target.base_url(), &variables);
    assert_eq!(target.connections(), 0);
}

#[test]
fn the_proxy_of_the_builder_takes_precedence_over_the_environment() {
    let proxy = Wire::proxy();
    let environment = [("HTTP_PROXY", "garbage://"), ("NO_PROXY", "*")];
    let builder = [INSECURE, ("BUILDER", &proxy.base_url())];
    succeeds(BEHIND, &[environment, builder].concat());
    assert_eq!(proxy.lines()[0], "CONNECT api.example:80");
}

#[test]
fn no_proxy_of_the_builder_takes_precedence_over_the_environment() {
    for unused in ["http://127.0.0.1:1", "garbage://"] {
        let variables = [INSECURE, ("ALL_PROXY", unused), ("BUILDER", "")];
        succeeds(&target().base_url(), &variables);
    }
}

#[test]
fn plain_http_to_a_loopback_address_does_not_go_through_a_proxy_unless_allowed() {
    let (proxy, target) = (Wire::proxy(), target());
    let url = proxy.base_url();
    for variables in [
        vec![("HTTP_PROXY", &*url)],
        vec![("HTTP_PROXY", &*url), ("BUILDER", &*url)],
        vec![("HTTP_PROXY", "garbage://")],
    ] {
        let printed = child(&target.base_url(), &variables);
        assert!(printed.contains(r#"get: Ok("docs")"#), "{printed}");
        assert!(printed.contains("fake: Some(404)"), "{printed}");
    }
    assert_eq!(proxy.connections(), 0);
}
