//! Problems for the quiz, made fresh from a seed and settled by running them.

mod kept;
mod opens;

/// The generators of this lesson.
pub const ALL: &[stage::Generator] = stage::generators![opens, kept];
