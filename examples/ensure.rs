//! Creates or updates the connectors that a JSON file describes.
//!
//! ```sh
//! cargo run --example ensure -- --dry-run connectors.json
//! cargo run --example ensure -- connectors.json
//! ```
//!
//! The file is a list of descriptions with the fields of a create:
//! `[{"name": "docs", "description": "Our documents", "server": "https://docs.example/mcp"}, …]`.
//! The whole file is read before anything is sent. An entry that fails does not stop the others.
//!
//! Without an API key, the example uses an in-process fake of the API, and the file is optional.
//!
//! | exit status | |
//! |---|---|
//! | 0 | all connectors match their descriptions |
//! | 1 | at least one does not, because of an error or because the API ignored an update |
//! | 2 | the command line, the file or a setting is invalid; nothing was sent |
//! | 3 | only with `--dry-run`: there is something to do |

use std::error::Error;
use std::io::{Write, stdout};
use std::process::ExitCode;
use std::{env, fs};

use mistral_connectors::{ConnectorsClient, CreateConnector, EnsureOutcome};

mod fake;

type Result<T, E = Box<dyn Error>> = std::result::Result<T, E>;

const USAGE: &str = "usage: ensure [--dry-run] FILE";

/// The fake server has the first of these with another description.
const SAMPLE: &str = r#"[
    {"name": "team_docs", "description": "All our documents", "server": "https://docs.platform.example/mcp"},
    {"name": "changelog", "description": "What is new", "server": "https://changelog.platform.example/mcp"}
]"#;

fn main() -> ExitCode {
    let client = ConnectorsClient::from_env().or_else(fake::client);
    let result = client.map_err(Box::from).and_then(|client| run(&client));
    result.unwrap_or_else(|error| {
        eprintln!("ensure: {error}");
        ExitCode::from(2)
    })
}

fn run(client: &ConnectorsClient) -> Result<ExitCode> {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let (dry_run, files) = match &args[..] {
        ["--dry-run", files @ ..] => (true, files),
        files => (false, files),
    };
    let descriptions = match files {
        [] if fake::is_used() => parse(SAMPLE)?,
        [file] if !file.starts_with('-') => fs::read_to_string(file)
            .map_err(Box::from)
            .and_then(|json| parse(&json))
            .map_err(|error| format!("{file}: {error}"))?,
        _ => return Err(USAGE.into()),
    };
    let (mut changed, mut failed) = (0, 0);
    for description in &descriptions {
        let result = if dry_run {
            plan(client, description)
        } else {
            apply(client, description)
        };
        match result {
            Ok(is_changed) => changed += usize::from(is_changed),
            Err(error) => {
                failed += 1;
                say(&format!("failed {}: {error}", description.name()));
            }
        }
    }
    let unchanged = descriptions.len() - changed - failed;
    let verb = if dry_run { "to change" } else { "changed" };
    say(&format!(
        "{changed} {verb}, {unchanged} unchanged, {failed} failed"
    ));
    Ok(match (failed, changed) {
        (0, 1..) if dry_run => ExitCode::from(3),
        (0, _) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

fn parse(json: &str) -> Result<Vec<CreateConnector>> {
    let descriptions: Vec<CreateConnector> = serde_json::from_str(json)?;
    let mut names: Vec<_> = descriptions.iter().map(CreateConnector::name).collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(format!("`{}` is listed twice", pair[0]).into()),
        None => Ok(descriptions),
    }
}

/// Makes the connector match its description. Returns whether it was changed.
fn apply(client: &ConnectorsClient, description: &CreateConnector) -> Result<bool> {
    let ensured = client.ensure(description)?;
    if !ensured.ignored.is_empty() {
        return Err(format!(
            "the API ignored an update of {}",
            ensured.ignored.join(", ")
        )
        .into());
    }
    say(&ensured.to_string());
    Ok(ensured.outcome != EnsureOutcome::Unchanged)
}

/// Shows what `apply` would do. Returns whether it would change anything.
fn plan(client: &ConnectorsClient, description: &CreateConnector) -> Result<bool> {
    let name = description.name();
    let Some(connector) = client.find(name)? else {
        say(&format!("would create {name}"));
        return Ok(true);
    };
    let changes = description.changes(&connector);
    if !changes.fixed.is_empty() {
        return Err(format!("an update cannot change {}", changes.fixed.join(", ")).into());
    }
    for difference in &changes.differences {
        let current = difference.current.clone().unwrap_or_default();
        let (field, value) = (&difference.field, &difference.wanted);
        say(&format!(
            "would update {name}: {field}: {current} -> {value}"
        ));
    }
    if changes.update.is_none() {
        say(&format!("unchanged {name}"));
    }
    Ok(changes.update.is_some())
}

/// Prints a line. A closed output is not a reason to stop halfway.
fn say(line: &str) {
    let _ = writeln!(stdout(), "{line}");
}
