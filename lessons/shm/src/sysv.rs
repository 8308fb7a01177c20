//! The System V calls for shared memory, which `nix` does not have: `shmget(2)`, `shmat(2)`,
//! `shmdt(2)`, `shmctl(2)`. They are what the C calls are, with the error as a result.

use std::mem::zeroed;
use std::ptr::{NonNull, null, null_mut};

use libc::{c_int, key_t, shmid_ds};
use nix::errno::Errno;

/// Finds or makes the segment of a key, and returns its id.
pub fn shmget(key: key_t, bytes: usize, flags: c_int) -> nix::Result<c_int> {
    // SAFETY: the call takes numbers only.
    Errno::result(unsafe { libc::shmget(key, bytes, flags) })
}

/// Attaches a segment where the kernel likes.
pub fn shmat(id: c_int, flags: c_int) -> nix::Result<NonNull<u8>> {
    // SAFETY: the kernel chooses a free place, so that no other memory is touched.
    let place = unsafe { libc::shmat(id, null(), flags) };
    // The sign of failure is the address -1, not a null pointer.
    if place.addr() == usize::MAX {
        return Err(Errno::last());
    }
    NonNull::new(place.cast()).ok_or(Errno::EFAULT)
}

/// Detaches a segment.
///
/// # Safety
///
/// Nobody may use the memory at that place any more.
pub unsafe fn shmdt(place: NonNull<u8>) -> nix::Result<()> {
    // SAFETY: as above.
    Errno::result(unsafe { libc::shmdt(place.as_ptr().cast()) }).map(drop)
}

/// What the kernel knows of a segment: its size, its mode, how often it is attached.
pub fn stat(id: c_int) -> nix::Result<shmid_ds> {
    // SAFETY: all zeros is a valid `shmid_ds`, and the kernel fills it.
    unsafe {
        let mut found: shmid_ds = zeroed();
        Errno::result(libc::shmctl(id, libc::IPC_STAT, &raw mut found))?;
        Ok(found)
    }
}

/// Marks a segment to be destroyed when nobody has it attached any more: `IPC_RMID`.
pub fn remove(id: c_int) -> nix::Result<()> {
    // SAFETY: this command takes no structure.
    Errno::result(unsafe { libc::shmctl(id, libc::IPC_RMID, null_mut()) }).map(drop)
}
