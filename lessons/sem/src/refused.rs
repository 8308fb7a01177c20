//! Asking without waiting, and waiting until a point in time.

use libc::{IPC_CREAT, IPC_NOWAIT, timespec};
use nix::errno::Errno;
use stage::{Actor, Result, Scene};

use crate::lacking;
use crate::posix::{sem_post, sem_timedwait, sem_trywait, semaphores};
use crate::process::refusal;
use crate::sysv::{op, remove, semget, semop};

pub const SCENE: Scene =
    Scene::new("refused", "asking without waiting, and with a deadline", &[("one", one)]);

// ANCHOR: one
fn one(one: &Actor) -> Result {
    let [semaphore] = semaphores([0])?;
    let past = timespec { tv_sec: 1, tv_nsec: 0 }; // one second after the beginning of 1970
    let no_time = timespec { tv_sec: 1, tv_nsec: 1_000_000_000 };

    let tried = refusal(sem_trywait(semaphore));
    one.says(format_args!("sem_trywait, nothing there: {tried:?}"));
    let late = refusal(sem_timedwait(semaphore, &past));
    one.says(format_args!("sem_timedwait, the deadline is past: {late:?}"));
    let wrong = refusal(sem_timedwait(semaphore, &no_time));
    one.says(format_args!("sem_timedwait, too many nanoseconds: {wrong:?}"));
    sem_post(semaphore)?;
    sem_timedwait(semaphore, &past)?;
    one.says("sem_timedwait, past, but there was one to take: taken");

    let set = semget(one.sem_key("set")?, 1, IPC_CREAT | 0o600).map_err(lacking::system_v)?;
    let at_once = refusal(semop(set, [op(0, -1, IPC_NOWAIT)]));
    one.says(format_args!("semop with IPC_NOWAIT: {at_once:?}"));
    remove(set)?;

    let all = [tried, late, wrong, at_once];
    let expected = [Errno::EAGAIN, Errno::ETIMEDOUT, Errno::EINVAL, Errno::EAGAIN];
    stage::ensure!(all == expected, "{all:?}");
    Ok(())
}
// ANCHOR_END: one
