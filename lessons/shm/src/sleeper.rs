//! What waiting costs: a semaphore that is free is a number in memory; to sleep is a system call.

use nix::sys::signal::Signal;
use nix::sys::wait::WaitStatus;
use stage::{Actor, Result, Scene, token};

use crate::filter::only_exit;
use crate::memory::shared;
use crate::process::fork;
use crate::semaphore::Semaphore;

pub const SCENE: Scene = Scene::new(
    "sleeper",
    "to sleep and to wake need the kernel, in shared memory too",
    &[("parent", parent)],
);

struct Table {
    free: Semaphore,
    wanted: Semaphore,
}

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let table = shared(Table { free: Semaphore::room(), wanted: Semaphore::room() })?;
    table.free.init(1)?;
    table.wanted.init(0)?;

    let taker = fork(parent, "taker", |me| {
        me.says("may only exit, and takes a semaphore that is free");
        only_exit()?;
        Ok(table.free.wait()?)
    })?;
    parent.waits(taker)?;

    let waiter = fork(parent, "waiter", |me| {
        me.says("may only exit, and waits for that semaphore");
        only_exit()?;
        Ok(table.free.wait()?)
    })?;
    let waited = parent.reaps(waiter)?;

    let sleeper = fork(parent, "sleeper", |me| {
        table.wanted.wait()?;
        me.gets(token("bell"), "ding");
        Ok(())
    })?;
    parent.until_waiting("sleeper", "futex")?;
    let waker = fork(parent, "waker", |me| {
        me.says("may only exit, and wakes one who sleeps");
        only_exit()?;
        Ok(table.wanted.post()?)
    })?;
    let woke = parent.reaps(waker)?;
    for status in [waited, woke] {
        let killed = matches!(status, WaitStatus::Signaled(_, Signal::SIGSYS, _));
        stage::ensure!(killed, "ended with {status:?}");
    }
    parent.sends(token("bell"), "ding");
    table.wanted.post()?;
    parent.waits(sleeper)
}
// ANCHOR_END: parent
