//! A named semaphore outlives its processes, with the value that it had.

use std::path::PathBuf;

use libc::{O_CREAT, O_EXCL};
use nix::errno::Errno;
use nix::sys::signal::{Signal, raise};
use stage::{Actor, Result, Scene};

use crate::lacking;
use crate::posix::{sem_getvalue, sem_open, sem_trywait, sem_unlink, sem_wait};
use crate::process::{fork, refusal};

pub const SCENE: Scene = Scene::new(
    "leftover",
    "a named semaphore outlives its processes, value and all",
    &[("parent", parent)],
);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let name = parent.sem_name("lock")?;
    let file = PathBuf::from(format!("/dev/shm/sem.{}", &name.to_str()?[1..]));
    let first = fork(parent, "first", |first| {
        let lock = sem_open(&name, O_CREAT, 0o600, 1).map_err(lacking::named)?;
        sem_wait(lock)?;
        first.says(format_args!("has the semaphore, value {}, and is killed", sem_getvalue(lock)?));
        Ok(raise(Signal::SIGKILL)?)
    })?;
    parent.reaps(first)?;
    parent.says(format_args!("looks for its file in /dev/shm: {}", file.exists()));
    stage::ensure!(file.exists(), "there is no `{}`", file.display());

    let second = fork(parent, "second", |second| {
        let lock = sem_open(&name, O_CREAT, 0o600, 1)?; // with the value 1, it thinks
        let (value, errno) = (sem_getvalue(lock)?, refusal(sem_trywait(lock)));
        second.says(format_args!("is the same program again: value {value}, {errno:?}"));
        let errno = refusal(sem_open(&name, O_CREAT | O_EXCL, 0o600, 1));
        second.says(format_args!("insists on making it: {errno:?}"));
        stage::ensure!((value, errno) == (0, Errno::EEXIST), "{value}, {errno:?}");
        Ok(())
    })?;
    parent.waits(second)?;
    sem_unlink(&name)?;
    parent.says(format_args!("unlinks it; the file is there: {}", file.exists()));
    Ok(())
}
// ANCHOR_END: parent
