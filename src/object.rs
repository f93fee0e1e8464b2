//! An answer as its fields: the place of each, and what is in it.
//!
//! Reading and writing work through these traits, and know no type of an answer. So they are compiled
//! once, and not for each of them.

use std::borrow::Cow;

use serde_json::{Map, Value};

/// An answer, or a part of one, with named fields.
pub(crate) trait Object {
    fn shape(&self) -> &'static Shape;

    /// The place of the field with this number.
    fn field(&self, number: u8) -> Option<&dyn Place>;

    fn field_mut(&mut self, number: u8) -> Option<&mut dyn Place>;

    /// What there is no field for, and what the fields cannot say.
    fn rest(&self) -> (&Map<String, Value>, Marks);

    fn rest_mut(&mut self) -> (&mut Map<String, Value>, &mut Marks);
}

/// What is the same for all objects of a type. Sets of fields are bits.
pub(crate) struct Shape {
    /// With its article, for errors: `a connector`.
    pub(crate) expected: &'static str,
    /// The names of the fields on the wire, at most 64, in the order in which they are written.
    pub(crate) names: &'static [&'static str],
    /// The number of the field with this name, or one that no field has.
    pub(crate) find: fn(&str) -> u8,
    /// The fields that have a value even if nothing was read.
    pub(crate) own: u64,
    /// The fields that may be null but not odd.
    pub(crate) strict: u64,
    /// The fields that must have a value.
    pub(crate) required: u64,
    /// The fields of which one must be there, if only as null.
    pub(crate) any_of: u64,
}

/// What the fields of an answer cannot say of the JSON they were read from: which names stood there,
/// with a value that was wanted or with null. Answers that differ only in this are equal.
#[derive(Clone, Copy, Default)]
pub(crate) struct Marks {
    pub(crate) wanted: u64,
    pub(crate) null: u64,
}

impl PartialEq for Marks {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// Where a value is to stay.
pub(crate) trait Place {
    /// What belongs here, for errors. They speak of objects, lists and texts: everything else may be
    /// odd.
    fn expected(&self) -> Cow<'static, str> {
        "a text".into()
    }

    fn clear(&mut self);

    fn view(&self) -> View<'_>;

    /// Takes a text if that is wanted.
    fn text(&mut self, _: &str) -> bool {
        false
    }

    /// Takes a boolean if that is wanted.
    fn boolean(&mut self, _: bool) -> bool {
        false
    }

    /// Takes an integer if that is wanted.
    fn integer(&mut self, _: i64) -> bool {
        false
    }

    /// An object to fill, if one is wanted; a blank one where what was there is replaced.
    fn object(&mut self) -> Option<&mut dyn Object> {
        None
    }

    /// An empty list to fill, if one is wanted.
    fn list(&mut self) -> Option<&mut dyn List> {
        None
    }

    /// Takes a value of any kind if that is wanted, or gives it back.
    fn anything(&mut self, value: Value) -> Result<(), Value> {
        Err(value)
    }
}

/// A list of parts of an answer.
pub(crate) trait List {
    /// Adds a blank item.
    fn push(&mut self);

    /// Takes the last item away.
    fn pop(&mut self);

    /// The place of the last item.
    fn last(&mut self) -> Option<&mut dyn Place>;

    /// Whether it goes on without an item that does not fit.
    fn leaves_out(&self) -> bool;

    fn len(&self) -> usize;

    fn view(&self, item: usize) -> View<'_>;
}

/// What is in a place, to be written.
#[derive(Clone, Copy)]
pub(crate) enum View<'a> {
    Nothing,
    Text(&'a str),
    Boolean(bool),
    Integer(i64),
    Any(&'a Value),
    Object(&'a dyn Object),
    List(&'a dyn List),
}

/// A type with a value that stands for none.
pub(crate) trait Blank: Sized {
    /// Whether an answer without a body stands for that value.
    const NO_BODY_IS_BLANK: bool = false;

    /// Whether a list is good without an item that should have been one.
    const CAN_BE_LEFT_OUT: bool = true;

    fn blank() -> Self;
}

impl Blank for String {
    fn blank() -> Self {
        String::new()
    }
}

impl<T> Blank for Vec<T> {
    fn blank() -> Self {
        Vec::new()
    }
}

impl<T> Blank for Option<T> {
    fn blank() -> Self {
        None
    }
}

impl Place for String {
    fn clear(&mut self) {
        self.clear();
    }

    fn view(&self) -> View<'_> {
        View::Text(self)
    }

    fn text(&mut self, text: &str) -> bool {
        *self = text.to_owned();
        true
    }
}

impl Place for Option<String> {
    fn clear(&mut self) {
        *self = None;
    }

    fn view(&self) -> View<'_> {
        self.as_deref().map_or(View::Nothing, View::Text)
    }

    fn text(&mut self, text: &str) -> bool {
        *self = Some(text.to_owned());
        true
    }
}

impl Place for Option<bool> {
    fn clear(&mut self) {
        *self = None;
    }

    fn view(&self) -> View<'_> {
        self.map_or(View::Nothing, View::Boolean)
    }

    fn boolean(&mut self, value: bool) -> bool {
        *self = Some(value);
        true
    }
}

impl Place for Option<i64> {
    fn clear(&mut self) {
        *self = None;
    }

    fn view(&self) -> View<'_> {
        self.map_or(View::Nothing, View::Integer)
    }

    fn integer(&mut self, value: i64) -> bool {
        *self = Some(value);
        true
    }
}

impl Place for Option<Value> {
    fn clear(&mut self) {
        *self = None;
    }

    fn view(&self) -> View<'_> {
        self.as_ref().map_or(View::Nothing, View::Any)
    }

    fn anything(&mut self, value: Value) -> Result<(), Value> {
        *self = Some(value);
        Ok(())
    }
}

impl<T: Place + Blank> Place for Vec<T> {
    fn expected(&self) -> Cow<'static, str> {
        format!("a list, each item {}", T::blank().expected()).into()
    }

    fn clear(&mut self) {
        self.clear();
    }

    fn view(&self) -> View<'_> {
        View::List(self)
    }

    fn list(&mut self) -> Option<&mut dyn List> {
        // Its memory is kept: the next page of a listing needs as much.
        self.clear();
        Some(self)
    }
}

impl<T: Place + Blank> Place for Option<Vec<T>> {
    fn clear(&mut self) {
        *self = None;
    }

    fn view(&self) -> View<'_> {
        self.as_ref().map_or(View::Nothing, Place::view)
    }

    fn list(&mut self) -> Option<&mut dyn List> {
        Some(self.insert(Vec::new()))
    }
}

impl<T: Place + Blank> List for Vec<T> {
    fn push(&mut self) {
        // Most lists have one item; a `Vec` would begin with room for four.
        if self.is_empty() {
            self.reserve_exact(1);
        }
        self.push(T::blank());
    }

    fn pop(&mut self) {
        self.pop();
    }

    fn last(&mut self) -> Option<&mut dyn Place> {
        self.last_mut().map(|item| item as &mut dyn Place)
    }

    fn leaves_out(&self) -> bool {
        T::CAN_BE_LEFT_OUT
    }

    fn len(&self) -> usize {
        self.len()
    }

    fn view(&self, item: usize) -> View<'_> {
        self.get(item).map_or(View::Nothing, Place::view)
    }
}
