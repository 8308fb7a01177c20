//! A mutex has an owner, and one kind of it remembers who that is.

use libc::{
    PTHREAD_MUTEX_ERRORCHECK, PTHREAD_MUTEX_RECURSIVE, PTHREAD_MUTEX_STALLED, PTHREAD_PRIO_NONE,
};
use nix::errno::Errno;
use stage::{Actor, Result, Scene};

use crate::memory::shared;
use crate::process::fork;
use crate::pthread::Mutex;

pub const SCENE: Scene = Scene::new(
    "error-checking",
    "an error-checking mutex reports what a plain one hangs on",
    &[("owner", owner)],
);

// ANCHOR: owner
fn owner(owner: &Actor) -> Result {
    let mutex = shared(Mutex::room())?;
    mutex.init(PTHREAD_MUTEX_ERRORCHECK, PTHREAD_PRIO_NONE, PTHREAD_MUTEX_STALLED)?;
    mutex.lock()?;
    let again = mutex.lock().err().unwrap_or(Errno::UnknownErrno);
    owner.says(format_args!("locks a second time: {again:?}"));

    let other = fork(owner, "other", |me| {
        let refused = mutex.unlock().err().unwrap_or(Errno::UnknownErrno);
        me.says(format_args!("unlocks what the owner has locked: {refused:?}"));
        stage::ensure!(refused == Errno::EPERM, "unlocking says {refused:?}");
        Ok(())
    })?;
    owner.waits(other)?;
    mutex.unlock()?;
    let twice = mutex.unlock().err().unwrap_or(Errno::UnknownErrno);
    owner.says(format_args!("unlocks, and unlocks once more: {twice:?}"));
    stage::ensure!((again, twice) == (Errno::EDEADLK, Errno::EPERM), "{again:?}, {twice:?}");

    let recursive = shared(Mutex::room())?;
    recursive.init(PTHREAD_MUTEX_RECURSIVE, PTHREAD_PRIO_NONE, PTHREAD_MUTEX_STALLED)?;
    let mut locked = 0;
    for _ in 0..3 {
        recursive.lock()?;
        locked += 1;
    }
    owner.says(format_args!("locks a recursive one {locked} times, and must unlock as often"));
    for _ in 0..locked {
        recursive.unlock()?;
    }
    Ok(())
}
// ANCHOR_END: owner
