//! How answers are read and written: tolerant of everything but a missing identity.
//!
//! The API has changed shape three times within nine months, so an answer's fields may be missing,
//! null, new or of another type. What cannot be understood is kept in `extra`, never lost and never
//! a reason to fail. Derived code cannot do that without reading everything twice.
//!
//! Everything is read where it is to stay. What the fields alone cannot say of the JSON they came
//! from, [`Marks`] remember, so that what turns out to be odd can be put together again. The macros
//! generate tables and one `match`; the work is done by functions that are generic over as little
//! as possible.

use std::borrow::Cow;
use std::fmt;
use std::mem;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{
    Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess,
    Visitor,
};
use serde::ser::{Serialize, SerializeMap};
use serde_json::{Map, Value};

/// The type of a whole answer.
pub(crate) trait Answer: DeserializeOwned {
    /// With its article, for errors: `a connector`.
    fn expected() -> Cow<'static, str>;

    /// What an answer without a body means, if it can mean anything.
    fn without_body() -> Option<Self> {
        None
    }
}

impl<T: Answer> Answer for Vec<T> {
    fn expected() -> Cow<'static, str> {
        format!("a list, each item {}", T::expected()).into()
    }
}

/// What came of reading a value into its place. The place is empty unless it was wanted.
pub(crate) enum Read {
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

/// A type whose absence or oddity does not fail the answer around it.
pub(crate) trait Lenient: Sized + Serialize {
    fn read<'de, D: Deserializer<'de>>(place: &mut Option<Self>, from: D)
    -> Result<Read, D::Error>;

    /// The place as that of a scalar, if it is one. They are all read by the same code.
    fn scalar(_: &mut Option<Self>) -> Option<&mut dyn ScalarPlace> {
        None
    }
}

/// The place of a [`Lenient`] value.
struct Place<'a, T>(&'a mut Option<T>);

impl<'de, T: Lenient> DeserializeSeed<'de> for Place<'_, T> {
    type Value = Read;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Read, D::Error> {
        T::read(self.0, from)
    }
}

/// Any value is wanted.
impl Lenient for Value {
    fn read<'de, D: Deserializer<'de>>(
        place: &mut Option<Self>,
        from: D,
    ) -> Result<Read, D::Error> {
        *place = Option::deserialize(from)?;
        Ok(match place {
            Some(_) => Read::Wanted,
            None => Read::Null,
        })
    }
}

/// A value without parts.
#[derive(Clone, Copy)]
pub(crate) enum Scalar<'a> {
    Null,
    Bool(bool),
    Integer(i64),
    /// Beyond `i64`.
    Unsigned(u64),
    Float(f64),
    Text(&'a str),
}

#[cold]
#[inline(never)]
fn odd_scalar(found: Scalar<'_>) -> Read {
    Read::odd(match found {
        Scalar::Null => return Read::Null,
        Scalar::Bool(value) => value.into(),
        Scalar::Integer(value) => value.into(),
        Scalar::Unsigned(value) => value.into(),
        Scalar::Float(value) => value.into(),
        Scalar::Text(text) => text.into(),
    })
}

/// The place of a scalar. It is empty after what was not wanted.
pub(crate) trait ScalarPlace {
    /// Takes a text if that is wanted.
    fn text(&mut self, text: &str) -> bool;

    /// Takes anything else if that is wanted.
    fn other(&mut self, found: Scalar<'_>) -> bool;
}

/// A text that must be there, or has a value when it is not.
impl ScalarPlace for String {
    fn text(&mut self, text: &str) -> bool {
        *self = text.to_owned();
        true
    }

