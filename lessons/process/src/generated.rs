//! Problems for the quiz, made fresh from a seed and settled by running them.

mod descriptor;
mod forks;
mod printed;
mod stands;
mod status;

/// The generators of this lesson.
pub const ALL: &[stage::Generator] = stage::generators![forks, printed, stands, descriptor, status];
