//! Answers that are a list with something around it.

/// Lets `for` go over the items of an answer that are in its field `$field`.
macro_rules! iterate_over {
    ($answer:ident, $field:ident: $item:ty) => {
        impl IntoIterator for $answer {
            type Item = $item;
            type IntoIter = std::vec::IntoIter<$item>;

            fn into_iter(self) -> Self::IntoIter {
                self.$field.into_iter()
            }
        }

        impl<'a> IntoIterator for &'a $answer {
            type Item = &'a $item;
            type IntoIter = std::slice::Iter<'a, $item>;

            fn into_iter(self) -> Self::IntoIter {
                self.$field.iter()
            }
        }
    };
}

pub(crate) use iterate_over;
