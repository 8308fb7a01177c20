//! The C library's means of synchronisation, made for processes: each lies in shared memory and
//! has been told so with an attribute, `PTHREAD_PROCESS_SHARED`.

mod barrier;
mod condition;
mod rwlock;

use std::cell::UnsafeCell;
use std::mem::{MaybeUninit, zeroed};

use libc::c_int;
use nix::errno::Errno;

pub use barrier::Barrier;
pub use condition::Condition;
pub use rwlock::RwLock;

/// A mutex that processes share.
pub struct Mutex(Room<libc::pthread_mutex_t>);

impl Mutex {
    /// Room for a mutex. It is none before [`Self::init`], which must find it at its place.
    pub fn room() -> Self {
        // SAFETY: the type is plain bytes.
        Self(unsafe { Room::empty() })
    }

    // ANCHOR: init
    /// Makes it a mutex of a kind, such as `PTHREAD_MUTEX_NORMAL`, whose owner may or may not
    /// inherit the priority of who waits for it, and may or may not leave it behind when it dies.
    pub fn init(&self, kind: c_int, protocol: c_int, robust: c_int) -> nix::Result<()> {
        let mut attributes = MaybeUninit::uninit();
        let shared = libc::PTHREAD_PROCESS_SHARED;
        // SAFETY: the attributes are made before they are used, and nobody uses the mutex yet.
        unsafe {
            check(libc::pthread_mutexattr_init(attributes.as_mut_ptr()))?;
            check(libc::pthread_mutexattr_setpshared(attributes.as_mut_ptr(), shared))?;
            check(libc::pthread_mutexattr_settype(attributes.as_mut_ptr(), kind))?;
            check(libc::pthread_mutexattr_setprotocol(attributes.as_mut_ptr(), protocol))?;
            check(libc::pthread_mutexattr_setrobust(attributes.as_mut_ptr(), robust))?;
            check(libc::pthread_mutex_init(self.0.get(), attributes.as_ptr()))
        }
    }
    // ANCHOR_END: init

    /// Makes it the plain kind of mutex.
    pub fn init_normal(&self) -> nix::Result<()> {
        let (kind, protocol) = (libc::PTHREAD_MUTEX_NORMAL, libc::PTHREAD_PRIO_NONE);
        self.init(kind, protocol, libc::PTHREAD_MUTEX_STALLED)
    }

    /// Makes it one that tells the next owner that the last one has died.
    pub fn init_robust(&self) -> nix::Result<()> {
        let (kind, protocol) = (libc::PTHREAD_MUTEX_NORMAL, libc::PTHREAD_PRIO_NONE);
        self.init(kind, protocol, libc::PTHREAD_MUTEX_ROBUST)
    }

    /// Locks it, and sleeps until that is possible.
    pub fn lock(&self) -> nix::Result<()> {
        // SAFETY: `init` has been called.
        check(unsafe { libc::pthread_mutex_lock(self.0.get()) })
    }

    /// Locks it if nobody has it, and says `EBUSY` otherwise.
    pub fn try_lock(&self) -> nix::Result<()> {
        // SAFETY: `init` has been called.
        check(unsafe { libc::pthread_mutex_trylock(self.0.get()) })
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

    /// What a condition variable gives back and takes again.
    fn raw(&self) -> *mut libc::pthread_mutex_t {
        self.0.get()
    }
}

/// A place in shared memory for something of the C library.
struct Room<T>(UnsafeCell<T>);

// SAFETY: all that is put into such a room is made to be used by several processes at once.
unsafe impl<T> Sync for Room<T> {}

impl<T> Room<T> {
    /// # Safety
    ///
    /// Zeros must be a valid value of the type.
    unsafe fn empty() -> Self {
        // SAFETY: the caller says so.
        Self(UnsafeCell::new(unsafe { zeroed() }))
    }

    fn get(&self) -> *mut T {
        self.0.get()
    }
}

/// These functions return the error instead of setting `errno`.
fn check(result: c_int) -> nix::Result<()> {
    if result == 0 { Ok(()) } else { Err(Errno::from_raw(result)) }
}
