//! What the processes of these scenes do alike.

use stage::{Actor, Child, Fork, Result};

/// Forks a child that plays a part. All the memory that is shared by now, it shares too.
#[track_caller]
pub fn fork(parent: &Actor, name: &str, part: impl FnOnce(&Actor) -> Result) -> Result<Child> {
    match parent.forks(name)? {
        Fork::Child(me) => me.plays(part),
        Fork::Parent(child) => Ok(child),
    }
}

/// For a process that is about to crash on purpose: it leaves no core file behind.
pub fn no_core() -> nix::Result<()> {
    nix::sys::prctl::set_dumpable(false)
}
