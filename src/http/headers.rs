//! The headers of a request.

use ureq::http::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use ureq::http::{HeaderName, HeaderValue};

use crate::error::{Error, Result};
use crate::secret::Secret;

use super::request::{Method, Request};

/// More bytes do not fit into a request.
const MAX_HEADER_BYTES: usize = 65_536;

/// Headers that the client or HTTP itself sets.
const RESERVED: &str = "accept accept-encoding authorization connection content-length content-type \
                        expect host te trailer transfer-encoding upgrade user-agent";

/// The headers of every request of a client.
pub(super) fn of_client(
    api_key: &Secret,
    user_agent: &str,
    headers: &[(String, Secret)],
) -> Result<HeaderMap> {
    if HeaderValue::from_str(user_agent).is_err() {
        return Err(Error::config(
            "user_agent contains a character that is not allowed in a header",
        ));
    }
    let mut map = HeaderMap::new();
    map.insert(AUTHORIZATION, authorization(api_key)?);
    add(&mut map, headers, user_agent.len() + api_key.expose().len()).map_err(Error::config)?;
    Ok(map)
}

/// The headers of one request, which replace those of the client.
pub(super) fn of_request(client: &HeaderMap, request: &Request) -> Result<HeaderMap> {
    let mut map = client.clone();
    map.insert(ACCEPT, HeaderValue::from_static(request.accept));
    for (name, _) in &request.headers {
        map.remove(name.as_str());
    }
    add(&mut map, &request.headers, 0).map_err(Error::invalid_request)?;
    match &request.body {
        Some(body) => {
            map.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            map.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
        }
        // Without this, ureq would announce a chunked body.
        None if matches!(request.method, Method::Post | Method::Put | Method::Patch) => {
            map.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        None => {}
    }
    Ok(map)
}

fn authorization(api_key: &Secret) -> Result<HeaderValue> {
    let key = api_key.expose();
    if let Some(bad) = key.chars().position(|c| !c.is_ascii_graphic()) {
        return Err(Error::config(format!(
            "api_key (MISTRAL_API_KEY): character {} is a space, a line break or another character \
             that is not allowed in a header; pass the API key alone",
            bad + 1
        )));
    }
    sensitive(&format!("Bearer {key}"))
        .ok_or_else(|| Error::config("api_key (MISTRAL_API_KEY) is not allowed in a header"))
}

fn sensitive(value: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(value).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// Adds headers that a caller sets, or says why they cannot be sent.
fn add(
    map: &mut HeaderMap,
    headers: &[(String, Secret)],
    other_bytes: usize,
) -> std::result::Result<(), String> {
    for (name, value) in headers {
        // The name is not shown, because it could be a whole line with a value.
        let name = HeaderName::try_from(name).map_err(|_| {
            "header: a name contains a character that is not allowed there".to_owned()
        })?;
        if RESERVED.split(' ').any(|reserved| reserved == name) {
            return Err(format!("header: `{name}` is set by the client itself"));
        }
        let value = sensitive(value.expose()).ok_or_else(|| {
            format!("header: the value of `{name}` contains a character that is not allowed there")
        })?;
        map.try_append(name, value)
            .map_err(|_| "header: too many headers".to_owned())?;
    }
    let lengths = headers.iter();
    let lengths = lengths.map(|(name, value)| name.len() + value.expose().len());
    if lengths.sum::<usize>() + other_bytes > MAX_HEADER_BYTES {
        return Err(format!(
            "header: more than {MAX_HEADER_BYTES} bytes in total"
        ));
    }
    Ok(())
}
