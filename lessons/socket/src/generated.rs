//! Problems for the quiz, made fresh from a seed and settled by running them.

mod ended;
mod received;
mod stream;

/// The generators of this lesson.
pub const ALL: &[stage::Generator] = stage::generators![received, stream, ended];
