//! Who dies with a POSIX semaphore takes it along.

use nix::sys::signal::{Signal, raise};
use stage::{Actor, Result, Scene};

use crate::posix::{sem_getvalue, sem_wait, semaphores};
use crate::process::fork;

pub const SCENE: Scene = Scene::new(
    "dead-holder",
    "who dies with a semaphore takes it along, and the next one waits",
    &[("parent", parent)],
)
.hangs();

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let [lock] = semaphores([1])?;
    let holder = fork(parent, "holder", |holder| {
        sem_wait(lock)?;
        holder.says("has the semaphore, and is killed");
        Ok(raise(Signal::SIGKILL)?)
    })?;
    parent.reaps(holder)?;
    parent.says(format_args!("wants the semaphore, its value is {}", sem_getvalue(lock)?));
    Ok(sem_wait(lock)?)
}
// ANCHOR_END: parent
