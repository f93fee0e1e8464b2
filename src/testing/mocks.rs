//! How answers reach the wire: the one file that knows how mockito answers.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mockito::{Matcher, Server, ServerOpts};

use super::intake::Intake;
use super::recorded::RecordedRequest;

pub(super) const METHODS: [&str; 7] = ["GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS"];

/// A mock server, all of whose mocks answer from one [`Intake`].
pub(super) struct Mocks {
    server: Server,
    intake: Arc<Mutex<Intake>>,
}

impl Mocks {
    pub(super) fn start(intake: Intake) -> Self {
        let mut server = Server::new_with_opts(ServerOpts::default());
        let intake = Arc::new(Mutex::new(intake));
        for method in METHODS {
            // mockito asks for the status, the header and the body of an answer one after the
            // other, without another request in between.
            let (status, id, body) = (
                Arc::clone(&intake),
                Arc::clone(&intake),
                Arc::clone(&intake),
            );
            server
                .mock(method, Matcher::Any)
                .with_status_code_from_request(move |request| {
                    let mut intake = lock(&status);
                    intake.take(RecordedRequest::new(request));
                    intake.answer.status.into()
                })
                .with_header("content-type", "application/json")
                .with_header_from_request("x-request-id", move |_| {
                    format!("fake-{}", lock(&id).came)
                })
                .with_body_from_request(move |_| lock(&body).answer.body.to_string().into_bytes())
                .create();
        }
        Mocks { server, intake }
    }

    pub(super) fn base_url(&self) -> String {
        self.server.url()
    }

    pub(super) fn intake(&self) -> MutexGuard<'_, Intake> {
        lock(&self.intake)
    }
}

fn lock(intake: &Mutex<Intake>) -> MutexGuard<'_, Intake> {
    intake.lock().unwrap_or_else(PoisonError::into_inner)
}
