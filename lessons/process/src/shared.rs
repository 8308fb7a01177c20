//! Memory that a process shares with the children it will have, and semaphores that lie in it.

use std::cell::UnsafeCell;
use std::num::NonZeroUsize;
use std::ptr::NonNull;

use nix::errno::Errno;
use nix::sys::mman::{MapFlags, ProtFlags, mmap_anonymous};

/// Puts a value into new memory, which this process's children share.
pub fn shared<T: Sync>(value: T) -> nix::Result<&'static T> {
    let place = map(size_of::<T>(), MapFlags::MAP_SHARED)?.cast();
    // SAFETY: the memory is new, large enough, aligned to a page, and stays until the end.
    unsafe {
        place.write(value);
        Ok(place.as_ref())
    }
}

/// New memory, filled with zeros: shared with the children, or private and copied for them.
pub fn map(bytes: usize, flags: MapFlags) -> nix::Result<NonNull<u8>> {
    let length = NonZeroUsize::new(bytes).unwrap_or(NonZeroUsize::MIN);
    let how = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
    // SAFETY: the kernel chooses a free place, so that no other memory is touched.
    unsafe { mmap_anonymous(None, length, how, flags) }.map(NonNull::cast)
}

/// A POSIX semaphore between processes, see `sem_overview(7)`.
pub struct Semaphore(UnsafeCell<libc::sem_t>);

// SAFETY: a semaphore is made to be used by many at once.
unsafe impl Sync for Semaphore {}

impl Semaphore {
    /// A semaphore in memory that the children share.
    pub fn new(value: u32) -> nix::Result<&'static Self> {
        // SAFETY: all zeros is a valid `sem_t` until `sem_init` makes it a semaphore.
        let semaphore = shared(Self(UnsafeCell::new(unsafe { std::mem::zeroed() })))?;
        // SAFETY: it lies at its final place, and nobody else knows it yet.
        Errno::result(unsafe { libc::sem_init(semaphore.0.get(), 1, value) })?;
        Ok(semaphore)
    }

    /// Adds one, and wakes one that waits.
    pub fn post(&self) -> nix::Result<()> {
        // SAFETY: the semaphore has been initialised and stays until the process ends.
        Errno::result(unsafe { libc::sem_post(self.0.get()) }).map(drop)
    }

    /// Takes one, and sleeps until there is one.
    pub fn wait(&self) -> nix::Result<()> {
        loop {
            // SAFETY: see `post`.
            match Errno::result(unsafe { libc::sem_wait(self.0.get()) }) {
                Err(Errno::EINTR) => {}
                other => return other.map(drop),
            }
        }
    }

    /// Takes one if there is one.
    pub fn try_wait(&self) -> nix::Result<()> {
        // SAFETY: see `post`.
        Errno::result(unsafe { libc::sem_trywait(self.0.get()) }).map(drop)
    }
}
