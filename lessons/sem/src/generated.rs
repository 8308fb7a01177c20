//! Problems for the quiz, made fresh from a seed and settled by running them.

mod all_or_none;
mod asleep;
mod undone;

/// The generators of this lesson.
pub const ALL: &[stage::Generator] = stage::generators![asleep, undone, all_or_none];
