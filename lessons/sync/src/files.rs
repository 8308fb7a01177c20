//! The calls that lock files: `flock(2)` and `fcntl(2)`.

use std::os::fd::{AsFd, AsRawFd};

use libc::{SEEK_SET, c_int, c_short};
use nix::errno::Errno;

/// Locks or unlocks a whole file: `LOCK_EX`, `LOCK_SH`, `LOCK_UN`, and with `LOCK_NB` at once or
/// not at all.
pub fn flock(file: impl AsFd, operation: c_int) -> nix::Result<()> {
    // SAFETY: the call takes numbers.
    Errno::result(unsafe { libc::flock(file.as_fd().as_raw_fd(), operation) }).map(drop)
}

/// So many bytes from a place on, to be locked or unlocked: `F_WRLCK`, `F_RDLCK`, `F_UNLCK`.
pub fn bytes(kind: c_int, from: i64, length: i64) -> libc::flock {
    // SAFETY: the type is plain numbers. Commands for open file descriptions want a zero as pid.
    let mut lock: libc::flock = unsafe { std::mem::zeroed() };
    lock.l_type = kind as c_short;
    lock.l_whence = SEEK_SET as c_short;
    lock.l_start = from as libc::off_t;
    lock.l_len = length as libc::off_t;
    lock
}

/// Gives `fcntl` one of its commands that lock: `F_SETLK`, `F_SETLKW`, `F_GETLK`, or with `OFD`.
pub fn fcntl(file: impl AsFd, command: c_int, mut lock: libc::flock) -> nix::Result<libc::flock> {
    // SAFETY: these commands take a lock, which they may change.
    let done = unsafe { libc::fcntl(file.as_fd().as_raw_fd(), command, &raw mut lock) };
    Errno::result(done).map(|_| lock)
}
