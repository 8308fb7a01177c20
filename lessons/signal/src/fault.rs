//! A signal that is not asynchronous: the instruction itself causes it.

use std::ffi::{c_int, c_void};
use std::ptr::null_mut;
use std::sync::atomic::{AtomicI32, AtomicPtr, AtomicUsize, Ordering::Relaxed};

use nix::sys::mman::{MapFlags, ProtFlags, mmap_anonymous};
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};
use nix::unistd::{SysconfVar, sysconf};
use stage::{Actor, Error, Result, Scene};

pub const SCENE: Scene = Scene::new(
    "fault",
    "a fault is a signal that comes at one instruction, not at any time",
    &[("process", process)],
);

// ANCHOR: process
static SIGNAL: AtomicI32 = AtomicI32::new(0);
static WHERE: AtomicPtr<c_void> = AtomicPtr::new(null_mut());
static SIZE: AtomicUsize = AtomicUsize::new(0);

extern "C" fn opens(signal: c_int, info: *mut libc::siginfo_t, _: *mut c_void) {
    // SAFETY: the kernel hands over a valid `siginfo_t`; a fault has an address.
    let address = unsafe { (*info).si_addr() };
    SIGNAL.store(signal, Relaxed);
    WHERE.store(address, Relaxed);
    // SAFETY: the address is the beginning of the page, which nobody else uses.
    unsafe { libc::mprotect(address, SIZE.load(Relaxed), libc::PROT_READ | libc::PROT_WRITE) };
}

fn process(process: &Actor) -> Result {
    let size = sysconf(SysconfVar::PAGE_SIZE)?.ok_or_else(|| Error::new("no page size"))?;
    let length = (size as usize).try_into()?;
    SIZE.store(size as usize, Relaxed);
    // SAFETY: a new mapping, which nobody may touch at first.
    let page =
        unsafe { mmap_anonymous(None, length, ProtFlags::PROT_NONE, MapFlags::MAP_PRIVATE) }?;
    let action = SigAction::new(SigHandler::SigAction(opens), SaFlags::SA_SIGINFO, SigSet::empty());
    // SAFETY: `opens` stores into atomics and makes one system call.
    unsafe { sigaction(Signal::SIGSEGV, &action) }?;

    process.says("stores into a page that nobody may touch");
    // SAFETY: the handler makes the page writable, and the store is tried again.
    unsafe { page.cast::<u8>().write_volatile(7) };
    let signal = Signal::try_from(SIGNAL.load(Relaxed))?;
    // SAFETY: see above.
    let value = unsafe { page.cast::<u8>().read_volatile() };
    process.says(format!("{signal} came at that store, its handler opened the page"));
    process.says(format!("the store was tried again: the page has {value}"));
    stage::ensure!(WHERE.load(Relaxed) == page.as_ptr() && value == 7, "another address");
    Ok(())
}
// ANCHOR_END: process
