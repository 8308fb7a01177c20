//! Four processes get the same signal, and each has decided differently about it.

use std::os::fd::OwnedFd;

use nix::sys::signal::{SaFlags, SigHandler, SigSet, Signal, kill, signal};
use nix::sys::wait::WaitStatus;
use nix::unistd::{getppid, pipe, write};
use stage::{Actor, Result, Scene, token};

use crate::hello::handle;
use crate::signals::{fork, note, noted, one_byte, take};

pub const SCENE: Scene = Scene::new(
    "fates",
    "a signal's effect is the receiver's choice: default, ignore, handle or take",
    &[("parent", parent)],
);

const INT: Signal = Signal::SIGINT;

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    type Part = fn(&Actor, &OwnedFd) -> Result;
    let parts: [(&str, &str, &str, Part); 4] = [
        ("default", "signal 1", "read", default),
        ("ignores", "signal 2", "read", ignores),
        ("handles", "signal 3", "sigsuspend", handles),
        ("takes", "signal 4", "sigwait", takes),
    ];
    for (name, way, call, part) in parts {
        let (go, start) = pipe()?;
        let child = fork(parent, name, |me| part(me, &go))?;
        parent.until_waiting(name, call)?;
        parent.sends(token(way), INT);
        kill(child.pid(), INT)?;
        if name == "ignores" {
            write(&start, b"!")?; // nothing else would wake it
        }
        let status = parent.reaps(child)?;
        let as_meant = match status {
            WaitStatus::Signaled(_, INT, _) => name == "default",
            WaitStatus::Exited(_, 0) => name != "default",
            _ => false,
        };
        stage::ensure!(as_meant, "`{name}` ended with {status:?}");
    }
    Ok(())
}
// ANCHOR_END: parent

// ANCHOR: children
fn default(me: &Actor, go: &OwnedFd) -> Result {
    one_byte(go)?;
    me.says("is never heard to say this");
    Ok(())
}

fn ignores(me: &Actor, go: &OwnedFd) -> Result {
    // SAFETY: to ignore a signal runs no code of ours.
    unsafe { signal(INT, SigHandler::SigIgn) }?;
    one_byte(go)?;
    me.says("has noticed nothing");
    Ok(())
}

fn handles(me: &Actor, _: &OwnedFd) -> Result {
    SigSet::from(INT).thread_block()?;
    handle(INT, note, SaFlags::empty())?;
    SigSet::empty().suspend()?;
    me.gets(token("signal 3"), noted()?);
    Ok(())
}

fn takes(me: &Actor, _: &OwnedFd) -> Result {
    SigSet::from(INT).thread_block()?;
    let info = take(&SigSet::from(INT))?;
    me.gets(token("signal 4"), Signal::try_from(info.si_signo)?);
    // SAFETY: a signal that `kill` has sent has a sender.
    let sender = unsafe { info.si_pid() };
    me.says("knows who sent it: the parent");
    stage::ensure!(sender == getppid().as_raw(), "sent by {sender}");
    Ok(())
}
// ANCHOR_END: children
