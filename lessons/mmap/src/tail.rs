//! A page is longer than a short file. What is stored behind the end is in no file.

use nix::sys::mman::{MapFlags, MsFlags, msync};
use stage::{Actor, Result, Scene};

use crate::files::{read_at, with_text};
use crate::mapping::{Mapping, page_size};

pub const SCENE: Scene = Scene::new(
    "tail",
    "the rest of the last page is zeros, and stores to it are lost",
    &[("process", process)],
);

const TEXT: &str = "ten bytes!";
const MORE: &str = "and more";

// ANCHOR: process
fn process(process: &Actor) -> Result {
    let page = page_size()?;
    let file = with_text(process, "short", TEXT)?;
    let mapping = Mapping::of(&file, page, MapFlags::MAP_SHARED)?;
    let behind = mapping.load(TEXT.len(), page - TEXT.len());
    let zeros = behind.bytes().all(|byte| byte == 0);
    process.says(format_args!("loads {TEXT:?}, then zeros to the end of the page: {zeros}"));

    mapping.store(TEXT.len(), MORE);
    // SAFETY: this changes no memory.
    unsafe { msync(mapping.start.cast(), page, MsFlags::MS_SYNC) }?;
    process.says(format_args!("stores {MORE:?} behind it, and calls msync: no error"));

    let (size, text) = (file.metadata()?.len(), read_at(&file, 0, page)?);
    process.says(format_args!("finds that the file has {size} bytes: {text:?}"));
    stage::ensure!(zeros && size == TEXT.len() as u64 && text == TEXT, "the file has `{text}`");
    Ok(())
}
// ANCHOR_END: process
