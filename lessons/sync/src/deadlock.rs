//! Two processes, two locks, and each wants what the other has.

use stage::{Actor, Result, Scene, token};

use crate::memory::shared;
use crate::process::fork;
use crate::pthread::Mutex;
use crate::semaphore::Semaphore;

pub const SCENE: Scene = Scene::new(
    "deadlock",
    "each has one lock and waits for the other's: for ever",
    &[("ann", ann)],
)
.hangs();

struct Bank {
    first: Mutex,
    second: Mutex,
    bob_has_one: Semaphore,
}

// ANCHOR: ann
fn ann(ann: &Actor) -> Result {
    let (first, second) = (Mutex::room(), Mutex::room());
    let bank = shared(Bank { first, second, bob_has_one: Semaphore::room() })?;
    bank.first.init_normal()?;
    bank.second.init_normal()?;
    bank.bob_has_one.init(0)?;

    bank.first.lock()?;
    ann.says("moves money from the first to the second: locks the first");
    let bob = fork(ann, "bob", |me| bob(me, bank))?;
    bank.bob_has_one.wait()?;
    ann.gets(token("event"), "bob has one");
    ann.says("keeps the first, and wants the second");
    bank.second.lock()?;
    ann.says("has both");
    bank.second.unlock()?;
    bank.first.unlock()?;
    ann.waits(bob)
}
// ANCHOR_END: ann

// ANCHOR: bob
fn bob(bob: &Actor, bank: &Bank) -> Result {
    bank.second.lock()?;
    bob.says("moves money from the second to the first: locks the second");
    bob.sends(token("event"), "bob has one");
    bank.bob_has_one.post()?;
    bob.says("keeps the second, and wants the first");
    bank.first.lock()?;
    bob.says("has both");
    bank.first.unlock()?;
    Ok(bank.second.unlock()?)
}
// ANCHOR_END: bob
