//! What a tool says when it is called.

use std::borrow::Cow;

use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;

use crate::answer::answer;
use crate::object::{Blank, Object, Place, View};
use crate::read;

answer! {
    /// What a tool said.
    ToolOutput is "the output of a tool";
    strict {
        /// What it said, block by block. Empty if the server sends nothing.
        content: Vec<ContentBlock>,
    }
    lenient {
        /// What belongs to it beside that, as it came. [`is_error`](ToolOutput::is_error) and
        /// [`structured_content`](ToolOutput::structured_content) look into it.
        metadata: Value,
    }
}

/// Fields of MCP's, in its own spelling and in Python's.
const IS_ERROR: [&str; 2] = ["isError", "is_error"];
const STRUCTURED_CONTENT: [&str; 2] = ["structuredContent", "structured_content"];

impl ToolOutput {
    /// Reads what must have at least one of the fields that an output has.
    pub(crate) fn read(text: &str) -> serde_json::Result<Self> {
        let mut output = ToolOutput::blank();
        read::read_text(&mut output, text)?;
        let (extra, marks) = output.rest();
        let mut names = IS_ERROR.iter().chain(&STRUCTURED_CONTENT);
        match (marks.wanted | marks.null) != 0 || names.any(|name| extra.contains_key(*name)) {
            true => Ok(output),
            false => Err(serde_json::Error::custom(
                "expected the output of a tool with `content`, `metadata` or `structuredContent`",
            )),
        }
    }

    /// The texts, joined by line breaks: also those of errors and of embedded resources.
    pub fn text(&self) -> String {
        let texts = self.content.iter().filter_map(ContentBlock::text);
        texts.collect::<Vec<_>>().join("\n")
    }

    /// Whether the tool says that it failed; its texts say why.
    pub fn is_error(&self) -> bool {
        let says_so = self.mcp(IS_ERROR).any(|value| value == &Value::Bool(true));
        says_so || self.content.iter().any(ContentBlock::is_error)
    }

    /// What it said as JSON, if it did.
    pub fn structured_content(&self) -> Option<&Value> {
        self.mcp(STRUCTURED_CONTENT).next()
    }

    /// The values of a field of MCP's, which this API keeps in the metadata, and MCP at the top.
    fn mcp(&self, names: [&'static str; 2]) -> impl Iterator<Item = &Value> {
        let metadata = self.metadata.as_ref();
        let meta = metadata.and_then(|metadata| metadata.get("mcp_meta"));
        let said = |value: &&Value| !value.is_null();
        let in_metadata = names.map(|name| meta.and_then(|meta| meta.get(name)));
        let beside = names.map(|name| metadata.and_then(|metadata| metadata.get(name)));
        let at_the_top = names.map(|name| self.extra.get(name));
        let all = in_metadata.into_iter().chain(beside).chain(at_the_top);
        all.flatten().filter(said)
    }
}

/// A piece of what a tool said.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ContentBlock {
    /// A text.
    Text(TextContent),
    /// An image.
    Image(MediaContent),
    /// A sound.
    Audio(MediaContent),
    /// The address of a resource.
    ResourceLink(ResourceLink),
    /// A resource itself.
    Resource(EmbeddedResource),
    /// Anything else, as it came.
    Other(Value),
}

impl ContentBlock {
    fn of(value: Value) -> Self {
        let kind = value.get("type").and_then(Value::as_str);
        let block = match kind {
            Some("text") => TextContent::deserialize(&value).map(ContentBlock::Text),
            Some("image") => MediaContent::deserialize(&value).map(ContentBlock::Image),
            Some("audio") => MediaContent::deserialize(&value).map(ContentBlock::Audio),
            Some("resource_link") => {
                ResourceLink::deserialize(&value).map(ContentBlock::ResourceLink)
            }
            Some("resource") => EmbeddedResource::deserialize(&value).map(ContentBlock::Resource),
            _ => return ContentBlock::Other(value),
        };
        // What lacks what its kind needs is kept all the same.
        block.unwrap_or(ContentBlock::Other(value))
    }

    /// Whether it is one with which a server says that the tool failed. MCP has none.
    fn is_error(&self) -> bool {
        matches!(self, ContentBlock::Other(value) if value.get("type").is_some_and(|kind| kind == "error"))
    }

