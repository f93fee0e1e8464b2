//! The same work done in three ways. Each prints what it measured about itself.

use std::hint::black_box;
use std::io::Read;
use std::time::{Duration, Instant};
use std::{fmt, fs, thread};

use mistral_connectors::ConnectorsClient;
use serde::de::{
    Deserialize, DeserializeOwned, Deserializer, Error, IgnoredAny, IntoDeserializer, MapAccess,
    Visitor,
};
use serde_json::Value;
use ureq::Agent;

use crate::Result;

const API_KEY: &str = "not-a-real-api-key";
const ID: &str = "a1b2c3d4-5678-90ab-cdef-000000000000";

/// Lists all connectors, and prints their number, the peak memory in KiB (0 if the system does not
/// report it), and how many threads were started.
pub fn list(way: &str, url: &str) -> Result<()> {
    let count = match way {
        "hand" => read_pages(url, |page: Page| {
            let items = black_box(page.items);
            (items.len(), page.pagination.next_cursor)
        })?,
        "value" => read_pages(url, |page: Value| {
            let page = black_box(page);
            let items = page["items"].as_array().map_or(0, Vec::len);
            let cursor = page["pagination"]["next_cursor"].as_str();
            (items, cursor.map(str::to_owned))
        })?,
        "crate" => {
            let mut count = 0;
            for connector in client(url)?.list() {
                black_box(connector?);
                count += 1;
            }
            count
        }
        _ => return Err("the ways are hand, value and crate".into()),
    };
    println!("{count} {} {}", peak_memory(), threads_started());
    Ok(())
}

/// Gets one connector `calls` times, and prints how many seconds it took.
pub fn get(way: &str, url: &str, calls: usize) -> Result<()> {
    let started = Instant::now();
    match way {
        "hand" | "value" => {
            let agent = agent();
            let url = format!("{url}/v1/connectors/{ID}");
            for _ in 0..calls {
                if way == "hand" {
                    drop(black_box(call::<Connector>(&agent, &url)?));
                } else {
                    drop(black_box(call::<Value>(&agent, &url)?));
                }
            }
        }
        "crate" => {
            let client = client(url)?;
            for _ in 0..calls {
                black_box(client.get(ID)?);
            }
        }
        _ => return Err("the ways are hand, value and crate".into()),
    }
    println!("{}", started.elapsed().as_secs_f64());
    Ok(())
}

fn client(url: &str) -> Result<ConnectorsClient> {
    let client = ConnectorsClient::builder().api_key(API_KEY).base_url(url);
    Ok(client.build()?)
}

// By hand: what a careful program would do without this crate. It has a time limit, uses one
// connection, reads a body at once into as much memory as it needs, and ignores unknown fields.

fn agent() -> Agent {
    Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(60)))
        // This crate uses no proxy on loopback either.
        .proxy(None)
        .build()
        .new_agent()
}

fn call<T: DeserializeOwned>(agent: &Agent, url: &str) -> Result<T> {
    let request = agent.get(url);
    let mut response = request
        .header("accept", "application/json")
        .header("authorization", format!("Bearer {API_KEY}"))
        .call()?;
    let length = response.body().content_length().unwrap_or(0);
    let mut body = Vec::with_capacity(usize::try_from(length)?);
    response.body_mut().as_reader().read_to_end(&mut body)?;
    Ok(serde_json::from_slice(&body)?)
}

fn read_pages<T: DeserializeOwned>(
    url: &str,
    read: impl Fn(T) -> (usize, Option<String>),
) -> Result<usize> {
    let agent = agent();
    let mut next = format!("{url}/v1/connectors");
    let mut count = 0;
    loop {
        let (items, cursor) = read(call(&agent, &next)?);
        count += items;
        match cursor {
            // These cursors need no encoding.
            Some(cursor) => next = format!("{url}/v1/connectors?cursor={cursor}"),
            None => return Ok(count),
        }
    }
}

