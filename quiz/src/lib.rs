//! Questions about Linux inter-process communication: the bank, the checking of answers, the lint
//! that holds every question to its evidence, and what a learner remembers.
//!
//! Questions live beside what they ask about, in `lessons/<name>/quiz.toml`; the schema is in
//! `quiz/README.md` and, key by key, in [`bank`].
//!
//! ```no_run
//! let root = quiz::workspace::find(None)?;
//! let bank = quiz::Bank::read(&root).map_err(|findings| findings[0].to_string())?;
//! for finding in quiz::lint(&bank, &root) {
//!     eprintln!("{finding}");
//! }
//! # Ok::<(), String>(())
//! ```
//!
//! An answer to a closed question is checked by [`check`], one in the learner's own words by a
//! [`Checker`]. Answers are kept in a [`log`]; [`progress`] replays it through the model of memory in
//! [`schedule`].
//!
//! From both follow [`stats`], the [`forecast`] for an interview with its plan, and the choice of
//! questions for a mock [`interview`].
//!
//! What this crate does not do: it knows no lesson's code and no HTML.

pub mod answer;
pub mod bank;
pub mod clock;
mod finding;
pub mod forecast;
pub mod free;
pub mod generate;
pub mod interview;
mod lint;
pub mod log;
mod page;
pub mod progress;
mod proposition;
mod read;
pub mod recording;
pub mod schedule;
mod several;
pub mod shuffle;
pub mod stats;
pub mod text;
pub mod workspace;

pub use answer::{Checked, Verdict, check};
pub use bank::{Bank, Question};
pub use finding::{Finding, Place};
pub use free::Checker;
pub use lint::{aloud, lint, settled};
