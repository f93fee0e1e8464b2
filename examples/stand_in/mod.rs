//! The client of the examples: of the API where there is a key, else of a stand-in.

use mistral_connectors::testing::FakeServer;
use mistral_connectors::{ConnectorsClient, Error, Result};
use serde_json::json;

/// A client, and the stand-in with this many connectors that it talks to if there is no key.
pub fn client(connectors: usize) -> Result<(ConnectorsClient, Option<FakeServer>)> {
    match ConnectorsClient::from_env() {
        Err(Error::MissingApiKey) => {
            eprintln!("MISTRAL_API_KEY is not set: talking to an in-process stand-in");
            let server = FakeServer::start();
            for number in 0..connectors {
                let name = match number {
                    0 => "my_deepwiki".to_owned(),
                    1 => "gmail_connector".to_owned(),
                    _ => format!("connector_{number}"),
                };
                let tools = json!([{
                    "name": "read_wiki_structure",
                    "description": "The topics of a repository's documentation",
                    "inputSchema": {"type": "object", "required": ["repoName"]},
                    "answer": "1 Overview\n2 Query processing\n3 Storage",
                }]);
                server.add(json!({
                    "name": name,
                    "tools": if number == 0 { tools } else { json!([]) },
                    "description": "DeepWiki MCP connector for code repository exploration",
                    "server": "https://mcp.deepwiki.com/mcp",
                    // One in five is switched off.
                    "active": number % 5 != 4,
                }));
            }
            Ok((server.client(), Some(server)))
        }
        result => result.map(|client| (client, None)),
    }
}
