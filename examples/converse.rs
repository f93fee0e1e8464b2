//! Asks a model a question, with a connector as its tool, and prints the response.
//!
//! ```sh
//! cargo run --example converse
//! cargo run --example converse -- "Which data structures does sqlite/sqlite use?"
//! ```
//!
//! The example creates a private connector and deletes it at the end. The conversation is not
//! stored. Without an API key, the example uses an in-process fake of the API, whose response is
//! always the same.

use std::env;

use mistral_connectors::{
    ConnectorsClient, CreateConnector, Method, Result, UseConnector, Visibility,
};
use serde_json::{Value, json};

mod fake;

fn main() -> Result<()> {
    let client = ConnectorsClient::from_env().or_else(fake::with_model)?;
    let deepwiki = CreateConnector::new(
        "example_converse_3f2a",
        "DeepWiki MCP connector for code repository exploration",
        "https://mcp.deepwiki.com/mcp",
    );
    // Deleted at the end of `main`.
    let deepwiki = client.create_ephemeral(&deepwiki.visibility(Visibility::Private))?;

    let question = env::args().nth(1);
    let question = question.as_deref();
    let conversation = client
        .request(Method::Post, ["v1", "conversations"])
        .json(&json!({
            "model": "mistral-medium-latest",
            "inputs": question.unwrap_or("What is in the documentation of sqlite/sqlite?"),
            "tools": [UseConnector::new(&deepwiki.id)],
            "store": false,
        }))
        .send()?;
    for output in conversation["outputs"].as_array().into_iter().flatten() {
        match output["type"].as_str() {
            Some("tool.execution") => {
                println!("(called {})", output["name"].as_str().unwrap_or("a tool"));
            }
            Some("message.output") => println!("{}", text(&output["content"])),
            _ => {}
        }
    }
    Ok(())
}

/// The text of a message, whose content is a string or a list of chunks.
fn text(content: &Value) -> String {
    if let Some(text) = content.as_str() {
        return text.to_owned();
    }
    let chunks = content.as_array().into_iter().flatten();
    chunks.filter_map(|chunk| chunk["text"].as_str()).collect()
}
