//! Pages are the unit: offsets and addresses must fall on one, lengths are rounded up to one.

use nix::errno::Errno;
use nix::sys::mman::{MapFlags, MsFlags, mmap, msync, munmap};
use stage::{Actor, Result, Scene};

use crate::files::with_size;
use crate::mapping::{Mapping, READ_WRITE, length, page_size, refused};

pub const SCENE: Scene = Scene::new(
    "aligned",
    "an offset that is no multiple of the page size is refused",
    &[("process", process)],
);

const TEXT: &str = "here begins page two";

// ANCHOR: process
fn process(process: &Actor) -> Result {
    let page = page_size()?;
    let file = with_size(process, "pages", 2 * page)?;
    Mapping::of(&file, 2 * page, MapFlags::MAP_SHARED)?.store(page, TEXT);

    let map_from = |offset: usize| {
        let flags = MapFlags::MAP_SHARED;
        // SAFETY: the kernel chooses a free place, so that no other memory is touched.
        unsafe { mmap(None, length(1), READ_WRITE, flags, &file, offset as libc::off_t) }
    };
    let half = map_from(page / 2).err().unwrap_or(Errno::UnknownErrno);
    process.says(format_args!("maps from half a page on: {half:?}"));
    let start = map_from(page).map_err(refused)?;
    // One byte was asked for. The mapping has the page around it.
    let text = Mapping { start: start.cast(), bytes: page }.load(0, TEXT.len());
    process.says(format_args!("maps one byte from a whole page on: {text:?}"));

    // SAFETY: the place lies in the mapping; both calls refuse it.
    let (sync, unmap) = unsafe {
        let inside = start.add(1);
        (msync(inside, 1, MsFlags::MS_SYNC).err(), munmap(inside, 1).err())
    };
    let [sync, unmap] = [sync, unmap].map(|error| error.unwrap_or(Errno::UnknownErrno));
    process.says(format_args!("msync from within a page: {sync:?}; munmap: {unmap:?}"));
    let errors = [half, sync, unmap];
    stage::ensure!(errors == [Errno::EINVAL; 3] && text == TEXT, "{errors:?}, `{text}`");
    Ok(())
}
// ANCHOR_END: process
