//! A fake of the API, so that the examples also run without an API key.
//!
//! `ConnectorsClient::from_env().or_else(fake::client)` returns a client of the API. If the API key is
//! missing, it returns a client of an in-process server with sample connectors.
#![allow(dead_code, reason = "each example uses another part")]

use std::sync::OnceLock;

use mistral_connectors::testing::FakeServer;
use mistral_connectors::{ConnectorsClient, Error, Method, Result};
use serde_json::{Value, json};

/// Exists until the program ends.
static SERVER: OnceLock<FakeServer> = OnceLock::new();

const CONNECTORS: &str = include_str!("connectors.json");

/// Returns a client of the fake server if the API key is missing, or else the error.
pub fn client(error: Error) -> Result<ConnectorsClient> {
    if !matches!(error, Error::MissingApiKey) {
        return Err(error);
    }
    eprintln!("MISTRAL_API_KEY is not set: using an in-process fake of the API");
    let server = FakeServer::start();
    let connectors: Vec<Value> = serde_json::from_str(CONNECTORS).expect("the file is valid");
    for connector in connectors {
        server.add(connector);
    }
    Ok(SERVER.get_or_init(|| server).client())
}

/// Like [`client`]. The connector of the example `tools` gets a tool when it is created.
pub fn with_tools(error: Error) -> Result<ConnectorsClient> {
    let client = client(error)?;
    on_create(json!({
        "name": "example_tools_3f2a",
        "description": "DeepWiki MCP connector for code repository exploration",
        "server": "https://mcp.deepwiki.com/mcp",
        "visibility": "private",
        "tools": [{
            "name": "read_wiki_structure",
            "description": "Lists the topics of a repository's documentation",
            "inputSchema": {
                "type": "object",
                "properties": {"repoName": {"type": "string"}},
                "required": ["repoName"],
            },
            "answer": "1 Overview\n2 Query processing\n3 Storage",
        }],
    }));
    Ok(client)
}

/// Like [`client`]. The connector of the example `authenticate` needs a login.
pub fn with_login(error: Error) -> Result<ConnectorsClient> {
    let client = client(error)?;
    on_create(json!({
        "name": "example_authenticate_3f2a",
        "description": "Issues and projects in Linear",
        "server": "https://mcp.linear.app/mcp",
        "visibility": "private",
        "is_authenticated": false,
    }));
    Ok(client)
}

/// Like [`client`]. A model responds to the question of the example `converse`.
pub fn with_model(error: Error) -> Result<ConnectorsClient> {
    let client = client(error)?;
    let outputs = json!([
        {"type": "tool.execution", "name": "read_wiki_structure"},
        {"type": "message.output", "content": "An overview, query processing, and storage."},
    ]);
    server()
        .when("POST", "/v1/conversations")
        .answer(200, json!({"outputs": outputs}));
    Ok(client)
}

/// Logs the user in, as a person with a browser would. Does nothing without the fake server.
pub fn log_in(connector: &str) -> Result<()> {
    if let Some(server) = SERVER.get() {
        let page = server.client().request(Method::Get, ["login", connector]);
        page.send()?;
    }
    Ok(())
}

/// Whether the client is one of the fake server.
pub fn is_used() -> bool {
    SERVER.get().is_some()
}

fn server() -> &'static FakeServer {
    SERVER.get().expect("`client` has started it")
}

/// Makes the next create return this connector.
fn on_create(connector: Value) {
    server().add(connector);
    let added = server().connectors().pop();
    server()
        .when("POST", "/v1/connectors")
        .times(1)
        .answer(201, json!(added));
}
