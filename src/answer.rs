//! The types of answers.
//!
//! The API has changed shape three times within nine months, so an answer's fields may be missing,
//! null, new or of another type. What cannot be understood is kept in `extra`, never lost and never
//! a reason to fail. Derived code cannot do that without reading everything twice.

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

/// Makes an answer type: a struct with public fields and `extra`, read and written as `crate::read`
/// and `crate::write` say.
///
/// `required` fields are texts, or of the type that is named, without which the object is nothing;
/// `strict` ones may be missing or null but not odd; `default` ones are texts that are empty when
/// missing; `lenient` ones may be anything, and are `Option`s. Each of the four may be left out. A
/// field whose name is not that on the wire: `kind as "type": Kind`. `with any of a, b;` after the
/// name: an object that has none of these is none. `no body is blank;` at the end: an answer without
/// a body stands for a blank one. `is never left out of a list;`: a list with one that does not fit does
/// not fit either.
macro_rules! answer {
    (
        $(#[$meta:meta])*
        $name:ident is $expected:literal $(, with any of $($any_of:ident),+)?;
        $(required { $($req:tt)* })?
        $(strict { $($strict:tt)* })?
        $(default { $($def:tt)* })?
        $(lenient { $($opt:tt)* })?
        $(no body is blank $end:tt)?
        $(is never left out of a list $counts:tt)?
    ) => {
        $crate::answer::answer! {
            @type
            $(#[$meta])*
            $name is $expected [$($($any_of),+)?] [$($end)?] [$($counts)?]
            required { $($($req)*)? }
            strict { $($($strict)*)? }
            default { $($($def)*)? }
            lenient { $($($opt)*)? }
        }
    };
    (
        @type
        $(#[$meta:meta])*
        $name:ident is $expected:literal [$($any_of:ident),*] [$($end:tt)?] [$($counts:tt)?]
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
            marks: $crate::object::Marks,
        }

        const _: () = {
            use serde::de::{Deserialize, Deserializer};
            use serde::ser::{Serialize, Serializer};
            use serde_json::{Map, Value};
            use std::borrow::Cow;
            use std::fmt;
            use std::result::Result;
            use $crate::answer::wire;
            use $crate::object::{Blank, Marks, Object, Place, Shape, View};

            /// Counts the fields.
            #[allow(non_camel_case_types)]
            enum Field {
                $($req,)* $($strict,)* $($def,)* $($opt,)*
            }

            /// The numbers of the fields, as patterns.
            struct Number;

            #[allow(non_upper_case_globals)]
            impl Number {
                $(const $req: u8 = Field::$req as u8;)*
                $(const $strict: u8 = Field::$strict as u8;)*
                $(const $def: u8 = Field::$def as u8;)*
                $(const $opt: u8 = Field::$opt as u8;)*
            }

            impl Object for $name {
                fn shape(&self) -> &'static Shape {
                    const REQUIRED: u64 = 0 $(| 1 << Number::$req)*;
                    const STRICT: u64 = 0 $(| 1 << Number::$strict)*;
                    const DEFAULT: u64 = 0 $(| 1 << Number::$def)*;
                    const SHAPE: &Shape = &Shape {
                        expected: $expected,
                        names: &[
                            $(wire!($req $($req_wire)?),)*
                            $(wire!($strict $($strict_wire)?),)*
                            $(wire!($def $($def_wire)?),)*
                            $(wire!($opt $($opt_wire)?),)*
                        ],
                        find: |name| match name {
                            $(wire!($req $($req_wire)?) => Number::$req,)*
                            $(wire!($strict $($strict_wire)?) => Number::$strict,)*
                            $(wire!($def $($def_wire)?) => Number::$def,)*
                            $(wire!($opt $($opt_wire)?) => Number::$opt,)*
                            _ => u8::MAX,
                        },
                        own: REQUIRED | STRICT | DEFAULT,
                        strict: STRICT,
                        required: REQUIRED,
                        any_of: 0 $(| 1 << Number::$any_of)*,
                    };
                    SHAPE
                }

                fn field(&self, number: u8) -> Option<&dyn Place> {
                    Some(match number {
                        $(Number::$req => &self.$req,)*
                        $(Number::$strict => &self.$strict,)*
                        $(Number::$def => &self.$def,)*
                        $(Number::$opt => &self.$opt,)*
                        _ => return None,
                    })
                }

                fn field_mut(&mut self, number: u8) -> Option<&mut dyn Place> {
                    Some(match number {
                        $(Number::$req => &mut self.$req,)*
                        $(Number::$strict => &mut self.$strict,)*
                        $(Number::$def => &mut self.$def,)*
                        $(Number::$opt => &mut self.$opt,)*
                        _ => return None,
                    })
                }

                fn rest(&self) -> (&Map<String, Value>, Marks) {
                    (&self.extra, self.marks)
                }

                fn rest_mut(&mut self) -> (&mut Map<String, Value>, &mut Marks) {
                    (&mut self.extra, &mut self.marks)
                }
            }

            impl Blank for $name {
                $(const NO_BODY_IS_BLANK: bool = true $end)?
                $(const CAN_BE_LEFT_OUT: bool = false $counts)?

                fn blank() -> Self {
                    $name {
                        $($req: Blank::blank(),)*
                        $($strict: Blank::blank(),)*
                        $($def: String::new(),)*
                        $($opt: None,)*
                        extra: Map::new(),
                        marks: Marks::default(),
                    }
                }
            }

            impl Place for $name {
                fn expected(&self) -> Cow<'static, str> {
                    $expected.into()
                }

                fn clear(&mut self) {
                    *self = Blank::blank();
                }

                fn view(&self) -> View<'_> {
                    View::Object(self)
                }

                fn object(&mut self) -> Option<&mut dyn Object> {
                    Some(self)
                }
            }

            impl Place for Option<$name> {
                fn clear(&mut self) {
                    *self = None;
                }

                fn view(&self) -> View<'_> {
                    self.as_ref().map_or(View::Nothing, Place::view)
                }

                fn object(&mut self) -> Option<&mut dyn Object> {
                    Some(self.insert(Blank::blank()))
                }
            }

            impl<'de> Deserialize<'de> for $name {
                fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                    let mut value = $name::blank();
                    $crate::read::read(&mut value, from)?;
                    Ok(value)
                }
            }

            impl Serialize for $name {
                fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                    View::Object(self).serialize(to)
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
