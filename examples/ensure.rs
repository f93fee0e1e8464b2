//! Makes the connectors that a JSON file lists be there and be as described.
//!
//! The file is a list of what a create takes:
//! `[{"name": "docs", "description": "Our documents", "server": "https://docs.example/mcp"}, …]`.
//! It is read as a whole before anything is sent. An entry that fails does not stop the others.
//!
//! Exit status: 0 all is as described; 1 something could not be made so; 2 nothing was sent, the
//! command line, the file or the settings are no good; 3 only with `--dry-run`: there is something
//! to be done, and nothing that could not.

use std::error::Error;
use std::io::{Write, stdout};
use std::process::ExitCode;
use std::{env, fs};

use mistral_connectors::{ConnectorsClient, CreateConnector, Outcome};

mod stand_in;

const USAGE: &str = "usage: ensure [--dry-run] FILE";

/// Of these the stand-in has the first, with another description.
const SAMPLE: &str = r#"[
    {"name": "my_deepwiki", "description": "Explores code", "server": "https://mcp.deepwiki.com/mcp"},
    {"name": "docs", "description": "Our documents", "server": "https://docs.example/mcp"}
]"#;

fn main() -> ExitCode {
    run().unwrap_or_else(|error| {
        eprintln!("ensure: {error}");
        ExitCode::from(2)
    })
}

fn run() -> Result<ExitCode, Box<dyn Error>> {
    let (flags, files): (Vec<_>, Vec<_>) =
        env::args().skip(1).partition(|arg| arg.starts_with('-'));
    let dry_run = flags == ["--dry-run"];
    if files.len() > 1 || !(dry_run || flags.is_empty()) {
        return Err(USAGE.into());
    }
    let wanted = match files.first() {
        Some(file) => fs::read_to_string(file)
            .map_err(Box::from)
            .and_then(|json| read(&json))
            .map_err(|error| format!("{file}: {error}"))?,
        None => read(SAMPLE)?,
    };
    let (client, stand_in) = stand_in::client(1)?;
    if files.is_empty() {
        // The sample is nothing for somebody's own workspace.
        stand_in.as_ref().ok_or(USAGE)?;
        eprintln!("{USAGE}; without FILE it is a sample, brought to the stand-in twice");
        if !dry_run {
            ensure_all(&client, &wanted, false);
            say("");
        }
    }
    Ok(ensure_all(&client, &wanted, dry_run))
}

fn read(json: &str) -> Result<Vec<CreateConnector>, Box<dyn Error>> {
    let wanted: Vec<CreateConnector> = serde_json::from_str(json)?;
    let mut names: Vec<_> = wanted.iter().map(CreateConnector::name).collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(format!("`{}` is listed twice", pair[0]).into()),
        None => Ok(wanted),
    }
}

/// Prints a line for each of them, and a summary.
fn ensure_all(client: &ConnectorsClient, wanted: &[CreateConnector], dry_run: bool) -> ExitCode {
    let (mut created, mut updated, mut unchanged, mut failed) = (0, 0, 0, 0);
    for wanted in wanted {
        let (count, line) = match ensure(client, wanted, dry_run) {
            Ok((Some(Outcome::Created), line)) => (&mut created, line),
            Ok((Some(Outcome::Updated), line)) => (&mut updated, line),
            Ok((Some(_), line)) => (&mut unchanged, line),
            Ok((None, line)) => (&mut failed, line),
            Err(error) => (&mut failed, format!("! failed {}: {error}", wanted.name())),
        };
        *count += 1;
        say(&line);
    }
    let to_be = if dry_run { "to be " } else { "" };
    say(&format!(
        "{created} {to_be}created, {updated} {to_be}updated, {unchanged} unchanged, {failed} failed"
    ));
    match (failed, dry_run && created + updated > 0) {
        (0, false) => ExitCode::SUCCESS,
        (0, true) => ExitCode::from(3),
        _ => ExitCode::FAILURE,
    }
}

/// What was done, or is to be done, and its line; `None` for what cannot be done.
fn ensure(
    client: &ConnectorsClient,
    wanted: &CreateConnector,
    dry_run: bool,
) -> mistral_connectors::Result<(Option<Outcome>, String)> {
    let (mut outcome, mut fields, mut not_compared) = match client.find(wanted.name())? {
        None => (Some(Outcome::Created), Vec::new(), Vec::new()),
        Some(connector) => {
            let changes = wanted.changes(&connector);
            let (outcome, fields) = match changes.update {
                _ if !changes.fixed.is_empty() => (None, changes.fixed),
                Some(update) => (
                    Some(Outcome::Updated),
                    update.fields().map(str::to_owned).collect(),
                ),
                None => (Some(Outcome::Unchanged), Vec::new()),
            };
            (outcome, fields, changes.not_compared)
        }
    };
    if !dry_run && matches!(outcome, Some(Outcome::Created | Outcome::Updated)) {
        // It looks anew: what others did meanwhile is no failure.
        let ensured = client.ensure(wanted)?;
        outcome = Some(ensured.outcome);
        (fields, not_compared) = (ensured.changed, ensured.not_compared);
    }
    let (name, fields) = (wanted.name(), fields.join(", "));
    let mut line = match outcome {
        Some(Outcome::Created) => format!("+ create {name}"),
        Some(Outcome::Updated) => format!("~ update {name}: {fields}"),
        Some(_) => format!("= unchanged {name}"),
        None => format!("! cannot change {name}: {fields}"),
    };
    if !not_compared.is_empty() {
        line += &format!("; not compared: {}", not_compared.join(", "));
    }
    Ok((outcome, line))
}

/// That nobody listens any more is no reason to stop half-way.
fn say(line: &str) {
    let _ = writeln!(stdout(), "{line}");
}
