//! Problems for the quiz, made fresh from a seed and settled by running them.

mod blocked;
mod partial;
mod reads;
mod room;

/// The generators of this lesson.
pub const ALL: &[stage::Generator] = stage::generators![room, blocked, partial, reads];
