//! The others see a store at once. The disk sees it when the kernel likes, or when it is told to.

use nix::sys::mman::{MapFlags, MsFlags, msync};
use nix::sys::statfs::{TMPFS_MAGIC, fstatfs};
use stage::{Actor, Result, Scene, memory, missing};

use crate::files::with_size;
use crate::gate::Gate;
use crate::mapping::{Mapping, page_size};
use crate::pages;
use crate::process::fork;

pub const SCENE: Scene = Scene::new(
    "dirty",
    "msync is for the disk: the other process needs none",
    &[("writer", writer)],
);

const TEXT: &str = "in memory, not on disk";

// ANCHOR: writer
fn writer(writer: &Actor) -> Result {
    let page = page_size()?;
    let file = with_size(writer, "note", page)?;
    if fstatfs(&file)?.filesystem_type() == TMPFS_MAGIC {
        return Err(missing("a tmpfs has no disk to write to", "name another folder in TMPDIR"));
    }
    let mapping = Mapping::of(&file, page, MapFlags::MAP_SHARED)?;
    let stored = Gate::new("stored")?;
    let reader = fork(writer, "reader", |me| {
        stored.pass(me)?;
        let text = mapping.load(0, TEXT.len());
        me.gets(memory("file"), &text);
        stage::ensure!(text == TEXT, "loaded `{text}`");
        Ok(())
    })?;

    writer.sends(memory("file"), TEXT);
    mapping.store(0, TEXT);
    let before = dirty(&mapping)?;
    if before == 0 {
        return Err(missing("the file system counts no dirty page here", "use a local disk"));
    }
    writer.says(format_args!("has {before} page that the disk does not have"));
    stored.open(writer)?;
    writer.waits(reader)?;

    // SAFETY: this changes no memory.
    unsafe { msync(mapping.start.cast(), mapping.bytes, MsFlags::MS_SYNC) }?;
    let after = dirty(&mapping)?;
    writer.says(format_args!("calls msync, which returns; such pages: {after}"));
    stage::ensure!((before, after) == (1, 0), "dirty pages: {before}, then {after}");
    Ok(())
}
// ANCHOR_END: writer

// ANCHOR: dirty
/// The pages of a mapping that have been changed since they were last written to the disk.
fn dirty(mapping: &Mapping) -> Result<usize> {
    Ok(pages::count(mapping, "Private_Dirty")? + pages::count(mapping, "Shared_Dirty")?)
}
// ANCHOR_END: dirty
