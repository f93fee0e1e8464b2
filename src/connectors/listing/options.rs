//! Which connectors to list.

use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use crate::error::{Error, Result, hints};
use crate::http::{MAX_CURSOR_BYTES, Method, Request};

/// Which connectors to list. The options of [`list_with`](crate::ConnectorsClient::list_with) and
/// [`list_page`](crate::ConnectorsClient::list_page).
///
/// ```
/// use mistral_connectors::ListConnectors;
///
/// let active = ListConnectors::new().page_size(20).active(true);
/// ```
///
/// It implements `Serialize` and `Deserialize`, so that a later run or another process can resume a
/// listing (see [`Connectors::remaining`](crate::Connectors::remaining)).
///
/// ```
/// use mistral_connectors::ListConnectors;
///
/// let saved = serde_json::to_string(&ListConnectors::new().page_size(20).active(true))?;
/// assert_eq!(saved, r#"{"filter":{"active":true},"page_size":20}"#);
/// let options: ListConnectors = serde_json::from_str(&saved)?;
/// # Ok::<_, serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct ListConnectors(Map<String, Value>);

/// The JSON field of the ID of the connector that was seen last: the first page continues after it.
const AFTER: &str = "after";

/// The JSON field of the filters.
const FILTER: &str = "filter";

impl ListConnectors {
    /// Lists all connectors that the API key can see, in pages of the API's default size.
    pub fn new() -> Self {
        ListConnectors::default()
    }

    fn set(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// The maximum number of connectors in a page. The API accepts 1 to 1000. Defaults to the API's
    /// default, which is 100.
    pub fn page_size(self, page_size: u32) -> Self {
        self.set("page_size", page_size)
    }

    /// With `true`, lists only connectors that are activated for the caller; with `false`, only the
    /// others. Defaults to all.
    ///
    /// API 2026-11 ignores this filter and lists all connectors. Use
    /// [`readiness`](crate::ConnectorsClient::readiness) there to see which can be used.
    pub fn active(self, active: bool) -> Self {
        self.filter("active", active)
    }

    /// With `true`, lists only connectors that can be used over MCP; with `false`, only the others.
    /// Defaults to all. API 2026-03 ignores this filter.
    pub fn supports_mcp(self, supports_mcp: bool) -> Self {
        self.filter("supports_mcp", supports_mcp)
    }

    /// Sets a filter that this version of the crate does not know, by its JSON field name. Defaults
    /// to none.
    pub fn filter(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        let filter = self.0.entry(FILTER).or_insert_with(|| json!({}));
        if let Some(filter) = filter.as_object_mut() {
            filter.insert(name.into(), value.into());
        }
        self
    }

    /// Starts at the page with this cursor, which must come from a listing with the same filters.
    /// Defaults to the first page, which is also what an empty cursor means.
    pub fn cursor(mut self, cursor: impl Into<String>) -> Self {
        self.0.remove(AFTER);
        self.0.remove("cursor");
        let cursor = cursor.into();
        if cursor.is_empty() {
            return self;
        }
        self.set("cursor", cursor)
    }

    /// Starts after the connector with this ID.
    pub(super) fn start_after(self, id: &str) -> Self {
        self.set(AFTER, id)
    }

    fn filters(&self) -> Map<String, Value> {
        let filter = self.0.get(FILTER).and_then(Value::as_object);
        filter.cloned().unwrap_or_default()
    }

    pub(super) fn current_cursor(&self) -> Option<&str> {
        self.0.get("cursor").and_then(Value::as_str)
    }

    pub(super) fn after(&self) -> Option<&str> {
        self.0.get(AFTER).and_then(Value::as_str)
    }

    pub(super) fn request(&self) -> Result<Request> {
        let cursor = self.current_cursor();
        // A server must not be able to make our requests arbitrarily long.
        let length = cursor.map_or(0, str::len);
        if length > MAX_CURSOR_BYTES {
            return Err(Error::pagination(
                "GET /v1/connectors",
                format!("its next cursor has {length} bytes, more than {MAX_CURSOR_BYTES}"),
            ));
        }
        let mut request = Request::new(Method::Get, &[])?
            .hints(cursor.map_or(hints::LIST, |_| hints::LIST_AT_CURSOR))
            .query_if("page_size", self.0.get("page_size"))
            .query_if("cursor", cursor);
        request.log_note = Some(match cursor {
            Some(cursor) => format!("page at cursor {cursor}"),
            None => "first page".to_owned(),
        });
        let filter = self.filters();
        // The documents and the official clients disagree about how filters are sent. Every version
        // of the API understands one of the two ways. A cursor is valid only with its filters.
        for (name, value) in &filter {
            request = match value {
                Value::String(text) => request.query(name, text),
                other => request.query(name, &other.to_string()),
            };
        }
        if !filter.is_empty() {
            request = request.query("query_filters", &Value::from(filter).to_string());
        }
        Ok(request)
    }
}

impl Serialize for ListConnectors {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for ListConnectors {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let mut options = ListConnectors::new();
        for (name, value) in Map::deserialize(deserializer)? {
            let fits = match name.as_str() {
                _ if value.is_null() => continue,
                "page_size" => value
                    .as_u64()
                    .is_some_and(|size| u32::try_from(size).is_ok()),
                "cursor" | AFTER => value.is_string(),
                FILTER => value.is_object(),
                _ => return Err(D::Error::custom(format_args!("unknown field `{name}`"))),
            };
            if !fits {
                return Err(D::Error::custom(format_args!(
                    "field `{name}` has an unexpected type"
                )));
            }
            if value != "" {
                options = options.set(&name, value);
            }
        }
        Ok(options)
    }
}
