//! Where a request goes: the list of all that the stand-in knows.

use super::activation;
use super::answer::Answer;
use super::authentication;
use super::connectors;
use super::conversations;
use super::credentials;
use super::path;
use super::readiness;
use super::recorded::RecordedRequest;
use super::route::{Asked, Operation, Route};
use super::sharing;
use super::state::State;
use super::tools;

/// The resources, each with a file that knows its routes. Of two routes that match, the first is
/// taken.
const RESOURCES: &[&[Route]] = &[
    // Before `connectors`, which takes any other word for a name.
    readiness::ROUTES,
    connectors::ROUTES,
    tools::ROUTES,
    authentication::ROUTES,
    credentials::ROUTES,
    sharing::ROUTES,
    activation::ROUTES,
    conversations::ROUTES,
];

/// Carries out a request for whoever has the key, which is asked for after the route, like FastAPI
/// does it.
pub(super) fn serve(state: &mut State, api_key: &str, request: &RecordedRequest) -> Answer {
    let answered = find(request).and_then(|(route, operation, asked)| {
        let key = format!("Bearer {api_key}");
        if route.needs_key && request.header("authorization") != Some(&key) {
            return Err(Answer::detail(401, "Unauthorized"));
        }
        operation(state, &asked)
    });
    answered.unwrap_or_else(|refusal| refusal)
}

type Found<'a> = (&'static Route, Operation, Asked<'a>);

fn find(request: &RecordedRequest) -> Result<Found<'_>, Answer> {
    let mut refusal = Answer::detail(404, "Not Found");
    for route in RESOURCES.iter().copied().flatten() {
        let Some(parts) = path::parts(route.path, &request.path) else {
            continue;
        };
        let mut methods = route.methods.iter();
        if let Some((_, operation)) = methods.find(|(method, _)| *method == request.method) {
            return Ok((route, *operation, Asked::new(request, &parts)));
        }
        refusal = Answer::detail(405, "Method Not Allowed");
    }
    Err(refusal)
}
