//! What the scenes of counting need: a number in shared memory, and one processor for all.

use std::num::NonZeroUsize;
use std::sync::atomic::AtomicU32;

use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::sys::mman::{MapFlags, ProtFlags, mmap_anonymous};
use nix::unistd::Pid;
use stage::{Actor, Child, Fork, Result};

/// A number that this process and its children share.
pub fn number() -> Result<&'static AtomicU32> {
    let length = NonZeroUsize::new(size_of::<AtomicU32>()).ok_or(stage::Error::new("no bytes"))?;
    let how = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
    // SAFETY: the kernel chooses a free place, so that no other memory is touched.
    let place = unsafe { mmap_anonymous(None, length, how, MapFlags::MAP_SHARED) }?;
    // SAFETY: the memory is new, zero, large enough, aligned to a page, and stays until the end.
    Ok(unsafe { place.cast().as_ref() })
}

/// This process and those that it will make run on one processor from here on.
pub fn pin() -> nix::Result<usize> {
    let allowed = sched_getaffinity(Pid::this())?;
    let first = (0..CpuSet::count()).find(|&cpu| allowed.is_set(cpu).unwrap_or(false)).unwrap_or(0);
    let mut one = CpuSet::new();
    one.set(first)?;
    sched_setaffinity(Pid::this(), &one)?;
    Ok(first)
}

/// A child that plays its part; the parent goes on.
pub fn fork(parent: &Actor, name: &str, part: impl FnOnce(&Actor) -> Result) -> Result<Child> {
    match parent.forks(name)? {
        Fork::Child(me) => me.plays(part),
        Fork::Parent(child) => Ok(child),
    }
}
