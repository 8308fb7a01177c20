//! A mutex belongs to who has locked it. A semaphore belongs to nobody.

use libc::PTHREAD_MUTEX_STALLED;
use nix::errno::Errno;
use stage::{Actor, Result, Scene};

use crate::memory::shared;
use crate::mutex::Mutex;
use crate::posix::{sem_getvalue, sem_post, sem_wait, semaphores};
use crate::process::{fork, refusal};

pub const SCENE: Scene = Scene::new(
    "owner",
    "anybody may post a semaphore; only the owner unlocks a mutex",
    &[("parent", parent)],
);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let [semaphore] = semaphores([1])?;
    let mutex = shared(Mutex::room())?;
    mutex.init(PTHREAD_MUTEX_STALLED)?;
    sem_wait(semaphore)?;
    mutex.lock()?;
    parent.says("has taken the semaphore and locked the mutex");

    let child = fork(parent, "child", |child| {
        sem_post(semaphore)?;
        child.says(format_args!("posts the semaphore, its value is {}", sem_getvalue(semaphore)?));
        let errno = refusal(mutex.unlock());
        child.says(format_args!("unlocks the mutex: {errno:?}"));
        stage::ensure!(errno == Errno::EPERM, "{errno:?}");
        Ok(())
    })?;
    parent.waits(child)?;

    sem_wait(semaphore)?;
    parent.says("takes the semaphore once more");
    let errno = refusal(mutex.lock());
    parent.says(format_args!("locks the mutex once more: {errno:?}"));
    stage::ensure!(errno == Errno::EDEADLK, "{errno:?}");
    Ok(mutex.unlock()?)
}
// ANCHOR_END: parent
