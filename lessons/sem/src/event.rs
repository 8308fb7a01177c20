//! A semaphore that begins at zero orders two processes, and remembers a post.

use stage::{Actor, Result, Scene, token};

use crate::posix::{Semaphore, sem_getvalue, sem_post, sem_wait, semaphores};
use crate::process::fork;

pub const SCENE: Scene = Scene::new(
    "event",
    "from zero: who waits first sleeps, who posts first is remembered",
    &[("parent", parent)],
);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let [ready] = semaphores([0])?;

    parent.says("starts the reader before the loader");
    let reader = fork(parent, "reader", |me| waits(me, ready))?;
    parent.until_waiting("reader", "futex")?;
    parent.says("sees that the reader sleeps");
    let loader = fork(parent, "loader", |me| posts(me, ready))?;
    parent.waits(loader)?;
    parent.waits(reader)?;

    parent.says("starts the loader before the reader");
    let loader = fork(parent, "early", |me| posts(me, ready))?;
    parent.waits(loader)?;
    parent.says(format_args!("finds the post kept, the value is {}", sem_getvalue(ready)?));
    let reader = fork(parent, "late", |me| waits(me, ready))?;
    parent.waits(reader)
}

fn posts(loader: &Actor, ready: &Semaphore) -> Result {
    loader.sends(token("ready"), "loaded");
    Ok(sem_post(ready)?)
}

fn waits(reader: &Actor, ready: &Semaphore) -> Result {
    sem_wait(ready)?;
    reader.gets(token("ready"), "loaded");
    Ok(())
}
// ANCHOR_END: parent
