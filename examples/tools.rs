//! Lists the tools of a connector over MCP, calls one, and prints its output.
//!
//! ```sh
//! cargo run --example tools
//! ```
//!
//! The example creates a private connector and deletes it at the end. Without an API key, it uses
//! an in-process fake of the API.

use std::error::Error;
use std::time::Duration;

use mistral_connectors::{CallTool, ConnectorsClient, CreateConnector, Visibility};

mod fake;

fn main() -> Result<(), Box<dyn Error>> {
    let client = ConnectorsClient::from_env().or_else(fake::with_tools)?;
    let deepwiki = CreateConnector::new(
        "example_tools_3f2a",
        "DeepWiki MCP connector for code repository exploration",
        "https://mcp.deepwiki.com/mcp",
    );
    // Deleted at the end of `main`.
    let deepwiki = client.create_ephemeral(&deepwiki.visibility(Visibility::Private))?;

    // Tools can take longer than other requests.
    let session = client
        .with_timeout(Duration::from_secs(300))
        .mcp(&deepwiki.id)?;
    for tool in session.list_tools()? {
        let description = tool.description.as_deref().unwrap_or("no description");
        println!("{}: {description}", tool.name);
        if let Some(schema) = tool.input_schema() {
            println!("  arguments: {schema}");
        }
    }

    let call = CallTool::new("read_wiki_structure").argument("repoName", "sqlite/sqlite");
    let output = session.call_tool(&call)?;
    session.close()?;
    if output.is_error() {
        return Err(format!("the tool failed: {}", output.text()).into());
    }
    println!();
    println!("Output of read_wiki_structure:");
    println!("{}", output.text());
    Ok(())
}
