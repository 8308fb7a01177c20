//! A semaphore knows a number, and not who has taken it.

use nix::sys::signal::{Signal, raise};
use stage::{Actor, Result, Scene};

use crate::memory::shared;
use crate::process::fork;
use crate::semaphore::Semaphore;

pub const SCENE: Scene = Scene::new(
    "dead-holder",
    "who dies with a semaphore takes it along, and the next one waits",
    &[("parent", parent)],
)
.hangs();

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let lock = shared(Semaphore::room())?;
    lock.init(1)?;
    let holder = fork(parent, "holder", |me| {
        lock.wait()?;
        me.says("has the semaphore, and is killed");
        Ok(raise(Signal::SIGKILL)?)
    })?;
    parent.reaps(holder)?;
    parent.says(format_args!("wants the semaphore, which stands at {}", lock.value()?));
    Ok(lock.wait()?)
}
// ANCHOR_END: parent
