//! How answers are read: tolerant of everything but a missing identity.
//!
//! Everything is read where it is to stay. What turns out to be odd is put together again, so that
//! it is kept as it came.

use std::fmt;
use std::iter;
use std::mem;

use serde::de::value::{MapAccessDeserializer, MapDeserializer, SeqAccessDeserializer};
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Unexpected, Visitor,
};
use serde_json::{Map, Value};

use crate::object::{List, Marks, Object, Place, Shape, View};

/// Reads what must be what belongs in `place`.
pub(crate) fn read<'de, D: Deserializer<'de>>(
    place: &mut dyn Place,
    from: D,
) -> Result<(), D::Error> {
    let or_null = false;
    Strict { place, or_null }.deserialize(from).map(drop)
}

/// Likewise, from the whole of a text.
pub(crate) fn read_text(place: &mut dyn Place, text: &str) -> serde_json::Result<()> {
    let mut from = serde_json::Deserializer::from_str(text);
    read(place, &mut from)?;
    from.end()
}

/// What came of reading a value into its place.
enum Read {
    Wanted,
    Null,
    /// In a box, since it is rare: the others are handed on in registers.
    Odd(Box<Value>),
}

impl Read {
    fn odd(value: Value) -> Self {
        Read::Odd(Box::new(value))
    }
}

/// Reads a value into its place, or as what it is.
struct Lenient<'a> {
    place: &'a mut dyn Place,
}

impl Lenient<'_> {
    #[cold]
    #[inline(never)]
    fn odd(self, value: Value) -> Read {
        match self.place.anything(value) {
            Ok(()) => Read::Wanted,
            Err(value) => {
                self.place.clear();
                Read::odd(value)
            }
        }
    }
}

impl<'de> DeserializeSeed<'de> for Lenient<'_> {
    type Value = Read;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Read, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Lenient<'_> {
    type Value = Read;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Read, E> {
        Ok(match self.place.text(text) {
            true => Read::Wanted,
            false => self.odd(text.into()),
        })
    }

    fn visit_bool<E>(self, value: bool) -> Result<Read, E> {
        Ok(match self.place.boolean(value) {
            true => Read::Wanted,
            false => self.odd(value.into()),
        })
    }

    fn visit_i64<E>(self, value: i64) -> Result<Read, E> {
        Ok(match self.place.integer(value) {
            true => Read::Wanted,
            false => self.odd(value.into()),
        })
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Read, E> {
        match i64::try_from(value) {
            Ok(value) => self.visit_i64(value),
            Err(_) => Ok(self.odd(value.into())),
        }
    }

    fn visit_f64<E>(self, value: f64) -> Result<Read, E> {
        Ok(self.odd(value.into()))
    }

    fn visit_unit<E>(self) -> Result<Read, E> {
        self.place.clear();
        Ok(Read::Null)
    }

    // Other formats than JSON say so of null, and of what is not.

    fn visit_none<E: Error>(self) -> Result<Read, E> {
        self.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Read, D::Error> {
        self.deserialize(from)
    }

    #[inline(never)]
    fn visit_seq<A: SeqAccess<'de>>(self, from: A) -> Result<Read, A::Error> {
        match self.place.list() {
            Some(list) => {
                read_list(list, from)?;
                Ok(Read::Wanted)
            }
            None => {
                let odd = Value::deserialize(SeqAccessDeserializer::new(from))?;
                Ok(self.odd(odd))
            }
        }
    }

    #[inline(never)]
    fn visit_map<A: MapAccess<'de>>(self, from: A) -> Result<Read, A::Error> {
        let odd = match self.place.object() {
            Some(object) => match fill(object, from)? {
                true => return Ok(Read::Wanted),
                false => put_together(object)?,
            },
            None => Value::deserialize(MapAccessDeserializer::new(from))?,
        };
        // With serde_json's feature `arbitrary_precision`, numbers come as objects.
        Ok(match odd.as_i64() {
            Some(number) if self.place.integer(number) => Read::Wanted,
            _ => self.odd(odd),
        })
    }
}

