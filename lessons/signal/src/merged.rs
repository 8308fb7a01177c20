//! Three of the same standard signal while it is blocked are one.

use std::ffi::c_int;
use std::os::fd::OwnedFd;

use nix::sys::signal::{SigSet, Signal};
use nix::unistd::{pipe, write};
use stage::lacking::queued_signals;
use stage::{Actor, Result, Scene, token};

use crate::data::sigqueue;
use crate::outside::{set_in, status};
use crate::signals::{fork, take, text};

pub const SCENE: Scene = Scene::new(
    "merged",
    "a standard signal is pending or not: three sent, one comes",
    &[("parent", parent)],
)
.needs(&[queued_signals]);

const USR1: Signal = Signal::SIGUSR1;

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let (go, start) = pipe()?;
    let child = fork(parent, "child", |me| child(me, &go))?;
    parent.until_waiting("child", "read")?;
    for value in [1, 2, 3] {
        parent.sends(token("signal"), format!("{USR1} with {value}"));
        sigqueue(child.pid(), USR1 as c_int, value)?;
    }
    parent.sends("pipe", "go");
    write(&start, b"go")?;
    parent.waits(child)
}
// ANCHOR_END: parent

// ANCHOR: child
fn child(child: &Actor, go: &OwnedFd) -> Result {
    SigSet::from(USR1).thread_block()?;
    child.gets("pipe", text(go)?);
    let mut values = Vec::new();
    while set_in(&status()?, "ShdPnd", USR1)? {
        let info = take(&SigSet::from(USR1))?;
        // SAFETY: a signal of `sigqueue` has a value.
        let value = unsafe { info.si_value() }.sival_ptr.addr();
        child.gets(token("signal"), format!("{USR1} with {value}"));
        values.push(value);
    }
    child.says(format!("has had {} signal, and none is pending", values.len()));
    stage::ensure!(values == [1], "got {values:?}");
    Ok(())
}
// ANCHOR_END: child