    fn text(&self) -> Option<&str> {
        match self {
            ContentBlock::Text(text) => Some(&text.text),
            ContentBlock::Resource(EmbeddedResource {
                resource: Some(resource),
                ..
            }) => resource.text.as_deref(),
            // Of a resource without an address, all is kept as it came.
            ContentBlock::Resource(resource) => {
                resource.extra.get("resource")?.get("text")?.as_str()
            }
            ContentBlock::Other(value) if self.is_error() => {
                let mut names = ["text", "message"].into_iter();
                names.find_map(|name| value.get(name)?.as_str())
            }
            _ => None,
        }
    }
}

impl Blank for ContentBlock {
    fn blank() -> Self {
        ContentBlock::Other(Value::Null)
    }
}

impl Place for ContentBlock {
    fn expected(&self) -> Cow<'static, str> {
        "a block of content".into()
    }

    fn clear(&mut self) {
        *self = ContentBlock::blank();
    }

    fn view(&self) -> View<'_> {
        match self {
            ContentBlock::Text(text) => View::Object(text),
            ContentBlock::Image(media) | ContentBlock::Audio(media) => View::Object(media),
            ContentBlock::ResourceLink(link) => View::Object(link),
            ContentBlock::Resource(resource) => View::Object(resource),
            ContentBlock::Other(value) => View::Any(value),
        }
    }

    fn anything(&mut self, value: Value) -> Result<(), Value> {
        *self = ContentBlock::of(value);
        Ok(())
    }
}

impl<'de> Deserialize<'de> for ContentBlock {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Value::deserialize(from).map(ContentBlock::of)
    }
}

impl Serialize for ContentBlock {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.view().serialize(to)
    }
}

answer! {
    /// A text that a tool said.
    TextContent is "a text";
    required {
        /// What kind of block it is: `text`.
        kind as "type",
        /// The text.
        text,
    }
    lenient {
        /// For whom it is, and how important. As it came.
        annotations: Value,
        /// What is said beside it (`_meta` in JSON). As it came.
        meta as "_meta": Value,
    }
}

answer! {
    /// An image or a sound.
    MediaContent is "an image or a sound";
    required {
        /// What kind of block it is: `image` or `audio`.
        kind as "type",
        /// The bytes, in Base64.
        data,
        /// The media type, as in `image/png` (`mimeType` in JSON).
        mime_type as "mimeType",
    }
    lenient {
        /// For whom it is, and how important. As it came.
        annotations: Value,
        /// What is said beside it (`_meta` in JSON). As it came.
        meta as "_meta": Value,
    }
}

answer! {
    /// The address of a resource that the MCP server can be asked for.
    ResourceLink is "a link to a resource";
    required {
        /// What kind of block it is: `resource_link`.
        kind as "type",
        /// The resource's name.
        name,
        /// Its address.
        uri,
    }
    lenient {
        /// The name shown to people.
        title: String,
        /// What it is, for the model.
        description: String,
        /// The media type (`mimeType` in JSON).
        mime_type as "mimeType": String,
        /// How many bytes it has.
        size: i64,
        /// Icons of different sizes. As they came.
        icons: Value,
        /// For whom it is, and how important. As it came.
        annotations: Value,
        /// What is said beside it (`_meta` in JSON). As it came.
        meta as "_meta": Value,
    }
}

answer! {
    /// A resource.
    EmbeddedResource is "a resource";
    required {
        /// What kind of block it is: `resource`.
        kind as "type",
    }
    lenient {
        /// The resource.
        resource: ResourceContents,
        /// For whom it is, and how important. As it came.
        annotations: Value,
        /// What is said beside it (`_meta` in JSON). As it came.
        meta as "_meta": Value,
    }
}

answer! {
    /// What is in a resource: a text, or bytes.
    ResourceContents is "the contents of a resource";
    required {
        /// Its address.
        uri,
    }
    lenient {
        /// The media type (`mimeType` in JSON).
        mime_type as "mimeType": String,
        /// The text, if it is one.
        text: String,
        /// The bytes in Base64, if it is no text.
        blob: String,
        /// What is said beside it (`_meta` in JSON). As it came.
        meta as "_meta": Value,
    }
}
