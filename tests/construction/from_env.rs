//! Clients from the environment.
//!
//! A process with threads cannot change its environment safely, and the environment of the tests is
//! unknown. So each test runs this program again, in a process of its own.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use mistral_connectors::{ConnectorsClient, ConnectorsClientBuilder};

use crate::support::CONNECTOR;
use crate::support::wire::{Act, Wire, response};

/// Is set in the child processes of tests.
const CHILD: &str = "MISTRAL_CONNECTORS_TEST_CHILD";

/// Its value if the child uses the builder instead of `from_env`.
const BY_HAND: &str = "by hand";

/// Its value if the child changes a setting after `from_env`.
const AND_MORE: &str = "and more";

/// Builds a client, and calls a test's server if the base URL is set.
#[test]
#[ignore = "the other tests run it"]
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
            println!("child: {:?}", client.get("docs").map(|docs| docs.name));
        }
        Ok(client) => println!("child: {client:?}"),
        Err(error) => println!("child: {error:?}"),
    }
}

/// What `from_env` results in in this folder, with these variables and no others of ours.
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
    assert!(output.status.success(), "{stdout}");
    let mut lines = stdout.lines();
    let result = lines.find_map(|line| line.split_once("child: "));
    let (_, result) = result.unwrap_or_else(|| panic!("{stdout}"));
    assert!(!result.contains("hidden"), "{result}");
    result.to_owned()
}

pub(crate) const NONE: &[(&str, &str)] = &[];

/// The start of the error if there is no API key.
pub(crate) const MISSING: &str = "no API key; hint: set MISTRAL_API_KEY";

/// The start of the error about a setting.
pub(crate) const INVALID: &str = "invalid configuration: ";

/// An empty folder with this name, which only one test uses.
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

/// The root of the file system, which has no `.env`.
fn root() -> &'static Path {
    let mut ancestors = Path::new(env!("CARGO_TARGET_TMPDIR")).ancestors();
    ancestors.by_ref().last().unwrap()
}

/// Asserts that `from_env` uses this API key.
#[track_caller]
pub(crate) fn uses(key: &str, folder: &Path, variables: &[(&str, &str)]) {
    let wire = Wire::script([Act::Send(response(200, CONNECTOR))]);
    let url = wire.base_url();
    let base_url = [("MISTRAL_BASE_URL", &*url)];
    let result = run(folder, &[variables, &base_url].concat());
    assert_eq!(result, r#"Ok("docs")"#);
    let header = format!("authorization: Bearer {key}");
    let head = &wire.seen()[0].head;
    assert!(head.lines().any(|line| line == header), "{head}");
}

#[test]
fn the_api_key_comes_from_the_environment() {
    uses("key-one", root(), &[("MISTRAL_API_KEY", "key-one")]);
}

#[test]
fn without_an_api_key_the_error_says_what_to_set() {
    for variables in [&[][..], &[("MISTRAL_API_KEY", "")]] {
        let result = run(root(), variables);
        assert!(result.starts_with(MISSING), "{result}");
    }
}

#[test]
fn an_api_key_of_the_environment_that_cannot_be_sent_is_named_and_not_shown() {
    let result = run(root(), &[("MISTRAL_API_KEY", "hidden\n")]);
    assert!(result.starts_with(INVALID), "{result}");
    assert!(result.contains("MISTRAL_API_KEY"), "{result}");
}

#[cfg(unix)]
#[test]
fn an_api_key_of_the_environment_that_is_not_unicode_is_named_and_not_shown() {
    use std::os::unix::ffi::OsStrExt;

    let key = OsStr::from_bytes(b"hidden\xff");
    let result = run(root(), &[("MISTRAL_API_KEY", key)]);
    assert!(result.starts_with(INVALID), "{result}");
    assert!(
        result.contains("MISTRAL_API_KEY is not valid Unicode"),
        "{result}"
    );
}

#[test]
fn the_base_url_of_the_environment_is_checked() {
    for url in ["http://example.com", "nonsense", "https://u:hidden@h"] {
        let variables = [("MISTRAL_API_KEY", "key-one"), ("MISTRAL_BASE_URL", url)];
        let result = run(root(), &variables);
        assert!(result.starts_with(INVALID), "{result}");
        assert!(result.contains("base_url (MISTRAL_BASE_URL)"), "{result}");
    }
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
#[test]
fn a_base_url_that_is_not_set_or_empty_is_that_of_the_api() {
    for variables in [
        &[("MISTRAL_API_KEY", "hidden-key")][..],
        &[("MISTRAL_API_KEY", "hidden-key"), ("MISTRAL_BASE_URL", "")],
    ] {
        let result = run(root(), variables);
        assert!(result.contains("https://api.mistral.ai"), "{result}");
    }
}

#[test]
fn the_builder_reads_neither_files_nor_the_environment() {
    let folder = folder_with("by_hand", "MISTRAL_API_KEY=file-key\n");
    let result = run(&folder, &[(CHILD, BY_HAND), ("MISTRAL_API_KEY", "env-key")]);
    assert!(result.starts_with(MISSING), "{result}");
}

#[test]
fn a_builder_from_the_environment_takes_other_settings_too() {
    let key = "key-of-the-program";
    for variables in [
        &[(CHILD, AND_MORE)][..],
        &[(CHILD, AND_MORE), ("MISTRAL_API_KEY", "env-key")],
    ] {
        uses(key, root(), variables);
    }
}

#[cfg(not(feature = "dotenv"))]
#[test]
fn without_the_feature_dotenv_no_file_is_read() {
    let folder = folder_with("feature_off", "MISTRAL_API_KEY=key-one\n");
    let result = run(&folder, NONE);
    assert!(result.starts_with(MISSING), "{result}");
}
