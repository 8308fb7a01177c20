//! Unlinking takes the name away, and the semaphore from nobody who has it open.

use libc::{O_CREAT, O_EXCL};
use nix::errno::Errno;
use stage::{Actor, Result, Scene, token};

use crate::lacking;
use crate::posix::{sem_getvalue, sem_open, sem_post, sem_unlink, sem_wait};
use crate::process::{fork, refusal};

pub const SCENE: Scene =
    Scene::new("unlink", "sem_unlink takes the name, not the semaphore", &[("parent", parent)]);

const CALL: &str = "futex";
const NEW: i32 = O_CREAT | O_EXCL;

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let name = parent.sem_name("bell")?;
    let old = sem_open(&name, NEW, 0o600, 0).map_err(lacking::named)?;
    let child = fork(parent, "child", |child| {
        let old = sem_open(&name, 0, 0, 0)?;
        child.sends(token("sleep"), CALL);
        sem_wait(old)?;
        child.gets(token("old"), "one");
        Ok(())
    })?;
    parent.until_waiting("child", CALL)?;
    parent.gets(token("sleep"), CALL);
    sem_unlink(&name)?;
    let errno = refusal(sem_open(&name, 0, 0, 0));
    parent.says(format_args!("unlinks the name; opening it: {errno:?}"));
    let new = sem_open(&name, NEW, 0o600, 5)?;
    let values = (sem_getvalue(old)?, sem_getvalue(new)?);
    parent.says(format_args!("makes another one: old value {}, new value {}", values.0, values.1));
    stage::ensure!((errno, values) == (Errno::ENOENT, (0, 5)), "{errno:?}, {values:?}");
    parent.sends(token("old"), "one");
    sem_post(old)?;
    parent.waits(child)?;
    Ok(sem_unlink(&name)?)
}
// ANCHOR_END: parent
