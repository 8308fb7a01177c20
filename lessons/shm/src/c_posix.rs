//! The POSIX fragment of the notes, with the reader as the program of its own that it must be.

use std::ffi::CStr;
use std::os::fd::OwnedFd;

use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::sys::mman::{shm_open, shm_unlink};
use nix::sys::stat::{Mode, fstat};
use nix::unistd::ftruncate;
use stage::{Actor, Result, Scene, memory};

use crate::lacking;
use crate::memory::{Text, map_text};
use crate::process::fork;

pub const SCENE: Scene = Scene::new(
    "c-posix",
    "POSIX in C: who comes first prints nothing, and nobody cleans up",
    &[("parent", parent)],
);

const MESSAGE: &str = "Hello from process A";

// ANCHOR: open
fn myshm(name: &CStr) -> Result<OwnedFd> {
    let object = shm_open(name, OFlag::O_CREAT | OFlag::O_RDWR, Mode::from_bits_truncate(0o666));
    let object = object.map_err(lacking::posix)?;
    ftruncate(&object, Text::SIZE as libc::off_t)?;
    Ok(object)
}
// ANCHOR_END: open

fn parent(parent: &Actor) -> Result {
    let name = parent.shm_name("myshm")?;
    let early = fork(parent, "early", |me| prints(me, &name, ""))?;
    parent.waits(early)?;
    let a = fork(parent, "a", |me| {
        me.sends(memory("myshm"), MESSAGE);
        map_text(myshm(&name)?)?.store(MESSAGE);
        Ok(())
    })?;
    parent.waits(a)?;
    let late = fork(parent, "late", |me| prints(me, &name, MESSAGE))?;
    parent.waits(late)?;

    let left = shm_open(name.as_c_str(), OFlag::O_RDWR, Mode::empty())?;
    parent.says(format_args!("finds the object left behind: {} bytes", fstat(&left)?.st_size));
    shm_unlink(name.as_c_str())?;
    let gone = shm_open(name.as_c_str(), OFlag::O_RDWR, Mode::empty()).err();
    stage::ensure!(gone == Some(Errno::ENOENT), "after shm_unlink: {gone:?}");
    parent.says("removes it: that is its own call, and somebody's duty");
    Ok(())
}

// ANCHOR: prints
fn prints(me: &Actor, name: &CStr, expected: &str) -> Result {
    let text = map_text(myshm(name)?)?.load();
    if text.is_empty() {
        me.says(format_args!("prints `Message: {text}`"));
    } else {
        me.gets(memory("myshm"), &text);
    }
    stage::ensure!(text == expected, "loaded `{text}` instead of `{expected}`");
    Ok(())
}
// ANCHOR_END: prints
