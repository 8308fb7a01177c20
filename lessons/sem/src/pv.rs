//! The textbook's P and V around a critical section, as real calls.

use nix::errno::Errno;
use stage::{Actor, Result, Scene};

use crate::posix::{sem_getvalue, sem_post, sem_trywait, sem_wait, semaphores};
use crate::process::{fork, refusal};

pub const SCENE: Scene =
    Scene::new("pv", "the textbook's wait and signal, as real calls", &[("ann", ann)]);

// ANCHOR: ann
fn ann(ann: &Actor) -> Result {
    let [s] = semaphores([1])?;
    let before = sem_getvalue(s)?;

    sem_wait(s)?; // P, the "wait"
    let inside = sem_getvalue(s)?;
    ann.says("is in the critical section");
    let bob = fork(ann, "bob", |bob| {
        let errno = refusal(sem_trywait(s));
        bob.says(format_args!("may not enter now: {errno:?}"));
        stage::ensure!(errno == Errno::EAGAIN, "{errno:?}");
        Ok(())
    })?;
    ann.waits(bob)?;
    sem_post(s)?; // V, the "signal"

    let after = sem_getvalue(s)?;
    ann.says(format_args!("saw the values {before}, {inside}, {after}"));
    stage::ensure!((before, inside, after) == (1, 0, 1), "{before}, {inside}, {after}");
    Ok(())
}
// ANCHOR_END: ann