    fn other(&mut self, _: Scalar<'_>) -> bool {
        *self = String::new();
        false
    }
}

/// `Option<$type>` takes texts, or other scalars of one kind.
macro_rules! scalar {
    ($type:ty, text($text:ident) => $value:expr) => {
        $crate::answer::scalar!(@impl $type, $text => Some($value), _found => None);
    };
    ($type:ty, other($found:pat) => $value:expr) => {
        $crate::answer::scalar!(@impl $type, _text => None, found => match found {
            $found => Some($value),
            _ => None,
        });
    };
    (@impl $type:ty, $text:ident => $of_text:expr, $found:ident => $of_other:expr) => {
        impl $crate::answer::ScalarPlace for Option<$type> {
            fn text(&mut self, $text: &str) -> bool {
                *self = $of_text;
                self.is_some()
            }

            fn other(&mut self, $found: $crate::answer::Scalar<'_>) -> bool {
                *self = $of_other;
                self.is_some()
            }
        }

        impl $crate::answer::Lenient for $type {
            fn read<'de, D: serde::Deserializer<'de>>(
                place: &mut Option<Self>,
                from: D,
            ) -> std::result::Result<$crate::answer::Read, D::Error> {
                let place: &mut dyn $crate::answer::ScalarPlace = place;
                serde::de::DeserializeSeed::deserialize($crate::answer::Reader(place), from)
            }

            fn scalar(
                place: &mut Option<Self>,
            ) -> Option<&mut dyn $crate::answer::ScalarPlace> {
                Some(place)
            }
        }
    };
}
pub(crate) use scalar;

scalar!(String, text(text) => text.to_owned());
scalar!(bool, other(Scalar::Bool(value)) => value);
scalar!(i64, other(Scalar::Integer(value)) => value);

/// A place for what a [`Reader`] finds. By itself it wants nothing.
pub(crate) trait Slot {
    fn text(&mut self, text: &str) -> bool {
        self.scalar(Scalar::Text(text))
    }

    fn scalar(&mut self, _: Scalar<'_>) -> bool;

    fn list<'de, A: SeqAccess<'de>>(&mut self, list: A) -> Result<Read, A::Error> {
        self.scalar(Scalar::Null);
        odd_list(list)
    }

    fn object<'de, A: MapAccess<'de>>(&mut self, object: A) -> Result<Read, A::Error> {
        let odd = odd_object(object)?;
        // With serde_json's feature `arbitrary_precision`, numbers come as objects.
        let number = match &odd {
            Read::Odd(value) => value.as_i64(),
            Read::Wanted | Read::Null => None,
        };
        Ok(
            match self.scalar(number.map_or(Scalar::Null, Scalar::Integer)) {
                true => Read::Wanted,
                false => odd,
            },
        )
    }
}

#[cold]
#[inline(never)]
fn odd_list<'de, A: SeqAccess<'de>>(list: A) -> Result<Read, A::Error> {
    Value::deserialize(SeqAccessDeserializer::new(list)).map(Read::odd)
}

#[cold]
#[inline(never)]
fn odd_object<'de, A: MapAccess<'de>>(object: A) -> Result<Read, A::Error> {
    Value::deserialize(MapAccessDeserializer::new(object)).map(Read::odd)
}

impl Slot for dyn ScalarPlace + '_ {
    fn text(&mut self, text: &str) -> bool {
        ScalarPlace::text(self, text)
    }

    fn scalar(&mut self, found: Scalar<'_>) -> bool {
        self.other(found)
    }
}

impl<T: Lenient> Slot for Option<Vec<T>> {
    fn scalar(&mut self, _: Scalar<'_>) -> bool {
        *self = None;
        false
    }

    /// All or nothing: with one odd item the whole list is odd.
    fn list<'de, A: SeqAccess<'de>>(&mut self, mut list: A) -> Result<Read, A::Error> {
        let items = self.insert(Vec::new());
        loop {
            let mut item = None;
            match list.next_element_seed(Place(&mut item))? {
                Some(Read::Wanted) => {
                    // Most lists have one item; a `Vec` would begin with room for four.
                    if items.is_empty() {
                        items.reserve_exact(1);
                    }
                    items.extend(item);
                }
                None => return Ok(Read::Wanted),
                Some(odd) => {
                    let before = to_value(&self.take())?;
                    return rest_of_list(before, odd, list);
                }
            }
        }
    }
}

/// A list as it was, of what came before an odd item, the item, and what follows.
#[cold]
#[inline(never)]
fn rest_of_list<'de, A: SeqAccess<'de>>(
    before: Value,
    odd: Read,
    mut list: A,
) -> Result<Read, A::Error> {
    let mut items = match before {
        Value::Array(items) => items,
        _ => Vec::new(),
    };
    items.push(match odd {
        Read::Odd(value) => *value,
        Read::Wanted | Read::Null => Value::Null,
    });
    while let Some(item) = list.next_element()? {
        items.push(item);
    }
    Ok(Read::odd(Value::Array(items)))
}

#[cold]
#[inline(never)]
fn to_value<T: Serialize, E: Error>(value: &T) -> Result<Value, E> {
    serde_json::to_value(value).map_err(E::custom)
}

impl<T: Lenient> Lenient for Vec<T> {
    fn read<'de, D: Deserializer<'de>>(
        place: &mut Option<Self>,
        from: D,
    ) -> Result<Read, D::Error> {
        Reader(place).deserialize(from)
    }
}

/// Reads a value into a [`Slot`].
pub(crate) struct Reader<'a, S: ?Sized>(pub(crate) &'a mut S);

