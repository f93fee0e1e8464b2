//! How response types are declared, read and written.
//!
//! The API is in beta: a field can be missing, null, new, or of an unexpected type. A value that
//! does not fit its field goes to `extra`, like unknown fields, and is written back from there.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, Error, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::lenient::{Lenient, Part, Read};

/// Declares a response type: a struct with public fields and `extra`.
///
/// A field is an `Option`, or a type whose default stands for a missing value (`Vec`, `String`). A
/// field whose JSON field name differs is written `kind as "type"`. `requires all of` names fields
/// that must have a value, `requires any of` fields where at least one must be present. In a
/// `strict` field, a value of an unexpected type is an error. `with` sets flags of
/// [`Part`](super::lenient::Part).
macro_rules! model {
    (
        $(#[$meta:meta])*
        $name:ident is $expected:literal
        $(, requires all of $($all:ident),+)? $(, requires any of $($any:ident),+)?
        $(; strict $($strict:ident),+)? $(; with $($flag:ident),+)?;
        fields { $($(#[$field_meta:meta])* $field:ident $(as $json:literal)?: $type:ty,)* }
    ) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$field_meta])* pub $field: $type,)*
            /// Unknown fields, and known fields whose value has an unexpected type. They are
            /// written back as they were read. When a later version of this crate adds a field for
            /// one of them, it moves there.
            pub extra: serde_json::Map<String, serde_json::Value>,
            seen: $crate::json::model::Seen,
        }

        const _: () = {
            use $crate::json::lenient::{FieldName, Part, Read, to_value, unexpected};
            #[allow(unused_imports, reason = "each type uses some of them")]
            use $crate::json::model::{Model, Strict, json_name, read_field};
            use serde::de::{Deserialize, Deserializer, MapAccess};
            use serde::ser::{Serialize, SerializeMap, Serializer};
            use std::result::Result;

            #[allow(non_camel_case_types)]
            #[derive(Clone, Copy)]
            enum Number {
                $($field,)*
            }

            fn number(name: &str) -> u32 {
                match name {
                    $(json_name!($field $($json)?) => Number::$field as u32,)*
                    _ => FieldName::UNKNOWN,
                }
            }

            impl Model for $name {
                const STRICT: &[&str] = &[$($(stringify!($strict)),+)?];
                const REQUIRES_ALL: &[&str] = &[$($(stringify!($all)),+)?];
                const REQUIRES_ANY: &[&str] = &[$($(stringify!($any)),+)?];

                fn blank() -> Self {
                    $name {
                        $($field: Default::default(),)*
                        extra: serde_json::Map::new(),
                        seen: Default::default(),
                    }
                }

                fn read_fields<'de, A: MapAccess<'de>>(
                    &mut self,
                    mut from: A,
                ) -> Result<bool, A::Error> {
                    let mut unknown = String::new();
                    while let Some(field) = from.next_key_seed(FieldName {
                        number,
                        unknown: &mut unknown,
                    })? {
                        match field {
                            $(field if field == Number::$field as u32 => {
                                let name = json_name!($field $($json)?);
                                let fits = read_field(&mut self.$field, &mut from, name, &mut self.extra)?;
                                self.seen.set(field, fits);
                                let is_strict = Self::STRICT.contains(&name);
                                if is_strict && !fits && self.extra.contains_key(name) {
                                    return Err(unexpected(name));
                                }
                            })*
                            _ => {
                                let name = std::mem::take(&mut unknown);
                                self.extra.insert(name, from.next_value()?);
                            }
                        }
                    }
                    let all = true $($(&& self.seen.has(Number::$all as u32))+)?;
                    let any = Self::REQUIRES_ANY.is_empty()
                        $($(|| self.seen.has(Number::$any as u32))+)?;
                    Ok(all && any)
                }
            }

            impl Part for $name {
                const EXPECTED: &str = $expected;
                $($(const $flag: bool = true;)+)?

                fn read_object<'de, A: MapAccess<'de>>(
                    place: &mut Option<Self>,
                    from: A,
                ) -> Result<Read, A::Error> {
                    let object = place.insert(Self::blank());
                    if object.read_fields(from)? {
                        return Ok(Read::Fits);
                    }
                    let value = to_value(object)?;
                    *place = None;
                    Ok(Read::Unexpected(Box::new(value)))
                }
            }

            impl<'de> Deserialize<'de> for $name {
                fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                    from.deserialize_map(Strict(std::marker::PhantomData))
                }
            }

            impl Serialize for $name {
                fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                    let mut object = to.serialize_map(None)?;
                    let mut written = Vec::new();
                    // A field is written if it was read, or set since.
                    $(if self.seen.has(Number::$field as u32) || self.$field != <$type>::default() {
                        let name = json_name!($field $($json)?);
                        object.serialize_entry(name, &self.$field)?;
                        written.push(name);
                    })*
                    // A field that was set since replaces the unexpected value that it had.
                    for (name, value) in &self.extra {
                        if !written.contains(&name.as_str()) {
                            object.serialize_entry(name, value)?;
                        }
                    }
                    object.end()
                }
            }

            impl std::fmt::Debug for $name {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.debug_struct(stringify!($name))
                        $(.field(stringify!($field), &self.$field))*
                        .field("extra", &self.extra)
                        .finish()
                }
            }
        };
    };
}
pub(crate) use model;

