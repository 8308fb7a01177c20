//! To add one is to load, to add and to store. Whatever happens in between is lost.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use stage::{Actor, Result, Scene, memory, token};

use crate::memory::shared;
use crate::process::fork;
use crate::semaphore::Semaphore;

pub const SCENE: Scene =
    Scene::new("lost-update", "two processes add one, and the sum is one", &[("ann", ann)]);

/// ann adds one, and bob does.
const INCREMENTS: u32 = 2;

struct Table {
    counter: AtomicU32,
    bob: Semaphore,
    ann: Semaphore,
}

// ANCHOR: ann
fn ann(ann: &Actor) -> Result {
    let (counter, first, second) = (AtomicU32::new(0), Semaphore::room(), Semaphore::room());
    let table = shared(Table { counter, bob: first, ann: second })?;
    table.bob.init(0)?;
    table.ann.init(0)?;
    ann.sends(memory("counter"), table.counter.load(Relaxed));
    let bob = fork(ann, "bob", |me| bob(me, table))?;

    let seen = table.counter.load(Relaxed);
    ann.gets(memory("counter"), seen);
    // Here the scheduler takes the processor away. Two semaphores make it certain.
    ann.sends(token("turn"), "bob's");
    table.bob.post()?;
    table.ann.wait()?;
    ann.gets(token("turn"), "ann's");
    ann.sends(memory("counter"), seen + 1);
    table.counter.store(seen + 1, Relaxed);

    ann.waits(bob)?;
    let sum = table.counter.load(Relaxed);
    ann.says(format_args!("finds {sum}, after {INCREMENTS} increments"));
    stage::ensure!(sum == 1, "the sum is {sum}");
    Ok(())
}
// ANCHOR_END: ann

// ANCHOR: bob
fn bob(bob: &Actor, table: &Table) -> Result {
    table.bob.wait()?;
    bob.gets(token("turn"), "bob's");
    let seen = table.counter.load(Relaxed);
    bob.gets(memory("counter"), seen);
    bob.sends(memory("counter"), seen + 1);
    table.counter.store(seen + 1, Relaxed);
    bob.sends(token("turn"), "ann's");
    Ok(table.ann.post()?)
}
// ANCHOR_END: bob
