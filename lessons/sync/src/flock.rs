//! A lock on a file: between any processes that can open it.

use std::fs::File;

use libc::{LOCK_EX, LOCK_NB};
use nix::errno::Errno;
use stage::{Actor, Fork, Result, Scene, token};

use crate::files::flock;

pub const SCENE: Scene = Scene::new(
    "flock",
    "a file as a lock: one at a time, until it is closed",
    &[("parent", parent)],
);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let path = parent.path("lock")?;
    let file = File::create(&path)?;
    flock(&file, LOCK_EX)?;
    parent.says("has locked the file");
    let child = match parent.forks("child")? {
        Fork::Parent(child) => child,
        Fork::Child(me) => {
            // The lock belongs to what was opened, and fork has shared that.
            drop(file);
            me.plays(|me| {
                let file = File::open(&path)?;
                let refused = flock(&file, LOCK_EX | LOCK_NB).err().unwrap_or(Errno::UnknownErrno);
                me.says(format_args!("opens it, and asks without waiting: {refused:?}"));
                stage::ensure!(refused == Errno::EWOULDBLOCK, "asking says {refused:?}");
                me.sends(token("lock"), "child waits");
                flock(&file, LOCK_EX)?;
                me.gets(token("lock"), "gone with the descriptor");
                Ok(())
            })
        }
    };
    parent.until_waiting("child", "flock")?;
    parent.gets(token("lock"), "child waits");
    parent.says("sees the child asleep in flock, and closes the file");
    parent.sends(token("lock"), "gone with the descriptor");
    drop(file);
    parent.waits(child)
}
// ANCHOR_END: parent
