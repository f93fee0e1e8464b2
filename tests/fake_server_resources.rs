//! A fake server that is dropped leaves nothing behind. The only test in this process, because it
//! counts threads and descriptors.
#![cfg(target_os = "linux")]

use std::fs;
use std::io::Write;
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use mistral_connectors::testing::FakeServer;
use serde_json::json;

/// How many threads and descriptors this process has.
fn resources() -> (usize, usize) {
    let count = |path: &str| fs::read_dir(path).unwrap().count();
    (count("/proc/self/task"), count("/proc/self/fd"))
}

#[test]
fn two_hundred_servers_leave_no_thread_and_no_descriptor() {
    let before = resources();
    let mut most = before;
    for _ in 0..4 {
        let servers: Vec<_> = (0..50).map(|_| FakeServer::start()).collect();
        let mut open = Vec::new();
        for server in &servers {
            server.add(json!({"name": "docs"}));
            let late = Duration::from_secs(3600);
            server.when("GET", "/v1/connectors/late").delay(late).pass();
            let client = server.client();
            client.get("docs").unwrap();
            let address = server.base_url().replace("http://", "");
            let mut delayed = TcpStream::connect(address).unwrap();
            delayed
                .write_all(b"GET /v1/connectors/late HTTP/1.1\r\n\r\n")
                .unwrap();
            while server.requests().len() < 2 {
                thread::yield_now();
            }
            // One connection is idle, and one waits for its response.
            open.push((client, delayed));
        }
        let now = resources();
        most = (most.0.max(now.0), most.1.max(now.1));
        drop(servers);
    }
    // The test means something only if the servers had threads and descriptors.
    assert!(
        most.0 >= before.0 + 150 && most.1 >= before.1 + 150,
        "{most:?}"
    );
    // A thread that has ended takes a moment to disappear from the list.
    let begin = Instant::now();
    while resources() != before && begin.elapsed() < Duration::from_secs(30) {
        thread::yield_now();
    }
    assert_eq!(resources(), before);
}
