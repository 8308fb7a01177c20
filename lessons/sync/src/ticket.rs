//! Every step is atomic, and the ticket is sold twice all the same.

use std::sync::atomic::{AtomicI32, Ordering::Relaxed};

use stage::{Actor, Result, Scene, token};

use crate::memory::shared;
use crate::process::fork;
use crate::semaphore::Semaphore;

pub const SCENE: Scene = Scene::new(
    "ticket",
    "to check and then to act are two steps, even with atomics",
    &[("ann", ann)],
);

struct Office {
    /// Sold by checking first and subtracting then.
    checked: AtomicI32,
    /// Sold by checking and subtracting in one operation.
    exchanged: AtomicI32,
    bob: Semaphore,
    ann: Semaphore,
}

// ANCHOR: ann
fn ann(ann: &Actor) -> Result {
    let (checked, exchanged) = (AtomicI32::new(1), AtomicI32::new(1));
    let (first, second) = (Semaphore::room(), Semaphore::room());
    let office = shared(Office { checked, exchanged, bob: first, ann: second })?;
    office.bob.init(0)?;
    office.ann.init(0)?;
    let bob = fork(ann, "bob", |me| bob(me, office))?;

    let there = office.checked.load(Relaxed);
    ann.says(format_args!("checks: {there} ticket left"));
    ann.sends(token("turn"), "bob's");
    office.bob.post()?;
    office.ann.wait()?;
    ann.gets(token("turn"), "ann's");
    if there > 0 {
        office.checked.fetch_sub(1, Relaxed);
        ann.says("has bought a ticket");
    }
    let left = office.checked.load(Relaxed);
    ann.says(format_args!("checks: {left} tickets left"));

    // The other way: bob came first, and the exchange says so.
    let bought = office.exchanged.compare_exchange(there, there - 1, Relaxed, Relaxed);
    let now = bought.err().unwrap_or(there);
    ann.says(format_args!("wants to make {there} into {}: refused, it is {now}", there - 1));
    stage::ensure!((left, now) == (-1, 0), "{left} left, and {bought:?}");
    ann.waits(bob)
}
// ANCHOR_END: ann

// ANCHOR: bob
fn bob(bob: &Actor, office: &Office) -> Result {
    office.bob.wait()?;
    bob.gets(token("turn"), "bob's");
    let there = office.checked.load(Relaxed);
    bob.says(format_args!("checks: {there} ticket left"));
    if there > 0 {
        office.checked.fetch_sub(1, Relaxed);
        bob.says("has bought a ticket");
    }
    let bought = office.exchanged.compare_exchange(there, there - 1, Relaxed, Relaxed);
    bob.says(format_args!("makes {there} into {} in one operation", there - 1));
    stage::ensure!(bought == Ok(1), "the exchange says {bought:?}");
    bob.sends(token("turn"), "ann's");
    Ok(office.ann.post()?)
}
// ANCHOR_END: bob
