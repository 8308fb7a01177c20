//! The same transfer as a critical section: whoever wants to look has to wait.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use stage::{Actor, Result, Scene, token};

use crate::memory::shared;
use crate::process::fork;
use crate::pthread::Mutex;

pub const SCENE: Scene = Scene::new(
    "critical",
    "a mutex around both stores, and around both loads",
    &[("clerk", clerk)],
);

const WHOLE: u32 = 100;

struct Bank {
    accounts: [AtomicU32; 2],
    mutex: Mutex,
}

// ANCHOR: clerk
fn clerk(clerk: &Actor) -> Result {
    let accounts = [AtomicU32::new(WHOLE), AtomicU32::new(0)];
    let bank = shared(Bank { accounts, mutex: Mutex::room() })?;
    bank.mutex.init_normal()?;

    bank.mutex.lock()?;
    let amount = 10;
    clerk.says(format_args!("takes {amount} from the first account"));
    bank.accounts[0].fetch_sub(amount, Relaxed);
    // The same bad moment: the auditor comes now.
    let auditor = fork(clerk, "auditor", |me| auditor(me, bank))?;
    clerk.until_waiting("auditor", "futex")?;
    clerk.says("sees the auditor asleep outside");
    clerk.says(format_args!("puts {amount} into the second account"));
    bank.accounts[1].fetch_add(amount, Relaxed);
    clerk.sends(token("mutex"), "unlocked");
    bank.mutex.unlock()?;
    clerk.waits(auditor)
}
// ANCHOR_END: clerk

// ANCHOR: auditor
fn auditor(auditor: &Actor, bank: &Bank) -> Result {
    bank.mutex.lock()?;
    auditor.gets(token("mutex"), "unlocked");
    let sum: u32 = bank.accounts.iter().map(|account| account.load(Relaxed)).sum();
    auditor.says(format_args!("finds {sum} of {WHOLE}"));
    stage::ensure!(sum == WHOLE, "found {sum}");
    Ok(bank.mutex.unlock()?)
}
// ANCHOR_END: auditor
