//! Many readers or one writer: `pthread_rwlock_rdlock(3p)`.

use std::mem::MaybeUninit;

use libc::c_int;

use super::{Room, check};

/// A read-write lock that processes share.
pub struct RwLock(Room<libc::pthread_rwlock_t>);

impl RwLock {
    /// Room for one. It is none before [`Self::init`], which must find it at its place.
    pub fn room() -> Self {
        // SAFETY: the type is plain bytes.
        Self(unsafe { Room::empty() })
    }

    /// Makes it a lock that processes share. The kind says who goes first:
    /// `pthread_rwlockattr_setkind_np(3)`.
    pub fn init(&self, kind: c_int) -> nix::Result<()> {
        let mut attributes = MaybeUninit::uninit();
        let shared = libc::PTHREAD_PROCESS_SHARED;
        // SAFETY: the attributes are made before they are used, and nobody uses the lock yet.
        unsafe {
            check(libc::pthread_rwlockattr_init(attributes.as_mut_ptr()))?;
            check(libc::pthread_rwlockattr_setpshared(attributes.as_mut_ptr(), shared))?;
            #[cfg(target_env = "gnu")]
            check(libc::pthread_rwlockattr_setkind_np(attributes.as_mut_ptr(), kind))?;
            #[cfg(not(target_env = "gnu"))]
            let _ = kind;
            check(libc::pthread_rwlock_init(self.0.get(), attributes.as_ptr()))
        }
    }

    /// Locks it to read, together with other readers.
    pub fn read(&self) -> nix::Result<()> {
        // SAFETY: `init` has been called.
        check(unsafe { libc::pthread_rwlock_rdlock(self.0.get()) })
    }

    /// Locks it to read if that is possible now, and says `EBUSY` otherwise.
    pub fn try_read(&self) -> nix::Result<()> {
        // SAFETY: `init` has been called.
        check(unsafe { libc::pthread_rwlock_tryrdlock(self.0.get()) })
    }

    /// Locks it to write, alone.
    pub fn write(&self) -> nix::Result<()> {
        // SAFETY: `init` has been called.
        check(unsafe { libc::pthread_rwlock_wrlock(self.0.get()) })
    }

    /// Gives back what this process has locked.
    pub fn unlock(&self) -> nix::Result<()> {
        // SAFETY: `init` has been called.
        check(unsafe { libc::pthread_rwlock_unlock(self.0.get()) })
    }
}
