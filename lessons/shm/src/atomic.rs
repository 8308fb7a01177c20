//! One operation that loads, adds and stores: then there is no in between.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use stage::{Actor, Result, Scene};

use crate::memory::shared;
use crate::process::fork;

pub const SCENE: Scene =
    Scene::new("atomic", "an atomic addition loses nothing, without any lock", &[("ann", ann)]);

const TIMES: u32 = 100_000;

fn adds(counter: &AtomicU32) {
    for _ in 0..TIMES {
        counter.fetch_add(1, Relaxed);
    }
}

// ANCHOR: ann
fn ann(ann: &Actor) -> Result {
    let counter = shared(AtomicU32::new(0))?;
    let bob = fork(ann, "bob", |me| {
        me.says(format_args!("adds one to it, {TIMES} times"));
        adds(counter);
        Ok(())
    })?;
    ann.says(format_args!("adds one to it, {TIMES} times"));
    adds(counter);
    ann.waits(bob)?;
    let sum = counter.load(Relaxed);
    ann.says(format_args!("finds {sum}"));
    stage::ensure!(sum == 2 * TIMES, "the sum is {sum}");
    Ok(())
}
// ANCHOR_END: ann
