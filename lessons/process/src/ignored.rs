//! A parent that ignores SIGCHLD has no zombies, and learns nothing.

use std::path::PathBuf;

use nix::errno::Errno;
use nix::sys::signal::{SigHandler, Signal, signal};
use nix::sys::wait::waitpid;
use stage::{Actor, Result, Scene};

use crate::process::{fork, told};

pub const SCENE: Scene = Scene::new(
    "ignored",
    "who ignores SIGCHLD gets no zombies and no exit status",
    &[("parent", parent)],
);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    // SAFETY: to ignore a signal runs no code of ours.
    unsafe { signal(Signal::SIGCHLD, SigHandler::SigIgn) }?;
    parent.says(format!("ignores {}", Signal::SIGCHLD));
    let child = fork(parent, "child", |_| {
        // SAFETY: ends this process at once.
        unsafe { libc::_exit(3) }
    })?;
    let pid = child.pid();
    let ended = waitpid(pid, None); // returns when the child has gone
    parent.says(format!("waits for it: {}", told(ended)));
    stage::ensure!(ended == Err(Errno::ECHILD), "waitpid: {ended:?}");
    let left = PathBuf::from(format!("/proc/{pid}")).exists();
    stage::ensure!(!left, "`/proc/{pid}` is left");
    Ok(())
}
// ANCHOR_END: parent
