//! The API key in `.env`.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use crate::from_env::{NONE, folder, folder_with, run, takes};

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

/// Asserts that `from_env` fails in a folder below one with an API key, and names its `.env`.
#[track_caller]
fn fails(name: &str, put: impl FnOnce(&Path), why: &str) {
    let folder = folder_with(name, "MISTRAL_API_KEY=hidden\n").join("a");
    fs::create_dir(&folder).unwrap();
    let path = folder.join(".env");
    put(&path);
    let result = run(&folder, NONE);
    assert!(result.starts_with("Config("), "{result}");
    assert!(
        result.contains(&format!("{} {why}", path.display())),
        "{result}"
    );
}

#[test]
fn a_directory_called_like_the_file_is_an_error() {
    fails(
        "a_directory",
        |path| fs::create_dir(path).unwrap(),
        "cannot be read",
    );
}

#[test]
fn a_file_above_1_mib_is_an_error() {
    let large = "A=1\n".repeat(262_144) + "\n";
    fails(
        "too_large",
        |path| fs::write(path, large).unwrap(),
        "is larger than 1 MiB",
    );
}

#[test]
fn a_file_of_1_mib_is_read_in_good_time() {
    let line = "MISTRAL_API_KEY=key-one\n";
    let filler = "A=1\n".repeat((1_048_576 - line.len()) / 4);
    let folder = folder_with("large", filler + line);
    let begun = std::time::Instant::now();
    takes("key-one", &folder, &[]);
    assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
}

#[cfg(unix)]
#[test]
fn a_link_to_nothing_is_an_error() {
    let link = |path: &Path| std::os::unix::fs::symlink("nowhere", path).unwrap();
    fails("dangling", link, "cannot be read");
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_an_error() {
    use std::os::unix::fs::PermissionsExt;

    let forbid = |path: &Path| {
        fs::write(path, "MISTRAL_API_KEY=key-one\n").unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o000)).unwrap();
    };
    let probe = folder("forbidden_probe").join("file");
    forbid(&probe);
    // The superuser can read it all the same.
    if fs::read(&probe).is_err() {
        fails("forbidden", forbid, "cannot be read: permission denied");
    }
}

#[cfg(unix)]
#[test]
fn the_key_comes_from_a_named_pipe() {
    let folder = folder_with("pipe", "MISTRAL_API_KEY=key-of-another-project\n").join("a");
    fs::create_dir(&folder).unwrap();
    let pipe = folder.join(".env");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    // Waits until somebody reads. Then the second part is still to come.
    let writer = std::thread::spawn(move || {
        let mut pipe = fs::File::options().write(true).open(pipe).unwrap();
        pipe.write_all(b"MISTRAL_API_KEY=").unwrap();
        pipe.write_all(b"key-one\n").unwrap();
    });
    takes("key-one", &folder, &[]);
    writer.join().unwrap();
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
        let want = format!("is not UTF-8: line {line}");
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
