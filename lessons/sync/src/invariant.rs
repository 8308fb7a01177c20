//! Money on its way from one account to the other: for a moment it is in neither.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use stage::{Actor, Result, Scene, token};

use crate::memory::shared;
use crate::process::fork;
use crate::semaphore::Semaphore;

pub const SCENE: Scene = Scene::new(
    "invariant",
    "a reader comes in between two stores, and the sum is wrong",
    &[("clerk", clerk)],
);

const WHOLE: u32 = 100;

// ANCHOR: clerk
struct Bank {
    /// Together they hold [`WHOLE`]: that is the invariant.
    accounts: [AtomicU32; 2],
    turn: Semaphore,
    back: Semaphore,
}

fn clerk(clerk: &Actor) -> Result {
    let accounts = [AtomicU32::new(WHOLE), AtomicU32::new(0)];
    let bank = shared(Bank { accounts, turn: Semaphore::room(), back: Semaphore::room() })?;
    bank.turn.init(0)?;
    bank.back.init(0)?;
    let auditor = fork(clerk, "auditor", |me| auditor(me, bank))?;

    let amount = 10;
    clerk.says(format_args!("takes {amount} from the first account"));
    bank.accounts[0].fetch_sub(amount, Relaxed);
    // Here the scheduler takes the processor away.
    clerk.sends(token("turn"), "the auditor's");
    bank.turn.post()?;
    bank.back.wait()?;
    clerk.gets(token("turn"), "the clerk's");
    clerk.says(format_args!("puts {amount} into the second account"));
    bank.accounts[1].fetch_add(amount, Relaxed);
    clerk.sends(token("turn"), "the auditor's again");
    bank.turn.post()?;
    clerk.waits(auditor)
}
// ANCHOR_END: clerk

// ANCHOR: auditor
fn auditor(auditor: &Actor, bank: &Bank) -> Result {
    let sum = || bank.accounts.iter().map(|account| account.load(Relaxed)).sum::<u32>();
    bank.turn.wait()?;
    auditor.gets(token("turn"), "the auditor's");
    let between = sum();
    auditor.says(format_args!("finds {between} of {WHOLE}"));
    auditor.sends(token("turn"), "the clerk's");
    bank.back.post()?;
    bank.turn.wait()?;
    auditor.gets(token("turn"), "the auditor's again");
    let after = sum();
    auditor.says(format_args!("finds {after} of {WHOLE}"));
    stage::ensure!((between, after) == (90, WHOLE), "found {between} and {after}");
    Ok(())
}
// ANCHOR_END: auditor
