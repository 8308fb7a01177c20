//! A mutex in memory that processes share, with the attributes that this needs.

use std::cell::UnsafeCell;
use std::mem::{MaybeUninit, zeroed};

use libc::{PTHREAD_PROCESS_SHARED, c_int};
use nix::errno::Errno;

/// A mutex of the C library.
pub struct Mutex(UnsafeCell<libc::pthread_mutex_t>);

// SAFETY: mutexes are made to be used by several threads, and by processes if told so.
unsafe impl Sync for Mutex {}

impl Mutex {
    /// Room for a mutex. It is none before [`Self::init`], which must find it at its place.
    pub fn room() -> Self {
        // SAFETY: the type is plain bytes.
        Self(UnsafeCell::new(unsafe { zeroed() }))
    }

    // ANCHOR: init
    /// Makes it a mutex for processes: of the type that checks errors, robust or not.
    pub fn init(&self, robust: c_int) -> nix::Result<()> {
        let mut attributes = MaybeUninit::uninit();
        let kind = libc::PTHREAD_MUTEX_ERRORCHECK;
        // SAFETY: the attributes are made before they are used, and nobody uses the mutex yet.
        unsafe {
            check(libc::pthread_mutexattr_init(attributes.as_mut_ptr()))?;
            check(libc::pthread_mutexattr_settype(attributes.as_mut_ptr(), kind))?;
            check(libc::pthread_mutexattr_setpshared(
                attributes.as_mut_ptr(),
                PTHREAD_PROCESS_SHARED,
            ))?;
            check(libc::pthread_mutexattr_setrobust(attributes.as_mut_ptr(), robust))?;
            check(libc::pthread_mutex_init(self.0.get(), attributes.as_ptr()))
        }
    }
    // ANCHOR_END: init

    /// Locks it, and sleeps until that is possible.
    pub fn lock(&self) -> nix::Result<()> {
        // SAFETY: `init` has been called.
        check(unsafe { libc::pthread_mutex_lock(self.0.get()) })
    }

    /// Unlocks it.
    pub fn unlock(&self) -> nix::Result<()> {
        // SAFETY: `init` has been called.
        check(unsafe { libc::pthread_mutex_unlock(self.0.get()) })
    }

    /// Says that what a dead owner left half done has been put in order.
    pub fn consistent(&self) -> nix::Result<()> {
        // SAFETY: `init` has been called.
        check(unsafe { libc::pthread_mutex_consistent(self.0.get()) })
    }
}

/// These functions return the error instead of setting `errno`.
fn check(result: c_int) -> nix::Result<()> {
    if result == 0 { Ok(()) } else { Err(Errno::from_raw(result)) }
}
