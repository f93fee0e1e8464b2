//! Lists the tools of a connector, calls one, and prints what it says.
//!
//! `tools [CONNECTOR [TOOL [ARGUMENTS]]]`, with the arguments as JSON.

use std::env;
use std::time::Duration;

use mistral_connectors::{CallTool, ListTools};
use serde_json::Value;

mod stand_in;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = env::args().skip(1);
    let mut word = |default: &str| words.next().unwrap_or_else(|| default.to_owned());
    let connector = word("my_deepwiki");
    let tool = word("read_wiki_structure");
    let arguments: Value = serde_json::from_str(&word(r#"{"repoName": "sqlite/sqlite"}"#))?;
    let (client, _stand_in) = stand_in::client(1)?;

    for tool in client.list_tools(&connector)? {
        let description = tool.description.as_deref().unwrap_or("no description");
        println!("{}: {description}", tool.name);
        if let Some(schema) = tool.input_schema() {
            println!("    takes {schema}");
        }
    }

    // Some tools take long.
    let patient = client.with_timeout(Duration::from_secs(300));
    let output = patient.call_tool(&connector, &CallTool::new(&tool).arguments(arguments))?;
    println!();
    println!("{tool} says:");
    println!("{}", output.text());
    if output.is_error() {
        return Err(format!("{tool} says that it failed").into());
    }
    Ok(())
}
