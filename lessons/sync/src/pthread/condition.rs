//! To sleep until something has changed: `pthread_cond_wait(3)`.

use std::mem::MaybeUninit;

use super::{Mutex, Room, check};

/// A condition variable that processes share.
pub struct Condition(Room<libc::pthread_cond_t>);

impl Condition {
    /// Room for one. It is none before [`Self::init`], which must find it at its place.
    pub fn room() -> Self {
        // SAFETY: the type is plain bytes.
        Self(unsafe { Room::empty() })
    }

    /// Makes it a condition variable that processes share.
    pub fn init(&self) -> nix::Result<()> {
        let mut attributes = MaybeUninit::uninit();
        let shared = libc::PTHREAD_PROCESS_SHARED;
        // SAFETY: the attributes are made before they are used, and nobody uses it yet.
        unsafe {
            check(libc::pthread_condattr_init(attributes.as_mut_ptr()))?;
            check(libc::pthread_condattr_setpshared(attributes.as_mut_ptr(), shared))?;
            check(libc::pthread_cond_init(self.0.get(), attributes.as_ptr()))
        }
    }

    /// Unlocks the mutex and sleeps, in one step. Has locked it again on return.
    pub fn wait(&self, locked: &Mutex) -> nix::Result<()> {
        // SAFETY: `init` has been called on both, and the caller has the mutex.
        check(unsafe { libc::pthread_cond_wait(self.0.get(), locked.raw()) })
    }

    /// Wakes at least one of those that sleep now, if there are any.
    pub fn signal(&self) -> nix::Result<()> {
        // SAFETY: `init` has been called.
        check(unsafe { libc::pthread_cond_signal(self.0.get()) })
    }

    /// Wakes all of those that sleep now.
    pub fn broadcast(&self) -> nix::Result<()> {
        // SAFETY: `init` has been called.
        check(unsafe { libc::pthread_cond_broadcast(self.0.get()) })
    }
}
