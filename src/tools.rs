//! Tools: what a connector lets a model do.

use serde_json::Value;

use crate::answer::answer;
use crate::connectors::Visibility;

answer! {
    /// A tool of a connector.
    ///
    /// Servers describe tools in three forms: as MCP does, in Mistral's own, and shortened. Only
    /// the [`name`](Tool::name) is in all of them. For the schema of the arguments, ask the method
    /// [`input_schema`](Tool::input_schema()), which knows the forms.
    Tool is "a tool";
    required {
        /// The name to call it by.
        name,
    }
    lenient {
        /// The name shown to people. In MCP's form.
        title: String,
        /// What it does, for the model.
        description: String,
        /// The JSON schema of the arguments, in MCP's form (`inputSchema` in JSON).
        input_schema as "inputSchema": Value,
        /// The JSON schema of the result, in MCP's form (`outputSchema` in JSON).
        output_schema as "outputSchema": Value,
        /// Icons of different sizes, in MCP's form.
        icons: Value,
        /// Hints at what a call does, in MCP's form: whether it only reads, destroys, and so on.
        annotations: Value,
        /// What is said beside MCP's form (`_meta` in JSON).
        meta as "_meta": Value,
        /// How it is run, in MCP's form.
        execution: Value,
        /// The UUID, in Mistral's own form.
        id: String,
        /// Instructions given to the model along with it, in Mistral's own form.
        system_prompt: String,
        /// Its name and description in other languages, in Mistral's own form.
        locale: Value,
        /// The JSON schema of the arguments, in Mistral's own form.
        jsonschema: Value,
        /// How it is run, in Mistral's own form.
        execution_config: Value,
        /// Who can use it, in Mistral's own form.
        visibility: Visibility,
        /// When it was created, as RFC 3339 text. In Mistral's own form.
        created_at: String,
        /// When it was last changed, as RFC 3339 text. In Mistral's own form.
        modified_at: String,
        /// Whether it is switched on, in Mistral's own form.
        active: bool,
    }
}

impl Tool {
    /// The JSON schema of the arguments, whichever form it came in.
    pub fn input_schema(&self) -> Option<&Value> {
        let known = self.input_schema.as_ref().or(self.jsonschema.as_ref());
        // Spellings of other tool APIs, which the shortened form leaves open.
        let other = || {
            let mut names = ["input_schema", "parameters"].into_iter();
            names.find_map(|name| self.extra.get(name).filter(|schema| !schema.is_null()))
        };
        known.or_else(other)
    }
}
