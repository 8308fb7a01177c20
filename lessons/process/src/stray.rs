//! An address of one process means nothing in another.

use std::ptr::with_exposed_provenance_mut;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use nix::errno::Errno;
use nix::sys::mman::MapFlags;
use nix::sys::signal::Signal;
use nix::sys::wait::WaitStatus;
use stage::{Actor, Result, Scene, memory, token, varies};

use crate::process::{fork, no_core, told};
use crate::shared::{Semaphore, map, shared};

pub const SCENE: Scene = Scene::new(
    "stray",
    "a pointer of one process is a stray pointer in another",
    &[("parent", parent)],
);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let address = shared(AtomicUsize::new(0))?;
    let (there, enough) = (Semaphore::new(0)?, Semaphore::new(0)?);
    let owner = fork(parent, "owner", |me| owner(me, address, there, enough))?;
    there.wait()?;
    let place = address.load(Relaxed);
    parent.gets(memory("address"), varies("address", format_args!("{place:#x}")));

    let stray = fork(parent, "stray", |me| stray(me, place))?;
    let status = parent.reaps(stray)?;
    let by_signal = matches!(status, WaitStatus::Signaled(_, Signal::SIGSEGV, _));
    stage::ensure!(by_signal, "the stray pointer led to {status:?}");
    parent.sends(token("event"), "it has crashed");
    enough.post()?;
    parent.waits(owner)
}
// ANCHOR_END: parent

// ANCHOR: owner
fn owner(owner: &Actor, to: &AtomicUsize, there: &Semaphore, enough: &Semaphore) -> Result {
    let page = map(1, MapFlags::MAP_PRIVATE)?;
    // SAFETY: the page is this process's own.
    unsafe { page.write_volatile(7) };
    let place = page.as_ptr().expose_provenance();
    owner.sends(memory("address"), varies("address", format_args!("{place:#x}")));
    to.store(place, Relaxed);
    there.post()?;
    enough.wait()?;
    owner.gets(token("event"), "it has crashed");
    // SAFETY: see above.
    let value = unsafe { page.read_volatile() };
    owner.says(format!("still has {value} there"));
    Ok(())
}
// ANCHOR_END: owner

// ANCHOR: stray
fn stray(stray: &Actor, place: usize) -> Result {
    no_core()?;
    let pointer = with_exposed_provenance_mut::<u8>(place);
    let mut resident = 0;
    // SAFETY: the kernel looks whether anything is mapped there, and touches nothing.
    let mapped = Errno::result(unsafe { libc::mincore(pointer.cast(), 1, &raw mut resident) });
    stray.says(format!("asks what is there: {}; and stores", told(mapped)));
    stage::ensure!(mapped == Err(Errno::ENOMEM), "something is mapped there");
    // SAFETY: it is not safe, that is the point: the kernel answers with SIGSEGV.
    unsafe { pointer.write_volatile(8) };
    Ok(())
}
// ANCHOR_END: stray
