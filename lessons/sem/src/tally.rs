//! What a semaphore can carry: how often, and nothing else.

use nix::errno::Errno;
use stage::{Actor, Result, Scene, token};

use crate::posix::{sem_post, sem_trywait, semaphores};
use crate::process::{fork, refusal};

pub const SCENE: Scene = Scene::new(
    "tally",
    "a semaphore carries a number of posts, and no data",
    &[("parent", parent)],
);

const POSTS: usize = 5;

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let [tally] = semaphores([0])?;
    let child = fork(parent, "child", |child| {
        child.sends(token("tally"), format_args!("{POSTS} posts"));
        for _ in 0..POSTS {
            sem_post(tally)?;
        }
        Ok(())
    })?;
    parent.waits(child)?;
    let mut taken = 0;
    while sem_trywait(tally).is_ok() {
        taken += 1;
    }
    parent.gets(token("tally"), format_args!("{taken} posts"));
    let errno = refusal(sem_trywait(tally));
    parent.says(format_args!("finds no more: {errno:?}"));
    stage::ensure!((taken, errno) == (POSTS, Errno::EAGAIN), "{taken}, {errno:?}");
    Ok(())
}
// ANCHOR_END: parent
