//! A blocked signal is kept by the kernel until it is unblocked.

use std::os::fd::OwnedFd;

use nix::sys::signal::{SaFlags, SigSet, Signal, kill};
use nix::unistd::{pipe, write};
use stage::{Actor, Result, Scene, token};

use crate::hello::handle;
use crate::outside::{set_in, status};
use crate::signals::{fork, note, runs, text};

pub const SCENE: Scene = Scene::new(
    "pending",
    "a blocked signal is not lost: it is pending until it is let in",
    &[("parent", parent)],
);

const USR1: Signal = Signal::SIGUSR1;

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let (go, start) = pipe()?;
    let child = fork(parent, "child", |me| child(me, &go))?;
    parent.until_waiting("child", "read")?;
    parent.sends(token("signal"), USR1);
    kill(child.pid(), USR1)?;
    parent.sends("pipe", "go");
    write(&start, b"go")?;
    parent.waits(child)
}
// ANCHOR_END: parent

// ANCHOR: child
fn child(child: &Actor, go: &OwnedFd) -> Result {
    handle(USR1, note, SaFlags::empty())?;
    SigSet::from(USR1).thread_block()?;
    child.says(format!("has a handler, and blocks {USR1}"));
    child.gets("pipe", text(go)?);

    let now = status()?;
    let pending = set_in(&now, "ShdPnd", USR1)?;
    let word = if pending { "pending" } else { "not there" };
    child.says(format!("{USR1} is {word}, the handler has run {} times", runs()));
    stage::ensure!(pending && runs() == 0, "pending: {pending}, runs: {}", runs());

    SigSet::from(USR1).thread_unblock()?;
    child.gets(token("signal"), USR1);
    let pending = set_in(&status()?, "ShdPnd", USR1)?;
    child.says(format!("has unblocked it: the handler has run {} time", runs()));
    stage::ensure!(!pending && runs() == 1, "pending: {pending}, runs: {}", runs());
    Ok(())
}
// ANCHOR_END: child
