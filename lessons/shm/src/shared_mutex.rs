//! The same as with the private mutex, but for one attribute.

use libc::{PTHREAD_MUTEX_STALLED, PTHREAD_PROCESS_SHARED};
use stage::{Actor, Result, Scene, token};

use crate::memory::shared;
use crate::mutex::Mutex;
use crate::process::fork;

pub const SCENE: Scene = Scene::new(
    "shared-mutex",
    "a mutex that is told of processes wakes them",
    &[("parent", parent)],
);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let mutex = shared(Mutex::room())?;
    mutex.init(PTHREAD_PROCESS_SHARED, PTHREAD_MUTEX_STALLED)?;
    mutex.lock()?;
    let child = fork(parent, "child", |me| {
        mutex.lock()?;
        me.gets(token("mutex"), "unlocked");
        Ok(mutex.unlock()?)
    })?;
    parent.until_waiting("child", "futex")?;
    parent.sends(token("mutex"), "unlocked");
    mutex.unlock()?;
    parent.waits(child)
}
// ANCHOR_END: parent
