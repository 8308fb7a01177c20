//! The calls for POSIX semaphores, `sem_overview(7)`: what the C calls are, with the error as a
//! result.

use std::cell::UnsafeCell;
use std::ffi::CStr;
use std::mem::zeroed;
use std::ptr::NonNull;

use libc::{c_int, c_uint, mode_t, sem_t, timespec};
use nix::errno::Errno;

use crate::memory::shared;

/// A semaphore: all its state is in these bytes.
#[repr(transparent)]
pub struct Semaphore(UnsafeCell<sem_t>);

// SAFETY: semaphores are made to be used by several threads and processes at once.
unsafe impl Sync for Semaphore {}

impl Semaphore {
    /// Room for a semaphore. It is none before [`sem_init`], which must find it at its place.
    pub fn room() -> Self {
        // SAFETY: the type is plain bytes.
        Self(UnsafeCell::new(unsafe { zeroed() }))
    }
}

// ANCHOR: semaphores
/// For the second argument of `sem_init(3)`: processes share it, or only threads do.
pub const FOR_PROCESSES: c_int = 1;
pub const FOR_THREADS: c_int = 0;

/// Unnamed semaphores with these values, in memory that this process's children share.
pub fn semaphores<const N: usize>(values: [c_uint; N]) -> nix::Result<&'static [Semaphore; N]> {
    let all = shared(values.map(|_| Semaphore::room()))?;
    for (one, value) in all.iter().zip(values) {
        sem_init(one, FOR_PROCESSES, value)?;
    }
    Ok(all)
}
// ANCHOR_END: semaphores

/// Makes a semaphore in memory.
pub fn sem_init(at: &Semaphore, shared: c_int, value: c_uint) -> nix::Result<()> {
    // SAFETY: the place is valid, and a scene makes a semaphore before it uses it.
    Errno::result(unsafe { libc::sem_init(at.0.get(), shared, value) }).map(drop)
}

/// Opens, or with `O_CREAT` makes, a semaphore with a name.
pub fn sem_open(
    name: &CStr,
    flags: c_int,
    mode: mode_t,
    value: c_uint,
) -> nix::Result<&'static Semaphore> {
    // SAFETY: the name ends with a zero byte; mode and value are there even if they are not read.
    let opened = unsafe { libc::sem_open(name.as_ptr(), flags, mode, value) };
    let opened = NonNull::new(opened).ok_or_else(Errno::last)?;
    // SAFETY: the C library has mapped it, and no scene closes it. The types are the same bytes.
    Ok(unsafe { opened.cast().as_ref() })
}

/// Takes the name away.
pub fn sem_unlink(name: &CStr) -> nix::Result<()> {
    // SAFETY: the name ends with a zero byte.
    Errno::result(unsafe { libc::sem_unlink(name.as_ptr()) }).map(drop)
}

// ANCHOR: calls
/// P: takes one, and sleeps until there is one.
pub fn sem_wait(semaphore: &Semaphore) -> nix::Result<()> {
    // SAFETY: it has been made by `sem_init` or `sem_open`, and so in the calls below.
    Errno::result(unsafe { libc::sem_wait(semaphore.0.get()) }).map(drop)
}

/// V: gives one, and wakes one who sleeps.
pub fn sem_post(semaphore: &Semaphore) -> nix::Result<()> {
    // SAFETY: as above.
    Errno::result(unsafe { libc::sem_post(semaphore.0.get()) }).map(drop)
}

/// How many there are to take.
pub fn sem_getvalue(semaphore: &Semaphore) -> nix::Result<c_int> {
    let mut value = 0;
    // SAFETY: as above, and the result has room.
    Errno::result(unsafe { libc::sem_getvalue(semaphore.0.get(), &raw mut value) })?;
    Ok(value)
}
// ANCHOR_END: calls

/// Takes one if there is one.
pub fn sem_trywait(semaphore: &Semaphore) -> nix::Result<()> {
    // SAFETY: as above.
    Errno::result(unsafe { libc::sem_trywait(semaphore.0.get()) }).map(drop)
}

/// Takes one, and sleeps until that point in time at most.
pub fn sem_timedwait(semaphore: &Semaphore, until: &timespec) -> nix::Result<()> {
    // SAFETY: as above, and the time is a valid reference.
    Errno::result(unsafe { libc::sem_timedwait(semaphore.0.get(), until) }).map(drop)
}
