//! A robust mutex tells the next one that its owner has died.

use libc::PTHREAD_MUTEX_ROBUST;
use nix::errno::Errno;
use nix::sys::signal::{Signal, raise};
use stage::{Actor, Result, Scene};

use crate::memory::shared;
use crate::mutex::Mutex;
use crate::process::{fork, refusal};

pub const SCENE: Scene =
    Scene::new("robust", "a robust mutex tells that its owner has died", &[("parent", parent)]);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let mutex = shared(Mutex::room())?;
    mutex.init(PTHREAD_MUTEX_ROBUST)?;
    let owner = fork(parent, "owner", |owner| {
        mutex.lock()?;
        owner.says("has the mutex, and is killed");
        Ok(raise(Signal::SIGKILL)?)
    })?;
    parent.reaps(owner)?;

    let errno = refusal(mutex.lock());
    parent.says(format_args!("locks the mutex: {errno:?}, and owns it now"));
    stage::ensure!(errno == Errno::EOWNERDEAD, "{errno:?}");
    mutex.consistent()?; // the data that it protects must be put in order before
    mutex.unlock()?;
    mutex.lock()?;
    parent.says("locks it again as if nothing had happened");
    Ok(mutex.unlock()?)
}
// ANCHOR_END: parent
