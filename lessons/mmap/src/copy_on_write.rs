//! A private page is the file's page until the first store. Then it is a copy.

use std::os::unix::fs::FileExt;

use nix::sys::mman::MapFlags;
use stage::{Actor, Result, Scene};

use crate::files::with_size;
use crate::mapping::{Mapping, page_size};
use crate::pages;

pub const SCENE: Scene = Scene::new(
    "copy-on-write",
    "the first store into a private page copies that page, and only that",
    &[("process", process)],
);

const PAGES: usize = 2;
const ONE: &str = "version one";
const TWO: &str = "version two";

// ANCHOR: process
fn process(process: &Actor) -> Result {
    let page = page_size()?;
    let file = with_size(process, "pages", PAGES * page)?;
    let write = |text: &str| {
        file.write_all_at(text.as_bytes(), 0)?;
        file.write_all_at(text.as_bytes(), page as u64)
    };
    write(ONE)?;
    let private = Mapping::of(&file, PAGES * page, MapFlags::MAP_PRIVATE)?;
    let look = || [private.load(0, ONE.len()), private.load(page, ONE.len())];
    let before = (look(), pages::count(&private, "Anonymous")?);
    process.says(format_args!("loads {:?}: {} pages are copies", before.0, before.1));

    // One byte, in the first page, far behind the text.
    private.store(page / 2, "!");
    let copied = pages::count(&private, "Anonymous")?;
    process.says(format_args!("stores one byte: {copied} of {PAGES} pages is a copy"));

    write(TWO)?;
    let after = look();
    process.says(format_args!("writes {TWO:?} to both pages of the file"));
    process.says(format_args!("loads {after:?}"));
    stage::ensure!(before == ([ONE, ONE].map(str::to_owned), 0), "before: {before:?}");
    stage::ensure!(copied == 1 && after == [ONE, TWO], "{copied} copied, then {after:?}");
    Ok(())
}
// ANCHOR_END: process
