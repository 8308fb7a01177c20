//! SIGCHLD tells of children that stop, go on, are killed or exit.

use nix::sys::signal::{SigSet, Signal, kill};
use nix::unistd::{Pid, pipe};
use stage::{Actor, Result, Scene, token};

use crate::signals::{fork, one_byte, take};

pub const SCENE: Scene = Scene::new(
    "states",
    "SIGCHLD tells which child changed and how: stopped, continued, killed, exited",
    &[("parent", parent)],
);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    SigSet::from(Signal::SIGCHLD).thread_block()?;
    let (go, _start) = pipe()?;
    let child = fork(parent, "child", |_| Ok(one_byte(&go).map(drop)?))?;
    parent.until_waiting("child", "read")?;
    for (signal, code) in [
        (Signal::SIGSTOP, libc::CLD_STOPPED),
        (Signal::SIGCONT, libc::CLD_CONTINUED),
        (Signal::SIGKILL, libc::CLD_KILLED),
    ] {
        parent.sends(token("signal"), signal);
        kill(child.pid(), signal)?;
        let (what, status) = change(child.pid(), code)?;
        let by = Signal::try_from(status)?;
        parent.says(format!("{}: {what}, by {by}", Signal::SIGCHLD));
        stage::ensure!(by == signal, "{by} instead of {signal}");
        if signal == Signal::SIGCONT {
            // The kernel tells of it as soon as the child may go on. Now it does.
            parent.until_waiting("child", "read")?;
        }
    }
    parent.reaps(child)?;

    let exits = fork(parent, "exits", |_| {
        // SAFETY: ends this process at once.
        unsafe { libc::_exit(3) }
    })?;
    let (what, status) = change(exits.pid(), libc::CLD_EXITED)?;
    parent.says(format!("{}: {what}, with status {status}", Signal::SIGCHLD));
    stage::ensure!(status == 3, "it exited with {status}");
    parent.reaps(exits)?;
    Ok(())
}
// ANCHOR_END: parent

// ANCHOR: change
/// Takes the next SIGCHLD, which must tell of this child and this change.
fn change(of: Pid, code: i32) -> Result<(&'static str, i32)> {
    let info = take(&SigSet::from(Signal::SIGCHLD))?;
    // SAFETY: SIGCHLD comes with both.
    let (pid, status) = unsafe { (info.si_pid(), info.si_status()) };
    stage::ensure!((pid, info.si_code) == (of.as_raw(), code), "{pid} changed: {}", info.si_code);
    let what = match info.si_code {
        libc::CLD_STOPPED => "the child has stopped",
        libc::CLD_CONTINUED => "the child goes on",
        libc::CLD_KILLED => "the child has been killed",
        _ => "the child has exited",
    };
    Ok((what, status))
}
// ANCHOR_END: change
