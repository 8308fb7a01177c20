//! How a lesson speaks.
//!
//! A scene is a handful of processes, each a function whose first parameter is an [`Actor`]: it
//! [`says`](Actor::says) what it does, [`sends`](Actor::sends) before it acts on others, and
//! [`gets`](Actor::gets) after others have acted on it. The [first process](play) starts them,
//! prints their lines and lets nothing stay behind. [`arrange`] finds the one order of the lines
//! that every correct run agrees on.
//!
//! A [`Generator`] makes a fresh [`Problem`] from a seed, plays it, and knows the answer from the run.
//!
//! # What this crate does not do
//!
//! It knows no mechanism and wraps none: a scene makes its system calls itself, with `nix` and
//! `libc`. It knows no page and no test.

#[cfg(not(target_os = "linux"))]
compile_error!(
    "Between Processes shows the IPC of Linux and runs on Linux only. On a Mac or on Windows run \
     it in a container: see the README."
);

mod actor;
mod calls;
mod cli;
mod error;
mod first;
mod generate;
mod json;
pub mod lacking;
mod launch;
mod line;
mod order;
pub mod picture;
mod play;
mod register;
mod scene;
mod scoped;
mod screen;
mod watch;
mod wire;
mod witness;

pub use actor::{Actor, Child, Fork};
pub use cli::play;
pub use error::{Error, Result, missing};
pub use generate::{Generator, Problem, Seed, stuck_in};
pub use line::{Act, CLOSE, Channel, EOF, Line, VERSION, masked, memory, shown, token, varies};
pub use order::{Disorder, Placed, arrange};
pub use register::Register;
pub use scene::{Extra, Lesson, Need, Part, Scene};
