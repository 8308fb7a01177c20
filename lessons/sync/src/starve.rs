//! A writer waits while readers come and come.

use nix::errno::Errno;
use stage::{Actor, Child, Result, Scene, token};

use crate::memory::shared;
use crate::process::fork;
use crate::pthread::RwLock;

pub const SCENE: Scene = Scene::new(
    "starve",
    "readers overtake the writer, unless the lock prefers writers",
    &[("reader", reader)],
);

// ANCHOR: kinds
// `pthread_rwlockattr_setkind_np(3)`. The first is the default.
const PREFER_READER: libc::c_int = 0;
const PREFER_WRITER_NONRECURSIVE: libc::c_int = 2;
// ANCHOR_END: kinds

// ANCHOR: reader
fn reader(reader: &Actor) -> Result {
    if !cfg!(target_env = "gnu") {
        return Err(stage::missing("this C library offers one kind only", "build for glibc"));
    }
    let (plain, fair) = (shared(RwLock::room())?, shared(RwLock::room())?);
    plain.init(PREFER_READER)?;
    fair.init(PREFER_WRITER_NONRECURSIVE)?;

    let writer = meets(reader, "writer", plain)?;
    for late in ["late", "later", "latest"] {
        let late = fork(reader, late, |me| {
            plain.try_read()?;
            me.says("came after the writer, and reads");
            Ok(plain.unlock()?)
        })?;
        reader.waits(late)?;
    }
    reader.until_waiting("writer", "futex")?;
    reader.says("sees the writer still asleep, and stops reading");
    reader.sends(token("rwlock"), "unlocked");
    plain.unlock()?;
    reader.waits(writer)?;

    let author = meets(reader, "author", fair)?;
    let guest = fork(reader, "guest", |me| {
        let refused = fair.try_read().err().unwrap_or(Errno::UnknownErrno);
        me.says(format_args!("came after the author: {refused:?}"));
        stage::ensure!(refused == Errno::EBUSY, "reading says {refused:?}");
        Ok(())
    })?;
    reader.waits(guest)?;
    reader.says("stops reading");
    reader.sends(token("rwlock"), "unlocked");
    fair.unlock()?;
    reader.waits(author)
}
// ANCHOR_END: reader

// ANCHOR: meets
/// Reads, and lets somebody come who wants to write.
fn meets(reader: &Actor, name: &str, lock: &'static RwLock) -> Result<Child> {
    lock.read()?;
    reader.says("reads");
    let writer = fork(reader, name, |me| {
        lock.write()?;
        me.gets(token("rwlock"), "unlocked");
        me.says("writes at last");
        Ok(lock.unlock()?)
    })?;
    reader.until_waiting(name, "futex")?;
    reader.says(format_args!("sees the {name} asleep"));
    Ok(writer)
}
// ANCHOR_END: meets
