//! What to do about an error: all hints, and when each of them is true.

use super::{ErrorBody, ValidationDetail};

/// What to do about a status at one endpoint. Hints for all endpoints are further down.
pub(crate) type Hints = &'static [(u16, &'static str)];

// --- no request was sent

pub(crate) const MISSING_API_KEY: &str = if cfg!(feature = "dotenv") {
    "set MISTRAL_API_KEY in the environment or in a .env file, or pass the API \
     key to `ConnectorsClient::new` or the builder's `api_key`"
} else {
    "set MISTRAL_API_KEY in the environment, or pass the API key to `ConnectorsClient::new` or \
     the builder's `api_key`"
};

// --- no response came

pub(crate) const RAISE_TIMEOUT: &str =
    "if the server is just slow, raise the time limit (`timeout`, or `within` of a listing)";

pub(crate) const CHECK_NETWORK: &str =
    "check the network, `base_url`, and the proxy variables (HTTPS_PROXY, NO_PROXY)";

pub(crate) const CHECK_CERTIFICATE: &str = "if a proxy re-signs TLS, enable the feature \
     `platform-verifier` or pass the proxy's certificate to `root_certificate_pem`; otherwise the \
     server's certificate is invalid";

pub(crate) const PROXY_LOGIN: &str =
    "check the user name and password in the URL of the proxy: http://user:password@host:port";

pub(crate) const RAISE_LIMIT: &str =
    "raise `max_response_bytes`, or reduce `page_size` if the call has one";

pub(crate) const NOT_LOGGED_IN: &str =
    "the user has not logged in yet: open the URL of `get_auth_url` in a browser";

// --- a success that cannot be read

pub(crate) const COMPRESSED: &str =
    "the body is compressed in a way that this build cannot read; the feature `gzip` reads gzip";

// --- a status, by endpoint

pub(crate) const CREATE: Hints = &[
    WRONG_ADDRESS,
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

const WRONG_ADDRESS: (u16, &str) = (
    404,
    "check `base_url`: the connectors API is not at this address",
);

pub(crate) const LIST: Hints = &[WRONG_ADDRESS];

pub(crate) const LIST_AT_CURSOR: Hints = &[
    (
        400,
        "a cursor is valid only for the filter it was issued for: start the listing over, or set \
         the same filter again",
    ),
    WRONG_ADDRESS,
];

const DELETED: (u16, &str) = (404, "no connector has this ID: it may have been deleted");

pub(crate) const UPDATE: Hints = &[
    DELETED,
    (409, "the update conflicts with another connector"),
];

pub(crate) const RENAME: Hints = &[DELETED, (409, NAME_TAKEN), (500, NAME_TAKEN)];

const NAME_TAKEN: &str = "the new name may be taken by another connector: choose a different one";

/// For any other request that takes an ID.
pub(crate) const BY_ID: Hints = &[DELETED];

pub(crate) const DELETE: Hints = &[(
    404,
    "it is already deleted, or the ID or `base_url` is wrong",
)];

/// For a name where an ID is expected.
pub(crate) const TAKES_ID: Hints = &[(404, NOT_A_NAME), (422, NOT_A_NAME)];

const NOT_A_NAME: &str =
    "this takes the connector's ID (a UUID), not its name; `get` finds it by name";

pub(crate) const CALL_TOOL: Hints = &[(
    404,
    "the connector or the tool does not exist: see `list` and `list_tools`",
)];

/// For requests that Mistral forwards to the MCP server.
pub(crate) const ASKS_MCP_SERVER: Hints = &[
    NOT_FOUND,
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

/// For a request that names stored credentials.
pub(crate) const STORED_CREDENTIALS: Hints = &[(
    404,
    "the connector or the credentials do not exist: see `list` and `list_credentials`",
)];

pub(crate) const UPDATE_CREDENTIALS: Hints = &[(
    405,
    "this version of the API cannot update credentials; `create_credentials` overwrites them",
)];

/// For a request in an MCP session with an ID.
pub(crate) const MCP_SESSION: Hints = &[(404, SESSION_EXPIRED)];

pub(crate) const SESSION_EXPIRED: &str =
    "the MCP session has expired or was closed: open a new one with `mcp`";

/// The code of a JSON-RPC error that says that the server does not support a version of MCP.
const UNSUPPORTED_VERSION: &str = "-32022";

const NO_SESSIONS: &str = "the MCP server does not support the versions of MCP with sessions (2025-11-25 and older), and \
     this crate supports only those";

/// For a raw request with a `/` in a segment.
pub(crate) const SEGMENT_WITH_SLASH: Hints = &[(
    404,
    "a path segment must not contain `/`, which is sent as `%2F`: pass the segments one by one, \
     as in `[\"v1\", \"models\"]`",
)];

// --- a status, at any endpoint

const KEY_NOT_ACCEPTED: &str = "the API key was not accepted: check it (`api_key`, \
     MISTRAL_API_KEY), or create a new one in the Mistral console";

const CONNECTOR_NOT_LOGGED_IN: &str = "the connector's own login is missing or has expired: log \
     in again (`get_auth_url`), or store new credentials (`create_credentials`)";

const NOT_ALLOWED: &str =
    "this API key is not allowed to do that, or a proxy or gateway refused the request";

const TOO_MANY: &str = "too many requests: wait, or raise `max_retries` and `timeout`";

const OUT_OF_QUOTA: &str = "the quota is exhausted, and a retry does not help: raise it, or check \
     billing, in the Mistral console";

const REDIRECT: &str = "set `base_url` to the address of the API itself; a sign-in page comes from \
     a proxy";

pub(crate) const NOT_THE_API: &str =
    "this does not look like a response from the API: check `base_url`";

const REFUSED: &str = "a field or parameter was refused: the message says which or why";

const SERVER: &str = "`server` must be an absolute URL where Mistral can reach the MCP server";

const SERVER_TOO_LONG: &str =
    "`server` is too long: the published API accepts at most 2083 characters";

/// What to do about a response that is not a success.
pub(crate) fn of_refusal(
    status: u16,
    body: &ErrorBody,
    redirected: bool,
    endpoint: &[Hints],
) -> Option<&'static str> {
    let of_endpoint = find(endpoint, status);
    match status {
        // It offers a choice.
        300 => None,
        301..=399 => redirected.then_some(REDIRECT),
        404 if endpoint.contains(&SEGMENT_WITH_SLASH) => of_endpoint,
        400 | 404 if says_session_expired(status, body, endpoint) => Some(SESSION_EXPIRED),
        _ if body.code.as_deref() == Some(UNSUPPORTED_VERSION) => Some(NO_SESSIONS),
        404 if body.rpc_error.is_some() => None,
        404 if !body.is_from_api => Some(NOT_THE_API),
        429 if body.says_quota_exhausted => Some(OUT_OF_QUOTA),
        429 => Some(TOO_MANY),
        // An HTML page does not come from the API.
        _ if body.page.is_some() => None,
        // The API sends JSON. Other responses say nothing about the API key.
        401 | 403 if !body.is_json && !body.is_empty => None,
        401 => Some(of_401(body, of_endpoint)),
        403 => of_endpoint.or(Some(NOT_ALLOWED)),
        422 => of_422(body, of_endpoint),
        _ => of_endpoint,
    }
}

/// The first hint for this status.
fn find(hints: &[Hints], status: u16) -> Option<&'static str> {
    let mut all = hints.iter().flat_map(|hints| hints.iter());
    all.find(|(own, _)| *own == status).map(|(_, hint)| *hint)
}

