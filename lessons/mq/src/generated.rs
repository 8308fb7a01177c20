//! Problems for the quiz, made fresh from a seed and settled by running them.

mod chosen;
mod order;
mod refused;

/// The generators of this lesson.
pub const ALL: &[stage::Generator] = stage::generators![order, refused, chosen];
