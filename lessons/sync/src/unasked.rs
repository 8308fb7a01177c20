//! A lock is an agreement. Who does not ask is not stopped.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use stage::{Actor, Result, Scene, memory};

use crate::memory::shared;
use crate::process::fork;
use crate::pthread::Mutex;

pub const SCENE: Scene = Scene::new(
    "unasked",
    "a lock that a process does not take protects nothing",
    &[("owner", owner)],
);

struct Table {
    mutex: Mutex,
    balance: AtomicU32,
}

// ANCHOR: owner
fn owner(owner: &Actor) -> Result {
    let table = shared(Table { mutex: Mutex::room(), balance: AtomicU32::new(0) })?;
    table.mutex.init_normal()?;
    table.mutex.lock()?;
    let mine = 500;
    owner.sends(memory("balance"), mine);
    table.balance.store(mine, Relaxed);

    let rogue = fork(owner, "rogue", |me| {
        // No lock, no call, nothing that anybody could refuse.
        let theirs = 7;
        me.sends(memory("balance"), theirs);
        table.balance.store(theirs, Relaxed);
        Ok(())
    })?;
    owner.waits(rogue)?;

    let found = table.balance.load(Relaxed);
    owner.gets(memory("balance"), found);
    owner.says(format_args!("still has the mutex, and finds {found} instead of {mine}"));
    stage::ensure!(found == 7, "found {found}");
    Ok(table.mutex.unlock()?)
}
// ANCHOR_END: owner
