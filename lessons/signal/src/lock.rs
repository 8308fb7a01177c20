//! A handler that takes a lock which the interrupted code holds waits for ever.

use std::ffi::c_int;
use std::sync::Mutex;

use nix::sys::signal::{SaFlags, Signal, raise};
use stage::{Actor, Result, Scene};

use crate::hello::handle;

pub const SCENE: Scene = Scene::new(
    "lock",
    "a handler waits for a lock that the code it interrupted holds: for ever",
    &[("process", process)],
)
.hangs();

// ANCHOR: process
/// Like the lock that `malloc` has inside.
static LOCK: Mutex<usize> = Mutex::new(0);

extern "C" fn count(_: c_int) {
    let mut held = LOCK.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    *held += 1;
}

fn process(process: &Actor) -> Result {
    handle(Signal::SIGUSR1, count, SaFlags::empty())?;
    let held = LOCK.lock()?;
    process.says(format!("holds the lock, and here comes {}", Signal::SIGUSR1));
    // The signal could come from anywhere; sent by ourselves, it comes right here.
    raise(Signal::SIGUSR1)?;
    process.says(format!("is never heard to say this: {held}"));
    Ok(())
}
// ANCHOR_END: process
