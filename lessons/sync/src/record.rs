//! Parts of a file, each locked for itself, and the kernel tells who has them.

use std::fs::File;

use libc::{F_GETLK, F_SETLK, F_WRLCK};
use nix::errno::Errno;
use nix::unistd::Pid;
use stage::{Actor, Result, Scene, varies};

use crate::files::{bytes, fcntl};
use crate::process::fork;

pub const SCENE: Scene = Scene::new(
    "record",
    "fcntl locks ranges of bytes, for one process each",
    &[("parent", parent)],
);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let file = File::create(parent.path("table")?)?;
    let (start, size) = (0, 16);
    fcntl(&file, F_SETLK, bytes(F_WRLCK, start, size))?;
    let me = Pid::this().as_raw();
    parent.says(format_args!(
        "is process {}, locks bytes {} to {}",
        varies("pid", me),
        start,
        size
    ));
    let child = fork(parent, "child", |child| {
        // The same descriptor, inherited. The lock is not.
        fcntl(&file, F_SETLK, bytes(F_WRLCK, size, size))?;
        child.says(format_args!("locks bytes {size} to {}", 2 * size));
        let first = bytes(F_WRLCK, start, size);
        let refused = fcntl(&file, F_SETLK, first).err().unwrap_or(Errno::UnknownErrno);
        let owner = fcntl(&file, F_GETLK, first)?.l_pid;
        child.says(format_args!("wants bytes {start} to {size}: {refused:?}"));
        child.says(format_args!("asks who has them: process {}", varies("pid", owner)));
        let held = matches!(refused, Errno::EAGAIN | Errno::EACCES) && owner == me;
        stage::ensure!(held, "{refused:?}, owner {owner}");
        Ok(())
    })?;
    parent.waits(child)
}
// ANCHOR_END: parent
