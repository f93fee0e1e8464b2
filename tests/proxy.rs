//! Proxies named in the environment are used, and told nothing but where to connect.

mod support;

use std::env;
use std::process::Command;

use mistral_connectors::testing::FakeServer;
use support::wire::{Act, Wire, response};
use support::{CONNECTOR, builder, docs};

const CHILD: &str = "prints_what_a_call_returns";
const PASSWORD: &str = "password-of-the-proxy";

/// Run by the other tests in a process of its own, which alone has the variables.
#[test]
#[ignore = "run by the other tests"]
fn prints_what_a_call_returns() {
    let insecure = env::var("INSECURE").is_ok();
    let builder = builder(env::var("TARGET").unwrap()).allow_insecure_http(insecure);
    let client = builder.build().unwrap();
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

/// What the child prints with `HTTP_PROXY` and these variables.
fn child(proxy: &Wire, target: &str, variables: &[(&str, &str)]) -> String {
    let proxy = proxy
        .base_url()
        .replace("http://", &format!("http://user:{PASSWORD}@"));
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", CHILD, "--ignored", "--nocapture"]);
    for name in ["ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    command
        .env("HTTP_PROXY", proxy)
        .env("TARGET", target)
        .envs(variables.iter().copied());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn lines(wire: &Wire) -> Vec<String> {
    wire.seen()
        .iter()
        .map(|seen| seen.line().to_owned())
        .collect()
}

#[test]
fn a_proxy_of_the_environment_is_asked_for_a_tunnel() {
    let tunnel = Act::Send(b"HTTP/1.1 200 OK\r\n\r\n".to_vec());
    let proxy = Wire::script([tunnel, Act::Send(response(200, CONNECTOR))]);
    let printed = child(&proxy, "http://api.example", &[("INSECURE", "")]);
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
fn hosts_of_no_proxy_are_reached_directly() {
    let proxy = Wire::script([Act::Reset]);
    let target = Wire::script([Act::Send(response(200, CONNECTOR))]);
    let printed = child(
        &proxy,
        &target.base_url(),
        &[("INSECURE", ""), ("NO_PROXY", "127.0.0.1")],
    );
    assert!(printed.contains(r#"get: Ok("docs")"#), "{printed}");
    assert_eq!(proxy.connections(), 0);
}

#[test]
fn a_proxy_that_refuses_is_an_error_without_its_password() {
    let refusal = response(407, &format!("not with {PASSWORD}"));
    let proxy = Wire::script([Act::SendAndClose(refusal)]);
    let printed = child(&proxy, "http://api.example", &[("INSECURE", "")]);
    assert!(
        printed.contains("could not connect through the proxy"),
        "{printed}"
    );
    assert!(!printed.contains(PASSWORD), "{printed}");
    assert!(!printed.contains("carried out"), "{printed}");
}

#[test]
fn a_key_does_not_go_through_a_proxy_in_plain_text_unless_allowed() {
    let proxy = Wire::script([Act::Reset]);
    let target = Wire::script([Act::Send(response(200, CONNECTOR))]);
    let printed = child(&proxy, &target.base_url(), &[]);
    assert!(printed.contains(r#"get: Ok("docs")"#), "{printed}");
    assert!(printed.contains("fake: Some(404)"), "{printed}");
    assert_eq!(proxy.connections(), 0);
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
#[test]
fn a_proxy_is_told_of_https_only_the_host() {
    let proxy = Wire::script([Act::SendAndClose(response(502, ""))]);
    let printed = child(&proxy, "https://api.example", &[]);
    assert!(
        printed.contains("could not connect through the proxy"),
        "{printed}"
    );
    assert_eq!(lines(&proxy)[0], "CONNECT api.example:443");
}
