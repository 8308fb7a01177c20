//! How a link is measured, whatever it is made of.

pub mod board;
pub mod clock;
pub mod drive;
pub mod lines;
pub mod trial;

mod asking;
mod buffers;
mod message;
mod reading;
mod settling;
