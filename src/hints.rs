//! What to do about an error: all hints, and when each of them is true.

use crate::api_error::{Said, ValidationDetail};

/// What a status means at one endpoint. Hints that are true at every endpoint are further below.
pub(crate) type Hints = &'static [(u16, &'static str)];

/// The key of a hint for a success that cannot be read.
pub(crate) const UNREADABLE: u16 = 200;

// --- no request was sent

pub(crate) const MISSING_API_KEY: &str = if cfg!(feature = "dotenv") {
    "set MISTRAL_API_KEY in the environment or in a .env file, or pass the key to \
     `ConnectorsClient::new` or the builder's `api_key`"
} else {
    "set MISTRAL_API_KEY in the environment, or pass the key to `ConnectorsClient::new` or the \
     builder's `api_key`"
};

// --- no response came

pub(crate) const RAISE_TIMEOUT: &str = "if the server is just slow, raise `timeout`";

pub(crate) const CHECK_NETWORK: &str =
    "check the network, `base_url`, and the proxy variables (HTTPS_PROXY, NO_PROXY)";

pub(crate) const CHECK_CERTIFICATE: &str = "if a proxy re-signs TLS, enable the feature `platform-verifier` or pass the proxy's \
     certificate to `root_certificate_pem`; otherwise the server's certificate is invalid";

pub(crate) const RAISE_LIMIT: &str =
    "raise `max_response_bytes`, or reduce `page_size` if the call has one";

pub(crate) const NOT_LOGGED_IN: &str =
    "the user has not logged in yet: open the URL of `get_auth_url` in a browser";

// --- a success that cannot be read

pub(crate) const COMPRESSED: &str =
    "the body is compressed in a way that this build cannot read; the feature `gzip` reads gzip";

/// What to do about a success that cannot be read.
pub(crate) fn of_unreadable(compressed: bool, endpoint: &[Hints]) -> Option<&'static str> {
    if compressed {
        Some(COMPRESSED)
    } else {
        find(endpoint, UNREADABLE)
    }
}

// --- a status, by endpoint

pub(crate) const CREATE: Hints = &[
    (
        404,
        "check `base_url`: nothing at this address creates connectors",
    ),
    (
        409,
        "the name is taken: choose another, or delete or update the connector that has it",
    ),
];

const NOT_FOUND: (u16, &str) = (
    404,
    "no connector has this ID or name, or `base_url` is wrong; `list` shows the connectors that \
     this API key can see",
);

pub(crate) const GET: Hints = &[NOT_FOUND];

pub(crate) const GET_BOOTSTRAP: Hints = &[
    NOT_FOUND,
    (
        UNREADABLE,
        "the API reserves the name `bootstrap`: get a connector of that name by its ID",
    ),
];

const NOTHING_LISTS: (u16, &str) = (
    404,
    "check `base_url`: nothing at this address lists connectors",
);

pub(crate) const LIST: Hints = &[NOTHING_LISTS];

pub(crate) const LIST_FROM_CURSOR: Hints = &[
    (
        400,
        "a cursor is valid only for the filter it was issued for: start the listing over, or set \
         the same filter again",
    ),
    NOTHING_LISTS,
];

const DELETED: (u16, &str) = (404, "no connector has this ID: it may have been deleted");

pub(crate) const UPDATE: Hints = &[
    DELETED,
    (409, "the update conflicts with another connector"),
];

pub(crate) const RENAME: Hints = &[DELETED, (409, NAME_TAKEN), (500, NAME_TAKEN)];

const NAME_TAKEN: &str = "the new name may be taken by another connector: choose a different one";

pub(crate) const DELETE: Hints = &[(
    404,
    "it is already deleted, or the ID or `base_url` is wrong",
)];

/// A name where an ID is expected.
pub(crate) const BY_NAME: Hints = &[(404, TAKES_ID), (422, TAKES_ID)];

const TAKES_ID: &str = "this takes the connector's UUID, not its name; `get` finds it by name";

/// Requests for which Mistral calls the MCP server.
pub(crate) const ASKS_MCP_SERVER: Hints = &[
    (
        401,
        "the API key or the connector's own login was not accepted: check MISTRAL_API_KEY, or log \
         in again (`get_auth_url`, `create_credentials`)",
    ),
    (
        403,
        "this API key is not allowed to do that, or the MCP server refused it",
    ),
];

pub(crate) const UPDATE_CREDENTIALS: Hints = &[(
    405,
    "this version of the API cannot update credentials; `create_credentials` overwrites them",
)];

/// A raw request with a `/` within a segment.
pub(crate) const SLASH_IN_SEGMENT: Hints = &[(
    404,
    "a path segment must not contain `/`, which is sent as `%2F`: pass the segments one by one, \
     as in `[\"v1\", \"models\"]`",
)];

