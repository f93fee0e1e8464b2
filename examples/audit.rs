//! Lists all connectors, active or not: on a terminal as a table, else as JSON lines, each a
//! connector as the API shows it.
//!
//! ```sh
//! audit | jq -r 'select(.active == false) | .name'
//! audit --table | less -S
//! ```
//!
//! It holds one page at a time, however many there are, and stops when nobody reads on.

use std::env;
use std::error::Error;
use std::io::{self, BufWriter, ErrorKind, IsTerminal, Write};
use std::process::ExitCode;

use mistral_connectors::{Connector, ListConnectors, OwnerType, Visibility};

mod stand_in;

/// How many characters wide each column is.
const WIDTHS: [usize; 6] = [28, 36, 16, 6, 9, 20];

fn main() -> ExitCode {
    let args: Vec<_> = env::args().skip(1).collect();
    let table = args == ["--table"];
    if !(table || args.is_empty()) {
        eprintln!("usage: audit [--table]");
        return ExitCode::from(2);
    }
    match audit(table || io::stdout().is_terminal()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => match error.downcast_ref::<io::Error>() {
            Some(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
            _ => {
                eprintln!("audit: {error}");
                ExitCode::FAILURE
            }
        },
    }
}

fn audit(table: bool) -> Result<(), Box<dyn Error>> {
    let (client, _stand_in) = stand_in::client(15)?;
    let mut output = BufWriter::new(io::stdout().lock());
    if table {
        let titles = ["NAME", "ID", "VISIBILITY", "ACTIVE", "OWNER", "MODIFIED"];
        write_row(&mut output, titles)?;
    }
    let mut count = 0;
    let watched = io::stderr().is_terminal();
    // Without a filter: also those that are switched off.
    for page in client.list().pages() {
        if watched {
            // The count gives way to what comes next.
            eprint!("\r\x1b[K");
        }
        let page = page?;
        for connector in &page {
            match table {
                true => write_row(&mut output, columns(connector))?,
                false => {
                    serde_json::to_writer(&mut output, connector).map_err(io::Error::from)?;
                    output.write_all(b"\n")?;
                }
            }
        }
        output.flush()?;
        count += page.items.len();
        if watched {
            eprint!("{count} connectors");
        }
    }
    if watched {
        eprintln!();
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

/// A text in that many characters. What a terminal would obey or not show is replaced.
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
