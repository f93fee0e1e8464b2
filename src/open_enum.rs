//! Enums of the API's words, open to words nobody knew.

/// Makes an enum of the API's words that also holds words this version does not know.
macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        $name:ident {
            $($(#[$variant_meta:meta])* $variant:ident = $word:literal,)*
        }
    ) => {
        $(#[$meta])*
        ///
        /// Two of them are equal when their words are, `Other` or not.
        #[derive(Clone, Debug)]
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

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.as_str() == other.as_str()
            }
        }

        impl Eq for $name {}

        impl std::hash::Hash for $name {
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                self.as_str().hash(state);
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

        const _: () = {
            use $crate::object::{Blank, Place, View};

            impl Blank for $name {
                fn blank() -> Self {
                    $name::Other(String::new())
                }
            }

            impl Place for $name {
                fn clear(&mut self) {
                    *self = Blank::blank();
                }

                fn view(&self) -> View<'_> {
                    View::Text(self.as_str())
                }

                fn text(&mut self, word: &str) -> bool {
                    *self = word.into();
                    true
                }
            }

            impl Place for Option<$name> {
                fn clear(&mut self) {
                    *self = None;
                }

                fn view(&self) -> View<'_> {
                    self.as_ref().map_or(View::Nothing, Place::view)
                }

                fn text(&mut self, word: &str) -> bool {
                    *self = Some(word.into());
                    true
                }
            }
        };
    };
}
pub(crate) use open_enum;
