//! How answers are read and written: tolerant of everything but a missing identity.
//!
//! The API has changed shape three times within nine months, so an answer's fields may be missing,
//! null, new or of another type. What cannot be understood is kept in `extra`, never lost and never
//! a reason to fail. Derived code cannot do that without reading everything twice.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{DeserializeOwned, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The type of a whole answer.
pub(crate) trait Answer: DeserializeOwned {
    /// With its article, for errors: `a connector`.
    fn expected() -> std::borrow::Cow<'static, str>;

    /// What an answer without a body means, if it can mean anything.
    fn without_body() -> Option<Self> {
        None
    }
}

/// What stood where a `T` was expected.
pub(crate) enum Found<T> {
    Wanted(T),
    Null,
    Odd(Value),
}

/// A type whose absence or oddity does not fail the answer around it.
pub(crate) trait Lenient: Sized + Serialize {
    fn text(_: &str) -> Option<Self> {
        None
    }

    fn boolean(_: bool) -> Option<Self> {
        None
    }

    fn integer(_: i64) -> Option<Self> {
        None
    }

    fn list<'de, A: SeqAccess<'de>>(list: A) -> Result<Found<Self>, A::Error> {
        Value::deserialize(SeqAccessDeserializer::new(list)).map(Found::Odd)
    }

    fn object<'de, A: MapAccess<'de>>(object: A) -> Result<Found<Self>, A::Error> {
        Value::deserialize(MapAccessDeserializer::new(object)).map(Found::Odd)
    }
}

impl Lenient for String {
    fn text(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

impl Lenient for bool {
    fn boolean(value: bool) -> Option<Self> {
        Some(value)
    }
}

impl Lenient for i64 {
    fn integer(value: i64) -> Option<Self> {
        Some(value)
    }
}

impl<T: Lenient> Lenient for Vec<T> {
    /// All or nothing: with one odd item the whole list is odd.
    fn list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Found<Self>, A::Error> {
        let mut wanted = Vec::new();
        while let Some(found) = list.next_element()? {
            let odd = match found {
                Found::Wanted(item) => {
                    wanted.push(item);
                    continue;
                }
                Found::Null => Value::Null,
                Found::Odd(value) => value,
            };
            let before: Result<Vec<Value>, _> = wanted.iter().map(serde_json::to_value).collect();
            let mut values = before.map_err(serde::de::Error::custom)?;
            values.push(odd);
            while let Some(value) = list.next_element()? {
                values.push(value);
            }
            return Ok(Found::Odd(Value::Array(values)));
        }
        Ok(Found::Wanted(wanted))
    }
}

impl<'de, T: Lenient> Deserialize<'de> for Found<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FoundVisitor(PhantomData))
    }
}

struct FoundVisitor<T>(PhantomData<T>);

impl<T> FoundVisitor<T> {
    fn decide<E>(wanted: Option<T>, value: impl Into<Value>) -> Result<Found<T>, E> {
        Ok(wanted.map_or_else(|| Found::Odd(value.into()), Found::Wanted))
    }
}

