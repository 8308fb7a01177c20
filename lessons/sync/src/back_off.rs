//! No order can be kept: then nobody waits with a lock in hand.

use nix::errno::Errno;
use stage::{Actor, Result, Scene, token};

use crate::memory::shared;
use crate::process::fork;
use crate::pthread::Mutex;
use crate::semaphore::Semaphore;

pub const SCENE: Scene = Scene::new(
    "back-off",
    "try, and give back what you have if you cannot have all",
    &[("ann", ann)],
);

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
    ann.says("locks the first");
    let bob = fork(ann, "bob", |me| bob(me, bank))?;
    bank.bob_has_one.wait()?;
    ann.gets(token("event"), "bob has one");
    bank.second.lock()?;
    ann.gets(token("second"), "given back");
    ann.says("has both");
    ann.sends(token("both"), "unlocked");
    bank.second.unlock()?;
    bank.first.unlock()?;
    ann.waits(bob)
}
// ANCHOR_END: ann

// ANCHOR: bob
fn bob(bob: &Actor, bank: &Bank) -> Result {
    bank.second.lock()?;
    bob.says("locks the second");
    bob.sends(token("event"), "bob has one");
    bank.bob_has_one.post()?;
    bob.until_waiting("ann", "futex")?;
    let refused = bank.first.try_lock().err().unwrap_or(Errno::UnknownErrno);
    bob.says(format_args!("tries the first: {refused:?}"));
    stage::ensure!(refused == Errno::EBUSY, "trying says {refused:?}");
    bob.sends(token("second"), "given back");
    bank.second.unlock()?;

    // Sleeping is fine now: he has nothing that anybody waits for.
    bank.first.lock()?;
    bob.gets(token("both"), "unlocked");
    bank.second.try_lock()?;
    bob.says("begins with the first this time, and has both");
    bank.second.unlock()?;
    Ok(bank.first.unlock()?)
}
// ANCHOR_END: bob
