//! How it is measured.

pub mod board;
pub mod clock;
pub mod drive;
pub mod message;
pub mod trial;