impl<'de, T: Lenient> Visitor<'de> for FoundVisitor<T> {
    type Value = Found<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Self::decide(T::text(text), text)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Self::decide(T::boolean(value), value)
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Self::decide(T::integer(value), value)
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Self::decide(i64::try_from(value).ok().and_then(T::integer), value)
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Self::decide(None, value)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Found::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        T::list(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Self::Value, A::Error> {
        T::object(object)
    }
}

/// Reads the value of a field, or keeps it in `extra` if it is odd. A field that occurs twice counts
/// as the last one says, as everywhere in JSON.
pub(crate) fn keep<'de, A: MapAccess<'de>, T: Lenient>(
    object: &mut A,
    extra: &mut Map<String, Value>,
    name: &str,
    field: &mut Option<T>,
) -> Result<(), A::Error> {
    extra.remove(name);
    *field = None;
    match object.next_value()? {
        Found::Wanted(value) => *field = Some(value),
        Found::Null => {}
        Found::Odd(value) => {
            extra.insert(name.to_owned(), value);
        }
    }
    Ok(())
}

/// Makes an answer type: a struct with public fields and `extra`, read as this module promises.
///
/// `required` fields are texts without which the object is nothing; `strict` ones may be missing or
/// null but not odd; `lenient` ones may be anything; of them, `default` has a value when missing.
macro_rules! answer {
    (
        $(#[$meta:meta])*
        $name:ident is $expected:literal;
        required { $($(#[$req_meta:meta])* $req:ident,)* }
        strict { $($(#[$strict_meta:meta])* $strict:ident: $strict_type:ty,)* }
        default { $($(#[$def_meta:meta])* $def:ident,)* }
        lenient { $($(#[$opt_meta:meta])* $opt:ident: $opt_type:ty,)* }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$req_meta])* pub $req: String,)*
            $($(#[$strict_meta])* pub $strict: $strict_type,)*
            $($(#[$def_meta])* pub $def: String,)*
            $($(#[$opt_meta])* pub $opt: Option<$opt_type>,)*
            /// What this version has no field for, and values of a type it does not expect in a
            /// field it has. Written back as it was read.
            pub extra: serde_json::Map<String, serde_json::Value>,
        }

        const _: () = {
            use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
            use serde::ser::{Serialize, SerializeMap, Serializer};
            use serde_json::Value;
            use std::result::Result;
            use $crate::answer::{Found, Lenient};

            #[allow(non_camel_case_types)]
            enum Key {
                $($req,)* $($strict,)* $($def,)* $($opt,)*
                Unknown(String),
            }

            struct KeyVisitor;

            impl Visitor<'_> for KeyVisitor {
                type Value = Key;

                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("the name of a field")
                }

                fn visit_str<E>(self, name: &str) -> Result<Key, E> {
                    Ok(match name {
                        $(stringify!($req) => Key::$req,)*
                        $(stringify!($strict) => Key::$strict,)*
                        $(stringify!($def) => Key::$def,)*
                        $(stringify!($opt) => Key::$opt,)*
                        other => Key::Unknown(other.to_owned()),
                    })
                }
            }

            impl<'de> Deserialize<'de> for Key {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    deserializer.deserialize_identifier(KeyVisitor)
                }
            }

            impl Lenient for $name {
                fn object<'de, A: MapAccess<'de>>(mut object: A) -> Result<Found<Self>, A::Error> {
                    let mut extra = serde_json::Map::new();
                    $(let mut $req: Option<String> = None;)*
                    $(let mut $strict: Option<$strict_type> = None;)*
                    $(let mut $def: Option<String> = None;)*
                    $(let mut $opt: Option<$opt_type> = None;)*
                    while let Some(key) = object.next_key()? {
                        match key {
                            $(Key::$req => {
                                $crate::answer::keep(
                                    &mut object,
                                    &mut extra,
                                    stringify!($req),
                                    &mut $req,
                                )?;
                            })*
                            $(Key::$strict => $strict = object.next_value()?,)*
                            $(Key::$def => {
                                $crate::answer::keep(
                                    &mut object,
                                    &mut extra,
                                    stringify!($def),
                                    &mut $def,
                                )?;
                            })*
                            $(Key::$opt => {
                                $crate::answer::keep(
                                    &mut object,
                                    &mut extra,
                                    stringify!($opt),
                                    &mut $opt,
                                )?;
                            })*
                            Key::Unknown(name) => {
                                extra.insert(name, object.next_value::<Value>()?);
                            }
                        }
                    }
                    if $($req.is_none() ||)* false {
                        // Not one of ours: everything goes back into one value.
                        $(if let Some(value) = $req {
                            extra.insert(stringify!($req).to_owned(), Value::String(value));
                        })*
                        $(if let Some(value) = $def {
                            extra.insert(stringify!($def).to_owned(), Value::String(value));
                        })*
                        $(if let Some(value) = $opt {
                            let value = serde_json::to_value(value).map_err(A::Error::custom)?;
                            extra.insert(stringify!($opt).to_owned(), value);
                        })*
                        return Ok(Found::Odd(Value::Object(extra)));
                    }
                    $(let $req = $req.unwrap_or_default();)*
                    $(let $strict = $strict.unwrap_or_default();)*
                    $(let $def = $def.unwrap_or_default();)*
                    Ok(Found::Wanted($name { $($req,)* $($strict,)* $($def,)* $($opt,)* extra }))
                }
            }

            struct ObjectVisitor;

            impl<'de> Visitor<'de> for ObjectVisitor {
                type Value = $name;

                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str($expected)
                }

                fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<$name, A::Error> {
                    match $name::object(object)? {
                        Found::Wanted(value) => Ok(value),
                        Found::Null | Found::Odd(_) => Err(A::Error::custom(concat!(
                            "expected ", $expected, " with the texts"
                            $(, " `", stringify!($req), "`")*
                        ))),
                    }
                }
            }

            impl<'de> Deserialize<'de> for $name {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    deserializer.deserialize_map(ObjectVisitor)
                }
            }

            impl Serialize for $name {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    let mut map = serializer.serialize_map(None)?;
                    $(map.serialize_entry(stringify!($req), &self.$req)?;)*
                    $(map.serialize_entry(stringify!($strict), &self.$strict)?;)*
                    $(if !self.$def.is_empty() || !self.extra.contains_key(stringify!($def)) {
                        map.serialize_entry(stringify!($def), &self.$def)?;
                    })*
                    $(if let Some(value) = &self.$opt {
                        map.serialize_entry(stringify!($opt), value)?;
                    })*
                    // A field that was set since takes the place of the odd value it had.
                    let set = |name: &str| match name {
                        $(stringify!($req) => true,)*
                        $(stringify!($strict) => true,)*
                        $(stringify!($def) => !self.$def.is_empty(),)*
                        $(stringify!($opt) => self.$opt.is_some(),)*
                        _ => false,
                    };
                    for (name, value) in self.extra.iter().filter(|(name, _)| !set(name)) {
                        map.serialize_entry(name, value)?;
                    }
                    map.end()
                }
            }
        };
    };
}
pub(crate) use answer;

/// Makes an enum of the API's words that also holds words this version does not know.
macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        $name:ident {
            $($(#[$variant_meta:meta])* $variant:ident = $word:literal,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)*
            /// A word this version of the crate does not know, as the API writes it.
            Other(String),
        }

        impl $name {
            /// The word the API uses.
            pub fn as_str(&self) -> &str {
                match self {
                    $($name::$variant => $word,)*
                    $name::Other(word) => word,
                }
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                match word {
                    $($word => $name::$variant,)*
                    other => $name::Other(other.to_owned()),
                }
            }
        }

        impl From<String> for $name {
            fn from(word: String) -> Self {
                word.as_str().into()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(
                &self,
                serializer: S,
            ) -> std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(
                deserializer: D,
            ) -> std::result::Result<Self, D::Error> {
                String::deserialize(deserializer).map(Into::into)
            }
        }

        impl $crate::answer::Lenient for $name {
            fn text(text: &str) -> Option<Self> {
                Some(text.into())
            }
        }
    };
}
pub(crate) use open_enum;
