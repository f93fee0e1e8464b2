//! Names and IDs in the path: whatever they are, they stay the one part that they were given for.

use mistral_connectors::testing::FakeServer;
use mistral_connectors::{
    CallTool, ConnectorsClient, Error, GetAuthUrl, GetConnector, ListCredentials, ListTools,
    Method, Scope, SetCredentials, UpdateConnector,
};

type Call = fn(&ConnectorsClient, &str) -> Option<Error>;

/// Every request that takes a name or an ID: its method, its path below `/v1/connectors` with a `*`
/// for that part, and how it is made.
const CALLS: [(&str, &str, Call); 23] = [
    ("GET", "/*", |client, part| client.get(part).err()),
    ("GET", "/*", |client, part| {
        client.get_with(part, &GetConnector::new()).err()
    }),
    ("GET", "/*", |client, part| client.find(part).err()),
    ("PATCH", "/*", |client, part| {
        let change = UpdateConnector::new().description("x");
        client.update(part, &change).err()
    }),
    ("DELETE", "/*", |client, part| client.delete(part).err()),
    ("GET", "/*/tools", |client, part| {
        client.list_tools(part).err()
    }),
    ("POST", "/*/tools/ask/call", |client, part| {
        client.call_tool(part, &CallTool::new("ask")).err()
    }),
    ("POST", "/docs/tools/*/call", |client, part| {
        client.call_tool("docs", &CallTool::new(part)).err()
    }),
    ("GET", "/*/auth_url", |client, part| {
        client.get_auth_url(part).err()
    }),
    ("GET", "/*/authentication_methods", |client, part| {
        client.get_authentication_methods(part).err()
    }),
    ("GET", "/*/user/credentials", |client, part| {
        client.list_credentials(part, Scope::User).err()
    }),
    ("POST", "/*/user/credentials", |client, part| {
        client
            .create_credentials(part, Scope::User, &SetCredentials::new("mine"))
            .err()
    }),
    ("PATCH", "/*/user/credentials", |client, part| {
        client
            .update_credentials(part, Scope::User, &SetCredentials::new("mine"))
            .err()
    }),
    ("DELETE", "/*/user/credentials", |client, part| {
        client.delete_all_user_credentials(part).err()
    }),
    ("DELETE", "/*/user/credentials/mine", |client, part| {
        client.delete_credentials(part, Scope::User, "mine").err()
    }),
    // One segment less would be the request to delete all of them.
    ("DELETE", "/docs/user/credentials/*", |client, part| {
        client.delete_credentials("docs", Scope::User, part).err()
    }),
    ("PUT", "/*/share", |client, part| client.share(part).err()),
    ("DELETE", "/*/share", |client, part| {
        client.unshare(part).err()
    }),
    ("PUT", "/*/organization/share", |client, part| {
        client.share_to_organization(part).err()
    }),
    ("DELETE", "/*/organization/share", |client, part| {
        client.unshare_from_organization(part).err()
    }),
    ("POST", "/*/user/activate", |client, part| {
        client.activate(part, Scope::User).err()
    }),
    ("POST", "/*/user/deactivate", |client, part| {
        client.deactivate(part, Scope::User).err()
    }),
    ("GET", "/*/x", |client, part| {
        let path = ["v1", "connectors", part, "x"];
        client.request(Method::Get, &path).send().err()
    }),
];

#[test]
fn a_name_that_would_be_another_address_is_refused_and_not_sent() {
    let server = FakeServer::start();
    let client = server.client();
    for (method, path, call) in CALLS {
        for part in ["", ".", ".."] {
            let error = call(&client, part).unwrap();
            assert!(
                matches!(error, Error::InvalidRequest(_)),
                "{method} {path} {part:?}: {error}"
            );
        }
    }
    assert_eq!(server.requests(), []);
}

#[test]
fn a_hostile_name_stays_one_segment_of_the_path() {
    let server = FakeServer::start();
    let client = server.client();
    for (method, path, call) in CALLS {
        for (part, segment) in [
            ("../models", "..%2Fmodels"),
            ("a/b", "a%2Fb"),
            ("/", "%2F"),
            ("./", ".%2F"),
            ("a\\b", "a%5Cb"),
            ("a?b", "a%3Fb"),
            ("a#b", "a%23b"),
            ("a;b", "a%3Bb"),
            ("a:b@c", "a%3Ab%40c"),
            ("%2e%2e", "%252e%252e"),
            ("%", "%25"),
            ("a b", "a%20b"),
            (" ", "%20"),
            ("a+b", "a%2Bb"),
            ("...", "..."),
            ("é漢", "%C3%A9%E6%BC%A2"),
            ("\r\nHost: elsewhere", "%0D%0AHost%3A%20elsewhere"),
            ("\0", "%00"),
            ("-._~", "-._~"),
            ("null", "null"),
        ] {
            let case = format!("{method} {path} {part:?}");
            server.clear_requests();
            // There is no connector; what is asked for, and how often, is the matter here.
            let _ = call(&client, part);
            let requests = server.requests();
            assert_eq!(requests.len(), 1, "{case}");
            assert_eq!(requests[0].method, method, "{case}");
            let want = format!("/v1/connectors{}", path.replace('*', segment));
            assert_eq!(requests[0].path, want, "{case}");
            assert_eq!(requests[0].query, [], "{case}");
            assert_eq!(
                requests[0].header("host"),
                server.base_url().strip_prefix("http://"),
                "{case}"
            );
        }
    }
}

#[test]
fn a_name_that_no_url_can_hold_is_refused_and_not_sent() {
    let server = FakeServer::start();
    let client = server.client();
    for (method, path, call) in CALLS {
        // The second takes three bytes a piece on the wire.
        for letter in ["x", " "] {
            let error = call(&client, &letter.repeat(65_535)).unwrap();
            assert!(
                matches!(error, Error::InvalidRequest(_)),
                "{method} {path} {letter:?}: {error:?}"
            );
            assert!(error.to_string().len() < 1000, "{method} {path}");
        }
    }
    for length in [100_000, 1_000_000] {
        let error = client.get(&"x".repeat(length)).unwrap_err();
        assert!(
            matches!(error, Error::InvalidRequest(_)),
            "{length}: {error:?}"
        );
    }
    assert_eq!(server.requests(), []);
}

#[test]
fn no_length_of_a_name_is_a_panic() {
    let server = FakeServer::start();
    let client = server.client();
    let around = 65_534 - server.base_url().len() - "/v1/connectors/".len();
    for length in [8_000, 60_000, around - 2, around - 1, around, around + 1] {
        let error = client.get(&"x".repeat(length)).unwrap_err();
        assert!(
            matches!(error, Error::InvalidRequest(_) | Error::Api(_)),
            "{length} characters: {error:?}"
        );
    }
}
