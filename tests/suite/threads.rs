//! Threads share one client.

use std::thread;

use crate::support::builder;
use crate::support::wire::{Act, Wire, response};

#[test]
fn ten_threads_with_one_client_and_a_failing_server_get_their_own_responses() {
    let wire = Wire::serve(|number, request| {
        let name = request.line().rsplit('/').next().unwrap();
        let whole = response(200, &format!(r#"{{"id":"{name}","name":"{name}"}}"#));
        match number % 7 {
            0 => Act::Reset,
            1 => Act::SendAndClose(whole[..whole.len() - 3].to_vec()),
            2 => Act::Send(response(503, "{}")),
            3 => Act::SendAndClose(whole),
            4 => Act::SendAndClose(vec![]),
            _ => Act::Send(whole),
        }
    });
    let client = builder(wire.base_url()).max_retries(100).build().unwrap();
    thread::scope(|scope| {
        for thread in 0..10 {
            let client = client.clone();
            scope.spawn(move || {
                for call in 0..30 {
                    let name = format!("{thread}-{call}");
                    assert_eq!(client.get(&name).unwrap().name, name);
                }
            });
        }
    });
}
