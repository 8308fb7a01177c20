//! A place where several processes wait until all of them have come: `pthread_barrier_wait(3)`.

use std::cell::UnsafeCell;
use std::mem::{MaybeUninit, zeroed};

use nix::errno::Errno;

/// Shared between processes, which `pthread_barrierattr_setpshared(3)` must be told.
pub struct Barrier(UnsafeCell<libc::pthread_barrier_t>);

// SAFETY: barriers are made to be used by several threads and processes at once.
unsafe impl Sync for Barrier {}

impl Barrier {
    /// Room for a barrier. It is none before [`Self::init`], which must find it at its place.
    pub fn room() -> Self {
        // SAFETY: the type is plain bytes.
        Self(UnsafeCell::new(unsafe { zeroed() }))
    }

    /// Makes it a barrier for so many processes.
    pub fn init(&self, processes: u32) -> nix::Result<()> {
        let mut attributes = MaybeUninit::uninit();
        // SAFETY: the attributes are made before they are used, and nobody uses the barrier yet.
        let made = unsafe {
            libc::pthread_barrierattr_init(attributes.as_mut_ptr());
            libc::pthread_barrierattr_setpshared(
                attributes.as_mut_ptr(),
                libc::PTHREAD_PROCESS_SHARED,
            );
            libc::pthread_barrier_init(self.0.get(), attributes.as_ptr(), processes)
        };
        if made == 0 { Ok(()) } else { Err(Errno::from_raw(made)) }
    }

    /// Returns when all have come.
    pub fn wait(&self) {
        // SAFETY: `init` has been called.
        unsafe { libc::pthread_barrier_wait(self.0.get()) };
    }
}
