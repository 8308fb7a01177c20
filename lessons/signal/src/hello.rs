//! A parent signals its child, whose handler runs.

use std::ffi::c_int;

use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, kill, sigaction};
use stage::{Actor, Result, Scene, token};

use crate::signals::{fork, note, noted};

pub const SCENE: Scene =
    Scene::new("hello", "a signal makes another process run its handler", &[("parent", parent)]);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let child = fork(parent, "child", child)?;
    parent.until_waiting("child", "sigsuspend")?;
    parent.sends(token("signal"), Signal::SIGUSR1);
    kill(child.pid(), Signal::SIGUSR1)?;
    parent.waits(child)
}
// ANCHOR_END: parent

// ANCHOR: child
fn child(child: &Actor) -> Result {
    // Nothing comes before we wait for it.
    SigSet::from(Signal::SIGUSR1).thread_block()?;
    handle(Signal::SIGUSR1, note, SaFlags::empty())?;
    child.says("has a handler, and sleeps until a signal comes");
    SigSet::empty().suspend()?;
    let signal = noted()?;
    child.gets(token("signal"), signal);
    stage::ensure!(signal == Signal::SIGUSR1, "the handler was told {signal}");
    Ok(())
}
// ANCHOR_END: child

// ANCHOR: handle
/// From now on `handler` runs when `signal` comes.
pub fn handle(signal: Signal, handler: extern "C" fn(c_int), flags: SaFlags) -> nix::Result<()> {
    let action = SigAction::new(SigHandler::Handler(handler), flags, SigSet::empty());
    // SAFETY: the handlers of these scenes do what `signal-safety(7)` allows, or say that they
    // do not.
    unsafe { sigaction(signal, &action) }.map(drop)
}
// ANCHOR_END: handle
