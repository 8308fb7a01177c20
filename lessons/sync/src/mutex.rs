//! The same additions, as load and store, in a critical section.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use stage::{Actor, Result, Scene};

use crate::memory::shared;
use crate::process::fork;
use crate::pthread::Mutex;

pub const SCENE: Scene =
    Scene::new("mutex", "one process at a time: no addition is lost", &[("parent", parent)]);

const PROCESSES: [&str; 4] = ["ann", "bob", "cho", "dan"];
const EACH: u32 = 20_000;

struct Table {
    mutex: Mutex,
    counter: AtomicU32,
}

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let table = shared(Table { mutex: Mutex::room(), counter: AtomicU32::new(0) })?;
    table.mutex.init_normal()?;
    let adds = |me: &Actor| {
        for _ in 0..EACH {
            table.mutex.lock()?;
            let seen = table.counter.load(Relaxed);
            table.counter.store(seen + 1, Relaxed);
            table.mutex.unlock()?;
        }
        me.says(format_args!("has added one, {EACH} times"));
        Ok(())
    };
    let mut children = Vec::new();
    for name in PROCESSES {
        children.push(fork(parent, name, adds)?);
    }
    for child in children {
        parent.waits(child)?;
    }
    let sum = table.counter.load(Relaxed);
    parent.says(format_args!("finds {sum}"));
    stage::ensure!(sum == EACH * PROCESSES.len() as u32, "the sum is {sum}");
    Ok(())
}
// ANCHOR_END: parent
