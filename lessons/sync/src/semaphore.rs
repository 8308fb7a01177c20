//! An unnamed POSIX semaphore that lies in shared memory: sem_overview(7).

use std::cell::UnsafeCell;
use std::mem::zeroed;

use nix::errno::Errno;

/// Shared between processes, which `sem_init(3)` must be told.
pub struct Semaphore(UnsafeCell<libc::sem_t>);

// SAFETY: semaphores are made to be used by several threads and processes at once.
unsafe impl Sync for Semaphore {}

impl Semaphore {
    /// Room for a semaphore. It is none before [`Self::init`], which must find it at its place.
    pub fn room() -> Self {
        // SAFETY: the type is plain bytes.
        Self(UnsafeCell::new(unsafe { zeroed() }))
    }

    /// Makes it a semaphore that processes share.
    pub fn init(&self, value: u32) -> nix::Result<()> {
        let shared_between_processes = 1;
        // SAFETY: the place is valid, and nobody uses the semaphore yet.
        let made = unsafe { libc::sem_init(self.0.get(), shared_between_processes, value) };
        Errno::result(made).map(drop)
    }

    /// Takes one, and sleeps until there is one.
    pub fn wait(&self) -> nix::Result<()> {
        // SAFETY: `init` has been called.
        Errno::result(unsafe { libc::sem_wait(self.0.get()) }).map(drop)
    }

    /// Gives one back.
    pub fn post(&self) -> nix::Result<()> {
        // SAFETY: `init` has been called.
        Errno::result(unsafe { libc::sem_post(self.0.get()) }).map(drop)
    }
}
