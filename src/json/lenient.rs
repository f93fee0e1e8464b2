//! Reading a value of any type into a place where only some types fit.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::Serialize;
use serde_json::Value;

/// Reads the name of a field as its number. The name of an unknown field goes to `unknown`.
pub(crate) struct FieldName<'a> {
    pub(crate) number: fn(&str) -> u32,
    pub(crate) unknown: &'a mut String,
}

impl FieldName<'_> {
    /// The highest bit of [`Seen`], which no model reaches.
    pub(crate) const UNKNOWN: u32 = 63;
}

impl<'de> DeserializeSeed<'de> for FieldName<'_> {
    type Value = u32;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<u32, D::Error> {
        from.deserialize_identifier(self)
    }
}

impl Visitor<'_> for FieldName<'_> {
    type Value = u32;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field name")
    }

    fn visit_str<E>(self, name: &str) -> Result<u32, E> {
        let number = (self.number)(name);
        if number == Self::UNKNOWN {
            name.clone_into(self.unknown);
        }
        Ok(number)
    }
}

/// The outcome of reading a value into its place.
pub(crate) enum Read {
    Fits,
    Null,
    /// Boxed because it is rare: the others fit into a register.
    Unexpected(Box<Value>),
}

/// A type that a value can be read into. Unless a method says otherwise, no value fits.
pub(crate) trait Part: Sized {
    /// What the value should be, with its article: `a connector`.
    const EXPECTED: &str = "a value";
    /// Whether null is written back if the type is not in an `Option`.
    const WRITES_NULL: bool = false;
    /// Whether a list with an item that does not fit is an error instead of leaving it out.
    const NEVER_LEFT_OUT: bool = false;
    /// Whether an empty response body stands for an empty object.
    const OR_NOTHING: bool = false;

    fn from_str(_: &str) -> Option<Self> {
        None
    }

    /// Takes a value, or returns it if it does not fit.
    fn from_value(value: Value) -> Result<Self, Value> {
        Err(value)
    }

    fn read_list<'de, A: SeqAccess<'de>>(
        place: &mut Option<Self>,
        list: A,
    ) -> Result<Read, A::Error> {
        let value = Value::deserialize(SeqAccessDeserializer::new(list))?;
        Ok(Lenient(place).put(Self::from_value(value)))
    }

    fn read_object<'de, A: MapAccess<'de>>(
        place: &mut Option<Self>,
        object: A,
    ) -> Result<Read, A::Error> {
        let value = Value::deserialize(MapAccessDeserializer::new(object))?;
        Ok(Lenient(place).put(Self::from_value(value)))
    }
}

impl Part for String {
    #[inline]
    fn from_str(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

impl Part for bool {
    fn from_value(value: Value) -> Result<Self, Value> {
        value.as_bool().ok_or(value)
    }
}

impl Part for i64 {
    fn from_value(value: Value) -> Result<Self, Value> {
        value.as_i64().ok_or(value)
    }
}

impl Part for Value {
    fn from_value(value: Value) -> Result<Self, Value> {
        Ok(value)
    }
}

impl<T: Part> Part for Vec<T> {
    const WRITES_NULL: bool = true;

    fn read_list<'de, A: SeqAccess<'de>>(
        place: &mut Option<Self>,
        list: A,
    ) -> Result<Read, A::Error> {
        let list = ListVisitor(PhantomData).visit_seq(list)?;
        *place = Some(list.0);
        Ok(Read::Fits)
    }
}

pub(crate) fn unexpected<E: Error>(what: &str) -> E {
    E::custom(format_args!(
        "{what} has an unexpected type, or lacks a required field"
    ))
}

pub(crate) fn to_value<T: Serialize, E: Error>(value: &T) -> Result<Value, E> {
    serde_json::to_value(value).map_err(E::custom)
}

/// Reads a value into its place if it fits.
pub(crate) struct Lenient<'a, T>(pub(crate) &'a mut Option<T>);

impl<T> Lenient<'_, T> {
    #[cold]
    fn put(self, read: Result<T, Value>) -> Read {
        match read {
            Ok(value) => {
                *self.0 = Some(value);
                Read::Fits
            }
            Err(value) => Read::Unexpected(Box::new(value)),
        }
    }
}

impl<'de, T: Part> DeserializeSeed<'de> for Lenient<'_, T> {
    type Value = Read;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Read, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, T: Part> Visitor<'de> for Lenient<'_, T> {
    type Value = Read;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Read, E> {
        *self.0 = T::from_str(text);
        Ok(match self.0 {
            Some(_) => Read::Fits,
            None => self.put(T::from_value(text.into())),
        })
    }

    fn visit_bool<E>(self, value: bool) -> Result<Read, E> {
        Ok(self.put(T::from_value(value.into())))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Read, E> {
        Ok(self.put(T::from_value(value.into())))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Read, E> {
        Ok(self.put(T::from_value(value.into())))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Read, E> {
        Ok(self.put(T::from_value(value.into())))
    }

    fn visit_unit<E>(self) -> Result<Read, E> {
        *self.0 = None;
        Ok(Read::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Read, A::Error> {
        T::read_list(self.0, list)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Read, A::Error> {
        T::read_object(self.0, object)
    }
}

/// A list that is read without the items that do not fit.
pub(crate) struct List<T>(pub(crate) Vec<T>);

impl<'de, T: Part> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_seq(ListVisitor(PhantomData))
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: Part> Visitor<'de> for ListVisitor<T> {
    type Value = List<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<List<T>, A::Error> {
        let (mut items, mut item) = (Vec::new(), None);
        while list.next_element_seed(Lenient(&mut item))?.is_some() {
            match item.take() {
                Some(item) => {
                    // Most lists have one item, and `Vec` would start with room for four.
                    if items.is_empty() {
                        items.reserve_exact(1);
                    }
                    items.push(item);
                }
                None if T::NEVER_LEFT_OUT => return Err(unexpected(T::EXPECTED)),
                None => {}
            }
        }
        Ok(List(items))
    }
}