/// Some MCP servers respond to every error with 400.
fn says_session_expired(status: u16, body: &ErrorBody, endpoint: &[Hints]) -> bool {
    let message = body.text().to_lowercase();
    let mut words = message.split(|c: char| !c.is_alphanumeric() && c != '_');
    let is_about_session =
        words.any(|word| word == "session") || message.contains("not initialized");
    // The name of a tool, or its arguments.
    let is_about_call = matches!(body.code.as_deref(), Some("-32601" | "-32602"));
    endpoint.contains(&MCP_SESSION) && (status == 404 || is_about_session && !is_about_call)
}

/// Whose login failed: that of the API key, or that of the connector at its MCP server?
fn of_401(body: &ErrorBody, of_endpoint: Option<&'static str>) -> &'static str {
    let text = body.text().to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if has(&["api key", "api_key", "api-key"]) {
        let words = ["connector", "credential", "mcp", "upstream", "reconnect"];
        return if has(&words) {
            CONNECTOR_NOT_LOGGED_IN
        } else {
            KEY_NOT_ACCEPTED
        };
    }
    let is_login = has(&[
        "authenticat",
        "credential",
        "expired",
        "log in",
        "login",
        "token",
    ]);
    let is_connector = has(&["connector"]) || of_endpoint.is_some();
    if has(&["oauth", "mcp", "reconnect"]) || is_login && is_connector {
        return CONNECTOR_NOT_LOGGED_IN;
    }
    of_endpoint.unwrap_or(KEY_NOT_ACCEPTED)
}

fn of_422(body: &ErrorBody, of_endpoint: Option<&'static str>) -> Option<&'static str> {
    let is_in_path =
        |detail: &ValidationDetail| detail.loc.first().is_some_and(|part| part == "path");
    let is_server = |detail: &&ValidationDetail| detail.loc.iter().any(|part| part == "server");
    let server = body.details.iter().find(is_server);
    match server {
        Some(detail) if detail.kind == "missing" => Some(REFUSED),
        Some(detail) if is_too_long(detail) => Some(SERVER_TOO_LONG),
        Some(_) => Some(SERVER),
        // An endpoint's own hint for 422 is about the path.
        None if body.details.is_empty() || body.details.iter().any(is_in_path) => {
            of_endpoint.or((!body.is_silent()).then_some(REFUSED))
        }
        None => Some(REFUSED),
    }
}

fn is_too_long(detail: &ValidationDetail) -> bool {
    let said = detail.msg.to_lowercase();
    detail.kind.contains("too_long") || said.contains("too long") || said.contains("at most")
}
