//! A semaphore stops nobody who does not ask.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use stage::{Actor, Result, Scene, memory};

use crate::memory::shared;
use crate::posix::{sem_getvalue, sem_post, sem_wait, semaphores};
use crate::process::fork;

pub const SCENE: Scene =
    Scene::new("uninvited", "a process that does not ask walks right in", &[("owner", owner)]);

const MINE: u32 = 7;
const THEIRS: u32 = 99;

// ANCHOR: owner
fn owner(owner: &Actor) -> Result {
    let [lock] = semaphores([1])?;
    let number = shared(AtomicU32::new(0))?;
    sem_wait(lock)?;
    owner.says(format_args!("holds the semaphore, its value is {}", sem_getvalue(lock)?));
    owner.sends(memory("number"), MINE);
    number.store(MINE, Relaxed);
    let intruder = fork(owner, "intruder", |me| {
        me.sends(memory("number"), THEIRS);
        number.store(THEIRS, Relaxed);
        Ok(())
    })?;
    owner.waits(intruder)?;
    let found = number.load(Relaxed);
    owner.gets(memory("number"), found);
    owner.says(format_args!("still holds it, value {}", sem_getvalue(lock)?));
    stage::ensure!(found == THEIRS, "the number is {found}");
    Ok(sem_post(lock)?)
}
// ANCHOR_END: owner
