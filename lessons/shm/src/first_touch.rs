//! Mapping is a promise: the memory comes page by page, when it is first touched.

use std::ptr::NonNull;

use nix::sys::mman::{MapFlags, MmapAdvise, madvise};
use nix::sys::resource::{UsageWho, getrusage};
use stage::{Actor, Result, Scene, missing};

use crate::memory::{anonymous, page_size};

pub const SCENE: Scene = Scene::new(
    "first-touch",
    "each page costs a page fault once, and nothing afterwards",
    &[("process", process)],
);

const PAGES: usize = 64;

// ANCHOR: process
fn process(process: &Actor) -> Result {
    let page = page_size()?;
    // Once for practice, so that what this code itself needs is there.
    let practice = anonymous(page, MapFlags::MAP_SHARED)?;
    if touch(practice, page, 1)? == 0 {
        return Err(missing("this machine counts no page faults", "run on a Linux kernel"));
    }
    touch(practice, page, 1)?;

    let memory = anonymous(PAGES * page, MapFlags::MAP_SHARED)?;
    // SAFETY: this advice changes no memory. A kernel without huge pages refuses it, and needs it
    // no more: one fault could bring many pages at once.
    let _ = unsafe { madvise(memory.cast(), PAGES * page, MmapAdvise::MADV_NOHUGEPAGE) };
    let first = touch(memory, page, PAGES)?;
    process.says(format_args!("stores into {PAGES} new pages: {first} page faults"));
    let again = touch(memory, page, PAGES)?;
    process.says(format_args!("stores into {PAGES} pages again: {again} page faults"));
    stage::ensure!((first, again) == (PAGES, 0), "{first} page faults, then {again}");
    Ok(())
}
// ANCHOR_END: process

/// How many page faults it costs to store one byte into each page.
fn touch(memory: NonNull<u8>, page: usize, pages: usize) -> Result<usize> {
    let before = getrusage(UsageWho::RUSAGE_SELF)?.minor_page_faults();
    for at in 0..pages {
        // SAFETY: the page lies in the mapping.
        unsafe { memory.add(at * page).write_volatile(1) };
    }
    let after = getrusage(UsageWho::RUSAGE_SELF)?.minor_page_faults();
    Ok(usize::try_from(after - before)?)
}
