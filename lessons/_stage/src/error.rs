//! Why a scene ends early.

use std::fmt::{self, Display};
use std::panic::Location;

/// The result of everything that a process of a scene does.
pub type Result<T = ()> = std::result::Result<T, Error>;

/// Why a process of a scene ends early. Every error type converts into it with `?`, which
/// remembers the place in the source.
#[derive(Debug)]
pub struct Error {
    pub(crate) kind: Kind,
    pub(crate) text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The run differs from what the scene teaches, or a call failed that should not have.
    Failed,
    /// The machine lacks or forbids what the scene is about.
    Missing,
}

impl Error {
    /// An error with a text of its own: a lower-case fragment that names the object.
    #[track_caller]
    pub fn new(text: impl Display) -> Self {
        Self { kind: Kind::Failed, text: at(Location::caller(), text) }
    }

    /// Whether the machine lacks something, and nothing went wrong; see [`missing`].
    pub fn is_missing(&self) -> bool {
        self.kind == Kind::Missing
    }
}

/// The machine lacks or forbids a facility: `what` it is, and `how` to get it. The scene is then
/// reported as missing, and the lesson plays on.
pub fn missing(what: impl Display, how: impl Display) -> Error {
    Error { kind: Kind::Missing, text: format!("{what}; {how}") }
}

impl<E: std::error::Error> From<E> for Error {
    #[track_caller]
    fn from(error: E) -> Self {
        Self { kind: Kind::Failed, text: at(Location::caller(), error) }
    }
}

impl Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn at(place: &Location<'_>, text: impl Display) -> String {
    format!("{text} (at {}:{})", place.file(), place.line())
}

/// Fails the scene unless the run shows what the scene teaches.
///
/// ```
/// # fn main() -> stage::Result {
/// let read = 5;
/// stage::ensure!(read == 5, "read {read} bytes instead of all");
/// # Ok(())
/// # }
/// ```
#[macro_export]
macro_rules! ensure {
    ($holds:expr, $($text:tt)+) => {
        if !$holds {
            return Err($crate::Error::new(format!($($text)+)));
        }
    };
}
