//! System V semaphores can be told to take back what a process has done when it ends.

use libc::{IPC_CREAT, SEM_UNDO, SETVAL, c_int, c_short, sembuf};
use nix::errno::Errno;
use nix::sys::signal::{Signal, raise};
use stage::{Actor, Result, Scene};

use crate::lacking;
use crate::process::fork;

pub const SCENE: Scene = Scene::new(
    "undo",
    "the kernel gives back what a dead process took with SEM_UNDO",
    &[("parent", parent)],
);

const PLAIN: c_int = 0;
const UNDONE: c_int = 1;

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let key = parent.sem_key("locks")?;
    // SAFETY: these calls take numbers.
    let set = Errno::result(unsafe { libc::semget(key, 2, IPC_CREAT | 0o600) });
    let set = set.map_err(lacking::system_v)?;
    for lock in [PLAIN, UNDONE] {
        // SAFETY: SETVAL takes a number.
        Errno::result(unsafe { libc::semctl(set, lock, SETVAL, 1) })?;
    }
    let holder = fork(parent, "holder", |me| {
        take(set, PLAIN, 0)?;
        take(set, UNDONE, SEM_UNDO)?;
        me.says("has taken both semaphores, one of them with undo, and is killed");
        Ok(raise(Signal::SIGKILL)?)
    })?;
    parent.reaps(holder)?;
    // SAFETY: GETVAL and IPC_RMID take no further argument.
    let value = |lock| Errno::result(unsafe { libc::semctl(set, lock, libc::GETVAL) });
    let (plain, undone) = (value(PLAIN)?, value(UNDONE)?);
    parent.says(format_args!("without undo the semaphore stands at {plain}, with it at {undone}"));
    stage::ensure!((plain, undone) == (0, 1), "{plain} and {undone}");
    // SAFETY: as above.
    Errno::result(unsafe { libc::semctl(set, 0, libc::IPC_RMID) })?;
    Ok(())
}
// ANCHOR_END: parent

fn take(set: c_int, lock: c_int, flags: c_int) -> nix::Result<()> {
    let mut one = sembuf { sem_num: lock as u16, sem_op: -1, sem_flg: flags as c_short };
    // SAFETY: it is one operation, which outlives the call.
    Errno::result(unsafe { libc::semop(set, &raw mut one, 1) }).map(drop)
}
