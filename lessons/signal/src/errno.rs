//! A handler that makes a system call must put errno back.

use std::ffi::c_int;

use nix::errno::Errno;
use nix::sys::signal::{SaFlags, Signal, raise};
use stage::{Actor, Result, Scene};

use crate::hello::handle;

pub const SCENE: Scene = Scene::new(
    "errno",
    "a handler that leaves its own errno behind misleads the code it interrupted",
    &[("process", process)],
);

// ANCHOR: process
extern "C" fn careless(_: c_int) {
    // SAFETY: `close` is async-signal-safe; it fails, and stores why.
    unsafe { libc::close(-1) };
}

extern "C" fn careful(signal: c_int) {
    let before = Errno::last_raw();
    careless(signal);
    Errno::set_raw(before);
}

fn process(process: &Actor) -> Result {
    let mut seen = Vec::new();
    for (title, handler) in [("careless", careless as extern "C" fn(c_int)), ("careful", careful)] {
        handle(Signal::SIGUSR1, handler, SaFlags::empty())?;
        // SAFETY: the path ends with a zero byte.
        unsafe { libc::open(c"/no/such/file".as_ptr(), libc::O_RDONLY) };
        raise(Signal::SIGUSR1)?; // between the call and the look at errno
        let errno = Errno::last();
        process.says(format!("open failed, then a {title} handler ran: {errno:?}"));
        seen.push(errno);
    }
    stage::ensure!(seen == [Errno::EBADF, Errno::ENOENT], "{seen:?}");
    Ok(())
}
// ANCHOR_END: process
