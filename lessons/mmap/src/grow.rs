//! A file grows by a call, and so does a mapping. It may have to move.

use nix::errno::Errno;
use nix::sys::mman::{MRemapFlags, MapFlags, ProtFlags, mmap, mmap_anonymous, mremap};
use nix::sys::signal::Signal;
use nix::sys::wait::WaitStatus;
use stage::{Actor, Result, Scene};

use crate::files::{read_at, with_size};
use crate::mapping::{Mapping, READ_WRITE, length, page_size, refused};
use crate::process::{fork, no_core};

pub const SCENE: Scene = Scene::new(
    "grow",
    "a mapping grows by mremap, and then old pointers lead nowhere",
    &[("parent", parent)],
);

const TEXT: &str = "on the second page";

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let page = page_size()?;
    let file = with_size(parent, "growing", page)?;
    // Two pages of address space, so that we know what stands behind the first: something else.
    let (none, flags) = (ProtFlags::PROT_NONE, MapFlags::MAP_PRIVATE);
    // SAFETY: the kernel chooses a free place; then the file is put into the first half of it.
    let old = unsafe {
        let place = mmap_anonymous(None, length(2 * page), none, flags)?;
        let flags = MapFlags::MAP_SHARED | MapFlags::MAP_FIXED;
        mmap(Some(place.addr()), length(page), READ_WRITE, flags, &file, 0).map_err(refused)?
    };
    file.set_len(2 * page as u64)?;
    parent.says("has mapped one page, and has made the file two pages long");

    // SAFETY: nobody uses the mapping.
    let grow = |how| unsafe { mremap(old, page, 2 * page, how, None) };
    let here = grow(MRemapFlags::empty()).err().unwrap_or(Errno::UnknownErrno);
    parent.says(format_args!("mremap to two pages in the same place: {here:?}"));
    let new = grow(MRemapFlags::MREMAP_MAYMOVE)?;
    parent.says(format_args!("mremap that may move; still in the old place: {}", new == old));
    stage::ensure!(here == Errno::ENOMEM && new != old, "{here:?}, {old:?}, {new:?}");

    Mapping { start: new.cast(), bytes: 2 * page }.store(page, TEXT);
    let text = read_at(&file, page, TEXT.len())?;
    parent.says(format_args!("stores to the second page; the file has {text:?}"));
    stage::ensure!(text == TEXT, "the file has `{text}`");
    follows(parent, Mapping { start: old.cast(), bytes: page })
}

fn follows(parent: &Actor, old: Mapping) -> Result {
    let child = fork(parent, "child", |me| {
        no_core()?;
        me.says("follows a pointer from before");
        old.load(0, 1);
        Ok(())
    })?;
    let status = parent.reaps(child)?;
    let killed = matches!(status, WaitStatus::Signaled(_, Signal::SIGSEGV, _));
    stage::ensure!(killed, "the child ended with {status:?}");
    Ok(())
}
// ANCHOR_END: parent
