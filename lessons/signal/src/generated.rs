//! Problems for the quiz, made fresh from a seed and settled by running them.

mod fetched;
mod handled;
mod woken;

/// The generators of this lesson.
pub const ALL: &[stage::Generator] = stage::generators![handled, fetched, woken];
