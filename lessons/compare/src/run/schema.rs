//! How the parts of a run are written down once, and become both a Rust type and JSON.

/// A struct and both directions of its JSON. A member that came later says what it is in a file
/// that does not have it yet.
macro_rules! object {
    (@read $member:expr) => { $member.required()?.try_into()? };
    (@read $member:expr, $absent:expr) => {
        match $member.optional() {
            Some(value) => value.try_into()?,
            None => $absent,
        }
    };
    ($(#[$about:meta])* struct $name:ident {
        $($(#[$told:meta])* $field:ident: $type:ty $(= $absent:expr)?,)+
    }) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name { $($(#[$told])* pub $field: $type,)+ }

        impl DisplayJson for $name {
            fn fmt(&self, f: &mut JsonFormatter<'_, '_>) -> std::fmt::Result {
                f.object(|f| {
                    $(f.member(stringify!($field), &self.$field)?;)+
                    Ok(())
                })
            }
        }

        impl<'text, 'raw> TryFrom<RawJsonValue<'text, 'raw>> for $name {
            type Error = JsonParseError;

            fn try_from(value: RawJsonValue<'text, 'raw>) -> Result<Self, Self::Error> {
                Ok(Self {
                    $($field: object!(
                        @read value.to_member(stringify!($field))? $(, $absent)?
                    ),)+
                })
            }
        }
    };
}

/// An enumeration and the word that each value has in the JSON and on the screen.
macro_rules! words {
    ($(#[$about:meta])* enum $name:ident { $($(#[$told:meta])* $value:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$told])* $value,)+ }

        impl $name {
            /// Its word.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$value => $word,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.word())
            }
        }

        impl DisplayJson for $name {
            fn fmt(&self, f: &mut JsonFormatter<'_, '_>) -> std::fmt::Result {
                f.string(self.word())
            }
        }

        impl<'text, 'raw> TryFrom<RawJsonValue<'text, 'raw>> for $name {
            type Error = JsonParseError;

            fn try_from(value: RawJsonValue<'text, 'raw>) -> Result<Self, Self::Error> {
                let text = value.to_unquoted_string_str()?;
                match text.as_ref() {
                    $($word => Ok(Self::$value),)+
                    _ => Err(value.invalid(concat!("not a word of ", stringify!($name)))),
                }
            }
        }
    };
}
