//! A worker that is asked to end finishes its job, refuses the rest and cleans up.

use std::fs;
use std::os::fd::OwnedFd;
use std::path::Path;

use nix::sys::signal::{SaFlags, Signal, kill};
use nix::unistd::{pipe, write};
use stage::{Actor, Result, Scene, token};

use crate::hello::handle;
use crate::signals::{fork, note, noted, runs, text};

pub const SCENE: Scene = Scene::new(
    "graceful",
    "SIGTERM asks a worker to end: it finishes its job, cleans up and exits",
    &[("manager", manager)],
);

// ANCHOR: manager
fn manager(manager: &Actor) -> Result {
    let lock = manager.path("worker.lock")?;
    let (begun, begins) = pipe()?;
    let (go, start) = pipe()?;
    let worker = fork(manager, "worker", |me| worker(me, &lock, &begins, &go))?;
    manager.gets("pipe", text(&begun)?);
    stage::ensure!(lock.exists(), "the worker has no lock file");
    manager.until_waiting("worker", "read")?;
    manager.sends(token("signal"), Signal::SIGTERM);
    kill(worker.pid(), Signal::SIGTERM)?;
    manager.until_waiting("worker", "read")?; // its handler has run, and the read goes on
    manager.sends("input", "more");
    write(&start, b"more")?;
    manager.waits(worker)?;
    let left = if lock.exists() { "left" } else { "gone" };
    manager.says(format!("looks for the lock file: it is {left}"));
    stage::ensure!(!lock.exists(), "the lock file is left");
    Ok(())
}
// ANCHOR_END: manager

// ANCHOR: worker
fn worker(worker: &Actor, lock: &Path, begins: &OwnedFd, input: &OwnedFd) -> Result {
    handle(Signal::SIGTERM, note, SaFlags::SA_RESTART)?;
    fs::write(lock, "")?;
    for job in ["one", "two", "three"] {
        // Here, between two jobs, everything is in order: here it may end.
        if runs() > 0 {
            worker.says(format!("refuses job {job}"));
            continue;
        }
        worker.says(format!("begins job {job}"));
        worker.sends("pipe", "begun");
        write(begins, b"begun")?;
        // The job waits for its input, and the signal does not disturb it.
        worker.gets("input", text(input)?);
        worker.says(format!("finishes job {job}"));
    }
    worker.gets(token("signal"), noted()?);
    worker.says("removes its lock file and exits");
    Ok(fs::remove_file(lock)?)
}
// ANCHOR_END: worker