/// Declares a struct and reads it as serde's `derive` would: unknown fields are ignored, and only an
/// `Option` can be missing. With `derive` itself, every build of this repository would build five more
/// crates.
macro_rules! decoded {
    ($name:ident { $($field:ident: $type:ty,)* }) => {
        #[allow(dead_code, reason = "decoded, not read")]
        struct $name {
            $($field: $type,)*
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                #[allow(non_camel_case_types)]
                enum Field {
                    $($field,)*
                    Unknown,
                }

                impl<'de> Deserialize<'de> for Field {
                    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                        from.deserialize_identifier(FieldVisitor)
                    }
                }

                struct FieldVisitor;

                impl Visitor<'_> for FieldVisitor {
                    type Value = Field;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("a field name")
                    }

                    fn visit_str<E>(self, name: &str) -> Result<Field, E> {
                        Ok(match name {
                            $(stringify!($field) => Field::$field,)*
                            _ => Field::Unknown,
                        })
                    }
                }

                struct StructVisitor;

                impl<'de> Visitor<'de> for StructVisitor {
                    type Value = $name;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str(stringify!($name))
                    }

                    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<$name, A::Error> {
                        $(let mut $field: Option<$type> = None;)*
                        while let Some(key) = map.next_key()? {
                            match key {
                                $(Field::$field if $field.is_some() => {
                                    return Err(Error::duplicate_field(stringify!($field)));
                                })*
                                $(Field::$field => $field = Some(map.next_value()?),)*
                                Field::Unknown => drop(map.next_value::<IgnoredAny>()?),
                            }
                        }
                        Ok($name {
                            $($field: match $field {
                                Some(value) => value,
                                None => Deserialize::deserialize(().into_deserializer())?,
                            },)*
                        })
                    }
                }

                from.deserialize_map(StructVisitor)
            }
        }
    };
}

decoded! {
    Page {
        items: Vec<Connector>,
        pagination: Pagination,
    }
}

decoded! {
    Pagination {
        next_cursor: Option<String>,
    }
}

decoded! {
    Connector {
        id: String,
        name: String,
        title: Option<String>,
        description: String,
        created_at: String,
        modified_at: String,
        server: Option<String>,
        protocol: Option<String>,
        icon_url: Option<String>,
        owner_id: Option<String>,
        owner_type: Option<String>,
        visibility: Option<String>,
        creator_id: Option<String>,
        system_prompt: Option<String>,
        supported_auth_methods: Option<Vec<AuthMethod>>,
        connection_preferences: Option<Vec<Preference>>,
        connection_credentials: Option<Vec<Credentials>>,
        active: Option<bool>,
        private_tool_execution: Option<bool>,
        mistral: Option<bool>,
        is_authenticated: Option<bool>,
        supports_mcp: Option<bool>,
        // Not every response has these. The responses of this server do not.
        tools: Option<Vec<Tool>>,
        blocked_by: Option<Vec<String>>,
    }
}

decoded! {
    AuthMethod {
        method_type: String,
        headers: Option<Vec<Header>>,
        has_default_credentials: bool,
    }
}

decoded! {
    Header {
        name: String,
        is_required: Option<bool>,
        is_secret: Option<bool>,
    }
}

decoded! {
    Preference {
        name: String,
        is_default: Option<bool>,
        consumer_type: Option<String>,
    }
}

decoded! {
    Status {
        status_type: String,
        last_checked_at: Option<String>,
    }
}

decoded! {
    Credentials {
        name: String,
        title: Option<String>,
        authentication_type: String,
        scope: String,
        status: Option<Status>,
        is_default: Option<bool>,
    }
}

decoded! {
    Tool {
        name: String,
        description: Option<String>,
    }
}

fn peak_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    kib.unwrap_or(0)
}

/// How many threads this process has started, including those that have ended. The standard library
/// numbers threads, ureq's too, and the main thread has the number 1.
fn threads_started() -> u64 {
    let number = |id: thread::ThreadId| -> Option<u64> {
        let shown = format!("{id:?}");
        shown
            .strip_prefix("ThreadId(")?
            .strip_suffix(')')?
            .parse()
            .ok()
    };
    let probe = thread::spawn(|| thread::current().id()).join();
    let probe = probe.ok().and_then(number).unwrap_or(0);
    let first = number(thread::current().id()).unwrap_or(0);
    probe.saturating_sub(first + 1)
}
