//! Lists all connectors, as JSON lines or as a table.
//!
//! ```sh
//! cargo run --example audit
//! cargo run --example audit | jq -r 'select(.active == false) | .name'
//! cargo run --example audit -- --table | less -S
//! ```
//!
//! The default is a table on a terminal, and JSON lines otherwise. It only reads, and it needs the same
//! memory for any number of connectors. Without an API key, it uses an in-process fake of the API.

use std::env;
use std::error::Error;
use std::io::{self, BufWriter, ErrorKind, IsTerminal, Write};
use std::process::ExitCode;

use mistral_connectors::{Connector, ConnectorsClient, OwnerType, Visibility};

mod fake;

/// The widths of the columns, in characters.
const WIDTHS: [usize; 6] = [28, 36, 16, 6, 9, 20];

fn main() -> ExitCode {
    let client = ConnectorsClient::from_env().or_else(fake::client);
    let args: Vec<_> = env::args().skip(1).collect();
    let table = args == ["--table"];
    if !(table || args.is_empty()) {
        eprintln!("usage: audit [--table]");
        return ExitCode::from(2);
    }
    let table = table || io::stdout().is_terminal();
    let result = client.map_err(Box::from);
    let Err(error) = result.and_then(|client| audit(&client, table)) else {
        return ExitCode::SUCCESS;
    };
    // A reader that has seen enough, such as `head`, is not a failure.
    let io_error = error.downcast_ref::<io::Error>();
    if io_error.is_some_and(|error| error.kind() == ErrorKind::BrokenPipe) {
        return ExitCode::SUCCESS;
    }
    eprintln!("audit: {error}");
    ExitCode::FAILURE
}

fn audit(client: &ConnectorsClient, table: bool) -> Result<(), Box<dyn Error>> {
    let mut output = BufWriter::new(io::stdout().lock());
    if table {
        let titles = ["NAME", "ID", "VISIBILITY", "ACTIVE", "OWNER", "MODIFIED"];
        write_row(&mut output, titles)?;
    }
    for page in client.list().pages() {
        for connector in &page? {
            if table {
                write_row(&mut output, columns(connector))?;
            } else {
                serde_json::to_writer(&mut output, connector).map_err(io::Error::from)?;
                output.write_all(b"\n")?;
            }
        }
        output.flush()?;
    }
    Ok(())
}

fn columns(connector: &Connector) -> [&str; 6] {
    let visibility = connector.visibility.as_ref().map(Visibility::as_str);
    let active = connector.active.map(|yes| if yes { "yes" } else { "no" });
    let owner = connector.owner_type.as_ref().map(OwnerType::as_str);
    [
        &connector.name,
        &connector.id,
        visibility.unwrap_or("-"),
        active.unwrap_or("-"),
        owner.unwrap_or("-"),
        connector.modified_at.as_deref().unwrap_or("-"),
    ]
}

fn write_row(output: &mut impl Write, columns: [&str; 6]) -> io::Result<()> {
    let cells = columns.iter().zip(WIDTHS);
    let cells: Vec<_> = cells.map(|(text, width)| cell(text, width)).collect();
    writeln!(output, "{}", cells.join("  ").trim_end())
}

/// The text with exactly `width` characters. Control characters and invisible characters are
/// replaced.
fn cell(text: &str, width: usize) -> String {
    let hidden = |c: char| c.is_control() || c.escape_debug().len() > 2;
    let shown = |c| if hidden(c) { '\u{fffd}' } else { c };
    let mut cell: String = text.chars().take(width).map(shown).collect();
    if text.chars().nth(width).is_some() {
        cell.pop();
        cell.push('…');
    }
    format!("{cell:width$}")
}
