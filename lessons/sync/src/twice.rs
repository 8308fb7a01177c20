//! A deadlock that needs only one process.

use stage::{Actor, Result, Scene};

use crate::memory::shared;
use crate::pthread::Mutex;

pub const SCENE: Scene = Scene::new(
    "twice",
    "a process waits for itself: a plain mutex locked twice",
    &[("owner", owner)],
)
.hangs();

// ANCHOR: owner
fn owner(owner: &Actor) -> Result {
    let mutex = shared(Mutex::room())?;
    mutex.init_normal()?;
    mutex.lock()?;
    owner.says("has locked it, and calls a function that locks it, too");
    adds_one(mutex)?;
    owner.says("has come back");
    Ok(mutex.unlock()?)
}

fn adds_one(mutex: &Mutex) -> Result {
    mutex.lock()?;
    Ok(mutex.unlock()?)
}
// ANCHOR_END: owner
