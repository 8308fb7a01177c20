//! A signal that comes before the handler is installed ends the process.

use std::os::fd::OwnedFd;

use nix::sys::signal::{SaFlags, SigSet, Signal, kill};
use nix::sys::wait::WaitStatus;
use nix::unistd::{pipe, write};
use stage::{Actor, Result, Scene, token};

use crate::hello::handle;
use crate::signals::{fork, note, noted, one_byte, text};

pub const SCENE: Scene =
    Scene::new("early", "who signals a program before it is ready kills it", &[("parent", parent)]);

const USR1: Signal = Signal::SIGUSR1;

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let (go, _start) = pipe()?;
    let slow = fork(parent, "slow", |me| slow(me, &go))?;
    parent.until_waiting("slow", "read")?;
    parent.sends(token("signal 1"), USR1);
    kill(slow.pid(), USR1)?;
    let status = parent.reaps(slow)?;
    stage::ensure!(matches!(status, WaitStatus::Signaled(_, USR1, _)), "it ended with {status:?}");

    let (ready, report) = pipe()?;
    let ready_child = fork(parent, "ready", |me| prepared(me, &report))?;
    parent.gets("pipe", text(&ready)?);
    parent.sends(token("signal 2"), USR1);
    kill(ready_child.pid(), USR1)?;
    parent.waits(ready_child)
}
// ANCHOR_END: parent

// ANCHOR: children
fn slow(me: &Actor, go: &OwnedFd) -> Result {
    me.says("has not installed its handler yet");
    one_byte(go)?;
    Ok(handle(USR1, note, SaFlags::SA_RESTART)?)
}

fn prepared(me: &Actor, report: &OwnedFd) -> Result {
    SigSet::from(USR1).thread_block()?;
    handle(USR1, note, SaFlags::empty())?;
    me.sends("pipe", "ready");
    write(report, b"ready")?;
    SigSet::empty().suspend()?;
    me.gets(token("signal 2"), noted()?);
    Ok(())
}
// ANCHOR_END: children