/// The JSON field name of a field.
macro_rules! json_name {
    ($name:ident) => {
        stringify!($name)
    };
    ($name:ident $json:literal) => {
        $json
    };
}
pub(crate) use json_name;

/// Makes a list-like response iterable with `for` and `iter()`.
macro_rules! iterate_over {
    ($model:ident, $field:ident: $item:ty) => {
        impl $model {
            #[doc = concat!("Iterates over [`", stringify!($field), "`](field@", stringify!($model), "::", stringify!($field), ").")]
            pub fn iter(&self) -> std::slice::Iter<'_, $item> {
                self.$field.iter()
            }
        }

        impl IntoIterator for $model {
            type Item = $item;
            type IntoIter = std::vec::IntoIter<$item>;

            fn into_iter(self) -> Self::IntoIter {
                self.$field.into_iter()
            }
        }

        impl<'a> IntoIterator for &'a $model {
            type Item = &'a $item;
            type IntoIter = std::slice::Iter<'a, $item>;

            fn into_iter(self) -> Self::IntoIter {
                self.iter()
            }
        }
    };
}
pub(crate) use iterate_over;

/// A type that `model!` declares.
pub(crate) trait Model: Part + DeserializeOwned {
    const STRICT: &[&str];
    const REQUIRES_ALL: &[&str];
    const REQUIRES_ANY: &[&str];

    fn blank() -> Self;

    /// Reads the fields, and returns whether the required ones are present.
    fn read_fields<'de, A: MapAccess<'de>>(&mut self, from: A) -> Result<bool, A::Error>;
}

/// Reads a model. A required field that is missing is an error.
pub(crate) struct Strict<T>(pub(crate) PhantomData<T>);

impl<'de, T: Model> Visitor<'de> for Strict<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_map<A: MapAccess<'de>>(self, from: A) -> Result<T, A::Error> {
        let mut object = T::blank();
        if object.read_fields(from)? {
            return Ok(object);
        }
        let (names, conjunction) = match T::REQUIRES_ALL {
            [] => (T::REQUIRES_ANY, "` or `"),
            all => (all, "` and `"),
        };
        let expected = T::EXPECTED;
        let names = names.join(conjunction);
        Err(A::Error::custom(format_args!(
            "expected {expected} with `{names}`"
        )))
    }
}

/// Which fields were read. They are written back even if they are null or empty. Ignored when two
/// responses are compared.
#[derive(Clone, Copy, Default)]
pub(crate) struct Seen(u64);

impl Seen {
    pub(crate) fn set(&mut self, field: u32, seen: bool) {
        self.0 = self.0 & !(1 << field) | u64::from(seen) << field;
    }

    pub(crate) fn has(self, field: u32) -> bool {
        self.0 >> field & 1 == 1
    }
}

impl PartialEq for Seen {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Seen {}

/// The type of a field: an `Option`, or a type whose default stands for a missing value.
pub(crate) trait Field: Default {
    /// Whether a field that was null is written back as null.
    const WRITES_NULL: bool;

    fn read<'de, A: MapAccess<'de>>(&mut self, from: &mut A) -> Result<Read, A::Error>;
}

impl<T: Part> Field for Option<T> {
    const WRITES_NULL: bool = true;

    #[inline]
    fn read<'de, A: MapAccess<'de>>(&mut self, from: &mut A) -> Result<Read, A::Error> {
        from.next_value_seed(Lenient(self))
    }
}

impl<T: Part + Default> Field for T {
    const WRITES_NULL: bool = T::WRITES_NULL;

    #[inline]
    fn read<'de, A: MapAccess<'de>>(&mut self, from: &mut A) -> Result<Read, A::Error> {
        let mut value = None;
        let read = value.read(from)?;
        *self = value.unwrap_or_default();
        Ok(read)
    }
}

/// Reads the value of a field. If it does not fit, it goes to `extra`. Returns whether the field
/// itself is written back.
pub(crate) fn read_field<'de, F: Field, A: MapAccess<'de>>(
    field: &mut F,
    from: &mut A,
    name: &str,
    extra: &mut Map<String, Value>,
) -> Result<bool, A::Error> {
    Ok(match field.read(from)? {
        Read::Fits => true,
        Read::Null => F::WRITES_NULL,
        Read::Unexpected(value) => {
            extra.insert(name.to_owned(), *value);
            false
        }
    })
}
