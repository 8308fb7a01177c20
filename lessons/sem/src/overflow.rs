//! How far a semaphore counts.

use libc::{GETVAL, IPC_CREAT, c_short};
use nix::errno::Errno;
use nix::unistd::{SysconfVar, sysconf};
use stage::{Actor, Result, Scene};

use crate::lacking;
use crate::memory::shared;
use crate::posix::{FOR_PROCESSES, Semaphore, sem_getvalue, sem_init, sem_post, semaphores};
use crate::process::refusal;
use crate::sysv::{get, op, remove, semget, semop, set_value};

pub const SCENE: Scene = Scene::new("overflow", "how far a semaphore counts", &[("one", one)]);

// ANCHOR: one
fn one(one: &Actor) -> Result {
    let most = sysconf(SysconfVar::SEM_VALUE_MAX)?.unwrap_or_default();
    let most = u32::try_from(most)?;
    let [full] = semaphores([most])?;
    let posted = refusal(sem_post(full));
    one.says(format_args!("sem_post at {}: {posted:?}", sem_getvalue(full)?));
    let made = refusal(sem_init(shared(Semaphore::room())?, FOR_PROCESSES, most + 1));
    one.says(format_args!("sem_init with one more: {made:?}"));

    let set = semget(one.sem_key("set")?, 1, IPC_CREAT | 0o600).map_err(lacking::system_v)?;
    set_value(set, 0, c_short::MAX.into())?;
    let added = refusal(semop(set, [op(0, 1, 0)]));
    one.says(format_args!("semop at {}: {added:?}", get(set, 0, GETVAL)?));
    let given = refusal(set_value(set, 0, i32::from(c_short::MAX) + 1));
    one.says(format_args!("SETVAL with one more: {given:?}"));
    remove(set)?;

    let all = [posted, made, added, given];
    let expected = [Errno::EOVERFLOW, Errno::EINVAL, Errno::ERANGE, Errno::ERANGE];
    stage::ensure!(all == expected, "{all:?}");
    Ok(())
}
// ANCHOR_END: one
