//! How a client comes about: from the environment, a key, or every setting by hand.

mod support;

use std::time::Duration;

use mistral_connectors::{ConnectorsClient, ConnectorsClientBuilder, Error};
use mockito::Server;
use support::{KEY, connector};

fn builder() -> ConnectorsClientBuilder {
    ConnectorsClient::builder()
        .api_key(KEY)
        .base_url("http://127.0.0.1:1")
}

/// The text of the configuration error that building ends with.
#[track_caller]
fn refused(builder: ConnectorsClientBuilder) -> String {
    match builder.build() {
        Err(error @ Error::Config(_)) => {
            assert_eq!(error.attempts(), 0);
            error.to_string()
        }
        other => panic!("{other:?}"),
    }
}

// --- the key

#[test]
fn without_a_key_there_is_no_client() {
    for result in [
        ConnectorsClient::builder()
            .base_url("http://127.0.0.1:1")
            .build(),
        builder().api_key("").build(),
        ConnectorsClient::new(""),
        ConnectorsClient::new(String::new()),
    ] {
        let error = result.unwrap_err();
        assert!(matches!(error, Error::MissingApiKey), "{error:?}");
        assert!(error.to_string().contains("MISTRAL_API_KEY"), "{error}");
    }
}

#[test]
fn a_key_that_no_header_can_carry_is_refused_and_not_shown() {
    for key in [
        "hidden-key\n",
        "\nhidden-key",
        "hidden\r\nx-evil: hidden",
        "hidden key",
        " hidden-key",
        "hidden-key ",
        "hidden\tkey",
        "hidden\0key",
        "hidden-schlüssel",
        "hidden🦀",
        "\u{feff}hidden-key",
        " ",
    ] {
        for text in [
            refused(builder().api_key(key)),
            ConnectorsClient::new(key).unwrap_err().to_string(),
        ] {
            assert!(text.contains("api_key"), "{key:?}: {text}");
            assert!(text.contains("MISTRAL_API_KEY"), "{key:?}: {text}");
            assert!(!text.contains("hidden"), "{key:?}: {text}");
            assert!(!text.contains(char::is_control), "{key:?}: {text:?}");
        }
    }
}

#[test]
fn any_key_of_visible_characters_is_taken() {
    let graphic: String = (0x21..0x7f_u8).map(char::from).collect();
    for key in ["k", graphic.as_str(), &"k".repeat(4000)] {
        let mut server = Server::new();
        let mock = server
            .mock("GET", "/v1/connectors/docs")
            .match_header("authorization", format!("Bearer {key}").as_str())
            .with_body(connector().to_string())
            .create();
        let client = support::builder(server.url()).api_key(key).build().unwrap();
        client.get("docs").unwrap();
        mock.assert();
    }
}

