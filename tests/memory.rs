//! The memory of a listing does not grow with its length.
#![cfg(target_os = "linux")]

mod support;

use std::process::Command;
use std::{env, fs};

use mistral_connectors::{ListConnectors, Result};
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
    let status = fs::read_to_string("/proc/self/status").unwrap();
    println!(
        "{}",
        status
            .lines()
            .find(|line| line.starts_with("VmHWM:"))
            .unwrap()
    );
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
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", CHILD, "--ignored", "--nocapture"])
        .env("TARGET", wire.base_url())
        .env("COUNT", count.to_string())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let printed = String::from_utf8(output.stdout).unwrap();
    let line = printed
        .lines()
        .find(|line| line.contains("VmHWM:"))
        .unwrap();
    line.split_whitespace()
        .rev()
        .nth(1)
        .unwrap()
        .parse()
        .unwrap()
}

#[test]
fn a_listing_of_40_000_needs_no_more_memory_than_one_of_2_000() {
    let (short, long) = (peak(2_000), peak(40_000));
    // 38,000 connectors in hand would be 20 MiB more.
    assert!(long < short + 2 * 1024, "{short} KiB, {long} KiB");
}
