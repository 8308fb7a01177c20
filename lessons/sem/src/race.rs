//! Two processes add one to a number: without a semaphore, and with one.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use stage::{Actor, Result, Scene, memory, token};

use crate::memory::shared;
use crate::posix::{Semaphore, sem_post, sem_wait, semaphores};
use crate::process::fork;

pub const SCENE: Scene =
    Scene::new("race", "two additions without a semaphore, and two with one", &[("ann", ann)]);

const CALL: &str = "futex";

// ANCHOR: ann
fn ann(ann: &Actor) -> Result {
    let [lock] = semaphores([1])?;
    let (bare, guarded) = (shared(AtomicU32::new(0))?, shared(AtomicU32::new(0))?);
    ann.sends(memory("bare"), 0);
    ann.sends(memory("guarded"), 0);

    let seen = bare.load(Relaxed);
    ann.gets(memory("bare"), seen);
    let bob = fork(ann, "bob", |bob| add(bob, "bare", bare))?;
    ann.waits(bob)?; // in the middle of ann's own addition
    ann.sends(memory("bare"), seen + 1);
    bare.store(seen + 1, Relaxed);

    sem_wait(lock)?;
    let seen = guarded.load(Relaxed);
    ann.gets(memory("guarded"), seen);
    let cho = fork(ann, "cho", |cho| add_alone(cho, "guarded", guarded, lock))?;
    ann.until_waiting("cho", CALL)?; // in the middle again
    ann.gets(token("sleep"), CALL);
    ann.sends(memory("guarded"), seen + 1);
    guarded.store(seen + 1, Relaxed);
    sem_post(lock)?;
    ann.waits(cho)?;

    let (bare, guarded) = (bare.load(Relaxed), guarded.load(Relaxed));
    ann.says(format_args!("finds after two additions each: {bare} without, {guarded} with"));
    stage::ensure!((bare, guarded) == (1, 2), "{bare} and {guarded}");
    Ok(())
}

fn add_alone(actor: &Actor, name: &str, number: &AtomicU32, lock: &Semaphore) -> Result {
    actor.sends(token("sleep"), CALL);
    sem_wait(lock)?;
    add(actor, name, number)?;
    Ok(sem_post(lock)?)
}

fn add(actor: &Actor, name: &str, number: &AtomicU32) -> Result {
    let seen = number.load(Relaxed);
    actor.gets(memory(name), seen);
    actor.sends(memory(name), seen + 1);
    number.store(seen + 1, Relaxed);
    Ok(())
}
// ANCHOR_END: ann
