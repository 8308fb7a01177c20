//! Whose is the lock? It belongs to the open file description, and fork shares that.

use std::fs::File;

use libc::{LOCK_EX, LOCK_NB, LOCK_UN};
use nix::errno::Errno;
use stage::{Actor, Result, Scene};

use crate::files::flock;
use crate::process::fork;

pub const SCENE: Scene = Scene::new(
    "inherited",
    "a child has its parent's flock, and can take it away",
    &[("parent", parent)],
);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let path = parent.path("lock")?;
    let file = File::create(&path)?;
    let asks_anew =
        || -> Result<nix::Result<()>> { Ok(flock(File::open(&path)?, LOCK_EX | LOCK_NB)) };
    flock(&file, LOCK_EX)?;
    let other = asks_anew()?.err().unwrap_or(Errno::UnknownErrno);
    parent.says(format_args!("has the lock, asks with a new descriptor: {other:?}"));

    let child = fork(parent, "child", |me| {
        flock(&file, LOCK_EX | LOCK_NB)?;
        me.says("asks with the inherited descriptor: granted, it has that lock");
        me.says("unlocks");
        Ok(flock(&file, LOCK_UN)?)
    })?;
    parent.waits(child)?;

    let now = asks_anew()?;
    stage::ensure!((other, now) == (Errno::EWOULDBLOCK, Ok(())), "{other:?}, {now:?}");
    parent.says("asks with a new descriptor: granted");
    Ok(())
}
// ANCHOR_END: parent
