//! What the processes of these scenes do alike.

use nix::errno::Errno;
use stage::{Actor, Child, Fork, Result};

/// Forks a child that plays a part. All the memory that is shared by now, it shares too.
#[track_caller]
pub fn fork(parent: &Actor, name: &str, part: impl FnOnce(&Actor) -> Result) -> Result<Child> {
    match parent.forks(name)? {
        Fork::Child(me) => me.plays(part),
        Fork::Parent(child) => Ok(child),
    }
}

/// The error of a call that is expected to fail.
pub fn refusal<T>(result: nix::Result<T>) -> Errno {
    result.err().unwrap_or(Errno::UnknownErrno)
}
