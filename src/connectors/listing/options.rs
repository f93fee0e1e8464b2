//! Which connectors to list.

use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};
use serde_json::{Map, Value, from_value};

use crate::error::{Error, Result, hints};
use crate::http::{Method, Request};

/// The longest cursor that is sent, in bytes.
const LONGEST_CURSOR: usize = 8192;

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
/// assert_eq!(saved, r#"{"active":true,"page_size":20}"#);
/// let options: ListConnectors = serde_json::from_str(&saved)?;
/// # Ok::<_, serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct ListConnectors {
    page_size: Option<u32>,
    pub(super) cursor: Option<String>,
    /// The ID of the last connector that was seen: the first page continues after it.
    pub(super) after: Option<String>,
    /// Filters by their JSON field name.
    filter: Map<String, Value>,
}

impl ListConnectors {
    /// Lists all connectors that the API key can see, in pages of the API's default size.
    pub fn new() -> Self {
        ListConnectors::default()
    }

    /// The maximum number of connectors in a page. The API accepts 1 to 1000. Defaults to the API's
    /// default, which is 100.
    pub fn page_size(mut self, page_size: u32) -> Self {
        self.page_size = Some(page_size);
        self
    }

    /// Lists only connectors that are activated for the caller, or only those that are not. Defaults
    /// to both.
    ///
    /// API 2026-11 ignores this filter and lists all. There,
    /// [`readiness`](crate::ConnectorsClient::readiness) tells what can be used.
    pub fn active(self, active: bool) -> Self {
        self.filter("active", active)
    }

    /// Lists only connectors that can be used over MCP, or only those that cannot. Defaults to both.
    /// API 2026-03 ignores this filter.
    pub fn supports_mcp(self, supports_mcp: bool) -> Self {
        self.filter("supports_mcp", supports_mcp)
    }

    /// Sets a filter that this version of the crate does not know, by its JSON field name. Defaults
    /// to none.
    pub fn filter(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.filter.insert(name.into(), value.into());
        self
    }

    /// Starts at the page with this cursor, which must come from a listing with the same filters.
    /// Defaults to the first page, which is also what an empty cursor means.
    pub fn cursor(mut self, cursor: impl Into<String>) -> Self {
        self.after = None;
        self.cursor = Some(cursor.into()).filter(|cursor| !cursor.is_empty());
        self
    }

    pub(super) fn request(&self) -> Result<Request> {
        // A server must not be able to make our requests arbitrarily long.
        let length = self.cursor.as_ref().map_or(0, String::len);
        if length > LONGEST_CURSOR {
            return Err(Error::pagination(
                "GET /v1/connectors",
                format!("its next cursor has {length} bytes, more than {LONGEST_CURSOR}"),
            ));
        }
        let hints = if self.cursor.is_some() {
            hints::LIST_AT_CURSOR
        } else {
            hints::LIST
        };
        let mut request = Request::new(Method::Get, &[])?
            .hints(hints)
            .query_if("page_size", self.page_size)
            .query_if("cursor", self.cursor.as_deref());
        request.log_note = Some(match &self.cursor {
            Some(cursor) => format!("page at cursor {cursor}"),
            None => "first page".to_owned(),
        });
        // The documents and the official clients disagree about how filters are sent. Every version
        // of the API understands one of the two ways. A cursor is valid only with its filters.
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

/// The filters that have a method of their own stand at the top level.
const FLAGS: [&str; 2] = ["active", "supports_mcp"];

impl Serialize for ListConnectors {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut fields = Map::new();
        let mut filter = self.filter.clone();
        for name in FLAGS {
            if self.filter.get(name).is_some_and(Value::is_boolean) {
                fields.extend(filter.remove_entry(name));
            }
        }
        let others = [
            ("page_size", self.page_size.map(Value::from)),
            ("cursor", self.cursor.clone().map(Value::from)),
            ("after", self.after.clone().map(Value::from)),
            (
                "filter",
                Some(filter)
                    .filter(|filter| !filter.is_empty())
                    .map(Value::from),
            ),
        ];
        for (name, value) in others {
            fields.extend(value.map(|value| (name.to_owned(), value)));
        }
        fields.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for ListConnectors {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let mut options = ListConnectors::new();
        for (name, value) in Map::deserialize(deserializer)? {
            let wrong = |error| D::Error::custom(format_args!("field `{name}`: {error}"));
            match name.as_str() {
                "page_size" => options.page_size = from_value(value).map_err(wrong)?,
                "cursor" => options.cursor = from_value(value).map_err(wrong)?,
                "after" => options.after = from_value(value).map_err(wrong)?,
                "filter" => {
                    let filter: Option<Map<_, _>> = from_value(value).map_err(wrong)?;
                    options.filter.extend(filter.unwrap_or_default());
                }
                flag if FLAGS.contains(&flag) => {
                    let value: Option<bool> = from_value(value).map_err(wrong)?;
                    options
                        .filter
                        .extend(value.map(|value| (name.clone(), value.into())));
                }
                _ => return Err(D::Error::custom(format_args!("unknown field `{name}`"))),
            }
        }
        options.cursor = options.cursor.filter(|cursor| !cursor.is_empty());
        Ok(options)
    }
}
