//! Clients from the environment.
//!
//! Changing the environment of a process with threads is unsound, and so is relying on the one this
//! test runs in. So each of these starts this very program again, as a process of its own.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use mistral_connectors::{ConnectorsClient, ConnectorsClientBuilder};
use mockito::{Mock, Server, ServerGuard};

use crate::support::connector;

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
pub(crate) fn run<V: AsRef<OsStr> + Copy>(folder: &Path, variables: &[(&str, V)]) -> String {
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

pub(crate) const NONE: &[(&str, &str)] = &[];

/// An empty folder of this name, used by one test only.
#[track_caller]
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// A folder with this `.env`.
#[track_caller]
pub(crate) fn folder_with(name: &str, dotenv: impl AsRef<[u8]>) -> PathBuf {
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
pub(crate) fn takes(key: &str, folder: &Path, variables: &[(&str, &str)]) {
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
