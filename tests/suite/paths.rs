//! A name or an ID stays one segment of the path, no matter what it contains.

use mistral_connectors::testing::FakeServer;
use mistral_connectors::{
    CallTool, ConnectorsClient, Error, GetConnector, Method, Scope, SetCredentials, UpdateConnector,
};

type Call = fn(&ConnectorsClient, &str) -> Option<Error>;

/// Every request that takes a name or an ID: its method, and its path below `/v1/connectors` with
/// `*` in place of the segment.
const CALLS: [(&str, &str, Call); 23] = [
    ("GET", "/*", |client, segment| client.get(segment).err()),
    ("GET", "/*", |client, segment| {
        client.get_with(segment, &GetConnector::new()).err()
    }),
    ("GET", "/*", |client, segment| client.find(segment).err()),
    ("PATCH", "/*", |client, segment| {
        let update = UpdateConnector::new().description("x");
        client.update(segment, &update).err()
    }),
    ("DELETE", "/*", |client, segment| {
        client.delete(segment).err()
    }),
    ("GET", "/*/tools", |client, segment| {
        client.list_tools(segment).err()
    }),
    ("POST", "/*/tools/ask/call", |client, segment| {
        client.call_tool(segment, &CallTool::new("ask")).err()
    }),
    ("POST", "/docs/tools/*/call", |client, segment| {
        client.call_tool("docs", &CallTool::new(segment)).err()
    }),
    ("GET", "/*/auth_url", |client, segment| {
        client.get_auth_url(segment).err()
    }),
    ("GET", "/*/authentication_methods", |client, segment| {
        client.get_authentication_methods(segment).err()
    }),
    ("GET", "/*/user/credentials", |client, segment| {
        client.list_credentials(segment, Scope::User).err()
    }),
    ("POST", "/*/user/credentials", |client, segment| {
        client
            .create_credentials(segment, Scope::User, &SetCredentials::new("mine"))
            .err()
    }),
    ("PATCH", "/*/user/credentials", |client, segment| {
        client
            .update_credentials(segment, Scope::User, &SetCredentials::new("mine"))
            .err()
    }),
    ("DELETE", "/*/user/credentials", |client, segment| {
        client.delete_all_user_credentials(segment).err()
    }),
    ("DELETE", "/*/user/credentials/mine", |client, segment| {
        client
            .delete_credentials(segment, Scope::User, "mine")
            .err()
    }),
    // Without the segment, this would delete all credentials.
    ("DELETE", "/docs/user/credentials/*", |client, segment| {
        client
            .delete_credentials("docs", Scope::User, segment)
            .err()
    }),
    ("PUT", "/*/share", |client, segment| {
        client.share(segment).err()
    }),
    ("DELETE", "/*/share", |client, segment| {
        client.unshare(segment).err()
    }),
    ("PUT", "/*/organization/share", |client, segment| {
        client.share_to_organization(segment).err()
    }),
    ("DELETE", "/*/organization/share", |client, segment| {
        client.unshare_from_organization(segment).err()
    }),
    ("POST", "/*/user/activate", |client, segment| {
        client.activate(segment, Scope::User).err()
    }),
    ("POST", "/*/user/deactivate", |client, segment| {
        client.deactivate(segment, Scope::User).err()
    }),
    ("GET", "/*/x", |client, segment| {
        let path = ["v1", "connectors", segment, "x"];
        client.request(Method::Get, path).send().err()
    }),
];

#[test]
fn a_segment_that_would_lead_to_another_path_is_refused_and_not_sent() {
    let server = FakeServer::start();
    let client = server.client();
    for (method, path, call) in CALLS {
        // The last two do not fit into a URL.
        for segment in ["", ".", "..", &"x".repeat(65_535), &" ".repeat(65_535)] {
            let error = call(&client, segment).unwrap();
            let case = format!("{method} {path}, {} bytes: {error}", segment.len());
            assert!(matches!(error, Error::InvalidRequest(_)), "{case}");
            assert!(error.to_string().len() < 1000, "{case}");
        }
    }
    assert_eq!(server.requests(), []);
}

#[test]
fn a_hostile_segment_stays_one_segment() {
    let server = FakeServer::start();
    let client = server.client();
    for (method, path, call) in CALLS {
        for (segment, encoded) in [
            ("../models", "..%2Fmodels"),
            ("a/b", "a%2Fb"),
            ("./", ".%2F"),
            ("a\\b", "a%5Cb"),
            ("a?b", "a%3Fb"),
            ("a#b", "a%23b"),
            ("a;b:c@d", "a%3Bb%3Ac%40d"),
            ("%2e%2e", "%252e%252e"),
            ("a b+c", "a%20b%2Bc"),
            ("...", "..."),
            ("é漢", "%C3%A9%E6%BC%A2"),
            ("\r\nHost: elsewhere", "%0D%0AHost%3A%20elsewhere"),
            ("\0", "%00"),
            ("-._~", "-._~"),
        ] {
            server.clear_requests();
            // Nothing has this name or ID. Only the request matters here.
            let _ = call(&client, segment);
            let requests = server.requests();
            let case = format!("{method} {path}, {segment:?}: {requests:?}");
            assert_eq!(requests.len(), 1, "{case}");
            assert_eq!(requests[0].method, method, "{case}");
            let want = format!("/v1/connectors{}", path.replace('*', encoded));
            assert_eq!(requests[0].path, want, "{case}");
            assert_eq!(requests[0].query, [], "{case}");
            let host = server.base_url().replace("http://", "");
            assert_eq!(requests[0].header("host"), Some(&*host), "{case}");
        }
    }
}

#[test]
fn no_length_of_a_segment_causes_a_panic() {
    let server = FakeServer::start();
    let client = server.client();
    let longest = 65_534 - server.base_url().len() - "/v1/connectors/".len();
    let around = longest - 2..=longest + 2;
    for length in around.chain([8_000, 60_000, 1_000_000]) {
        let error = client.get(&"x".repeat(length)).unwrap_err();
        assert!(
            matches!(error, Error::InvalidRequest(_) | Error::Api(_)),
            "{length}: {error:?}"
        );
    }
}