impl<S: Slot + ?Sized> Reader<'_, S> {
    fn scalar(self, found: Scalar<'_>) -> Read {
        match self.0.scalar(found) {
            true => Read::Wanted,
            false => odd_scalar(found),
        }
    }
}

impl<'de, S: Slot + ?Sized> DeserializeSeed<'de> for Reader<'_, S> {
    type Value = Read;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Read, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, S: Slot + ?Sized> Visitor<'de> for Reader<'_, S> {
    type Value = Read;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Read, E> {
        Ok(match self.0.text(text) {
            true => Read::Wanted,
            false => odd_scalar(Scalar::Text(text)),
        })
    }

    fn visit_bool<E>(self, value: bool) -> Result<Read, E> {
        Ok(self.scalar(Scalar::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Read, E> {
        Ok(self.scalar(Scalar::Integer(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Read, E> {
        let signed = i64::try_from(value);
        Ok(self.scalar(signed.map_or(Scalar::Unsigned(value), Scalar::Integer)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Read, E> {
        Ok(self.scalar(Scalar::Float(value)))
    }

    fn visit_unit<E>(self) -> Result<Read, E> {
        self.0.scalar(Scalar::Null);
        Ok(Read::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Read, A::Error> {
        self.0.list(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Read, A::Error> {
        self.0.object(object)
    }
}

/// What the fields of an answer cannot say of the JSON they were read from: which names stood there,
/// with a value that was wanted or with null. Answers that differ only in this are equal.
#[derive(Clone, Copy, Default)]
pub(crate) struct Marks {
    wanted: u64,
    null: u64,
}

impl PartialEq for Marks {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Marks {
    #[inline]
    fn note(&mut self, field: u8, read: &Read) {
        let bit = 1_u64 << (field & 63);
        match read {
            Read::Wanted => {
                self.wanted |= bit;
                self.null &= !bit;
            }
            Read::Null => {
                self.wanted &= !bit;
                self.null |= bit;
            }
            Read::Odd(_) => {
                self.wanted &= !bit;
                self.null &= !bit;
            }
        }
    }
}

/// A type that `answer!` makes.
pub(crate) trait Object: Sized + Serialize {
    const EXPECTED: &'static str;
    /// The names of the fields on the wire, at most 64.
    const NAMES: &'static [&'static str];
    /// The bits of the fields that must have a value.
    const REQUIRED: u64;
    /// The bits of the fields of which one must be there, if only as null.
    const ANY_OF: u64;

    /// Which of `NAMES` this is.
    fn find(name: &str) -> Option<u8>;

    /// Without anything in it.
    fn blank() -> Self;

    fn extra(&mut self) -> &mut Map<String, Value>;

    /// Remembers what was read.
    fn mark(&mut self, marks: Marks);

    /// The place of one of the fields, if it is that of a scalar.
    fn scalar(&mut self, field: u8) -> Option<&mut dyn ScalarPlace>;

    /// Reads the value of one of `NAMES`. An error is a value that is odd where none may be.
    fn field<'de, A: MapAccess<'de>>(
        &mut self,
        field: u8,
        object: &mut A,
    ) -> Result<Read, A::Error>;
}

/// Reads the fields of `place`, and tells whether it has what it needs. A field that occurs twice
/// counts as the last one says, as everywhere in JSON.
fn fill<'de, T: Object, A: MapAccess<'de>>(place: &mut T, mut object: A) -> Result<bool, A::Error> {
    let mut unknown = String::new();
    let mut marks = Marks::default();
    let mut extra_is_empty = true;
    while let Some(found) = object.next_key_seed(Name {
        find: T::find,
        unknown: &mut unknown,
    })? {
        let Some(field) = found else {
            let value = object.next_value()?;
            place.extra().insert(mem::take(&mut unknown), value);
            extra_is_empty = false;
            continue;
        };
        let read = match place.scalar(field) {
            Some(scalar) => object.next_value_seed(Reader(scalar))?,
            None => place.field(field, &mut object)?,
        };
        marks.note(field, &read);
        if !extra_is_empty || matches!(read, Read::Odd(_)) {
            let name = T::NAMES.get(usize::from(field));
            keep(place.extra(), name.copied().unwrap_or_default(), read);
            extra_is_empty = false;
        }
    }
    place.mark(marks);
    let Marks { wanted, null } = marks;
    let any_of = T::ANY_OF == 0 || (wanted | null) & T::ANY_OF != 0;
    Ok(wanted & T::REQUIRED == T::REQUIRED && any_of)
}

#[cold]
fn keep(extra: &mut Map<String, Value>, name: &str, read: Read) {
    match read {
        Read::Odd(value) => extra.insert(name.to_owned(), *value),
        Read::Wanted | Read::Null => extra.remove(name),
    };
}

/// Finds a name among those of the fields, or keeps it in `unknown`.
struct Name<'a> {
    find: fn(&str) -> Option<u8>,
    unknown: &'a mut String,
}

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = Option<u8>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Option<u8>, D::Error> {
        from.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = Option<u8>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E>(self, name: &str) -> Result<Option<u8>, E> {
        let found = (self.find)(name);
        if found.is_none() {
            *self.unknown = name.to_owned();
        }
        Ok(found)
    }
}

/// Reads a field that may be anything.
pub(crate) fn lenient<'de, A: MapAccess<'de>, T: Lenient>(
    object: &mut A,
    place: &mut Option<T>,
) -> Result<Read, A::Error> {
    object.next_value_seed(Place(place))
}

/// A type of fields that may be missing or null but not odd.
pub(crate) trait Strict: Sized {
    fn read<'de, D: Deserializer<'de>>(place: &mut Self, from: D) -> Result<(), D::Error>;
}

impl Strict for Option<String> {
    fn read<'de, D: Deserializer<'de>>(place: &mut Self, from: D) -> Result<(), D::Error> {
        *place = Some(String::deserialize(from)?);
        Ok(())
    }
}

impl<T: Object> Strict for Vec<T> {
    fn read<'de, D: Deserializer<'de>>(place: &mut Self, from: D) -> Result<(), D::Error> {
        place.clear();
        from.deserialize_seq(Items(place))
    }
}

/// Reads a list in which no item is odd.
struct Items<'a, T>(&'a mut Vec<T>);

impl<'de, T: Object> Visitor<'de> for Items<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list, each item {}", T::EXPECTED)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        loop {
            let mut item = T::blank();
            if list.next_element_seed(Whole(&mut item))?.is_none() {
                return Ok(());
            }
            if self.0.len() == self.0.capacity() {
                // A page has few connectors or about a hundred; they are large to move.
                self.0.reserve_exact(match self.0.len() {
                    0 => 8,
                    8 => 120,
                    length => length,
                });
            }
            self.0.push(item);
        }
    }
}

/// The place of a [`Strict`] value.
struct StrictPlace<'a, T>(&'a mut T);

impl<'de, T: Strict> DeserializeSeed<'de> for StrictPlace<'_, T> {
    type Value = Read;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Read, D::Error> {
        from.deserialize_option(self)
    }
}

impl<'de, T: Strict> Visitor<'de> for StrictPlace<'_, T> {
    type Value = Read;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of its type, or null")
    }

    fn visit_none<E>(self) -> Result<Read, E> {
        Ok(Read::Null)
    }

    fn visit_unit<E>(self) -> Result<Read, E> {
        Ok(Read::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Read, D::Error> {
        T::read(self.0, from).map(|()| Read::Wanted)
    }
}

/// Reads a field that may be missing or null but not odd.
pub(crate) fn strict<'de, A: MapAccess<'de>, T: Strict + Default>(
    object: &mut A,
    place: &mut T,
) -> Result<Read, A::Error> {
    // If it occurs twice, the last one counts.
    *place = T::default();
    object.next_value_seed(StrictPlace(place))
}

/// The place of an object within another answer.
pub(crate) struct ObjectPlace<'a, T>(pub(crate) &'a mut Option<T>);

impl<T: Object> Slot for ObjectPlace<'_, T> {
    fn scalar(&mut self, _: Scalar<'_>) -> bool {
        *self.0 = None;
        false
    }

    fn object<'de, A: MapAccess<'de>>(&mut self, object: A) -> Result<Read, A::Error> {
        let value = self.0.insert(T::blank());
        if fill(value, object)? {
            return Ok(Read::Wanted);
        }
        // Not one of ours: everything goes back into one value.
        to_value(&self.0.take()).map(Read::odd)
    }
}

/// Reads an object where nothing else will do.
pub(crate) struct Whole<'a, T>(pub(crate) &'a mut T);

impl<'de, T: Object> DeserializeSeed<'de> for Whole<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de, T: Object> Visitor<'de> for Whole<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<(), A::Error> {
        match fill(self.0, object)? {
            true => Ok(()),
            false => Err(A::Error::custom(lacking(
                T::EXPECTED,
                T::NAMES,
                T::REQUIRED,
                T::ANY_OF,
            ))),
        }
    }
}

/// What an object lacks. (Once, and not for every type.)
#[cold]
fn lacking(expected: &str, names: &[&str], required: u64, any_of: u64) -> String {
    let (with, bits, between) = match required {
        0 => ("", any_of, " or "),
        required => ("the texts ", required, ", "),
    };
    let fields = names.iter().enumerate();
    let names: Vec<_> = fields
        .filter(|(field, _)| bits >> field & 1 == 1)
        .map(|(_, name)| format!("`{name}`"))
        .collect();
    format!("expected {expected} with {with}{}", names.join(between))
}

/// Writes an answer, field by field in the order of its names.
pub(crate) struct Writer<'a, M> {
    map: M,
    names: &'static [&'static str],
    marks: Marks,
    extra: &'a Map<String, Value>,
    /// The bit of the next field.
    bit: u64,
    /// The bits of the fields that were written.
    written: u64,
}

