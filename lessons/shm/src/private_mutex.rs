//! A mutex for threads, put into shared memory: it locks, and it wakes nobody over there.

use std::sync::Mutex;

use stage::{Actor, Result, Scene};

use crate::memory::shared;
use crate::process::fork;

pub const SCENE: Scene = Scene::new(
    "private-mutex",
    "a mutex made for threads never wakes the other process",
    &[("parent", parent)],
)
.hangs();

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let mutex: &Mutex<()> = shared(Mutex::new(()))?;
    let held = mutex.lock();
    let child = fork(parent, "child", |me| {
        let _held = mutex.lock();
        me.says("has the mutex");
        Ok(())
    })?;
    parent.until_waiting("child", "futex")?;
    parent.says("sees the child asleep at the mutex, and unlocks it");
    drop(held);
    parent.waits(child)
}
// ANCHOR_END: parent
