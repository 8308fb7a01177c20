//! System V takes back what a process has done, if it was told so, when the process ends.

use libc::{GETVAL, IPC_CREAT, SEM_UNDO};
use nix::sys::signal::{Signal, kill};
use stage::{Actor, Result, Scene, token};

use crate::lacking;
use crate::posix::{sem_post, sem_wait, semaphores};
use crate::process::fork;
use crate::sysv::{get, op, remove, semget, semop, set_value};

pub const SCENE: Scene = Scene::new(
    "undo",
    "System V: the kernel gives back what a dead process took",
    &[("parent", parent)],
);

const CALL: &str = "semop";

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let lock = semget(parent.sem_key("lock")?, 1, IPC_CREAT | 0o600).map_err(lacking::system_v)?;
    set_value(lock, 0, 1)?;
    let [taken, never] = semaphores([0, 0])?;
    let holder = fork(parent, "holder", |holder| {
        semop(lock, [op(0, -1, SEM_UNDO)])?;
        holder.says(format_args!("has taken it with undo, value {}", get(lock, 0, GETVAL)?));
        holder.sends(token("taken"), "yes");
        sem_post(taken)?;
        Ok(sem_wait(never)?)
    })?;
    sem_wait(taken)?;
    parent.gets(token("taken"), "yes");
    let waiter = fork(parent, "waiter", |waiter| {
        waiter.sends(token("sleep"), CALL);
        semop(lock, [op(0, -1, SEM_UNDO)])?;
        waiter.gets(token("kernel"), "what the dead one had");
        Ok(())
    })?;
    parent.until_waiting("waiter", CALL)?;
    parent.gets(token("sleep"), CALL);
    parent.says("kills the holder, and the kernel takes its operation back");
    parent.sends(token("kernel"), "what the dead one had");
    kill(holder.pid(), Signal::SIGKILL)?;
    parent.reaps(holder)?;
    parent.waits(waiter)?;
    let value = get(lock, 0, GETVAL)?;
    parent.says(format_args!("finds the value {value} when both have ended"));
    stage::ensure!(value == 1, "the value is {value}");
    Ok(remove(lock)?)
}
// ANCHOR_END: parent
