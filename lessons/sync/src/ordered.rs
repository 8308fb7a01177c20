//! The same two transfers, and one rule: the first account is locked first.

use stage::{Actor, Result, Scene, token};

use crate::memory::shared;
use crate::process::fork;
use crate::pthread::Mutex;

pub const SCENE: Scene =
    Scene::new("ordered", "one order for all locks: no circle, no deadlock", &[("ann", ann)]);

struct Bank {
    accounts: [Mutex; 2],
}

impl Bank {
    // ANCHOR: lock
    /// Locks both accounts of a transfer, whichever way the money goes.
    fn lock(&self, from: usize, to: usize) -> nix::Result<()> {
        self.accounts[from.min(to)].lock()?;
        self.accounts[from.max(to)].lock()
    }
    // ANCHOR_END: lock

    fn unlock(&self) -> nix::Result<()> {
        self.accounts.iter().try_for_each(Mutex::unlock)
    }
}

// ANCHOR: ann
fn ann(ann: &Actor) -> Result {
    let bank = shared(Bank { accounts: [Mutex::room(), Mutex::room()] })?;
    bank.accounts.iter().try_for_each(Mutex::init_normal)?;

    // The same bad moment: bob comes when ann has one lock and not yet the other.
    bank.accounts[0].lock()?;
    ann.says("moves money from the first to the second: locks the first");
    let bob = fork(ann, "bob", |me| {
        me.says("moves money from the second to the first");
        me.sends(token("first"), "bob waits");
        bank.lock(1, 0)?;
        me.gets(token("locks"), "unlocked");
        me.says("has both");
        Ok(bank.unlock()?)
    })?;
    ann.until_waiting("bob", "futex")?;
    ann.gets(token("first"), "bob waits");
    ann.says("sees bob asleep, with nothing in his hands");
    bank.accounts[1].lock()?;
    ann.says("has both");
    ann.sends(token("locks"), "unlocked");
    bank.unlock()?;
    ann.waits(bob)
}
// ANCHOR_END: ann
