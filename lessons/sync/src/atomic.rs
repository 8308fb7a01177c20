//! Load, add and store as one operation that nobody can come between.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use stage::{Actor, Result, Scene};

use crate::memory::shared;
use crate::process::fork;

pub const SCENE: Scene =
    Scene::new("atomic", "an atomic addition needs no lock", &[("parent", parent)]);

const PROCESSES: [&str; 4] = ["ann", "bob", "cho", "dan"];
const EACH: u32 = 100_000;

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let counter = shared(AtomicU32::new(0))?;
    let adds = |me: &Actor| {
        for _ in 0..EACH {
            counter.fetch_add(1, Relaxed);
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
    let sum = counter.load(Relaxed);
    parent.says(format_args!("finds {sum}"));
    stage::ensure!(sum == EACH * PROCESSES.len() as u32, "the sum is {sum}");
    Ok(())
}
// ANCHOR_END: parent
