//! While a handler runs, its own signal is blocked, unless one asks otherwise.

use std::ffi::c_int;
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering::Relaxed};

use nix::sys::signal::{SaFlags, Signal, raise};
use stage::{Actor, Result, Scene};

use crate::hello::handle;

pub const SCENE: Scene = Scene::new(
    "during",
    "a handler is not interrupted by its own signal, unless it asks for it",
    &[("process", process)],
);

// ANCHOR: handler
static STEPS: [AtomicI32; 4] = [const { AtomicI32::new(0) }; 4];
static NEXT: AtomicUsize = AtomicUsize::new(0);
static RUN: AtomicI32 = AtomicI32::new(0);

/// Notes that it begins, sends itself the same signal the first time, and notes that it ends.
extern "C" fn again(signal: c_int) {
    let run = RUN.fetch_add(1, Relaxed) + 1;
    let step = |what| STEPS[NEXT.fetch_add(1, Relaxed)].store(what, Relaxed);
    step(run);
    if run == 1 {
        // SAFETY: `raise` is async-signal-safe.
        unsafe { libc::raise(signal) };
    }
    step(-run);
}
// ANCHOR_END: handler

// ANCHOR: process
fn process(process: &Actor) -> Result {
    let usual = order(SaFlags::empty())?;
    process.says(format!("as usual: {usual}"));
    let nested = order(SaFlags::SA_NODEFER)?;
    process.says(format!("let in: {nested}"));
    stage::ensure!(usual == "1 begins, 1 ends, 2 begins, 2 ends", "{usual}");
    stage::ensure!(nested == "1 begins, 2 begins, 2 ends, 1 ends", "{nested}");
    Ok(())
}
// ANCHOR_END: process

fn order(flags: SaFlags) -> nix::Result<String> {
    NEXT.store(0, Relaxed);
    RUN.store(0, Relaxed);
    handle(Signal::SIGUSR1, again, flags)?;
    raise(Signal::SIGUSR1)?;
    let word = |step: i32| if step > 0 { "begins" } else { "ends" };
    let steps = STEPS.iter().map(|step| step.load(Relaxed));
    let steps: Vec<String> = steps.map(|s| format!("{} {}", s.abs(), word(s))).collect();
    Ok(steps.join(", "))
}
