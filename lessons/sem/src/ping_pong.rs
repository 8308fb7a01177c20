//! Two processes take turns with two semaphores.

use stage::{Actor, Result, Scene, token};

use crate::posix::{sem_post, sem_wait, semaphores};
use crate::process::fork;

pub const SCENE: Scene =
    Scene::new("ping-pong", "two semaphores, and two processes take turns", &[("ann", ann)]);

const ROUNDS: usize = 3;

// ANCHOR: ann
fn ann(ann: &Actor) -> Result {
    let [ping, pong] = semaphores([0, 0])?;
    let bob = fork(ann, "bob", |bob| {
        for _ in 0..ROUNDS {
            sem_wait(ping)?;
            bob.gets(token("ping"), "your turn");
            bob.sends(token("pong"), "your turn");
            sem_post(pong)?;
        }
        Ok(())
    })?;
    for _ in 0..ROUNDS {
        ann.sends(token("ping"), "your turn");
        sem_post(ping)?;
        sem_wait(pong)?;
        ann.gets(token("pong"), "your turn");
    }
    ann.waits(bob)
}
// ANCHOR_END: ann
