//! Mapping reads nothing. A page comes when it is touched, and once for all who map the file.

use nix::sys::mman::MapFlags;
use stage::{Actor, Result, Scene, varies};

use crate::files::with_size;
use crate::mapping::{Mapping, page_size};
use crate::pages::{absent, faults, in_memory, no_read_ahead};
use crate::process::fork;

pub const SCENE: Scene = Scene::new(
    "on-demand",
    "pages come when they are touched, and then stay for everybody",
    &[("first", first)],
);

const PAGES: usize = 64;

// ANCHOR: first
fn first(first: &Actor) -> Result {
    let bytes = PAGES * page_size()?;
    let file = with_size(first, "pages", bytes)?;
    let mapping = Mapping::of(&file, bytes, MapFlags::MAP_SHARED)?;
    no_read_ahead(&mapping)?;
    touch(&Mapping::anonymous(page_size()?, MapFlags::MAP_PRIVATE)?)?; // for practice

    first.says(format_args!("has mapped {PAGES} pages; in memory: {}", absent(&mapping)?));
    let (once, again) = (touch(&mapping)?, touch(&mapping)?);
    first.says(format_args!("touches all: {once} page faults; again: {again}"));
    let there = in_memory(&mapping)?;
    first.says(format_args!("in memory now: {there}"));
    stage::ensure!((once, again, there) == (PAGES, 0, PAGES), "{once}, {again}, {there}");

    let second = fork(first, "second", |me| {
        let mapping = Mapping::of(&file, bytes, MapFlags::MAP_SHARED)?;
        me.says(format_args!("maps the file, too; in memory: {}", in_memory(&mapping)?));
        let faults = touch(&mapping)?;
        me.says(format_args!("touches all: {} page faults", varies("some", faults)));
        // Several pages that are there already are entered at once: `fault around`.
        stage::ensure!((1..=PAGES).contains(&faults), "{faults} page faults");
        Ok(())
    })?;
    first.waits(second)
}
// ANCHOR_END: first

// ANCHOR: touch
/// How many page faults it costs to load one byte of each page.
fn touch(mapping: &Mapping) -> Result<usize> {
    let page = page_size()?;
    let before = faults()?;
    for at in (0..mapping.bytes).step_by(page) {
        // SAFETY: the page lies in the mapping.
        unsafe { mapping.start.add(at).read_volatile() };
    }
    Ok(faults()? - before)
}
// ANCHOR_END: touch
