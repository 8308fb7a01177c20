//! Who finds nothing to take sleeps until somebody posts.

use stage::{Actor, Result, Scene, token};

use crate::posix::{sem_post, sem_wait, semaphores};
use crate::process::fork;

pub const SCENE: Scene = Scene::new(
    "sleep",
    "while ann uses the resource, bob sleeps at the semaphore",
    &[("ann", ann)],
);

const CALL: &str = "futex";

// ANCHOR: ann
fn ann(ann: &Actor) -> Result {
    let [printer] = semaphores([1])?;
    sem_wait(printer)?;
    ann.says("has the printer");
    let bob = fork(ann, "bob", |bob| {
        bob.sends(token("sleep"), CALL);
        sem_wait(printer)?;
        bob.gets(token("printer"), "it is free");
        Ok(sem_post(printer)?)
    })?;
    ann.until_waiting("bob", CALL)?;
    ann.gets(token("sleep"), CALL);
    ann.says("is done with the printer");
    ann.sends(token("printer"), "it is free");
    sem_post(printer)?;
    ann.waits(bob)
}
// ANCHOR_END: ann
