//! A process crashes in the middle of a change: what it shares stays as it is.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use nix::errno::Errno;
use nix::sys::signal::Signal;
use nix::sys::wait::WaitStatus;
use stage::{Actor, Result, Scene, memory};

use crate::process::{crash, fork, told};
use crate::shared::{Semaphore, shared};

pub const SCENE: Scene = Scene::new(
    "torn",
    "a crash leaves shared memory half changed, and its lock taken",
    &[("parent", parent)],
);

/// Two accounts that hold 100 together, whoever looks.
struct Accounts {
    a: AtomicU32,
    b: AtomicU32,
}

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let accounts = shared(Accounts { a: AtomicU32::new(50), b: AtomicU32::new(50) })?;
    let lock = Semaphore::new(1)?;
    let child = fork(parent, "child", |me| child(me, accounts, lock))?;
    let status = parent.reaps(child)?;
    let crashed = matches!(status, WaitStatus::Signaled(_, Signal::SIGSEGV, _));

    let taken = lock.try_wait();
    parent.says(format!("tries the lock: {}", told(taken)));
    let (a, b) = (accounts.a.load(Relaxed), accounts.b.load(Relaxed));
    parent.gets(memory("accounts"), format!("{a} in a"));
    parent.says(format!("finds {a} + {b} = {}", a + b));
    stage::ensure!(crashed && taken == Err(Errno::EAGAIN), "{status:?}, lock {taken:?}");
    stage::ensure!(a + b == 90, "the accounts hold {a} and {b}");
    Ok(())
}
// ANCHOR_END: parent

// ANCHOR: child
fn child(child: &Actor, accounts: &Accounts, lock: &Semaphore) -> Result {
    lock.wait()?;
    child.says("has the lock, and moves money from a to b");
    let less = accounts.a.load(Relaxed) - 10;
    child.sends(memory("accounts"), format!("{less} in a"));
    accounts.a.store(less, Relaxed);
    child.says("crashes in between");
    crash()?;
    accounts.b.fetch_add(10, Relaxed);
    Ok(lock.post()?)
}
// ANCHOR_END: child
