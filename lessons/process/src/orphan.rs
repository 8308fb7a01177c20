//! A process whose parent has ended gets another one.

use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicI32, Ordering::Relaxed};

use nix::sys::prctl::{set_child_subreaper, set_pdeathsig};
use nix::sys::signal::Signal;
use nix::unistd::{Pid, getppid, pipe, read, write};
use stage::{Actor, Fork, Result, Scene, token};

use crate::process::fork;
use crate::shared::{Semaphore, shared};

pub const SCENE: Scene = Scene::new(
    "orphan",
    "whose parent ends gets the nearest subreaper, or process one",
    &[("reaper", reaper)],
);

// ANCHOR: reaper
fn reaper(reaper: &Actor) -> Result {
    set_child_subreaper(true)?;
    reaper.says("takes in the orphans among its descendants");
    let (event, events) = pipe()?;
    let pid = shared(AtomicI32::new(0))?;
    let parent = match reaper.forks("parent")? {
        Fork::Child(me) => {
            drop(events);
            me.plays(|me| parent(me, event, pid))
        }
        Fork::Parent(child) => child,
    };
    reaper.waits(parent)?;

    reaper.sends(token("event"), "your parent has ended");
    write(&events, b"!")?;
    let orphan = reaper.adopts("orphan", Pid::from_raw(pid.load(Relaxed)));
    reaper.waits(orphan)
}
// ANCHOR_END: reaper

// ANCHOR: parent
fn parent(parent: &Actor, event: OwnedFd, pid: &AtomicI32) -> Result {
    let (grandparent, ready) = (getppid(), Semaphore::new(0)?);
    let child = fork(parent, "orphan", |me| orphan(me, &event, grandparent, ready))?;
    pid.store(child.pid().as_raw(), Relaxed);
    Ok(ready.wait()?) // and does not wait for the child's end
}
// ANCHOR_END: parent

// ANCHOR: orphan
fn orphan(orphan: &Actor, event: &OwnedFd, grandparent: Pid, ready: &Semaphore) -> Result {
    set_pdeathsig(None)?; // actors end with their parents; this one must not
    ready.post()?;
    if read(event, &mut [0])? == 0 {
        return Ok(()); // the whole run is being ended
    }
    orphan.gets(token("event"), "your parent has ended");
    set_pdeathsig(Signal::SIGKILL)?;
    let adopted = getppid() == grandparent;
    orphan.says(format!("its parent is the reaper: {adopted}"));
    stage::ensure!(adopted, "its parent is {}", getppid());
    Ok(())
}
// ANCHOR_END: orphan
