//! One post too many, and two are inside at once.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use stage::{Actor, Result, Scene, token};

use crate::memory::shared;
use crate::posix::{sem_getvalue, sem_post, sem_wait, semaphores};
use crate::process::fork;

pub const SCENE: Scene =
    Scene::new("twice", "one post too many, and two are inside at once", &[("ann", ann)]);

// ANCHOR: ann
fn ann(ann: &Actor) -> Result {
    let [door, entered, leave] = semaphores([1, 0, 0])?;
    let inside = shared(AtomicU32::new(0))?;
    sem_wait(door)?;
    sem_post(door)?;
    ann.says(format_args!("has been inside, value {}", sem_getvalue(door)?));
    sem_post(door)?; // the mistake
    ann.says(format_args!("posts again, value {}", sem_getvalue(door)?));

    let mut guests = Vec::new();
    for name in ["bob", "cho"] {
        guests.push(fork(ann, name, |guest| {
            sem_wait(door)?;
            inside.fetch_add(1, SeqCst);
            guest.sends(token("entered"), format_args!("{name} is in"));
            sem_post(entered)?;
            sem_wait(leave)?;
            inside.fetch_sub(1, SeqCst);
            Ok(sem_post(door)?)
        })?);
        sem_wait(entered)?;
        ann.gets(token("entered"), format_args!("{name} is in"));
    }
    let both = inside.load(SeqCst);
    ann.says(format_args!("finds {both} inside at once"));
    stage::ensure!(both == 2, "{both} are inside");
    for _ in &guests {
        sem_post(leave)?; // it is not known whom this wakes
    }
    for guest in guests {
        ann.waits(guest)?;
    }
    Ok(())
}
// ANCHOR_END: ann
