//! Registers a connector, asks a model a question with the connector as its tool, prints the answer,
//! and cleans up. Without a key the stand-in answers, by a rule.
//!
//! `converse [QUESTION]`

use std::env;

use mistral_connectors::{CreateConnector, Method, Result, UseConnector, Visibility};
use serde_json::{Value, json};

mod stand_in;

fn main() -> Result<()> {
    let question = env::args()
        .nth(1)
        .unwrap_or_else(|| "What is in the documentation of sqlite/sqlite?".to_owned());
    let (client, stand_in) = stand_in::client(1)?;
    if let Some(server) = &stand_in {
        // It has no model to ask.
        server.when("POST", "/v1/conversations").answer(
            200,
            json!({"outputs": [
                {"type": "tool.execution", "name": "read_wiki_structure"},
                {"type": "message.output", "content": "An overview, query processing, storage."},
            ]}),
        );
    }

    let wanted = CreateConnector::new(
        "wiki_for_one_question",
        "DeepWiki MCP connector for code repository exploration",
        "https://mcp.deepwiki.com/mcp",
    )
    .visibility(Visibility::Private);
    // Deleted at the end, whatever happens.
    let wiki = client.create_ephemeral(&wanted)?;

    let conversation = client
        .request(Method::Post, ["v1", "conversations"])
        .json(&json!({
            "model": "mistral-medium-latest",
            "inputs": question,
            "tools": [UseConnector::new(&wiki.id)],
        }))
        .send()?;
    for output in conversation["outputs"].as_array().into_iter().flatten() {
        match output["type"].as_str() {
            Some("tool.execution") => {
                println!("(used {})", output["name"].as_str().unwrap_or("a tool"));
            }
            Some("message.output") => println!("{}", text(&output["content"])),
            _ => {}
        }
    }
    println!("Cleaned up: {}", wiki.delete()?.message);
    Ok(())
}

/// The content of a message: a text, or a list of chunks of which some are texts.
fn text(content: &Value) -> String {
    let chunks = content.as_array().into_iter().flatten();
    let chunks: String = chunks.filter_map(|chunk| chunk["text"].as_str()).collect();
    content.as_str().map_or(chunks, str::to_owned)
}
