//! A signal carries a number, and who sent it.

use std::ffi::{c_int, c_void};
use std::ptr::without_provenance_mut;
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering::Relaxed};

use nix::errno::Errno;
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};
use nix::unistd::{Pid, getppid};
use stage::lacking::queued_signals;
use stage::{Actor, Result, Scene, token};

use crate::signals::fork;

pub const SCENE: Scene =
    Scene::new("data", "sigqueue sends a number along with a signal", &[("parent", parent)])
        .needs(&[queued_signals]);

const VALUE: usize = 12345;

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let child = fork(parent, "child", child)?;
    parent.until_waiting("child", "sigsuspend")?;
    parent.sends(token("signal"), format!("{} with {VALUE}", Signal::SIGUSR1));
    sigqueue(child.pid(), Signal::SIGUSR1 as c_int, VALUE)?;
    parent.waits(child)
}
// ANCHOR_END: parent

// ANCHOR: child
static GOT: AtomicUsize = AtomicUsize::new(0);
static SENDER: AtomicI32 = AtomicI32::new(0);

extern "C" fn keep(_: c_int, info: *mut libc::siginfo_t, _: *mut c_void) {
    // SAFETY: the kernel hands over a valid `siginfo_t`; one of `sigqueue` has both fields.
    let (sender, value) = unsafe { ((*info).si_pid(), (*info).si_value()) };
    SENDER.store(sender, Relaxed);
    GOT.store(value.sival_ptr.addr(), Relaxed);
}

fn child(child: &Actor) -> Result {
    SigSet::from(Signal::SIGUSR1).thread_block()?;
    let handler = SigHandler::SigAction(keep);
    let action = SigAction::new(handler, SaFlags::SA_SIGINFO, SigSet::empty());
    // SAFETY: `keep` stores into atomics, nothing else.
    unsafe { sigaction(Signal::SIGUSR1, &action) }?;
    SigSet::empty().suspend()?;
    let value = GOT.load(Relaxed);
    child.gets(token("signal"), format!("{} with {value}", Signal::SIGUSR1));
    child.says("knows its sender: the parent");
    stage::ensure!(SENDER.load(Relaxed) == getppid().as_raw(), "sent by somebody else");
    stage::ensure!(value == VALUE, "got {value}");
    Ok(())
}
// ANCHOR_END: child

// ANCHOR: sigqueue
/// `sigqueue(3)`: a signal with one word of data. A real-time signal has no name in `Signal`.
pub fn sigqueue(pid: Pid, signal: c_int, value: usize) -> nix::Result<()> {
    unsafe extern "C" {
        fn sigqueue(pid: libc::pid_t, signal: c_int, value: libc::sigval) -> c_int;
    }
    let value = libc::sigval { sival_ptr: without_provenance_mut(value) };
    // SAFETY: declared as in `sigqueue(3)`; nobody follows the pointer, it is a number.
    Errno::result(unsafe { sigqueue(pid.as_raw(), signal, value) }).map(drop)
}
// ANCHOR_END: sigqueue
