//! Three work on their own, and none goes on before all have done their part.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use stage::{Actor, Result, Scene, memory, token};

use crate::memory::shared;
use crate::process::fork;
use crate::pthread::Barrier;

pub const SCENE: Scene =
    Scene::new("barrier", "nobody goes on before all have come", &[("ann", ann)]);

struct Table {
    parts: [AtomicU32; 3],
    ready: Barrier,
    told: AtomicU32,
}

// ANCHOR: ann
fn ann(ann: &Actor) -> Result {
    let parts = [const { AtomicU32::new(0) }; 3];
    let table = shared(Table { parts, ready: Barrier::room(), told: AtomicU32::new(0) })?;
    table.ready.init(table.parts.len() as u32)?;
    let bob = fork(ann, "bob", |me| works(me, table, 1, 20, "bob waits"))?;
    let cho = fork(ann, "cho", |me| works(me, table, 2, 300, "cho waits"))?;
    ann.until_waiting("bob", "futex")?;
    ann.until_waiting("cho", "futex")?;
    ann.gets(token("barrier"), "bob waits");
    ann.gets(token("barrier"), "cho waits");
    works(ann, table, 0, 1, "ann comes last")?;
    ann.waits(bob)?;
    ann.waits(cho)?;
    let told = table.told.load(Relaxed);
    ann.says(format_args!("counts the processes that were told to be the one: {told}"));
    stage::ensure!(told == 1, "{told} were told");
    Ok(())
}
// ANCHOR_END: ann

// ANCHOR: works
fn works(me: &Actor, table: &Table, part: usize, result: u32, comes: &str) -> Result {
    me.sends(memory("parts"), result);
    table.parts[part].store(result, Relaxed);
    me.sends(token("barrier"), comes);
    if table.ready.wait() {
        table.told.fetch_add(1, Relaxed);
    }
    let mut sum = 0;
    for part in &table.parts {
        let result = part.load(Relaxed);
        me.gets(memory("parts"), result);
        sum += result;
    }
    me.says(format_args!("sums up all parts: {sum}"));
    stage::ensure!(sum == 321, "the sum is {sum}");
    Ok(())
}
// ANCHOR_END: works
