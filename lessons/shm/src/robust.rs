//! A robust mutex tells the next owner that the last one has died.

use libc::{PTHREAD_MUTEX_ROBUST, PTHREAD_PROCESS_SHARED};
use nix::errno::Errno;
use nix::sys::signal::{Signal, raise};
use stage::{Actor, Result, Scene};

use crate::memory::shared;
use crate::mutex::Mutex;
use crate::process::fork;

pub const SCENE: Scene =
    Scene::new("robust", "a robust mutex tells that its owner has died", &[("parent", parent)]);

struct Table {
    mended: Mutex,
    given_up: Mutex,
}

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let table = shared(Table { mended: Mutex::room(), given_up: Mutex::room() })?;
    table.mended.init(PTHREAD_PROCESS_SHARED, PTHREAD_MUTEX_ROBUST)?;
    table.given_up.init(PTHREAD_PROCESS_SHARED, PTHREAD_MUTEX_ROBUST)?;
    let owner = fork(parent, "owner", |me| {
        table.mended.lock()?;
        table.given_up.lock()?;
        me.says("has two robust mutexes, and is killed");
        Ok(raise(Signal::SIGKILL)?)
    })?;
    parent.reaps(owner)?;

    // This is an error and the lock at once: now the data must be put in order.
    let first = table.mended.lock().err().unwrap_or(Errno::UnknownErrno);
    parent.says(format_args!("locks the first: {first:?}, and has it"));
    table.mended.consistent()?;
    table.mended.unlock()?;
    table.mended.lock()?;
    parent.says("says that it is consistent: it can be locked as before");
    table.mended.unlock()?;

    let second = table.given_up.lock().err().unwrap_or(Errno::UnknownErrno);
    table.given_up.unlock()?;
    let then = table.given_up.lock().err().unwrap_or(Errno::UnknownErrno);
    parent.says(format_args!("locks the second: {second:?}; says nothing: {then:?}"));
    let told =
        (first, second, then) == (Errno::EOWNERDEAD, Errno::EOWNERDEAD, Errno::ENOTRECOVERABLE);
    stage::ensure!(told, "{first:?}, {second:?}, {then:?}");
    Ok(())
}
// ANCHOR_END: parent
