//! A supervisor learns that its worker has ended, and starts another one.

use nix::sys::signal::{SigSet, Signal};
use nix::sys::wait::WaitStatus;
use stage::{Actor, Error, Result, Scene};

use crate::signals::{fork, take};

pub const SCENE: Scene = Scene::new(
    "supervise",
    "SIGCHLD wakes a supervisor, which starts a crashed worker again",
    &[("boss", boss)],
);

// ANCHOR: boss
fn boss(boss: &Actor) -> Result {
    let chld = SigSet::from(Signal::SIGCHLD);
    chld.thread_block()?;
    for (name, status) in [("first", 10), ("second", 11), ("third", 0)] {
        let worker = fork(boss, name, |_| {
            // SAFETY: ends this process at once.
            unsafe { libc::_exit(status) }
        })?;
        let info = take(&chld)?;
        // SAFETY: SIGCHLD tells of a child.
        let pid = unsafe { info.si_pid() };
        stage::ensure!(pid == worker.pid().as_raw(), "{pid} has ended");
        let WaitStatus::Exited(_, ended) = boss.reaps(worker)? else {
            return Err(Error::new("the worker has not exited"));
        };
        stage::ensure!(ended == status, "it exited with {ended}");
        let next = if ended == 0 { "is content" } else { "starts another one" };
        boss.says(format!("{}: status {ended}, {next}", Signal::SIGCHLD));
    }
    Ok(())
}
// ANCHOR_END: boss
