//! Proxies named in the environment are used, and told nothing but where to connect.

mod support;

use std::env;
use std::process::Command;

use mistral_connectors::testing::FakeServer;
use support::wire::{Act, Wire, answer};
use support::{CONNECTOR, client, docs};

const CHILD: &str = "prints_what_a_call_returns";
const PASSWORD: &str = "password-of-the-proxy";

/// Run by the other tests in a process of its own, which alone has the variables.
#[test]
#[ignore = "run by the other tests"]
fn prints_what_a_call_returns() {
    let client = client(env::var("TARGET").unwrap());
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
    let proxy = Wire::script([tunnel, Act::Send(answer(200, CONNECTOR))]);
    let printed = child(&proxy, "http://127.0.0.1:9", &[]);
    assert!(printed.contains(r#"get: Ok("docs")"#), "{printed}");
    assert_eq!(
        lines(&proxy),
        [
            "CONNECT 127.0.0.1:9",
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
    let target = Wire::script([Act::Send(answer(200, CONNECTOR))]);
    let printed = child(&proxy, &target.base_url(), &[("NO_PROXY", "127.0.0.1")]);
    assert!(printed.contains(r#"get: Ok("docs")"#), "{printed}");
    assert_eq!(proxy.connections(), 0);
}

#[test]
fn a_proxy_that_refuses_is_an_error_without_its_password() {
    let refusal = answer(407, &format!("not with {PASSWORD}"));
    let proxy = Wire::script([Act::SendAndClose(refusal)]);
    let printed = child(&proxy, "http://127.0.0.1:9", &[]);
    assert!(
        printed.contains("could not connect through the proxy"),
        "{printed}"
    );
    assert!(!printed.contains(PASSWORD), "{printed}");
    assert!(!printed.contains("carried out"), "{printed}");
}

#[test]
fn the_stand_in_is_reached_without_proxy() {
    let proxy = Wire::script([Act::Reset]);
    let printed = child(&proxy, "http://127.0.0.1:9", &[]);
    assert!(printed.contains("fake: Some(404)"), "{printed}");
}
