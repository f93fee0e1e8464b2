//! Which proxy the environment names. What a proxy does is in `suite/proxies.rs`.

mod support;

use std::env;
use std::ffi::OsStr;
use std::process::Command;

use mistral_connectors::testing::FakeServer;
use support::wire::{Act, Wire, response};
use support::{CONNECTOR, builder, docs};

const CHILD: &str = "prints_what_a_call_returns";

/// Run by the other tests in a process of its own, which alone has the variables.
#[test]
#[ignore = "run by the other tests"]
fn prints_what_a_call_returns() {
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
    println!(
        "get: {:?}",
        client.get("docs").map(|connector| connector.name)
    );
    println!(
        "create: {:?}",
        client.create(&docs()).map(|connector| connector.name)
    );
    let server = FakeServer::start();
    println!(
        "fake: {:?}",
        server.client().get("docs").unwrap_err().status()
    );
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

const INSECURE: (&str, &str) = ("INSECURE", "");

/// A target that answers everything.
fn target() -> Wire {
    Wire::script([Act::Send(response(200, CONNECTOR))])
}

fn lines(wire: &Wire) -> Vec<String> {
    wire.seen()
        .iter()
        .map(|seen| seen.line().to_owned())
        .collect()
}

#[test]
fn a_proxy_of_the_environment_is_asked_for_a_tunnel() {
    let proxy = Wire::proxy();
    let url = proxy.base_url();
    let printed = child("http://api.example", &[INSECURE, ("HTTP_PROXY", &url)]);
    assert!(printed.contains(r#"get: Ok("docs")"#), "{printed}");
    assert_eq!(
        lines(&proxy),
        [
            "CONNECT api.example:80",
            "GET /v1/connectors/docs",
            "POST /v1/connectors"
        ]
    );
    assert!(
        !proxy.seen()[0].head.contains("Bearer"),
        "the proxy is not told the key"
    );
}

#[test]
fn the_first_proxy_variable_that_is_not_empty_counts() {
    let variables = [
        "ALL_PROXY",
        "all_proxy",
        "HTTPS_PROXY",
        "https_proxy",
        "HTTP_PROXY",
        "http_proxy",
    ];
    for at in 0..variables.len() {
        let proxy = Wire::proxy();
        let (url, wrong) = (proxy.base_url(), "http://127.0.0.1:1");
        let value = |other| match other {
            other if other < at => "",
            other if other == at => &url,
            _ => wrong,
        };
        // Where names of variables have no case, these would overwrite each other.
        let step = if cfg!(windows) { 2 } else { 1 };
        let names = variables.iter().enumerate().step_by(step);
        let mut set: Vec<_> = names.map(|(at, name)| (*name, value(at))).collect();
        set.push(INSECURE);
        if at % step == 0 {
            let printed = child("http://api.example", &set);
            assert!(printed.contains(r#"get: Ok("docs")"#), "{set:?}: {printed}");
        }
    }
}

#[test]
fn a_proxy_variable_that_cannot_be_used_is_an_error_and_nothing_is_sent() {
    let not_a_url = "is not the URL of a proxy";
    let mut unusable = vec![
        ("\"http://127.0.0.1:1\"", "has quotes around it"),
        ("'http://user:hidden@127.0.0.1:1'", "has quotes around it"),
        ("http://127.0.0.1:1 ", "has whitespace around it"),
        (" ", "has whitespace around it"),
    ];
    for value in [
        "ftp://127.0.0.1:1",
        "http://corp\\user:hidden@127.0.0.1:1",
        "http://user:hid/den@127.0.0.1:1",
        "http://user:1/hidden@127.0.0.1:1",
        "http://user:1#hidden@127.0.0.1:1",
        "http://user:hidden%ff@127.0.0.1:1",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:port",
        "http://:8080",
        "http://",
    ] {
        unusable.push((value, not_a_url));
    }
    if !cfg!(feature = "socks") {
        unusable.push(("socks5://user:hidden@127.0.0.1:1", "the feature `socks`"));
        unusable.push(("socks4a://127.0.0.1:1", "the feature `socks`"));
    }
    if !cfg!(any(feature = "rustls", feature = "native-tls")) {
        unusable.push(("https://user:hidden@127.0.0.1:1", "the feature `rustls`"));
    }
    let target = target();
    for (value, why) in unusable {
        let variables = [INSECURE, ("HTTPS_PROXY", value)];
        let printed = child(&target.base_url(), &variables);
        let error = printed.lines().find(|line| line.contains("build: Config("));
        let error = error.unwrap_or_else(|| panic!("{value}: {printed}"));
        assert!(
            error.contains("HTTPS_PROXY") && error.contains(why),
            "{value}: {error}"
        );
        assert!(
            !printed.contains("hidden") && !printed.contains("hid/den"),
            "{printed}"
        );
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
    assert!(printed.contains("build: Config("), "{printed}");
    assert!(printed.contains("http_proxy"), "{printed}");
}

#[test]
fn hosts_of_no_proxy_are_reached_directly_whatever_stands_around_them() {
    for (name, value) in [
        ("NO_PROXY", "127.0.0.1"),
        ("NO_PROXY", "a.example, 127.0.0.1"),
        ("NO_PROXY", " 127.0.0.1 ,\t.b.example"),
        ("NO_PROXY", "a.example 127.0.0.1"),
        ("NO_PROXY", "*"),
        ("no_proxy", "a.example,\n127.0.0.1"),
    ] {
        let (proxy, target) = (Wire::proxy(), target());
        let url = proxy.base_url();
        let variables = [INSECURE, ("ALL_PROXY", &url), (name, value)];
        let printed = child(&target.base_url(), &variables);
        assert!(printed.contains(r#"get: Ok("docs")"#), "{value}: {printed}");
        assert_eq!(
            (proxy.connections(), target.connections()),
            (0, 1),
            "{value}"
        );
    }
}

#[test]
fn other_hosts_than_those_of_no_proxy_are_reached_through_the_proxy() {
    let (proxy, target) = (Wire::proxy(), target());
    let url = proxy.base_url();
    let hosts = "a.example, ,27.0.0.1";
    let variables = [INSECURE, ("ALL_PROXY", &*url), ("NO_PROXY", hosts)];
    let printed = child(&target.base_url(), &variables);
    assert!(printed.contains(r#"get: Ok("docs")"#), "{printed}");
    assert_eq!(target.connections(), 0);
}

#[test]
fn a_proxy_of_the_builder_goes_before_the_environment() {
    let proxy = Wire::proxy();
    let url = proxy.base_url();
    let variables = [
        INSECURE,
        ("HTTP_PROXY", "rubbish://"),
        ("NO_PROXY", "*"),
        ("BUILDER", &url),
    ];
    let printed = child("http://api.example", &variables);
    assert!(printed.contains(r#"get: Ok("docs")"#), "{printed}");
    assert_eq!(lines(&proxy)[0], "CONNECT api.example:80");
}

#[test]
fn without_a_proxy_the_environment_does_not_matter() {
    for unused in ["http://127.0.0.1:1", "rubbish://"] {
        let target = target();
        let variables = [INSECURE, ("ALL_PROXY", unused), ("BUILDER", "")];
        let printed = child(&target.base_url(), &variables);
        assert!(printed.contains(r#"get: Ok("docs")"#), "{printed}");
    }
}

#[test]
fn a_key_does_not_go_through_a_proxy_in_plain_text_unless_allowed() {
    let (proxy, target) = (Wire::proxy(), target());
    let url = proxy.base_url();
    for variables in [
        [("HTTP_PROXY", &*url), ("UNUSED", "")],
        [("HTTP_PROXY", &*url), ("BUILDER", &*url)],
        [("HTTP_PROXY", "rubbish://"), ("UNUSED", "")],
    ] {
        let printed = child(&target.base_url(), &variables);
        assert!(printed.contains(r#"get: Ok("docs")"#), "{printed}");
        assert!(printed.contains("fake: Some(404)"), "{printed}");
    }
    assert_eq!(proxy.connections(), 0);
}
