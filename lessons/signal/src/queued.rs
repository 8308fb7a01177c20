//! Real-time signals are queued, each with its value, the lowest number first.

use std::ffi::c_int;
use std::os::fd::OwnedFd;

use nix::sys::signal::SigSet;
use nix::unistd::{pipe, write};
use stage::lacking::queued_signals;
use stage::{Actor, Result, Scene, token};

use crate::data::sigqueue;
use crate::signals::{fork, take, text};

pub const SCENE: Scene = Scene::new(
    "queued",
    "real-time signals queue: all come, in order, the lowest number first",
    &[("parent", parent)],
)
.needs(&[queued_signals]);

// ANCHOR: parent
/// What is sent, in this order: which real-time signal, with which value.
const SENT: [(c_int, usize); 4] = [(1, 9), (0, 1), (0, 2), (0, 3)];

fn parent(parent: &Actor) -> Result {
    let (go, start) = pipe()?;
    let child = fork(parent, "child", |me| child(me, &go))?;
    parent.until_waiting("child", "read")?;
    for (which, value) in SENT {
        parent.sends(token("signal"), title(which, value));
        sigqueue(child.pid(), libc::SIGRTMIN() + which, value)?;
    }
    parent.sends("pipe", "go");
    write(&start, b"go")?;
    parent.waits(child)
}
// ANCHOR_END: parent

// ANCHOR: child
fn child(child: &Actor, go: &OwnedFd) -> Result {
    let both = real_time(&[0, 1]);
    both.thread_block()?;
    child.gets("pipe", text(go)?);
    let mut values = Vec::new();
    for _ in SENT {
        let info = take(&both)?;
        // SAFETY: a signal of `sigqueue` has a value.
        let value = unsafe { info.si_value() }.sival_ptr.addr();
        child.gets(token("signal"), title(info.si_signo - libc::SIGRTMIN(), value));
        values.push(value);
    }
    stage::ensure!(values == [1, 2, 3, 9], "got {values:?}");
    Ok(())
}
// ANCHOR_END: child

fn title(which: c_int, value: usize) -> String {
    format!("SIGRTMIN+{which} with {value}")
}

/// A set of real-time signals, which have no names of their own.
pub fn real_time(which: &[c_int]) -> SigSet {
    let mut set = *SigSet::empty().as_ref();
    for number in which {
        // SAFETY: `set` is an initialised set, and the number is a signal's.
        unsafe { libc::sigaddset(&raw mut set, libc::SIGRTMIN() + number) };
    }
    // SAFETY: `set` is an initialised set.
    unsafe { SigSet::from_sigset_t_unchecked(set) }
}
