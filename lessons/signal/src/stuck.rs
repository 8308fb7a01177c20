//! A worker that does not do as asked is killed, and cleans up nothing.

use std::fs;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SaFlags, Signal, kill};
use nix::sys::wait::WaitStatus;
use nix::unistd::pipe;
use stage::{Actor, Result, Scene, token};

use crate::hello::handle;
use crate::pidfd::pidfd_open;
use crate::signals::{fork, note, one_byte};

pub const SCENE: Scene = Scene::new(
    "stuck",
    "who does not end when asked is killed after a deadline, and leaves things behind",
    &[("manager", manager)],
);

const KILL: Signal = Signal::SIGKILL;

// ANCHOR: manager
fn manager(manager: &Actor) -> Result {
    let lock = manager.path("worker.lock")?;
    let (go, _never) = pipe()?;
    let worker = fork(manager, "worker", |me| worker(me, &lock, &go))?;
    let ended = pidfd_open(worker.pid())?;
    manager.until_waiting("worker", "read")?;
    manager.sends(token("signal"), Signal::SIGTERM);
    kill(worker.pid(), Signal::SIGTERM)?;

    // The deadline: as short as you like, since this worker never ends.
    let mut wanted = [PollFd::new(ended.as_fd(), PollFlags::POLLIN)];
    let in_time = poll(&mut wanted, PollTimeout::from(20_u8))?;
    let how = if in_time == 0 { "has not ended" } else { "has ended" };
    manager.says(format!("has waited long enough: the worker {how}"));
    // It has had its turn by now, and is back in its read, however busy the machine is.
    manager.until_waiting("worker", "read")?;
    manager.sends(token("signal"), KILL);
    kill(worker.pid(), KILL)?;
    let status = manager.reaps(worker)?;
    stage::ensure!(matches!(status, WaitStatus::Signaled(_, KILL, _)), "it ended with {status:?}");

    let left = if lock.exists() { "left" } else { "gone" };
    manager.says(format!("looks for the lock file: it is {left}, and removes it"));
    stage::ensure!(in_time == 0, "the worker has ended by itself");
    Ok(fs::remove_file(&lock)?)
}
// ANCHOR_END: manager

// ANCHOR: worker
fn worker(worker: &Actor, lock: &Path, go: &OwnedFd) -> Result {
    // The handler sets a flag, but nobody looks at the flag while the read goes on and on.
    handle(Signal::SIGTERM, note, SaFlags::SA_RESTART)?;
    fs::write(lock, "")?;
    worker.says("waits for what never comes");
    one_byte(go)?;
    Ok(fs::remove_file(lock)?)
}
// ANCHOR_END: worker
