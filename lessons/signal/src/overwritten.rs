//! A handler calls a function whose result the interrupted code is still using.

use std::ffi::c_int;

use nix::sys::signal::{SaFlags, Signal, raise};
use stage::{Actor, Error, Result, Scene};

use crate::hello::handle;

pub const SCENE: Scene = Scene::new(
    "overwritten",
    "a handler overwrites a result that the interrupted code has not read yet",
    &[("process", process)],
);

// ANCHOR: process
const DAY: libc::time_t = 24 * 60 * 60;

extern "C" fn looks_at_the_clock(_: c_int) {
    // Not async-signal-safe: the result lies in memory that all callers share.
    gmtime(365 * DAY);
}

/// What `gmtime(3)` returns: a pointer to the one place where it stores every result.
fn gmtime(time: libc::time_t) -> *mut libc::tm {
    // SAFETY: `time` outlives the call.
    unsafe { libc::gmtime(&raw const time) }
}

fn process(process: &Actor) -> Result {
    handle(Signal::SIGUSR1, looks_at_the_clock, SaFlags::empty())?;
    let result = gmtime(0);
    // SAFETY: a result that is not null stays valid; its content is the point here.
    let year = || unsafe { result.as_ref() }.map(|tm| tm.tm_year + 1900);
    let nothing = || Error::new("`gmtime` has no result");
    let before = year().ok_or_else(nothing)?;
    process.says(format!("has asked for the date: the year is {before}"));
    raise(Signal::SIGUSR1)?;
    let after = year().ok_or_else(nothing)?;
    process.says(format!("reads it again after the handler: the year is {after}"));
    stage::ensure!((before, after) == (1970, 1971), "{before}, then {after}");
    Ok(())
}
// ANCHOR_END: process
