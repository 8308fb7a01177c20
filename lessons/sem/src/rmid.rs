//! Removing a System V set takes it from everybody, at once.

use libc::IPC_CREAT;
use nix::errno::Errno;
use stage::{Actor, Result, Scene, token};

use crate::lacking;
use crate::process::{fork, refusal};
use crate::sysv::{op, remove, semget, semop};

pub const SCENE: Scene =
    Scene::new("rmid", "System V: who waits is told that the set is gone", &[("parent", parent)]);

const CALL: &str = "semop";

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let set = semget(parent.sem_key("set")?, 1, IPC_CREAT | 0o600).map_err(lacking::system_v)?;
    let waiter = fork(parent, "waiter", |waiter| {
        waiter.sends(token("sleep"), CALL);
        let woken = refusal(semop(set, [op(0, -1, 0)]));
        waiter.gets(token("set"), "removed");
        let again = refusal(semop(set, [op(0, -1, 0)]));
        waiter.says(format_args!("was woken with {woken:?}, and tries again: {again:?}"));
        stage::ensure!((woken, again) == (Errno::EIDRM, Errno::EINVAL), "{woken:?}, {again:?}");
        Ok(())
    })?;
    parent.until_waiting("waiter", CALL)?;
    parent.gets(token("sleep"), CALL);
    parent.sends(token("set"), "removed");
    remove(set)?;
    parent.waits(waiter)
}
// ANCHOR_END: parent
