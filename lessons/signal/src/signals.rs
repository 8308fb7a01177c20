//! What the processes of these scenes do alike.

use std::ffi::c_int;
use std::mem::zeroed;
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering::Relaxed};

use nix::errno::Errno;
use nix::sys::signal::{SigSet, Signal};
use nix::unistd::read;
use stage::{Actor, Child, Fork, Result};

/// Forks a child that plays a part. What the part takes along, the parent has no longer.
#[track_caller]
pub fn fork(parent: &Actor, name: &str, part: impl FnOnce(&Actor) -> Result) -> Result<Child> {
    match parent.forks(name)? {
        Fork::Child(me) => me.plays(part),
        Fork::Parent(child) => Ok(child),
    }
}

static LAST: AtomicI32 = AtomicI32::new(0);
static RUNS: AtomicUsize = AtomicUsize::new(0);

/// A handler that does what a handler may do: it notes the signal.
pub extern "C" fn note(signal: c_int) {
    LAST.store(signal, Relaxed);
    RUNS.fetch_add(1, Relaxed);
}

/// The signal noted last.
pub fn noted() -> nix::Result<Signal> {
    Signal::try_from(LAST.load(Relaxed))
}

/// How often `note` has run.
pub fn runs() -> usize {
    RUNS.load(Relaxed)
}

/// Waits for a byte. An interrupted wait goes on.
pub fn one_byte(from: impl AsFd) -> nix::Result<u8> {
    let mut byte = [0];
    loop {
        match read(from.as_fd(), &mut byte) {
            Err(Errno::EINTR) => {}
            other => {
                return other.and_then(|n| if n == 1 { Ok(byte[0]) } else { Err(Errno::EPIPE) });
            }
        }
    }
}

/// Waits for a few bytes of text. An interrupted wait goes on.
pub fn text(from: impl AsFd) -> Result<String> {
    let mut bytes = [0; 16];
    loop {
        match read(from.as_fd(), &mut bytes) {
            Err(Errno::EINTR) => {}
            other => return Ok(str::from_utf8(&bytes[..other?])?.to_owned()),
        }
    }
}

/// Waits for one signal of the set, which must be blocked, and takes it with what came along.
pub fn take(set: &SigSet) -> nix::Result<libc::siginfo_t> {
    // SAFETY: all zeros is a valid `siginfo_t`; the set and it outlive the call.
    unsafe {
        let mut info: libc::siginfo_t = zeroed();
        Errno::result(libc::sigwaitinfo(set.as_ref(), &raw mut info))?;
        Ok(info)
    }
}

/// How a call went, for a line: `EINTR, Interrupted system call`.
pub fn told<T>(result: nix::Result<T>) -> String {
    let text = |errno: Errno| format!("{errno:?}, {}", errno.desc());
    result.err().map_or_else(|| "no error".to_owned(), text)
}