impl<'a, M: SerializeMap> Writer<'a, M> {
    pub(crate) fn new<T: Object>(map: M, marks: Marks, extra: &'a Map<String, Value>) -> Self {
        let (names, bit, written) = (T::NAMES, 1, 0);
        Writer {
            map,
            names,
            marks,
            extra,
            bit,
            written,
        }
    }

    /// A field that has a value even if nothing was read.
    pub(crate) fn plain<T: Serialize + PartialEq>(
        &mut self,
        value: &T,
        blank: &T,
    ) -> Result<(), M::Error> {
        let set = self.marks.wanted & self.bit != 0 || value != blank;
        self.field(set.then_some(value))
    }

    pub(crate) fn field<T: Serialize>(&mut self, value: Option<&T>) -> Result<(), M::Error> {
        let name = self.name();
        let null = self.marks.null & self.bit != 0 && !self.extra.contains_key(name);
        if value.is_some() || null {
            self.written |= self.bit;
            self.map.serialize_entry(name, &value)?;
        }
        self.bit <<= 1;
        Ok(())
    }

    fn name(&self) -> &'static str {
        let field = self.bit.trailing_zeros() as usize;
        self.names.get(field).copied().unwrap_or_default()
    }

    /// What is in `extra`. A field that was set since takes the place of the odd value it had.
    pub(crate) fn end(mut self) -> Result<M::Ok, M::Error> {
        for (name, value) in self.extra {
            let field = self.names.iter().position(|known| known == name);
            if field.is_none_or(|field| self.written >> field & 1 == 0) {
                self.map.serialize_entry(name, value)?;
            }
        }
        self.map.end()
    }
}

