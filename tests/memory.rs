//! The memory of a listing does not grow with the number of pages.
#![cfg(target_os = "linux")]

mod support;

use std::process::Command;
use std::{env, fs};

use mistral_connectors::Result;
use support::client;
use support::wire::{Act, Wire, response};

const CHILD: &str = "prints_its_peak_memory_after_a_listing";

/// Run by the other test in a process of its own, so that nothing else counts.
#[test]
#[ignore = "run by the other test"]
fn prints_its_peak_memory_after_a_listing() {
    let connectors = client(env::var("TARGET").unwrap()).list();
    let count = connectors.map(Result::unwrap).count();
    assert_eq!(count.to_string(), env::var("COUNT").unwrap());
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let mut lines = status.lines();
    println!("{}", lines.find(|line| line.starts_with("VmHWM:")).unwrap());
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
    let (_, peak) = printed.split_once("VmHWM:").unwrap();
    peak.split_whitespace().next().unwrap().parse().unwrap()
}

#[test]
fn a_listing_of_40_000_connectors_needs_no_more_memory_than_one_of_2_000() {
    let (short, long) = (peak(2_000), peak(40_000));
    // To hold 38,000 more connectors would take 20 MiB.
    assert!(long < short + 2 * 1024, "{short} KiB, {long} KiB");
}
