//! What to list.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

use crate::error::{Error, Result};
use crate::hints;
use crate::request::{Method, Request};

/// What to list, and in pages of what size.
///
/// ```
/// use mistral_connectors::ListConnectors;
///
/// let active = ListConnectors::new().page_size(20).active(true);
/// ```
///
/// It can be kept and read again, for example the rest of a listing that goes on in another process
/// (see [`Connectors::remaining`](crate::Connectors::remaining)).
///
/// ```
/// use mistral_connectors::ListConnectors;
///
/// let kept = serde_json::to_string(&ListConnectors::new().page_size(20).active(true))?;
/// assert_eq!(kept, r#"{"page_size":20,"active":true}"#);
/// let again: ListConnectors = serde_json::from_str(&kept)?;
/// # Ok::<_, serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
pub struct ListConnectors {
    page_size: Option<u32>,
    pub(crate) cursor: Option<String>,
    /// The ID of the connector seen last: the first page goes on behind it, if it is there.
    pub(crate) after: Option<String>,
    /// By their names on the wire.
    filter: BTreeMap<String, Value>,
}

impl ListConnectors {
    /// Everything the key can see, in pages of the server's size.
    pub fn new() -> Self {
        ListConnectors::default()
    }

    /// How many connectors a page has at most; the API accepts 1 to 1000. Defaults to what the
    /// server chooses, 100 in the published API.
    pub fn page_size(mut self, page_size: u32) -> Self {
        self.page_size = Some(page_size);
        self
    }

    /// Only connectors that are switched on for the caller, or only those that are not. Defaults
    /// to both. Servers of November 2026 ignore it, and no longer send
    /// [`Connector::active`](crate::Connector::active): they list all;
    /// [`readiness`](crate::ConnectorsClient::readiness) tells what can be used.
    pub fn active(self, active: bool) -> Self {
        self.filter("active", active)
    }

    /// Only connectors that can be used over MCP, or only those that cannot. Defaults to both.
    /// Servers before June 2026 ignore it.
    pub fn supports_mcp(self, supports_mcp: bool) -> Self {
        self.filter("supports_mcp", supports_mcp)
    }

    /// A filter that this version does not know yet, by its name on the wire. Sent in both encodings
    /// like the others, texts without quotes where it is a parameter of its own. Defaults to none.
    pub fn filter(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.filter.insert(name.into(), value.into());
        self
    }

    /// Where to begin: a cursor of an earlier listing with the same filter. Defaults to the
    /// beginning, which is also what an empty one means. What
    /// [`Connectors::remaining`](crate::Connectors::remaining) remembers of connectors seen belongs
    /// to another place, and is forgotten.
    pub fn cursor(mut self, cursor: impl Into<String>) -> Self {
        self.after = None;
        self.cursor = Some(cursor.into()).filter(|cursor| !cursor.is_empty());
        self
    }

    pub(crate) fn request(&self) -> Result<Request> {
        let hints = match self.cursor {
            Some(_) => hints::LIST_FROM_CURSOR,
            None => hints::LIST,
        };
        let mut request = Request::new(Method::Get, &[])?
            .hints(hints)
            .query_if("page_size", self.page_size)
            .query_if("cursor", self.cursor.as_deref());
        request.page = Some(match &self.cursor {
            Some(cursor) => format!("page at cursor {cursor}"),
            None => "first page".to_owned(),
        });
        // The API's documents and its clients disagree about how a filter is sent. Both ways at
        // once are understood by either kind of server, and a cursor holds only for its filter.
        for (name, value) in &self.filter {
            request = match value {
                Value::String(text) => request.query(name, text),
                other => request.query(name, &other.to_string()),
            };
        }
        if !self.filter.is_empty() {
            let filter = serde_json::to_string(&self.filter)
                .map_err(|error| Error::invalid_request(error.to_string()))?;
            request = request.query("query_filters", &filter);
        }
        Ok(request)
    }
}

impl Serialize for ListConnectors {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(page_size) = self.page_size {
            map.serialize_entry("page_size", &page_size)?;
        }
        for (name, value) in [("cursor", &self.cursor), ("after", &self.after)] {
            if let Some(value) = value {
                map.serialize_entry(name, value)?;
            }
        }
        // The two that have a method stand for themselves, if they are what it sets.
        let mut others = self.filter.clone();
        for name in FLAGS {
            if let Some(Value::Bool(flag)) = self.filter.get(name) {
                map.serialize_entry(name, flag)?;
                others.remove(name);
            }
        }
        if !others.is_empty() {
            map.serialize_entry("filter", &others)?;
        }
        map.end()
    }
}

/// The filters that have a method of their own.
const FLAGS: [&str; 2] = ["active", "supports_mcp"];

impl<'de> Deserialize<'de> for ListConnectors {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_map(ListingVisitor)
    }
}

struct ListingVisitor;

impl<'de> Visitor<'de> for ListingVisitor {
    type Value = ListConnectors;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a listing")
    }

    fn visit_map<A: MapAccess<'de>>(
        self,
        mut object: A,
    ) -> std::result::Result<ListConnectors, A::Error> {
        let mut listing = ListConnectors::new();
        while let Some(name) = object.next_key::<String>()? {
            match name.as_str() {
                "page_size" => listing.page_size = object.next_value()?,
                "cursor" => listing.cursor = object.next_value()?,
                "after" => listing.after = object.next_value()?,
                "filter" => {
                    let filter: Option<BTreeMap<String, Value>> = object.next_value()?;
                    listing.filter.extend(filter.unwrap_or_default());
                }
                name if FLAGS.contains(&name) => {
                    if let Some(flag) = object.next_value::<Option<bool>>()? {
                        listing = listing.filter(name, flag);
                    }
                }
                other => {
                    return Err(A::Error::custom(format_args!("unknown field `{other}`")));
                }
            }
        }
        listing.cursor = listing.cursor.filter(|cursor| !cursor.is_empty());
        Ok(listing)
    }
}
