//! The API key in `.env`. Which line is named if the file is not valid is tested in `src/dotenv.rs`.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::from_env::{INVALID, MISSING, NONE, folder_with, run, uses};

#[test]
fn the_api_key_comes_from_the_nearest_file() {
    let folder = folder_with("nearest", "MISTRAL_API_KEY=far-key\n");
    let below = folder.join("a/b");
    fs::create_dir_all(&below).unwrap();
    uses("far-key", &folder, &[]);
    uses("far-key", &below, &[]);
    fs::write(folder.join("a/.env"), "MISTRAL_API_KEY=near-key\n").unwrap();
    uses("near-key", &below, &[]);
    // Even if it has no API key.
    fs::write(folder.join("a/.env"), "OTHER=1\n").unwrap();
    let result = run(&below, NONE);
    assert!(result.starts_with(MISSING), "{result}");
}

#[test]
fn the_environment_takes_precedence_over_the_file() {
    let folder = folder_with("environment_first", "MISTRAL_API_KEY=file-key\n");
    uses("file-key", &folder, &[("MISTRAL_API_KEY", "")]);
    let variables = [("MISTRAL_API_KEY", "env-key")];
    uses("env-key", &folder, &variables);
    // Then the file is not read at all.
    fs::write(folder.join(".env"), "garbage").unwrap();
    uses("env-key", &folder, &variables);
}

#[test]
fn an_empty_api_key_in_the_file_is_missing() {
    for dotenv in ["MISTRAL_API_KEY=\n", "MISTRAL_API_KEY=\"\"\n", "", "\n"] {
        let folder = folder_with("empty_key", dotenv);
        let result = run(&folder, NONE);
        assert!(result.starts_with(MISSING), "{dotenv:?}: {result}");
    }
}

#[test]
fn the_base_url_never_comes_from_the_file() {
    let dotenv = "MISTRAL_BASE_URL=http://127.0.0.1:1\nMISTRAL_API_KEY=key-one\n";
    let folder = folder_with("no_base_url", dotenv);
    uses("key-one", &folder, &[]);
    let result = run(&folder, NONE);
    assert!(!result.contains("127.0.0.1"), "{result}");
}

#[test]
fn every_usual_form_of_the_file_is_read() {
    for dotenv in [
        "MISTRAL_API_KEY=key-one",
        "\u{feff}MISTRAL_API_KEY=key-one\n",
        "MISTRAL_API_KEY=\"key-one\"\n",
        "MISTRAL_API_KEY='key-one'\n",
        "export MISTRAL_API_KEY=key-one\n",
        "MISTRAL_API_KEY = key-one \n",
        "# a comment\n\nMISTRAL_API_KEY=key-one # and another\n",
        "MISTRAL_API_KEY=\"key-one\"\r\nOTHER=2\r\n",
        "OTHER=1\nMISTRAL_API_KEY=key-one\nMISTRAL_API_KEY=key-two\n",
    ] {
        uses("key-one", &folder_with("usual", dotenv), &[]);
    }
}

// --- files that cannot be used

/// Asserts that `from_env` fails in a folder below one with an API key, and names its `.env`.
#[track_caller]
fn fails(name: &str, put: impl FnOnce(&Path), why: &str) {
    let folder = folder_with(name, "MISTRAL_API_KEY=hidden\n").join("a");
    fs::create_dir(&folder).unwrap();
    let path = folder.join(".env");
    put(&path);
    let result = run(&folder, NONE);
    let want = format!("{INVALID}the file {} {why}", path.display());
    assert!(result.starts_with(&want), "{result}");
}

#[test]
fn a_directory_in_place_of_the_file_is_an_error() {
    fails(
        "directory",
        |path| fs::create_dir(path).unwrap(),
        "cannot be read",
    );
}

#[test]
fn a_file_above_1_mib_is_an_error() {
    let large = "A=1\n".repeat(262_144) + "\n";
    let put = |path: &Path| fs::write(path, large).unwrap();
    fails("too_large", put, "is larger than 1 MiB");
}

#[test]
fn a_file_of_1_mib_is_read_quickly() {
    let line = "MISTRAL_API_KEY=key-one\n";
    let filler = "A=1\n".repeat((1_048_576 - line.len()) / 4);
    let folder = folder_with("large", filler + line);
    let started = Instant::now();
    uses("key-one", &folder, &[]);
    let elapsed = started.elapsed();
    assert!(elapsed < Duration::from_secs(60), "{elapsed:?}");
}

#[cfg(unix)]
#[test]
fn a_link_to_nothing_is_an_error() {
    let link = |path: &Path| std::os::unix::fs::symlink("nowhere", path).unwrap();
    fails("dangling", link, "cannot be read");
}

#[cfg(unix)]
#[test]
fn a_file_without_permission_is_an_error() {
    use std::os::unix::fs::PermissionsExt;

    let forbid = |path: &Path| {
        fs::write(path, "MISTRAL_API_KEY=hidden\n").unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o000)).unwrap();
    };
    let probe = crate::from_env::folder("forbidden_probe").join("file");
    forbid(&probe);
    // The superuser can read it.
    if fs::read(&probe).is_err() {
        fails("forbidden", forbid, "cannot be read: permission denied");
    }
}

#[cfg(unix)]
#[test]
fn the_api_key_comes_from_a_named_pipe() {
    use std::io::Write;
    use std::process::Command;

    let folder = folder_with("pipe", "MISTRAL_API_KEY=key-of-another-project\n").join("a");
    fs::create_dir(&folder).unwrap();
    let pipe = folder.join(".env");
    let status = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(status.success());
    // Opening the pipe waits for its reader, so the second part comes after that.
    let writer = std::thread::spawn(move || {
        let mut pipe = fs::File::options().write(true).open(pipe).unwrap();
        pipe.write_all(b"MISTRAL_API_KEY=").unwrap();
        pipe.write_all(b"key-one\n").unwrap();
    });
    uses("key-one", &folder, &[]);
    writer.join().unwrap();
}

#[test]
fn a_file_that_is_not_valid_is_named_and_not_shown() {
    for dotenv in [
        &b"hidden garbage\n"[..],
        b"MISTRAL_API_KEY=hidden\nhidden garbage\n",
        b"MISTRAL_API_KEY=\"hidden\n",
        b"MISTRAL_API_KEY='hidden\nOTHER=1\n",
        b"MISTRAL_API_KEY=hidden \"and\" hidden\n",
        b"=hidden\n",
        b"{\"hidden\": 1}",
    ] {
        fails(
            "invalid",
            |path| fs::write(path, dotenv).unwrap(),
            "is not valid: line ",
        );
    }
    for (line, dotenv) in [
        (1, &b"\xff\xfeM\0I\0S\0"[..]),
        (2, b"# one\nA=\xff\n# three\n"),
        (4, b"# one\n# two\n# three\nMISTRAL_API_KEY=hidden\xff\n"),
    ] {
        let why = format!("is not UTF-8: line {line}");
        fails("not_utf_8", |path| fs::write(path, dotenv).unwrap(), &why);
    }
}

#[test]
#[cfg(any(feature = "rustls", feature = "native-tls"))]
fn an_api_key_of_the_file_that_cannot_be_sent_is_not_shown() {
    let folder = folder_with("unsendable", "MISTRAL_API_KEY=\"hidden key\"\n");
    let result = run(&folder, NONE);
    assert!(result.starts_with(INVALID), "{result}");
    assert!(result.contains("api_key (MISTRAL_API_KEY)"), "{result}");
}
