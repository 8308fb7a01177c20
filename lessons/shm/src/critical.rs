//! The same two increments, with a semaphore around load, add and store.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use stage::{Actor, Result, Scene, memory};

use crate::memory::shared;
use crate::process::fork;
use crate::semaphore::Semaphore;

pub const SCENE: Scene = Scene::new(
    "critical",
    "a semaphore keeps the second one out until it is safe",
    &[("ann", ann)],
);

struct Table {
    counter: AtomicU32,
    lock: Semaphore,
}

// ANCHOR: ann
fn ann(ann: &Actor) -> Result {
    let table = shared(Table { counter: AtomicU32::new(0), lock: Semaphore::room() })?;
    table.lock.init(1)?;
    ann.sends(memory("counter"), table.counter.load(Relaxed));

    table.lock.wait()?;
    let seen = table.counter.load(Relaxed);
    ann.gets(memory("counter"), seen);
    let bob = fork(ann, "bob", |me| bob(me, table))?;
    // The worst moment for the scheduler to let bob run: let him.
    ann.until_waiting("bob", "futex")?;
    ann.says("is in the critical section, and bob sleeps outside");
    ann.sends(memory("counter"), seen + 1);
    table.counter.store(seen + 1, Relaxed);
    table.lock.post()?;

    ann.waits(bob)?;
    let sum = table.counter.load(Relaxed);
    ann.gets(memory("counter"), sum);
    stage::ensure!(sum == 2, "the sum is {sum}");
    Ok(())
}
// ANCHOR_END: ann

// ANCHOR: bob
fn bob(bob: &Actor, table: &Table) -> Result {
    table.lock.wait()?;
    let seen = table.counter.load(Relaxed);
    bob.gets(memory("counter"), seen);
    bob.sends(memory("counter"), seen + 1);
    table.counter.store(seen + 1, Relaxed);
    Ok(table.lock.post()?)
}
// ANCHOR_END: bob
