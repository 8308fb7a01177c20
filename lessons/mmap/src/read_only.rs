//! What a mapping may do follows from how the file was opened, except that a copy may be changed.

use std::fs::File;

use nix::errno::Errno;
use nix::sys::mman::{MapFlags, ProtFlags, mmap, mprotect};
use stage::{Actor, Result, Scene, memory};

use crate::files::{read_at, with_text};
use crate::mapping::{Mapping, READ_WRITE, length, refused};

pub const SCENE: Scene = Scene::new(
    "read-only",
    "a file opened for reading: no shared stores, but private ones",
    &[("process", process)],
);

const TEXT: &str = "do not touch";
const CHANGE: &str = "touched here";

// ANCHOR: process
fn process(process: &Actor) -> Result {
    process.sends(memory("file"), TEXT);
    drop(with_text(process, "note", TEXT)?);
    let readable = File::open(process.path("note")?)?;
    let writable = File::options().write(true).open(process.path("note")?)?;
    let map = |file: &File, how, flags| {
        // SAFETY: the kernel chooses a free place, so that no other memory is touched.
        unsafe { mmap(None, length(TEXT.len()), how, flags, file, 0) }
    };
    let (shared, private) = (MapFlags::MAP_SHARED, MapFlags::MAP_PRIVATE);

    let store = map(&readable, READ_WRITE, shared).err().unwrap_or(Errno::UnknownErrno);
    process.says(format_args!("opened for reading, mapped shared for stores: {store:?}"));
    let look = map(&readable, ProtFlags::PROT_READ, shared).map_err(refused)?;
    // SAFETY: the mapping is there, and only its protection would change.
    let later = unsafe { mprotect(look, TEXT.len(), READ_WRITE) };
    let later = later.err().unwrap_or(Errno::UnknownErrno);
    process.says(format_args!("mapped for loads, then mprotect for stores: {later:?}"));
    let blind = map(&writable, READ_WRITE, shared).err().unwrap_or(Errno::UnknownErrno);
    process.says(format_args!("opened for writing only, mapped for stores: {blind:?}"));
    let errors = [store, later, blind];
    stage::ensure!(errors == [Errno::EACCES; 3], "the errors are {errors:?}");

    let start = map(&readable, READ_WRITE, private).map_err(refused)?.cast();
    let copy = Mapping { start, bytes: TEXT.len() };
    process.sends(memory("copy"), CHANGE);
    copy.store(0, CHANGE);
    process.gets(memory("copy"), copy.load(0, CHANGE.len()));
    let file = read_at(&readable, 0, TEXT.len())?;
    process.gets(memory("file"), &file);
    stage::ensure!(file == TEXT, "the file has `{file}`");
    Ok(())
}
// ANCHOR_END: process
