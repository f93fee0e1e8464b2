//! Tools as the API describes them.

use serde_json::Value;

use crate::enums::Visibility;
use crate::json::model::model;

model! {
    /// A tool of a connector.
    ///
    /// The API describes tools in three forms: MCP's, Mistral's own, and a short one. Only the
    /// [`name`](Tool::name) is common to all. For the JSON schema of the arguments, call
    /// [`input_schema()`](Tool::input_schema()), which knows all forms.
    Tool is "a tool";
    fields {
        /// The name to call the tool by. Empty if the API sends none.
        name: String,
        /// The display name (MCP's form).
        title: Option<String>,
        /// What the tool does, for the model.
        description: Option<String>,
        /// The JSON schema of the arguments (MCP's form, `inputSchema` in JSON).
        mcp_input_schema as "inputSchema": Option<Value>,
        /// The JSON schema of the result (MCP's form, `outputSchema` in JSON).
        output_schema as "outputSchema": Option<Value>,
        /// Icons of different sizes (MCP's form).
        icons: Option<Value>,
        /// What to expect of a call: whether it only reads, destroys and so on (MCP's form).
        annotations: Option<Value>,
        /// Additional data (MCP's form, `_meta` in JSON).
        meta as "_meta": Option<Value>,
        /// How the tool is run (MCP's form).
        execution: Option<Value>,
        /// The ID (a UUID; Mistral's form).
        id: Option<String>,
        /// Instructions that the model gets together with the tool (Mistral's form).
        system_prompt: Option<String>,
        /// The name and the description in other languages (Mistral's form).
        locale: Option<Value>,
        /// The JSON schema of the arguments (Mistral's form).
        jsonschema: Option<Value>,
        /// How the tool is run (Mistral's form).
        execution_config: Option<Value>,
        /// Who can use the tool (Mistral's form).
        visibility: Option<Visibility>,
        /// When the tool was created, as an RFC 3339 string (Mistral's form).
        created_at: Option<String>,
        /// When the tool was last modified, as an RFC 3339 string (Mistral's form).
        modified_at: Option<String>,
        /// Whether the tool is activated (Mistral's form).
        active: Option<bool>,
    }
}

impl Tool {
    /// The JSON schema of the arguments, in any of the forms.
    pub fn input_schema(&self) -> Option<&Value> {
        let known = self.mcp_input_schema.as_ref().or(self.jsonschema.as_ref());
        // Names in other tool APIs, which the short form can have too.
        known.or_else(|| {
            let mut names = ["input_schema", "parameters"].into_iter();
            names.find_map(|name| self.extra.get(name).filter(|schema| !schema.is_null()))
        })
    }
}
