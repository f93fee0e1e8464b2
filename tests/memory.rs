//! The memory of a listing does not grow with its length, and that of an error not with its request.
#![cfg(target_os = "linux")]

mod support;

use std::process::Command;
use std::{env, fs};

use mistral_connectors::{CallTool, Result};
use support::client;
use support::wire::{Act, Wire, response};

const CHILD: &str = "prints_its_peak_memory_after_a_listing";

/// Run by the other test in a process of its own, so that nothing else counts.
#[test]
#[ignore = "run by the other test"]
fn prints_its_peak_memory_after_a_listing() {
    let listed = client(env::var("TARGET").unwrap()).list();
    assert_eq!(
        listed.map(Result::unwrap).count().to_string(),
        env::var("COUNT").unwrap()
    );
    print_peak();
}

/// The peak memory after a tool call with a large argument that is refused.
#[test]
#[ignore = "run by the other test"]
fn prints_its_peak_memory_after_a_refused_call() {
    let call = CallTool::new("upload").argument(env::var("NAME").unwrap(), "x".repeat(8 << 20));
    let client = client(env::var("TARGET").unwrap());
    let error = client.call_tool("docs", &call).unwrap_err();
    assert!(error.is_validation(), "{error}");
    print_peak();
}

fn print_peak() {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let mut lines = status.lines();
    println!("{}", lines.find(|line| line.starts_with("VmHWM:")).unwrap());
}

/// The peak memory, in KiB, that this test of ours prints in a process of its own.
fn peak_of(child: &str, variables: &[(&str, String)]) -> u64 {
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", child, "--ignored", "--nocapture"])
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let printed = String::from_utf8(output.stdout).unwrap();
    let mut lines = printed.lines();
    let line = lines.find(|line| line.contains("VmHWM:")).unwrap();
    let kib = line.split_whitespace().rev().nth(1).unwrap();
    kib.parse().unwrap()
}

/// The peak memory, in KiB, of listing this many connectors in pages of 100.
fn peak(count: usize) -> u64 {
    let connector = |number: usize| {
        let text = "long ".repeat(100);
        format!(r#"{{"id":"{number}","name":"n{number}","description":"{text}","new":[{number}]}}"#)
    };
    let items = (0..100).map(connector).collect::<Vec<_>>().join(",");
    let last = count / 100 - 1;
    let wire = Wire::serve(move |number, _| {
        let cursor = if number < last {
            format!("\"{number}\"")
        } else {
            "null".to_owned()
        };
        let page = format!(r#"{{"items":[{items}],"pagination":{{"next_cursor":{cursor}}}}}"#);
        Act::Send(response(200, &page))
    });
    let count = count.to_string();
    peak_of(CHILD, &[("TARGET", wire.base_url()), ("COUNT", count)])
}

#[test]
fn a_listing_of_40_000_needs_no_more_memory_than_one_of_2_000() {
    let (short, long) = (peak(2_000), peak(40_000));
    // 38,000 connectors in hand would be 20 MiB more.
    assert!(long < short + 2 * 1024, "{short} KiB, {long} KiB");
}

#[test]
fn a_large_argument_under_the_name_of_a_secret_costs_no_more_memory_than_another() {
    let mut server = mockito::Server::new();
    let mock = server.mock("POST", mockito::Matcher::Any).with_status(422);
    mock.with_body(r#"{"detail": "refused"}"#).create();
    let peak = |name: &str| {
        let variables = [("TARGET", server.url()), ("NAME", name.to_owned())];
        peak_of("prints_its_peak_memory_after_a_refused_call", &variables)
    };
    let (plain, secret) = (peak("document"), peak("client_secret"));
    // A second copy would be 8 MiB more.
    assert!(secret < plain + 6 * 1024, "{plain} KiB, {secret} KiB");
}