#[test]
fn the_last_key_counts() {
    let mut server = Server::new();
    let mock = server
        .mock("GET", "/v1/connectors/docs")
        .match_header("authorization", "Bearer second-key")
        .with_body(connector().to_string())
        .create();
    let client = support::builder(server.url()).api_key("second-key").build();
    client.unwrap().get("docs").unwrap();
    mock.assert();
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
#[test]
fn a_key_is_all_that_new_needs() {
    let client = ConnectorsClient::new(KEY).unwrap();
    let shown = format!("{client:?}");
    assert!(shown.contains("https://api.mistral.ai"), "{shown}");
    assert!(!shown.contains(KEY), "{shown}");
}

#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
#[test]
fn without_tls_what_needs_it_is_refused_and_the_features_are_named() {
    for error in [
        refused(ConnectorsClient::builder().api_key(KEY)),
        refused(builder().base_url("https://127.0.0.1:1")),
        refused(builder().root_certificate_pem("rubbish")),
        ConnectorsClient::new(KEY).unwrap_err().to_string(),
    ] {
        assert!(error.contains("`rustls`"), "{error}");
        assert!(error.contains("`native-tls`"), "{error}");
    }
}

// --- addresses

#[test]
fn an_address_that_cannot_be_used_is_shown_where_it_can_hold_no_password() {
    let shown = |url: &str| refused(builder().base_url(url));
    assert!(shown("api.mistral.ai").contains("(\"api.mistral.ai\")"));
    for url in [
        "https://me:hidden@h",
        "https://h?key=hidden",
        "https://h#hidden",
    ] {
        assert!(!shown(url).contains("hidden"), "{url}");
    }
    let text = shown("https://[::1");
    assert!(
        text.contains("without the `]`") && !text.contains("port"),
        "{text}"
    );
}

#[test]
fn an_address_may_end_in_the_version_of_the_api() {
    let mut server = Server::new();
    let mock = server
        .mock("GET", "/v1/connectors/docs")
        .with_body(connector().to_string())
        .expect(2)
        .create();
    for end in ["/v1", "/v1/"] {
        let client = builder().base_url(server.url() + end).build().unwrap();
        client.get("docs").unwrap();
    }
    mock.assert();
}

#[test]
fn an_address_that_cannot_be_used_is_refused_and_the_setting_named() {
    for (why, urls) in [
        (
            "must begin with https://",
            &[
                "",
                " ",
                "127.0.0.1",
                "localhost:1234",
                "api.mistral.ai",
                "//127.0.0.1",
                "ftp://127.0.0.1",
                "file://host/etc/passwd",
                " http://127.0.0.1",
            ][..],
        ),
        (
            "must name a host",
            &[
                "http://",
                "https://",
                "http:///v1",
                "file:///etc/passwd",
                "https://:443",
            ],
        ),
        (
            "has a port that does not exist",
            &[
                "http://127.0.0.1:65536",
                "http://127.0.0.1:99999",
                "http://127.0.0.1:port",
                "http://127.0.0.1:-1",
                "http://127.0.0.1:+443",
                "http://127.0.0.1:",
                "http://127.0.0.1:1:2",
                "https://[::1]443",
                "https://[::1]:port",
            ],
        ),
        (
            "must not have a query",
            &[
                "http://127.0.0.1?x=1",
                "https://h/?hidden=1",
                "http://127.0.0.1/#hidden",
            ],
        ),
        (
            "must not have a user name",
            &[
                "http://user@127.0.0.1",
                "http://user:word@127.0.0.1",
                "https://hidden@h",
                "https://user:hidden@h/",
                "http://127.0.0.1@example.com",
                "http://example.com\\@127.0.0.1",
            ],
        ),
        (
            "allow_insecure_http",
            &[
                "http://example.com",
                "http://10.0.0.1",
                "http://0.0.0.0",
                "http://[2001:db8::1]",
                "http://127.0.0.1.example.com",
                "http://localhost.example.com",
                "http://127.0.0.1 ",
                "http://127.0.0.1\r\n",
            ],
        ),
        (
            "base_url",
            &[
                "http://127.0.0.1/a b",
                "http://127.0.0.1/\u{0}",
                "http://[::1",
            ],
        ),
    ] {
        for url in urls {
            let text = refused(builder().base_url(*url));
            assert!(text.contains("base_url"), "{url:?}: {text}");
            assert!(text.contains(why), "{url:?}: {text}");
            assert!(!text.contains("hidden"), "{url:?}: {text}");
            assert!(!text.contains(char::is_control), "{url:?}: {text:?}");
        }
    }
    // What is allowed is plain http, not any scheme.
    let text = refused(
        builder()
            .base_url("ftp://10.0.0.1")
            .allow_insecure_http(true),
    );
    assert!(text.contains("must begin with https://"), "{text}");
}

#[test]
fn an_address_too_long_for_a_url_is_no_panic() {
    let url = format!("http://127.0.0.1:1/{}", "x".repeat(100_000));
    assert!(refused(builder().base_url(url)).contains("base_url"));
    // Long enough to be one, but with no room for a path.
    let url = format!("http://127.0.0.1:1/{}", "x".repeat(65_510));
    let client = builder().base_url(url).build().unwrap();
    let error = client.get("docs").unwrap_err();
    assert!(matches!(error, Error::InvalidRequest(_)), "{error:?}");
}

#[test]
fn a_password_in_an_address_is_not_shown() {
    for url in [
        "https://user:hidden@example.com",
        "http://hidden@127.0.0.1",
        "https://example.com/?key=hidden",
    ] {
        let builder = builder().base_url(url);
        assert!(!format!("{builder:?}").contains("hidden"), "{url}");
        assert!(!refused(builder).contains("hidden"), "{url}");
    }
}

#[test]
fn plain_http_is_for_loopback_unless_it_is_allowed() {
    for url in [
        "http://127.0.0.1:1",
        "http://127.1.2.3",
        "http://localhost",
        "http://LOCALHOST:1/x",
        "http://[::1]:1",
        "HTTP://127.0.0.1",
    ] {
        builder().base_url(url).build().unwrap();
    }
    for url in ["http://example.com", "http://10.0.0.1:8080/x"] {
        let text = refused(builder().base_url(url));
        assert!(text.contains("allow_insecure_http"), "{text}");
        let text = refused(builder().base_url(url).allow_insecure_http(false));
        assert!(text.contains("allow_insecure_http"), "{text}");
        let allowed = builder().base_url(url).allow_insecure_http(true);
        allowed.build().unwrap();
    }
}

// --- time limits

#[test]
fn a_limit_of_zero_is_refused_and_named() {
    let text = refused(builder().timeout(Duration::ZERO));
    assert!(text.contains("timeout"), "{text}");
    assert!(!text.contains("connect_timeout"), "{text}");
    let text = refused(builder().connect_timeout(Duration::ZERO));
    assert!(text.contains("connect_timeout"), "{text}");
}

#[test]
fn extreme_settings_of_repetition_are_no_panic() {
    let mut server = Server::new();
    let mock = server
        .mock("GET", "/v1/connectors/docs")
        .with_status(503)
        .expect(2)
        .create();
    // The wait does not fit into the time, so the error comes at once.
    let endless = support::builder(server.url())
        .max_retries(u32::MAX)
        .retry_backoff(Duration::MAX, Duration::MAX)
        .build()
        .unwrap();
    assert_eq!(endless.get("docs").unwrap_err().attempts(), 1);
    let never = support::builder(server.url())
        .max_retries(0)
        .build()
        .unwrap();
    assert_eq!(never.get("docs").unwrap_err().attempts(), 1);
    mock.assert();
}

#[test]
fn no_wait_between_attempts_is_a_setting_like_any_other() {
    let mut server = Server::new();
    let mock = server
        .mock("GET", "/v1/connectors/docs")
        .with_status(503)
        .expect(6)
        .create();
    let client = support::builder(server.url())
        .max_retries(5)
        .retry_backoff(Duration::ZERO, Duration::ZERO)
        .build()
        .unwrap();
    assert_eq!(client.get("docs").unwrap_err().attempts(), 6);
    mock.assert();
}

// --- headers and certificates

#[test]
fn a_header_that_cannot_be_sent_is_refused_and_its_value_not_shown() {
    for (name, value) in [
        ("", "hidden"),
        ("a b", "hidden"),
        ("a:b", "hidden"),
        ("a\r\nb", "hidden"),
        ("ä", "hidden"),
        ("x-team", "hidden\r\nx-evil: 1"),
        ("x-team", "hidden\n"),
        ("x-team", "hidden\0"),
        ("x-team", "hidden\u{7f}"),
    ] {
        let builder = builder().header(name, value);
        assert!(!format!("{builder:?}").contains("hidden"), "{name:?}");
        let text = refused(builder);
        assert!(text.contains("header"), "{name:?}: {text}");
        assert!(!text.contains("hidden"), "{name:?}: {text}");
        assert!(!text.contains(char::is_control), "{name:?}: {text:?}");
    }
    let text = refused(builder().header("x-team", "hidden\n"));
    assert!(text.contains("x-team"), "{text}");
}

#[test]
fn a_header_that_the_client_sets_itself_is_refused_and_named() {
    for name in [
        "Authorization",
        "authorization",
        "HOST",
        "accept",
        "Accept-Encoding",
        "content-type",
        "Content-Length",
        "transfer-encoding",
        "connection",
        "user-agent",
        "expect",
        "upgrade",
        "te",
        "trailer",
    ] {
        let text = refused(builder().header(name, "hidden"));
        assert!(text.contains(&name.to_lowercase()), "{name}: {text}");
        assert!(!text.contains("hidden"), "{name}: {text}");
    }
}

#[test]
fn a_user_agent_that_cannot_be_sent_is_refused_and_named() {
    for user_agent in ["a\r\nx-evil: 1", "a\nb", "a\0b"] {
        let text = refused(builder().user_agent(user_agent));
        assert!(text.contains("user_agent"), "{text}");
        assert!(!text.contains(char::is_control), "{text:?}");
    }
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
#[test]
fn a_certificate_that_is_none_is_refused_and_the_setting_named() {
    for pem in [
        &b""[..],
        b"rubbish",
        b"\xff\xfe\0",
        b"-----BEGIN CERTIFICATE-----\n%%%\n-----END CERTIFICATE-----\n",
        b"-----BEGIN CERTIFICATE-----\nAAAA\n",
        b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
    ] {
        let text = refused(builder().root_certificate_pem(pem));
        let shown = String::from_utf8_lossy(pem);
        assert!(text.contains("root_certificate_pem"), "{shown}: {text}");
    }
}

#[test]
fn more_headers_than_fit_into_a_request_are_refused() {
    let many = (0..40_000).fold(builder(), |builder, number| {
        builder.header(format!("x-{number}"), "")
    });
    let long = builder().header("x-long", "y".repeat(70_000));
    let key = builder().api_key("y".repeat(70_000));
    let user_agent = builder().user_agent("y".repeat(70_000));
    for builder in [many, long, key, user_agent] {
        let text = refused(builder);
        assert!(text.contains("api_key, user_agent and header"), "{text}");
    }
    let full = |more: usize| {
        let builder = builder()
            .api_key("k".repeat(300))
            .user_agent("u".repeat(300));
        builder.header("x", "y".repeat(65_536 - 601 + more))
    };
    full(0).build().unwrap();
    refused(full(1));
}

#[test]
fn a_header_name_that_is_a_whole_line_is_not_shown() {
    let text = refused(builder().header("Authorization: Bearer abcdefgh", ""));
    assert!(
        text.contains("header") && !text.contains("abcdefgh"),
        "{text}"
    );
}

#[test]
fn a_builder_can_be_used_more_than_once() {
    let first = builder().user_agent("one");
    let second = first.clone().timeout(Duration::from_secs(1));
    first.build().unwrap();
    second.build().unwrap();
}

// --- the environment
//
// Changing the environment of a process with threads is unsound, and so is relying on the one this
// test runs in. So each of these starts this very program again, as a process of its own.

mod from_env {
    use std::ffi::OsStr;
    use std::path::{Path, PathBuf};
    use std::process::Command;
    use std::{env, fs};

    use mistral_connectors::{ConnectorsClient, ConnectorsClientBuilder};
    use mockito::{Mock, Server, ServerGuard};

    use super::support::connector;

    /// Set in the processes that are children of a test.
    const CHILD: &str = "MISTRAL_CONNECTORS_TEST_CHILD";

    /// What it is set to where the builder takes the place of `from_env`.
    const BY_HAND: &str = "by hand";

    /// What it is set to where `from_env` is only the beginning.
    const AND_MORE: &str = "and more";

    /// What the child process does: build a client, and use it where that leads to a test's server.
    #[test]
    #[ignore = "is the child process of the other tests"]
    fn child() {
        let Ok(mode) = env::var(CHILD) else {
            return;
        };
        let before: Vec<_> = env::vars_os().collect();
        let client = match mode.as_str() {
            BY_HAND => ConnectorsClient::builder().build(),
            AND_MORE => ConnectorsClientBuilder::from_env()
                .and_then(|builder| builder.api_key("key-of-the-program").build()),
            _ => ConnectorsClient::from_env(),
        };
        let after: Vec<_> = env::vars_os().collect();
        assert!(before == after, "the environment was changed");
        match client {
            Ok(client) if env::var("MISTRAL_BASE_URL").is_ok_and(|url| !url.is_empty()) => {
                match client.get("docs") {
                    Ok(_) => println!("child: worked"),
                    Err(error) => println!("child: {error:?}"),
                }
            }
            Ok(client) => println!("child: {client:?}"),
            Err(error) => println!("child: {error:?}"),
        }
    }

    /// What `from_env` comes to in this folder, with these variables and none else of ours.
    #[track_caller]
    fn run<V: AsRef<OsStr> + Copy>(folder: &Path, variables: &[(&str, V)]) -> String {
        let output = Command::new(env::current_exe().unwrap())
            .args(["--exact", "from_env::child", "--nocapture", "--ignored"])
            .env_remove("MISTRAL_API_KEY")
            .env_remove("MISTRAL_BASE_URL")
            .env(CHILD, "1")
            .envs(variables.iter().copied())
            .current_dir(folder)
            .output()
            .unwrap();
        let stdout = String::from_utf8(output.stdout).unwrap();
        let result = stdout
            .lines()
            .find_map(|line| line.split_once("child: "))
            .map(|(_, result)| result.to_owned());
        match result {
            Some(result) if output.status.success() => result,
            _ => panic!("{stdout}{}", String::from_utf8_lossy(&output.stderr)),
        }
    }

    const NONE: &[(&str, &str)] = &[];

    /// An empty folder of this name, used by one test only.
    #[track_caller]
    fn folder(name: &str) -> PathBuf {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    /// A folder with this `.env`.
    #[track_caller]
    fn folder_with(name: &str, dotenv: impl AsRef<[u8]>) -> PathBuf {
        let folder = folder(name);
        fs::write(folder.join(".env"), dotenv).unwrap();
        folder
    }

    /// The root of the file system: no `.env` there, and none above.
    fn nowhere() -> &'static Path {
        Path::new(env!("CARGO_TARGET_TMPDIR"))
            .ancestors()
            .last()
            .unwrap()
    }

    /// A server that answers only requests with this key.
    #[track_caller]
    fn server_for(key: &str) -> (ServerGuard, Mock) {
        let mut server = Server::new();
        let mock = server
            .mock("GET", "/v1/connectors/docs")
            .match_header("authorization", format!("Bearer {key}").as_str())
            .with_body(connector().to_string())
            .create();
        (server, mock)
    }

    /// Asserts that `from_env` takes this key.
    #[track_caller]
    fn takes(key: &str, folder: &Path, variables: &[(&str, &str)]) {
        let (server, mock) = server_for(key);
        let url = server.url();
        let mut variables = variables.to_vec();
        variables.push(("MISTRAL_BASE_URL", &url));
        assert_eq!(run(folder, &variables), "worked", "wanted {key}");
        mock.assert();
    }

    #[test]
    fn the_key_comes_from_the_environment() {
        takes("key-one", nowhere(), &[("MISTRAL_API_KEY", "key-one")]);
    }

    #[test]
    fn without_a_key_anywhere_the_error_says_what_to_set() {
        for variables in [&[][..], &[("MISTRAL_API_KEY", "")]] {
            let result = run(nowhere(), variables);
            assert!(result.starts_with("MissingApiKey(no API key"), "{result}");
            assert!(result.contains("MISTRAL_API_KEY"), "{result}");
        }
    }

    #[test]
    fn a_key_of_the_environment_that_cannot_be_sent_is_named_and_not_shown() {
        let result = run(nowhere(), &[("MISTRAL_API_KEY", "hidden\n")]);
        assert!(result.starts_with("Config("), "{result}");
        assert!(result.contains("MISTRAL_API_KEY"), "{result}");
        assert!(!result.contains("hidden"), "{result}");
    }

    #[cfg(unix)]
    #[test]
    fn a_key_of_the_environment_that_is_no_text_is_named_and_not_shown() {
        use std::os::unix::ffi::OsStrExt;

        let key = OsStr::from_bytes(b"hidden\xff");
        let result = run(nowhere(), &[("MISTRAL_API_KEY", key)]);
        assert!(result.starts_with("Config("), "{result}");
        assert!(result.contains("MISTRAL_API_KEY"), "{result}");
        assert!(!result.contains("hidden"), "{result}");
    }

    #[test]
    fn the_address_of_the_environment_is_checked_like_any_other() {
        for url in ["http://example.com", "nonsense", "https://u:hidden@h"] {
            let variables = [("MISTRAL_API_KEY", "key-one"), ("MISTRAL_BASE_URL", url)];
            let result = run(nowhere(), &variables);
            assert!(result.starts_with("Config("), "{result}");
            assert!(result.contains("base_url"), "{result}");
            assert!(!result.contains("hidden"), "{result}");
        }
    }

    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    #[test]
    fn an_address_that_is_not_set_or_empty_is_the_apis_own() {
        for variables in [
            &[("MISTRAL_API_KEY", "key-one")][..],
            &[("MISTRAL_API_KEY", "key-one"), ("MISTRAL_BASE_URL", "")],
        ] {
            let result = run(nowhere(), variables);
            assert!(result.contains("https://api.mistral.ai"), "{result}");
            assert!(!result.contains("key-one"), "{result}");
        }
    }

    #[test]
    fn building_by_hand_looks_at_no_file_and_no_environment() {
        let folder = folder_with("by_hand", "MISTRAL_API_KEY=file-key\n");
        let result = run(&folder, &[(CHILD, BY_HAND), ("MISTRAL_API_KEY", "env-key")]);
        assert!(result.starts_with("MissingApiKey("), "{result}");
    }

    #[test]
    fn a_builder_from_the_environment_takes_what_is_there_and_any_further_setting() {
        let key = "key-of-the-program";
        takes(key, nowhere(), &[(CHILD, AND_MORE)]);
        takes(
            key,
            nowhere(),
            &[(CHILD, AND_MORE), ("MISTRAL_API_KEY", "env-key")],
        );
    }

    #[cfg(not(feature = "dotenv"))]
    #[test]
    fn without_the_feature_a_file_is_not_looked_at() {
        let folder = folder_with("feature_off", "MISTRAL_API_KEY=key-one\n");
        let result = run(&folder, NONE);
        assert!(result.starts_with("MissingApiKey("), "{result}");
    }

    #[cfg(feature = "dotenv")]
    mod dotenv {
        use super::*;

        #[test]
        fn the_key_comes_from_a_file_in_this_folder() {
            let folder = folder_with("this_folder", "MISTRAL_API_KEY=key-one\n");
            takes("key-one", &folder, &[]);
        }

        #[test]
        fn the_key_comes_from_a_file_in_a_folder_above() {
            let folder = folder_with("folder_above", "MISTRAL_API_KEY=key-one\n");
            let below = folder.join("a/b/c");
            fs::create_dir_all(&below).unwrap();
            takes("key-one", &below, &[]);
        }

        #[test]
        fn the_nearest_file_counts() {
            let folder = folder_with("nearest", "MISTRAL_API_KEY=far-key\n");
            let below = folder.join("a/b");
            fs::create_dir_all(&below).unwrap();
            fs::write(folder.join("a/.env"), "MISTRAL_API_KEY=near-key\n").unwrap();
            takes("near-key", &below, &[]);
            // Even if it has no key.
            fs::write(folder.join("a/.env"), "OTHER=1\n").unwrap();
            let result = run(&below, NONE);
            assert!(result.starts_with("MissingApiKey("), "{result}");
        }

        #[test]
        fn a_folder_named_like_the_file_is_passed_over() {
            let folder = folder_with("passed_over", "MISTRAL_API_KEY=key-one\n");
            let below = folder.join("a");
            fs::create_dir_all(below.join(".env")).unwrap();
            takes("key-one", &below, &[]);
        }

        #[test]
        fn the_environment_goes_before_the_file() {
            let folder = folder_with("environment_first", "MISTRAL_API_KEY=file-key\n");
            takes("env-key", &folder, &[("MISTRAL_API_KEY", "env-key")]);
            // And then the file is not even looked at.
            fs::write(folder.join(".env"), "rubbish").unwrap();
            takes("env-key", &folder, &[("MISTRAL_API_KEY", "env-key")]);
        }

        #[test]
        fn an_empty_variable_counts_as_none() {
            let folder = folder_with("empty_variable", "MISTRAL_API_KEY=file-key\n");
            takes("file-key", &folder, &[("MISTRAL_API_KEY", "")]);
        }

        #[test]
        fn an_empty_key_in_the_file_counts_as_none() {
            for (at, dotenv) in ["MISTRAL_API_KEY=\n", "MISTRAL_API_KEY=\"\"\n", "", "\n"]
                .iter()
                .enumerate()
            {
                let folder = folder_with(&format!("empty_key_{at}"), dotenv);
                let result = run(&folder, NONE);
                assert!(result.starts_with("MissingApiKey("), "{dotenv:?}: {result}");
            }
        }

        #[test]
        fn the_file_may_be_written_in_any_usual_way() {
            for (at, dotenv) in [
                "MISTRAL_API_KEY=key-one",
                "\u{feff}MISTRAL_API_KEY=key-one\n",
                "MISTRAL_API_KEY=\"key-one\"\n",
                "MISTRAL_API_KEY='key-one'\n",
                "export MISTRAL_API_KEY=key-one\n",
                "MISTRAL_API_KEY = key-one \n",
                "# a comment\n\nMISTRAL_API_KEY=key-one # and another\n",
                "MISTRAL_API_KEY=key-one\r\nOTHER=2\r\n",
                "MISTRAL_API_KEY=\"key-one\"\r\n",
                "OTHER=1\nMISTRAL_API_KEY=key-one\nLAST=3\n",
                "MISTRAL_API_KEY=key-one\nMISTRAL_API_KEY=key-two\n",
            ]
            .iter()
            .enumerate()
            {
                let folder = folder_with(&format!("usual_{at}"), dotenv);
                takes("key-one", &folder, &[]);
            }
        }

        #[test]
        fn the_line_that_is_no_text_is_named() {
            for (line, dotenv) in [
                (1, &b"\xff\n"[..]),
                (2, b"# one\nA=\xff\n# three\n"),
                (4, b"# one\n# two\n# three\nMISTRAL_API_KEY=hidden\xff\n"),
            ] {
                let folder = folder_with(&format!("no_text_{line}"), dotenv);
                let result = run(&folder, NONE);
                let want = format!("is no text in UTF-8: line {line}");
                assert!(result.contains(&want), "{result}");
            }
        }

        #[test]
        fn a_broken_file_is_named_and_its_content_is_not_shown() {
            for (at, dotenv) in [
                &b"hidden rubbish\n"[..],
                b"MISTRAL_API_KEY=key-one\nhidden rubbish\n",
                b"MISTRAL_API_KEY=\"hidden\n",
                b"MISTRAL_API_KEY='hidden\nOTHER=1\n",
                b"MISTRAL_API_KEY=hidden \"and\" hidden\n",
                b"MISTRAL_API_KEY=hidden\xff\n",
                b"\xff\xfeM\0I\0S\0",
                b"=hidden\n",
                b"{\"hidden\": 1}",
            ]
            .iter()
            .enumerate()
            {
                let folder = folder_with(&format!("broken_{at}"), dotenv);
                let result = run(&folder, NONE);
                let dotenv = String::from_utf8_lossy(dotenv);
                assert!(result.starts_with("Config("), "{dotenv:?}: {result}");
                let path = folder.join(".env");
                assert!(
                    result.contains(path.to_str().unwrap()),
                    "{dotenv:?}: {result}"
                );
                assert!(!result.contains("hidden"), "{dotenv:?}: {result}");
                assert!(!result.contains("key-one"), "{dotenv:?}: {result}");
            }
        }

        #[test]
        fn a_key_of_the_file_that_cannot_be_sent_is_not_shown() {
            let folder = folder_with("unsendable", "MISTRAL_API_KEY=\"hidden key\"\n");
            let result = run(&folder, NONE);
            assert!(result.starts_with("Config("), "{result}");
            assert!(result.contains("MISTRAL_API_KEY"), "{result}");
            assert!(!result.contains("hidden"), "{result}");
        }

        #[cfg(any(feature = "rustls", feature = "native-tls"))]
        #[test]
        fn the_address_never_comes_from_the_file() {
            let dotenv = "MISTRAL_BASE_URL=http://127.0.0.1:1\nMISTRAL_API_KEY=key-one\n";
            let folder = folder_with("no_address", dotenv);
            let result = run(&folder, NONE);
            assert!(result.contains("https://api.mistral.ai"), "{result}");
            assert!(!result.contains("127.0.0.1"), "{result}");
        }

        #[test]
        fn an_address_in_the_file_does_not_replace_that_of_the_environment() {
            let dotenv = "MISTRAL_BASE_URL=http://127.0.0.1:1\nMISTRAL_API_KEY=key-one\n";
            let folder = folder_with("address_kept", dotenv);
            takes("key-one", &folder, &[]);
        }
    }
}

#[test]
fn the_defaults_are_those_that_the_docs_name() {
    use ConnectorsClientBuilder as Builder;
    let seconds = Duration::from_secs;
    assert_eq!(Builder::DEFAULT_TIMEOUT, seconds(60));
    assert_eq!(Builder::DEFAULT_CONNECT_TIMEOUT, seconds(10));
    assert_eq!(Builder::DEFAULT_MAX_RETRIES, 2);
    assert_eq!(Builder::DEFAULT_RETRY_BACKOFF, Duration::from_millis(500));
    assert_eq!(Builder::DEFAULT_MAX_RETRY_BACKOFF, seconds(8));
    assert_eq!(Builder::DEFAULT_MAX_RESPONSE_BYTES, 16_777_216);
}