/// The type of a required field: a text if nothing else is said.
macro_rules! required {
    () => {
        String
    };
    ($type:ty) => {
        $type
    };
}
pub(crate) use required;

/// A type of required fields, with a value that stands for none.
pub(crate) trait Blank: PartialEq {
    fn blank() -> Self;
}

impl Blank for String {
    fn blank() -> Self {
        String::new()
    }
}

/// The name of a field on the wire.
macro_rules! wire {
    ($name:ident) => {
        stringify!($name)
    };
    ($name:ident $wire:literal) => {
        $wire
    };
}
pub(crate) use wire;

/// Makes an answer type: a struct with public fields and `extra`, read as this module promises.
///
/// `required` fields are texts, or of the type that is named, without which the object is nothing; `strict` ones may be missing or
/// null but not odd; `default` ones are texts that are empty when missing; `lenient` ones may be
/// anything, and are `Option`s. Each of the four may be left out. A field whose name is not that on
/// the wire: `kind as "type": Kind`. `with any of a, b;` after the name: an object that has none of
/// these is none. `without_body = …;` at the end: what an answer without a body means.
///
macro_rules! answer {
    (
        $(#[$meta:meta])*
        $name:ident is $expected:literal $(, with any of $($any_of:ident),+)?;
        $(required { $($req:tt)* })?
        $(strict { $($strict:tt)* })?
        $(default { $($def:tt)* })?
        $(lenient { $($opt:tt)* })?
        $(without_body = $without_body:expr;)?
    ) => {
        $crate::answer::answer! {
            @type
            $(#[$meta])*
            $name is $expected [$($($any_of),+)?]
            required { $($($req)*)? }
            strict { $($($strict)*)? }
            default { $($($def)*)? }
            lenient { $($($opt)*)? }
        }

        impl $crate::answer::Answer for $name {
            fn expected() -> std::borrow::Cow<'static, str> {
                $expected.into()
            }

            $(fn without_body() -> Option<Self> {
                Some($without_body)
            })?
        }
    };
    (
        @type
        $(#[$meta:meta])*
        $name:ident is $expected:literal [$($any_of:ident),*]
        required { $($(#[$req_meta:meta])* $req:ident $(as $req_wire:literal)? $(: $req_type:ty)?,)* }
        strict { $($(#[$strict_meta:meta])* $strict:ident $(as $strict_wire:literal)?: $strict_type:ty,)* }
        default { $($(#[$def_meta:meta])* $def:ident $(as $def_wire:literal)?,)* }
        lenient { $($(#[$opt_meta:meta])* $opt:ident $(as $opt_wire:literal)?: $opt_type:ty,)* }
    ) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$req_meta])* pub $req: $crate::answer::required!($($req_type)?),)*
            $($(#[$strict_meta])* pub $strict: $strict_type,)*
            $($(#[$def_meta])* pub $def: String,)*
            $($(#[$opt_meta])* pub $opt: Option<$opt_type>,)*
            /// What this version has no field for, and values of a type it does not expect in a
            /// field it has. Written back as it was read. A field that gets a type of its own in a
            /// later version leaves it.
            pub extra: serde_json::Map<String, serde_json::Value>,
            marks: $crate::answer::Marks,
        }

        const _: () = {
            use serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess};
            use serde::ser::{Serialize, Serializer};
            use serde_json::{Map, Value};
            use std::fmt;
            use std::result::Result;
            use $crate::answer::{self, Lenient, Marks, Object, Read, ScalarPlace, wire};

            #[allow(non_camel_case_types)]
            #[derive(Clone, Copy)]
            enum Key {
                $($req,)* $($strict,)* $($def,)* $($opt,)*
            }

            /// The keys as numbers.
            struct Number;

            #[allow(non_upper_case_globals)]
            impl Number {
                $(const $req: u8 = Key::$req as u8;)*
                $(const $strict: u8 = Key::$strict as u8;)*
                $(const $def: u8 = Key::$def as u8;)*
                $(const $opt: u8 = Key::$opt as u8;)*
            }

            impl Object for $name {
                const EXPECTED: &'static str = $expected;
                const NAMES: &'static [&'static str] = &[
                    $(wire!($req $($req_wire)?),)*
                    $(wire!($strict $($strict_wire)?),)*
                    $(wire!($def $($def_wire)?),)*
                    $(wire!($opt $($opt_wire)?),)*
                ];
                const REQUIRED: u64 = 0 $(| 1 << Key::$req as u8)*;
                const ANY_OF: u64 = 0 $(| 1 << Key::$any_of as u8)*;

                fn find(name: &str) -> Option<u8> {
                    let key = match name {
                        $(wire!($req $($req_wire)?) => Key::$req,)*
                        $(wire!($strict $($strict_wire)?) => Key::$strict,)*
                        $(wire!($def $($def_wire)?) => Key::$def,)*
                        $(wire!($opt $($opt_wire)?) => Key::$opt,)*
                        _ => return None,
                    };
                    Some(key as u8)
                }

                fn blank() -> Self {
                    $name {
                        $($req: answer::Blank::blank(),)*
                        $($strict: Default::default(),)*
                        $($def: String::new(),)*
                        $($opt: None,)*
                        extra: Map::new(),
                        marks: Marks::default(),
                    }
                }

                fn extra(&mut self) -> &mut Map<String, Value> {
                    &mut self.extra
                }

                fn mark(&mut self, marks: Marks) {
                    self.marks = marks;
                }

                #[inline]
                fn scalar(&mut self, field: u8) -> Option<&mut dyn ScalarPlace> {
                    match field {
                        $(Number::$req => Some(&mut self.$req),)*
                        $(Number::$def => Some(&mut self.$def),)*
                        $(Number::$opt => <$opt_type as Lenient>::scalar(&mut self.$opt),)*
                        _ => None,
                    }
                }

                fn field<'de, A: MapAccess<'de>>(
                    &mut self,
                    field: u8,
                    object: &mut A,
                ) -> Result<Read, A::Error> {
                    match field {
                        $(Number::$strict => answer::strict(object, &mut self.$strict),)*
                        $(Number::$opt => answer::lenient(object, &mut self.$opt),)*
                        _ => object.next_value().map(Read::Odd),
                    }
                }
            }

            impl Lenient for $name {
                fn read<'de, D: Deserializer<'de>>(
                    place: &mut Option<Self>,
                    from: D,
                ) -> Result<Read, D::Error> {
                    answer::Reader(&mut answer::ObjectPlace(place)).deserialize(from)
                }
            }

            impl answer::Strict for $name {
                fn read<'de, D: Deserializer<'de>>(
                    place: &mut Self,
                    from: D,
                ) -> Result<(), D::Error> {
                    answer::Whole(place).deserialize(from)
                }
            }

            impl<'de> Deserialize<'de> for $name {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    let mut value = $name::blank();
                    answer::Whole(&mut value).deserialize(deserializer)?;
                    Ok(value)
                }
            }

            impl Serialize for $name {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    let map = serializer.serialize_map(None)?;
                    let mut writer = answer::Writer::new::<Self>(map, self.marks, &self.extra);
                    $(writer.plain(&self.$req, &answer::Blank::blank())?;)*
                    $(writer.plain(&self.$strict, &Default::default())?;)*
                    $(writer.plain(&self.$def, &String::new())?;)*
                    $(writer.field(self.$opt.as_ref())?;)*
                    writer.end()
                }
            }

            impl fmt::Debug for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    let fields: &[(&str, &dyn fmt::Debug)] = &[
                        $((stringify!($req), &self.$req),)*
                        $((stringify!($strict), &self.$strict),)*
                        $((stringify!($def), &self.$def),)*
                        $((stringify!($opt), &self.$opt),)*
                        ("extra", &self.extra),
                    ];
                    let mut debug = f.debug_struct(stringify!($name));
                    for (name, value) in fields {
                        debug.field(name, value);
                    }
                    debug.finish()
                }
            }
        };
    };
}
pub(crate) use answer;
