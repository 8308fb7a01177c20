//! One SIGCHLD, several children: the supervisor waits until nobody is left to wait for.

use nix::sys::signal::{SaFlags, SigSet, Signal};
use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid, waitpid};
use nix::unistd::Pid;
use stage::{Actor, Result, Scene};

use crate::hello::handle;
use crate::signals::{fork, note, runs};

pub const SCENE: Scene = Scene::new(
    "reap",
    "one signal for three children: the loop around waitpid finds them all",
    &[("parent", parent)],
);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    SigSet::from(Signal::SIGCHLD).thread_block()?;
    handle(Signal::SIGCHLD, note, SaFlags::SA_RESTART)?;
    let mut children = Vec::new();
    for (name, status) in [("one", 1), ("two", 2), ("three", 3)] {
        let child = fork(parent, name, |_| {
            // SAFETY: ends this process at once.
            unsafe { libc::_exit(status) }
        })?;
        // All have ended before we look: WNOWAIT leaves them there.
        waitid(Id::Pid(child.pid()), WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT)?;
        children.push(child);
    }

    SigSet::empty().suspend()?; // like any other event loop, it is woken by the signal
    let mut ended = Vec::new();
    while let Ok(WaitStatus::Exited(_, status)) =
        waitpid(Pid::from_raw(-1), Some(WaitPidFlag::WNOHANG))
    {
        ended.push(status);
    }
    ended.sort_unstable();
    parent.says(format!("the handler of {} has run {} time", Signal::SIGCHLD, runs()));
    parent.says(format!("has reaped {} children, with status {ended:?}", ended.len()));
    stage::ensure!(runs() == 1 && ended == [1, 2, 3], "{} runs, {ended:?}", runs());
    Ok(())
}
// ANCHOR_END: parent
