//! The blocks of a tool's output.

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;

use crate::json::lenient::Part;
use crate::json::model::model;

/// A block of a tool's output.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContentBlock {
    /// Text.
    Text(TextContent),
    /// An image.
    Image(MediaContent),
    /// An audio recording.
    Audio(MediaContent),
    /// A link to a resource.
    ResourceLink(ResourceLink),
    /// A resource.
    Resource(EmbeddedResource),
    /// Anything else.
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
        block.unwrap_or(ContentBlock::Other(value))
    }

    /// The text of the block, if it has one.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            ContentBlock::Text(text) => Some(&text.text),
            ContentBlock::Resource(resource) => resource.resource.as_ref()?.text.as_deref(),
            ContentBlock::Other(Value::String(text)) => Some(text),
            ContentBlock::Other(block) if self.is_error() => {
                let mut paths = ["/text", "/message", "/error/message", "/error"].into_iter();
                paths.find_map(|path| block.pointer(path).and_then(Value::as_str))
            }
            _ => None,
        }
    }

    /// Whether the block is of the type `error`.
    pub(super) fn is_error(&self) -> bool {
        matches!(self, ContentBlock::Other(block) if block.get("type").is_some_and(|kind| kind == "error"))
    }
}

impl Part for ContentBlock {
    fn from_value(value: Value) -> Result<Self, Value> {
        Ok(ContentBlock::of(value))
    }
}

impl<'de> Deserialize<'de> for ContentBlock {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Value::deserialize(from).map(ContentBlock::of)
    }
}

impl Serialize for ContentBlock {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            ContentBlock::Text(text) => text.serialize(to),
            ContentBlock::Image(media) | ContentBlock::Audio(media) => media.serialize(to),
            ContentBlock::ResourceLink(link) => link.serialize(to),
            ContentBlock::Resource(resource) => resource.serialize(to),
            ContentBlock::Other(value) => value.serialize(to),
        }
    }
}

model! {
    /// A block of text.
    TextContent is "a text", requires all of kind, text;
    fields {
        /// The kind of block (`type` in JSON): `text`.
        kind as "type": String,
        /// The text.
        text: String,
        /// For whom the block is, and how important it is.
        annotations: Option<Value>,
        /// Additional data (`_meta` in JSON).
        meta as "_meta": Option<Value>,
    }
}

model! {
    /// An image or an audio recording.
    MediaContent is "an image or audio recording", requires all of kind, data, mime_type;
    fields {
        /// The kind of block (`type` in JSON): `image` or `audio`.
        kind as "type": String,
        /// The bytes in Base64.
        data: String,
        /// The media type (`mimeType` in JSON): `image/png`.
        mime_type as "mimeType": String,
        /// For whom the block is, and how important it is.
        annotations: Option<Value>,
        /// Additional data (`_meta` in JSON).
        meta as "_meta": Option<Value>,
    }
}

model! {
    /// A link to a resource of the MCP server.
    ResourceLink is "a link to a resource", requires all of kind, name, uri;
    fields {
        /// The kind of block (`type` in JSON): `resource_link`.
        kind as "type": String,
        /// The name of the resource.
        name: String,
        /// The URI of the resource.
        uri: String,
        /// The display name.
        title: Option<String>,
        /// What the resource is, for the model.
        description: Option<String>,
        /// The media type (`mimeType` in JSON).
        mime_type as "mimeType": Option<String>,
        /// The size in bytes.
        size: Option<i64>,
        /// Icons of different sizes.
        icons: Option<Value>,
        /// For whom the block is, and how important it is.
        annotations: Option<Value>,
        /// Additional data (`_meta` in JSON).
        meta as "_meta": Option<Value>,
    }
}

model! {
    /// A resource of the MCP server.
    EmbeddedResource is "a resource", requires all of kind;
    fields {
        /// The kind of block (`type` in JSON): `resource`.
        kind as "type": String,
        /// The resource.
        resource: Option<ResourceContents>,
        /// For whom the block is, and how important it is.
        annotations: Option<Value>,
        /// Additional data (`_meta` in JSON).
        meta as "_meta": Option<Value>,
    }
}

model! {
    /// The contents of a resource: text or bytes.
    ResourceContents is "the contents of a resource";
    fields {
        /// The URI of the resource. Empty if the tool sends none.
        uri: String,
        /// The media type (`mimeType` in JSON).
        mime_type as "mimeType": Option<String>,
        /// The text, if the contents are text.
        text: Option<String>,
        /// The bytes in Base64, if the contents are not text.
        blob: Option<String>,
        /// Additional data (`_meta` in JSON).
        meta as "_meta": Option<Value>,
    }
}
