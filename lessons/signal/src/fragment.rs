//! The notes' fragment as a strict compiler takes it: `signal` forgets the handler after one run.

use std::os::fd::OwnedFd;

use nix::sys::signal::{SaFlags, SigSet, Signal, kill};
use nix::sys::wait::WaitStatus;
use nix::unistd::{pipe, write};
use stage::{Actor, Result, Scene, token};

use crate::hello::handle;
use crate::signals::{fork, note, noted, text};

pub const SCENE: Scene = Scene::new(
    "fragment",
    "where signal() means what it meant in System V, the second signal kills",
    &[("parent", parent)],
);

const USR1: Signal = Signal::SIGUSR1;

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let (answers, answer) = pipe()?;
    let child = fork(parent, "child", |me| child(me, &answer))?;
    parent.until_waiting("child", "sigsuspend")?;
    parent.sends(token("signal"), USR1);
    kill(child.pid(), USR1)?;
    parent.gets("pipe", text(&answers)?);

    parent.sends(token("signal"), USR1);
    kill(child.pid(), USR1)?;
    let status = parent.reaps(child)?;
    stage::ensure!(matches!(status, WaitStatus::Signaled(_, USR1, _)), "it ended with {status:?}");
    Ok(())
}
// ANCHOR_END: parent

// ANCHOR: child
fn child(child: &Actor, answer: &OwnedFd) -> Result {
    SigSet::from(USR1).thread_block()?;
    // What `signal(USR1, handler)` does in a program compiled with `-std=c99`, see `signal(2)`.
    handle(USR1, note, SaFlags::SA_RESETHAND | SaFlags::SA_NODEFER)?;
    SigSet::empty().suspend()?;
    child.gets(token("signal"), noted()?);
    child.sends("pipe", "handled");
    write(answer, b"handled")?;
    SigSet::empty().suspend()?;
    child.says("is never heard to say this");
    Ok(())
}
// ANCHOR_END: child
