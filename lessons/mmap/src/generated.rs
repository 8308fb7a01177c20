//! Problems for the quiz, made fresh from a seed and settled by running them.

mod behind;
mod resident;
mod stored;

/// The generators of this lesson.
pub const ALL: &[stage::Generator] = stage::generators![stored, resident, behind];
