//! The output of a tool.

use serde::de::Error as _;
use serde_json::Value;

use crate::json::Response;
use crate::json::model::model;

use super::ContentBlock;

model! {
    /// The output of a tool.
    ///
    /// If the tool itself fails, the call returns `Ok`: check [`is_error()`](ToolOutput::is_error).
    ///
    /// ```
    /// # use mistral_connectors::{CallTool, ConnectorsClient, Result};
    /// # fn demo(client: &ConnectorsClient) -> Result<()> {
    /// let call = CallTool::new("read_wiki_structure").argument("repoName", "sqlite/sqlite");
    /// let output = client.call_tool("my_deepwiki", &call)?;
    /// if output.is_error() {
    ///     eprintln!("the tool failed: {}", output.text());
    /// } else if let Some(json) = output.structured_content() {
    ///     println!("{json:#}");
    /// } else {
    ///     println!("{}", output.text());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ToolOutput is "the output of a tool";
    fields {
        /// The content, block by block. Empty if the API sends none.
        content: Vec<ContentBlock>,
        /// Additional data. [`is_error()`](ToolOutput::is_error) and
        /// [`structured_content()`](ToolOutput::structured_content) look into it.
        metadata: Option<Value>,
    }
}

/// The fields of an output: the API's, MCP's, and MCP's in snake case.
const FIELDS: [&str; 6] = [
    "content",
    "metadata",
    "structuredContent",
    "isError",
    "structured_content",
    "is_error",
];

impl ToolOutput {
    /// Reads an object that has at least one field of an output.
    pub(super) fn read_output(text: &str) -> serde_json::Result<Self> {
        ToolOutput::checked(ToolOutput::read(text)?)
    }

    /// The output, if it has at least one field of an output.
    pub(super) fn checked(output: Self) -> serde_json::Result<Self> {
        let value = serde_json::to_value(&output)?;
        if FIELDS.iter().any(|name| value.get(name).is_some()) {
            return Ok(output);
        }
        let fields = FIELDS.join("`, `");
        Err(serde_json::Error::custom(format_args!(
            "it has none of `{fields}`"
        )))
    }

    /// The text of all blocks, joined by line breaks: text blocks, error blocks, and the text of
    /// embedded resources.
    pub fn text(&self) -> String {
        let texts: Vec<&str> = match self.extra.get("content") {
            Some(Value::String(text)) => vec![text],
            _ => self.content.iter().filter_map(ContentBlock::text).collect(),
        };
        texts.join("\n")
    }

    /// Whether the tool says that it failed. [`text()`](ToolOutput::text) says why.
    pub fn is_error(&self) -> bool {
        let is_true = |name| self.mcp(name).any(|value| *value == true);
        is_true("isError") || is_true("is_error") || self.content.iter().any(ContentBlock::is_error)
    }

    /// The output as JSON, if the tool has structured output.
    pub fn structured_content(&self) -> Option<&Value> {
        let snake_case = self.mcp("structured_content");
        self.mcp("structuredContent").chain(snake_case).next()
    }

    /// The values of a field of MCP. The API puts it into the metadata, and MCP at the top level.
    fn mcp(&self, name: &str) -> impl Iterator<Item = &Value> {
        let metadata = self.metadata.as_ref();
        let mcp_meta = metadata.and_then(|metadata| metadata.get("mcp_meta"));
        let places = [
            mcp_meta.and_then(|meta| meta.get(name)),
            metadata.and_then(|metadata| metadata.get(name)),
            self.extra.get(name),
        ];
        places
            .into_iter()
            .flatten()
            .filter(|value| !value.is_null())
    }
}
