//! A file that exists is a lock, too. Nobody takes it away when its owner dies.

use std::fs::File;

use libc::{LOCK_EX, LOCK_NB};
use nix::errno::Errno;
use nix::sys::signal::{Signal, raise};
use stage::{Actor, Result, Scene};

use crate::files::flock;
use crate::process::fork;

pub const SCENE: Scene = Scene::new(
    "lock-file",
    "the holder is killed: its flock goes, its lock file stays",
    &[("parent", parent)],
);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let (exists, locked) = (parent.path("pid")?, parent.path("lock")?);
    let holder = fork(parent, "holder", |me| {
        // `create_new` is O_CREAT with O_EXCL: it fails if there is such a file.
        File::create_new(&exists)?;
        let file = File::create(&locked)?;
        flock(&file, LOCK_EX)?;
        me.says("has made the one file and locked the other, and is killed");
        Ok(raise(Signal::SIGKILL)?)
    })?;
    parent.reaps(holder)?;

    let made = File::create_new(&exists).err().and_then(|error| error.raw_os_error());
    let made = Errno::from_raw(made.unwrap_or_default());
    parent.says(format_args!("makes the file that was the lock: {made:?}"));
    let free = flock(File::open(&locked)?, LOCK_EX | LOCK_NB);
    stage::ensure!((made, free) == (Errno::EEXIST, Ok(())), "{made:?}, {free:?}");
    parent.says("locks the file that was locked: granted");
    Ok(())
}
// ANCHOR_END: parent
