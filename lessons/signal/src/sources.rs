//! Signals come from the clock, from the kernel, from children and from other processes.

use std::ptr::null_mut;

use nix::errno::Errno;
use nix::sys::signal::{SigSet, Signal, kill};
use nix::unistd::{getppid, pipe, write};
use stage::{Actor, Result, Scene, token};

use crate::signals::{fork, take};

pub const SCENE: Scene = Scene::new(
    "sources",
    "who sends signals: a timer, the kernel, a child that ends, another process",
    &[("parent", parent)],
);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let all = [Signal::SIGALRM, Signal::SIGPIPE, Signal::SIGCHLD, Signal::SIGUSR1];
    SigSet::from_iter(all).thread_block()?;

    set_timer()?;
    parent.says(format!("a timer has run out: {}", taken(Signal::SIGALRM)?));

    let (reader, writer) = pipe()?;
    drop(reader);
    let failed = write(&writer, b"!");
    parent.says(format!("a write that nobody can read: {}", taken(Signal::SIGPIPE)?));
    stage::ensure!(failed == Err(Errno::EPIPE), "write: {failed:?}");

    let child = fork(parent, "child", |me| {
        me.sends(token("signal"), Signal::SIGUSR1);
        Ok(kill(getppid(), Signal::SIGUSR1)?)
    })?;
    parent.gets(token("signal"), taken(Signal::SIGUSR1)?);
    parent.says(format!("a child has ended: {}", taken(Signal::SIGCHLD)?));
    parent.waits(child)
}
// ANCHOR_END: parent

fn taken(signal: Signal) -> nix::Result<Signal> {
    Signal::try_from(take(&SigSet::from(signal))?.si_signo)
}

// ANCHOR: timer
fn set_timer() -> nix::Result<()> {
    let never = libc::timeval { tv_sec: 0, tv_usec: 0 };
    let soon = libc::timeval { tv_sec: 0, tv_usec: 1 };
    let once = libc::itimerval { it_interval: never, it_value: soon };
    // SAFETY: `once` outlives the call, which only reads it.
    Errno::result(unsafe { libc::setitimer(libc::ITIMER_REAL, &once, null_mut()) }).map(drop)
}
// ANCHOR_END: timer
