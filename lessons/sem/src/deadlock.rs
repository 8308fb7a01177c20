//! Two semaphores, taken in two orders.

use stage::{Actor, Result, Scene};

use crate::posix::{sem_post, sem_wait, semaphores};
use crate::process::fork;

pub const SCENE: Scene =
    Scene::new("deadlock", "two semaphores, taken in two orders", &[("ann", ann)]).hangs();

// ANCHOR: ann
fn ann(ann: &Actor) -> Result {
    let [paper, printer, bob_has_it] = semaphores([1, 1, 0])?;
    sem_wait(paper)?;
    ann.says("has the paper, wants the printer");
    let bob = fork(ann, "bob", |bob| {
        sem_wait(printer)?;
        bob.says("has the printer, wants the paper");
        sem_post(bob_has_it)?;
        sem_wait(paper)?;
        sem_post(paper)?;
        Ok(sem_post(printer)?)
    })?;
    sem_wait(bob_has_it)?;
    sem_wait(printer)?;
    sem_post(printer)?;
    sem_post(paper)?;
    ann.waits(bob)
}
// ANCHOR_END: ann
