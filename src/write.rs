//! How answers are written: as they were read.

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::object::{Object, Place, View};

impl Serialize for View<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match *self {
            View::Nothing => to.serialize_unit(),
            View::Text(text) => to.serialize_str(text),
            View::Boolean(value) => to.serialize_bool(value),
            View::Integer(value) => to.serialize_i64(value),
            View::Any(value) => value.serialize(to),
            View::List(list) => to.collect_seq((0..list.len()).map(|item| list.view(item))),
            View::Object(object) => write_object(object, to),
        }
    }
}

/// The fields in the order of their names, then what is in `extra`.
fn write_object<S: Serializer>(object: &dyn Object, to: S) -> Result<S::Ok, S::Error> {
    let names = object.shape().names;
    let (extra, marks) = object.rest();
    let mut map = to.serialize_map(None)?;
    let mut written = 0_u64;
    for (field, name) in (0..).zip(names) {
        let view = set(object, field);
        let null = marks.null >> field & 1 == 1 && !extra.contains_key(*name);
        if null || !matches!(view, View::Nothing) {
            written |= 1 << field;
            map.serialize_entry(name, &view)?;
        }
    }
    // A field that was set since takes the place of the odd value it had.
    for (name, value) in extra {
        let field = names.iter().position(|known| known == name);
        if field.is_none_or(|field| written >> field & 1 == 0) {
            map.serialize_entry(name, value)?;
        }
    }
    map.end()
}

/// What is in a field because it was read or set.
fn set(object: &dyn Object, field: u8) -> View<'_> {
    let view = object.field(field).map_or(View::Nothing, Place::view);
    let (_, marks) = object.rest();
    let unread = object.shape().own & !marks.wanted;
    match unread >> field & 1 == 1 && is_blank(view) {
        true => View::Nothing,
        false => view,
    }
}

fn is_blank(view: View<'_>) -> bool {
    match view {
        View::Nothing => true,
        View::Text(text) => text.is_empty(),
        View::Boolean(_) | View::Integer(_) | View::Any(_) => false,
        View::List(list) => list.len() == 0,
        View::Object(object) => {
            let (extra, _) = object.rest();
            let mut fields = (0..).zip(object.shape().names);
            extra.is_empty() && fields.all(|(field, _)| matches!(set(object, field), View::Nothing))
        }
    }
}
