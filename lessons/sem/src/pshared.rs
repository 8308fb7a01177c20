//! A semaphore for threads, used between processes: the value arrives, the wake-up does not.

use stage::{Actor, Result, Scene, token};

use crate::memory::shared;
use crate::posix::{FOR_THREADS, Semaphore, sem_getvalue, sem_init, sem_post, sem_wait};
use crate::process::fork;

pub const SCENE: Scene = Scene::new(
    "pshared",
    "made for threads and used between processes: nobody wakes up",
    &[("parent", parent)],
)
.hangs();

const CALL: &str = "futex";

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let semaphore = shared(Semaphore::room())?;
    sem_init(semaphore, FOR_THREADS, 0)?; // the mistake
    let child = fork(parent, "child", |child| {
        child.sends(token("sleep"), CALL);
        Ok(sem_wait(semaphore)?)
    })?;
    parent.until_waiting("child", CALL)?;
    parent.gets(token("sleep"), CALL);
    sem_post(semaphore)?;
    parent.says(format_args!("has posted, the value is {}", sem_getvalue(semaphore)?));
    parent.waits(child)
}
// ANCHOR_END: parent
