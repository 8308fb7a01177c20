//! How a process sleeps until a word in memory changes: futex(2), shared between processes.

use std::ptr::null;
use std::sync::atomic::{AtomicU32, Ordering::Acquire};

use nix::errno::Errno;

/// Sleeps as long as the word has this value.
pub fn wait_while(word: &AtomicU32, value: u32) -> nix::Result<()> {
    while word.load(Acquire) == value {
        let (place, never) = (word.as_ptr(), null::<libc::timespec>());
        // SAFETY: the kernel only reads the word. It sleeps if the value is still the same.
        let slept =
            unsafe { libc::syscall(libc::SYS_futex, place, libc::FUTEX_WAIT, value, never) };
        match Errno::result(slept) {
            Ok(_) | Err(Errno::EAGAIN | Errno::EINTR) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Wakes every process that sleeps on the word.
pub fn wake(word: &AtomicU32) -> nix::Result<()> {
    // SAFETY: the kernel takes the address as the name of a queue of sleepers.
    let woken = unsafe {
        libc::syscall(libc::SYS_futex, word.as_ptr(), libc::FUTEX_WAKE, libc::c_int::MAX)
    };
    Errno::result(woken).map(drop)
}
