//! The same ranges, owned by what was opened and not by the process.

use std::fs::{self, File};

use libc::{F_OFD_GETLK, F_OFD_SETLK, F_WRLCK};
use nix::errno::Errno;
use stage::{Actor, Result, Scene};

use crate::files::{bytes, fcntl};
use crate::process::fork;

pub const SCENE: Scene = Scene::new(
    "ofd",
    "an open file description owns the lock: another close does not matter",
    &[("owner", owner)],
);

// ANCHOR: owner
fn owner(owner: &Actor) -> Result {
    let path = owner.path("passwd")?;
    let file = File::create(&path)?;
    let all = bytes(F_WRLCK, 0, 0);
    fcntl(&file, F_OFD_SETLK, all)?;
    owner.says("has locked the file");
    fs::read(&path)?;
    owner.says("has opened, read and closed the same file");

    let late = fork(owner, "late", |me| {
        let file = File::options().write(true).open(&path)?;
        let refused = fcntl(&file, F_OFD_SETLK, all).err().unwrap_or(Errno::UnknownErrno);
        let by = fcntl(&file, F_OFD_GETLK, all)?.l_pid;
        me.says(format_args!("asks for the lock: {refused:?}"));
        me.says(format_args!("asks who has it: {by}, which is no process"));
        stage::ensure!((refused, by) == (Errno::EAGAIN, -1), "{refused:?}, {by}");
        Ok(())
    })?;
    owner.waits(late)?;

    let second = File::options().write(true).open(&path)?;
    let own = fcntl(&second, F_OFD_SETLK, all).err().unwrap_or(Errno::UnknownErrno);
    owner.says(format_args!("opens it a second time, and is refused by itself: {own:?}"));
    stage::ensure!(own == Errno::EAGAIN, "asking says {own:?}");
    Ok(())
}
// ANCHOR_END: owner
