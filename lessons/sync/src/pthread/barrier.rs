//! Nobody goes on before all have come: `pthread_barrier_wait(3p)`.

use std::mem::MaybeUninit;

use super::{Room, check};

/// A barrier that processes share.
pub struct Barrier(Room<libc::pthread_barrier_t>);

impl Barrier {
    /// Room for one. It is none before [`Self::init`], which must find it at its place.
    pub fn room() -> Self {
        // SAFETY: the type is plain bytes.
        Self(unsafe { Room::empty() })
    }

    /// Makes it a barrier for so many processes.
    pub fn init(&self, processes: u32) -> nix::Result<()> {
        let mut attributes = MaybeUninit::uninit();
        let shared = libc::PTHREAD_PROCESS_SHARED;
        // SAFETY: the attributes are made before they are used, and nobody uses the barrier yet.
        unsafe {
            check(libc::pthread_barrierattr_init(attributes.as_mut_ptr()))?;
            check(libc::pthread_barrierattr_setpshared(attributes.as_mut_ptr(), shared))?;
            check(libc::pthread_barrier_init(self.0.get(), attributes.as_ptr(), processes))
        }
    }

    /// Returns when all have come. One of them, no matter which, is told that it is the one.
    pub fn wait(&self) -> bool {
        // SAFETY: `init` has been called.
        let told = unsafe { libc::pthread_barrier_wait(self.0.get()) };
        told == libc::PTHREAD_BARRIER_SERIAL_THREAD
    }
}
