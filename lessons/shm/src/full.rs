//! A size is a promise that the file system has not made: when it is full, a store ends in SIGBUS.

use std::fs::File;
use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::{FallocateFlags, fallocate};
use nix::sys::signal::Signal;
use nix::sys::wait::WaitStatus;
use nix::unistd::ftruncate;
use stage::{Actor, Result, Scene};

use crate::memory::{READ_WRITE, map, page_size};
use crate::namespace::mount_small_tmpfs;
use crate::process::{fork, no_core};

pub const SCENE: Scene = Scene::new(
    "full",
    "ftruncate reserves nothing: a full /dev/shm is a SIGBUS",
    &[("parent", parent)],
);

const ROOM: usize = 4;
const WANTED: usize = 8;

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    // A /dev/shm of our own, as small as a container's is for a large program.
    let folder = parent.path("shm")?;
    mount_small_tmpfs(&folder, ROOM * page_size()?)?;
    parent.says(format_args!("has a tmpfs with room for {ROOM} pages"));

    let greedy = fork(parent, "greedy", |me| greedy(me, &folder))?;
    let status = parent.reaps(greedy)?;
    let killed = matches!(status, WaitStatus::Signaled(_, Signal::SIGBUS, _));
    stage::ensure!(killed, "the greedy one ended with {status:?}");
    Ok(())
}
// ANCHOR_END: parent

// ANCHOR: greedy
fn greedy(greedy: &Actor, folder: &Path) -> Result {
    let page = page_size()?;
    let size = (WANTED * page) as libc::off_t;
    let object = File::create_new(folder.join("careful"))?;
    let error = fallocate(&object, FallocateFlags::empty(), 0, size).err();
    let error = error.unwrap_or(Errno::UnknownErrno);
    greedy.says(format_args!("reserves {WANTED} pages with fallocate: {error:?}"));
    stage::ensure!(error == Errno::ENOSPC, "fallocate: {error:?}");

    let object = File::create_new(folder.join("careless"))?;
    ftruncate(&object, size)?;
    let memory = map(&object, WANTED * page, READ_WRITE)?;
    greedy.says(format_args!("sets a size of {WANTED} pages with ftruncate, maps them: no error"));
    no_core()?;
    for at in 0..WANTED {
        greedy.says(format_args!("stores into page {}", at + 1));
        // SAFETY: the page lies in the mapping. Where there is no room, the kernel ends us.
        unsafe { memory.add(at * page).write_volatile(1) };
    }
    Ok(())
}
// ANCHOR_END: greedy
