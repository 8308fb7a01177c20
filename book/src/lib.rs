//! Builds, checks and serves the course's site from the lessons' folders.
//!
//! [`Course::read`] reads what the folders hold, [`expand`] turns a page's directives into what a
//! reader sees, [`Lessons`] does it as a preprocessor of mdBook, [`build`] writes the site and
//! [`links`] looks at what was written.
//!
//! # What this crate does not do
//!
//! It runs no lesson and makes no recording. It knows no system call, does not decide which order
//! of a run is right (the crate `stage` does), and grades no answer.

pub mod claims;
pub mod course;
pub mod expand;
pub mod figure;
pub mod files;
pub mod html;
pub mod lanes;
pub mod ledger;
pub mod lesson;
pub mod links;
pub mod measured;
pub mod notes;
pub mod order;
pub mod preprocessor;
pub mod problem;
pub mod scene;
pub mod serve;
pub mod site;
pub mod source;
pub mod table;
pub mod wild;

pub use course::Course;
pub use preprocessor::Lessons;
pub use problem::{Problem, Problems};
pub use site::build;
