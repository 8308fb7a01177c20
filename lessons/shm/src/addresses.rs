//! The same memory at two addresses: a pointer is worth nothing over there, an offset is.

use std::num::NonZeroUsize;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::mman::{MapFlags, ProtFlags, mmap_anonymous};
use nix::sys::signal::Signal;
use nix::sys::wait::WaitStatus;
use nix::unistd::ftruncate;
use stage::{Actor, Result, Scene, memory, varies};

use crate::lacking;
use crate::memory::{READ_WRITE, Text, map, page_size};
use crate::process::{fork, no_core};

pub const SCENE: Scene = Scene::new(
    "addresses",
    "each process has the memory at an address of its own",
    &[("parent", parent)],
);

// ANCHOR: list
/// A word, and how far from the beginning of the memory the next one lies.
struct Node {
    next: AtomicUsize,
    word: Text,
}

const END: usize = 0;

fn node(start: NonNull<u8>, offset: usize) -> &'static Node {
    // SAFETY: the mapping is a page, offsets in it are multiples of a node's size, and any bytes
    // are a valid node.
    unsafe { start.byte_add(offset).cast().as_ref() }
}
// ANCHOR_END: list

fn parent(parent: &Actor) -> Result {
    let object = memfd_create("list", MFdFlags::empty()).map_err(lacking::facility("memfd"))?;
    ftruncate(&object, page_size()? as libc::off_t)?;
    let start = map(&object, page_size()?, READ_WRITE)?;
    parent.says(format_args!("has the object at {}", varies("here", format!("{start:?}"))));

    let (second, third) = (2 * size_of::<Node>(), size_of::<Node>());
    for (at, word, next) in [(0, "mind", second), (second, "the", third), (third, "gap", END)] {
        parent.sends(memory("list"), word);
        node(start, at).word.store(word);
        node(start, at).next.store(next, Relaxed);
    }
    let child = fork(parent, "child", |me| child(me, &object, start))?;
    let status = parent.reaps(child)?;
    let killed = matches!(status, WaitStatus::Signaled(_, Signal::SIGSEGV, _));
    stage::ensure!(killed, "the child ended with {status:?}");
    Ok(())
}

// ANCHOR: child
fn child(child: &Actor, object: &std::os::fd::OwnedFd, theirs: NonNull<u8>) -> Result {
    let start = map(object, page_size()?, READ_WRITE)?;
    // What fork has put at the parent's address gives way to something else, as in any process
    // that is not a copy of the parent.
    let page = NonZeroUsize::new(page_size()?).unwrap_or(NonZeroUsize::MIN);
    let flags = MapFlags::MAP_PRIVATE | MapFlags::MAP_FIXED;
    // SAFETY: nobody uses the old mapping any more.
    unsafe { mmap_anonymous(Some(theirs.addr()), page, ProtFlags::PROT_NONE, flags) }?;
    child.says(format_args!("has the object at {}", varies("there", format!("{start:?}"))));
    stage::ensure!(start != theirs, "both have it at {start:?}");

    let mut at = 0;
    loop {
        child.gets(memory("list"), node(start, at).word.load());
        at = node(start, at).next.load(Relaxed);
        if at == END {
            break;
        }
    }
    child.says("follows the parent's pointer instead");
    no_core()?;
    child.gets(memory("list"), node(theirs, 0).word.load());
    Ok(())
}
// ANCHOR_END: child
