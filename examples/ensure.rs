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

use mistral_connectors::{ConnectorsClient, CreateConnector, EnsureOutcome};

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
    let mut signs = String::new();
    for wanted in wanted {
        let (sign, line) = ensure(client, wanted, dry_run)
            .unwrap_or_else(|error| ('!', format!("! failed {}: {error}", wanted.name())));
        signs.push(sign);
        say(&line);
    }
    let [created, updated, unchanged, failed] =
        ['+', '~', '=', '!'].map(|sign| signs.matches(sign).count());
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

/// What was done, or is to be done: its sign and its line.
fn ensure(
    client: &ConnectorsClient,
    wanted: &CreateConnector,
    dry_run: bool,
) -> mistral_connectors::Result<(char, String)> {
    let found = client.find(wanted.name())?;
    let changes = found.as_ref().map(|connector| wanted.changes(connector));
    let changes = changes.unwrap_or_default();
    let (mut sign, mut fields) = match changes.update {
        _ if found.is_none() => ('+', Vec::new()),
        _ if !changes.fixed.is_empty() => ('!', changes.fixed),
        Some(update) => ('~', update.fields().map(str::to_owned).collect()),
        None => ('=', Vec::new()),
    };
    let (mut not_compared, mut ignored) = (changes.not_compared, Vec::new());
    if !dry_run && matches!(sign, '+' | '~') {
        // It looks anew: what others did meanwhile is no failure.
        let ensured = client.ensure(wanted)?;
        sign = match ensured.outcome {
            EnsureOutcome::Created => '+',
            EnsureOutcome::Updated => '~',
            EnsureOutcome::Unchanged => '=',
            _ => '!',
        };
        fields = ensured.changed;
        (not_compared, ignored) = (ensured.not_compared, ensured.ignored);
    }
    let what = match sign {
        '+' => "create",
        '~' => "update",
        '=' => "unchanged",
        _ => "cannot change",
    };
    // What the server left as it was is not as described.
    if !ignored.is_empty() {
        sign = '!';
    }
    let mut line = format!("{sign} {what} {}", wanted.name());
    for (before, names) in [
        (": ", fields),
        ("; ignored by the server: ", ignored),
        ("; not compared: ", not_compared),
    ] {
        if !names.is_empty() {
            line = line + before + &names.join(", ");
        }
    }
    Ok((sign, line))
}

/// That nobody listens any more is no reason to stop half-way.
fn say(line: &str) {
    let _ = writeln!(stdout(), "{line}");
}
