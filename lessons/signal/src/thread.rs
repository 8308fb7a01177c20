//! A signal to a process goes to one thread that does not block it.

use std::ffi::c_int;
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::atomic::{AtomicI32, Ordering::Relaxed};
use std::thread;

use nix::sys::signal::{SaFlags, SigSet, Signal, kill};
use nix::unistd::{Pid, gettid, pipe, write};
use stage::lacking::no_room;
use stage::{Actor, Error, Result, Scene};

use crate::hello::handle;
use crate::signals::one_byte;

pub const SCENE: Scene = Scene::new(
    "thread",
    "a handler runs in any thread that does not block the signal",
    &[("process", process)],
);

// ANCHOR: process
static RAN_IN: AtomicI32 = AtomicI32::new(0);
static WAKE: AtomicI32 = AtomicI32::new(-1);

extern "C" fn who(_: c_int) {
    // SAFETY: system calls that need nothing from the thread that was interrupted.
    unsafe {
        RAN_IN.store(libc::gettid(), Relaxed);
        libc::write(WAKE.load(Relaxed), b"!".as_ptr().cast(), 1);
    }
}

fn process(process: &Actor) -> Result {
    let (woken, waker) = pipe()?;
    WAKE.store(waker.as_raw_fd(), Relaxed);
    handle(Signal::SIGUSR1, who, SaFlags::empty())?;
    // A new thread inherits the mask: block first, so that nobody has it open by accident.
    SigSet::from(Signal::SIGUSR1).thread_block()?;
    let (ready, report) = pipe()?;
    let worker = thread::Builder::new().spawn(move || worker(&report, &woken)).map_err(no_room)?;
    one_byte(&ready)?;
    process.says(format!("its main thread sends {} to the process", Signal::SIGUSR1));
    kill(Pid::this(), Signal::SIGUSR1)?;
    let tid = worker.join().map_err(|_| Error::new("the thread has panicked"))??;

    let ran_in = Pid::from_raw(RAN_IN.load(Relaxed));
    let title = if ran_in == tid { "the worker thread" } else { "another thread" };
    process.says(format!("the handler has run in {title}"));
    stage::ensure!(ran_in == tid && tid != gettid(), "it ran in {ran_in}");
    Ok(())
}

fn worker(report: &OwnedFd, woken: &OwnedFd) -> nix::Result<Pid> {
    SigSet::from(Signal::SIGUSR1).thread_unblock()?;
    write(report, b"!")?;
    one_byte(woken)?; // the handler's own byte
    Ok(gettid())
}
// ANCHOR_END: process
