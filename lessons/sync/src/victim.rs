//! A deadlock broken by force: one of the two is killed, and its lock can be had.

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use stage::{Actor, Result, Scene, token};

use crate::memory::shared;
use crate::process::fork;
use crate::pthread::Mutex;
use crate::semaphore::Semaphore;

pub const SCENE: Scene = Scene::new(
    "victim",
    "a deadlock broken by force: one is killed, and the other goes on",
    &[("judge", judge)],
);

struct Bank {
    /// Robust, so that a lock can be had from a dead owner.
    accounts: [Mutex; 2],
    has_one: [Semaphore; 2],
    go_on: [Semaphore; 2],
}

// ANCHOR: judge
fn judge(judge: &Actor) -> Result {
    let bank = make()?;
    let ann = fork(judge, "ann", |me| ann(me, bank))?;
    let bob = fork(judge, "bob", |me| moves(me, bank, 1, 0).map(drop))?;
    bank.has_one.iter().try_for_each(Semaphore::wait)?;
    bank.go_on.iter().try_for_each(Semaphore::post)?;

    judge.until_waiting("ann", "futex")?;
    judge.gets(token("wanted"), "by ann");
    judge.until_waiting("bob", "futex")?;
    judge.gets(token("wanted"), "by bob");
    for mutex in &bank.accounts {
        let locked = mutex.try_lock().err().unwrap_or(Errno::UnknownErrno);
        judge.says(format_args!("sees both asleep, and tries a lock: {locked:?}"));
        stage::ensure!(locked == Errno::EBUSY, "trying says {locked:?}");
    }
    judge.says("chooses bob as the victim");
    judge.sends(token("second"), "left by a dead owner");
    kill(bob.pid(), Signal::SIGKILL)?;
    judge.reaps(bob)?;
    judge.waits(ann)
}
// ANCHOR_END: judge

// ANCHOR: ann
fn ann(ann: &Actor, bank: &Bank) -> Result {
    let told = moves(ann, bank, 0, 1)?;
    ann.gets(token("second"), "left by a dead owner");
    ann.says(format_args!("has both, and is told {told:?}"));
    stage::ensure!(told == Errno::EOWNERDEAD, "locking says {told:?}");
    // Here she puts in order what bob has left half done, and says so.
    bank.accounts[1].consistent()?;
    Ok(bank.accounts.iter().try_for_each(Mutex::unlock)?)
}

/// Locks the one account, and then the other, when both processes have one.
fn moves(me: &Actor, bank: &Bank, from: usize, to: usize) -> Result<Errno> {
    bank.accounts[from].lock()?;
    me.says("has locked the one account");
    bank.has_one[from].post()?;
    bank.go_on[from].wait()?;
    me.sends(token("wanted"), if from == 0 { "by ann" } else { "by bob" });
    Ok(bank.accounts[to].lock().err().unwrap_or(Errno::UnknownErrno))
}
// ANCHOR_END: ann

fn make() -> nix::Result<&'static Bank> {
    let semaphores = || [Semaphore::room(), Semaphore::room()];
    let accounts = [Mutex::room(), Mutex::room()];
    let bank = shared(Bank { accounts, has_one: semaphores(), go_on: semaphores() })?;
    bank.accounts.iter().try_for_each(Mutex::init_robust)?;
    bank.has_one.iter().chain(&bank.go_on).try_for_each(|semaphore| semaphore.init(0))?;
    Ok(bank)
}
