//! Problems for the quiz, made fresh from a seed and settled by running them.

mod died;
mod locks;

/// The generators of this lesson.
pub const ALL: &[stage::Generator] = stage::generators![locks, died];
