//! Blocked until it sleeps, a process misses no signal.

use std::os::fd::OwnedFd;

use nix::sys::signal::{SaFlags, SigSet, Signal, kill};
use nix::unistd::{pipe, write};
use stage::{Actor, Result, Scene, token};

use crate::hello::handle;
use crate::signals::{fork, note, noted, one_byte, runs, text};

pub const SCENE: Scene = Scene::new(
    "suspend",
    "sigsuspend lets the signal in and sleeps in one step: nothing is missed",
    &[("parent", parent)],
);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let (looks, look) = pipe()?;
    let (go, start) = pipe()?;
    let child = fork(parent, "child", |me| child(me, &look, &go))?;
    parent.gets("pipe", text(&looks)?);
    parent.sends(token("signal"), Signal::SIGUSR1);
    kill(child.pid(), Signal::SIGUSR1)?;
    write(&start, b"!")?;
    parent.waits(child)
}
// ANCHOR_END: parent

// ANCHOR: child
fn child(child: &Actor, look: &OwnedFd, go: &OwnedFd) -> Result {
    SigSet::from(Signal::SIGUSR1).thread_block()?;
    handle(Signal::SIGUSR1, note, SaFlags::empty())?;
    while runs() == 0 {
        child.says("has looked: no signal so far, so it will sleep");
        child.sends("pipe", "looked");
        write(look, b"looked")?;
        one_byte(go)?; // the same gap, but now the signal stays pending

        child.says("sleeps until a signal comes");
        SigSet::empty().suspend()?;
    }
    child.gets(token("signal"), noted()?);
    Ok(())
}
// ANCHOR_END: child
