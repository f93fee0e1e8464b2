//! Tools: what a connector lets a model do.

mod call_tool;
mod content;
mod list_tools;
mod mcp;
mod tool;
mod tool_output;

pub use call_tool::CallTool;
pub use content::{
    ContentBlock, EmbeddedResource, MediaContent, ResourceContents, ResourceLink, TextContent,
};
pub use list_tools::ListTools;
pub use mcp::{McpSession, OpenMcp};
pub use tool::Tool;
pub use tool_output::ToolOutput;
