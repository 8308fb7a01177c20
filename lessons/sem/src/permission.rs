//! A semaphore has a mode, like a file.

use libc::{GETVAL, IPC_CREAT, O_CREAT};
use nix::errno::Errno;
use stage::{Actor, Result, Scene};

use crate::lacking;
use crate::posix::{sem_open, sem_unlink};
use crate::process::{fork, refusal};
use crate::sysv::{get, op, remove, semget, semop};

pub const SCENE: Scene =
    Scene::new("permission", "whom the mode of a semaphore keeps out", &[("parent", parent)]);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let name = parent.sem_name("closed")?;
    sem_open(&name, O_CREAT, 0, 1).map_err(lacking::named)?;
    let set = semget(parent.sem_key("closed")?, 1, IPC_CREAT | 0o444).map_err(lacking::system_v)?;
    parent.says("makes one that nobody may open, and a set that all may read");
    let other = fork(parent, "other", |other| {
        other.obeys_permissions()?;
        let posix = refusal(sem_open(&name, 0, 0, 0));
        other.says(format_args!("opens the POSIX semaphore: {posix:?}"));
        let (value, system_v) = (get(set, 0, GETVAL)?, refusal(semop(set, [op(0, 1, 0)])));
        other.says(format_args!("reads the set, value {value}, and adds to it: {system_v:?}"));
        let both = (posix, system_v);
        stage::ensure!(both == (Errno::EACCES, Errno::EACCES), "{both:?}");
        Ok(())
    })?;
    parent.waits(other)?;
    sem_unlink(&name)?;
    Ok(remove(set)?)
}
// ANCHOR_END: parent