/// Reads a list. Items that do not fit are left out, or are an error where every item counts.
fn read_list<'de, A: SeqAccess<'de>>(list: &mut dyn List, mut from: A) -> Result<(), A::Error> {
    while let Some(read) = from.next_element_seed(Item { list: &mut *list })? {
        let odd = match read {
            Read::Wanted => continue,
            Read::Null => Value::Null,
            Read::Odd(value) => *value,
        };
        let Some(item) = list.last() else { continue };
        let Err(odd) = item.anything(odd) else {
            continue;
        };
        if !list.leaves_out() {
            return list.last().map_or(Ok(()), |item| refuse(item, odd));
        }
        list.pop();
    }
    Ok(())
}

/// Reads a further item of a list.
struct Item<'a> {
    list: &'a mut dyn List,
}

impl<'de> DeserializeSeed<'de> for Item<'_> {
    type Value = Read;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Read, D::Error> {
        self.list.push();
        match self.list.last() {
            Some(place) => Lenient { place }.deserialize(from),
            None => Ok(Read::Null),
        }
    }
}

/// Reads a value into its place. Nothing is odd to it: it fails.
struct Strict<'a> {
    place: &'a mut dyn Place,
    /// Whether null will do too.
    or_null: bool,
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Read;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Read, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Read;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.place.expected())
    }

    fn visit_unit<E: Error>(self) -> Result<Read, E> {
        match self.or_null {
            true => Ok(Read::Null),
            false => Err(E::invalid_type(Unexpected::Unit, &self)),
        }
    }

    fn visit_none<E: Error>(self) -> Result<Read, E> {
        self.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Read, D::Error> {
        self.deserialize(from)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Read, E> {
        match self.place.text(text) {
            true => Ok(Read::Wanted),
            false => Err(E::invalid_type(Unexpected::Str(text), &self)),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, from: A) -> Result<Read, A::Error> {
        let Some(list) = self.place.list() else {
            return Err(A::Error::invalid_type(Unexpected::Seq, &self));
        };
        read_list(list, from)?;
        Ok(Read::Wanted)
    }

    fn visit_map<A: MapAccess<'de>>(self, from: A) -> Result<Read, A::Error> {
        let Some(object) = self.place.object() else {
            return Err(A::Error::invalid_type(Unexpected::Map, &self));
        };
        match fill(object, from)? {
            true => Ok(Read::Wanted),
            false => Err(A::Error::custom(lacking(object.shape()))),
        }
    }
}

/// Refuses what is not wanted in its place.
#[cold]
fn refuse<E: Error>(place: &mut dyn Place, value: Value) -> Result<(), E> {
    let Err(value) = place.anything(value) else {
        return Ok(());
    };
    Err(match (place.object(), &value) {
        (Some(object), Value::Object(_)) => E::custom(lacking(object.shape())),
        (_, value) => {
            let found = match value {
                Value::Null => Unexpected::Unit,
                Value::Bool(value) => Unexpected::Bool(*value),
                Value::Number(number) => match (number.as_u64(), number.as_i64()) {
                    (Some(number), _) => Unexpected::Unsigned(number),
                    (None, Some(number)) => Unexpected::Signed(number),
                    (None, None) => Unexpected::Float(number.as_f64().unwrap_or(f64::NAN)),
                },
                Value::String(text) => Unexpected::Str(text),
                Value::Array(_) => Unexpected::Seq,
                Value::Object(_) => Unexpected::Map,
            };
            E::invalid_type(found, &&*place.expected())
        }
    })
}

#[cold]
#[inline(never)]
fn to_value<E: Error>(view: View<'_>) -> Result<Value, E> {
    serde_json::to_value(view).map_err(E::custom)
}

/// Reads the fields of an object, and tells whether it has what it needs. A field that occurs twice
/// counts as the last one says, as everywhere in JSON.
fn fill<'de, A: MapAccess<'de>>(object: &mut dyn Object, mut from: A) -> Result<bool, A::Error> {
    let shape = object.shape();
    let mut unknown = String::new();
    let mut marks = Marks::default();
    let mut extra_is_empty = true;
    while let Some(number) = from.next_key_seed(Name {
        find: shape.find,
        unknown: &mut unknown,
    })? {
        let Some(place) = object.field_mut(number) else {
            let (extra, _) = object.rest_mut();
            extra.insert(mem::take(&mut unknown), from.next_value()?);
            extra_is_empty = false;
            continue;
        };
        let bit = 1 << (number & 63);
        let read = match shape.strict & bit {
            0 => from.next_value_seed(Lenient { place })?,
            _ => {
                // If it occurs twice, the last one counts.
                place.clear();
                let or_null = true;
                from.next_value_seed(Strict { place, or_null })?
            }
        };
        marks.wanted &= !bit;
        marks.null &= !bit;
        match read {
            Read::Wanted => marks.wanted |= bit,
            Read::Null => marks.null |= bit,
            Read::Odd(value) => {
                keep(object, number, Some(*value));
                extra_is_empty = false;
                continue;
            }
        }
        if !extra_is_empty {
            keep(object, number, None);
        }
    }
    let (extra, own_marks) = object.rest_mut();
    *own_marks = marks;
    if is_number(extra) {
        return Ok(false);
    }
    let any_of = shape.any_of == 0 || (marks.wanted | marks.null) & shape.any_of != 0;
    Ok(marks.wanted & shape.required == shape.required && any_of)
}

/// Whether what looked like an object is what serde_json makes of a number with its feature
/// `arbitrary_precision`, which any crate of a program can switch on.
fn is_number(extra: &Map<String, Value>) -> bool {
    extra.len() == 1 && extra.contains_key(NUMBER)
}

const NUMBER: &str = "$serde_json::private::Number";

/// One value of everything in an object that is none of ours.
#[cold]
#[inline(never)]
fn put_together<E: Error>(object: &dyn Object) -> Result<Value, E> {
    let (extra, _) = object.rest();
    match extra.get(NUMBER) {
        Some(Value::String(number)) if is_number(extra) => {
            let entries = iter::once((NUMBER, number.as_str()));
            Value::deserialize(MapDeserializer::new(entries))
        }
        _ => to_value(View::Object(object)),
    }
}

/// Keeps the odd value of a field, or forgets the one that stood there before.
#[cold]
fn keep(object: &mut dyn Object, number: u8, odd: Option<Value>) {
    let name = object.shape().names.get(usize::from(number));
    let name = name.copied().unwrap_or_default();
    let (extra, _) = object.rest_mut();
    match odd {
        Some(value) => extra.insert(name.to_owned(), value),
        None => extra.remove(name),
    };
}

/// Finds the number of a field by its name; keeps the name in `unknown` if no field has it.
struct Name<'a> {
    find: fn(&str) -> u8,
    unknown: &'a mut String,
}

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = u8;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<u8, D::Error> {
        from.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = u8;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E>(self, name: &str) -> Result<u8, E> {
        let number = (self.find)(name);
        if number == u8::MAX {
            *self.unknown = name.to_owned();
        }
        Ok(number)
    }
}

/// What an object lacks.
#[cold]
fn lacking(shape: &Shape) -> String {
    let (with, bits, between) = match shape.required {
        0 if shape.any_of == 0 => ("", 0, ""),
        0 => (" with ", shape.any_of, " or "),
        required => (" with the texts ", required, ", "),
    };
    let fields = shape.names.iter().enumerate();
    let names: Vec<_> = fields
        .filter(|(field, _)| bits >> field & 1 == 1)
        .map(|(_, name)| format!("`{name}`"))
        .collect();
    let expected = shape.expected;
    format!("expected {expected}{with}{}", names.join(between))
}