// --- a status, wherever it comes

const KEY_NOT_ACCEPTED: &str = "the API key was not accepted: check it (`api_key`, MISTRAL_API_KEY), or make a new one in \
     the Mistral console";

const CONNECTOR_NOT_LOGGED_IN: &str = "the connector's own login is missing or has expired: log in again (`get_auth_url`), or store \
     new credentials (`create_credentials`)";

const NOT_ALLOWED: &str =
    "this API key is not allowed to do that, or something between here and the API refused it";

const TOO_MANY: &str = "too many requests: wait, or raise `max_retries` and `timeout`";

const OUT_OF_QUOTA: &str = "the quota is used up, and a retry does not help: raise it, or check billing, in the Mistral \
     console";

const REDIRECT: &str = "set `base_url` to the address where the API itself responds; a sign-in page comes from a proxy";

const NOT_THE_API: &str = "this does not look like a response of the API: check `base_url`";

const REFUSED: &str = "a field or parameter was refused: the message says which or why";

const SERVER: &str = "`server` must be an absolute URL at which Mistral reaches the MCP server";

const SERVER_TOO_LONG: &str =
    "`server` is too long: the published API accepts at most 2083 characters";

/// What to do about a response that is not a success.
pub(crate) fn of_refusal(
    status: u16,
    said: &Said,
    redirected: bool,
    endpoint: &[Hints],
) -> Option<&'static str> {
    let of_endpoint = find(endpoint, status);
    match status {
        300..=399 => redirected.then_some(REDIRECT),
        404 if endpoint.contains(&SLASH_IN_SEGMENT) => of_endpoint,
        404 if !said.is_from_api => Some(NOT_THE_API),
        429 if said.is_out_of_quota() => Some(OUT_OF_QUOTA),
        429 => Some(TOO_MANY),
        // A web page does not come from the API.
        _ if said.page.is_some() => None,
        // Whatever sends plain text does not know the API key.
        401 | 403 if !said.json && !said.empty => None,
        401 => Some(of_401(said, of_endpoint)),
        403 => of_endpoint.or(Some(NOT_ALLOWED)),
        422 => of_422(said, of_endpoint),
        _ => of_endpoint,
    }
}

/// The hint of the first table that has the status.
fn find(hints: &[Hints], status: u16) -> Option<&'static str> {
    let mut all = hints.iter().flat_map(|hints| hints.iter());
    all.find(|(own, _)| *own == status).map(|(_, hint)| *hint)
}

/// Tells whether the API key was refused, or the connector's own login at its MCP server.
fn of_401(said: &Said, of_endpoint: Option<&'static str>) -> &'static str {
    let text = said.text().to_lowercase();
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
    let has = |any: &[&str]| words.iter().any(|word| any.contains(word));
    if text.contains("api key") || text.contains("api_key") || text.contains("api-key") {
        return KEY_NOT_ACCEPTED;
    }
    let of_connector = has(&["oauth", "oauth2", "mcp", "reconnect"]);
    let of_login = has(&[
        "authenticate",
        "authenticated",
        "authentication",
        "credential",
        "credentials",
        "expired",
        "login",
        "logged",
        "token",
    ]);
    match of_endpoint {
        _ if of_connector => CONNECTOR_NOT_LOGGED_IN,
        _ if has(&["connector"]) && of_login => CONNECTOR_NOT_LOGGED_IN,
        Some(_) if of_login => CONNECTOR_NOT_LOGGED_IN,
        Some(either) => either,
        None => KEY_NOT_ACCEPTED,
    }
}

fn of_422(said: &Said, of_endpoint: Option<&'static str>) -> Option<&'static str> {
    let is_in_path =
        |detail: &ValidationDetail| detail.loc.first().is_some_and(|part| part == "path");
    let is_server = |detail: &&ValidationDetail| detail.loc.iter().any(|part| part == "server");
    let server = said.details.iter().find(is_server);
    match server {
        Some(detail) if detail.kind == "missing" => Some(REFUSED),
        Some(detail) if is_too_long(detail) => Some(SERVER_TOO_LONG),
        Some(_) => Some(SERVER),
        // The hint of an endpoint for 422 is about the path.
        None if said.details.is_empty() || said.details.iter().any(is_in_path) => {
            of_endpoint.or((!said.is_silent()).then_some(REFUSED))
        }
        None => Some(REFUSED),
    }
}

fn is_too_long(detail: &ValidationDetail) -> bool {
    let said = detail.msg.to_lowercase();
    detail.kind.contains("too_long") || said.contains("too long") || said.contains("at most")
}
