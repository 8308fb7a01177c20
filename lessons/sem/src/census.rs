//! The kernel can be asked who waits at a System V semaphore, and who came last.

use libc::{GETNCNT, GETPID, GETZCNT, IPC_CREAT};
use stage::{Actor, Result, Scene, token};

use crate::lacking;
use crate::process::fork;
use crate::sysv::{get, get_all, op, remove, semget, semop, set_all};

pub const SCENE: Scene = Scene::new(
    "census",
    "System V: all values, how many wait, and who operated last",
    &[("parent", parent)],
);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let set = semget(parent.sem_key("set")?, 3, IPC_CREAT | 0o600).map_err(lacking::system_v)?;
    set_all(set, [5, 0, 1])?;
    let taker = fork(parent, "taker", |_| Ok(semop(set, [op(0, -2, 0)])?))?;
    let taker_pid = taker.pid().as_raw();
    parent.waits(taker)?;
    let waiter = fork(parent, "waiter", |waiter| {
        waiter.sends(token("sleep"), "for more of the second");
        semop(set, [op(1, -1, 0)])?;
        waiter.gets(token("second"), "one");
        Ok(())
    })?;
    let zero = fork(parent, "zero", |zero| {
        zero.sends(token("sleep"), "for none of the third");
        semop(set, [op(2, 0, 0)])?;
        zero.gets(token("third"), "zero");
        Ok(())
    })?;
    parent.until_waiting("waiter", "semop")?;
    parent.gets(token("sleep"), "for more of the second");
    parent.until_waiting("zero", "semop")?;
    parent.gets(token("sleep"), "for none of the third");

    let values = get_all(set)?;
    parent.says(format_args!("values: {values:?}"));
    let last = get(set, 0, GETPID)?;
    parent.says(format_args!("the last at the first was the taker: {}", last == taker_pid));
    let (more, none) = (get(set, 1, GETNCNT)?, get(set, 2, GETZCNT)?);
    parent.says(format_args!("{more} waits for more of the second, {none} for none of the third"));
    stage::ensure!(values == [3, 0, 1] && last == taker_pid, "{values:?}, {last}");
    stage::ensure!((more, none) == (1, 1), "{more} and {none}");

    parent.sends(token("second"), "one");
    semop(set, [op(1, 1, 0)])?;
    parent.waits(waiter)?;
    parent.sends(token("third"), "zero");
    semop(set, [op(2, -1, 0)])?;
    parent.waits(zero)?;
    Ok(remove(set)?)
}
// ANCHOR_END: parent
