//! Two programs that share nothing but the name of a semaphore: one rings, the other one waits.

use libc::O_CREAT;
use stage::{Actor, Result, Scene, token};

use crate::lacking;
use crate::posix::{Semaphore, sem_open, sem_post, sem_unlink, sem_wait};

pub const SCENE: Scene = Scene::of_roles(
    "hello",
    "two programs that share nothing but the name of a semaphore",
    &[("guest", guest), ("porter", porter)],
)
.races(&["open?", "write?", "mmap?", "munmap?", "link?", "unlink?", "close?"]);

// ANCHOR: both
fn guest(guest: &Actor) -> Result {
    let bell = open(guest)?;
    guest.sends(token("bell"), "a ring");
    sem_post(bell)?;
    Ok(())
}

fn porter(porter: &Actor) -> Result {
    let bell = open(porter)?;
    sem_wait(bell)?;
    porter.gets(token("bell"), "a ring");
    porter.says("removes the name of the bell");
    Ok(sem_unlink(&porter.sem_name("bell")?)?)
}

fn open(actor: &Actor) -> Result<&'static Semaphore> {
    let name = actor.sem_name("bell")?;
    actor.says("opens the bell, makes it if need be");
    sem_open(&name, O_CREAT, 0o600, 0).map_err(lacking::named)
}
// ANCHOR_END: both
